"""Charts: a chart block becomes a Vega-Lite figure, and that an SVG with real text.

The same block gives the same bytes on every machine: steps are places along an axis, not times;
texts come formatted; the fonts are ours.
"""

from functools import cache
from typing import Final

import msgspec
import vl_convert

from reporter.document.model import ChartBlock
from reporter.errors import RenderError
from reporter.output import chart_bars, chart_lines
from reporter.output.axis import axis
from reporter.output.chart_parts import Drawing, Json, Sheet, numbers, value_of
from reporter.output.colour import Scheme
from reporter.output.fonts import TEXT_FAMILY
from reporter.output.xml_text import xml_text
from reporter.resources import templates

WIDE: Final = Sheet(
    width=960, height=280, tallest=1600, size=12, stroke=2.25, names=8, label_ends=True
)
NARROW: Final = Sheet(
    width=380, height=220, tallest=1600, size=12, stroke=2, names=4, label_ends=False
)
PAPER: Final = Sheet(
    width=680, height=170, tallest=840, size=9, stroke=1.7, names=8, label_ends=True
)
SHEETS: Final = {"wide": WIDE, "narrow": NARROW, "paper": PAPER}
"""By the names that templates use."""

_LONGEST_LABEL: Final = 120
"""In letters; no sheet has room for half as many."""


class Entry(msgspec.Struct, frozen=True):
    """One entry of a legend.

    Attributes:
        number: of the series' colour, from 1; None for the comparison.
    """

    label: str
    number: int | None


def legend(chart: ChartBlock) -> tuple[Entry, ...]:
    """The entries of a chart's legend; none where there is only one series."""
    if len(chart.series) == 1:
        return ()
    number = numbers(chart)
    return tuple(Entry(s.label, None if s.previous else number[s.name]) for s in chart.series)


def names_its_series(chart: ChartBlock, sheet: Sheet) -> bool:
    """Whether the drawing itself says which series is which."""
    return chart.kind == "line" and chart_lines.names_at_ends(chart, sheet)


def svg(chart: ChartBlock, scheme: Scheme, language: str, sheet: Sheet) -> str:
    """The chart as an SVG element with a ``viewBox``.

    Raises:
        RenderError: the chart library could not draw it.
    """
    _register_fonts()
    try:
        drawn = vl_convert.vegalite_to_svg(
            figure(_drawable(chart), scheme, language, sheet), allowed_base_urls=[]
        )
    except ValueError as error:
        raise RenderError(f"the chart {chart.name!r} could not be drawn: {error}") from error
    return str(drawn)


def figure(chart: ChartBlock, scheme: Scheme, language: str, sheet: Sheet) -> Json:
    """The chart as a Vega-Lite specification."""
    values = [v for s in chart.series for v in map(value_of, s.cells) if v is not None]
    scale = axis(values, chart.format, language, from_zero=chart.kind != "line")
    drawing = Drawing(chart, scheme, sheet, scale)
    height = sheet.height
    if chart.kind == "line":
        layers = chart_lines.layers(drawing)
    elif chart.kind == "column":
        layers = chart_bars.upright(drawing)
    else:
        layers, height = chart_bars.lying(drawing), chart_bars.lying_height(chart, sheet)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": sheet.width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "top": 6, "right": 2, "bottom": 0},
        "background": None,
        "layer": layers,
        "config": _config(scheme, sheet),
    }


def _config(scheme: Scheme, sheet: Sheet) -> Json:
    return {
        "aria": False,  # the page says what the chart shows
        "font": TEXT_FAMILY,
        "view": {"stroke": None},
        "axis": {
            "labelFont": TEXT_FAMILY,
            "labelFontSize": sheet.size,
            "labelColor": scheme.muted,
            "labelPadding": 8,
            "domain": False,
            "ticks": False,
            "title": None,
            "gridColor": scheme.line,
            "gridWidth": 1,
        },
        "text": {"font": TEXT_FAMILY, "fontSize": sheet.size, "color": scheme.ink},
    }


def _drawable(chart: ChartBlock) -> ChartBlock:
    """The chart with texts that its drawing can hold."""
    replace = msgspec.structs.replace
    return replace(
        chart,
        steps=tuple(replace(step, text=_label(step.text)) for step in chart.steps),
        series=tuple(
            replace(one, name=xml_text(one.name), label=_label(one.label)) for one in chart.series
        ),
    )


def _label(text: str) -> str:
    """A text of the data as a label.

    Over a character that XML does not allow the library ends the process, and over a text of
    many thousand letters it measures for minutes.
    """
    label = xml_text(text)
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


@cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(templates() / "fonts"))
