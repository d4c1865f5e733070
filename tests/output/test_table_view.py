"""How tables stand on a page: heads in groups, groups of rows, and how they fit on paper."""

from collections.abc import Sequence

import pytest

from reporter.data.table import Format, Kind
from reporter.document.model import TableBlock, Width
from reporter.document.values import BlockRow, Cell, Head, HeadRole, Mark, RowKind
from reporter.output.table_view import SIGNS, is_turned, sign, table_view


def head(name: str, role: HeadRole = HeadRole.METRIC, **more: str) -> Head:
    return Head(name=name, label=name, role=role, kind=Kind.NUMBER, format=Format.DECIMAL, **more)


COUNTRY = head("Country", HeadRole.DIMENSION)


def cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(value=text, text=text) for text in texts)


def table(
    *heads: Head, rows: Sequence[BlockRow] | None = None, width: Width = "full"
) -> TableBlock:
    body = (BlockRow(RowKind.BODY, cells(*("12,345" for _ in heads))),)
    return TableBlock(
        name="t", title="T", heads=heads, rows=body if rows is None else tuple(rows), width=width
    )


def test_heads_stand_under_what_they_have_in_common() -> None:
    block = table(
        COUNTRY,
        head("X", over="X", under="October"),
        head("X", HeadRole.PREVIOUS, over="X", under="September"),
        head("X", HeadRole.CHANGE, over="X", under="Change"),
        head("Y"),
    )
    (part,) = table_view(block, "screen").parts
    assert [(c.label, c.columns, c.rows, c.group) for c in part.top] == [
        ("Country", 1, 2, False),
        ("X", 3, 1, True),
        ("Y", 1, 2, False),
    ]
    assert [cell.label for cell in part.under] == ["October", "September", "Change"]
    assert [column.classes for column in part.columns] == [
        "left dimension first",
        "number metric opens",
        "number previous",
        "number change",
        "number metric opens last",
    ]


def test_without_groups_there_is_one_row_of_heads() -> None:
    (part,) = table_view(table(COUNTRY, head("X"), head("Y")), "screen").parts
    assert [(cell.label, cell.rows) for cell in part.top] == [("Country", 1), ("X", 1), ("Y", 1)]
    assert part.under == ()


def test_a_unit_stands_where_it_holds() -> None:
    alone = table(COUNTRY, head("X", over="X", under="a", unit="EUR"), head("Y", unit="h:mm:ss"))
    (part,) = table_view(alone, "screen").parts
    assert [cell.unit for cell in part.top] == ["", "EUR", "h:mm:ss"]
    assert [cell.unit for cell in part.under] == [""]
    mixed = table(
        COUNTRY,
        head("X", over="Phone", under="X", across="PHONE", unit="EUR"),
        head("Y", over="Phone", under="Y", across="PHONE"),
    )
    (part,) = table_view(mixed, "screen").parts
    assert [cell.unit for cell in part.top] == ["", ""]
    assert [cell.unit for cell in part.under] == ["EUR", ""]


def test_groups_of_rows_end_with_their_subtotal() -> None:
    def row(kind: RowKind, level: int = 0) -> BlockRow:
        return BlockRow(kind, cells("a", "b", "1"), level)

    body, inner, outer = (
        row(RowKind.BODY),
        row(RowKind.SUBTOTAL, 2),
        row(RowKind.SUBTOTAL, 1),
    )
    heads = (COUNTRY, head("Network", HeadRole.DIMENSION), head("X"))
    rows = [body, inner, body, inner, outer, body, inner, outer, row(RowKind.TOTAL)]
    view = table_view(table(*heads, rows=rows), "print")
    assert view.groups == (range(5), range(5, 9))
    assert table_view(table(*heads, rows=[body, body]), "print").groups == (range(2),)
    assert table_view(table(*heads, rows=[]), "print").groups == (range(0),)


@pytest.mark.parametrize(
    ("columns", "fit", "parts"),
    [
        (4, "plain", 1),
        (14, "dense", 1),
        (17, "wide", 1),
        (21, "wide-dense", 1),
        (30, "wide-dense", 2),
    ],
)
def test_a_table_gets_denser_then_turns_then_comes_in_parts(
    columns: int, fit: str, parts: int
) -> None:
    block = table(COUNTRY, *(head(f"X{n}") for n in range(columns)))
    view = table_view(block, "print")
    assert (view.fit, len(view.parts)) == (fit, parts)
    assert is_turned(block) == fit.startswith("wide")
    assert len(table_view(block, "screen").parts) == 1  # a screen scrolls
    shown = [[column.place for column in part.columns] for part in view.parts]
    assert all(places[0] == 0 for places in shown)
    assert [place for places in shown for place in places[1:]] == list(range(1, columns + 1))
    widths = [len(places) for places in shown]
    assert max(widths) - min(widths) <= 1
    assert [part.number for part in view.parts] == ([0] if parts == 1 else [1, 2])


def test_parts_never_tear_a_group() -> None:
    heads = [
        head(f"M{m}", over=f"V{v}", under=f"M{m}", across=f"V{v}")
        for v in range(9)
        for m in range(3)
    ]
    block = table(COUNTRY, *heads)
    for part in table_view(block, "print").parts:
        assert {cell.columns for cell in part.top[1:]} == {3}


def test_one_metric_across_is_parted_by_its_values() -> None:
    heads = [head("M", over="M", under=f"V{v}", across=f"V{v}") for v in range(40)]
    view = table_view(table(COUNTRY, *heads), "print")
    assert view.even
    assert len(view.parts) > 1
    assert [part.top[1].label for part in view.parts] == ["M"] * len(view.parts)


def test_a_narrow_table_never_turns() -> None:
    block = table(COUNTRY, *(head(f"X{n}") for n in range(12)), width="half")
    assert not is_turned(block)
    assert len(table_view(block, "print").parts) > 1


def test_numbers_behind_signs_have_one_width() -> None:
    rows = [
        BlockRow(RowKind.BODY, (*cells("a"), Cell(value=1, text="9.1%", mark=Mark.LOW))),
        BlockRow(RowKind.BODY, (*cells("b"), Cell(value=1, text="10.2%", mark=Mark.HIGH))),
    ]
    (part,) = table_view(table(COUNTRY, head("X"), rows=rows), "screen").parts
    assert [column.figure for column in part.columns] == ["", "w5"]
    assert [column.signs for column in part.columns] == [False, True]
    assert sign(rows[0].cells[1]) == "●○○"
    assert sign(rows[0].cells[0]) == ""
    assert len(set(SIGNS.values())) == len(Mark)
