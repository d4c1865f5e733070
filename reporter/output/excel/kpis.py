"""The sheet of key figures: a row for each card, and under them the course of each."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

import msgspec
from openpyxl.utils import get_column_letter

from reporter.data.table import Format, Value, number_or_none
from reporter.document.model import KpiBlock, KpiCard
from reporter.document.values import Cell, Tone
from reporter.output.excel import course_line
from reporter.output.excel.book import Book
from reporter.output.excel.chart_parts import Area
from reporter.output.excel.columns import letters
from reporter.output.excel.conditional import MET, MISSED
from reporter.output.excel.formats import GENERAL, Sign, is_flat, stored, unsigned
from reporter.output.excel.formulas import same
from reporter.output.excel.names import unique_heads
from reporter.output.excel.rows import sheet_text
from reporter.output.excel.sheet import Sheet
from reporter.output.excel.styles import Style
from reporter.output.excel.tables import (
    CONTEXT_ROW,
    FIRST_ROW,
    HEAD_ROW,
    TITLE_ROW,
    write_notes,
)
from reporter.output.excel.text import LINE_HEIGHT

_VALUE_SIZE: Final = 13
_WIDEST: Final = 44


class _Shown(msgspec.Struct, frozen=True):
    """One cell of a card's row."""

    value: Value
    form: str = GENERAL
    colour: str | None = None
    formula: str | None = None


class _Field(msgspec.Struct, frozen=True):
    """A column of the cards' table.

    Attributes:
        of: what it shows of a card in a row, given the letters of the columns by key.
        numeric: whether its values stand on the right.
    """

    key: str
    of: Callable[[Book, KpiCard, int, dict[str, str]], _Shown]
    numeric: bool = True


def add_kpis(book: Book, block: KpiBlock) -> Sheet:
    """Put a row of cards on a sheet."""
    title = block.title or book.words.say("key_figures")
    sheet = book.add_sheet(title, landscape=True)
    look = book.look
    sheet.put(TITLE_ROW, 1, title, book.body.but(size=14, bold=True))
    sheet.set_height(TITLE_ROW, 24)
    said = book.document.provenance
    context = said.period
    if any(card.change for card in block.cards) and said.comparison:
        context = book.words.say("compared_period", period=context, comparison=said.comparison)
    sheet.put(CONTEXT_ROW, 1, context, book.body.but(colour=look.muted, size=10))
    fields = _fields(block.cards)
    letters_of = {field.key: get_column_letter(n) for n, field in enumerate(fields, 1)}
    labels = unique_heads(book.words.say(_HEADS[field.key]) for field in fields)
    _write_heads(book, sheet, HEAD_ROW, labels, [field.numeric for field in fields])
    wide = [max(13.0, letters(label) + 3) for label in labels]
    for row, card in enumerate(block.cards, FIRST_ROW):
        sheet.set_height(row, course_line.HEIGHT)
        for column, field in enumerate(fields, 1):
            shown = field.of(book, card, row, letters_of)
            sheet.put(row, column, shown.value, _style(book, field, shown), formula=shown.formula)
            if isinstance(shown.value, str):
                wide[column - 1] = max(wide[column - 1], letters(shown.value) + 3.0)
    last = HEAD_ROW + len(block.cards)
    if block.cards:
        book.add_native_table(sheet, block.name, (HEAD_ROW, last, 1), labels, filters=False)
    if "course" in letters_of:
        wide[fields.index(_COURSE)] = course_line.WIDTH
    for column, width in enumerate(wide, 1):
        sheet.native.column_dimensions[get_column_letter(column)].width = min(width, _WIDEST)
    row = write_notes(book, sheet, block.notes, last + 2, [min(w, _WIDEST) for w in wide])
    _add_courses(book, sheet, block, row + 1, letters_of)
    sheet.native.freeze_panes = f"B{FIRST_ROW}"
    sheet.fit_on_page()
    sheet.native.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    return sheet


def _write_heads(
    book: Book, sheet: Sheet, row: int, labels: Sequence[str], numeric: Sequence[bool]
) -> None:
    look = book.look
    style = book.body.but(
        bold=True, fill=look.soft, wrap=True, height="bottom", under=("medium", look.accent)
    )
    for column, (label, right) in enumerate(zip(labels, numeric, strict=True), 1):
        sheet.put(row, column, label, style.but(**_place(book, numeric=right)))
    sheet.set_height(row, LINE_HEIGHT * 2 + 4)


def _place(book: Book, *, numeric: bool) -> dict[str, object]:
    """Where in its cell a value stands."""
    if numeric:
        return {"side": "right"}
    return {"side": "right" if book.look.right_to_left else "left", "indent": 1}


def _style(book: Book, field: _Field, shown: _Shown) -> Style:
    look = book.look
    strong = field.key in {"metric", "value"}
    return book.body.but(
        form=shown.form,
        bold=strong,
        size=_VALUE_SIZE if field.key == "value" else 11,
        colour=shown.colour or (look.ink if strong else look.muted),
        **_place(book, numeric=field.numeric),
        under=("hair", look.line),
        wrap=field.key == "note",
    )


def _number(book: Book, cell: Cell, card: KpiCard, sign: Sign = Sign.PLAIN) -> _Shown:
    form = cell.format or card.value.format
    if number_or_none(cell.value) is None:
        return _Shown(cell.text)
    code = book.formats.number(form, sign)
    if sign is not Sign.PLAIN and is_flat(cell):
        code = unsigned(code)
    return _Shown(stored(cell.value, form), code)


def _metric(_book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    return _Shown(sheet_text(card.label))


def _value(book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    shown = _number(book, card.value, card)
    return msgspec.structs.replace(shown, colour=book.look.muted if card.value.faint else None)


def _before(book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    return _Shown(None) if card.change is None else _number(book, card.change.previous, card)


def _difference(book: Book, card: KpiCard, row: int, at: dict[str, str]) -> _Shown:
    if card.change is None:
        return _Shown(None)
    cell = card.change.absolute
    shown = _number(book, cell, card, Sign.POINTS)
    now, before = _numbers(card)
    wanted = number_or_none(cell.value)
    formula = None
    if now is None or before is None or wanted is None:
        return shown
    # LibreOffice rounds differences of times, and would come to another value.
    if card.value.format is not Format.DURATION and same(now - before, wanted):
        formula = f"{at['value']}{row}-{at['before']}{row}"
    return msgspec.structs.replace(shown, formula=formula, colour=_colour(book, cell.tone))


def _change(book: Book, card: KpiCard, row: int, at: dict[str, str]) -> _Shown:
    if card.change is None:
        return _Shown(None)
    cell = card.change.relative
    wanted = number_or_none(cell.value)
    if wanted is None:
        return _Shown(cell.text)
    now, before = _numbers(card)
    formula = None
    if now is not None and before and same((now - before) / before, wanted):
        here, then = f"{at['value']}{row}", f"{at['before']}{row}"
        formula = f'IF({then}=0,"–",({here}-{then})/{then})'
    code = book.formats.number(Format.PERCENT, Sign.CHANGE)
    code = unsigned(code) if is_flat(cell) else code
    return _Shown(wanted, code, _colour(book, cell.tone), formula)


def _numbers(card: KpiCard) -> tuple[float | None, float | None]:
    before = None if card.change is None else number_or_none(card.change.previous.value)
    return number_or_none(card.value.value), before


def _colour(book: Book, tone: Tone) -> str | None:
    return {Tone.GOOD: book.look.good, Tone.BAD: book.look.bad}.get(tone)


def _course(_book: Book, _card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    return _Shown(None)


def _target(book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    if card.target is None:
        return _Shown(None)
    code = book.formats.number(card.value.format)
    sign = "≥" if card.target.bound == "atLeast" else "≤"
    marked = ";".join(f'"{sign} "{part}' for part in code.split(";"))
    return _Shown(stored(card.target.value, card.value.format), marked)


def _met(book: Book, card: KpiCard, row: int, at: dict[str, str]) -> _Shown:
    if card.target is None or card.target.met is None:
        return _Shown(None)
    met = f"{MET} {book.words.say('target_met')}"
    missed = f"{MISSED} {book.words.say('target_missed')}"
    value, bound = number_or_none(card.value.value), card.target.value
    formula = None
    at_least = card.target.bound == "atLeast"
    if value is not None and (value >= bound if at_least else value <= bound) == card.target.met:
        operator = ">=" if at_least else "<="
        test = f"{at['value']}{row}{operator}{at['target']}{row}"
        formula = f"IF({test},{_literal(met)},{_literal(missed)})"
    look = book.look
    colour = look.good if card.target.met else look.bad
    return _Shown(met if card.target.met else missed, GENERAL, colour, formula)


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _sample(book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    if card.sample is None:
        return _Shown(None)
    count = card.sample.count
    if number_or_none(count.value) is None:
        return _Shown(count.text)
    return _Shown(stored(count.value, count.format), book.formats.number(count.format))


def _sample_of(_book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    return _Shown(None if card.sample is None else sheet_text(card.sample.label))


def _note(_book: Book, card: KpiCard, _row: int, _at: dict[str, str]) -> _Shown:
    return _Shown(None if card.note is None else sheet_text(card.note))


_HEADS: Final = {
    "metric": "metric",
    "value": "value",
    "before": "previous",
    "difference": "difference",
    "change": "change",
    "course": "course_head",
    "target": "target_head",
    "met": "met_head",
    "sample": "taken_over",
    "sample_of": "counted_head",
    "note": "note_head",
}
"""The sentences of the heads."""

_COURSE: Final = _Field("course", _course, numeric=False)


def _fields(cards: Sequence[KpiCard]) -> list[_Field]:
    """The columns that at least one card has something for."""
    fields = [_Field("metric", _metric, numeric=False), _Field("value", _value)]
    if any(card.change for card in cards):
        fields += [
            _Field("before", _before),
            _Field("difference", _difference),
            _Field("change", _change),
        ]
    if any(card.target for card in cards):
        fields += [_Field("target", _target), _Field("met", _met, numeric=False)]
    if any(card.sample for card in cards):
        fields += [_Field("sample", _sample), _Field("sample_of", _sample_of, numeric=False)]
    if any(card.course for card in cards):
        fields.append(_COURSE)
    if any(card.note for card in cards):
        fields.append(_Field("note", _note, numeric=False))
    return fields


def _add_courses(book: Book, sheet: Sheet, block: KpiBlock, row: int, at: dict[str, str]) -> None:
    """Tables of the courses, one for cards of the same steps, and the lines over them."""
    drawn = [(n, card) for n, card in enumerate(block.cards) if card.course]
    for _, group in groupby(drawn, key=lambda one: [step.text for step in one[1].course_steps]):
        members = tuple(group)
        steps = members[0][1].course_steps
        title = book.words.say("course_head")
        head = row
        labels = unique_heads((title, *(card.label for _, card in members)))
        _write_heads(book, sheet, head, labels, [False, *(True for _ in members)])
        line = book.body.but(under=("hair", book.look.line))
        for offset, step in enumerate(steps, 1):
            _put_step(book, sheet, head + offset, step, line)
        for column, (_, card) in enumerate(members, 2):
            for offset, cell in enumerate(card.course, 1):
                # What has no value is empty: a line takes a dash for 0.
                known = number_or_none(cell.value) is not None
                code = book.formats.number(cell.format)
                style = line.but(side="right", form=code)
                value = stored(cell.value, cell.format) if known else None
                sheet.put(head + offset, column, value, style)
        last = head + len(steps)
        book.add_native_table(sheet, f"{block.name}-course", (head, last, 1), labels)
        area = Area(sheet, head, steps, GENERAL)
        for column, (number, card) in enumerate(members, 2):
            series = area.series(0, column, card.label, card.course, GENERAL)
            course_line.add_course_line(
                book, sheet, series, card.course, (FIRST_ROW + number, at["course"])
            )
        row = last + 2


def _put_step(book: Book, sheet: Sheet, row: int, step: Cell, style: Style) -> None:
    code = book.formats.moment(step.value)
    style = style.but(form=code or GENERAL, **_place(book, numeric=False))
    sheet.put(row, 1, sheet_text(step.text) if code is None else stored(step.value, None), style)
