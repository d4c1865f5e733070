"""Charts: a chart block becomes a Vega-Lite figure, and that an SVG with real text, or a PNG.

The same block gives the same bytes on every machine: everything has its place before the library
draws it, texts come formatted and measured, the fonts are ours.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Final, Literal
from xml.sax.saxutils import escape

import msgspec
import vl_convert

from reporter.document.model import ChartBlock, ChartKind, Width
from reporter.errors import RenderError
from reporter.output.charts import (
    bars,
    funnel,
    heatmap,
    lines,
    lying,
    ring,
)
from reporter.output.charts.canvas import Box, Json
from reporter.output.charts.parts import Drawing, Hits, Picture, Sheet
from reporter.output.look.colour import Scheme
from reporter.output.look.fonts import TEXT_FAMILY
from reporter.output.xml_text import xml_text
from reporter.resources import templates

Medium = Literal["wide", "narrow", "paper", "mail"]

_SCREEN: Final = Sheet(width=960, height=300, tallest=1600, size=12, stroke=2.25)
_NARROW: Final = Sheet(width=340, height=230, tallest=1800, size=12, stroke=2)
_PAPER: Final = Sheet(width=680, height=190, tallest=840, size=9, stroke=1.7)
_MAIL: Final = Sheet(width=600, height=260, tallest=1600, size=13, stroke=2.25)


def _narrower(sheet: Sheet, width: int, height: int) -> Sheet:
    return msgspec.structs.replace(sheet, width=width, height=height)


SHEETS: Final[dict[Medium, dict[Width, Sheet]]] = {
    "wide": {
        "full": _SCREEN,
        "half": _narrower(_SCREEN, 449, 260),
        "third": _narrower(_SCREEN, 279, 220),
    },
    "narrow": dict.fromkeys(("full", "half", "third"), _NARROW),
    "paper": {
        "full": _PAPER,
        "half": _narrower(_PAPER, 335, 170),
        "third": _narrower(_PAPER, 220, 150),
    },
    "mail": dict.fromkeys(("full", "half", "third"), _MAIL),
}
"""By what they are made for, and how much of a page they take: letters are as large on all."""

_LONGEST_LABEL: Final = 120
"""In letters; no sheet has room for half as many."""
_FAMILY: Final = f' font-family="{TEXT_FAMILY}"'
_POINTS_PER_PIXEL: Final = 72


def sheet_of(chart: ChartBlock, medium: Medium) -> Sheet:
    """What a chart is drawn on."""
    return SHEETS[medium][chart.width]


def svg(
    chart: ChartBlock,
    scheme: Scheme,
    language: str,
    sheet: Sheet,
    *,
    currency: str | None = None,
    families: Sequence[str] = (TEXT_FAMILY,),
) -> str:
    """The chart as an SVG element with a ``viewBox``.

    Args:
        chart: what it shows.
        scheme: its colours.
        language: BCP 47.
        sheet: what it is drawn on.
        currency: ISO 4217, of amounts.
        families: of its letters; the first one that has a letter writes it.

    Raises:
        RenderError: the chart library could not draw it.
    """
    drawn = str(
        _converted(
            chart,
            vl_convert.vegalite_to_svg,
            figure(chart, scheme, language, sheet, currency=currency),
        )
    )
    # Said once for all texts, of which a heatmap has hundreds.
    named = escape(", ".join(families), {'"': "&quot;"})
    return drawn.replace(_FAMILY, "").replace("<svg ", f'<svg font-family="{named}" ', 1)


def png(
    chart: ChartBlock,
    scheme: Scheme,
    language: str,
    sheet: Sheet,
    scale: float = 2,
    *,
    currency: str | None = None,
) -> bytes:
    """The chart as a PNG on the colour of the page, for mails.

    Args:
        chart: what it shows.
        scheme: its colours.
        language: BCP 47.
        sheet: what it is drawn on.
        scale: pixels of the picture for each of the sheet.
        currency: ISO 4217, of amounts.

    Raises:
        RenderError: the chart library could not draw it.
    """
    drawn = figure(chart, scheme, language, sheet, currency=currency) | {
        "background": scheme.surface
    }
    convert = partial(vl_convert.vegalite_to_png, scale=scale, ppi=_POINTS_PER_PIXEL)
    return bytes(_converted(chart, convert, drawn))


def figure(
    chart: ChartBlock, scheme: Scheme, language: str, sheet: Sheet, *, currency: str | None = None
) -> Json:
    """The chart as a Vega-Lite specification."""
    picture = draw(chart, scheme, language, sheet, currency=currency)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": picture.width,
        "height": round(picture.height),
        "autosize": "none",
        "padding": 0,
        "background": None,
        "layer": _layers(picture) or [_NOTHING],
        "config": {
            "aria": False,  # the page says what the chart shows
            "font": TEXT_FAMILY,
            "view": {"stroke": None},
        },
    }


def _layers(picture: Picture) -> list[Json]:
    """The layers that hold something; a name stands once in a figure, so they are numbered."""
    full = [layer for layer in picture.layers if layer["data"]["values"]]
    return [
        layer | {"name": f"{layer['name']}_{number}"} if "name" in layer else layer
        for number, layer in enumerate(full)
    ]


def draw(
    chart: ChartBlock, scheme: Scheme, language: str, sheet: Sheet, *, currency: str | None = None
) -> Picture:
    """The drawing of a chart."""
    drawing = Drawing(_drawable(chart), scheme, sheet, language, currency)
    if not chart.steps or not chart.series:
        return _BLANK
    if chart.kind in {"stacked", "stacked100"} and not chart.timed:
        return lying.draw_stacked(drawing)
    return _WAYS[chart.kind](drawing)


_WAYS: Final[dict[ChartKind, Callable[[Drawing], Picture]]] = {
    "line": lines.draw,
    "area": lines.draw,
    "column": bars.draw,
    "stacked": bars.draw_stacked,
    "stacked100": bars.draw_stacked,
    "horizontalBar": lying.draw,
    "donut": ring.draw,
    "heatmap": heatmap.draw,
    "funnel": funnel.draw,
}
_BLANK: Final = Picture(
    layers=(), width=10, height=1, hits=Hits(kind="columns", box=Box(0, 0, 10, 1))
)
"""Of no groups; the page says so in words."""
_NOTHING: Final[Json] = {"mark": "point", "data": {"values": []}}


def _converted(chart: ChartBlock, convert: Callable[..., Any], drawn: Json) -> Any:  # noqa: ANN401 - bytes or text, as the library gives them
    _register_fonts()
    try:
        return convert(drawn, allowed_base_urls=[])
    except ValueError as error:
        raise RenderError(f"the chart {chart.name!r} could not be drawn: {error}") from error


def _drawable(chart: ChartBlock) -> ChartBlock:
    """The chart with texts that its drawing can hold."""
    replace = msgspec.structs.replace
    return replace(
        chart,
        metric=_label(chart.metric),
        steps=tuple(replace(step, text=_label(step.text)) for step in chart.steps),
        series=tuple(
            replace(one, name=xml_text(one.name), label=_label(one.label)) for one in chart.series
        ),
        marks=tuple(replace(mark, label=_label(mark.label)) for mark in chart.marks),
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
