"""The document for machines: every value unrounded, null where there is none."""

from collections.abc import Sequence
from typing import Any

import msgspec

from reporter.document.model import (
    Block,
    CalloutBlock,
    ChartBlock,
    Document,
    KpiBlock,
    KpiCard,
    NoticeBlock,
    PageBreakBlock,
    Provenance,
    Series,
    TableBlock,
    TextBlock,
)
from reporter.document.values import BlockRow, Cell, Head, RowKind
from reporter.output.base import Artifact, Branding
from reporter.output.tabular import column_name

Json = dict[str, Any]
"""A JSON object on its way out; nothing reads it back."""


class JsonRenderer:
    """One JSON object: the report's head, its blocks in order, where the numbers come from."""

    def render(
        self,
        document: Document,
        stem: str,
        branding: Branding,  # noqa: ARG002 - the renderers' common signature; JSON has no looks
    ) -> tuple[Artifact, ...]:
        """One file."""
        content = msgspec.json.format(msgspec.json.encode(_document(document)), indent=2)
        return (Artifact(f"{stem}.json", "application/json", content + b"\n"),)


def _document(document: Document) -> Json:
    return {
        "title": document.title,
        # As long as there is one issue only, nothing is said of it.
        **({"revision": document.revision} if document.mark else {}),
        "subtitle": document.subtitle,
        "language": document.language,
        "notices": document.notices,
        "held": document.held,
        "blocks": [_block(block) for block in document.blocks],
        "provenance": _provenance(document.provenance),
    }


def _block(block: Block) -> Json:  # noqa: PLR0911 - one kind of block each
    match block:
        case KpiBlock():
            return {
                "type": "kpis",
                "name": block.name,
                "title": block.title,
                "cards": [_card(card) for card in block.cards],
            }
        case TableBlock():
            return {
                "type": "table",
                "name": block.name,
                "title": block.title,
                "columns": [_head(head) for head in block.heads],
                "rows": [_row(row) for row in block.rows],
                "notes": block.notes,
            }
        case ChartBlock():
            return _chart(block)
        case TextBlock():
            return {
                "type": "text",
                "name": block.name,
                "title": block.title,
                "markdown": block.markdown,
            }
        case CalloutBlock():
            return {
                "type": "callout",
                "name": block.name,
                "title": block.title,
                "tone": block.tone,
                "markdown": block.markdown,
            }
        case PageBreakBlock():
            return {"type": "pageBreak", "name": block.name, "title": None}
        case NoticeBlock():
            return {"type": "notice", "name": block.name, "title": block.title, "text": block.text}


def _chart(block: ChartBlock) -> Json:
    found: Json = {
        "type": "chart",
        "name": block.name,
        "title": block.title,
        "chart": block.kind,
        "metric": block.metric or None,
        "format": block.format,
        "axis": _head(block.axis),
        "steps": _values(block.steps),
        "series": [_series(block, series) for series in block.series],
        "partial": block.partial,
        "summary": block.summary,
        "notes": block.notes,
    }
    if block.down is not None:
        found["down"] = _head(block.down)
    if block.wholes or block.together is not None:
        found["wholes"] = _values(block.wholes)
    if block.marks:
        found["annotations"] = [
            {"place": mark.place, "label": mark.label, "date": mark.date} for mark in block.marks
        ]
    return found


def _series(block: ChartBlock, series: Series) -> Json:
    found: Json = {
        "name": series.name,
        "label": series.label,
        "comparison": series.previous,
        "values": _values(series.cells),
    }
    if block.share is not None:
        found["shares"] = _values(series.shares)
    if block.passed is not None:
        found["sharesOfStageBefore"] = _values(series.passed)
    return found


def _card(card: KpiCard) -> Json:
    return {
        "name": card.name,
        "label": card.label,
        "value": card.value.value,
        "format": card.value.format,
        "change": None
        if card.change is None
        else {
            "previous": card.change.previous.value,
            "absolute": card.change.absolute.value,
            "relative": card.change.relative.value,
            "tone": card.change.tone,
        },
        "target": None
        if card.target is None
        else {card.target.bound: card.target.value, "met": card.target.met},
        "course": _values(card.course),
        "courseSteps": _values(card.course_steps),
        "sample": None
        if card.sample is None
        else {"label": card.sample.label, "count": card.sample.count.value},
        "note": card.note,
    }


def _head(head: Head) -> Json:
    """A column; of a pivot also its unique name, and the value that it is of (the total: none)."""
    found = {
        "name": head.name,
        "label": head.label,
        "role": head.role,
        "type": head.kind,
        "format": head.format,
    }
    if head.across is not None:
        found |= {"column": column_name(head), "across": head.across or None}
    return found


def _row(row: BlockRow) -> Json:
    """A row; its level, the signs of its cells and which of them are over few, where it has any."""
    found: Json = {"kind": row.kind, "values": _values(row.cells)}
    if row.kind is RowKind.SUBTOTAL:
        found["level"] = row.level
    if any(cell.mark for cell in row.cells):
        found["marks"] = [cell.mark for cell in row.cells]
    if any(cell.faint for cell in row.cells):
        found["few"] = [place for place, cell in enumerate(row.cells) if cell.faint]
    return found


def _values(cells: Sequence[Cell]) -> list[Any]:
    return [cell.value for cell in cells]


def _provenance(provenance: Provenance) -> Json:
    return {
        "report": provenance.report,
        "period": provenance.period,
        "since": provenance.interval.since,
        "until": provenance.interval.until,
        "timezone": provenance.timezone,
        "comparison": None
        if provenance.comparison_interval is None
        else {
            "period": provenance.comparison,
            "since": provenance.comparison_interval.since,
            "until": provenance.comparison_interval.until,
        },
        "filters": [{"label": label, "values": values} for label, values in provenance.filters],
        "source": provenance.source,
        "dataThrough": provenance.data_through,
        "specCommit": provenance.spec_commit,
        "version": provenance.version,
        "rejected": provenance.rejected,
        "rejectedExamples": [
            {"place": place, "reason": reason} for place, reason in provenance.rejected_examples
        ],
        "definitions": provenance.definitions,
    }
