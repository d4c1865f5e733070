"""The first sheet: what the report is, what it says, and where to find the rest."""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.document.model import CalloutBlock, Document, NoticeBlock, Provenance, TextBlock
from reporter.document.values import Tone
from reporter.output.base import Branding
from reporter.output.excel.book import Book
from reporter.output.excel.columns import letters
from reporter.output.excel.logo import add_logo
from reporter.output.excel.rows import sheet_text
from reporter.output.excel.sheet import Link, Sheet
from reporter.output.excel.styles import Style
from reporter.output.excel.text import LINE_HEIGHT, lines_of, plain_lines
from reporter.words import Words

_LABEL_WIDTH: Final = 30.0
_WIDEST_LABEL: Final = 48.0
_WIDTH: Final = 108.0
"""Of labels and texts together."""
_SLACK: Final = 3
"""Columns are measured in digits; letters need a little more."""


class Entry(msgspec.Struct, frozen=True):
    """A line of the contents.

    Attributes:
        says: what the sheet shows, in a sentence; may be empty.
    """

    title: str
    sheet: str
    says: str = ""


class Lines:
    """Puts lines under one another into a sheet with labels on the left and texts beside them."""

    def __init__(self, book: Book, sheet: Sheet, labels: float = _LABEL_WIDTH) -> None:
        """Start at the top of an empty sheet, with labels so wide."""
        self.book = book
        self.sheet = sheet
        self.row = 1
        self._labels = labels
        self._texts = _WIDTH - labels
        for letter, width in (("A", self._labels), ("B", self._texts)):
            sheet.native.column_dimensions[letter].width = width

    def space(self, height: float) -> None:
        """An empty row."""
        self.sheet.set_height(self.row, height)
        self.row += 1

    def wide(self, text: str, style: Style, *, room: float = 4) -> None:
        """A text over both columns."""
        scale = style.size / 11
        lines = lines_of(text, (_WIDTH - _SLACK) / scale)
        style = style.but(wrap=True, height="center" if style.fill else "top", **self._side())
        self.sheet.put(self.row, 1, sheet_text(text), style)
        if style.fill or style.under:
            self.sheet.put(self.row, 2, None, style)
        self.sheet.merge(self.row, 1, 2)
        self.sheet.set_height(self.row, LINE_HEIGHT * scale * lines + room)
        self.row += 1

    def heading(self, text: str) -> None:
        """The beginning of something."""
        look = self.book.look
        self.space(12)
        self.wide(text, self.book.body.but(size=13, bold=True, under=("thin", look.accent)), room=6)
        self.space(4)

    def pair(self, label: str, value: str, *, link: str | None = None) -> None:
        """A label, which may lead to a sheet, and what it says."""
        book, look = self.book, self.book.look
        left = book.body.but(colour=look.muted, wrap=True, height="top", **self._side())
        right = book.body.but(wrap=True, height="top", **self._side())
        if link is not None:
            left, right = left.but(colour=look.accent, underlined=True), left
            self.sheet.links.append(Link(f"A{self.row}", link))
        self.sheet.put(self.row, 1, sheet_text(label), left)
        self.sheet.put(self.row, 2, sheet_text(value) or None, right)
        lines = max(lines_of(label, self._labels - _SLACK), lines_of(value, self._texts - _SLACK))
        self.sheet.set_height(self.row, LINE_HEIGHT * lines + 3)
        self.row += 1

    def _side(self) -> dict[str, object]:
        return {"side": "right" if self.book.look.right_to_left else "left"}


def fill_cover(book: Book, sheet: Sheet, contents: Sequence[Entry], branding: Branding) -> None:
    """Logo, title, period, notices, the report's texts, and links to the sheets.

    Args:
        book: of the sheet.
        sheet: the empty first one.
        contents: the other sheets.
        branding: where the logo is.
    """
    document, look = book.document, book.look
    # Not every program wraps a link.
    longest = max((letters(entry.title) + _SLACK for entry in contents), default=0)
    lines = Lines(book, sheet, min(max(_LABEL_WIDTH, longest), _WIDEST_LABEL))
    bar = book.body.but(fill=look.accent)
    sheet.put(1, 1, None, bar)
    sheet.put(1, 2, None, bar)
    lines.space(6)
    lines.space(add_logo(sheet, branding, lines.row) or 14)
    lines.wide(document.title, book.body.but(size=22, bold=True), room=6)
    if document.mark:
        lines.wide(document.mark, book.body.but(size=14, bold=True, colour=look.accent), room=6)
    if document.subtitle:
        lines.wide(document.subtitle, book.body.but(size=12, colour=look.muted))
    lines.space(12)
    for label, value in facts(document.provenance, book.words):
        lines.pair(label, value)
    if document.notices:
        lines.space(10)
    for notice in document.notices:
        lines.wide(notice, book.body.but(fill=look.soft, indent=1), room=8)
    _write_texts(lines, document)
    lines.heading(book.words.say("contents"))
    for entry in contents:
        lines.pair(entry.title, entry.says, link=entry.sheet)


def _write_texts(lines: Lines, document: Document) -> None:
    book = lines.book
    for block in document.blocks:
        match block:
            case TextBlock():
                if block.title:
                    lines.heading(block.title)
                else:
                    lines.space(10)
                lines.wide("\n".join(plain_lines(block.markdown)), book.body)
            case CalloutBlock():
                _write_box(lines, block.title, "\n".join(plain_lines(block.markdown)), block.tone)
            case NoticeBlock():
                _write_box(lines, block.title, block.text, block.tone)
            case _:
                pass


def _write_box(lines: Lines, title: str | None, text: str, tone: Tone) -> None:
    look, body = lines.book.look, lines.book.body
    colour, fill = {
        Tone.GOOD: (look.good, look.good_soft),
        Tone.BAD: (look.bad, look.bad_soft),
        Tone.NEUTRAL: (look.accent, look.soft),
    }[tone]
    lines.space(10)
    if title:
        lines.wide(title, body.but(bold=True, colour=colour, fill=fill, indent=1), room=6)
    lines.wide(text, body.but(fill=fill, indent=1), room=8)


def facts(provenance: Provenance, words: Words) -> tuple[tuple[str, str], ...]:
    """What the report covers, label and value."""
    found = [
        (words.say("period"), provenance.period),
        (words.say("interval"), provenance.interval_text),
    ]
    if provenance.comparison is not None:
        found.append((words.say("comparison"), provenance.comparison))
    found.extend(provenance.filters)
    found.append((words.say("data_through"), provenance.data_through_text))
    return tuple(found)
