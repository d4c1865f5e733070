"""``reporter query``: ask a source directly."""

from collections.abc import Iterable
from pathlib import Path

import click

from reporter import clock, wiring
from reporter.catalog.load import catalog_for
from reporter.catalog.model import Catalog
from reporter.cli import interruption, options, period_options, query_output
from reporter.cli.mistakes import printable
from reporter.data.answer import Answer
from reporter.data.table import Table
from reporter.dates import PeriodName
from reporter.diagnostics import Diagnostic, Invalid, Location, Severity, has_errors
from reporter.document.shape import SortKey, filled, ordered
from reporter.plan.ad_hoc import AdHoc, Question, question
from reporter.plan.metrics_api.mistakes import apis_of, question_mistakes
from reporter.plan.metrics_api.times import last_full_hour
from reporter.settings import Project
from reporter.settings.rules import unknown_source


@click.command(name="query")
@click.option("--source", metavar="NAME", help="A source of the project file.")
@click.option("--metrics", required=True, metavar="NAME,...", help="What is measured.")
@click.option("--by", default="", metavar="NAME,...", help="The dimensions to group by.")
@period_options.period_and_filters
@click.option("--timezone", metavar="ZONE", help="Of days and other steps of time.")
@click.option("--order-by", default="", metavar="NAME[:desc],...", help="Columns to order by.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N rows.")
@click.option("--fill", is_flag=True, help="A row for every step of time.")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(query_output.FORMATS)),
    default="table",
    show_default=True,
    help="How the answer is printed; csv and json are unrounded.",
)
@options.refresh
@options.project
def command(
    *,
    source: str | None,
    metrics: str,
    by: str,
    period: str | None,
    since: str | None,
    until: str | None,
    as_of: str | None,
    filters: tuple[str, ...],
    timezone: str | None,
    order_by: str,
    limit: int | None,
    fill: bool,
    form: str,
    refresh: bool,
    project_path: Path | None,
) -> int:
    """Ask a source for metrics, grouped and narrowed as the options say."""
    project = options.read_project(project_path)
    defaults = project.file.defaults
    mistakes: list[Diagnostic] = []
    narrowed = period_options.named("--filter", filters, mistakes)
    over = period_options.period_from(period, since, until, mistakes)
    name = source or defaults.source
    api = apis_of(project).get(name or "")
    asked = AdHoc(
        metrics=_names(metrics),
        dimensions=_names(by),
        filters=narrowed,
        order_by=_names(order_by),
        timezone=defaults.timezone if timezone is None else timezone,
        now=clock.now() if api is None else last_full_hour(clock.now()),
        as_of=as_of,
        # A period that is wrong is not missing as well.
        period=PeriodName.TODAY if mistakes and over is None else over,
        fill=fill,
    )
    catalog, found = catalog_for(project, name)
    mistakes.extend(found)
    mistakes.extend(_source_mistakes(name, project))
    meant = _meant(asked, catalog, mistakes)
    if meant is not None and api is not None:
        beyond = question_mistakes(meant, api, catalog)
        mistakes.extend(d for d in beyond if d.severity is Severity.ERROR)
    if name is None or meant is None or has_errors(mistakes):
        raise Invalid(mistakes)
    opened = wiring.open_source(project, name, catalog, refresh=refresh)
    (answer,) = interruption.run(opened.fetch([meant.query]))
    table = _shaped(answer, meant, fill=fill, limit=limit)
    click.echo(query_output.FORMATS[form](table, defaults.locale))
    for notice in _notices(answer, meant):
        click.echo(f"note: {printable(notice)}", err=True)
    return 0


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _source_mistakes(name: str | None, project: Project) -> Iterable[Diagnostic]:
    known = tuple(project.file.sources)
    if name is None:
        yield Diagnostic(
            code="no-source",
            message="the query names no source, and the project has no default",
            location=Location("--source"),
            expected=f"one of {', '.join(known)}" if known else "a source in reporter.yaml",
        )
    elif name not in known:
        yield unknown_source(name, known, Location("--source"))


def _meant(asked: AdHoc, catalog: Catalog, mistakes: list[Diagnostic]) -> Question | None:
    try:
        return question(asked, catalog)
    except Invalid as invalid:
        mistakes.extend(invalid.diagnostics)
        return None


def _shaped(answer: Answer, meant: Question, *, fill: bool, limit: int | None) -> Table:
    """The rows in order, filled and limited; only the columns that were asked for."""
    table = answer.table
    if fill:
        table = filled(table, answer.interval, meant.query.timezone, answer.data_through)
    table = ordered(table, [SortKey(name, descending) for name, descending in meant.order])
    indexes = [table.index(name) for name in meant.columns]
    return Table(
        tuple(table.columns[i] for i in indexes),
        tuple(tuple(row[i] for i in indexes) for row in table.rows[:limit]),
    )


def _notices(answer: Answer, meant: Question) -> Iterable[str]:
    for name in meant.dropped:
        yield f"{name} is left out: a finer time dimension is asked for"
    if answer.interval != meant.query.interval:
        ends = (answer.interval.since, answer.interval.until)
        since, until = (end.isoformat(sep=" ", timespec="minutes") for end in ends)
        yield f"there is an answer for {since} to {until} only"
    rejected = answer.rejections.count
    if rejected:
        first = "".join(f"; {e.place}: {e.reason}" for e in answer.rejections.examples[:1])
        yield f"{rejected} record{'s' if rejected != 1 else ''} could not be used{first}"
    for column in answer.table.columns:
        if column.name in meant.columns and column.unavailable is not None:
            yield f"{column.name} has no values: {column.unavailable}"
    yield from answer.notices
    yield from answer.remarks
