"""Formulas of a table's cells: sums, ratios and changes that come to the very same value.

A formula is written only where its value, computed here from what the cells hold, equals the
document's: exactly for whole numbers, to the 14th digit for others (a sheet holds durations in
days). Everything else stays a number: distinct counts, totals over more groups than are shown,
shares whose parts stand in no column.
"""

from collections.abc import Sequence
from math import fsum, isclose
from typing import Final

import msgspec
from openpyxl.utils import get_column_letter

from reporter.data.formula import (
    Constant,
    Formula,
    Negation,
    Number,
    Operation,
    Operator,
    Reference,
    evaluate,
    references,
    text_of,
)
from reporter.data.table import Format, number_or_none
from reporter.document.model import TableBlock
from reporter.document.values import NO_VALUE, BlockRow, Cell, Head, HeadRole, RowKind
from reporter.output.excel.formats import SECONDS_PER_DAY, stored

_LARGEST_EXACT: Final = 2**53
"""Sheets calculate with floats."""
_TOLERANCE: Final = 1e-14
_MOST_AREAS: Final = 30
_ADDED: Final = frozenset({RowKind.BODY, RowKind.OTHER})


class Run(msgspec.Struct, frozen=True):
    """Rows of the document that stand under one another on a sheet.

    Attributes:
        sheet: as formulas write it, with the sign behind it; empty on the table's last sheet.
        begin: the place of the first of them in the document.
        end: the place behind the last.
        row: where the first of them stands.
    """

    sheet: str
    begin: int
    end: int
    row: int


class RowFormula(msgspec.Struct, frozen=True):
    """What a column's cells are computed from, in every row alike.

    Attributes:
        formula: over cells, whose names have ``#`` for the row.
        parts: the cells' places in a row, by name.
        text: as the sheet writes it.
        divides: whether it can be without value over zero.
    """

    formula: Formula
    parts: dict[str, int]
    text: str
    divides: bool

    def of(self, row: int, cells: Sequence[Cell], cell: Cell) -> str | None:
        """The formula of a cell, or None where it would say something else."""
        held = {name: held_number(cells[place]) for name, place in self.parts.items()}
        if any(part is None or abs(part) > _LARGEST_EXACT for part in held.values()):
            return None
        found, wanted = evaluate(self.formula, held.get), held_number(cell)
        if found is None or wanted is None:
            agrees = found is wanted and self.divides and cell.text == NO_VALUE
        else:
            agrees = same(found, wanted)
        return self.text.replace("#", str(row)) if agrees else None


def held_number(cell: Cell) -> Number | None:
    """The number that the sheet holds for a cell."""
    return number_or_none(stored(cell.value, cell.format))


def same(one: Number, other: Number) -> bool:
    """Whether a sheet would show and hand on the same number."""
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return isclose(one, other, rel_tol=_TOLERANCE, abs_tol=0.0)


def row_formulas(table: TableBlock) -> dict[int, RowFormula]:
    """By the place of their column: ratios and changes whose parts are columns too."""
    places = {_key(head): place for place, head in enumerate(table.heads)}
    found = {}
    for place, head in enumerate(table.heads):
        formula = _formula_of(head)
        if formula is None or subtracts_times(head.format, formula):
            continue
        parts = {}
        for name in references(formula):
            role, metric = _part(head, name)
            at = places.get((metric, role, head.across))
            if at is None or at == place:
                break
            parts[name] = at
        else:
            found[place] = _row_formula(formula, parts, table.heads, head)
    return found


def _key(head: Head) -> tuple[str, HeadRole, str | None]:
    return head.name, head.role, head.across


_NOW: Final = "now"
_BEFORE: Final = "before"
_DIFFERENCE: Final = Operation(Operator.SUBTRACT, Reference(_NOW), Reference(_BEFORE))
_CHANGE: Final = Operation(Operator.DIVIDE, _DIFFERENCE, Reference(_BEFORE))
_CHANGES: Final = {
    HeadRole.DIFFERENCE: _DIFFERENCE,
    HeadRole.CHANGE: _CHANGE,
    HeadRole.DEVIATION: _DIFFERENCE,
}


def _formula_of(head: Head) -> Formula | None:
    return _CHANGES.get(head.role, head.formula)


def _part(head: Head, name: str) -> tuple[HeadRole, str]:
    """Role and metric of the column that a name of the head's formula stands for."""
    if head.role is HeadRole.DEVIATION:
        return HeadRole.AGAINST if name == _NOW else HeadRole.METRIC, head.name
    if head.role in _CHANGES:
        return HeadRole.METRIC if name == _NOW else HeadRole.PREVIOUS, head.name
    return head.role, name


def subtracts_times(form: Format | None, formula: Formula) -> bool:
    """Whether a duration is the sum or difference of others.

    LibreOffice rounds those to microseconds, and so would come to another value.
    """
    if not isinstance(formula, Operation) or form is not Format.DURATION:
        return False
    return formula.operator in {Operator.ADD, Operator.SUBTRACT}


def _row_formula(
    formula: Formula, parts: dict[str, int], heads: Sequence[Head], head: Head
) -> RowFormula:
    times = {name for name, place in parts.items() if heads[place].format is Format.DURATION}
    result = int(head.format is Format.DURATION)
    names = {name: f"{get_column_letter(place + 1)}#" for name, place in parts.items()}
    # A sheet holds durations in days. Where days in give days out, nothing is converted.
    converted = _degree(formula, times) != result
    shown = _in_cells(formula, names, times if converted else set())
    divisors = _divisors(shown)
    if converted and result:
        shown = Operation(Operator.DIVIDE, shown, Constant(SECONDS_PER_DAY))
    text = _text(shown)
    for divisor in reversed(divisors):
        text = f'IF({_text(divisor)}=0,"{NO_VALUE}",{text})'
    cells = {names[name]: place for name, place in parts.items()}
    return RowFormula(shown, cells, text, bool(divisors))


def _text(formula: Formula) -> str:
    return text_of(formula).replace(" ", "")


def _in_cells(formula: Formula, cells: dict[str, str], times: set[str]) -> Formula:
    match formula:
        case Reference(name):
            cell = Reference(cells[name])
            if name in times:
                return Operation(Operator.MULTIPLY, cell, Constant(SECONDS_PER_DAY))
            return cell
        case Negation(operand):
            return Negation(_in_cells(operand, cells, times))
        case Operation(operator, left, right):
            return Operation(
                operator, _in_cells(left, cells, times), _in_cells(right, cells, times)
            )
        case _:
            return formula


def _degree(formula: Formula, times: set[str]) -> int | None:
    """By which power of a unit of time a formula grows; None where its parts differ."""
    match formula:
        case Constant():
            return 0
        case Reference(name):
            return int(name in times)
        case Negation(operand):
            return _degree(operand, times)
        case Operation(operator, left, right):
            a, b = _degree(left, times), _degree(right, times)
            if a is None or b is None:
                return None
            if operator in {Operator.ADD, Operator.SUBTRACT}:
                return a if a == b else None
            return a + b if operator is Operator.MULTIPLY else a - b


def _divisors(formula: Formula) -> tuple[Formula, ...]:
    """What is divided by, each once, the innermost first."""
    match formula:
        case Negation(operand):
            return _divisors(operand)
        case Operation(operator, left, right):
            own = (right,) if operator is Operator.DIVIDE and references(right) else ()
            return tuple(dict.fromkeys((*_divisors(left), *_divisors(right), *own)))
        case _:
            return ()


def sum_formulas(table: TableBlock, runs: Sequence[Run]) -> dict[tuple[int, int], str]:
    """Sums of subtotal and total rows, by row and column of the document.

    ``SUBTOTAL(9, …)`` passes over the subtotals between, and over rows that a filter hides.
    """
    coarse = [i for i, row in enumerate(table.rows) if row.kind not in _ADDED]
    found: dict[tuple[int, int], str] = {}
    for column, head in enumerate(table.heads):
        if head.additive:
            found |= _sums_of(table, column, coarse, runs)
    return found


def _sums_of(
    table: TableBlock, column: int, coarse: Sequence[int], runs: Sequence[Run]
) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    plain: list[int] = []
    begins: dict[int, int] = {}
    for index in coarse:
        row = table.rows[index]
        begin = _begin(begins, row)
        text = None
        if not any(begin <= other < index for other in plain):
            text = _sum(table.rows, range(begin, index), column, row.cells[column], runs)
        if text is None:
            plain.append(index)
        else:
            found[index, column] = text
        if row.kind is RowKind.SUBTOTAL:
            begins = {level: at for level, at in begins.items() if level < row.level}
            begins[row.level] = index + 1
    return found


def _begin(begins: dict[int, int], row: BlockRow) -> int:
    """Where the rows of a coarser row begin: behind the last one that is as coarse or coarser."""
    if row.kind is RowKind.TOTAL:
        return 0
    return max((at for level, at in begins.items() if level <= row.level), default=0)


def _sum(
    rows: Sequence[BlockRow],
    span: range,
    column: int,
    total: Cell,
    runs: Sequence[Run],
) -> str | None:
    known = [
        value
        for i in span
        if rows[i].kind in _ADDED and (value := held_number(rows[i].cells[column])) is not None
    ]
    wanted = held_number(total)
    if not known or wanted is None or abs(wanted) > _LARGEST_EXACT:
        return None
    if not same(_added(known), wanted):
        return None
    letter = get_column_letter(column + 1)
    areas = [area for run in runs if (area := _area(run, span, letter)) is not None]
    return None if len(areas) > _MOST_AREAS else "+".join(f"SUBTOTAL(9,{area})" for area in areas)


def _added(values: Sequence[Number]) -> Number:
    return sum(values) if all(isinstance(v, int) for v in values) else fsum(values)


def _area(run: Run, span: range, letter: str) -> str | None:
    """The cells of a column that hold a part of the rows, as formulas write them."""
    first, end = max(run.begin, span.start), min(run.end, span.stop)
    if first >= end:
        return None
    top = run.row + first - run.begin
    return f"{run.sheet}{letter}{top}:{letter}{top + end - first - 1}"
