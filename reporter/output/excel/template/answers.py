"""What a template's names stand for: ``report_title``, ``kpi_ANSWER_RATE``, ``text_summary``."""

import re
from typing import Final

import msgspec

from reporter.data.table import Value
from reporter.diagnostics import nearest
from reporter.document.model import CalloutBlock, Document, KpiBlock, KpiCard, TextBlock
from reporter.document.values import Cell
from reporter.errors import RenderError
from reporter.output.excel.conditional import MET, MISSED
from reporter.output.excel.formats import stored
from reporter.output.excel.names import table_name
from reporter.output.excel.text import plain_lines

_OURS: Final = re.compile(r"(?:report|kpi|text)_\w+", re.IGNORECASE)


class Answer(msgspec.Struct, frozen=True):
    """What a name stands for.

    Attributes:
        value: as a sheet holds it; None leaves the cell empty.
        text: what is shown where the cell's own format cannot show a date.
    """

    value: Value
    text: str


def is_ours(name: str) -> bool:
    """Whether a name is one that we give a value."""
    return _OURS.fullmatch(name) is not None


class Answers:
    """Everything that a template can name, found without case as Excel does."""

    def __init__(self, document: Document) -> None:
        self._known = {**_report(document), **_cards(document), **_texts(document)}
        self._folded = {name.casefold(): answer for name, answer in self._known.items()}

    def of(self, name: str, template: str) -> Answer:
        """What a name stands for.

        Raises:
            RenderError: nothing in the report is called so.
        """
        found = self._folded.get(name.casefold())
        if found is not None:
            return found
        near = nearest(name, self._known)
        raise RenderError(
            f"the name {name!r} of the template {template!r} stands for nothing in the report",
            hint=f"did you mean {near!r}?" if near else f"there are {', '.join(self._known)}",
        )


def text_answer(text: str | None) -> Answer:
    """A text, which stays text."""
    return Answer(text or None, text or "")


def cell_answer(cell: Cell) -> Answer:
    """A cell's value as a sheet holds it; a text or a missing value as it is shown."""
    if cell.value is None or isinstance(cell.value, str):
        return text_answer(cell.text)
    return Answer(stored(cell.value, cell.format), cell.text)


def _report(document: Document) -> dict[str, Answer]:
    said = document.provenance
    texts = {
        "title": document.title,
        "subtitle": document.subtitle,
        "name": said.report,
        "period": said.period,
        "interval": said.interval_text,
        "comparison": said.comparison,
        "timezone": said.timezone,
        "filters": "\n".join(f"{label}: {value}" for label, value in said.filters),
        "notices": "\n".join(document.notices),
        "source": said.source,
        "data_through": said.data_through_text,
        "spec_commit": said.spec_commit,
        "version": said.version,
    }
    return {f"report_{name}": text_answer(text) for name, text in texts.items()}


def _cards(document: Document) -> dict[str, Answer]:
    """Of a metric that stands on several cards, the first one counts."""
    found: dict[str, Answer] = {}
    for block in document.blocks:
        if isinstance(block, KpiBlock):
            for card in block.cards:
                for part, answer in _card(document, card).items():
                    found.setdefault(f"kpi_{card.name}{part}", answer)
    return found


def _card(document: Document, card: KpiCard) -> dict[str, Answer]:
    found = {"": cell_answer(card.value), "_label": text_answer(card.label)}
    change, target = card.change, card.target
    found["_previous"] = cell_answer(change.previous) if change else text_answer(None)
    found["_difference"] = cell_answer(change.absolute) if change else text_answer(None)
    found["_change"] = cell_answer(change.relative) if change else text_answer(None)
    found["_target"] = found["_met"] = text_answer(None)
    if target is not None:
        found["_target"] = Answer(stored(target.value, card.value.format), target.text)
        if target.met is not None:
            sign, word = (MET, "target_met") if target.met else (MISSED, "target_missed")
            found["_met"] = text_answer(f"{sign} {document.words.say(word)}")
    found["_sample"] = cell_answer(card.sample.count) if card.sample else text_answer(None)
    return found


def _texts(document: Document) -> dict[str, Answer]:
    return {
        f"text_{table_name(block.name)}": text_answer("\n".join(plain_lines(block.markdown)))
        for block in document.blocks
        if isinstance(block, TextBlock | CalloutBlock)
    }
