"""Plain tables, and what stands in them, for people."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reporter.cli.mistakes import printable
from reporter.dates import Interval


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows below their heads, each column as wide as it must be."""
    lines = [heads, *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{wide}}" for cell, wide in zip(cells, widths, strict=True)).rstrip()
        for cells in lines
    )


def span(interval: Interval, zone: ZoneInfo) -> str:
    """An interval as its first and last local day, where it consists of days."""
    ends = [end.astimezone(zone).replace(tzinfo=None) for end in (interval.since, interval.until)]
    if all(end == datetime.combine(end.date(), datetime.min.time()) for end in ends):
        last = ends[1].date() - timedelta(days=1)
        return f"{ends[0].date()} to {last}" if last > ends[0].date() else f"{ends[0].date()}"
    return f"{ends[0].isoformat(timespec='minutes')} to {ends[1].isoformat(timespec='minutes')}"
