"""What drawings are made of: layers of a Vega-Lite figure, placed by pixel.

Everything has its place before the library draws it: its own axes and legends measure texts
with whatever fonts a machine has, and clip with paths that are numbered through the process.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

import msgspec

from reporter.output.look.fonts import TEXT_FAMILY
from reporter.output.look.text_width import Weight

Json = dict[str, Any]
"""A piece of a Vega-Lite specification, which is JSON by nature."""

Align = Literal["left", "center", "right"]
Dash = tuple[float, ...]

_ALL: Final = 10_000
"""Pixels that an axis has; one of it is one of the sheet."""
_MIDDLE_OF_LETTERS: Final = 0.36
"""From the base line up to the middle of capitals, in font sizes."""
AXIS: Final = "axis"
"""The name of the layers that hold the texts along an axis."""
CELLS: Final = "cells"
"""Of those that hold the values of a heatmap, which are written in short where they must be."""
DOT: Final = (
    "M0,-1C0.552,-1,1,-0.552,1,0C1,0.552,0.552,1,0,1"
    "C-0.552,1,-1,0.552,-1,0C-1,-0.552,-0.552,-1,0,-1Z"
)
"""A circle of curves: WeasyPrint draws small arcs with corners."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle, from its top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


class Text(msgspec.Struct, frozen=True):
    """A line of text; ``y`` is the middle of its capitals."""

    x: float
    y: float
    text: str


class Point(msgspec.Struct, frozen=True):
    """A point of a line, or of an area that reaches down to ``base``."""

    x: float
    y: float
    base: float = 0.0


def boxes(
    places: Iterable[Box],
    fill: str,
    *,
    opacity: float = 1,
    stroke: str | None = None,
    dash: Dash = (),
    corners: tuple[float, float, float, float] = (0, 0, 0, 0),
) -> Json:
    """Rectangles; corners from the top left one on, clockwise."""
    top_left, top_right, bottom_right, bottom_left = corners
    look: Json = {"fill": fill, "fillOpacity": opacity}
    if stroke is not None:
        look |= {"stroke": stroke, "strokeWidth": 1, "strokeDash": list(dash)}
    for name, radius in (
        ("cornerRadiusTopLeft", top_left),
        ("cornerRadiusTopRight", top_right),
        ("cornerRadiusBottomRight", bottom_right),
        ("cornerRadiusBottomLeft", bottom_left),
    ):
        if radius:
            look[name] = radius
    data = [
        {"x": _near(b.left), "y": _near(b.top), "x2": _near(b.right), "y2": _near(b.bottom)}
        for b in places
        if b.width > 0 and b.height > 0
    ]
    return _layer("rect", data, look, x2={"field": "x2"}, y2={"field": "y2"})


def rules(
    ends: Iterable[tuple[float, float, float, float]],
    stroke: str,
    *,
    width: float = 1,
    dash: Dash = (),
) -> Json:
    """Straight lines from one point to another."""
    data = [{"x": _near(x), "y": _near(y), "x2": _near(a), "y2": _near(b)} for x, y, a, b in ends]
    look: Json = {"stroke": stroke, "strokeWidth": width}
    if dash:
        look["strokeDash"] = list(dash)
    return _layer("rule", data, look, x2={"field": "x2"}, y2={"field": "y2"})


def lines(
    runs: Iterable[Sequence[Point]],
    stroke: str,
    *,
    width: float,
    dash: Dash = (),
    cap: Literal["round", "butt"] = "round",
) -> Json:
    """Lines through points, each in a piece, from left to right."""
    look: Json = {
        "stroke": stroke,
        "strokeWidth": width,
        "strokeJoin": "round",
        "strokeCap": cap,
    }
    if dash:
        look["strokeDash"] = list(dash)
    data = [
        {"x": _near(p.x), "y": _near(p.y), "run": number}
        for number, run in enumerate(runs)
        for p in run
    ]
    return _layer("line", data, look, detail={"field": "run"})


def areas(runs: Iterable[Sequence[Point]], fill: str, *, opacity: float) -> Json:
    """Areas between points and their base, each in a piece."""
    data = [
        {"x": _near(p.x), "y": _near(p.y), "y2": _near(p.base), "run": number}
        for number, run in enumerate(runs)
        for p in run
    ]
    look: Json = {"fill": fill, "fillOpacity": opacity}
    return _layer("area", data, look, y2={"field": "y2"}, detail={"field": "run"})


def funnel_area(upper: Box, lower: Box, fill: str) -> Json:
    """From the lower edge of one box to the upper edge of the next."""
    data = [
        {"x": _near(upper.left), "x2": _near(upper.right), "y": _near(upper.bottom)},
        {"x": _near(lower.left), "x2": _near(lower.right), "y": _near(lower.top)},
    ]
    return _layer("area", data, {"fill": fill, "orient": "horizontal"}, x2={"field": "x2"})


def dots(
    places: Iterable[tuple[float, float]], fill: str, *, radius: float, stroke: str | None = None
) -> Json:
    """Small circles."""
    look: Json = {"filled": True, "fill": fill, "size": 4 * radius * radius, "shape": DOT}
    look |= {"opacity": 1, "strokeWidth": 0}
    if stroke is not None:
        look |= {"stroke": stroke, "strokeWidth": 2}
    return _layer("point", [{"x": _near(x), "y": _near(y)} for x, y in places], look)


def slice_of_ring(
    centre: tuple[float, float],
    radii: tuple[float, float],
    turn: tuple[float, float],
    *,
    fill: str,
    stroke: str,
) -> Json:
    """A part of a ring, between two radii; turns are in radians, from the top clockwise."""
    mark = {
        "type": "arc",
        "x": centre[0],
        "y": centre[1],
        "innerRadius": radii[0],
        "outerRadius": radii[1],
        "fill": fill,
        "stroke": stroke,
        "strokeWidth": 1.5,
        "strokeJoin": "round",
    }
    return {
        "mark": mark,
        "data": {"values": [{"from": round(turn[0], 6), "to": round(turn[1], 6)}]},
        "encoding": {
            "theta": {"field": "from", "type": "quantitative", "scale": None},
            "theta2": {"field": "to"},
        },
    }


def texts(
    items: Iterable[Text],
    colour: str,
    size: float,
    *,
    align: Align = "left",
    weight: Weight = 400,
    angle: float = 0,
    name: str | None = None,
) -> Json:
    """Lines of text that look alike.

    Args:
        items: where they stand.
        colour: of the letters.
        size: of the letters, in pixels.
        align: which end of a text stands at its place.
        weight: of the letters.
        angle: in degrees, clockwise.
        name: its class in the drawing begins with it, for colours that change by night.
    """
    shift = size * _MIDDLE_OF_LETTERS
    data = [
        {"x": _near(t.x), "y": _near(t.y if angle else t.y + shift), "t": t.text}
        for t in items
        if t.text
    ]
    look: Json = {
        "align": align,
        "baseline": "middle" if angle else "alphabetic",
        "fill": colour,
        "font": TEXT_FAMILY,
        "fontSize": size,
    }
    if weight != 400:  # noqa: PLR2004 - the usual weight
        look["fontWeight"] = weight
    if angle:
        look["angle"] = angle
    layer = _layer("text", data, look, text={"field": "t"})
    return layer if name is None else {"name": name, **layer}


def _layer(kind: str, data: Sequence[Json], look: Json, **channels: Json) -> Json:
    place: Json = {"type": "quantitative", "axis": None, "stack": None}
    scale = {"domain": [0, _ALL], "range": [0, _ALL], "nice": False, "zero": False}
    return {
        "mark": {"type": kind, **look},
        "data": {"values": list(data)},
        "encoding": {
            "x": {"field": "x", "scale": scale, **place},
            "y": {"field": "y", "scale": scale, **place},
            **channels,
        },
    }


def _near(length: float) -> float:
    """To a hundredth of a pixel, so that files stay small."""
    return round(length, 2)
