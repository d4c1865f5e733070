"""What every block of one report is written with."""

from zoneinfo import ZoneInfo

import msgspec

from reporter.dates import time_zone
from reporter.document.format import NumberWriter, locale_of
from reporter.document.labels import TimeWriter
from reporter.spec.edition import Edition
from reporter.words import Words


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """An edition and how its numbers and times are written.

    Attributes:
        period: the interval as people write it (``October 2026``).
        comparison: the comparison interval likewise; None where there is none.
    """

    edition: Edition
    zone: ZoneInfo
    numbers: NumberWriter
    times: TimeWriter
    period: str
    comparison: str | None
    words: Words


def frame_of(edition: Edition, words: Words) -> Frame:
    """The frame of an edition.

    Raises:
        UserError: its locale does not exist.
    """
    locale, zone = locale_of(edition.locale), time_zone(edition.timezone)
    times = TimeWriter(locale, zone, words)
    return Frame(
        edition=edition,
        zone=zone,
        numbers=NumberWriter(locale, edition.currency, words["percent_points"]),
        times=times,
        period=times.period(edition.interval),
        comparison=None if edition.comparison is None else times.period(edition.comparison),
        words=words,
    )
