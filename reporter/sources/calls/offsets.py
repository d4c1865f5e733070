"""Between local time and UTC without the engine's time-zone arithmetic.

The offsets of a zone are known beforehand, so a conversion is a CASE over its changes. That
costs a fraction of what engines need for AT TIME ZONE, and is the same in all of them.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlglot import exp

from reporter.dates import offset_changes
from reporter.sources.calls import sql

_DAY: Final = timedelta(days=1)
_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class Offsets(msgspec.Struct, frozen=True):
    """A zone's offset at first, and its changes: instant in UTC and the offset from then on."""

    first: timedelta
    changes: tuple[tuple[datetime, timedelta], ...] = ()

    def local(self, utc: exp.Expr) -> exp.Expr:
        """The local time of a naive timestamp in UTC."""
        changes = [(sql.moment(change), sql.seconds(offset)) for change, offset in self.changes]
        return self._moved(utc, sql.stepwise(utc, sql.seconds(self.first), changes))

    def offset(self, utc: exp.Expr) -> exp.Expr:
        """The offset in force at a naive timestamp in UTC, in whole seconds."""
        return sql.stepwise(
            utc,
            sql.whole(self.first // timedelta(seconds=1)),
            [
                (sql.moment(change), sql.whole(offset // timedelta(seconds=1)))
                for change, offset in self.changes
            ],
        )

    def utc(self, local: exp.Expr) -> exp.Expr:
        """The naive timestamp in UTC of a local time.

        A repeated local time is its first occurrence; one that does not exist is read with the
        offset before the gap.
        """
        changes = []
        before = self.first
        for change, offset in self.changes:
            last = change.replace(tzinfo=None) + max(before, offset)
            changes.append((sql.wall(last), sql.seconds(-offset)))
            before = offset
        return self._moved(local, sql.stepwise(local, sql.seconds(-self.first), changes))

    def _moved(self, timestamp: exp.Expr, step: exp.Expr) -> exp.Expr:
        if not self.first and not self.changes:
            return timestamp.copy()
        return exp.Add(this=sql.grouped(timestamp), expression=step)


def offsets_between(zone: ZoneInfo, since: datetime, until: datetime) -> Offsets:
    """The offsets of a zone in ``[since, until)``."""
    (_, first), *changes = offset_changes(zone, since, until)
    return Offsets(first, tuple(changes))


def offsets_around(zone: ZoneInfo, earliest: datetime, latest: datetime) -> Offsets:
    """The offsets needed to read local times from ``earliest`` to ``latest``, both naive.

    Before 1900 and after 2100 a zone keeps the offset of those years.
    """
    since = max(_EARLIEST, min(_LATEST, earliest.replace(tzinfo=UTC)))
    until = max(_EARLIEST, min(_LATEST, latest.replace(tzinfo=UTC)))
    return offsets_between(zone, since - _DAY, until + _DAY)
