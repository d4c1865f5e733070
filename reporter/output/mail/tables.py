"""A table as it fits into a mail: a few columns and a few rows, and how many are left out."""

from collections.abc import Sequence
from typing import Final

import msgspec

from reporter.document.model import TableBlock
from reporter.document.values import BlockRow, Head, HeadRole, Mark, RowKind

_MOST_COLUMNS: Final = 6
_BESIDE: Final = frozenset({HeadRole.PREVIOUS})
_CHANGES: Final = frozenset({HeadRole.CHANGE, HeadRole.DIFFERENCE})
_SOURCES: Final = frozenset({HeadRole.METRIC, HeadRole.AGAINST})


class Cut(msgspec.Struct, frozen=True):
    """A table of which some may be left out.

    Attributes:
        block: what is left; totals and Other always are.
        rows: how many body and subtotal rows are left out; those out of bounds are the last to go.
        columns: how many columns are left out.
    """

    block: TableBlock
    rows: int
    columns: int


def cut_to(block: TableBlock, *, rows: int) -> Cut:
    """The first rows of a table, and the columns that say most."""
    places = _kept(block.heads)
    inner = tuple(row for row in block.rows if row.kind in {RowKind.BODY, RowKind.SUBTOTAL})
    outer = tuple(row for row in block.rows if row.kind in {RowKind.OTHER, RowKind.TOTAL})
    replace = msgspec.structs.replace
    return Cut(
        replace(
            block,
            heads=tuple(block.heads[place] for place in places),
            rows=tuple(
                replace(row, cells=tuple(row.cells[place] for place in places))
                for row in (*_chosen(inner, rows), *outer)
            ),
        ),
        rows=max(0, len(inner) - rows),
        columns=len(block.heads) - len(places),
    )


def _chosen(rows: Sequence[BlockRow], count: int) -> tuple[BlockRow, ...]:
    """The first rows; those with something out of bounds before others, in their order."""
    ranked = sorted(range(len(rows)), key=lambda i: not _is_out(rows[i]))
    return tuple(rows[i] for i in sorted(ranked[:count]))


def _is_out(row: BlockRow) -> bool:
    return any(cell.mark is Mark.OUT for cell in row.cells)


def _kept(heads: tuple[Head, ...]) -> tuple[int, ...]:
    """The places of the columns that fit.

    Of a comparison its own values are the first to go; of two sources all but the differences.
    A value whose change does not fit goes with it.
    """
    every = tuple(range(len(heads)))
    if len(every) <= _MOST_COLUMNS:
        return every
    less = _BESIDE
    if any(head.role is HeadRole.DEVIATION for head in heads):
        less = less | _SOURCES
    without = tuple(place for place in every if heads[place].role not in less)
    end = len(without[:_MOST_COLUMNS])
    while end < len(without) and heads[without[end]].role in _CHANGES:
        end -= 1
    return without[:end]
