"""Has reports made by ``reporter run``, and holds what it wrote against the reference."""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from asking import project
from natural_order import MEMBERS
from report_blocks import Block, block
from report_charts import UNSURE
from report_model import Picture, Report, Section, World
from report_reference import Books

from reporter.cli.entry import _run

Json = dict[str, Any]


def set_up(world: World, folder: Path, files: int = 1) -> None:
    """A project with the world's records."""
    project(world.source, folder, files=files)
    if world.through is not None:
        file = folder / "reporter.yaml"
        said = json.loads(file.read_text(encoding="utf-8"))
        said["sources"]["calls"]["dataThrough"] = world.through.isoformat()
        file.write_text(json.dumps(said), encoding="utf-8")


def made(report: Report, folder: Path) -> Json:
    """The JSON of a report over the project in a folder."""
    (file,) = files_of(report, folder, folder / "out", "json")
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def files_of(report: Report, folder: Path, out: Path, formats: str) -> list[Path]:
    """The files that a report becomes, by name."""
    spec = folder / "report.yaml"
    spec.write_text(report.spec("report"), encoding="utf-8")
    words = ["run", str(spec), "--project", str(folder / "reporter.yaml"), *report.words()]
    err = StringIO()
    with redirect_stdout(StringIO()), redirect_stderr(err):
        code = _run([*words, "--out", str(out), "--format", formats])
    assert code == 0, f"{err.getvalue()}\n{spec.read_text(encoding='utf-8')}"
    return sorted(out.iterdir())


# What was found, in the form of the reference


def found_block(found: Json) -> Block:
    """A block of the JSON as the reference says it."""
    match found["type"]:
        case "kpis":
            return {"type": "kpis", "cards": [_found_card(card) for card in found["cards"]]}
        case "table":
            columns = [
                (column.get("column", column["name"]), column["role"])
                for column in found["columns"]
            ]
            rows = [
                {**row, "values": [_plain(value) for value in row["values"]]}
                for row in found["rows"]
            ]
            return {"type": "table", "columns": columns, "rows": rows}
        case "chart":
            return {
                "type": "chart",
                "chart": found["chart"],
                "steps": [_plain(step) for step in found["steps"]],
                "series": [_without(series, "label") for series in found["series"]],
                "partial": found["partial"],
                **({"wholes": found["wholes"]} if "wholes" in found else {}),
            }
        case other:
            raise AssertionError(other, found)


def _found_card(found: Json) -> Block:
    change = found["change"] and _without(found["change"], "tone")
    kept = {name: found[name] for name in ("name", "value", "target", "course")}
    return {**kept, "change": change, "courseSteps": [_plain(s) for s in found["courseSteps"]]}


def _without(found: Json, name: str) -> Json:
    return {key: value for key, value in found.items() if key != name}


def _plain(value: object) -> object:
    """An hour of UTC with +00:00, as the reference has it."""
    return f"{value[:-1]}+00:00" if isinstance(value, str) and _is_utc(value) else value


def _is_utc(text: str) -> bool:
    return len(text) == len("2026-10-25T02:00:00Z") and text[10] == "T" and text[-1] == "Z"


def _settled(expected: Block, found: Block, section: Section) -> Block:
    """What is expected, where nobody can know or where labels are involved as it was found."""
    if not isinstance(section, Picture):
        return expected
    if expected["partial"] == UNSURE:
        expected = {**expected, "partial": found["partial"]}
    if expected["steps"] is None:  # names of stages are labels
        expected = {**expected, "steps": found["steps"]}
    labelled = bool(set(section.asked.answered) & set(MEMBERS))
    pairs = zip(expected["series"], found["series"], strict=True)
    names = [each["name"] for each in found["series"]]
    assert len(names) == len(expected["series"]), (section, names)
    return {
        **expected,
        "series": [
            {
                **{key: one[key] for key in one if key not in {"metric", "strand"}},
                "name": other["name"] if labelled else one.get("name") or _series_name(one),
            }
            for one, other in pairs
        ],
    }


def _series_name(series: Block) -> str:
    match series["strand"]:
        case None:
            return str(series["metric"])
        case (None,):
            strand = "N/A"
        case (value,):
            strand = str(value)
        case other:
            strand = str(other.value)
    return f"{series['metric']}:{strand}"


def compare(book: Books, found: Json) -> None:
    """Hold the JSON of a report against the reference."""
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
        seen = found_block(actual)
        expected = _settled(block(book, section), seen, section)
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
