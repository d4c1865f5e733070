"""Up to when a source has data."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlglot import exp

from reporter.dates import Interval
from reporter.sources.calls import sql
from reporter.sources.calls.duckdb_engine import Engine, instant_as_utc
from reporter.sources.calls.readings import Family
from reporter.sources.calls.records import Records, chained, within

_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""From here on a time stands for: never."""
_MARGIN: Final = timedelta(days=2)


def newest(records: Records, engine: Engine, until: datetime) -> datetime | None:
    """The time of the latest good record; None where there is none.

    First the latest time of all is looked for: after ``until``, the end of what is asked, or
    shortly before, where the files' statistics spare the engine the rest, and only then
    everywhere. If no record about then is good, everything is read.
    """
    rough = None
    if not records.stored:
        lately = Interval(until - _MARGIN, _NEVER)
        rough = _newest_of_all(records, engine, lately) or _newest_of_all(records, engine, None)
    if rough is not None:
        around = Interval(rough - _MARGIN, rough + _MARGIN)
        latest = _newest_good(records, engine, around)
        if latest is not None:
            return latest
    return _newest_good(records, engine, None)


def _newest_good(records: Records, engine: Engine, interval: Interval | None) -> datetime | None:
    time = sql.column(records.layout.time, sql.RECORDS)
    statement = exp.select(exp.Max(this=time)).from_(sql.RECORDS)
    statement = statement.where(sql.below(time, sql.moment(_NEVER)))
    if interval is not None:
        statement = statement.where(within(interval, time))
    chain = records.good((records.layout.time,), interval)
    return _as_utc(engine.run(chained(chain, statement)).rows[0][0])


def _newest_of_all(records: Records, engine: Engine, interval: Interval | None) -> datetime | None:
    latest: exp.Expr = exp.Max(this=records.time.mapped())
    if records.time.family is Family.INSTANT:
        latest = instant_as_utc(latest)
    statement = exp.select(latest).from_(records.relation.copy())
    statement = statement.where(*records.coarse(interval))
    return _as_utc(engine.run(statement).rows[0][0])


def _as_utc(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    instant = value.replace(tzinfo=UTC)
    return instant if instant < _NEVER else None
