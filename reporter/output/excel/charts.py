"""Native charts beside their data."""

from typing import Final

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import ChartLines, TextAxis
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reporter.data.table import number_or_none
from reporter.document.model import ChartBlock
from reporter.output.excel import styles
from reporter.output.excel.sheets import HEAD_ROW

_WIDTH_CM: Final = 24
_HEIGHT_CM: Final = 11
_PALETTE: Final = ("{accent}", "D97706", "2563EB", "7C3AED", "BE185D", "0891B2", "65A30D", "78716C")
_QUIET: Final = "9AA5B1"
_LABELS_WANTED: Final = 12


def add_chart(sheet: Worksheet, block: ChartBlock, accent: str) -> None:
    """Draw a chart over the data that stands in the sheet, to the right of it."""
    chart = LineChart() if block.kind == "line" else BarChart()
    last = HEAD_ROW + len(block.steps)
    for number, _ in enumerate(block.series, 2):
        chart.add_data(
            Reference(sheet, min_col=number, min_row=HEAD_ROW, max_row=last), titles_from_data=True
        )
    chart.set_categories(Reference(sheet, min_col=1, min_row=HEAD_ROW + 1, max_row=last))
    chart.title = None
    chart.width, chart.height = _WIDTH_CM, _HEIGHT_CM
    chart.legend = Legend()
    chart.legend.position = "t"
    chart.y_axis.number_format = styles.number_format(block.format)
    rule = GraphicalProperties(ln=LineProperties(solidFill="E4E7EB"))
    chart.y_axis.majorGridlines = ChartLines(spPr=rule)
    chart.y_axis.scaling.min = 0 if block.kind != "line" and not _goes_below_zero(block) else None
    # openpyxl leaves the axes out unless told; without them Excel draws none.
    chart.x_axis.delete = chart.y_axis.delete = False
    if isinstance(chart.x_axis, TextAxis):
        chart.x_axis.tickLblSkip = max(1, len(block.steps) // _LABELS_WANTED)
    chart.x_axis.txPr = chart.y_axis.txPr = _small_text()
    if block.timed:
        chart.x_axis.number_format = "d mmm"
    _colour_series(chart, block, accent)
    styles.set_up_print(sheet, landscape=True)
    sheet.add_chart(chart, f"{get_column_letter(len(block.series) + 3)}{HEAD_ROW}")


def _goes_below_zero(block: ChartBlock) -> bool:
    values = (number_or_none(cell.value) for series in block.series for cell in series.cells)
    return any(value is not None and value < 0 for value in values)


def _colour_series(chart: LineChart | BarChart, block: ChartBlock, accent: str) -> None:
    colours = iter(_PALETTE * (1 + len(block.series) // len(_PALETTE)))
    for drawn, series in zip(chart.series, block.series, strict=True):
        colour = _QUIET if series.previous else next(colours)
        colour = accent.removeprefix("#").upper() if colour == "{accent}" else colour
        if block.kind == "line":
            drawn.smooth = False
            drawn.marker.symbol = "none"
            drawn.graphicalProperties.line.solidFill = colour
            drawn.graphicalProperties.line.width = 19_050 if series.previous else 28_575
            if series.previous:
                drawn.graphicalProperties.line.dashStyle = "sysDash"
        else:
            drawn.graphicalProperties.solidFill = colour


def _small_text() -> RichText:
    properties = CharacterProperties(sz=900, solidFill=styles.QUIET)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)
    return RichText(p=[paragraph])
