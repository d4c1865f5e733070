"""The other half of the second opinion: filters, and the answer to a whole question."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from reference import (
    ATTRIBUTES,
    BUCKETS,
    METRICS,
    TIME_STEPS,
    CallRecord,
    Value,
    answered_dimensions,
    cut,
    each_once,
    is_bad,
    time_to_answer,
)

FilterValue = bool | str | Sequence[str] | Sequence[int] | Sequence[Mapping[str, str]]
"""As it stands in a spec's ``filterBy``."""

# Filters

Condition = Callable[[CallRecord], bool]


def _equals_one(attribute: str) -> Callable[[FilterValue], Condition]:
    def condition(wanted: FilterValue) -> Condition:
        values = [wanted] if isinstance(wanted, str | int) else wanted
        return lambda call: (value := ATTRIBUTES[attribute](call)) is not None and value in values

    return condition


def _in_spans(given: FilterValue) -> Condition:
    spans = cast(Sequence[Mapping[str, str]], given)

    def inside(wait: int, span: Mapping[str, str]) -> bool:
        since, until = span.get("from"), span.get("to")
        return (since is None or BUCKETS[since] <= wait) and (
            until is None or wait < BUCKETS[until]
        )

    def condition(call: CallRecord) -> bool:
        wait = time_to_answer(call)
        return wait is not None and any(inside(wait, span) for span in spans)

    return condition


def _on_platforms(given: FilterValue) -> Condition:
    pairs = cast(Sequence[Mapping[str, str]], given)

    def matches(call: CallRecord, pair: Mapping[str, str]) -> bool:
        return all(
            {"applicationId": call.application_id, "entityId": call.entity_id}[key] == value
            for key, value in pair.items()
        )

    return lambda call: any(matches(call, pair) for pair in pairs)


FILTERS: Final[Mapping[str, Callable[[FilterValue], Condition]]] = {
    "channelCodes": _equals_one("CHANNEL_CODE"),
    "capabilities": _equals_one("CAPABILITY"),
    "directions": _equals_one("DIRECTION"),
    "senders": _equals_one("SENDER"),
    "senderTypes": _equals_one("SENDER_TYPE"),
    "communicationIds": _equals_one("COMMUNICATION"),
    "networkIds": _equals_one("NETWORK_ID"),
    "countryIds": _equals_one("COUNTRY_ID"),
    "statusGroups": _equals_one("STATUS_GROUP"),
    "statuses": _equals_one("STATUS"),
    "errorGroups": _equals_one("ERROR_GROUP"),
    "errorCodes": _equals_one("ERROR_CODE"),
    "applicationId": _equals_one("APPLICATION_ID"),
    "entityId": _equals_one("ENTITY_ID"),
    "timeToAnswer": _in_spans,
    "platforms": _on_platforms,
}
"""Filters that look at one call. accountKeys and includeSubaccounts go together, below."""


def with_accounts_below(keys: Iterable[str], parents: Mapping[str, str | None]) -> set[str]:
    """The accounts and all that have one of them among their ancestors."""
    found = set(keys)
    while more := {key for key, parent in parents.items() if parent in found} - found:
        found |= more
    return found


# The whole answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Call records and how their source is set up.

    Attributes:
        calls: as they stand in the files.
        parents: account to the account above it.
        deduplicate: whether a repeated id counts once.
        account: the account answered for where none is asked.
    """

    calls: Sequence[CallRecord]
    parents: Mapping[str, str | None] | None = None
    deduplicate: bool = False
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What ``reporter query`` is asked; filters as in a spec's ``filterBy``."""

    metrics: tuple[str, ...]
    dimensions: tuple[str, ...]
    filters: Mapping[str, FilterValue]
    since: datetime
    until: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Column names, rows in no order, and how many records of the interval were bad."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    bad: int


def ask(source: Source, question: Question) -> Reply:
    """The answer of a source to a question."""
    calls = [cut(call) for call in source.calls]
    good = [call for call in calls if not is_bad(call)]
    # A bad record does not push aside a good one of the same call.
    once = each_once(good) if source.deduplicate else good
    inside = [call for call in once if _lies_inside(call, question)]
    kept = [call for call in inside if all(holds(call) for holds in _conditions(source, question))]
    bad = sum(1 for call in calls if is_bad(call) and _lies_inside(call, question))

    names = answered_dimensions(question.dimensions)
    groups: dict[tuple[Value, ...], list[CallRecord]] = {} if names else {(): []}
    for call in kept:
        groups.setdefault(_group(call, names, ZoneInfo(question.timezone)), []).append(call)
    rows = tuple(
        (*key, *(METRICS[metric](members) for metric in question.metrics))
        for key, members in groups.items()
    )
    return Reply((*names, *question.metrics), rows, bad)


def _lies_inside(call: CallRecord, question: Question) -> bool:
    """A record without a time belongs to every interval: it is bad, and might be of this one."""
    return call.sent_at is None or question.since <= call.sent_at < question.until


def _group(call: CallRecord, names: Sequence[str], zone: ZoneInfo) -> tuple[Value, ...]:
    return tuple(
        TIME_STEPS[name](call, zone) if name in TIME_STEPS else ATTRIBUTES[name](call)
        for name in names
    )


def _conditions(source: Source, question: Question) -> list[Condition]:
    given = dict(question.filters)
    keys = cast(Sequence[str], given.pop("accountKeys", ())) or _own_account(source)
    below = given.pop("includeSubaccounts", False)
    conditions = [FILTERS[name](value) for name, value in given.items()]
    if keys:
        wanted = with_accounts_below(keys, source.parents or {}) if below else set(keys)
        conditions.append(lambda call: call.account_key in wanted)
    return conditions


def _own_account(source: Source) -> tuple[str, ...]:
    return (source.account,) if source.account else ()
