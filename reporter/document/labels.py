"""Intervals, steps of time and instants as people write them, in a report's locale."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_datetime_format,
)

from reporter.dates import Grain, Interval
from reporter.words import Words

_MONTHS_OF_QUARTER: Final = 3
_DAYS_OF_WEEK: Final = 7
_WEEKS: Final = frozenset(
    {Grain.WEEK_MONDAY_START, Grain.WEEK_SATURDAY_START, Grain.WEEK_SUNDAY_START}
)
Step = date | datetime


class TimeWriter(msgspec.Struct, frozen=True):
    """Writes times of one zone as a locale does, with the words of its language."""

    locale: Locale
    zone: ZoneInfo
    words: Words

    def period(self, interval: Interval) -> str:
        """An interval in its shortest clear form.

        ``2026``, ``Q3 2026``, ``October 2026``, ``August - October 2026``,
        ``week of 2 Nov 2026``, ``1-22 Nov 2026``, ``1 Oct 2026``; with times where it does not
        begin at midnight. A day that it ends within counts as one of its days.
        """
        since, until = self._local(interval.since), self._local(interval.until)
        if since.time() != time():
            return self._from_to(interval)
        first = since.date()
        end = until.date() + (timedelta() if until.time() == time() else timedelta(days=1))
        last = max(first, end - timedelta(days=1))
        if first.day == 1 and end.day == 1 and end > first:
            return self._months(first, last, (end.year - first.year) * 12 + end.month - first.month)
        if (end - first).days == _DAYS_OF_WEEK and first.weekday() == 0:
            return self.words.say("week_of_in_sentence", day=self.day(first))
        if first == last:
            return self.day(first)
        return self._range("yMMMd", first, last)

    def interval(self, interval: Interval) -> str:
        """Both ends of an interval to the minute, with the zone."""
        return f"{self._from_to(interval)} {self.zone.key}"

    def instant(self, instant: datetime) -> str:
        """An instant to the minute, with the zone."""
        return f"{self._minute(self._local(instant))} {self.zone.key}"

    def day(self, day: date) -> str:
        """``1 Oct 2026``."""
        return format_date(day, "medium", locale=self.locale)

    def step(self, step: Step, grain: Grain) -> str:
        """A step of time that stands by itself: ``1 Oct 2026``, ``1 Oct 2026, 14:00``."""
        if isinstance(step, datetime):
            return self._minute(self._local(step)) + self._offset_if_repeated(step)
        if grain in _WEEKS:
            return self.words.say("week_of", day=self.day(step))
        if grain is Grain.DAY:
            return self.day(step)
        return self._long_step(step, grain)

    def axis_step(self, step: Step, grain: Grain, among: Interval) -> str:
        """A step of time on an axis, with no more than is needed there.

        ``1 Oct`` within a year, ``14:00`` within a day, ``1 Oct, 14:00`` within a year.
        """
        first, last = self._local(among.since), self._local(among.until - timedelta(microseconds=1))
        if first.year != last.year:
            return self.step(step, grain)
        if isinstance(step, datetime):
            local = self._local(step)
            clock = format_time(local, "short", locale=self.locale)
            text = clock if first.date() >= last.date() else self._joined(self._short(local), clock)
            return text + self._offset_if_repeated(step)
        if grain in _WEEKS:
            return self.words.say("week_of", day=self._short(step))
        if grain is Grain.DAY:
            return self._short(step)
        return self._long_step(step, grain)

    def _long_step(self, step: date, grain: Grain) -> str:
        skeleton = {Grain.MONTH: "yMMM", Grain.QUARTER: "yQQQ", Grain.YEAR: "y"}[grain]
        return self._skeleton(skeleton, step)

    def _months(self, first: date, last: date, months: int) -> str:
        if first.month == 1 and months % 12 == 0:
            years = first.year, last.year
            return (
                self._skeleton("y", first)
                if years[0] == years[1]
                else self._range("y", first, last)
            )
        if months == _MONTHS_OF_QUARTER and first.month % _MONTHS_OF_QUARTER == 1:
            return self._skeleton("yQQQ", first)
        if months == 1:
            return self._skeleton("yMMMM", first)
        return self._range("yMMMM", first, last)

    def _range(self, skeleton: str, first: date, last: date) -> str:
        """From one day to another; the thin spaces of some locales are no use in mail subjects."""
        text = str(format_interval(first, last, skeleton, locale=self.locale))
        return text.replace("\N{THIN SPACE}", " ")

    def _from_to(self, interval: Interval) -> str:
        since, until = self._local(interval.since), self._local(interval.until)
        return f"{self._minute(since)} – {self._minute(until)}"

    def _minute(self, local: datetime) -> str:
        return self._joined(self.day(local), format_time(local, "short", locale=self.locale))

    def _joined(self, day: str, clock: str) -> str:
        pattern = get_datetime_format("medium", locale=self.locale)
        return str(pattern).replace("{1}", day).replace("{0}", clock)

    def _short(self, day: date) -> str:
        return self._skeleton("MMMd", day)

    def _skeleton(self, skeleton: str, day: date) -> str:
        return format_skeleton(skeleton, datetime.combine(day, time()), locale=self.locale)

    def _offset_if_repeated(self, step: datetime) -> str:
        """The UTC offset, where the wall clock shows this hour twice."""
        local = self._local(step)
        if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
            return ""
        minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        return f" (UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02})" if rest else ")")

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(UTC).astimezone(self.zone)
