"""Conditional formats: Excel's own, over the body of a table."""

from collections.abc import Iterator, Sequence
from typing import Final

from openpyxl.formatting.rule import (
    CellIsRule,
    ColorScaleRule,
    DataBarRule,
    FormatObject,
    FormulaRule,
    IconSet,
    Rule,
)
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, NumberFormat
from openpyxl.utils import get_column_letter

from reporter.data.table import Format, Goal
from reporter.document.model import TableBlock
from reporter.document.values import CellFormat, RowKind
from reporter.output.excel.book import Book
from reporter.output.excel.columns import sign_of
from reporter.output.excel.formats import SECONDS_PER_DAY, marked
from reporter.output.excel.sheet import DataBar, Sheet

MET: Final = "✓"
MISSED: Final = "✗"
_MOST_AREAS: Final = 200


def add_conditional_formats(book: Book, sheet: Sheet, table: TableBlock, first_row: int) -> None:
    """Format a table's columns as the document says.

    Args:
        book: of the sheet.
        sheet: where the table stands.
        table: its rows are those of the sheet.
        first_row: where the first of them stands.
    """
    runs = _body_runs(table, first_row)
    if not runs:
        return
    for wanted in table.formats:
        letter = get_column_letter(wanted.place + 1)
        area = " ".join(f"{letter}{first}:{letter}{last}" for first, last in runs)
        for rule in _rules(book, table, wanted, f"{letter}{runs[0][0]}"):
            sheet.native.conditional_formatting.add(area, rule)
        if wanted.kind == "dataBar":
            _, (_, greatest) = _bounds(table, wanted)
            sheet.bars.append(DataBar(area, book.look.shades[-1], greatest))


def _body_runs(table: TableBlock, first_row: int) -> list[tuple[int, int]]:
    """First and last row of the body's runs; with very many of them, all from end to end."""
    runs: list[tuple[int, int]] = []
    for row, kind in enumerate((row.kind for row in table.rows), first_row):
        if kind is not RowKind.BODY:
            continue
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs if len(runs) <= _MOST_AREAS else [(runs[0][0], runs[-1][1])]


def _rules(book: Book, table: TableBlock, wanted: CellFormat, first: str) -> Iterator[Rule]:
    head = table.heads[wanted.place]
    days = SECONDS_PER_DAY if head.format is Format.DURATION else 1
    shades = book.look.shades
    match wanted.kind:
        case "colorScale":
            (low, least), (high, greatest) = _bounds(table, wanted)
            yield ColorScaleRule(  # type: ignore[no-untyped-call]
                start_type=low,
                start_value=least,
                start_color=shades[0],
                end_type=high,
                end_value=greatest,
                end_color=shades[-1],
            )
        case "dataBar":
            _, (high, greatest) = _bounds(table, wanted)
            yield DataBarRule(  # type: ignore[no-untyped-call]
                start_type="num",
                start_value=0,
                end_type=high,
                end_value=greatest,
                color=shades[-1],
                minLength=0,
                maxLength=100,
            )
        case "icons":
            yield _icons(tuple(cut / days for cut in wanted.cuts), wanted.goal)
        case "threshold":
            # A text counts as greater than every number: what has no value is passed over.
            yield FormulaRule(formula=[f"ISTEXT({first})"], stopIfTrue=True)  # type: ignore[no-untyped-call]
            code = book.formats.number(head.format, sign_of(head))
            bounds = tuple(
                None if bound is None else bound / days
                for bound in (wanted.at_least, wanted.at_most)
            )
            yield from _threshold(book, code, *bounds)


def _bounds(
    table: TableBlock, wanted: CellFormat
) -> tuple[tuple[str, float | None], tuple[str, float | None]]:
    """Between what a column is shaded: its own values, or those of all columns of a pivot."""
    head = table.heads[wanted.place]
    if head.across is None or wanted.least is None or wanted.greatest is None:
        return ("min", None), ("max", None)
    days = SECONDS_PER_DAY if head.format is Format.DURATION else 1
    return ("num", wanted.least / days), ("num", wanted.greatest / days)


def _icons(cuts: Sequence[float], goal: Goal) -> Rule:
    """Signs that differ in shape: of a verdict where there is a good direction, else arrows."""
    judged = goal is not Goal.NEUTRAL
    starts = [FormatObject(type="percent", val=0)]
    starts += [FormatObject(type="num", val=cut) for cut in cuts]
    icons = IconSet(
        iconSet="3Symbols2" if judged else "3ArrowsGray",
        cfvo=starts,
        reverse=True if goal is Goal.DOWN else None,
    )
    return Rule(type="iconSet", iconSet=icons)


def _threshold(
    book: Book, code: str, at_least: float | None, at_most: float | None
) -> Iterator[Rule]:
    look = book.look
    match at_least, at_most:
        case (float() | int() as low, None):
            met, missed, bounds = "greaterThanOrEqual", "lessThan", [low]
        case (None, float() | int() as high):
            met, missed, bounds = "lessThanOrEqual", "greaterThan", [high]
        case (float() | int() as low, float() | int() as high):
            met, missed, bounds = "between", "notBetween", [low, high]
        case _:
            return
    formula = [repr(bound) for bound in bounds]
    for operator, sign, colour, fill in (
        (met, MET, look.good, look.good_soft),
        (missed, MISSED, look.bad, look.bad_soft),
    ):
        rule = CellIsRule(operator=operator, formula=formula)  # type: ignore[no-untyped-call]
        rule.dxf = DifferentialStyle(
            font=Font(color=colour),
            numFmt=_number_format(book, marked(code, sign)),
            fill=PatternFill(bgColor=fill),
        )
        yield rule


def _number_format(book: Book, code: str) -> NumberFormat:
    """The format under the number that the whole workbook knows it by."""
    known = book.native._number_formats  # type: ignore[attr-defined]  # noqa: SLF001
    number = BUILTIN_FORMATS_MAX_SIZE + known.add(code)
    return NumberFormat(numFmtId=number, formatCode=code)
