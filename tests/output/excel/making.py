"""Workbooks made of a document or of one block, as bytes and read back."""

import io
import warnings
import zipfile
from datetime import timedelta
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Final

import msgspec
import openpyxl
from lxml import etree
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporter.data.table import Format, Kind
from reporter.document.model import Block, Document, TableBlock
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind
from reporter.output.excel import ExcelRenderer
from reporter.spec.model import XlsxOptions

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def load_sample() -> ModuleType:
    path = Path(__file__).parent.parent / "sample_document.py"
    spec = util.spec_from_file_location("sample_document", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sample = load_sample()


def made(document: Document, folder: Path, options: XlsxOptions = XlsxOptions()) -> bytes:  # noqa: B008 - immutable
    (artifact,) = ExcelRenderer(options).render(document, "review", sample.branding(folder))
    assert artifact.file_name == "review.xlsx"
    return artifact.content


def workbook(document: Document, folder: Path, *, values: bool = False) -> Workbook:
    """The workbook of a document, with formulas or with the values that stand beside them."""
    return opened(made(document, folder), values=values)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    """A file as openpyxl reads it, which says that it knows no extensions of 2010."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


class Held(msgspec.Struct, frozen=True):
    """What a cell's XML holds: openpyxl rounds durations to milliseconds."""

    value: float | str
    formula: str = ""


def held(content: bytes, sheet: int = 2) -> dict[str, Held]:
    """The filled cells of a sheet, by their places."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        texts = [
            "".join(part.text or "" for part in item.iter(f"{MAIN}t"))
            for item in etree.fromstring(pack.read("xl/sharedStrings.xml"))
        ]
        cells = etree.fromstring(pack.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = {}
    for cell in cells.iter(f"{MAIN}c"):
        text = cell.findtext(f"{MAIN}v")
        if text is not None:
            kind = cell.get("t", "n")
            value = texts[int(text)] if kind == "s" else float(text) if kind == "n" else text
            found[cell.attrib["r"]] = Held(value, cell.findtext(f"{MAIN}f") or "")
    return found


def with_blocks(document: Document, *blocks: Block) -> Document:
    return msgspec.structs.replace(document, blocks=blocks)


def sheet_of(block: Block, document: Document, folder: Path, *, values: bool = False) -> Worksheet:
    """The sheet of the one block that a document has."""
    return workbook(with_blocks(document, block), folder, values=values).worksheets[1]


def number(value: object) -> float:
    """A cell's number as the document holds it: a duration in seconds."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    assert isinstance(value, int | float)
    return value


def one_table(*values: object, form: Format | None = None) -> TableBlock:
    """A table with one column that holds the values."""
    role = HeadRole.DIMENSION if form is None else HeadRole.METRIC
    return TableBlock(
        name="t",
        title="T",
        heads=(Head(name="X", label="X", role=role, kind=Kind.TEXT, format=form),),
        rows=tuple(row(Cell(value=v, text=str(v), format=form)) for v in values),  # type: ignore[arg-type]
    )


def row(*cells: Cell, kind: RowKind = RowKind.BODY, level: int = 0) -> BlockRow:
    return BlockRow(kind, cells, level)


def text(value: str) -> Cell:
    return Cell(value=value, text=value)


def count(value: int | None) -> Cell:
    return Cell(value=value, text="–" if value is None else f"{value:,}", format=Format.INTEGER)


def share(value: float | None) -> Cell:
    return Cell(value=value, text="–" if value is None else f"{value:.1%}", format=Format.PERCENT)


def seconds(value: float | None) -> Cell:
    return Cell(value=value, text="–" if value is None else f"{value} s", format=Format.DURATION)


def dimension(name: str, label: str = "", kind: Kind = Kind.TEXT) -> Head:
    return Head(name=name, label=label or name, role=HeadRole.DIMENSION, kind=kind)
