"""What all charts share: the sheet they are drawn on, colours, the axis of values, marks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from reporter.data.table import number_or_none
from reporter.document.model import Cell, ChartBlock, Series
from reporter.output.axis import Axis
from reporter.output.colour import Scheme

Json = dict[str, Any]
"""A piece of a Vega-Lite specification, which is JSON by nature."""

LETTER: Final = 0.56
"""The width of an average letter, in font sizes."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart is drawn on. Lengths in pixels.

    Attributes:
        width: with everything.
        height: of a chart over time; lying bars take what they need.
        tallest: what lying bars may take.
        size: of the text.
        stroke: of lines.
        names: how many steps are named along a time axis at most.
        label_ends: whether there is room for names at the ends of lines.
    """

    width: int
    height: int
    tallest: int
    size: float
    stroke: float
    names: int
    label_ends: bool


class Drawing(msgspec.Struct, frozen=True):
    """A chart with everything that decides how it looks."""

    chart: ChartBlock
    scheme: Scheme
    sheet: Sheet
    axis: Axis

    def colour(self, series: Series) -> str:
        """Of a series; one of the comparison period stands back."""
        if series.previous:
            return self.scheme.quiet
        return self.scheme.series[(numbers(self.chart)[series.name] - 1) % len(self.scheme.series)]

    def values(self) -> Json:
        """The encoding of a value on its axis."""
        return {
            "field": "v",
            "type": "quantitative",
            "stack": None,  # else bars are clipped, and clips are numbered through the process
            "scale": {"domain": [self.axis.low, self.axis.high], "nice": False, "zero": False},
            "axis": {
                "values": [tick.value for tick in self.axis.ticks],
                "labelExpr": texts({tick.value: tick.text for tick in self.axis.ticks}),
                "grid": True,
            },
        }


def numbers(chart: ChartBlock) -> dict[str, int]:
    """The number of each series' colour; a comparison shares it with what it is compared to."""
    names = dict.fromkeys(series.name for series in chart.series if not series.previous)
    return {name: number for number, name in enumerate(names, start=1)}


def value_of(cell: Cell) -> float | None:
    """The cell's value as a float: what JSON has for numbers."""
    value = number_or_none(cell.value)
    return None if value is None else float(value)


def texts(by_value: Mapping[float, str]) -> str:
    """An expression that looks up the text of an axis label.

    Written as JSON, so that no text of the data can end its string and become code.
    """
    values = msgspec.json.encode(list(by_value)).decode()
    names = msgspec.json.encode(list(by_value.values())).decode()
    return f"{names}[indexof({values}, datum.value)]"


def mark(kind: str, data: Sequence[Json], encoding: Json, **look: Any) -> Json:  # noqa: ANN401 - JSON values
    """One layer: data drawn as marks of a kind."""
    return {"mark": {"type": kind, **look}, "data": {"values": list(data)}, "encoding": encoding}
