"""``reporter sample-data``: believable call records to try things with."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reporter.cli import options
from reporter.clock import now

if TYPE_CHECKING:
    from reporter.sample_data.folder import Sample

_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2100, 1, 1)
_WHOLE: Final = 1000


def _day(ctx: click.Context, param: click.Parameter, value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write 2026-11-01.", ctx, param) from None
    if not _FIRST <= day <= _LAST:
        raise click.BadParameter(f"{day} does not lie between {_FIRST} and {_LAST}.", ctx, param)
    return day


@click.command(name="sample-data")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    required=True,
    help="Where to write: an empty or new folder, or one with earlier sample data.",
)
@click.option(
    "--months",
    type=click.IntRange(1, 60),
    default=3,
    show_default=True,
    help="How many months, counted back from --until.",
)
@click.option(
    "--calls-per-month",
    type=click.IntRange(1, 50_000_000),
    default=50_000,
    show_default=True,
    help="How many calls a month has on average; there are more each month.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=7,
    show_default=True,
    help="Another seed gives other calls; the same seed the same files.",
)
@click.option(
    "--until",
    callback=_day,
    metavar="DATE",
    default=lambda: now().date().replace(day=1).isoformat(),
    show_default="first day of this month",
    help="The day after the last one, in UTC.",
)
def command(*, folder: Path, months: int, calls_per_month: int, seed: int, until: date) -> None:
    """Write believable call records to try things with.

    The calls come as Parquet files by month, with a tree of accounts and a project file that
    names them as a source. They have a daily and weekly rhythm, networks of different quality,
    and an incident to discover.
    """
    from reporter.sample_data.folder import write  # noqa: PLC0415 - the engine loads slowly
    from reporter.sample_data.model import Request  # noqa: PLC0415 - likewise

    request = Request.of_months(months, until=until, calls_per_month=calls_per_month, seed=seed)
    with _progress() as on_month:
        sample = write(request, folder, on_month)
    click.echo(_summary(sample, request.calls))
    click.echo(f"\nTry:\n  {_next_command(sample, request.last_month, until)}")


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing where nobody looks."""
    if not options.is_watched(sys.stderr):
        yield lambda _: None
        return
    with click.progressbar(length=_WHOLE, label="Writing calls", file=sys.stderr) as bar:
        yield lambda permille: bar.update(permille - bar.pos)


def _summary(sample: "Sample", calls: int) -> str:
    files = (*sample.calls, sample.accounts, sample.project)
    return "\n".join([f"{calls:,} calls:", *(f"  {file}" for file in files)])


def _next_command(sample: "Sample", since: date, until: date) -> str:
    words = (
        "reporter",
        "query",
        "--project",
        str(sample.project),
        "--source",
        "calls",
        "--metrics",
        "TOTAL_CALL_COUNT,ANSWER_RATE",
        "--by",
        "COUNTRY_NAME",
        "--since",
        since.isoformat(),
        "--until",
        until.isoformat(),
    )
    return shlex.join(words)
