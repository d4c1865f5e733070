"""The course of a card as a small line in a cell: a native chart with nothing but the line.

Not one of Excel's own sparklines, which most other programs, and paper made by them, leave out.
"""

from collections.abc import Sequence
from typing import Final

from openpyxl.chart import LineChart
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series as NativeSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import column_index_from_string

from reporter.data.table import number_or_none
from reporter.document.values import Cell
from reporter.output.excel import chart_parts as parts
from reporter.output.excel.book import Book
from reporter.output.excel.formats import stored
from reporter.output.excel.sheet import Sheet

WIDTH: Final = 28.0
"""Of the column, in letters."""
HEIGHT: Final = 30.0
"""Of the row, in points."""
_PIXELS_PER_LETTER: Final = 7
_EMU_PER_PIXEL: Final = 9_525
_INSET: Final = 4 * parts.EMU_PER_POINT
_AIR: Final = 0.12
"""Above the greatest and below the least value, as a part of what lies between."""


def add_course_line(
    book: Book, sheet: Sheet, series: NativeSeries, course: Sequence[Cell], at: tuple[int, str]
) -> None:
    """Draw a series into the cell of a row and a column, from its least to its greatest value."""
    values = [
        number
        for cell in course
        if (number := number_or_none(stored(cell.value, cell.format))) is not None
    ]
    if not values:
        return
    colour = book.look.series[0]
    series.smooth = False
    series.marker = Marker(symbol="none")
    series.graphicalProperties = GraphicalProperties(ln=parts.line(colour, 1.5))
    last = max(i for i, cell in enumerate(course) if number_or_none(cell.value) is not None)
    dot = Marker(symbol="circle", size=5, spPr=parts.filled(colour))
    drawn = GraphicalProperties(ln=parts.line(colour, 1.5))
    series.dPt = [DataPoint(idx=last, marker=dot, spPr=drawn)]
    chart = LineChart()
    chart.series.append(series)
    chart.legend, chart.title = None, None
    chart.x_axis.delete = chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    air = (max(values) - min(values)) * _AIR or abs(max(values)) or 1
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = min(values) - air, max(values) + air
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(noFill=True, ln=parts.no_line())
    chart.layout = Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner", xMode="edge", yMode="edge", x=0.02, y=0.08, w=0.94, h=0.84
        )
    )
    row, column = at[0] - 1, column_index_from_string(at[1]) - 1
    across = round((WIDTH * _PIXELS_PER_LETTER + 5) * _EMU_PER_PIXEL) - _INSET
    down = round(HEIGHT * parts.EMU_PER_POINT) - _INSET // 2
    chart.anchor = TwoCellAnchor(  # type: ignore[assignment]
        editAs="twoCell",
        _from=AnchorMarker(col=column, colOff=_INSET, row=row, rowOff=_INSET // 2),
        to=AnchorMarker(col=column, colOff=across, row=row, rowOff=down),
    )
    sheet.native.add_chart(chart)
