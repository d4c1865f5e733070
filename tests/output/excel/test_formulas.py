"""Formulas: written where they come to the very same value, and nowhere else."""

import re
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings
from making import (
    Held,
    count,
    dimension,
    held,
    made,
    row,
    sample,
    seconds,
    share,
    sheet_of,
    text,
    with_blocks,
)

from reporter.data.formula import Formula, parse, ratio
from reporter.data.table import Format, Kind
from reporter.document.model import Document, TableBlock
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind
from reporter.output.excel.formulas import row_formulas, same


def metric(
    name: str,
    form: Format = Format.INTEGER,
    *,
    role: HeadRole = HeadRole.METRIC,
    formula: Formula | None = None,
    additive: bool = False,
    across: str | None = None,
) -> Head:
    return Head(
        name=name,
        label=f"{name} {role} {across}",
        role=role,
        kind=Kind.NUMBER,
        format=form,
        formula=formula,
        additive=additive,
        across=across,
    )


def table(heads: tuple[Head, ...], *rows: BlockRow) -> TableBlock:
    return TableBlock(name="t", title="T", heads=(dimension("X"), *heads), rows=rows)


def formulas(block: TableBlock, document: Document, folder: Path) -> list[list[object]]:
    """What stands in the number cells: formulas, or values where there is none."""
    sheet = sheet_of(block, document, folder)
    return [
        [sheet.cell(r, c).value for c in range(2, len(block.heads) + 1)]
        for r in range(5, 5 + len(block.rows))
    ]


def decimal(value: float) -> Cell:
    return Cell(value=value, text=f"{value}", format=Format.DECIMAL)


RATIO = metric("R", Format.PERCENT, formula=ratio("A", "B"))
A, B = metric("A", additive=True), metric("B", additive=True)


def test_a_ratio_divides_the_cells_of_its_row(document: Document, tmp_path: Path) -> None:
    block = table(
        (A, B, RATIO),
        row(text("a"), count(1), count(3), share(1 / 3)),
        row(text("b"), count(0), count(0), share(None)),
        row(text("Total"), count(1), count(3), share(1 / 3), kind=RowKind.TOTAL),
    )
    assert formulas(block, document, tmp_path) == [
        [1, 3, '=IF(C5=0,"–",B5/C5)'],
        [0, 0, '=IF(C6=0,"–",B6/C6)'],
        ["=SUBTOTAL(9,B5:B6)", "=SUBTOTAL(9,C5:C6)", '=IF(C7=0,"–",B7/C7)'],
    ]
    seen = sheet_of(block, document, tmp_path, values=True)
    assert [seen["D5"].value, seen["D6"].value, seen["B7"].value] == [1 / 3, "–", 1]


def test_a_ratio_that_is_not_that_of_its_row_stays_a_number(
    document: Document, tmp_path: Path
) -> None:
    block = table(
        (A, B, RATIO),
        row(text("rounded"), count(1), count(3), share(0.333)),
        row(text("no part"), count(None), count(3), share(None)),
        row(text("not zero"), count(1), count(3), share(None)),
        row(text("too large"), count(2**53 + 2), count(1), share(float(2**53 + 2))),
    )
    found = [cells[2] for cells in formulas(block, document, tmp_path)]
    assert found == [0.333, "–", "–", 2**53 + 2]


def test_parts_that_are_no_columns_make_no_formula() -> None:
    assert row_formulas(table((A, RATIO))) == {}
    # The comparison period's ratio is made of the comparison period's counts.
    before = msgspec.structs.replace(RATIO, role=HeadRole.PREVIOUS)
    assert row_formulas(table((A, B, before))) == {}
    parts = tuple(msgspec.structs.replace(h, role=HeadRole.PREVIOUS) for h in (A, B))
    assert list(row_formulas(table((*parts, before)))) == [3]
    across = msgspec.structs.replace(RATIO, across="PHONE")
    assert row_formulas(table((A, B, across))) == {}


def test_changes_and_differences_are_computed_from_both_periods(
    document: Document, tmp_path: Path
) -> None:
    then = msgspec.structs.replace(A, role=HeadRole.PREVIOUS)
    change = metric("A", Format.PERCENT, role=HeadRole.CHANGE)
    rate, rate_then = (
        metric("Q", Format.PERCENT, role=r) for r in (HeadRole.METRIC, HeadRole.PREVIOUS)
    )
    points = metric("Q", Format.PERCENT, role=HeadRole.DIFFERENCE)
    block = table(
        (A, then, change, rate, rate_then, points),
        row(text("a"), count(3), count(2), share(0.5), share(0.5), share(0.25), share(0.25)),
        row(text("b"), count(3), count(0), share(None), share(0.5), share(None), share(None)),
        row(text("c"), count(3), count(-2), share(2.5), share(0.5), share(0.1), share(0.4)),
    )
    found = [[cells[2], cells[5]] for cells in formulas(block, document, tmp_path)]
    assert found == [
        ['=IF(C5=0,"–",(B5-C5)/C5)', "=E5-F5"],
        ['=IF(C6=0,"–",(B6-C6)/C6)', "–"],
        # A change against less than nothing is taken of its size.
        [2.5, "=E7-F7"],
    ]


@pytest.mark.parametrize(
    ("formula", "result", "expected"),
    [
        # Days in, days out.
        ("D / B", seconds(20.0), 'IF(C5=0,"–",D5/C5)'),
        ("D / D", decimal(1.0), 'IF(D5=0,"–",D5/D5)'),
        # A number of seconds is no number of days.
        ("D / B", decimal(20.0), 'IF(C5=0,"–",D5*86400/C5)'),
        ("A * B", seconds(21), "B5*C5/86400"),
        ("-(D * B)", decimal(-180.0), "-(D5*86400*C5)"),
        ("A / (A / B)", decimal(3.0), 'IF(C5=0,"–",IF(B5/C5=0,"–",B5/(B5/C5)))'),
        ("2 * A / 4", decimal(3.5), "2*B5/4"),
    ],
)
def test_formulas_know_that_durations_are_held_in_days(
    formula: str, result: Cell, expected: str, document: Document, tmp_path: Path
) -> None:
    assert result.format is not None
    made_of = metric("R", result.format, formula=parse(formula))
    heads = (A, B, metric("D", Format.DURATION), made_of)
    block = table(heads, row(text("a"), count(7), count(3), seconds(60.0), result))
    sheet = held(made(with_blocks(document, block), tmp_path))
    assert sheet["E5"].formula == expected
    assert computed(sheet, "E5") == pytest.approx(sheet["E5"].value, rel=1e-14)


def test_a_difference_of_durations_stays_a_number(document: Document, tmp_path: Path) -> None:
    """LibreOffice rounds it to microseconds."""
    heads = (metric("D", Format.DURATION), metric("E", Format.DURATION))
    less = metric("L", Format.DURATION, formula=parse("D - E"))
    block = table((*heads, less), row(text("a"), seconds(9.5), seconds(2.0), seconds(7.5)))
    assert held(made(with_blocks(document, block), tmp_path))["D5"].formula == ""


def test_a_total_over_more_than_is_shown_stays_a_number(document: Document, tmp_path: Path) -> None:
    block = table(
        (A, metric("N")),
        row(text("a"), count(1), count(1)),
        row(text("Total"), count(9), count(1), kind=RowKind.TOTAL),
    )
    # The second column is a distinct count: it adds up by chance alone.
    assert formulas(block, document, tmp_path)[1] == [9, 1]


def test_a_subtotal_that_is_no_sum_is_in_no_sum(document: Document, tmp_path: Path) -> None:
    block = table(
        (A,),
        row(text("a"), count(1)),
        row(text("a"), count(7), kind=RowKind.SUBTOTAL, level=1),
        row(text("b"), count(2)),
        row(text("b"), count(2), kind=RowKind.SUBTOTAL, level=1),
        row(text("Total"), count(3), kind=RowKind.TOTAL),
    )
    # SUBTOTAL passes over subtotals, not over the 7.
    found = [cells[0] for cells in formulas(block, document, tmp_path)]
    assert found == [1, 7, 2, "=SUBTOTAL(9,B7:B7)", 3]


def test_sums_too_large_or_of_nothing_stay_numbers(document: Document, tmp_path: Path) -> None:
    large = 2**53
    block = table(
        (A, B),
        row(text("a"), count(large), count(None)),
        row(text("b"), count(2), count(None)),
        row(text("Total"), count(large + 2), count(None), kind=RowKind.TOTAL),
    )
    assert formulas(block, document, tmp_path)[2] == [large + 2, "–"]


def test_whole_numbers_are_the_same_or_not() -> None:
    assert same(2**60, 2**60)
    assert not same(2**60, 2**60 + 1)
    assert same(0.1 + 0.2, 0.3)
    assert not same(0.3, 0.3000000001)


# A few words of Excel, to compute what is written: an oracle of its own.

_AREA = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
_CELL = re.compile(r"[A-Z]+\d+")


def computed(sheet: dict[str, Held], place: str) -> Fraction | float | str:
    """The value of a cell, as a sheet computes it; exact wherever its parts are."""
    cell = sheet[place]
    if cell.formula:
        return evaluated(sheet, cell.formula)
    return cell.value if isinstance(cell.value, str) else Fraction(cell.value)


def evaluated(sheet: dict[str, Held], formula: str) -> Fraction | float | str:
    choice = re.fullmatch(r'IF\((.+?)=0,"–",(.*)\)', formula)
    if choice:
        divisor = evaluated(sheet, choice[1])
        return "–" if divisor == 0 else evaluated(sheet, choice[2])
    formula = re.sub(
        r"SUBTOTAL\(9,([A-Z0-9:]+)\)", lambda found: repr(subtotal(sheet, found[1])), formula
    )
    formula = re.sub(r"(?<![A-Za-z])[A-Z]+\d+", lambda c: repr(computed(sheet, c[0])), formula)
    formula = re.sub(r"(?<![\d.(])(\d+)(?![\d.,)])", r"Fraction(\1, 1)", formula)
    return eval(formula, {"Fraction": Fraction})  # noqa: S307 - a formula of this test's own


def subtotal(sheet: dict[str, Held], area: str) -> Fraction:
    found = _AREA.fullmatch(area)
    assert found is not None
    total = Fraction(0)
    for r in range(int(found[2]), int(found[4]) + 1):
        place = f"{found[1]}{r}"
        if sheet[place].formula.startswith("SUBTOTAL"):
            continue
        part = computed(sheet, place)
        if not isinstance(part, str):
            total += Fraction(part)
    return total


GROUPS = st.lists(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 10**6)),
            st.integers(0, 10**6),
            st.floats(0, 1e7, allow_nan=False),
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=4,
)


@given(groups=GROUPS)
@settings(max_examples=60, deadline=None)
def test_every_formula_comes_to_the_value_beside_it(
    groups: list[list[tuple[int | None, int, float]]],
) -> None:
    heads = (A, B, RATIO, metric("D", Format.DURATION, additive=True))
    heads = (*heads, metric("M", Format.DURATION, formula=ratio("D", "B")))

    def line(kind: RowKind, parts: list[tuple[int | None, int, float]], level: int = 0) -> BlockRow:
        known = [a for a, _, _ in parts if a is not None]
        a = sum(known) if known else None
        b, d = sum(b for _, b, _ in parts), sum(d for _, _, d in parts)
        rate = None if a is None or not b else a / b
        return row(
            *(text("x"), count(a), count(b), share(rate), seconds(d)),
            seconds(d / b if b else None) if b else Cell(value=None, text="–"),
            kind=kind,
            level=level,
        )

    rows = []
    for group in groups:
        rows += [line(RowKind.BODY, [part]) for part in group]
        rows.append(line(RowKind.SUBTOTAL, group, 1))
    rows.append(line(RowKind.TOTAL, [part for group in groups for part in group]))
    block = table(heads, *rows)
    with TemporaryDirectory() as folder:
        sheet = held(made(with_blocks(sample.document(), block), Path(folder)))
    written = [place for place, cell in sheet.items() if cell.formula]
    for place in written:
        found, value = computed(sheet, place), sheet[place].value
        if isinstance(value, str):
            assert found == value == "–"
        else:
            assert float(found) == pytest.approx(value, rel=1e-13, abs=0)
    assert len(written) >= len(groups) + 1
