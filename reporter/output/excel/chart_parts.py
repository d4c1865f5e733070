"""Pieces of native charts: lines, fills, small text, references with the values they stand for."""

from collections.abc import Sequence
from typing import Final, Literal

from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.series import Series as NativeSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.utils import get_column_letter

from reporter.data.table import number_or_none
from reporter.document.values import Cell
from reporter.output.excel.formats import stored
from reporter.output.excel.rows import serial_of, sheet_text
from reporter.output.excel.sheet import Sheet, quoted

EMU_PER_POINT: Final = 12_700

Dash = Literal["sysDash", "sysDot"]


def small_text(colour: str, size: float = 9, *, bold: bool = False) -> RichText:
    """Text of axes, legends and labels."""
    properties = CharacterProperties(sz=int(size * 100), solidFill=colour, b=bold)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=properties), endParaRPr=properties)
    return RichText(p=[paragraph])


def line(colour: str, points: float, *, dash: Dash | None = None) -> LineProperties:
    """A line so many points wide."""
    drawn = LineProperties(solidFill=colour, prstDash=dash, w=round(points * EMU_PER_POINT))
    drawn.round = True
    return drawn


def no_line() -> LineProperties:
    """No line at all; without it programs draw their own."""
    return LineProperties(noFill=True)


def filled(colour: str) -> GraphicalProperties:
    """An even area without a border."""
    return GraphicalProperties(solidFill=colour, ln=no_line())


def tinted(colour: str, part: float) -> str:
    """A colour so far over white, ``RRGGBB``."""
    channels = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(255 - (255 - channel) * part):02X}" for channel in channels)


class Area:
    """The cells of a chart's data: where they stand and what is in them.

    The values go into the chart too, for programs that draw it without calculating.
    """

    def __init__(self, sheet: Sheet, head_row: int, steps: Sequence[Cell], moments: str) -> None:
        self._sheet = sheet
        self._head = head_row
        self._steps = steps
        self._moments = moments

    def series(
        self, number: int, column: int, label: str, cells: Sequence[Cell], form: str
    ) -> NativeSeries:
        """The cells of a column as a series, with the steps of the first column."""
        made = NativeSeries(idx=number, order=number)
        title = sheet_text(label)
        made.tx = SeriesLabel(
            strRef=StrRef(
                f=self._ref(column, self._head, self._head),
                strCache=StrData(ptCount=1, pt=[StrVal(idx=0, v=title)]),
            )
        )
        made.cat = self._categories()
        points = [
            NumVal(idx=i, v=repr(stored(cell.value, cell.format)))
            for i, cell in enumerate(cells)
            if number_or_none(cell.value) is not None
        ]
        made.val = NumDataSource(
            numRef=NumRef(
                f=self._body(column),
                numCache=NumData(formatCode=form, ptCount=len(cells), pt=points),
            )
        )
        return made

    def _categories(self) -> AxDataSource:
        serials = [
            None if isinstance(step.value, str | int | float | None) else serial_of(step.value)
            for step in self._steps
        ]
        if serials and all(serial is not None for serial in serials):
            points = [NumVal(idx=i, v=repr(serial)) for i, serial in enumerate(serials)]
            cache = NumData(formatCode=self._moments, ptCount=len(serials), pt=points)
            return AxDataSource(numRef=NumRef(f=self._body(1), numCache=cache))
        texts = [StrVal(idx=i, v=sheet_text(step.text)) for i, step in enumerate(self._steps)]
        return AxDataSource(
            strRef=StrRef(f=self._body(1), strCache=StrData(ptCount=len(texts), pt=texts))
        )

    def _body(self, column: int) -> str:
        return self._ref(column, self._head + 1, self._head + len(self._steps))

    def _ref(self, column: int, first: int, last: int) -> str:
        letter = get_column_letter(column)
        end = f":${letter}${last}" if last > first else ""
        return f"{quoted(self._sheet.name)}!${letter}${first}{end}"
