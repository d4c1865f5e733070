"""Native charts beside their data: quiet axes, the report's colours, no effects."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal

import msgspec
from openpyxl.chart import AreaChart, BarChart, DoughnutChart, LineChart
from openpyxl.chart.axis import ChartLines, DateAxis, NumericAxis, TextAxis
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series as NativeSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter

from reporter.data.table import Format, number_or_none
from reporter.document.model import ChartBlock, Series, TableBlock
from reporter.output.excel import chart_parts as parts
from reporter.output.excel.book import Book
from reporter.output.excel.chart_parts import Area
from reporter.output.excel.sheet import Sheet
from reporter.output.excel.tables import FIRST_ROW, HEAD_ROW, add_table
from reporter.output.tabular import as_table

_WIDTH_CM: Final = 24.0
_HEIGHT_CM: Final = 11.0
_LABELS_WANTED: Final = 12
_MOST_LABELLED: Final = 12
"""Bars that bear their values, instead of an axis."""
_BAR_CM: Final = 0.75
_LYING: Final = frozenset({"horizontalBar", "funnel"})
_STACKED: Final = frozenset({"stacked", "stacked100"})
_GROUPINGS: Final[dict[str, Literal["stacked", "percentStacked"]]] = {
    "stacked": "stacked",
    "stacked100": "percentStacked",
}
_Plotted = AreaChart | BarChart | LineChart
"""Charts with axes."""


def add_chart(book: Book, block: ChartBlock) -> Sheet:
    """Put a chart and its data on a sheet; of a heatmap the data alone, in its colours."""
    table = _data(book, block)
    (sheet,) = add_table(book, table, gaps=True, filters=block.kind != "heatmap")
    if not block.steps or not block.series:
        return sheet
    if block.kind == "heatmap":
        _shade(book, sheet, block)
        return sheet
    sheet.native.page_setup.orientation = "landscape"
    sheet.fit_on_page()
    drawing = _Drawing(book, sheet, block)
    chart = drawing.chart()
    sheet.native.add_chart(chart, f"{get_column_letter(len(table.heads) + 2)}{HEAD_ROW}")
    return sheet


def _data(book: Book, block: ChartBlock) -> TableBlock:
    """What a chart is drawn from, its marked moments under it."""
    table = as_table(block, book.words)
    if table is None:
        raise TypeError(f"{block.kind} has no data")
    marks = tuple(f"{mark.date}: {mark.label}" for mark in block.marks)
    return msgspec.structs.replace(table, notes=(*marks, *table.notes))


def _shade(book: Book, sheet: Sheet, block: ChartBlock) -> None:
    shades = book.look.shades
    last = f"{get_column_letter(len(block.steps) + 1)}{HEAD_ROW + len(block.series)}"
    rule = ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="min", start_color=shades[0], end_type="max", end_color=shades[-1]
    )
    sheet.native.conditional_formatting.add(f"B{FIRST_ROW}:{last}", rule)
    sheet.native.page_setup.orientation = "landscape"


class _Drawing:
    """One chart in the making."""

    def __init__(self, book: Book, sheet: Sheet, block: ChartBlock) -> None:
        self._book = book
        self._look = book.look
        self._block = block
        self._form = book.formats.number(block.format).split(";")[0]
        self._moments = "General"
        if block.steps:
            first, last = block.steps[0].value, block.steps[-1].value
            self._moments = book.formats.on_axis(first, last, block.axis.name)
        self._area = Area(sheet, HEAD_ROW, block.steps, self._moments)
        self._labelled = self._bears_values()

    def chart(self) -> _Plotted | DoughnutChart:
        """The chart as openpyxl writes it."""
        if self._block.kind == "donut":
            donut = self._donut()
            self._finish(donut)
            return donut
        chart = self._plotted()
        self._finish(chart)
        self._set_axes(chart)
        return chart

    def _plotted(self) -> _Plotted:
        match self._block.kind:
            case "line":
                return self._lines(self._drawn(previous=None))
            case "area":
                return self._areas()
            case _:
                return self._bars()

    def _drawn(self, *, previous: bool | None) -> list[tuple[int, int, Series]]:
        """Number, column and content of the series: all, or those of one of the periods."""
        block = self._block
        width = 1 + sum(beside is not None for beside in (block.share, block.passed))
        return [
            (number, 2 + number * width, series)
            for number, series in enumerate(block.series)
            if previous is None or series.previous is previous
        ]

    def _native(self, number: int, column: int, series: Series) -> NativeSeries:
        return self._area.series(number, column, series.label, series.cells, self._form)

    def _colour(self, number: int) -> str:
        """The colour of a series: its place among those that are not of another period."""
        series = self._block.series
        if series[number].previous:
            return self._look.quiet
        place = sum(not one.previous for one in series[:number])
        return self._look.series[place % len(self._look.series)]

    def _lines(self, drawn: Sequence[tuple[int, int, Series]]) -> LineChart:
        chart = LineChart()
        for number, column, series in drawn:
            native, colour = self._native(number, column, series), self._colour(number)
            native.smooth = False
            native.marker = Marker(symbol="none")
            dash: parts.Dash | None = "sysDash" if series.previous else None
            width = 1.5 if series.previous else 2.25
            native.graphicalProperties = GraphicalProperties(
                ln=parts.line(colour, width, dash=dash)
            )
            native.dPt = self._points_of_line(series, colour, width, first=number == 0)
            chart.series.append(native)
        return chart

    def _points_of_line(
        self, series: Series, colour: str, width: float, *, first: bool
    ) -> list[DataPoint]:
        """An incomplete last step is dotted; marked moments bear a sign."""
        points = {}
        last = self._last(series)
        if self._block.partial and not series.previous and last is not None:
            drawn = GraphicalProperties(ln=parts.line(colour, width, dash="sysDot"))
            points[last] = DataPoint(idx=last, marker=Marker(symbol="none"), spPr=drawn)
        for mark in self._block.marks if first else ():
            place = min(max(round(mark.place), 0), len(self._block.steps) - 1)
            sign = Marker(symbol="diamond", size=9, spPr=parts.filled(self._look.ink))
            line = GraphicalProperties(ln=parts.line(colour, width))
            points[place] = DataPoint(idx=place, marker=sign, spPr=line)
        return [points[place] for place in sorted(points)]

    def _areas(self) -> AreaChart:
        chart = AreaChart()
        for number, column, series in self._drawn(previous=False):
            native, colour = self._native(number, column, series), self._colour(number)
            native.graphicalProperties = GraphicalProperties(
                solidFill=parts.tinted(colour, 0.28), ln=parts.line(colour, 2)
            )
            chart.series.append(native)
        before = self._drawn(previous=True)
        if before:
            lines = self._lines(before)
            self._set_axes(lines)
            chart += lines
        return chart

    def _bars(self) -> BarChart:
        kind = self._block.kind
        chart = BarChart()
        chart.type = "bar" if kind in _LYING else "col"
        chart.grouping = _GROUPINGS.get(kind, "clustered")
        chart.overlap = 100 if kind in _STACKED else -8
        chart.gapWidth = 45 if kind == "funnel" else 55
        drawn = self._drawn(previous=False if kind in _STACKED else None)
        for number, column, series in drawn:
            native, colour = self._native(number, column, series), self._colour(number)
            native.graphicalProperties = parts.filled(colour)
            native.invertIfNegative = False
            last = self._last(series)
            if self._block.partial and not series.previous and last is not None:
                paler = GraphicalProperties(
                    solidFill=parts.tinted(colour, 0.35), ln=parts.line(colour, 1, dash="sysDash")
                )
                native.dPt = [DataPoint(idx=last, invertIfNegative=False, spPr=paler)]
            if self._labelled:
                native.dLbls = self._labels("outEnd")
            chart.series.append(native)
        return chart

    def _donut(self) -> DoughnutChart:
        chart = DoughnutChart(holeSize=62)
        ((number, column, series), *_) = self._drawn(previous=None)
        native = self._native(number, column, series)
        native.dPt = [
            DataPoint(
                idx=place,
                spPr=GraphicalProperties(
                    solidFill=self._look.series[place % len(self._look.series)],
                    ln=parts.line("FFFFFF", 1.5),
                ),
            )
            for place, _ in enumerate(self._block.steps)
        ]
        labels = DataLabelList(numFmt="0%", showPercent=True, showVal=False)
        labels.showLegendKey = labels.showSerName = labels.showCatName = False
        labels.showLeaderLines = False
        labels.txPr = parts.small_text("FFFFFF", bold=True)
        native.dLbls = labels
        chart.series.append(native)
        return chart

    def _labels(self, place: str) -> DataLabelList:
        labels = DataLabelList(numFmt=self._form, dLblPos=place, showVal=True)
        labels.showLegendKey = labels.showSerName = labels.showCatName = False
        labels.showPercent = False
        labels.txPr = parts.small_text(self._look.ink)
        return labels

    def _bears_values(self) -> bool:
        """Whether there are so few bars that each can bear its value."""
        block = self._block
        plain = block.kind in {"column", "horizontalBar", "funnel"}
        bars = len(block.steps) * len(block.series)
        return plain and (bars <= _MOST_LABELLED or block.kind == "funnel")

    def _last(self, series: Series) -> int | None:
        """The last step with a value."""
        known = [i for i, cell in enumerate(series.cells) if number_or_none(cell.value) is not None]
        return known[-1] if known else None

    def _finish(self, chart: _Plotted | DoughnutChart) -> None:
        block, look = self._block, self._look
        chart.title = None
        chart.width, chart.height = self._size()  # type: ignore[assignment]  # cm, whole or not
        # Without a word from us Excel rounds the corners and draws a frame.
        chart.roundedCorners = False
        chart.graphical_properties = GraphicalProperties(solidFill="FFFFFF", ln=parts.no_line())
        if len(block.series) > 1 or block.kind == "donut":
            chart.legend = Legend()
            chart.legend.position = "r" if block.kind == "donut" else "t"
            chart.legend.txPr = parts.small_text(look.ink, 10)
        else:
            chart.legend = None
            # The plot takes the place of the legend.
            chart.layout = Layout(
                manualLayout=ManualLayout(
                    layoutTarget="inner", xMode="edge", yMode="edge", x=0.08, y=0.05, w=0.89, h=0.82
                )
            )

    def _size(self) -> tuple[float, float]:
        """Width and height in cm; bars that lie need room for each."""
        block = self._block
        if block.kind == "donut":
            return 16.0, 9.0
        if block.kind not in _LYING:
            return _WIDTH_CM, _HEIGHT_CM
        bars = _BAR_CM * len(block.steps) * len(block.series) + 0.25 * len(block.steps)
        return _WIDTH_CM, max(5.0, min(40.0, 2.2 + bars))

    def _set_axes(self, chart: _Plotted) -> None:
        block, look = self._block, self._look
        if self._on_date_axis():
            chart.x_axis = DateAxis(crossAx=chart.y_axis.axId, axId=chart.x_axis.axId)
            chart.y_axis.crossAx = chart.x_axis.axId
        steps, values = chart.x_axis, chart.y_axis
        # openpyxl leaves the axes out unless told; without them Excel draws none.
        steps.delete = False
        values.delete = self._labelled
        for axis in (steps, values):
            axis.title = None
            axis.majorTickMark = axis.minorTickMark = "none"
            axis.txPr = parts.small_text(look.muted)
        steps.graphicalProperties = GraphicalProperties(ln=parts.line(look.rule, 0.75))
        values.graphicalProperties = GraphicalProperties(ln=parts.no_line())
        values.number_format = "0%" if self._shows_percent() else self._form
        grid = GraphicalProperties(ln=parts.line(look.line, 0.75))
        values.majorGridlines = None if self._labelled else ChartLines(spPr=grid)
        self._set_scale(values)
        steps.tickLblPos = "low"
        skip = max(1, -(-len(block.steps) // _LABELS_WANTED))
        if isinstance(steps, DateAxis):
            unit, apart = self._step()
            steps.baseTimeUnit = steps.majorTimeUnit = unit
            steps.majorUnit = skip * apart
        elif isinstance(steps, TextAxis) and block.kind not in _LYING:
            steps.tickLblSkip = skip
        if block.timed:
            steps.number_format = self._moments
        if block.kind in _LYING:
            # The first bar stands at the top, and the values' axis stays at the foot.
            steps.scaling.orientation = "maxMin"
            values.crosses = "max"

    def _on_date_axis(self) -> bool:
        """Lines over days stand where the days are; bars stand side by side."""
        values = [step.value for step in self._block.steps]
        dates = all(isinstance(v, date) and not isinstance(v, datetime) for v in values)
        return dates and len(values) > 1 and self._block.kind in {"line", "area"}

    def _step(self) -> tuple[Literal["days", "months"], int]:
        """How far apart the first steps are, in days or in months."""
        first, second = (step.value for step in self._block.steps[:2])
        if not isinstance(first, date) or not isinstance(second, date):
            return "days", 1
        months = (second.year - first.year) * 12 + second.month - first.month
        if first.day == second.day == 1 and months:
            return "months", months
        return "days", max((second - first).days, 1)

    def _shows_percent(self) -> bool:
        return self._block.kind == "stacked100" or self._block.format is Format.PERCENT

    def _set_scale(self, values: NumericAxis) -> None:
        """Bars and areas begin at zero; what is below hangs from it."""
        if self._block.kind == "line":
            return
        if not any(
            (number := number_or_none(cell.value)) is not None and number < 0
            for series in self._block.series
            for cell in series.cells
        ):
            values.scaling.min = 0
