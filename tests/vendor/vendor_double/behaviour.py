"""What the API's description leaves open, and what goes wrong at times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the double behaves.

    Attributes:
        ratios: as parts of a hundred or of one.
        ratio_digits: after the point; None: as many as a double has.
        ratio_cut: whether digits are cut off rather than rounded.
        ratio_of_nothing: what stands where there is nothing to divide by.
        durations: their unit.
        duration_digits: after the point.
        missing: what stands for a value that there is none of.
        dates: how date-times are written: ``2026-03-01T00:00:00.000+0000``,
            ``2026-03-01T00:00:00Z`` or ``2026-03-01T00:00:00``.
        days: whether days and longer steps are date-times or texts like ``2026-03-01``.
        buckets: the names of the API's enumeration, or descriptions for readers.
        ids_as_text: whether ids come as texts.
        counts_as_numbers: whether counts come as ``7.0``.
        columns: in which order.
        channel: whether CHANNEL_CODE comes always or only where it is asked for.
        unasked_column: whether CHANNEL_NAME comes too.
        lost_column: whether the last metric does not come.
        empty_row: whether a request without dimensions that finds nothing gets a row of zeros.
        repeated_row: whether the first row stands there twice.
        wide_rows: whether rows are longer than there are columns, as in the description's example.
        cut_rows: whether the last row is lost, while ``totalRows`` counts it.
        widened: what the period is widened to: the step asked for, or always hours or days.
        earlier: whether the period begins a day early.
        finalised: up to when there is data; later ends are trimmed to it.
        callbacks: what becomes of the result.
        callback_delay: seconds between the answer to a request and its callback.
        failure: what a request fails with, or None.
        refused: property and violation of a 400 that every request gets, or None.
        throttled: how many requests get a 429 before one is let through.
        retry_after: what those say of when to come again.
        broken: how many requests get a 500 before one is let through.
        per_second: how many requests of any second are let through; None: all.
        token_seconds: how long an access token is good.
    """

    ratios: Literal["percent", "fraction"] = "percent"
    ratio_digits: int | None = None
    ratio_cut: bool = False
    ratio_of_nothing: Literal["missing", "zero"] = "missing"
    durations: Literal["seconds", "milliseconds", "minutes"] = "seconds"
    duration_digits: int | None = None
    missing: Literal["N/A"] | None = "N/A"
    dates: Literal["offset", "z", "bare"] = "offset"
    days: Literal["date-times", "texts"] = "date-times"
    buckets: Literal["names", "descriptions"] = "names"
    ids_as_text: bool = False
    counts_as_numbers: bool = False
    columns: Literal["asked", "reversed", "metrics first"] = "asked"
    channel: Literal["always", "asked"] = "always"
    unasked_column: bool = False
    lost_column: bool = False
    empty_row: bool = False
    repeated_row: bool = False
    wide_rows: bool = False
    cut_rows: bool = False
    widened: Literal["step", "HOUR", "DAY"] | None = None
    earlier: bool = False
    finalised: datetime | None = None
    callbacks: Literal["once", "twice", "never", "before the answer"] = "once"
    callback_delay: float = 0.0
    failure: str | None = None
    refused: tuple[str, str] | None = None
    throttled: int = 0
    retry_after: str | None = "0"
    broken: int = 0
    per_second: int | None = None
    token_seconds: int = 3600


AS_DOCUMENTED: Final = Behaviour()
