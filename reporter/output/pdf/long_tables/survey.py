"""Which rows of a long table must be typeset, so that all the others can be drawn after them.

Two cells look alike when they differ in nothing but their digits, or, of a dimension, in nothing
but their words. So a few dozen rows show every look that twenty thousand have.
"""

import unicodedata
from array import array
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest
from typing import Final

import msgspec

from reporter.document.model import TableBlock
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind
from reporter.output.templates import arrow, shade

ENDS: Final = 8
"""So many rows at either end of a table are always typeset: style sheets treat the first and the
last ones in their own way."""
_WIDEST: Final = 4
"""So many of a column's widest texts are typeset: its width depends on the widest, and what is
measured here is only nearly what the layout measures."""
_ODD_TEXT: Final = 400
"""Letters from which a text is no pattern for others: templates cut such texts."""
_LONG_TEXT: Final = 40
"""Letters from which templates let a text break anywhere."""

Measure = Callable[[str], float]
"""About how wide a text is, in any unit."""


class _Zeros(dict[int, int]):
    """Every decimal digit, of whatever script, as the zero of its script."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        zero = code - unicodedata.decimal(character) if character.isdecimal() else code
        self[code] = zero
        return zero


_ZEROS: Final = _Zeros()


class Survey(msgspec.Struct, frozen=True):
    """What a table's rows have in common.

    Attributes:
        frames: by row: which frame it has, by number. Rows of one frame are of one kind and
            stand between rows of the same kinds.
        looks: by column, by row: which look the cell has, by number.
        chosen: the places of the rows that show every frame and every look, in order.
        nested: whether there are groups with subtotals.
    """

    frames: Sequence[int]
    looks: tuple[Sequence[int], ...]
    chosen: tuple[int, ...]
    nested: bool


def shape(text: str) -> str:
    """A text with every digit made a zero: figures of one shape are equally wide."""
    return text.translate(_ZEROS)


def is_words(head: Head) -> bool:
    """Whether a column's cells are words: drawn each in its own width, and wrapped."""
    return head.role is HeadRole.DIMENSION


def is_own_pattern(cell: Cell) -> bool:
    """Whether a cell of words is drawn as it was typeset, and is no pattern for others."""
    return len(cell.text) > _ODD_TEXT or not cell.text.strip()


def survey(block: TableBlock, measure: Measure) -> Survey:
    """Look at all rows of a table once."""
    rows = block.rows
    count = len(rows)
    nested = any(row.level for row in rows)
    ends = {*range(min(ENDS, count)), *range(max(count - ENDS, 0), count)}
    chosen = set(ends)
    frames = array("L")
    known: dict[object, int] = {}
    shown: set[int] = set()
    kinds = [None, *((row.kind, row.level) for row in rows), None]
    for place in range(count):
        frame = known.setdefault(tuple(kinds[place : place + 3]), len(known))
        frames.append(frame)
        if frame not in shown and place not in ends:
            shown.add(frame)
            chosen |= {place - 1, place, place + 1}
    looks = []
    for place, head in enumerate(block.heads):
        numbers, found = _looks(rows, place, head, nested=nested)
        looks.append(numbers)
        chosen |= found
        if is_words(head):
            chosen |= set(_widest(rows, place, measure))
        lengths = [len(row.cells[place].text) for row in rows]
        chosen.add(lengths.index(max(lengths)))
    return Survey(frames, tuple(looks), tuple(sorted(chosen)), nested)


def of_columns(found: Survey, places: Sequence[int]) -> Survey:
    """What is known of some columns of a table."""
    return msgspec.structs.replace(found, looks=tuple(found.looks[place] for place in places))


def _looks(
    rows: tuple[BlockRow, ...], place: int, head: Head, *, nested: bool
) -> tuple[Sequence[int], set[int]]:
    """The looks of a column's cells by row, and a row for each of them.

    In a table with groups a value that is that of the row above may look otherwise: there the
    row above is typeset too.
    """
    known: dict[object, int] = {}
    numbers = array("L")
    examples = set()
    words = is_words(head)
    above: BlockRow | None = None
    for number, row in enumerate(rows):
        cell = row.cells[place]
        own = _words_look(cell) if words else _figure_look(cell, head)
        again = nested and words and _is_again(above, row, place)
        key = (row.kind, row.level, again, *own)
        look = known.get(key)
        if look is None:
            look = known[key] = len(known)
            examples |= {max(number - 1, 0), number} if nested else {number}
        numbers.append(look)
        above = row
    return numbers, examples


def _is_again(above: BlockRow | None, row: BlockRow, place: int) -> bool:
    """Whether a row has the same values as the one above, up to this column."""
    return (
        above is not None
        and row.kind is RowKind.BODY
        and above.cells[: place + 1] == row.cells[: place + 1]
    )


def _words_look(cell: Cell) -> tuple[object, ...]:
    own = cell.text if is_own_pattern(cell) else len(cell.text) > _LONG_TEXT
    return (own, *_state(cell))


def _figure_look(cell: Cell, head: Head) -> tuple[object, ...]:
    changes = head.role in {HeadRole.CHANGE, HeadRole.DIFFERENCE}
    return (
        shape(cell.text),
        arrow(cell) if changes else "",
        *_state(cell),
    )


def _state(cell: Cell) -> tuple[object, ...]:
    """What a cell is beside its text."""
    return (
        cell.value is None,
        cell.tone,
        cell.mark,
        cell.faint,
        cell.bar is None,
        None if cell.shade is None else shade(cell.shade),
    )


def _widest(rows: tuple[BlockRow, ...], place: int, measure: Measure) -> Iterator[int]:
    """Rows with the widest texts of a column and with its widest words."""
    first_with: dict[str, int] = {}
    for number, row in enumerate(rows):
        first_with.setdefault(row.cells[place].text, number)
    for text in nlargest(_WIDEST, first_with, key=measure):
        yield first_with[text]
    words: dict[str, int] = {}
    for text, number in first_with.items():
        for word in text.split():
            words.setdefault(word, number)
    for word in nlargest(_WIDEST, words, key=measure):
        yield words[word]
