"""A slice of a burst is the report with a filter on its value, whatever report and calls."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from asking import filter_text
from hypothesis import assume, given
from hypothesis import strategies as st
from random_calls import looking
from random_reports import worlds
from report_asking import set_up
from report_model import Report, World

from reporter import wiring
from reporter.catalog.builtin import built_in
from reporter.catalog.model import Attribute, FilterKind
from reporter.document.model import Document
from reporter.pipeline import Tools, ask, composed
from reporter.plan.preparation import Request
from reporter.portions import Asked, Portions, portions
from reporter.settings import Project, load_project
from reporter.spec.edition import BurstValue

NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
TOOLS: Final = Tools(wiring.open_source, wiring.RENDERERS)
CATALOG: Final = built_in()
FILTERS: Final = {
    dimension.name: one.name
    for dimension in CATALOG.dimensions
    for one in CATALOG.filters
    if isinstance(dimension.definition, Attribute)
    and one.kind in (FilterKind.VALUES, FilterKind.ACCOUNTS)
    and one.expression == dimension.definition.expression
    and not one.closed
}
"""The dimensions of which a filter takes any value."""
LISTED: Final = "987654"
"""A value without calls."""


def asked(world: World, folder: Path, *further: tuple[str, str], burst: str | None = None) -> Asked:
    report = world.report
    said = json.loads(report.spec("report"))
    if burst is not None:
        said["burst"] = {"by": burst, "recipients": "recipients.csv"}
        (folder / "recipients.csv").write_text(
            f"{burst},to,name\n{LISTED},ana@example.com,Nobody's\n", encoding="utf-8"
        )
    spec = folder / f"{burst}.yaml"
    spec.write_text(json.dumps(said), encoding="utf-8")
    project, mistakes = load_project(folder / "reporter.yaml")
    assert project is not None, mistakes
    return asyncio.run(_ask(spec, project, _request(report, further)))


async def _ask(spec: Path, project: Project, request: Request) -> Asked:
    return await ask(spec, project, request, TOOLS, progress=lambda _: None)


def _request(report: Report, further: tuple[tuple[str, str], ...]) -> Request:
    given = {name: str(n) for name, n in report.parameters.items() if n is not None}
    filters = tuple((name, filter_text(value)) for name, value in report.further.items())
    return Request(
        now=NOW,
        as_of=report.as_of.isoformat(),
        parameters=given,
        filters=(*filters, *further),
    )


def alone(world: World, folder: Path, value: BurstValue) -> Document:
    """The report with a filter on the value; accounts below it are editions of their own."""
    filters = [(FILTERS[value.dimension], json.dumps([value.value]))]
    if value.dimension == "ACCOUNT_KEY":
        filters.append(("includeSubaccounts", "false"))
    return composed(asked(world, folder, *filters))


def shown(document: Document) -> list[object]:
    """All that a document says, but for what differs: filters, and records nobody could use."""
    provenance = msgspec.structs.replace(
        document.provenance, filters=(), rejected=0, rejected_examples=(), spec_commit=None
    )
    said = msgspec.structs.replace(document, provenance=provenance, notices=())
    notices = [text for text in document.notices if "could not be used" not in text]
    return [repr(said), notices]


@looking(40)
@given(worlds(most=60), st.sampled_from(sorted(FILTERS)), st.data())
def test_a_slice_is_the_report_with_a_filter(
    world: World, dimension: str, data: st.DataObject
) -> None:
    taken = {FILTERS[dimension]}
    if dimension == "ACCOUNT_KEY":
        taken.add("includeSubaccounts")
    assume(not taken & set(world.report.further))  # the command line takes a filter once
    with TemporaryDirectory() as name:
        folder = Path(name)
        set_up(world, folder)
        found = portions(asked(world, folder, burst=dimension))
        _compare(world, folder, found, data)


def _compare(world: World, folder: Path, found: Portions, data: st.DataObject) -> None:
    known = [value for value in found.every if value.value is not None]
    chosen = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    whole = msgspec.structs.replace(found, values=tuple(chosen))
    for value, one in zip(chosen, whole, strict=True):
        assert one.prepared.edition.burst == value
        assert shown(composed(one)) == shown(alone(world, folder, value))
