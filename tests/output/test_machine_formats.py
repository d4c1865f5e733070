"""CSV and JSON, read back."""

import csv
import io
import json
from datetime import UTC, date, datetime
from importlib import util
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from reporter.data.table import Kind, Value
from reporter.document.model import ChartBlock, Document, KpiBlock, TableBlock
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind
from reporter.output.csv import CsvRenderer
from reporter.output.json import JsonRenderer
from reporter.output.tabular import as_table


def load_sample() -> ModuleType:
    path = Path(__file__).parent / "sample_document.py"
    spec = util.spec_from_file_location("sample_document", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sample = load_sample()


@pytest.fixture(scope="module")
def document() -> Document:
    made = sample.document()
    assert isinstance(made, Document)
    return made


def csv_files(document: Document, folder: Path) -> dict[str, list[list[str]]]:
    artifacts = CsvRenderer().render(document, "review", sample.branding(folder))
    return {
        a.file_name: list(csv.reader(io.StringIO(a.content.decode("utf-8-sig"), newline="")))
        for a in artifacts
    }


def as_json(document: Document, folder: Path) -> dict[str, object]:
    (artifact,) = JsonRenderer().render(document, "review", sample.branding(folder))
    assert (artifact.file_name, artifact.media_type) == ("review.json", "application/json")
    parsed = json.loads(artifact.content)
    assert isinstance(parsed, dict)
    return parsed


def plain(value: Value) -> object:
    return value.isoformat() if isinstance(value, date) else value


def test_every_block_with_numbers_is_a_csv_file(document: Document, tmp_path: Path) -> None:
    files = csv_files(document, tmp_path)
    expected = [as_table(block, document.words) for block in document.blocks]
    assert list(files) == [f"review-{table.name}.csv" for table in expected if table]


def test_csv_values_are_unrounded_and_equal_the_documents(
    document: Document, tmp_path: Path
) -> None:
    files = csv_files(document, tmp_path)
    compared = 0
    for block in document.blocks:
        table = as_table(block, document.words)
        if table is None:
            continue
        head, *rows = files[f"review-{table.name}.csv"]
        assert len(head) == len(table.heads)
        for fields, row in zip(rows, table.rows, strict=True):
            for field, cell in zip(fields, row.cells, strict=True):
                if isinstance(cell.value, int | float):
                    assert float(field) == cell.value
                    compared += 1
    assert compared > 300


def test_csv_heads_name_the_metric_and_what_is_shown_of_it(
    document: Document, tmp_path: Path
) -> None:
    assert csv_files(document, tmp_path)["review-by-country.csv"][0] == [
        "COUNTRY_NAME",
        "TOTAL_ATTEMPTED_CALL_COUNT",
        "TOTAL_ATTEMPTED_CALL_COUNT:previous",
        "TOTAL_ATTEMPTED_CALL_COUNT:change",
        "ANSWER_RATE",
        "ANSWER_RATE:difference",
        "BUSY_RATE",
        "AVERAGE_CALL_DURATION",
    ]


def one_row(document: Document, *cells: Cell) -> Document:
    heads = tuple(
        Head(name=f"X{i}", label="X", role=HeadRole.DIMENSION, kind=Kind.TEXT)
        for i in range(len(cells))
    )
    table = TableBlock(name="t", title="T", heads=heads, rows=(BlockRow(RowKind.BODY, cells),))
    return msgspec.structs.replace(document, blocks=(table,))


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        (Cell(value="=1+1", text="=1+1"), "'=1+1"),
        (Cell(value="+385", text="+385"), "'+385"),
        (Cell(value="@x", text="@x"), "'@x"),
        (Cell(value="\n=1", text="\n=1"), "'\n=1"),
        (Cell(value="＝1", text="＝1"), "'＝1"),
        (Cell(value='a "b", c\nd', text=""), 'a "b", c\nd'),
        (Cell(value=-5, text="−5"), "-5"),
        (Cell(value=0.1, text="0.1"), "0.1"),
        (Cell(value=None, text="Other"), "Other"),
        (Cell(value=None, text="–"), ""),
        (Cell(value=date(2026, 10, 1), text="1 Oct"), "2026-10-01"),
        (
            Cell(value=datetime(2026, 10, 1, 2, tzinfo=UTC), text="02:00"),
            "2026-10-01T02:00:00+00:00",
        ),
    ],
)
def test_a_csv_field_is_what_a_machine_expects(
    cell: Cell, field: str, document: Document, tmp_path: Path
) -> None:
    anchor = Cell(value="a", text="a")
    (rows,) = csv_files(one_row(document, anchor, cell), tmp_path).values()
    assert rows[1] == ["a", field]


def test_json_carries_every_value_unrounded(document: Document, tmp_path: Path) -> None:
    blocks = as_json(document, tmp_path)["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) == len(document.blocks)
    kinds = set()
    for found, block in zip(blocks, document.blocks, strict=True):
        kinds.add(found["type"])
        match block:
            case TableBlock():
                assert [row["kind"] for row in found["rows"]] == [r.kind for r in block.rows]
                assert [row["values"] for row in found["rows"]] == [
                    [plain(cell.value) for cell in row.cells] for row in block.rows
                ]
            case KpiBlock():
                assert [c["value"] for c in found["cards"]] == [c.value.value for c in block.cards]
                assert [c["course"] for c in found["cards"]] == [
                    [cell.value for cell in card.course] for card in block.cards
                ]
                changes = [c["change"] and c["change"]["absolute"] for c in found["cards"]]
                assert changes == [c.change and c.change.absolute.value for c in block.cards]
            case ChartBlock():
                assert [s["values"] for s in found["series"]] == [
                    [cell.value for cell in series.cells] for series in block.series
                ]
    assert kinds == {"kpis", "table", "chart", "text", "notice"}


def test_json_says_where_the_numbers_come_from(document: Document, tmp_path: Path) -> None:
    provenance = as_json(document, tmp_path)["provenance"]
    assert isinstance(provenance, dict)
    expected = document.provenance
    assert provenance["since"] == expected.interval.since.isoformat().replace("+00:00", "Z")
    assert provenance["timezone"] == expected.timezone
    assert provenance["rejected"] == expected.rejected
    assert [d["name"] for d in provenance["definitions"]] == [d.name for d in expected.definitions]
    assert provenance["filters"] == [
        {"label": label, "values": values} for label, values in expected.filters
    ]


def test_a_report_without_comparison_has_none_in_json(document: Document, tmp_path: Path) -> None:
    alone = msgspec.structs.replace(document.provenance, comparison_interval=None)
    found = as_json(msgspec.structs.replace(document, provenance=alone), tmp_path)["provenance"]
    assert isinstance(found, dict)
    assert found["comparison"] is None
