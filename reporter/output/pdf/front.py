"""What stands before the blocks: the cover's skyline, and the table of contents."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from reporter.data.table import number_or_none
from reporter.document.model import (
    Block,
    CalloutBlock,
    ChartBlock,
    Document,
    KpiBlock,
    KpiCard,
    NoticeBlock,
    PageBreakBlock,
    TableBlock,
    TextBlock,
    part_of_page,
)
from reporter.output.look.colour import READABLE, Scheme, contrast
from reporter.output.sparkline import course

_STEPS: Final = range(4, 121)
"""With fewer bars a skyline says too little for a cover, with more it is a blur."""
_FEWEST_ENTRIES: Final = 4
_LONG: Final = 3.5
"""Pages, from which on a reader wants to know what is where."""


class Skyline(msgspec.Struct, frozen=True):
    """A course as bars over the whole width of a page.

    Attributes:
        heights: one per step, in order: its value as a part of the greatest one.
        caption: what it shows.
        label: the same with its ends, for those who do not see it.
    """

    heights: tuple[float, ...]
    caption: str
    label: str


class Ground(msgspec.Struct, frozen=True):
    """The coloured foot of a cover, and the text on it."""

    fill: str
    text: str


class Entry(msgspec.Struct, frozen=True):
    """A line of the table of contents: the title of a section and the name it is found by."""

    title: str
    name: str


def skyline(document: Document) -> Skyline | None:
    """The course of the first card that has a whole one, of a number fit for bars; else None."""
    for block in document.blocks:
        for card in block.cards if isinstance(block, KpiBlock) else ():
            values = [number_or_none(cell.value) for cell in card.course]
            known = [value for value in values if value is not None and value >= 0]
            if len(known) == len(values) and len(known) in _STEPS and max(known) > 0:
                most = max(known)
                heights = tuple(round(value / most, 4) for value in known)
                first, last = card.course_steps[0].text, card.course_steps[-1].text
                return Skyline(heights, f"{card.label}, {first} – {last}", _label(document, card))
    return None


def ground(scheme: Scheme) -> Ground:
    """The main colour under a text that can be read on it."""
    for text in (scheme.surface, scheme.ink):
        if contrast(scheme.accent, text) >= READABLE:
            return Ground(scheme.accent, text)
    return Ground(scheme.accent_text, scheme.surface)


def contents(document: Document, wanted: Literal["auto", "always", "never"]) -> tuple[Entry, ...]:
    """The entries of the table of contents; none where there is none."""
    entries = tuple(
        Entry(block.title, block.name) for block in document.blocks if block.title is not None
    )
    long = pages(document.blocks) >= _LONG and len(entries) >= _FEWEST_ENTRIES
    return entries if wanted == "always" or (wanted == "auto" and long) else ()


def pages(blocks: Sequence[Block]) -> float:
    """How many pages the blocks fill, roughly: known before they are laid out."""
    return sum(_height(block) * part_of_page(block) for block in blocks)


def _height(block: Block) -> float:
    """In pages of A4."""
    match block:
        case KpiBlock():
            return 0.06 + 0.13 * -(-len(block.cards) // 4)
        case TableBlock():
            return 0.12 + 0.0225 * len(block.rows)
        case ChartBlock():
            lying = block.kind in {"horizontalBar", "heatmap"}
            return 0.1 + 0.025 * len(block.steps) if lying else 0.28
        case TextBlock() | CalloutBlock():
            return 0.05 + 0.018 * (len(block.markdown) / 90 + block.markdown.count("\n"))
        case NoticeBlock():
            return 0.05
        case PageBreakBlock():
            return 0.3  # on average it leaves that much of a page empty


def _label(document: Document, card: KpiCard) -> str:
    said = course(card, document.words)
    return card.label if said is None else said.summary
