"""Charts, as SVG and as the specification that they are drawn from."""

import re
from itertools import pairwise
from types import ModuleType

import msgspec
import pytest
from lxml import etree

from reporter.data.table import Format
from reporter.document.model import Cell, ChartBlock
from reporter.errors import RenderError
from reporter.output.chart import NARROW, PAPER, WIDE, Entry, figure, legend, names_its_series, svg
from reporter.output.chart_bars import lying_height
from reporter.output.chart_lines import moved_apart
from reporter.output.chart_parts import Sheet
from reporter.output.colour import palette

SCHEME = palette("#0b6e4f").light


def drawn_texts(drawn: str) -> list[str]:
    root = etree.fromstring(drawn.encode())
    return [str(text) for text in root.xpath("//*[local-name()='text']/text()")]


def layers(chart: ChartBlock, kind: str, language: str = "en-GB") -> list[dict]:
    made = figure(chart, SCHEME, language, WIDE)
    return [layer for layer in made["layer"] if layer["mark"]["type"] == kind]


def test_a_drawing_scales_and_has_real_text(sample: ModuleType) -> None:
    drawn = svg(sample.per_day(), SCHEME, "en-GB", WIDE)
    root = etree.fromstring(drawn.encode())
    assert root.get("viewBox") == "0 0 960 280"
    assert {"1 Oct", "29 Oct", "2,000", "Total calls", "Answered"} <= set(drawn_texts(drawn))
    assert 'font-family="Inter Report"' in drawn


def test_the_same_block_gives_the_same_bytes(sample: ModuleType) -> None:
    one = svg(sample.failures(), SCHEME, "en-GB", PAPER)
    assert one == svg(sample.failures(), SCHEME, "en-GB", PAPER)


def test_axis_texts_follow_the_locale(sample: ModuleType) -> None:
    assert "2.000" in drawn_texts(svg(sample.per_day(), SCHEME, "de-DE", WIDE))
    assert "60\N{NO-BREAK SPACE}%" in drawn_texts(svg(sample.answer_rate(), SCHEME, "de-DE", WIDE))


def test_few_steps_are_named_on_a_narrow_sheet(sample: ModuleType) -> None:
    named = [
        t for t in drawn_texts(svg(sample.answer_rate(), SCHEME, "en-GB", NARROW)) if "Oct" in t
    ]
    assert named == ["1 Oct", "11 Oct", "21 Oct", "31 Oct"]


@pytest.mark.parametrize("sheet", [WIDE, PAPER])
def test_any_text_of_the_data_can_be_drawn(sample: ModuleType, sheet: Sheet) -> None:
    texts = ["a\x00b\x0b", "\x1b[31m", "\ufffe\uffff", "x" * 50_000, "<b>&\"'"]
    lying, timed = sample.failures(), sample.per_day()
    lying = msgspec.structs.replace(
        lying, steps=tuple(Cell(value=text, text=text) for text in texts[: len(lying.steps)])
    )
    lying = msgspec.structs.replace(
        lying,
        series=tuple(
            msgspec.structs.replace(one, cells=one.cells[: len(lying.steps)])
            for one in lying.series
        ),
    )
    timed = msgspec.structs.replace(
        timed,
        series=tuple(
            msgspec.structs.replace(one, name=one.name + text, label=text)
            for one, text in zip(timed.series, texts, strict=False)
        ),
    )
    for chart in (lying, timed):
        drawn = svg(chart, SCHEME, "en-GB", sheet)
        assert "a\ufffdb\ufffd" in "".join(drawn_texts(drawn))
        assert len(drawn) < 100_000


def test_bars_begin_at_zero(sample: ModuleType) -> None:
    for block in (sample.per_week(), sample.failures()):
        _, bars = layers(block, "bar")
        across = bars["encoding"]["y" if block.timed else "x"]
        assert across["scale"]["domain"][0] == 0


def test_a_line_over_close_values_need_not(sample: ModuleType) -> None:
    scale = layers(sample.answer_rate(), "line")[0]["encoding"]["y"]["scale"]
    assert scale["domain"] == [0.4, 0.7]


def test_missing_values_are_gaps(sample: ModuleType) -> None:
    points = layers(sample.answer_rate(), "line")[0]["data"]["values"]
    assert not {7, 8, 25, 27} & {point["x"] for point in points}
    assert len({point["run"] for point in points}) == 4
    (lone,) = [p for p in layers(sample.answer_rate(), "point") if p["mark"].get("filled")]
    assert [point["x"] for point in lone["data"]["values"]] == [26]


def test_an_incomplete_last_step_is_dotted_and_hollow(sample: ModuleType) -> None:
    dotted = [
        layer
        for layer in layers(sample.per_day(), "line")
        if layer["mark"].get("strokeDash") == [2, 3] and layer["data"]["values"]
    ]
    assert [[p["x"] for p in layer["data"]["values"]] for layer in dotted] == [[29, 30], [29, 30]]
    ends = [p for p in layers(sample.per_day(), "point") if "fill" in p["mark"]]
    assert [end["mark"]["fill"] for end in ends] == [SCHEME.surface, SCHEME.surface]
    whole = [p for p in layers(sample.per_day(partial=False), "point") if "fill" in p["mark"]]
    assert [end["mark"]["fill"] for end in whole] == list(SCHEME.series[:2])


def test_an_incomplete_last_bar_is_pale(sample: ModuleType) -> None:
    block = msgspec.structs.replace(sample.per_week(), partial=True)
    _, bars = layers(block, "bar")
    pale = {(bar["x"], bar["s"]) for bar in bars["data"]["values"] if bar["open"]}
    assert pale == {(4, "A now"), (4, "N now"), (4, "B now")}
    ground, _ = layers(block, "bar")
    assert ground["data"]["values"] == [bar for bar in bars["data"]["values"] if bar["open"]]
    assert ground["mark"]["color"] == SCHEME.surface


def test_a_comparison_is_dashed_grey_and_behind(sample: ModuleType) -> None:
    first = layers(sample.per_day(), "line")[0]["mark"]
    assert first["strokeDash"] == [4, 4]
    assert first["color"] == SCHEME.quiet


def test_comparison_bars_come_first_from_left_and_second_from_top(sample: ModuleType) -> None:
    _, upright = layers(sample.per_week(), "bar")
    assert upright["encoding"]["xOffset"]["scale"]["domain"] == [
        "A before",
        "A now",
        "N now",
        "B now",
    ]
    _, lying = layers(sample.failures(), "bar")
    assert lying["encoding"]["yOffset"]["scale"]["domain"] == ["F now", "F before"]


def test_lying_bars_carry_their_values(sample: ModuleType) -> None:
    texts = drawn_texts(svg(sample.failures(), SCHEME, "en-GB", WIDE))
    assert {"2,110", "2,400", "352", "User unavailable"} <= set(texts)


def test_lying_bars_fit_on_a_page(sample: ModuleType) -> None:
    block = sample.failures()
    many = msgspec.structs.replace(block, steps=block.steps * 30)
    assert lying_height(block, PAPER) == 180
    assert lying_height(many, PAPER) == PAPER.tallest


def test_only_a_single_line_from_zero_has_an_area(sample: ModuleType) -> None:
    per_day = sample.per_day()
    alone = msgspec.structs.replace(per_day, series=per_day.series[:1])
    assert len(layers(alone, "area")) == 1
    assert layers(per_day, "area") == []
    assert layers(sample.answer_rate(), "area") == []


def test_legend_numbers_series_by_colour(sample: ModuleType) -> None:
    assert legend(sample.per_day()) == (
        Entry("Total calls", 1),
        Entry("Answered", 2),
        Entry("Total, September", None),
    )
    assert legend(sample.answer_rate()) == ()


def test_lines_are_named_where_there_is_room(sample: ModuleType) -> None:
    assert names_its_series(sample.per_day(), WIDE)
    assert not names_its_series(sample.per_day(), NARROW)
    assert not names_its_series(sample.per_week(), WIDE)
    block = sample.per_day()
    long = msgspec.structs.replace(block.series[0], label="A metric of a name that is too long")
    crowded = msgspec.structs.replace(block, series=(long, *block.series[1:]))
    assert not names_its_series(crowded, WIDE)


def test_names_at_line_ends_do_not_touch() -> None:
    apart = moved_apart([5.0, 5.2, 5.1, 9.0], 1.0)
    ordered = sorted(apart)
    assert all(b - a > 0.99 for a, b in pairwise(ordered))
    assert apart[0] < apart[2] < apart[1] < apart[3]
    assert moved_apart([1.0, 3.0], 1.0) == [1.0, 3.0]


@pytest.mark.parametrize("kind", ["line", "bar"])
@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("values", [(), (None, None), (0, 0), (3,), (-2, 5), (None, 4, None)])
def test_every_shape_of_data_can_be_drawn(
    sample: ModuleType, kind: str, *, timed: bool, values: tuple[int | None, ...]
) -> None:
    block = sample.per_day()
    series = msgspec.structs.replace(block.series[0], cells=tuple(map(sample.count, values)))
    odd = msgspec.structs.replace(
        block, kind=kind, timed=timed, steps=block.steps[: len(values)], series=(series,)
    )
    drawn = svg(odd, SCHEME, "en-GB", PAPER)
    assert not re.search("NaN|Infinity|undefined", drawn)


def test_a_text_cannot_end_the_expression_that_it_stands_in(sample: ModuleType) -> None:
    evil = '"];datum.value + "\\'
    block = sample.failures()
    steps = (Cell(value=evil, text=evil), *block.steps[1:])
    drawn = svg(msgspec.structs.replace(block, steps=steps), SCHEME, "en-GB", WIDE)
    assert evil in drawn_texts(drawn)


def test_more_series_than_colours_begin_again(sample: ModuleType) -> None:
    block = sample.per_week()
    series = tuple(
        msgspec.structs.replace(block.series[0], name=f"S{n}", label=f"S{n}") for n in range(12)
    )
    many = msgspec.structs.replace(block, series=series, format=Format.DECIMAL)
    _, bars = layers(many, "bar")
    colours = bars["encoding"]["color"]["scale"]["range"]
    assert len(colours) == 12
    assert colours[len(SCHEME.series)] == colours[0]


def test_what_the_library_cannot_draw_is_an_error_of_ours(sample: ModuleType) -> None:
    broken = msgspec.structs.replace(SCHEME, ink=object())
    with pytest.raises(RenderError, match="the chart 'failures' could not be drawn: "):
        svg(sample.failures(), broken, "en-GB", PAPER)


def test_numbers_beyond_any_count_can_be_drawn(sample: ModuleType) -> None:
    block = sample.failures()
    cells = tuple(Cell(value=10**25, text="many") for _ in block.steps)
    series = msgspec.structs.replace(block.series[0], cells=cells)
    drawn = svg(msgspec.structs.replace(block, series=(series,)), SCHEME, "en-GB", PAPER)
    assert drawn_texts(drawn).count("many") == len(block.steps)
