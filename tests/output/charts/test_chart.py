"""Charts, as SVG and as the layers that they are drawn from."""

import re
import subprocess
import sys
from itertools import pairwise
from types import ModuleType
from typing import Any

import msgspec
import pytest
import sample_charts
from lxml import etree

from reporter.data.table import Format
from reporter.document.model import ChartBlock
from reporter.document.values import Cell
from reporter.errors import RenderError
from reporter.output.charts.chart import SHEETS, draw, figure, png, sheet_of, svg
from reporter.output.charts.parts import Sheet, moved_apart, text_in, text_on
from reporter.output.look.colour import READABLE, contrast, palette
from reporter.output.look.heat import STEPS, heat, step_of

BOTH = palette("#0b6e4f")
SCHEME = BOTH.light
WIDE, NARROW, PAPER = (SHEETS[medium]["full"] for medium in ("wide", "narrow", "paper"))
EVERY_SHEET = {f"{m}-{w}": sheet for m, widths in SHEETS.items() for w, sheet in widths.items()}
Look = dict[str, Any]


def drawn_texts(drawn: str) -> list[str]:
    root = etree.fromstring(drawn.encode())
    return [str(text) for text in root.xpath("//*[local-name()='text']/text()")]


def texts_of(chart: ChartBlock, sheet: Sheet = WIDE, language: str = "en-GB") -> list[str]:
    return drawn_texts(svg(chart, SCHEME, language, sheet))


def marks(chart: ChartBlock, kind: str, sheet: Sheet = WIDE, **look: object) -> list[list[Look]]:
    """The data of all layers of a kind that have this look."""
    made = figure(chart, SCHEME, "en-GB", sheet)
    return [
        layer["data"]["values"]
        for layer in made["layer"]
        if layer["mark"]["type"] == kind and look.items() <= layer["mark"].items()
    ]


def boxes(chart: ChartBlock, sheet: Sheet = WIDE, **look: object) -> list[Look]:
    """Rectangles, but for the squares of legends."""
    return [
        box
        for layer in marks(chart, "rect", sheet, **look)
        for box in layer
        if abs(box["x2"] - box["x"] - 0.84 * sheet.size) > 0.02
        or abs(box["y2"] - box["y"] - 0.84 * sheet.size) > 0.02
    ]


def but(chart: ChartBlock, **changes: object) -> ChartBlock:
    return msgspec.structs.replace(chart, **changes)


@pytest.fixture
def every(sample: ModuleType) -> dict[str, ChartBlock]:
    """A chart of every kind."""
    marked = but(
        sample.per_day(),
        marks=(sample_charts.mark(3, "Begin"), sample_charts.mark(30, "A long label at the end")),
    )
    return {
        "line": marked,
        "gaps": sample.answer_rate(),
        "area": but(sample.per_day(), kind="area"),
        "column": sample.per_week(),
        "columns of groups": but(sample.failures(), kind="column"),
        "lying": sample.failures(),
        "lying over time": but(sample.per_week(), kind="horizontalBar"),
        "stacked": sample_charts.stacked(),
        "stacked100": sample_charts.stacked(share=True),
        "lying stacked": sample_charts.stacked(timed=False),
        "lying stacked100": sample_charts.stacked(share=True, timed=False),
        "donut": sample_charts.donut(),
        "heatmap": sample_charts.heatmap(),
        "hours": sample_charts.heatmap(24),
        "funnel": sample_charts.funnel(),
        "compared funnel": sample_charts.funnel(compare=True),
    }


# Every kind


@pytest.mark.parametrize("sheet", EVERY_SHEET.values(), ids=EVERY_SHEET)
def test_every_kind_fits_every_sheet(every: dict[str, ChartBlock], sheet: Sheet) -> None:
    for kind, chart in every.items():
        picture = draw(chart, SCHEME, "en-GB", sheet)
        root = etree.fromstring(svg(chart, SCHEME, "en-GB", sheet).encode())
        assert root.get("viewBox") == f"0 0 {sheet.width} {round(picture.height)}", kind
        box = picture.hits.box
        for layer in picture.layers:
            for point in layer["data"]["values"]:
                for name, most in (("x", sheet.width), ("x2", sheet.width), ("y", picture.height)):
                    assert -0.01 <= point.get(name, 0) <= most + 0.01, (kind, layer["mark"], point)
        assert box.width > 0
        assert box.height > 0
        assert box.bottom <= picture.height + 0.01, kind


def test_labels_lie_within_the_sheet_and_apart_from_each_other(
    every: dict[str, ChartBlock],
) -> None:
    from reporter.output.look.text_width import width_of  # noqa: PLC0415 - for this test alone

    for name, sheet in EVERY_SHEET.items():
        for kind, chart in every.items():
            reach = []
            for layer in draw(chart, SCHEME, "en-GB", sheet).layers:
                look = layer["mark"]
                if look["type"] != "text" or "angle" in look:
                    continue
                for text in layer["data"]["values"]:
                    wide = width_of(text["t"], look["fontSize"], look.get("fontWeight", 400))
                    left = text["x"] - {"left": 0, "center": 0.5, "right": 1}[look["align"]] * wide
                    reach.append((left, left + wide, text["y"], look["fontSize"], text["t"]))
            for left, right, *_, text in reach:
                assert left >= -1, (name, kind, text)
                assert right <= sheet.width + 1, (name, kind, text)
            for number, one in enumerate(reach):
                for other in reach[number + 1 :]:
                    beside = one[1] <= other[0] + 1 or other[1] <= one[0] + 1
                    above = abs(one[2] - other[2]) >= 0.75 * min(one[3], other[3])
                    assert beside or above, (name, kind, one, other)


def test_a_drawing_has_real_text_in_our_font(sample: ModuleType) -> None:
    drawn = svg(sample.per_day(), SCHEME, "en-GB", WIDE)
    assert {"1 Oct", "31 Oct", "2,000", "Total calls", "Answered"} <= set(drawn_texts(drawn))
    assert drawn.startswith('<svg font-family="Inter Report"')
    assert drawn.count("font-family") == 1


def test_nothing_is_clipped_or_numbered_through_the_process(every: dict[str, ChartBlock]) -> None:
    for chart in every.values():
        for sheet in (WIDE, NARROW, PAPER):
            drawn = svg(chart, SCHEME, "en-GB", sheet)
            assert not re.search(r"clip|gradient| id=|url\(|NaN|Infinity|undefined", drawn)


def test_the_same_block_gives_the_same_bytes(every: dict[str, ChartBlock]) -> None:
    first = [svg(chart, SCHEME, "en-GB", PAPER) for chart in every.values()]
    assert [svg(c, SCHEME, "en-GB", PAPER) for c in reversed(every.values())] == first[::-1]


def test_a_png_is_as_large_as_its_sheet_and_the_same_in_every_process(sample: ModuleType) -> None:
    picture = png(sample.per_day(), SCHEME, "en-GB", SHEETS["mail"]["full"])
    assert picture.startswith(b"\x89PNG")
    high = round(draw(sample.per_day(), SCHEME, "en-GB", SHEETS["mail"]["full"]).height)
    size = [int.from_bytes(picture[at : at + 4]) for at in (16, 20)]
    assert size == [2 * SHEETS["mail"]["full"].width, 2 * high]
    told = (
        "import sys; sys.path.insert(0, {!r})\n"
        "import hashlib, sample_document as s\n"
        "from reporter.output.charts.chart import SHEETS, png\n"
        "from reporter.output.look.colour import palette\n"
        "made = png(s.per_day(), palette('#0b6e4f').light, 'en-GB', SHEETS['mail']['full'])\n"
        "print(hashlib.sha256(made).hexdigest())"
    ).format(sys.modules["sample_charts"].__file__.rpartition("/")[0])
    runs = [
        subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout


def test_axis_texts_follow_the_locale(sample: ModuleType) -> None:
    assert "2.000" in texts_of(sample.per_day(), language="de-DE")
    assert "60\N{NO-BREAK SPACE}%" in texts_of(sample.answer_rate(), language="de-DE")


@pytest.mark.parametrize("sheet", [WIDE, PAPER])
def test_any_text_of_the_data_can_be_drawn(every: dict[str, ChartBlock], sheet: Sheet) -> None:
    texts = ["a\x00b\x0b", "\x1b[31m", "\ufffe\uffff", "x" * 50_000, "<b>&\"'", '"];datum.v + "\\']
    for chart in every.values():
        odd = but(
            chart,
            metric=texts[0],
            steps=tuple(
                Cell(value=step.value, text=texts[place % len(texts)])
                for place, step in enumerate(chart.steps)
            ),
            series=tuple(
                msgspec.structs.replace(one, label=texts[place % len(texts)])
                for place, one in enumerate(chart.series)
            ),
            marks=tuple(sample_charts.mark(place, text) for place, text in enumerate(texts)),
        )
        drawn = svg(odd, SCHEME, "en-GB", sheet)
        assert "a\ufffdb\ufffd" in " ".join(drawn_texts(drawn))
        assert len(drawn) < 200_000


def test_a_text_that_is_too_long_is_cut(sample: ModuleType) -> None:
    chart = sample.failures()
    long = "A cause whose name is longer than there is room for on any sheet that we have"
    steps = (Cell(value=long, text=long), *chart.steps[1:])
    (shown,) = [t for t in texts_of(but(chart, steps=steps), PAPER) if t.startswith("A cause")]
    assert shown.endswith("…")
    assert long.startswith(shown[:-1])


@pytest.mark.parametrize("kind", ["line", "area", "column", "horizontalBar"])
@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("values", [(), (None, None), (0, 0), (3,), (-2, 5), (None, 4, None)])
def test_every_shape_of_data_can_be_drawn(
    sample: ModuleType, kind: str, *, timed: bool, values: tuple[int | None, ...]
) -> None:
    block = sample.per_day()
    series = msgspec.structs.replace(block.series[0], cells=tuple(map(sample.count, values)))
    odd = but(block, kind=kind, timed=timed, steps=block.steps[: len(values)], series=(series,))
    for sheet in (PAPER, NARROW):
        assert not re.search("NaN|Infinity|undefined", svg(odd, SCHEME, "en-GB", sheet))


def test_numbers_beyond_any_count_can_be_drawn(sample: ModuleType) -> None:
    block = sample.failures()
    cells = tuple(Cell(value=10**25, text="many") for _ in block.steps)
    series = msgspec.structs.replace(block.series[0], cells=cells)
    assert texts_of(but(block, series=(series,)), PAPER).count("many") == len(block.steps)


def test_what_the_library_cannot_draw_is_an_error_of_ours(sample: ModuleType) -> None:
    broken = msgspec.structs.replace(SCHEME, ink=object())
    with pytest.raises(RenderError, match="the chart 'failures' could not be drawn: "):
        svg(sample.failures(), broken, "en-GB", PAPER)


def test_a_narrow_block_is_drawn_for_its_width_with_letters_as_large(sample: ModuleType) -> None:
    sheets = [sheet_of(but(sample.per_day(), width=w), "wide") for w in ("full", "half", "third")]
    assert [sheet.width for sheet in sheets] == [960, 449, 279]
    assert {sheet.size for sheet in sheets} == {12}


# Lines and areas


def test_a_line_over_close_values_need_not_begin_at_zero(sample: ModuleType) -> None:
    assert {"40%", "50%", "70%"} <= set(texts_of(sample.answer_rate()))
    assert "0%" not in texts_of(sample.answer_rate())


def test_an_area_begins_at_zero(sample: ModuleType) -> None:
    assert "0%" in texts_of(but(sample.answer_rate(), kind="area"))


def test_missing_values_are_gaps(sample: ModuleType) -> None:
    (points,) = marks(sample.answer_rate(), "line")
    assert len(points) == 27  # of 31, four are missing
    assert sorted({point["run"] for point in points}) == [0, 1, 2, 3]
    lone, last = marks(sample.answer_rate(), "point")
    assert len(lone) == len(last) == 1
    assert lone[0] in [{"x": p["x"], "y": p["y"]} for p in points]


def test_an_incomplete_last_step_is_dotted_and_hollow(sample: ModuleType) -> None:
    dotted = marks(sample.per_day(), "line", strokeDash=[2.0, 3.0])
    assert [len(points) for points in dotted] == [2, 2]
    assert len(marks(sample.per_day(), "point", fill=SCHEME.surface)) == 2
    whole = sample.per_day(partial=False)
    assert marks(whole, "line", strokeDash=[2.0, 3.0]) == []
    assert marks(whole, "point", fill=SCHEME.surface) == []


def test_a_comparison_is_dashed_grey_and_behind(sample: ModuleType) -> None:
    made = figure(sample.per_day(), SCHEME, "en-GB", WIDE)
    first = next(layer["mark"] for layer in made["layer"] if layer["mark"]["type"] == "line")
    assert (first["strokeDash"], first["stroke"]) == ([5.0, 4.0], SCHEME.quiet)


def test_only_a_single_line_from_zero_has_a_shade_under_it(sample: ModuleType) -> None:
    per_day = sample.per_day()
    assert len(marks(but(per_day, series=per_day.series[:1]), "area")) == 1
    assert marks(per_day, "area") == []
    assert marks(sample.answer_rate(), "area") == []
    assert len(marks(but(per_day, kind="area"), "area")) == 2


def test_lines_are_named_at_their_ends_where_there_is_room(sample: ModuleType) -> None:
    def ends(chart: ChartBlock, sheet: Sheet) -> bool:
        """Whether names stand right of the plot."""
        layers = draw(chart, SCHEME, "en-GB", sheet).layers
        return any(layer.get("name", "").startswith("name_") for layer in layers)

    assert ends(sample.per_day(), WIDE)
    assert not ends(sample.per_day(), NARROW)
    block = sample.per_day()
    long = msgspec.structs.replace(block.series[0], label="A metric of a name that is too long")
    assert not ends(but(block, series=(long, *block.series[1:])), WIDE)
    assert texts_of(sample.per_day(), NARROW).count("Answered") == 1  # in the legend


def test_names_at_line_ends_do_not_touch() -> None:
    apart = moved_apart([5.0, 5.2, 5.1, 9.0], 1.0)
    assert all(b - a > 0.99 for a, b in pairwise(sorted(apart)))
    assert apart[0] < apart[2] < apart[1] < apart[3]
    assert moved_apart([1.0, 3.0], 1.0) == [1.0, 3.0]
    held = moved_apart([0.1, 0.2, 9.9, 10.0], 1.0, 0.0, 10.0)
    assert min(held) >= 0
    assert max(held) <= 10


def test_few_steps_are_named_on_a_narrow_sheet(sample: ModuleType) -> None:
    named = [t for t in texts_of(sample.answer_rate(), NARROW) if "Oct" in t]
    assert named == ["1 Oct", "7 Oct", "13 Oct", "19 Oct", "25 Oct", "31 Oct"]


# Annotations


def test_an_annotation_is_a_line_with_its_label(sample: ModuleType) -> None:
    chart = but(sample.per_day(), marks=(sample_charts.mark(10, "Incident"),))
    ((line,),) = marks(chart, "rule", strokeDash=[1, 2])
    assert "Incident" in texts_of(chart)
    made = draw(chart, SCHEME, "en-GB", WIDE)
    step = made.hits.box.width / 31
    assert line["x"] == line["x2"] == pytest.approx(made.hits.box.left + 10.5 * step, abs=0.1)


def test_labels_that_would_meet_stand_in_rows_and_near_the_edge_to_the_left(
    sample: ModuleType,
) -> None:
    places = [(2, "First"), (3, "Second"), (3.5, "Third"), (30, "Last of all")]
    chart = but(sample.per_day(), marks=tuple(sample_charts.mark(*place) for place in places))
    (lines,) = marks(chart, "rule", strokeDash=[1, 2])
    tops = [line["y"] for line in lines]
    assert tops[0] < tops[1] < tops[2] == tops[3]  # the earlier, the higher: no line through a text
    labels = [t for t in marks(chart, "text", align="right", fontWeight=500) if t]
    assert [text["t"] for layer in labels for text in layer] == ["Last of all"]


def test_more_annotations_than_have_room_keep_their_lines(sample: ModuleType) -> None:
    many = tuple(sample_charts.mark(5 + n / 10, f"Incident number {n}") for n in range(9))
    chart = but(sample.per_day(), marks=many)
    (lines,) = marks(chart, "rule", strokeDash=[1, 2])
    assert len(lines) == 9
    assert len([t for t in texts_of(chart) if t.startswith("Incident")]) == 4


# Bars


def test_bars_begin_at_zero(sample: ModuleType) -> None:
    for chart in (sample.per_week(), but(sample.failures(), kind="column")):
        zero = [
            t["y"] for layer in marks(chart, "text", align="right") for t in layer if t["t"] == "0"
        ]
        bottoms = {box["y2"] for box in boxes(chart, fill=SCHEME.series[0])}
        assert len(bottoms) == 1
        assert bottoms.pop() == pytest.approx(zero[0] - 12 * 0.36, abs=0.01)
    lefts = {box["x"] for box in boxes(sample.failures(), fill=SCHEME.series[0])}
    assert len(lefts) == 1


def test_a_bar_is_as_long_as_its_value(sample: ModuleType) -> None:
    found = list(boxes(sample.failures(), fill=SCHEME.series[0]))
    lengths = [box["x2"] - box["x"] for box in found]
    values = [cell.value for cell in sample.failures().series[0].cells]
    assert [round(a / lengths[0], 3) for a in lengths] == [round(v / values[0], 3) for v in values]


def test_an_incomplete_last_bar_is_pale_and_outlined(sample: ModuleType) -> None:
    block = but(sample.per_week(), partial=True)
    pale = [box for n in range(3) for box in boxes(block, fill=SCHEME.series[n], fillOpacity=0.4)]
    assert len(pale) == 3
    assert boxes(sample.per_week(), fill=SCHEME.series[0], fillOpacity=0.4) == []


def test_comparison_bars_come_first_from_left_and_second_from_top(sample: ModuleType) -> None:
    upright = sample.per_week()
    (before,) = {b["x"] for b in boxes(upright, fill=SCHEME.rule)[:1]}
    now = next(b["x"] for b in boxes(upright, fill=SCHEME.series[0]))
    assert before < now
    lying = sample.failures()
    now = [b["y"] for b in boxes(lying, fill=SCHEME.series[0])]
    before = [b["y"] for b in boxes(lying, fill=SCHEME.rule)]
    assert all(a < b for a, b in zip(now, before, strict=False))


def test_bars_carry_their_values_where_they_fit(sample: ModuleType) -> None:
    assert {"2,110", "2,400", "352", "User unavailable"} <= set(texts_of(sample.failures()))
    groups = but(sample.failures(), kind="column", series=sample.failures().series[:1])
    assert {"2,110", "352"} <= set(texts_of(groups))
    many = but(groups, steps=groups.steps * 12, series=(groups.series[0],))
    cells = groups.series[0].cells * 12
    many = but(many, series=(msgspec.structs.replace(groups.series[0], cells=cells),))
    assert "2,110" not in texts_of(many, NARROW)


def test_names_that_do_not_fit_under_bars_stand_aslant(sample: ModuleType) -> None:
    groups = but(sample.failures(), kind="column", series=sample.failures().series[:1])
    aslant = [
        layer["data"]["values"]
        for layer in draw(groups, SCHEME, "en-GB", EVERY_SHEET["wide-third"]).layers
        if "angle" in layer["mark"]
    ]
    assert len([text for layer in aslant for text in layer]) == len(groups.steps)


def test_lying_bars_fit_on_a_page(sample: ModuleType) -> None:
    block = sample.failures()
    series = tuple(msgspec.structs.replace(s, cells=s.cells * 30) for s in block.series)
    many = but(block, steps=block.steps * 30, series=series)
    assert draw(many, SCHEME, "en-GB", PAPER).height == pytest.approx(PAPER.tallest)


def test_more_series_than_colours_begin_again(sample: ModuleType) -> None:
    block = sample.per_week()
    series = tuple(
        msgspec.structs.replace(block.series[0], name=f"S{n}", label=f"S{n}") for n in range(12)
    )
    many = but(block, series=series, format=Format.DECIMAL)
    assert len(boxes(many, fill=SCHEME.series[0])) > len(boxes(block, fill=SCHEME.series[0]))


# Parts of a whole


def test_stacked_parts_stand_on_each_other_up_to_the_whole() -> None:
    chart = sample_charts.stacked()
    first = list(boxes(chart, fill=SCHEME.series[0], fillOpacity=1))
    second = list(boxes(chart, fill=SCHEME.series[1], fillOpacity=1))
    other = list(boxes(chart, fill=SCHEME.quiet, fillOpacity=1))
    assert len(first) == len(second) == len(other) == 2  # one week without calls, one incomplete
    per_call = (first[0]["y2"] - other[0]["y"] + 1) / 100
    assert first[0]["y2"] - second[0]["y2"] == pytest.approx(30 * per_call, abs=0.6)
    assert second[0]["y2"] - other[0]["y2"] == pytest.approx(20 * per_call, abs=0.6)
    assert {"100", "40"} <= set(texts_of(chart))


def test_shares_of_a_stack_reach_to_100_percent() -> None:
    chart = sample_charts.stacked(share=True)
    texts = texts_of(chart)
    assert {"0%", "100%", "30.0%", "20.0%", "50.0%"} <= set(texts)
    ticks = [t["y"] for layer in marks(chart, "text", align="right") for t in layer]
    other = list(boxes(chart, fill=SCHEME.quiet, fillOpacity=1))
    assert other[0]["y"] - 1 == pytest.approx(min(ticks) - 12 * 0.36, abs=0.01)
    lying = sample_charts.stacked(share=True, timed=False)
    assert {"30.0%", "20.0%", "50.0%"} <= set(texts_of(lying))


def test_a_donut_prints_each_part_and_the_whole() -> None:
    chart = sample_charts.donut()
    assert {"Croatia", "60", "60.0%", "100", "Calls"} <= set(texts_of(chart))
    arcs = [layer[0] for layer in marks(chart, "arc")]
    turns = [round((arc["to"] - arc["from"]) / 6.283185, 4) for arc in arcs]
    assert turns == [0.6, 0.25, 0.15]
    assert draw(chart, SCHEME, "en-GB", WIDE).hits.ring.turns == (0.6, 0.85, 1.0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "arcs"), [((0, 0, 0), 1), ((7, 0, 0), 1), ((7,), 1), ((3, None, 1), 2)]
)
def test_donuts_of_odd_parts(values: tuple[int | None, ...], arcs: int) -> None:
    assert len(marks(sample_charts.donut(values), "arc")) == arcs


# Heatmaps


def test_the_shade_is_the_value_and_nothing_is_not_zero() -> None:
    chart = sample_charts.heatmap()
    shades = heat(SCHEME)
    assert len(boxes(chart, fill=shades[9])) == 2  # in the key, and the greatest
    assert len(marks(chart, "rule", stroke=SCHEME.quiet)[0]) == 1  # the cell without value
    outlined = boxes(chart, fill=SCHEME.surface, stroke=SCHEME.line)
    assert len(outlined) == 1 + 4  # the faint one, and Other: outside the scale
    assert step_of(0.0) == 0
    assert step_of(1.0) == STEPS - 1


def test_cells_carry_their_values_as_far_as_they_fit() -> None:
    assert "55.0%" in texts_of(sample_charts.heatmap())
    shorter = texts_of(sample_charts.heatmap(24))
    assert "55%" in shorter
    assert "55.0%" not in shorter
    assert "55%" not in texts_of(sample_charts.heatmap(24), NARROW)


def test_the_key_has_both_ends_and_the_metric() -> None:
    assert {"40.0%", "80.0%", "Answer rate"} <= set(texts_of(sample_charts.heatmap(24), NARROW))


@pytest.mark.parametrize(
    "accent", ["#0b6e4f", "#1d4ed8", "#b91c1c", "#f59e0b", "#111827", "#ec4899"]
)
def test_letters_can_be_read_on_every_colour(accent: str) -> None:
    both = palette(accent)
    for scheme in (both.light, both.dark):
        shades = heat(scheme)
        assert len(set(shades)) == STEPS
        assert all(contrast(scheme.ink, shade) >= READABLE for shade in shades)
        darkness = [contrast(scheme.surface, shade) for shade in shades]
        assert darkness == sorted(darkness)
        assert darkness[-1] > 2.5
        for colour in (*scheme.series, scheme.quiet):
            assert contrast(text_on(colour, scheme), colour) >= READABLE
            assert contrast(text_in(colour, scheme), scheme.surface) >= READABLE


# Funnels


def test_a_funnel_prints_both_shares_of_each_stage() -> None:
    texts = texts_of(sample_charts.funnel())
    assert {"1,000", "800", "600", "100.0%", "80.0%", "60.0%", "75.0%"} <= set(texts)
    narrow = texts_of(sample_charts.funnel(), NARROW)
    assert {"↓ 80.0%  of the one before", "↓ 75.0%"} <= set(narrow)
    bars = list(boxes(sample_charts.funnel(), fill=SCHEME.series[0]))
    assert [round((b["x2"] - b["x"]) / (bars[0]["x2"] - bars[0]["x"]), 3) for b in bars] == [
        1,
        0.8,
        0.6,
    ]


def test_the_comparison_of_a_funnel_is_a_thin_bar_below_each_stage() -> None:
    chart = sample_charts.funnel(compare=True)
    now = list(boxes(chart, fill=SCHEME.series[0]))
    then = list(boxes(chart, fill=SCHEME.rule))
    assert [a["y2"] < b["y"] for a, b in zip(now, then, strict=True)] == [True] * 3
    assert {"October", "September", "900", "630"} <= set(texts_of(chart))
