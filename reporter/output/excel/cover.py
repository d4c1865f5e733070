"""The first and the last sheet: what the report is, and where its numbers come from."""

from collections.abc import Sequence
from typing import Final

from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reporter.document.model import Document, NoticeBlock, TextBlock
from reporter.output.excel import styles

_LABEL_WIDTH: Final = 44
_TEXT_WIDTH: Final = 84
_SLACK: Final = 4
"""Columns are measured in digits; letters need a little more."""


def fill_cover(
    sheet: Worksheet, document: Document, contents: Sequence[tuple[str, str]], accent: str
) -> None:
    """Title, period, notices, the report's texts, and links to the sheets.

    Args:
        sheet: the empty first sheet.
        document: the report.
        contents: title and sheet name of every other sheet.
        accent: ``#rrggbb``.
    """
    _prepare(sheet)
    for column in range(1, 4):
        styles.cell_at(sheet, 1, column).fill = styles.fill(accent)
    sheet.row_dimensions[1].height = 8
    row = _lines(sheet, 3, ((document.title, styles.TITLE), (document.subtitle, styles.SUBTITLE)))
    sheet.row_dimensions[3].height = 32
    row = _pairs(sheet, row + 1, _facts(document))
    row = _lines(sheet, row + 1, tuple((notice, styles.BODY) for notice in document.notices))
    for block in document.blocks:
        if isinstance(block, TextBlock):
            row = _paragraph(sheet, row + 1, block.title, _plain(block.markdown))
        elif isinstance(block, NoticeBlock):
            row = _paragraph(sheet, row + 1, block.title, block.text)
    row = _lines(sheet, row + 1, ((document.words["contents"], styles.HEADING),))
    for title, name in contents:
        cell = styles.cell_at(sheet, row, 1)
        styles.write_text(cell, title)
        quoted = name.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
        cell.font = styles.LINK
        row += 1


def fill_lineage(sheet: Worksheet, document: Document) -> None:
    """Source, interval, filters, spec, rejected records, and the meaning of every metric."""
    _prepare(sheet)
    provenance, words = document.provenance, document.words
    row = _lines(sheet, 1, ((words["about"], styles.HEADING),))
    row = _pairs(sheet, row + 1, (*_facts(document), *_origin(document)))
    if provenance.definitions:
        row = _lines(sheet, row + 1, ((words["definitions"], styles.HEADING),))
        for definition in provenance.definitions:
            meaning = definition.description
            if definition.formula:
                meaning = f"{meaning} ({definition.formula})" if meaning else definition.formula
            row = _pairs(sheet, row, ((f"{definition.label} · {definition.name}", meaning),))
    if provenance.rejected_examples:
        row = _lines(sheet, row + 1, ((words["rejected_examples"], styles.HEADING),))
        _pairs(sheet, row, provenance.rejected_examples)


def _prepare(sheet: Worksheet) -> None:
    sheet.sheet_view.showGridLines = False
    for letter, width in (("A", _LABEL_WIDTH), ("B", _TEXT_WIDTH), ("C", 14)):
        sheet.column_dimensions[letter].width = width
    styles.set_up_print(sheet)


def _facts(document: Document) -> tuple[tuple[str, str], ...]:
    provenance, words = document.provenance, document.words
    facts = [
        (words["period"], provenance.period),
        (words["interval"], provenance.interval_text),
    ]
    if provenance.comparison is not None:
        facts.append((words["comparison"], provenance.comparison))
    facts.extend(provenance.filters)
    facts.append((words["data_through"], provenance.data_through_text))
    return tuple(facts)


def _origin(document: Document) -> tuple[tuple[str, str], ...]:
    provenance, words = document.provenance, document.words
    return (
        (words["source"], provenance.source),
        (words["report"], provenance.report),
        (words["spec_commit"], provenance.spec_commit or words["not_in_version_control"]),
        (words["rejected"], f"{provenance.rejected}"),
        (words["generated_by"], f"Reporter {provenance.version}"),
    )


def _lines(sheet: Worksheet, row: int, lines: Sequence[tuple[str, Font]]) -> int:
    for text, font in lines:
        if text:
            cell = styles.cell_at(sheet, row, 1)
            styles.write_text(cell, text)
            cell.font = font
            row += 1
    return row


def _pairs(sheet: Worksheet, row: int, pairs: Sequence[tuple[str, str]]) -> int:
    for label, value in pairs:
        left, right = styles.cell_at(sheet, row, 1), styles.cell_at(sheet, row, 2)
        styles.write_text(left, label)
        styles.write_text(right, value)
        left.font, right.font = styles.LABEL, styles.BODY
        left.alignment = right.alignment = styles.WRAPPED
        # Not every program makes a row as high as its wrapped text.
        lines = max(
            styles.lines_of(label, _LABEL_WIDTH - _SLACK),
            styles.lines_of(value, _TEXT_WIDTH - _SLACK),
        )
        sheet.row_dimensions[row].height = styles.LINE_HEIGHT * lines + 1
        row += 1
    return row


def _paragraph(sheet: Worksheet, row: int, title: str | None, text: str) -> int:
    if title:
        row = _lines(sheet, row, ((title, styles.HEADING),))
    cell = styles.cell_at(sheet, row, 1)
    styles.write_text(cell, text)
    cell.font = styles.BODY
    cell.alignment = styles.WRAPPED
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
    # A merged cell does not grow by itself: give it the lines that its text will need.
    lines = styles.lines_of(text, _LABEL_WIDTH + _TEXT_WIDTH - _SLACK)
    sheet.row_dimensions[row].height = styles.LINE_HEIGHT * lines + 1
    return row + 1


def _plain(markdown: str) -> str:
    """The words of a Markdown text, one block per line."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only reports with texts need it

    lines = []
    for token in MarkdownIt("commonmark", {"html": False}).parse(markdown):
        if token.type == "inline":
            parts = (
                child.content if child.type in {"text", "code_inline"} else " "
                for child in token.children or ()
                if child.type in {"text", "code_inline", "softbreak", "hardbreak"}
            )
            lines.append("".join(parts))
    return "\n".join(lines)
