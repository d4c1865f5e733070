"""Periods and what they resolve to; steps of time; comparison intervals.

Everything takes the present instant (*as-of*) and the time zone as arguments. Intervals are
half-open and their ends aware.
"""

from reporter.dates.calendar import shifted
from reporter.dates.durations import Duration, doubled, duration
from reporter.dates.model import (
    Between,
    Comparison,
    Grain,
    Interval,
    LastUnits,
    Period,
    PeriodName,
    Unit,
)
from reporter.dates.periods import compared, is_to_date, resolve
from reporter.dates.steps import step_interval, step_of, steps
from reporter.dates.zones import (
    at_midnight,
    first_instant,
    minute,
    offset_changes,
    parse_instant,
    time_zone,
    wall_clock,
    with_offset,
)

__all__ = [
    "Between",
    "Comparison",
    "Duration",
    "Grain",
    "Interval",
    "LastUnits",
    "Period",
    "PeriodName",
    "Unit",
    "at_midnight",
    "compared",
    "doubled",
    "duration",
    "first_instant",
    "is_to_date",
    "minute",
    "offset_changes",
    "parse_instant",
    "resolve",
    "shifted",
    "step_interval",
    "step_of",
    "steps",
    "time_zone",
    "wall_clock",
    "with_offset",
]
