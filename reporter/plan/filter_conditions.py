"""From the filters that are given to the conditions that records must fulfil, kind by kind."""

from collections.abc import Iterable, Sequence

from reporter.catalog.model import Buckets, Dimension, FilterKind, Named
from reporter.data.table import Member
from reporter.plan.filter_reading import Given, Item, Reading, is_pair_key, meant, written
from reporter.plan.model import (
    Condition,
    InSpans,
    OfAccounts,
    OneOf,
    OneOfPairs,
    Scalar,
    Span,
)

Pair = tuple[tuple[str, str], ...]


def conditions(reading: Reading, given: Sequence[Given]) -> Iterable[Condition]:
    """What the filters demand; a filter that unset parameters leave empty demands nothing."""
    for one in given:
        if not one.items:
            continue
        match one.filter.kind:
            case FilterKind.VALUES:
                yield from _one_of(reading, one)
            case FilterKind.SPANS:
                yield from _in_spans(reading, one)
            case FilterKind.PAIRS:
                yield from _one_of_pairs(reading, one)
            case FilterKind.ACCOUNTS | FilterKind.SUBACCOUNTS:
                pass  # the two are one condition, below
            case FilterKind.SINCE | FilterKind.UNTIL:
                pass  # not conditions, but the interval
    yield from _of_accounts(reading, given)


def bucket_names(dimension: Dimension) -> tuple[str, ...]:
    """The names of the values of a dimension that spans are taken of, in order."""
    return tuple(str(member.value) for member in _in_order(dimension))


def bucket_labels(dimension: Dimension) -> tuple[str, ...]:
    """What people read for them."""
    return tuple(member.label for member in _in_order(dimension))


def _in_order(dimension: Dimension) -> tuple[Member, ...]:
    """The buckets of a bucketed dimension; of one that is reported, its known values."""
    match dimension.definition:
        case Buckets(_, buckets):
            return tuple(Member(bucket.name, bucket.label) for bucket in buckets)
        case Named() if dimension.members:
            return dimension.members
    raise TypeError(f"dimension {dimension.name} has no buckets")


def _one_of(reading: Reading, given: Given) -> Iterable[Condition]:
    values: set[Scalar] = set()
    for index, item in given.items:
        value = reading.scalar(given, index, item)
        if value is not None and _allowed(reading, given, index, value):
            values.add(value)
    if values:
        # All of one type: texts sort as texts, numbers as numbers.
        yield OneOf(given.filter, tuple(sorted(values, key=lambda v: (isinstance(v, str), v))))


def _allowed(reading: Reading, given: Given, index: int | None, value: Scalar) -> bool:
    known = [member.value for member in given.filter.values]
    if not given.filter.closed or str(value) in known:
        return True
    reading.problem(
        given.name,
        index=index,
        code="unknown-filter-value",
        message=f"{given.name} has no value {value!r}",
        expected=f"one of {', '.join(known)}",
        found=written(value),
        hint=meant(str(value), known),
    )
    return False


def _of_accounts(reading: Reading, given: Sequence[Given]) -> Iterable[Condition]:
    keys: set[str] = set()
    with_subaccounts = False
    for one in given:
        if one.filter.kind is FilterKind.ACCOUNTS:
            values = (reading.scalar(one, index, item) for index, item in one.items)
            keys.update(value for value in values if isinstance(value, str))
        if one.filter.kind is FilterKind.SUBACCOUNTS and one.items:
            with_subaccounts = _flag(reading, one)
    filters = reading.catalog.filters
    accounts = next((f for f in filters if f.kind is FilterKind.ACCOUNTS), None)
    if accounts is not None and (keys or with_subaccounts):
        yield OfAccounts(accounts, tuple(sorted(keys)), with_subaccounts)


def _flag(reading: Reading, given: Given) -> bool:
    _, item = given.items[0]
    if len(given.items) == 1 and isinstance(item, bool):
        return item
    reading.problem(
        given.name,
        code="filter-value",
        message=f"{given.name} takes true or false",
        expected="true or false",
        found=written(item) if len(given.items) == 1 else f"{len(given.items)} values",
    )
    return False


def _in_spans(reading: Reading, given: Given) -> Iterable[Condition]:
    dimension = reading.catalog.dimension(given.filter.dimension or "")
    if dimension is None:
        raise LookupError(f"filter {given.filter.name} is over no dimension of the catalog")
    names = bucket_names(dimension)
    spans: set[Span] = set()
    for index, item in given.items:
        span = _span(reading, given, index, item, names)
        if span is not None:
            spans.add(span)
    if spans:
        order = {name: position for position, name in enumerate(names)}
        yield InSpans(
            given.filter,
            dimension,
            tuple(
                sorted(
                    spans,
                    key=lambda span: (
                        -1 if span.since is None else order[span.since],
                        len(names) if span.until is None else order[span.until],
                    ),
                )
            ),
        )


def _span(
    reading: Reading, given: Given, index: int | None, item: Item, names: Sequence[str]
) -> Span | None:
    if not isinstance(item, dict) or not set(item) <= {"from", "to"}:
        reading.problem(
            given.name,
            index=index,
            code="filter-value",
            message=f"{given.name} takes spans",
            expected="{from: BUCKET, to: BUCKET}, where one of the two may be missing",
            found=written(item),
        )
        return None
    unknown = {bound: bucket for bound, bucket in item.items() if bucket not in names}
    for bound, bucket in unknown.items():
        reading.problem(
            given.name,
            index=index,
            code="unknown-bucket",
            message=f"{given.name}: {bound} names no bucket",
            expected=f"one of {', '.join(names)}",
            found=written(bucket),
            hint=meant(str(bucket), names),
        )
    if unknown:
        return None
    since, until = (
        None if item.get(bound) is None else str(item[bound]) for bound in ("from", "to")
    )
    if since and until and names.index(since) >= names.index(until):
        reading.problem(
            given.name,
            index=index,
            code="empty-span",
            message=f"{given.name}: nothing lies in the span, as to is exclusive",
            expected="a from before its to",
            found=written(item),
        )
        return None
    return Span(since, until)


def _one_of_pairs(reading: Reading, given: Given) -> Iterable[Condition]:
    pairs: set[Pair] = set()
    for index, item in given.items:
        pair = _pair(reading, given, index, item)
        if pair is not None:
            pairs.add(pair)
    if pairs:
        yield OneOfPairs(given.filter, tuple(sorted(pairs)))


def _pair(reading: Reading, given: Given, index: int | None, item: Item) -> Pair | None:
    if is_pair_key(given.name, given.filter):
        value = reading.scalar(given, index, item)
        return None if value is None else ((given.name, str(value)),)
    names = [key.name for key in given.filter.keys]
    if isinstance(item, dict) and item and set(item) <= set(names):
        values = [(name, item[name]) for name in names if name in item]
        if all(isinstance(value, str) for _, value in values):
            return tuple((name, str(value)) for name, value in values)
    reading.problem(
        given.name,
        index=index,
        code="filter-value",
        message=f"{given.name} takes objects with {' or '.join(names)} or both",
        expected=f"{{{', '.join(f'{name}: TEXT' for name in names)}}}",
        found=written(item),
    )
    return None
