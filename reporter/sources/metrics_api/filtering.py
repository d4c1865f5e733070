"""A query's conditions as the filters of a request.

All conditions must hold, a request has each filter once: conditions over one filter are
intersected. Where nothing is left no record can pass, and nobody need be asked.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

import msgspec

from reporter.catalog.metrics_api import CHANNELS, standard
from reporter.catalog.model import Filter
from reporter.data.table import Kind
from reporter.plan.filter_conditions import bucket_names
from reporter.plan.model import InSpans, OfAccounts, OneOf, OneOfPairs, Query
from reporter.sources.metrics_api.model import Listed, Pair, Span, Spans, Unaskable
from reporter.sources.metrics_api.words import ACCOUNTS, DIRECTIONS, OUTBOUND

_APPLICATION: Final = "applicationId"
_ENTITY: Final = "entityId"
_ANY: Final = Pair(None, None)


class _Accounts(msgspec.Struct, frozen=True):
    """Accounts, and whether all below them count too."""

    keys: frozenset[str]
    below: bool

    def holds(self, other: "_Accounts") -> bool:
        """Whether all the other's accounts are certainly among these."""
        return other.keys <= self.keys and (self.below or not other.below)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a request; the fields are those of ``Ask``."""

    channels: tuple[str, ...]
    lists: tuple[Listed, ...] = ()
    spans: tuple[Spans, ...] = ()
    platforms: tuple[Pair, ...] = ()
    with_subaccounts: bool = False

    def outbound(self) -> "Filters | None":
        """The same for outbound traffic alone; None where the other filters leave none of it."""
        directions = next((one.values for one in self.lists if one.name == DIRECTIONS), (OUTBOUND,))
        if OUTBOUND not in directions:
            return None
        others = (one for one in self.lists if one.name != DIRECTIONS)
        lists = (*others, Listed(DIRECTIONS, (OUTBOUND,)))
        return msgspec.structs.replace(self, lists=_by_name(lists))


def filters_of(query: Query) -> Filters | None:
    """What narrows the request of a query; None where nothing can pass.

    Raises:
        Unaskable: the API has no such filter, or it cannot be asked for what several have in
            common.
    """
    for condition in query.conditions:
        _check_known(condition.filter)
    values = _values(c for c in query.conditions if isinstance(c, OneOf))
    spans = _spans(c for c in query.conditions if isinstance(c, InSpans))
    of_accounts = [c for c in query.conditions if isinstance(c, OfAccounts)]
    accounts = _accounts(of_accounts)
    platforms = _platforms(query)
    channels = values.pop(CHANNELS, None)
    if channels is None:
        known = standard().filter(CHANNELS)
        channels = set(known.default if known else ())
    if any(c.keys for c in of_accounts):
        values[ACCOUNTS] = set(accounts.keys)
    if not channels or not all(values.values()) or not all(s.spans for s in spans) or not platforms:
        return None
    return Filters(
        channels=tuple(sorted(map(str, channels))),
        lists=_by_name(Listed(name, _sorted(found)) for name, found in values.items()),
        spans=spans,
        platforms=() if platforms == {_ANY} else tuple(sorted(platforms, key=_order)),
        with_subaccounts=accounts.below,
    )


def _check_known(asked: Filter) -> None:
    known = standard().filter(asked.name)
    # A filter over no expression is one that only the API can apply.
    if asked.expression is None and (known is not None or asked.keys == ()):
        return
    if known is None or (known.kind, known.expression) != (asked.kind, asked.expression):
        raise Unaskable(
            f"a Metrics API has no filter {asked.name}",
            hint="take the filter out, or ask a source of type calls",
        )


def _values(conditions: Iterable[OneOf]) -> dict[str, set[str | int]]:
    found: dict[str, set[str | int]] = {}
    for condition in conditions:
        name = condition.filter.name
        if name in {_APPLICATION, _ENTITY}:
            continue  # these are keys of platforms
        whole = condition.filter.type is Kind.INTEGER
        values = {int(v) if whole else str(v) for v in condition.values}
        found[name] = found[name] & values if name in found else values
    return found


def _spans(conditions: Iterable[InSpans]) -> tuple[Spans, ...]:
    order: dict[str, tuple[str, ...]] = {}
    found: dict[str, set[int]] = {}
    for condition in conditions:
        name, names = condition.filter.name, bucket_names(condition.dimension)
        buckets = {
            bucket
            for span in condition.spans
            for bucket in range(
                0 if span.since is None else names.index(span.since),
                len(names) if span.until is None else names.index(span.until),
            )
        }
        order[name] = names
        found[name] = found[name] & buckets if name in found else buckets
    return tuple(Spans(name, _runs(found[name], order[name])) for name in sorted(found))


def _runs(buckets: set[int], names: Sequence[str]) -> tuple[Span, ...]:
    """The fewest spans that hold these buckets and no others."""
    begins = sorted(b for b in buckets if b - 1 not in buckets)
    ends = sorted(b + 1 for b in buckets if b + 1 not in buckets)
    return tuple(
        Span(names[begin], names[end] if end < len(names) else None)
        for begin, end in zip(begins, ends, strict=True)
    )


def _accounts(conditions: Iterable[OfAccounts]) -> _Accounts:
    """The accounts; no keys: the one that asks."""
    asked = [_Accounts(frozenset(c.keys), c.with_subaccounts) for c in conditions]
    # The account that asks sees nothing but itself and those below it anyway.
    named = [one for one in asked if one.keys]
    return reduce(_both, named) if named else _Accounts(frozenset(), any(a.below for a in asked))


def _both(one: _Accounts, other: _Accounts) -> _Accounts:
    """The accounts that are among both, where that can be told without knowing the tree."""
    if other.holds(one):
        return one
    if one.holds(other):
        return other
    if not one.below and not other.below:
        return _Accounts(one.keys & other.keys, below=False)
    raise Unaskable(
        "only the API knows which accounts are below others, so it cannot be asked for those"
        f" that {', '.join(sorted(one.keys))} and {', '.join(sorted(other.keys))} have in common",
        hint="name the accounts in one place: in the report or in the section",
    )


def _platforms(query: Query) -> set[Pair]:
    """The pairs of which one must match: ``_ANY`` where any does, nothing where none can."""
    found = {_ANY}
    for condition in query.conditions:
        match condition:
            case OneOf(known, values) if known.name == _APPLICATION:
                pairs = {Pair(str(value), None) for value in values}
            case OneOf(known, values) if known.name == _ENTITY:
                pairs = {Pair(None, str(value)) for value in values}
            case OneOfPairs(_, given):
                pairs = {Pair(dict(p).get(_APPLICATION), dict(p).get(_ENTITY)) for p in given}
            case _:
                continue
        found = {both for one in found for other in pairs for both in _match(one, other)}
    return {one for one in found if not any(_covers(other, one) for other in found - {one})}


def _match(one: Pair, other: Pair) -> Iterable[Pair]:
    """What matches both, if anything can."""
    for a, b in ((one.application, other.application), (one.entity, other.entity)):
        if a is not None and b is not None and a != b:
            return
    yield Pair(
        other.application if one.application is None else one.application,
        other.entity if one.entity is None else one.entity,
    )


def _covers(wide: Pair, narrow: Pair) -> bool:
    """Whether all that matches ``narrow`` matches ``wide``."""
    return wide.application in {None, narrow.application} and wide.entity in {None, narrow.entity}


def _by_name(lists: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(sorted(lists, key=lambda one: one.name))


def _sorted(values: set[str | int]) -> tuple[str | int, ...]:
    """All are of one type: texts sort as texts, numbers as numbers."""
    return tuple(sorted(values, key=lambda v: (isinstance(v, str), v)))


def _order(pair: Pair) -> tuple[str, str]:
    return pair.application or "", pair.entity or ""
