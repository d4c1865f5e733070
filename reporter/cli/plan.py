"""``reporter plan``: what a report would ask, in the words of its source."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Unpack

import click
import msgspec

from reporter import wiring
from reporter.cli import options, period_options
from reporter.cli.mistakes import as_text
from reporter.cli.period_options import Settled
from reporter.cli.spec_files import spec_file
from reporter.data.table import Column
from reporter.dates import Interval
from reporter.plan.filters import described
from reporter.plan.model import Plan, Purpose, Query
from reporter.plan.preparation import Prepared, narrowings, prepare
from reporter.sources.base import Source

_END: Final = ";\n\n"
_PROOF: Final = "the proof that the editions are the whole"
_PURPOSES: Final = {
    Purpose.CURRENT: "",
    Purpose.PREVIOUS: " (comparison)",
    Purpose.LEVELS: " (totals)",
    Purpose.PREVIOUS_LEVELS: " (totals of the comparison)",
    Purpose.SERIES: " (sparkline)",
    Purpose.AGAINST: "",
    Purpose.AGAINST_LEVELS: " (totals)",
}


class _Statement(msgspec.Struct, frozen=True):
    """What a source would be asked for one query, and the language of it."""

    language: str
    text: str


class _Explained(msgspec.Struct, frozen=True):
    """A plan with what its sources say to it.

    Attributes:
        prepared: the plan.
        statements: one per query.
        unavailable: metrics and dimensions that a source has no columns for.
    """

    prepared: Prepared
    statements: tuple[_Statement, ...]
    unavailable: tuple[Column, ...]


@click.command(name="plan")
@click.argument("spec", metavar="SPEC")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@period_options.edition
@options.project
def command(
    spec: str, *, as_json: bool, project_path: Path | None, **settled: Unpack[Settled]
) -> int:
    """Show what a report would ask, who needs it, and how its source is asked.

    SPEC is a file, or the name of a report in report_specs/. The source is opened, but asked for
    no numbers: what is shown are SQL statements, or requests that are not sent.
    """
    request = period_options.request(settled)
    project = options.read_project(project_path)
    prepared = prepare(spec_file(spec, project), project, request)
    explained = _explained(
        prepared,
        {
            name: wiring.open_source(project, name, prepared.catalogs[name])
            for name in dict.fromkeys(prepared.plan.sources)
        },
    )
    if prepared.warnings:
        click.echo(as_text(prepared.warnings), err=True)
    if as_json:
        click.echo(json.dumps(_data(explained), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(explained)))
    return 0


def _explained(prepared: Prepared, sources: Mapping[str, Source]) -> _Explained:
    """Each source is opened once for all its queries."""
    plan = prepared.plan
    statements: dict[int, _Statement] = {}
    unavailable: dict[Column, None] = {}
    for name, source in sources.items():
        numbers = [number for number, asked in enumerate(plan.sources) if asked == name]
        queries = [plan.queries[number] for number in numbers]
        for number, text in zip(numbers, source.explain(queries), strict=True):
            statements[number] = _Statement(source.language, text)
        unavailable |= dict.fromkeys(source.unavailable(queries))
    in_order = tuple(statements[number] for number in range(len(plan.queries)))
    return _Explained(prepared, in_order, tuple(unavailable))


def _lines(explained: _Explained) -> Iterable[str]:
    edition, plan = explained.prepared.edition, explained.prepared.plan
    yield f"{edition.spec.name}: {edition.spec.title}"
    yield f"  source      {edition.source}"
    yield f"  interval    {_interval_text(edition.interval)} ({edition.timezone})"
    if edition.comparison is not None:
        yield f"  comparison  {_interval_text(edition.comparison)}"
    if edition.spec.burst is not None:
        yield f"  burst       one edition for each {edition.spec.burst.by}"
    for label, value in narrowings(explained.prepared).report:
        yield f"  filter      {label}: {value}"
    for name, given in edition.parameters.items():
        yield f"  parameter   {name}: {'not set' if given is None else given}"
    for column in explained.unavailable:
        yield f"  unavailable {column.name}: {column.unavailable}"
    before = _shared(plan, explained.statements)
    for source, shared in before.items():
        if shared:
            yield f"\nbefore all queries{f' to {source}' if len(before) > 1 else ''}\n"
            yield from _indented(shared)
    for number, query in enumerate(plan.queries):
        yield ""
        yield from _query_lines(explained.prepared, number, query)
        yield ""
        shared = before[plan.sources[number]]
        yield from _indented(explained.statements[number].text.removeprefix(shared))


def _shared(plan: Plan, statements: Sequence[_Statement]) -> Mapping[str, str]:
    """By source the statements that all its queries begin with, so that they are read once."""
    heads: dict[str, list[str]] = {}
    for source, statement in zip(plan.sources, statements, strict=True):
        heads.setdefault(source, []).append("".join(statement.text.rpartition(_END)[:2]))
    return {
        source: each[0] if len(set(each)) == 1 and len(each) > 1 else ""
        for source, each in heads.items()
    }


def _indented(text: str) -> Iterable[str]:
    return (f"    {line}".rstrip() for line in text.strip().splitlines())


def _query_lines(prepared: Prepared, number: int, query: Query) -> Iterable[str]:
    plan = prepared.plan
    users = ", ".join(_users(plan, number)) or _PROOF
    yield f"query {number + 1} of {len(plan.queries)}, for {users}"
    if len(set(plan.sources)) > 1:
        yield f"  source      {plan.sources[number]}"
    yield f"  metrics     {', '.join(metric.name for metric in query.metrics)}"
    if query.dimensions:
        yield f"  by          {', '.join(dimension.name for dimension in query.dimensions)}"
    yield f"  interval    {_interval_text(query.interval)}"
    for label, value in described(query.conditions, prepared.words):
        yield f"  filter      {label}: {value}"


def _data(explained: _Explained) -> dict[str, Any]:
    edition, plan = explained.prepared.edition, explained.prepared.plan
    return {
        "report": edition.spec.name,
        "source": edition.source,
        "timezone": edition.timezone,
        "interval": _interval_data(edition.interval),
        "comparison": None if edition.comparison is None else _interval_data(edition.comparison),
        "burst": None if edition.spec.burst is None else edition.spec.burst.by,
        "filters": [{"label": n, "value": v} for n, v in narrowings(explained.prepared).report],
        "parameters": edition.parameters,
        "unavailable": [{"name": c.name, "reason": c.unavailable} for c in explained.unavailable],
        "queries": [
            {
                "source": plan.sources[number],
                "metrics": [metric.name for metric in query.metrics],
                "dimensions": [dimension.name for dimension in query.dimensions],
                "filters": [
                    {"label": n, "value": v}
                    for n, v in described(query.conditions, explained.prepared.words)
                ],
                "interval": _interval_data(query.interval),
                "needs": [
                    {"section": need.section, "purpose": need.purpose.value}
                    for need in plan.needs
                    if need.query == number
                ],
                explained.statements[number].language: explained.statements[number].text,
            }
            for number, query in enumerate(plan.queries)
        ],
    }


def _users(plan: Plan, number: int) -> Iterable[str]:
    for need in plan.needs:
        if need.query == number:
            yield f"sections[{need.section}]{_PURPOSES[need.purpose]}"
    for whole in plan.wholes:
        if whole.query == number:
            yield "delivery" if whole.check is None else f"checks[{whole.check}]"


def _interval_text(interval: Interval) -> str:
    return " to ".join(_interval_data(interval).values())


def _interval_data(interval: Interval) -> dict[str, str]:
    return {
        "since": interval.since.isoformat(timespec="minutes"),
        "until": interval.until.isoformat(timespec="minutes"),
    }
