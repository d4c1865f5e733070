"""From the replies of a batch to its answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from reporter.data.answer import Answer
from reporter.dates import Interval, time_zone, with_offset
from reporter.errors import SourceError
from reporter.plan.metrics_api import times
from reporter.plan.model import Query
from reporter.sources.metrics_api.hearing import Heard, heard
from reporter.sources.metrics_api.model import Ask, Reply
from reporter.sources.metrics_api.ratios import ContradictionError, check_ratios
from reporter.sources.metrics_api.regrouping import table_of
from reporter.sources.metrics_api.translation import Translation, united


def answers(
    translations: Sequence[Translation], replies: Mapping[Ask, Reply], *, now: datetime
) -> tuple[Answer, ...]:
    """The answers to a batch of queries, in its order.

    Args:
        translations: of the queries, all of one source.
        replies: by what was sent, that is by the values of ``united`` over all asks.
        now: when it was asked: of an interval that goes on after it only what is over is known,
            whatever period the API covers.

    Raises:
        SourceError: replies do not belong together, or the API contradicts itself.
    """
    sent = united(ask for translation in translations for ask in translation.asks)
    by_ask = {ask: replies[one] for ask, one in sent.items()}
    told = [_told(translation, by_ask) for translation in translations]
    if translations:
        _check_ratios(translations[0], [row for _, rows in told for row in rows])
    return tuple(
        _answer(translation, interval, rows, now)
        for translation, (interval, rows) in zip(translations, told, strict=True)
    )


def _told(
    translation: Translation, replies: Mapping[Ask, Reply]
) -> tuple[Interval, tuple[Heard, ...]]:
    """The interval that numbers are known of, and the rows."""
    query, whole = translation.query, translation.whole
    if whole is None:  # that nothing can be there is known of all of it
        return query.interval, ()
    period, rows = heard(translation, whole, replies)
    if period == whole.interval:
        return query.interval, rows
    return Interval(query.interval.since, _in_zone(query, period.until)), rows


def _in_zone(query: Query, instant: datetime) -> datetime:
    return with_offset(instant, time_zone(query.timezone))


def _check_ratios(translation: Translation, rows: Sequence[Heard]) -> None:
    try:
        check_ratios((claim for row in rows for claim in row.claims), translation.scale)
    except ContradictionError as error:
        raise SourceError(translation.source, str(error), hint=error.hint) from error


def _answer(
    translation: Translation, interval: Interval, rows: Sequence[Heard], now: datetime
) -> Answer:
    through = interval.until
    if through > now:
        # A step that has not begun has no calls, but not 0 of them.
        through = _in_zone(translation.query, times.last_full_hour(now))
    return Answer(table=table_of(translation, rows), interval=interval, data_through=through)
