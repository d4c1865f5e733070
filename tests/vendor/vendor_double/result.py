"""A valid request becomes the ``response`` of a result, as the behaviour has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final

from vendor_double.behaviour import Behaviour
from vendor_double.counting import Amount, Length, NotThere, Share, Whole, amounts
from vendor_double.grouping import Value, finest, next_step, step_start, value_of
from vendor_double.narrowing import about
from vendor_double.records import Record
from vendor_double.vocabulary import BUCKET_NAMES, STEPS

Json = dict[str, Any]
Key = tuple[Value, ...]

_RATIOS: Final = ("_RATE", "_RATIO")
_MILLISECONDS: Final = {"milliseconds": 1, "seconds": 1_000, "minutes": 60_000}
_IDS: Final = ("COMMUNICATION", "NETWORK_ID", "COUNTRY_ID")


def response(
    request: Json,
    records: Sequence[Record],
    behaviour: Behaviour,
    own_account: str | None,
    parents: Mapping[str, str | None],
) -> Json:
    """The aggregated data that a request asks for.

    Args:
        request: a valid ``request``.
        records: all that there are.
        behaviour: how it is written, and what goes wrong.
        own_account: of whoever asks.
        parents: account to the account above it.
    """
    filter_by = request["filterBy"]
    dimensions = _dimensions(request["aggregateBy"])
    since, until = _period(filter_by, dimensions, behaviour)
    kept = [
        record
        for record in about(records, filter_by, own_account, parents)
        if since <= record.sent_at < until
    ]
    groups: dict[Key, list[Record]] = {}
    for record in kept:
        key = (record.channel, *(value_of(name, record) for name in dimensions))
        groups.setdefault(key, []).append(record)
    if behaviour.empty_row and not groups and not request["aggregateBy"]:
        groups = {(filter_by["channelCodes"][0],): []}

    columns = _columns(request, dimensions, behaviour)
    rows = [_row(columns, dimensions, key, group, behaviour) for key, group in groups.items()]
    if behaviour.repeated_row:
        rows += rows[:1]
    if behaviour.wide_rows:
        rows = [[*row, row[-1]] for row in rows]
    return {
        "requestedPeriod": {
            "sentSince": _instant(since, behaviour),
            "sentUntil": _instant(until, behaviour),
        },
        "totalRows": len(rows),
        "columns": [
            {"columnName": name, "columnDataType": _type(name, behaviour)} for name in columns
        ],
        "rows": rows[:-1] if behaviour.cut_rows else rows,
    }


def _dimensions(asked: Sequence[str]) -> list[str]:
    """Without CHANNEL_CODE, which comes anyway, and all time steps but the finest."""
    step = finest(asked)
    return [
        name for name in asked if name != "CHANNEL_CODE" and (name not in STEPS or name == step)
    ]


# The period


def read_instant(text: str) -> datetime:
    """A date-time as requests have it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def _period(
    filter_by: Json, dimensions: Sequence[str], behaviour: Behaviour
) -> tuple[datetime, datetime]:
    since, until = read_instant(filter_by["sentSince"]), read_instant(filter_by["sentUntil"])
    step = finest(dimensions) if behaviour.widened == "step" else behaviour.widened
    if step is not None:
        since = step_start(step, since)
        if (start := step_start(step, until)) != until:
            until = next_step(step, start)
    if behaviour.earlier:
        since -= timedelta(days=1)
    if behaviour.finalised is not None:
        until = max(since, min(until, behaviour.finalised))
    return since, until


def _instant(instant: datetime, behaviour: Behaviour) -> str:
    whole = f"{instant:%Y-%m-%dT%H:%M:%S}"
    milliseconds = f"{instant.microsecond // 1000:03}"
    match behaviour.dates:
        case "offset":
            return f"{whole}.{milliseconds}+0000"
        case "z":
            return f"{whole}Z" if milliseconds == "000" else f"{whole}.{milliseconds}Z"
        case "bare":
            return whole if milliseconds == "000" else f"{whole}.{milliseconds}"


# Columns


def _columns(request: Json, dimensions: Sequence[str], behaviour: Behaviour) -> list[str]:
    leading = list(dimensions)
    if behaviour.channel == "always" or "CHANNEL_CODE" in request["aggregateBy"]:
        leading.insert(0, "CHANNEL_CODE")
    if behaviour.unasked_column and "CHANNEL_NAME" not in leading:
        leading.append("CHANNEL_NAME")
    metrics = list(request["metrics"])
    if behaviour.lost_column:
        metrics.pop()
    match behaviour.columns:
        case "asked":
            return leading + metrics
        case "reversed":
            return (leading + metrics)[::-1]
        case "metrics first":
            return metrics + leading


def _type(name: str, behaviour: Behaviour) -> str:
    if name in STEPS:
        return "STRING" if behaviour.days == "texts" and name != "HOUR" else "DATE_TIME"
    if name in _IDS:
        return "STRING" if behaviour.ids_as_text else "INTEGER"
    if name == "TOTAL_CALL_DURATION" or name.endswith(_RATIOS):
        return "NUMBER"
    if name.endswith("_COUNT"):
        return "NUMBER" if behaviour.counts_as_numbers else "INTEGER"
    return "STRING"


# Rows


def _row(
    columns: Sequence[str],
    dimensions: Sequence[str],
    key: Key,
    group: Sequence[Record],
    behaviour: Behaviour,
) -> list[Any]:
    channel = str(key[0])
    known = dict(zip(("CHANNEL_CODE", *dimensions), key, strict=True))
    if "CHANNEL_NAME" in columns:
        known["CHANNEL_NAME"] = value_of("CHANNEL_NAME", group[0]) if group else None
    metrics = [name for name in columns if name not in known]
    amount = dict(zip(metrics, amounts(metrics, group, channel), strict=True))
    return [
        _dimension_value(name, known[name], behaviour)
        if name in known
        else _metric_value(amount[name], behaviour)
        for name in columns
    ]


def _dimension_value(name: str, value: Value, behaviour: Behaviour) -> str | int | None:
    if value is None:
        return behaviour.missing
    if isinstance(value, datetime):
        if behaviour.days == "texts" and name != "HOUR":
            return f"{value:%Y-%m-%d}"
        return _instant(value, behaviour)
    if name in _IDS and behaviour.ids_as_text:
        return str(value)
    if name == "TIME_TO_ANSWER" and behaviour.buckets == "descriptions":
        return _described(str(value))
    return value


def _described(bucket: str) -> str:
    """``5 to 10 seconds``, ``50 seconds to 1 minutes``, ``3 days or more``."""
    here = _spelt(bucket)
    number = BUCKET_NAMES.index(bucket) + 1
    if number == len(BUCKET_NAMES):
        return f"{here} or more"
    there = _spelt(BUCKET_NAMES[number])
    same_unit = here.split()[1] == there.split()[1]
    return f"{here.split()[0] if same_unit else here} to {there}"


def _spelt(bucket: str) -> str:
    unit, _, number = bucket.partition("_")
    return f"{number} {unit.lower()}"


def _metric_value(amount: Amount, behaviour: Behaviour) -> str | float | None:
    match amount:
        case Whole(value):
            return float(value) if behaviour.counts_as_numbers else value
        case Share(None):
            return 0 if behaviour.ratio_of_nothing == "zero" else behaviour.missing
        case Share(Fraction() as share):
            scaled = share * 100 if behaviour.ratios == "percent" else share
            return _rounded(scaled, behaviour.ratio_digits, cut=behaviour.ratio_cut)
        case Length(milliseconds):
            scaled = Fraction(milliseconds, _MILLISECONDS[behaviour.durations])
            return _rounded(scaled, behaviour.duration_digits)
        case NotThere() | Share():
            return behaviour.missing


def _rounded(value: Fraction, digits: int | None, *, cut: bool = False) -> float:
    if digits is None:
        return float(value)
    long = Decimal(value.numerator) / Decimal(value.denominator)
    return float(long.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN if cut else ROUND_HALF_UP))
