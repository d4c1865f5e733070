"""From the replies to a query's numbers, row by row as the API told them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from reporter.catalog.metrics_api import VOICE_AND_VIDEO
from reporter.data.formula import Number
from reporter.dates import Interval
from reporter.errors import SourceError
from reporter.sources.metrics_api.measures import Told
from reporter.sources.metrics_api.model import Ask, Reply, ReplyValue
from reporter.sources.metrics_api.ratios import Claim
from reporter.sources.metrics_api.steps import begins
from reporter.sources.metrics_api.translation import Translation
from reporter.sources.metrics_api.words import CHANNEL_CODE

Key = tuple[str | int | datetime | None, ...]
"""The values of a query's dimensions as the API told them, and last the channel."""
_Row = Mapping[str, ReplyValue]

_AGAIN: Final = "run it again: the period may still be filling up"
_SUPPORT: Final = "its numbers cannot be trusted: tell its support"


class Heard(msgspec.Struct, frozen=True):
    """One row of what the API told.

    Attributes:
        key: the values of the query's dimensions, and last the channel.
        numbers: of the metrics that it tells, in the catalog's units, by name.
        claims: what it says of ratios beside their counts.
    """

    key: Key
    numbers: Mapping[str, Number | None]
    claims: tuple[Claim, ...]


def heard(
    translation: Translation, ask: Ask, replies: Mapping[Ask, Reply]
) -> tuple[Interval, tuple[Heard, ...]]:
    """The period that the API answered for, and its rows, one for each group and channel.

    Args:
        translation: of the query.
        ask: the request for the whole of it.
        replies: to all its requests.

    Raises:
        SourceError: the replies do not belong together, or say what cannot be.
    """
    period = _period(translation.source, ask, replies[ask])
    rows = _rows(translation, ask, replies[ask])
    parts: Mapping[Key, _Row] = {}
    if translation.outbound is not None:
        parts = _rows(translation, translation.outbound, replies[translation.outbound])
        _check_together(translation, period, replies[translation.outbound].period)
        for key in parts.keys() - rows.keys():
            raise SourceError(
                translation.source,
                f"the API tells of outbound traffic{_of(translation, key)}, but of no traffic"
                " there where it is asked for all",
                hint=_AGAIN,
            )
    return period, tuple(_heard(translation, key, row, parts.get(key)) for key, row in rows.items())


def _period(source: str, ask: Ask, reply: Reply) -> Interval:
    """What a reply covers: all that was asked for, or it ends earlier."""
    asked, got = ask.interval, reply.period
    if got.since != asked.since or got.until > asked.until:
        raise SourceError(
            source,
            f"asked for {_shown(asked)}, the API answered for {_shown(got)} (requestedPeriod)",
            hint="take a period of whole hours or days: the API takes the whole steps around one"
            " that is not",
        )
    return got


def _check_together(translation: Translation, whole: Interval, outbound: Interval) -> None:
    if whole != outbound:
        raise SourceError(
            translation.source,
            f"the API answered for {_shown(whole)}, and of outbound traffic for {_shown(outbound)}",
            hint=_AGAIN,
        )


def _rows(translation: Translation, ask: Ask, reply: Reply) -> dict[Key, _Row]:
    """The rows of a reply by their keys, each as values by column."""
    found: dict[Key, _Row] = {}
    for values in reply.rows:
        row = dict(zip(reply.columns, values, strict=True))
        # The channel that alone was asked for need not be named.
        channel = row.setdefault(CHANNEL_CODE, ask.channels[0])
        key = tuple(map(_group, (*(row[name] for name in translation.keys), channel)))
        if channel not in ask.channels:
            raise SourceError(
                translation.source,
                f"asked for {' and '.join(ask.channels)}, the API told of {channel or 'N/A'}",
                hint=_SUPPORT,
            )
        _check_step(translation, reply.period, row)
        if key in found:
            raise SourceError(
                translation.source,
                f"the API tells two rows{_of(translation, key)} where there can be one",
                hint=_SUPPORT,
            )
        found[key] = row
    return found


def _check_step(translation: Translation, period: Interval, row: _Row) -> None:
    if translation.step is None:
        return
    step = row[translation.step]
    if not isinstance(step, datetime):
        raise TypeError(f"{translation.step} is {step!r}")
    if not period.since <= step < period.until or not begins(step, translation.step):
        raise SourceError(
            translation.source,
            f"expected a {translation.step} of UTC within {_shown(period)},"
            f" found {step.isoformat()}",
            hint=_SUPPORT,
        )


def _heard(translation: Translation, key: Key, row: _Row, outbound: _Row | None) -> Heard:
    numbers = {
        one.metric.name: _number(translation, key, one, outbound if one.outbound else row)
        for one in translation.told
    }
    return Heard(key, numbers, tuple(_claims(translation, key, row, numbers)))


def _number(translation: Translation, key: Key, one: Told, row: _Row | None) -> Number | None:
    if row is None:  # no outbound traffic in this group
        return 0 if key[-1] == VOICE_AND_VIDEO else None
    try:
        return one.number(_decimal(row[one.name]), translation.unit, translation.scale)
    except ValueError as error:
        raise SourceError(
            translation.source, f"{one.name}{_of(translation, key)}: {error}", hint=_SUPPORT
        ) from error


def _claims(
    translation: Translation, key: Key, row: _Row, numbers: Mapping[str, Number | None]
) -> Iterator[Claim]:
    """What the API says of ratios, where it says anything of their counts too."""
    for name, counts in translation.verified:
        told, over, under = (
            _decimal(row[name]),
            numbers[counts.numerator],
            numbers[counts.denominator],
        )
        if told is not None and isinstance(over, int) and isinstance(under, int):
            yield Claim(name, _of(translation, key), told, over, under)


def _group(value: ReplyValue) -> str | int | datetime | None:
    """The value of a dimension, of which a reply has no others."""
    if isinstance(value, Decimal):
        raise TypeError(f"expected the value of a dimension, found {value!r}")
    return value


def _decimal(value: ReplyValue) -> int | Decimal | None:
    """The value of a metric, of which a reply has no others."""
    if value is None or isinstance(value, int | Decimal):
        return value
    raise TypeError(f"expected a number, found {value!r}")


def _of(translation: Translation, key: Key) -> str:
    """A row, as people find it; nothing where there is only one."""
    names = [*translation.keys]
    if translation.whole is not None and len(translation.whole.channels) > 1:
        names.append(CHANNEL_CODE)
    values = (v.isoformat() if isinstance(v, datetime) else v for v in key)
    named = (f"{n} {'N/A' if v is None else v}" for n, v in zip(names, values, strict=False))
    return f" for {', '.join(dict.fromkeys(named))}" if names else ""


def _shown(interval: Interval) -> str:
    return f"{interval.since.isoformat()} to {interval.until.isoformat()}"
