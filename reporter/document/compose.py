"""From an edition and its answers to the document."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from reporter.data.answer import Evidence, Narrowing, Narrowings, SectionAnswers
from reporter.data.restated import Restated
from reporter.document.charts.block import chart_block
from reporter.document.checks import failed_checks
from reporter.document.frame import Frame, frame_of
from reporter.document.kpis import kpi_block
from reporter.document.model import (
    Block,
    CalloutBlock,
    Document,
    NoticeBlock,
    PageBreakBlock,
    Provenance,
    TextBlock,
)
from reporter.document.notices import notices
from reporter.document.provenance import provenance
from reporter.document.reconciliation.block import reconciliation_block
from reporter.document.restated import restated_block, restated_notice
from reporter.document.tables.block import table_block
from reporter.document.text import TextWriter
from reporter.document.values import Tone
from reporter.spec.edition import Edition
from reporter.spec.sections import (
    CalloutSection,
    KpiSection,
    PageBreakSection,
    ReconciliationSection,
    Section,
    TableSection,
    TextSection,
)
from reporter.words import Words

_LONGEST_NAME: Final = 60
_NOTHING: Final = Evidence()


def compose(
    edition: Edition,
    answers: tuple[SectionAnswers | None, ...],
    *,
    words: Words,
    filters: Narrowings,
    spec_commit: str | None,
    version: str,
    stamp: datetime,
    restated: Sequence[Restated] = (),
    evidence: Evidence = _NOTHING,
) -> Document:
    """The document of an edition.

    Args:
        edition: the report, with everything settled.
        answers: one per section; None for a section that asks nothing.
        words: of the report's language.
        filters: what narrowed the records, for all and for each section.
        spec_commit: the commit of the spec's repository.
        version: Reporter's.
        stamp: the date inside the files.
        restated: earlier editions, and what has changed since.
        evidence: what the checks of the data look at.

    Raises:
        UserError: a text of the spec cannot be filled in, a chart has no axis, or the locale
            does not exist.
    """
    frame = frame_of(edition, words)
    spec = edition.spec
    title = TextWriter(frame=frame).plain(spec.title, "title")
    writer = TextWriter(frame=frame, title=title)
    blocks = _blocks(frame, writer, answers, filters.sections)
    origin = provenance(
        frame,
        answers,
        filters=filters.report,
        spec_commit=spec_commit,
        version=version,
        stamp=stamp,
    )
    mark = _mark(frame)
    if mark:
        # Whatever says of when a report is says also that it is not the last word.
        period = words.say("marked_period", period=origin.period, mark=mark)
        origin = msgspec.structs.replace(origin, period=period)
    failed = failed_checks(frame, evidence, filters.checks)
    return Document(
        title=title,
        subtitle=writer.plain(spec.description, "description"),
        language=edition.locale,
        words=words,
        direction="rtl" if frame.numbers.locale.text_direction == "rtl" else "ltr",
        currency=edition.currency,
        blocks=_with_restated(frame, blocks, restated),
        provenance=origin,
        revision=str(edition.revision),
        mark=mark,
        notices=tuple(
            dict.fromkeys(
                (
                    *_of_revision(frame, origin),
                    *(restated_notice(frame, one) for one in restated),
                    *(one.text for one in failed),
                    *notices(frame, [answer for answer in answers if answer is not None]),
                )
            )
        ),
        reservations=tuple(one.text for one in failed if one.holds),
    )


def _mark(frame: Frame) -> str:
    """What people read of the issue beside the title."""
    revision = frame.edition.revision
    match revision.kind:
        case "final":
            return ""
        case "provisional":
            return frame.words["provisional"]
        case "restatement":
            return frame.words.say("restatement", number=revision.number)


def _of_revision(frame: Frame, origin: Provenance) -> Iterator[str]:
    """That the report is not the last word."""
    if frame.edition.revision.kind == "provisional":
        source = frame.edition.source
        if origin.data_through is None:
            yield frame.words.say("provisional_without_data", source=source)
        else:
            until = origin.data_through_text
            yield frame.words.say("provisional_until", source=source, until=until)


def _with_restated(
    frame: Frame, blocks: tuple[Block, ...], restated: Sequence[Restated]
) -> tuple[Block, ...]:
    """What has changed stands at the end; in a restatement, which is about it, at the top."""
    taken = {block.name for block in blocks}
    top: list[Block] = []
    end: list[Block] = []
    for one in restated:
        block = restated_block(frame, one)
        if block is not None:
            name = _unique(slug(block.title) or block.name, taken)
            taken.add(name)
            first = one.replaced and frame.edition.revision.kind == "restatement"
            (top if first else end).append(msgspec.structs.replace(block, name=name))
    return (*top, *blocks, *end)


def _blocks(
    frame: Frame,
    writer: TextWriter,
    answers: Sequence[SectionAnswers | None],
    filters: Sequence[Narrowing],
) -> tuple[Block, ...]:
    parts = zip(frame.edition.spec.sections, answers, filters, strict=True)
    taken: set[str] = set()
    blocks: list[Block] = []
    for number, (section, answer, narrowing) in enumerate(parts):
        block = _block(frame, writer, section, answer, f"sections[{number}]")
        block = _narrowed(frame.words, block, narrowing)
        name = _unique(slug(block.title or "") or block.name, taken)
        taken.add(name)
        blocks.append(msgspec.structs.replace(block, name=name))
    return tuple(blocks)


def _block(  # noqa: PLR0911 - one kind of section each
    frame: Frame,
    writer: TextWriter,
    section: Section,
    answer: SectionAnswers | None,
    place: str,
) -> Block:
    if isinstance(section, PageBreakSection):
        return PageBreakBlock()
    title = None if section.title is None else writer.plain(section.title, f"{place}.title")
    if isinstance(section, TextSection):
        markdown = writer.markdown(section.markdown, answer, f"{place}.markdown")
        return TextBlock(name="text", title=title, markdown=markdown, width=section.width)
    if isinstance(section, CalloutSection):
        return CalloutBlock(
            name="callout",
            title=title,
            markdown=writer.markdown(section.markdown, answer, f"{place}.markdown"),
            tone=Tone(section.tone),
            width=section.width,
        )
    if answer is None:
        raise TypeError(f"{place} asks for metrics and has no answer")
    if isinstance(section, KpiSection):
        return kpi_block(frame, section, answer, title)
    if isinstance(section, TableSection):
        return table_block(frame, section, answer, title)
    if isinstance(section, ReconciliationSection):
        return reconciliation_block(frame, section, answer, title)
    return chart_block(frame, section, answer, title)


def _narrowed(words: Words, block: Block, narrowing: Narrowing) -> Block:
    """The block with a note that says which records alone it is about."""
    if not narrowing or isinstance(block, TextBlock | CalloutBlock | NoticeBlock | PageBreakBlock):
        return block
    filters = "; ".join(
        words.say("label_and_value", label=label, value=values) for label, values in narrowing
    )
    note = words.say("narrowed", filters=filters)
    return msgspec.structs.replace(block, notes=(*block.notes, note))


def slug(title: str) -> str:
    """A title as a name of files and anchors: ``by-country``; empty where it has no letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_NAME].strip("-")


def _unique(name: str, taken: Collection[str]) -> str:
    candidates = (name, *(f"{name}-{n}" for n in range(2, len(taken) + 2)))
    return next(candidate for candidate in candidates if candidate not in taken)
