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
from reporter.sources.metrics_api.place import Key, Place
from reporter.sources.metrics_api.ratios import Claim
from reporter.sources.metrics_api.steps import begins
from reporter.sources.metrics_api.translation import Translation
from reporter.sources.metrics_api.words import CHANNEL_CODE

_AGAIN: Final = "run it again: the period may still be filling up"
_SUPPORT: Final = "its numbers cannot be trusted: tell its support"


class Heard(msgspec.Struct, frozen=True):
    """One row of what the API told.

    Attributes:
        key: the values of the query's dimensions, and last the channel.
        numbers: of the query's metrics, in the catalog's units; None for those that the API does
            not tell.
        claims: what it says of ratios beside their counts.
    """

    key: Key
    numbers: tuple[Number | None, ...]
    claims: tuple[Claim, ...]


class _Rows(msgspec.Struct, frozen=True):
    """A reply's rows.

    Attributes:
        places: of the columns, by name.
        by_key: the values of each row.
    """

    places: Mapping[str, int]
    by_key: Mapping[Key, tuple[ReplyValue, ...]]

    def number(self, key: Key, name: str) -> int | Decimal | None:
        """The value of a metric, of which a reply has only numbers."""
        value = self.by_key[key][self.places[name]]
        if value is None or isinstance(value, int | Decimal):
            return value
        raise TypeError(f"expected a number, found {value!r}")


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
    whole = _rows(translation, ask, replies[ask])
    parts = None
    if translation.outbound is not None:
        parts = _rows(translation, translation.outbound, replies[translation.outbound])
        _check_together(translation, period, replies[translation.outbound].period)
        for key in parts.by_key.keys() - whole.by_key.keys():
            raise SourceError(
                translation.source,
                f"the API tells of outbound traffic{_place(translation, key)}, but of no traffic"
                " there where it is asked for all",
                hint=_AGAIN,
            )
    return period, tuple(_heard(translation, key, whole, parts) for key in whole.by_key)


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


def _rows(translation: Translation, ask: Ask, reply: Reply) -> _Rows:
    places = {name: place for place, name in enumerate(reply.columns)}
    keyed = [places.get(name) for name in (*translation.keys, CHANNEL_CODE)]
    found: dict[Key, tuple[ReplyValue, ...]] = {}
    for row in reply.rows:
        # Only the channel may be missing, where it alone was asked for.
        key = tuple(ask.channels[0] if place is None else _group(row[place]) for place in keyed)
        if key[-1] not in ask.channels:
            raise SourceError(
                translation.source,
                f"asked for {' and '.join(ask.channels)}, the API told of {key[-1] or 'N/A'}",
                hint=_SUPPORT,
            )
        if key in found:
            raise SourceError(
                translation.source,
                f"the API tells two rows{_place(translation, key)} where there can be one",
                hint=_SUPPORT,
            )
        found[key] = row
    if translation.step is not None:
        position = translation.keys.index(translation.step.value)
        for step in {key[position] for key in found}:
            _check_step(translation, reply.period, step)
    return _Rows(places, found)


def _check_step(translation: Translation, period: Interval, step: object) -> None:
    if not isinstance(step, datetime) or translation.step is None:
        raise TypeError(f"{translation.step} is {step!r}")
    if not period.since <= step < period.until or not begins(step, translation.step):
        raise SourceError(
            translation.source,
            f"expected a {translation.step} of UTC within {_shown(period)},"
            f" found {step.isoformat()}",
            hint=_SUPPORT,
        )


def _heard(translation: Translation, key: Key, whole: _Rows, outbound: _Rows | None) -> Heard:
    numbers = {
        one.metric.name: _number(translation, key, one, outbound if one.outbound else whole)
        for one in translation.told
    }
    return Heard(
        key,
        tuple(numbers.get(metric.name) for metric in translation.query.metrics),
        tuple(_claims(translation, key, whole, numbers)),
    )


def _number(translation: Translation, key: Key, one: Told, rows: _Rows | None) -> Number | None:
    if rows is None or key not in rows.by_key:  # no outbound traffic in this group
        return 0 if key[-1] == VOICE_AND_VIDEO else None
    try:
        return one.number(rows.number(key, one.name), translation.unit, translation.scale)
    except ValueError as error:
        raise SourceError(
            translation.source, f"{one.name}{_place(translation, key)}: {error}", hint=_SUPPORT
        ) from error


def _claims(
    translation: Translation, key: Key, rows: _Rows, numbers: Mapping[str, Number | None]
) -> Iterator[Claim]:
    """What the API says of ratios, where it says anything of their counts too."""
    for name, counts in translation.verified:
        told = rows.number(key, name)
        over, under = numbers[counts.numerator], numbers[counts.denominator]
        if told is not None and isinstance(over, int) and isinstance(under, int):
            yield Claim(name, _place(translation, key), told, over, under)


def _group(value: ReplyValue) -> str | int | datetime | None:
    """The value of a dimension, of which a reply has no others."""
    if isinstance(value, Decimal):
        raise TypeError(f"expected the value of a dimension, found {value!r}")
    return value


def _place(translation: Translation, key: Key) -> Place:
    one_channel = translation.whole is None or len(translation.whole.channels) == 1
    return Place(translation.keys if one_channel else (*translation.keys, CHANNEL_CODE), key)


def _shown(interval: Interval) -> str:
    return f"{interval.since.isoformat()} to {interval.until.isoformat()}"
