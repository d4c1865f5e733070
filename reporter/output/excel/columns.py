"""The columns of a table's sheet: how their cells look in every kind of row."""

from typing import Final
from unicodedata import east_asian_width

from openpyxl.utils import get_column_letter

from reporter.data.table import Format
from reporter.document.model import TableBlock
from reporter.document.values import Cell, Head, HeadRole, Mark, RowKind, Tone
from reporter.output.excel import rows
from reporter.output.excel.book import Book
from reporter.output.excel.formats import SECONDS_PER_DAY, Sign, is_flat, marked, unsigned
from reporter.output.excel.formulas import RowFormula
from reporter.output.excel.rows import SharedStrings
from reporter.output.excel.styles import Style
from reporter.output.excel.text import lines_of

_NARROWEST: Final = 9
_WIDEST: Final = 46
_ROOM: Final = 3
"""For the indent, and for what formats put beside a number."""
_SIGN: Final = 3
"""For the sign of a conditional format."""
_BUTTON: Final = 4.5
"""For the filter button of a head."""
_BOLD: Final = 1.08
"""How much wider bold letters are."""
_MEASURED_ROWS: Final = 500
"""Widths are measured on the first and the last rows; others rarely differ."""
_CHANGES: Final = frozenset({HeadRole.CHANGE, HeadRole.DIFFERENCE, HeadRole.DEVIATION})
_OUT: Final = "≠"
"""Before a number that is out of bounds, and before the dash in its place."""
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class Column:
    """Writes the cells of one column.

    Attributes:
        letter: of the sheet.
        head: of the document.
    """

    def __init__(
        self, book: Book, place: int, head: Head, formula: RowFormula | None, *, gaps: bool
    ) -> None:
        self.letter = get_column_letter(place + 1)
        self.head = head
        self.formula = formula
        self._book = book
        self._gaps = gaps and not is_text(head)
        self._sign = sign_of(head)
        self._signed = head.role in _CHANGES
        self._days = head.format is Format.DURATION
        self._styles: dict[tuple[object, ...], int] = {}
        self._plain = {kind: self._number(kind, Tone.NEUTRAL) for kind in RowKind}

    def plain(self, kind: RowKind) -> int:
        """The number of the style of an ordinary cell."""
        return self._plain[kind]

    def cell(self, row: int, kind: RowKind, cell: Cell, strings: SharedStrings) -> str:
        """A cell's value as what it is."""
        value = cell.value
        place = f"{self.letter}{row}"
        if isinstance(value, int | float) and not isinstance(value, bool):
            held = value / SECONDS_PER_DAY if cell.format is Format.DURATION else value
            return rows.number(place, self.style(kind, cell), held)
        style = self.style(kind, cell)
        if value is None or isinstance(value, str):
            # A text stays a text, also one that starts like a formula.
            absent = not cell.text or (self._gaps and value is None)
            text = f"{_OUT} {cell.text}" if cell.mark is Mark.OUT else cell.text
            return _empty(place, style) if absent else strings.cell(place, style, text)
        return rows.cell(strings, place, style, value)

    def computed(self, row: int, kind: RowKind, cell: Cell, formula: str) -> str:
        """A cell that is computed by the sheet, with the value that it has."""
        value = cell.value
        place, style = f"{self.letter}{row}", self.style(kind, cell)
        if not isinstance(value, int | float):
            return rows.formula(place, style, formula, cell.text)
        return rows.formula(place, style, formula, value / SECONDS_PER_DAY if self._days else value)

    def style(self, kind: RowKind, cell: Cell) -> int:
        """The number of a cell's style."""
        value = cell.value
        if (
            cell.tone is Tone.NEUTRAL
            and not cell.faint
            and cell.format is self.head.format
            and isinstance(value, int | float)
            and not (self._signed and is_flat(cell))
        ):
            return self._plain[kind]
        quoted = isinstance(value, str) and cell.text.startswith(_FORMULA_STARTS)
        tone = cell.tone if self._signed else Tone.NEUTRAL
        code = self._book.formats.moment(value, self.head.name)
        if self._signed and is_flat(cell):
            code = unsigned(self._book.formats.number(cell.format or self.head.format, self._sign))
        if cell.mark is Mark.OUT:
            code = code or self._book.formats.number(cell.format or self.head.format, self._sign)
            code = marked(code, _OUT)
        key = (kind, tone, cell.faint, quoted, cell.format, code)
        number = self._styles.get(key)
        if number is None:
            number = self._styles[key] = self._number(
                kind, tone, faint=cell.faint, quoted=quoted, form=cell.format, code=code
            )
        return number

    def _number(
        self,
        kind: RowKind,
        tone: Tone,
        *,
        faint: bool = False,
        quoted: bool = False,
        form: Format | None = None,
        code: str | None = None,
    ) -> int:
        book, head = self._book, self.head
        style = row_style(book, kind)
        code = code or book.formats.number(form or head.format, self._sign)
        if tone is not Tone.NEUTRAL:
            style = style.but(colour=book.look.good if tone is Tone.GOOD else book.look.bad)
        if faint:
            style = style.but(colour=book.look.muted, italic=True)
        return book.style_number(style.but(form=code, quoted=quoted, **side_of(book, head)))


def _empty(place: str, style: int) -> str:
    return f'<c r="{place}" s="{style}"/>'


def sign_of(head: Head) -> Sign:
    """How a column's numbers show their sign."""
    match head.role:
        case HeadRole.CHANGE:
            return Sign.CHANGE
        case HeadRole.DIFFERENCE | HeadRole.DEVIATION:
            return Sign.POINTS
        case _:
            return Sign.PLAIN


def is_text(head: Head) -> bool:
    """Whether a column's values stand at the beginning of their cells."""
    return head.role is HeadRole.DIMENSION


def side_of(book: Book, head: Head) -> dict[str, object]:
    """Where in its cell a column's value stands: texts begin a line, numbers end on the right."""
    if is_text(head):
        return {"side": "right" if book.look.right_to_left else "left", "indent": 1}
    return {"side": "right"}


def row_style(book: Book, kind: RowKind) -> Style:
    """How the cells of a row look."""
    look, body = book.look, book.body
    match kind:
        case RowKind.BODY:
            return body.but(under=("hair", look.line))
        case RowKind.OTHER:
            return body.but(colour=look.muted, italic=True, under=("hair", look.line))
        case RowKind.SUBTOTAL:
            return body.but(bold=True, fill=look.soft, under=("hair", look.line))
        case RowKind.TOTAL:
            return body.but(bold=True, over=("medium", look.ink))


def widths(
    book: Book, table: TableBlock, labels: tuple[str, ...], *, filters: bool
) -> tuple[float, ...]:
    """How wide each column is: its texts on one line, its head on two."""
    signed = {wanted.place for wanted in table.formats if wanted.kind in {"icons", "threshold"}}
    signed |= {i for row in table.rows for i, c in enumerate(row.cells) if c.mark is Mark.OUT}
    measured = (*table.rows[:_MEASURED_ROWS], *table.rows[_MEASURED_ROWS:][-_MEASURED_ROWS:])
    found = []
    for place, (head, label) in enumerate(zip(table.heads, labels, strict=True)):
        longest = max((_room(book, head, row.cells[place]) for row in measured), default=0)
        room = _ROOM + (_SIGN if place in signed else 0)
        lines = 3 if head.over else 2
        if filters:
            wide = max(longest + room, _head_width(label, lines) + _BUTTON, _NARROWEST)
        else:
            wide = max(longest + room, _head_width(label, lines) + 1.0)
        found.append(min(wide, _WIDEST))
    return tuple(found)


def _room(book: Book, head: Head, cell: Cell) -> int:
    """How many letters' room a cell takes as the sheet shows it."""
    moment = book.formats.moment(cell.value, head.name)
    return letters(cell.text) if moment is None else len(moment)


def _head_width(label: str, lines: int) -> float:
    """How wide a column is whose head takes so many lines."""
    wide = max((letters(word) for word in label.split()), default=0)
    while lines_of(label, wide) > lines:
        wide += 1
    return (wide + 0.5) * _BOLD


def head_room(wide: float, *, filters: bool) -> float:
    """How many letters of a head stand on a line of a column."""
    return (wide - (_BUTTON if filters else 1.0)) / _BOLD


def letters(text: str) -> int:
    """How many letters' room a text takes; wide ones take two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
