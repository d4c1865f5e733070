"""Whole reports: every number that ``reporter run`` writes, against the reference."""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from asking import project
from hypothesis import given
from random_calls import looking
from random_reports import worlds
from report_blocks import UNSURE, Block, block
from report_model import Report, World
from report_reference import Books, books

from reporter.cli.entry import _run


def made(world: World, folder: Path, formats: str = "json") -> list[dict[str, Any]]:
    """The JSON of each report of a world, made by one command each."""
    _set_up(world, folder)
    return [_made(report, number, folder, formats) for number, report in enumerate(world.reports)]


def _set_up(world: World, folder: Path) -> None:
    project(world.source, folder)
    if world.through is not None:
        file = folder / "reporter.yaml"
        said = json.loads(file.read_text())
        said["sources"]["calls"]["dataThrough"] = world.through.isoformat()
        file.write_text(json.dumps(said))


def _made(report: Report, number: int, folder: Path, formats: str) -> dict[str, Any]:
    spec = folder / f"report-{number}.yaml"
    spec.write_text(report.spec(spec.stem), encoding="utf-8")
    run(spec, report, folder, folder / f"out-{number}", formats)
    (file,) = (folder / f"out-{number}").glob("*.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def run(spec: Path, report: Report, folder: Path, out: Path, formats: str) -> None:
    out_text, err = StringIO(), StringIO()
    words = ["run", str(spec), "--project", str(folder / "reporter.yaml"), *report.words()]
    with redirect_stdout(out_text), redirect_stderr(err):
        code = _run([*words, "--out", str(out), "--format", formats])
    assert code == 0, f"{err.getvalue()}\n{spec.read_text()}"


# What was found, in the form of the reference


def found_block(found: dict[str, Any]) -> Block:
    match found["type"]:
        case "kpis":
            return {"type": "kpis", "cards": [_found_card(card) for card in found["cards"]]}
        case "table":
            columns = [(column["name"], column["role"]) for column in found["columns"]]
            rows = [
                {**row, "values": [_plain(value) for value in row["values"]]}
                for row in found["rows"]
            ]
            return {"type": "table", "columns": columns, "rows": rows}
        case "chart":
            return {
                "type": "chart",
                "steps": [_plain(step) for step in found["steps"]],
                "series": found["series"],
                "partial": found["partial"],
            }
        case other:
            raise AssertionError(other, found)


def _found_card(found: dict[str, Any]) -> Block:
    change = found["change"] and {k: v for k, v in found["change"].items() if k != "tone"}
    kept = {name: found[name] for name in ("name", "value", "target", "course")}
    return {**kept, "change": change, "courseSteps": [_plain(s) for s in found["courseSteps"]]}


def _plain(value: object) -> object:
    """An hour of UTC with +00:00, as the reference has it."""
    return f"{value[:-1]}+00:00" if isinstance(value, str) and _is_utc(value) else value


def _is_utc(text: str) -> bool:
    return len(text) == len("2026-10-25T02:00:00Z") and text[10] == "T" and text[-1] == "Z"


def _comparable(expected: Block, found: Block) -> tuple[Block, Block]:
    """Series by what both sides say of them; a step of which nobody can know is not compared."""
    if expected["type"] != "chart":
        return expected, found
    if expected["partial"] == UNSURE:
        expected = {**expected, "partial": found["partial"]}
    for one, other in zip(expected["series"], found["series"], strict=True):
        name, *strand = other["name"].split(":", 1)
        assert name == one["metric"]
        assert bool(strand) == (one["strand"] is not None)
        if strand and one["strand"] is not None and not isinstance(one["strand"], tuple):
            assert strand == ["Other"]
        if isinstance(one["strand"], tuple) and one["strand"] == (None,):
            assert strand == ["N/A"]
    said = ("comparison", "values")
    return (
        {**expected, "series": [{key: one[key] for key in said} for one in expected["series"]]},
        {**found, "series": [{key: one[key] for key in said} for one in found["series"]]},
    )


def compare(book: Books, found: dict[str, Any]) -> None:
    provenance = found["provenance"]
    ends = [datetime.fromisoformat(provenance[end]) for end in ("since", "until")]
    assert ends == [book.span.since, book.span.until], book.report
    if book.before is None:
        assert provenance["comparison"] is None
    else:
        ends = [datetime.fromisoformat(provenance["comparison"][e]) for e in ("since", "until")]
        assert ends == [book.before.since, book.before.until], (book.report, book.before)
    through = provenance["dataThrough"]
    assert (through and datetime.fromisoformat(through)) == book.through
    assert provenance["rejected"] == book.bad
    for section, actual in zip(book.report.sections, found["blocks"], strict=True):
        expected, seen = _comparable(block(book, section), found_block(actual))
        assert seen == expected, "\n".join(_difference(expected, seen, section, book))


def _difference(expected: Block, found: Block, section: object, book: Books) -> Iterator[str]:
    yield f"{section}"
    yield f"{book.span} {book.before} through {book.through}"
    for key in expected:
        if expected[key] == found[key]:
            continue
        one, other = expected[key], found[key]
        if not isinstance(one, list) or not isinstance(other, list):
            yield f"{key}: expected {one}, found {other}"
            continue
        yield f"{key}: expected {len(one)}, found {len(other)}"
        yield from (
            f"  {place}: expected {a}\n  {place}:    found {b}"
            for place, (a, b) in enumerate(zip(one, other, strict=False))
            if a != b
        )


@looking(40)
@given(worlds())
def test_every_number_of_a_report(world: World) -> None:
    with TemporaryDirectory() as folder:
        for report, found in zip(world.reports, made(world, Path(folder)), strict=True):
            compare(books(world, report), found)
