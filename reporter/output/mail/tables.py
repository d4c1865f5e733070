"""A table as it fits into a mail: a few columns and a few rows, and how many are left out."""

from typing import Final

import msgspec

from reporter.document.model import TableBlock
from reporter.document.values import Head, HeadRole, RowKind

_MOST_COLUMNS: Final = 6


class Cut(msgspec.Struct, frozen=True):
    """A table of which some may be left out.

    Attributes:
        block: what is left; totals and Other always are.
        rows: how many body and subtotal rows are left out.
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
                for row in (*inner[:rows], *outer)
            ),
        ),
        rows=max(0, len(inner) - rows),
        columns=len(block.heads) - len(places),
    )


def _kept(heads: tuple[Head, ...]) -> tuple[int, ...]:
    """The places of the columns that fit; the comparison's own values are the first to go."""
    every = tuple(range(len(heads)))
    if len(every) <= _MOST_COLUMNS:
        return every
    without = tuple(place for place in every if heads[place].role is not HeadRole.PREVIOUS)
    return without[:_MOST_COLUMNS]
