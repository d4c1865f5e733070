"""The pure parts of long tables: which rows are looked at, which stand on which page, the file."""

import io
from itertools import pairwise
from types import ModuleType

import pydyf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from reporter.document.values import BlockRow, Cell, RowKind
from reporter.output.pdf.file import Pack, Packed, write_file
from reporter.output.pdf.long_tables.pagination import glued, paginated
from reporter.output.pdf.long_tables.survey import shape, survey

HEIGHTS = st.lists(st.integers(1, 30), min_size=1, max_size=200)


def rows(*kinds: str) -> list[BlockRow]:
    """Body rows for ``b``, subtotals of the first level for ``s``, Other for ``o``, total ``t``."""
    named = {"b": RowKind.BODY, "s": RowKind.SUBTOTAL, "o": RowKind.OTHER, "t": RowKind.TOTAL}
    cell = Cell(value=1, text="1")
    return [BlockRow(named[k], (cell,), 1 if k == "s" else 0) for k in "".join(kinds)]


@given(HEIGHTS, st.integers(30, 300), st.integers(30, 300))
def test_pages_hold_all_rows_in_order_and_as_many_as_fit(
    heights: list[int], first: int, others: int
) -> None:
    spans = paginated(heights, [False] * len(heights), first, others)
    assert [n for s in spans for n in range(s.start, s.stop)] == list(range(len(heights)))
    rooms = [first, *[others] * (len(spans) - 1)]
    for span, room in zip(spans, rooms, strict=True):
        assert sum(heights[span.start : span.stop]) <= room
    for (one, room), two in zip(zip(spans, rooms, strict=True), spans[1:], strict=False):
        assert sum(heights[one.start : two.start + 1]) > room


@given(HEIGHTS, st.integers(300, 600))
def test_rows_that_belong_together_are_not_parted(heights: list[int], room: int) -> None:
    kept = glued(rows("b" * len(heights)))
    for one, two in pairwise(paginated(heights, kept, room, room)):
        assert one.stop - one.start >= 6
        assert len(heights) - two.start >= 7 or sum(heights[one.start :]) > room


def test_a_group_is_parted_neither_after_its_first_row_nor_before_its_last_two() -> None:
    kept = glued(rows("bbbbbbs", "bbs", "s", "ot"))
    assert "".join("-" if k else "|" for k in kept) == "|-|||--|---|-"
    assert glued(rows("bbb")) == [False, True, True]
    assert glued([]) == []


def test_where_no_break_is_allowed_a_page_is_filled() -> None:
    assert [s.stop for s in paginated([10] * 5, [False] + [True] * 4, 25, 25)] == [2, 4, 5]


def test_a_first_page_without_room_is_left_out() -> None:
    assert [s.start for s in paginated([10, 10], [False, False], 5, 100)] == [0]


def test_a_row_higher_than_a_page_has_one_to_itself() -> None:
    spans = paginated([10, 500, 10], [False] * 3, 100, 100)
    assert [(s.start, s.stop) for s in spans] == [(0, 1), (1, 2), (2, 3)]


@given(st.text(max_size=12))
def test_a_shape_differs_in_nothing_but_digits(text: str) -> None:
    found = shape(text)
    assert shape(found) == found
    assert len(found) == len(text)
    for one, other in zip(text, found, strict=True):
        assert one == other or one.isdecimal()
        assert not other.isdecimal() or int(other) == 0


def test_shapes_know_all_digits() -> None:
    assert shape("1,234.5 −0:07 ٣٤٪ ५") == "0,000.0 −0:00 ٠٠٪ ०"


@pytest.mark.parametrize("groups", [0, 7])
def test_the_chosen_rows_show_every_look_and_every_frame(
    long_sample: ModuleType, groups: int
) -> None:
    block = long_sample.table(900, groups=groups)
    found = survey(block, len)
    chosen = found.chosen
    assert len(chosen) < 400
    assert {found.frames[row] for row in chosen} == set(found.frames)
    for looks in found.looks:
        assert {looks[row] for row in chosen} == set(looks)
    for column in (0, 1):
        texts = [row.cells[column].text for row in block.rows]
        assert max(map(len, texts)) in {len(texts[row]) for row in chosen}


def test_a_file_with_packed_objects_reads_back() -> None:
    pdf = pydyf.PDF()
    page = pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference})
    page["MediaBox"] = pydyf.Array([0, 0, 10, 10])
    pdf.add_page(page)
    drawn = Packed(b"0 0 5 5 re f")
    pdf.add_object(drawn)
    page["Contents"] = drawn.reference
    pack = Pack(pdf, [b"(%d)" % number for number in range(700)])
    others = [pydyf.Dictionary({"N": number}) for number in range(450)]
    for other in others:
        pdf.add_object(other)
    pdf.catalog["Held"] = pydyf.Array(b"%d 0 R" % (pack.first + n) for n in range(pack.count))
    pdf.catalog["Others"] = pydyf.Array(other.reference for other in others)
    pdf.info["Title"] = pydyf.String("Packed")
    output = io.BytesIO()
    write_file(pdf, output, b"1.7", True, True)  # noqa: FBT003 - as the library calls it
    reader = PdfReader(output, strict=True)
    assert [x.get_object() for x in reader.root_object["/Held"]] == [str(n) for n in range(700)]
    assert [x.get_object()["/N"] for x in reader.root_object["/Others"]] == list(range(450))
    assert reader.pages[0].get_contents().get_data() == b"0 0 5 5 re f"
    assert reader.metadata.title == "Packed"
    assert len(reader.trailer["/ID"]) == 2


def test_a_file_without_information_or_name_reads_back() -> None:
    pdf = pydyf.PDF()
    output = io.BytesIO()
    write_file(pdf, output, None, False, False)  # noqa: FBT003 - likewise
    reader = PdfReader(output, strict=True)
    assert output.getvalue().startswith(b"%PDF-1.7\n")
    assert len(reader.pages) == 0
    assert "/ID" not in reader.trailer
