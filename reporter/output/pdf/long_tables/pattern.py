"""What a long table looks like: everything about it that does not depend on the single row.

All lengths are in pixels of CSS, from the table's left edge and from the top of a row downwards.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from reporter.output.pdf.long_tables.recorder import Drawing, Run


class Rule(msgspec.Struct, frozen=True):
    """A line between two rows.

    Attributes:
        left: where it begins.
        right: where it ends.
        width: how thick it is.
        ink: the operators that set its colour.
    """

    left: float
    right: float
    width: float
    ink: bytes


class Fill(msgspec.Struct, frozen=True):
    """A colour behind a row or a cell."""

    left: float
    width: float
    ink: bytes


class Frame(msgspec.Struct, frozen=True):
    """What the rows of one kind, between the same neighbours, have around their cells.

    Attributes:
        tops: by column: how much of the line above stands in the cell.
        bottoms: by column: how much of the line below.
        fills: what is behind it.
        above: the lines over it.
        below: the lines under it.
    """

    tops: tuple[float, ...]
    bottoms: tuple[float, ...]
    fills: tuple[Fill, ...]
    above: tuple[Rule, ...]
    below: tuple[Rule, ...]


class Part(msgspec.Struct, frozen=True):
    """A text of a figure.

    Attributes:
        run: as it was drawn in the specimen.
        template: of the operators that show it, with a place for every digit.
        digits: how many these are.
        codes: of the digits.
    """

    run: Run
    template: bytes
    digits: int
    codes: Mapping[str, bytes]


class Bar(msgspec.Struct, frozen=True):
    """A bar that is as long as its cell says.

    Attributes:
        drawn: what draws it for a part of its whole length, 0 to 1.
    """

    drawn: Callable[[float], bytes]


class Figures(msgspec.Struct, frozen=True):
    """The look of cells that differ in nothing but their digits, and in the length of their bar.

    Attributes:
        left: the place in the specimen's page that its decoration is drawn from.
        top: likewise.
        height: from the line above to the line below.
        fill: behind the cell.
        decoration: what is drawn beside its texts.
    """

    left: float
    top: float
    height: float
    fill: Fill | None
    decoration: bytes
    bar: Bar | None
    parts: tuple[Part, ...]


class Words(msgspec.Struct, frozen=True):
    """The look of cells that hold words.

    Attributes:
        left: where the lines may begin.
        width: how wide they may be.
        indent: how far from there they do begin.
        align: ``left``, ``right`` or ``center``.
        wraps: whether there may be several.
        top: of the first one.
        base: from the top of a line to its base line.
        step: the height of a line.
        rest: the cell's height without its lines.
        fill: behind the cell.
        ink: the operators that set their colour.
        style: as the engine computed it.
    """

    left: float
    width: float
    indent: float
    align: str
    wraps: bool
    top: float
    base: float
    step: float
    rest: float
    fill: Fill | None
    ink: bytes
    style: Any


Look = Figures | Words


class HeadCell(msgspec.Struct, frozen=True):
    """One cell of the head.

    Attributes:
        row: of the head, from 0.
        column: the first one that it stands over.
        columns: how many.
        rows: of the head, how many.
        left: its place in the specimen's page, likewise ``top``.
    """

    row: int
    column: int
    columns: int
    rows: int
    drawing: Drawing


class Pattern(msgspec.Struct, frozen=True):
    """What a table looks like.

    Attributes:
        left: the specimen's place in its page; what is drawn as it was is drawn from there.
        top: likewise.
        width: of the table.
        head: the height of the head.
        foot: what is below the last row.
        cells: of the head, row by row.
        fills: behind the head, with top and height.
        rules: of the head, each with its height from the table's top.
        frames: by number.
        looks: by column, by number.
        own_heights: of the typeset rows, by their place.
        row_heads: the columns whose cells are heads of their rows.
    """

    left: float
    top: float
    width: float
    head: float
    foot: float
    cells: tuple[HeadCell, ...]
    fills: tuple[tuple[float, float, Fill], ...]
    rules: tuple[tuple[float, Rule], ...]
    frames: Mapping[int, Frame]
    looks: tuple[Mapping[int, Look], ...]
    row_heads: frozenset[int]
    own_heights: Mapping[int, float]
