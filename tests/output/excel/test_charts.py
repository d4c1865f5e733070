"""Native charts: of every kind, beside their data, with its values inside."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from lxml import etree
from making import count, dimension, made, sample, share, sheet_of, text, with_blocks

from reporter.data.table import Format, Kind
from reporter.document.model import ChartBlock, ChartKind, ChartMark, Document, Series
from reporter.document.values import Cell, Head, HeadRole
from reporter.output.excel.formats import formats_of
from reporter.output.excel.look import look_of

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def chart_of(block: ChartBlock, document: Document, folder: Path) -> etree._Element:
    """The one chart's XML."""
    with zipfile.ZipFile(io.BytesIO(made(with_blocks(document, block), folder))) as pack:
        (name,) = [name for name in pack.namelist() if name.startswith("xl/charts/")]
        return etree.fromstring(pack.read(name))


def value(root: etree._Element, name: str) -> list[str]:
    return [str(found.get("val")) for found in root.iter(f"{CHART}{name}")]


def drawn(kind: ChartKind, *series: Series, timed: bool = False) -> ChartBlock:
    steps = tuple(text(name) for name in ("Germany", "Croatia", "France"))
    return ChartBlock(
        name="c",
        title="C",
        kind=kind,
        axis=dimension("COUNTRY_NAME", "Country"),
        steps=steps,
        series=series or (one("Calls", 5, 3, 2), one("Answered", 3, 2, 1)),
        timed=timed,
        format=Format.INTEGER,
        summary="Germany leads.",
    )


def one(label: str, *values: int | None, previous: bool = False) -> Series:
    return Series(name=label, label=label, cells=tuple(map(count, values)), previous=previous)


@pytest.mark.parametrize(
    ("kind", "element", "said"),
    [
        ("line", "lineChart", ["standard"]),
        ("area", "areaChart", ["standard"]),
        ("column", "barChart", ["clustered", "col"]),
        ("horizontalBar", "barChart", ["clustered", "bar"]),
        ("stacked", "barChart", ["stacked", "col"]),
        ("stacked100", "barChart", ["percentStacked", "col"]),
        ("funnel", "barChart", ["clustered", "bar"]),
        ("donut", "doughnutChart", []),
    ],
)
def test_every_kind_is_a_native_chart(
    kind: ChartKind, element: str, said: list[str], document: Document, tmp_path: Path
) -> None:
    root = chart_of(drawn(kind), document, tmp_path)
    plot = next(root.iter(f"{CHART}{element}"))
    assert value(plot, "grouping") + value(plot, "barDir") == said
    # Excel smooths lines and rounds corners where nothing is said.
    assert set(value(root, "smooth")) <= {"0"}
    assert value(root, "roundedCorners") == ["0"]
    assert value(root, "dispBlanksAs") == ["gap"]


def test_a_chart_is_drawn_from_its_cells_and_holds_their_values(
    document: Document, tmp_path: Path
) -> None:
    block = drawn("line", one("Calls", 5, None, 2))
    root = chart_of(block, document, tmp_path)
    assert [f.text for f in root.iter(f"{CHART}f")] == [
        "'C'!$B$4",
        "'C'!$A$5:$A$7",
        "'C'!$B$5:$B$7",
    ]
    cached = next(root.iter(f"{CHART}numCache"))
    assert [(p.get("idx"), p[0].text) for p in cached.iter(f"{CHART}pt")] == [
        ("0", "5"),
        ("2", "2"),
    ]
    sheet = sheet_of(block, document, tmp_path)
    # A line takes a dash for 0: what has no value is empty.
    assert [sheet.cell(r, 2).value for r in (5, 6, 7)] == [5, None, 2]


def test_the_sample_has_charts_beside_their_data(document: Document, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(made(document, tmp_path))) as pack:
        drawings = [pack.read(n).decode() for n in pack.namelist() if "drawings/drawing" in n]
    anchors = [re.search(r"<from><col>(\d+)</col>", drawing) for drawing in drawings]
    columns = [int(anchor[1]) for anchor in anchors if anchor]
    assert sorted(columns)[:4] == [3, 4, 5, 6]


def test_the_other_period_is_quiet(document: Document, tmp_path: Path) -> None:
    block = drawn("line", one("Now", 5, 3, 2), one("Then", 4, 4, 4, previous=True))
    now, then = chart_of(block, document, tmp_path).iter(f"{CHART}ser")
    xml = etree.tostring(then).decode()
    assert "sysDash" in xml
    assert "sysDash" not in etree.tostring(now).decode()
    area = chart_of(msgspec.structs.replace(block, kind="area"), document, tmp_path)
    assert [len([*area.iter(f"{CHART}{name}")]) for name in ("areaChart", "lineChart")] == [1, 1]
    # Parts of a whole are those of one period.
    stacked = chart_of(msgspec.structs.replace(block, kind="stacked"), document, tmp_path)
    assert len([*stacked.iter(f"{CHART}ser")]) == 1


def test_an_incomplete_last_step_is_drawn_as_such(document: Document, tmp_path: Path) -> None:
    for kind, sign in (("line", "sysDot"), ("column", "sysDash")):
        block = msgspec.structs.replace(drawn(kind, one("N", 5, 3, None)), partial=True)  # type: ignore[arg-type]
        point = next(chart_of(block, document, tmp_path).iter(f"{CHART}dPt"))
        assert value(point, "idx") == ["1"]
        assert sign in etree.tostring(point).decode()
    empty = msgspec.structs.replace(drawn("line", one("N", None, None, None)), partial=True)
    assert [*chart_of(empty, document, tmp_path).iter(f"{CHART}dPt")] == []


def test_marked_moments_bear_a_sign_and_stand_under_the_data(
    document: Document, tmp_path: Path
) -> None:
    mark = ChartMark(1.2, "Incident", "20 Oct 2026")
    block = msgspec.structs.replace(drawn("line"), marks=(mark,))
    (point,) = chart_of(block, document, tmp_path).iter(f"{CHART}dPt")
    assert (value(point, "idx"), value(point, "symbol")) == (["1"], ["diamond"])
    assert sheet_of(block, document, tmp_path)["A9"].value == "20 Oct 2026: Incident"


def test_bars_begin_at_zero_and_hang_from_it(document: Document, tmp_path: Path) -> None:
    block = drawn("column")
    assert value(chart_of(block, document, tmp_path), "min") == ["0"]
    below = drawn("column", one("N", -1, 2, 3))
    assert value(chart_of(below, document, tmp_path), "min") == []
    assert value(chart_of(drawn("line"), document, tmp_path), "min") == []


def test_few_bars_bear_their_values_and_need_no_axis(document: Document, tmp_path: Path) -> None:
    root = chart_of(drawn("horizontalBar"), document, tmp_path)
    assert set(value(root, "showVal")) == {"1"}
    assert value(root, "delete") == ["0", "1"]
    assert value(root, "orientation") == ["maxMin", "minMax"]
    many = drawn("column", *(one(f"{n}", 1, 2, 3) for n in range(5)))
    root = chart_of(many, document, tmp_path)
    assert value(root, "showVal") == []
    assert value(root, "delete") == ["0", "0"]


def test_shares_stand_beside_their_series(document: Document, tmp_path: Path) -> None:
    shares = (share(0.5), share(0.3), share(0.2))
    series = (
        msgspec.structs.replace(one("Calls", 5, 3, 2), shares=shares),
        msgspec.structs.replace(one("Answered", 1, 1, 1), shares=shares),
    )
    head = Head(
        name="share", label="Share", role=HeadRole.METRIC, kind=Kind.NUMBER, format=Format.PERCENT
    )
    block = msgspec.structs.replace(drawn("stacked100", *series), share=head)
    sheet = sheet_of(block, document, tmp_path)
    assert [cell.value for cell in sheet[4]] == [
        *("Country", "Calls", "Calls, Share", "Answered", "Answered, Share"),
    ]
    root = chart_of(block, document, tmp_path)
    assert [f.text for f in root.iter(f"{CHART}f")][2::3] == ["'C'!$B$5:$B$7", "'C'!$D$5:$D$7"]


def test_a_heatmap_is_its_data_in_colours(document: Document, tmp_path: Path) -> None:
    block = drawn("heatmap", one("Monday", 5, 3, None), one("Tuesday", 1, 2, 3))
    block = msgspec.structs.replace(block, down=dimension("WEEKDAY", "Weekday"))
    sheet = sheet_of(block, document, tmp_path)
    assert [[cell.value for cell in row] for row in sheet["A4:D6"]] == [
        ["Weekday", "Germany", "Croatia", "France"],
        ["Monday", 5, 3, None],
        ["Tuesday", 1, 2, 3],
    ]
    ((area, rules),) = [(str(a.sqref), a.rules) for a in sheet.conditional_formatting]
    assert (area, [rule.type for rule in rules]) == ("B5:D6", ["colorScale"])
    assert sheet._charts == []


def test_a_chart_without_steps_is_an_empty_table(document: Document, tmp_path: Path) -> None:
    block = msgspec.structs.replace(drawn("line", one("N")), steps=())
    sheet = sheet_of(block, document, tmp_path)
    assert (sheet["A4"].value, sheet._charts) == ("Country", [])


@pytest.mark.parametrize(
    ("days", "unit", "apart"),
    [
        ([date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)], "days", "1"),
        ([date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19)], "days", "7"),
        ([date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)], "months", "1"),
        ([date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1)], "months", "3"),
    ],
)
def test_lines_over_days_stand_where_the_days_are(
    days: list[date], unit: str, apart: str, document: Document, tmp_path: Path
) -> None:
    steps = tuple(Cell(value=day, text=f"{day}") for day in days)
    block = msgspec.structs.replace(
        drawn("line", one("N", 1, 2, 3), timed=True),
        steps=steps,
        axis=dimension("DAY", "Day", Kind.DATE),
    )
    root = chart_of(block, document, tmp_path)
    (axis,) = root.iter(f"{CHART}dateAx")
    assert (value(axis, "baseTimeUnit"), value(axis, "majorUnit")) == ([unit], [apart])
    # Bars stand side by side.
    bars = chart_of(msgspec.structs.replace(block, kind="column"), document, tmp_path)
    assert [*bars.iter(f"{CHART}dateAx")] == []


def test_times_on_an_axis_say_no_more_than_is_needed(document: Document) -> None:
    formats = formats_of(document)
    hour, day = datetime(2026, 10, 1, 7, tzinfo=UTC), date(2026, 10, 1)
    assert formats.on_axis(hour, hour.replace(hour=9), "HOUR") == "hh:mm"
    assert formats.on_axis(hour, hour.replace(day=9), "HOUR") == "d mmm hh:mm"
    assert formats.on_axis(day, day.replace(day=9), "DAY") == "d mmm"
    assert formats.on_axis(day, day.replace(year=2027, month=11), "DAY") == "dd/mm/yyyy"
    assert formats.on_axis(day, day, "MONTH") == "mmm yyyy"
    assert formats.on_axis("a", "b", "COUNTRY_NAME") == "General"
    american = formats_of(msgspec.structs.replace(document, language="en-US"))
    assert american.on_axis(day, day, "DAY") == "mmm d"


def test_colours_begin_anew_where_there_are_more_series(document: Document, tmp_path: Path) -> None:
    root = chart_of(drawn("line", *(one(f"{n}", 1, 2, 3) for n in range(20))), document, tmp_path)
    colours = [
        re.search(r'srgbClr val="(\w+)"', etree.tostring(series).decode())
        for series in root.iter(f"{CHART}ser")
    ]
    found = [colour[1] for colour in colours if colour]
    assert len(found) == 20
    assert len(set(found)) == len(set(sample_series(document, tmp_path)))


def sample_series(document: Document, folder: Path) -> tuple[str, ...]:
    return look_of(document, sample.branding(folder)).series
