"""A report as plain text: the part of a mail for those who read no HTML."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from reporter.document.model import (
    Block,
    CalloutBlock,
    ChartBlock,
    Document,
    KpiBlock,
    KpiCard,
    NoticeBlock,
    TableBlock,
    TextBlock,
)
from reporter.document.values import Cell, HeadRole
from reporter.output.mail.tables import cut_to
from reporter.output.markdown import unwrapped
from reporter.words import Count, Words

_WIDTH: Final = 76
"""Letters in a line; what mail programs show without breaking it."""
_ROWS: Final = 30
_LONGEST_NAME: Final = 30
_GAP: Final = "  "
_MOST_IN_PREHEADER: Final = 3
_ITEM: Final = re.compile(r" *(?:[-*+]|\d+[.)]) +")
"""How an item of a list begins."""


def plain_text(document: Document) -> str:
    """The whole report; tables stand in aligned columns, charts as a sentence."""
    return "\n".join(_lines(document)).rstrip() + "\n"


def preheader(document: Document) -> str:
    """What mail programs show beside the subject: the first few figures, or the first notice."""
    cards = [c for block in document.blocks if isinstance(block, KpiBlock) for c in block.cards]
    figures = [
        f"{document.words.say('label_and_value', label=card.label, value=card.value.text)}"
        + (f" ({_shown_change(card).text})" if card.change and _shown_change(card).text else "")
        for card in cards[:_MOST_IN_PREHEADER]
    ]
    return " · ".join(figures) or document.subtitle or document.provenance.interval_text


def _lines(document: Document) -> Iterator[str]:
    words, origin = document.words, document.provenance
    yield from (document.title, "=" * min(_breadth(document.title), _WIDTH))
    yield from _wrapped(document.subtitle)
    period = origin.period
    if origin.comparison:
        period = f"{period}, {words['compared_with']} {origin.comparison}"
    yield from _wrapped(period)
    yield ""
    for notice in document.notices:
        yield from (*_wrapped(notice), "")
    for block in document.blocks:
        yield from (*_heading(block), *_block(words, block), "")
    yield from (words["about"], "-" * _breadth(words["about"]))
    facts = [
        (words["interval"], origin.interval_text),
        *origin.filters,
        (words["source"], origin.source),
        (words["data_through"], origin.data_through_text),
        (words["generated_by"], f"Reporter {origin.version}"),
    ]
    for label, value in facts:
        yield from _wrapped(words.say("label_and_value", label=label, value=value))


def _heading(block: Block) -> Iterator[str]:
    if block.title:
        yield from (block.title, "-" * min(_breadth(block.title), _WIDTH))


def _block(words: Words, block: Block) -> Iterator[str]:
    match block:
        case KpiBlock():
            yield from _cards(words, block)
        case TableBlock():
            yield from _table(words, block)
        case ChartBlock():
            yield from _wrapped(block.summary)
        case CalloutBlock():
            tone = words[f"tone_{block.tone}"]
            yield from _markdown(words.say("label_and_value", label=tone, value=block.markdown))
        case TextBlock():
            yield from _markdown(block.markdown)
        case NoticeBlock():
            yield from _wrapped(block.text)
        case _:
            pass
    for note in getattr(block, "notes", ()):
        yield from _wrapped(note)


def _cards(words: Words, block: KpiBlock) -> Iterator[str]:
    labels = max(_breadth(card.label) for card in block.cards)
    values = max(_breadth(card.value.text) for card in block.cards)
    for card in block.cards:
        line = f"{_padded(card.label, labels)}{_GAP}{_padded(card.value.text, values, right=True)}"
        rest = [part for part in (_change(words, card), _target(words, card)) if part]
        yield f"{line}{_GAP}{'; '.join(rest)}".rstrip()
        if card.sample is not None and card.sample.small:
            few = words.say("too_few", label=card.sample.label, number=card.sample.count.text)
            yield from _wrapped(few, "  ")
        if card.note is not None:
            yield from _wrapped(card.note, "  ")


def _shown_change(card: KpiCard) -> Cell:
    """The change in percent, or of a percentage in percent points."""
    if card.change is None:
        raise TypeError(f"the card {card.name} has no change")
    return card.change.absolute if card.change.relative.value is None else card.change.relative


def _change(words: Words, card: KpiCard) -> str:
    change = card.change
    if change is None or change.absolute.value is None:
        return ""
    shown = _shown_change(card)
    by = "" if shown is change.absolute else f" ({change.absolute.text})"
    return f"{shown.text}{by} {words['versus']} {change.previous.text}"


def _target(words: Words, card: KpiCard) -> str:
    target = card.target
    if target is None:
        return ""
    if target.met is None:
        return target.text
    return f"{target.text} {words['target_met' if target.met else 'target_missed']}"


def _table(words: Words, block: TableBlock) -> Iterator[str]:
    cut = cut_to(block, rows=_ROWS)
    heads = cut.block.heads
    rows = [[_short(cell.text) for cell in row.cells] for row in cut.block.rows]
    right = [head.role is not HeadRole.DIMENSION for head in heads]
    widths = [
        max(_breadth(text) for text in (*(row[i] for row in rows), *head.label.split(), ""))
        for i, head in enumerate(heads)
    ]
    left_out = cut.columns
    while len(widths) > 1 and sum(widths) + len(_GAP) * (len(widths) - 1) > _WIDTH:
        widths.pop()
        left_out += 1
    names = [
        wrap(head.label, max(width, 1), break_on_hyphens=False) or [""]
        for head, width in zip(heads, widths, strict=False)
    ]
    deep = max(map(len, names))
    above = [[*([""] * (deep - len(name))), *name] for name in names]
    for line in zip(*above, strict=True):
        yield _columns(line, widths, right)
    yield _GAP.join("-" * width for width in widths)
    for row in rows:
        yield _columns(row, widths, right)
    for key, count in (("rows_left_out", cut.rows), ("columns_left_out", left_out)):
        if count:
            yield from _wrapped(words.say(key, count=Count(count, str(count))))


def _columns(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = zip(texts, widths, right, strict=False)
    return _GAP.join(_padded(text, width, right=side) for text, width, side in cells).rstrip()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def _markdown(text: str) -> Iterator[str]:
    """Markdown is meant to be read as it is; its lines are only made short."""
    for paragraph in unwrapped(text.strip()):
        item = _ITEM.match(paragraph)
        hanging = " " * len(item[0]) if item else ""
        yield from _wrapped(paragraph, hanging=hanging) if paragraph.strip() else [""]


def _wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    return wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _breadth(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - _breadth(text))
    return f"{space}{text}" if right else f"{text}{space}"
