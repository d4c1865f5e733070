"""A document is filled into a template."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from reporter.diagnostics import nearest
from reporter.document.model import Document, TableBlock
from reporter.errors import RenderError
from reporter.output.excel.names import table_name
from reporter.output.excel.package import STRINGS_KIND, STRINGS_RELATION, Package
from reporter.output.excel.rows import SharedStrings
from reporter.output.excel.template.answers import Answers, is_ours
from reporter.output.excel.template.cells import Cells, cell_at, row_at, settle_formulas
from reporter.output.excel.template.parts import BOOK, CHART, MAIN, Parts, SheetPart
from reporter.output.excel.template.references import unquoted
from reporter.output.excel.template.source import template_file
from reporter.output.excel.template.tables import Native, fill_table
from reporter.output.tabular import as_table
from reporter.output.xml_text import xml_text

_log: Final = logging.getLogger(__name__)
_STRINGS: Final = "xl/sharedStrings.xml"
_CHAIN: Final = "xl/calcChain.xml"
_CORE: Final = "docProps/core.xml"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_CACHES: Final = (f"{CHART}numCache", f"{CHART}strCache", f"{CHART}multiLvlStrCache")


def filled(document: Document, project: Path, template: str) -> bytes:
    """The template with the document's values in its names and tables.

    Args:
        document: what is filled in.
        project: the project's folder.
        template: a file in its ``templates/``.

    Raises:
        RenderError: the template cannot be used, or asks for what the report does not have.
    """
    parts = Parts(template_file(project, template))
    for sheet in parts.sheets:
        settle_formulas(parts.tree(sheet.part))
    strings = SharedStrings(_texts_in(parts), most=None)
    cells = Cells(parts, strings)
    _fill_tables(parts, document, cells, template)
    _fill_names(parts, document, cells, template)
    _calculate_anew(parts)
    _set_properties(parts, document)
    _keep_texts(parts, strings)
    target = io.BytesIO()
    package = Package(target, document.provenance.stamp)
    for name, content in parts.items():
        package.write(name, (content,))
    package.close()
    return target.getvalue()


def _fill_tables(parts: Parts, document: Document, cells: Cells, template: str) -> None:
    blocks: dict[str, TableBlock] = {}
    for block in document.blocks:
        table = as_table(block, document.words)
        if table is not None:
            blocks.setdefault(table_name(block.name).casefold(), table)
    for sheet in parts.sheets:
        for part in sheet.tables:
            name = parts.tree(part).get("displayName")
            table = blocks.get(name.casefold())
            if table is None:
                near = nearest(name, (table_name(found.name) for found in blocks.values()))
                meant = f"; did you mean {near}?" if near else ""
                _log.warning("template %s: nothing fills the table %s%s", template, name, meant)
            else:
                fill_table(Native(parts, sheet, part, template), table, cells)


def _fill_names(parts: Parts, document: Document, cells: Cells, template: str) -> None:
    answers = Answers(document)
    for defined in parts.tree(BOOK).iter(f"{MAIN}definedName"):
        name = defined.get("name")
        if not is_ours(name):
            continue
        answer = answers.of(name, template)
        sheet, place = _cell_of(parts, name, defined.text or "", template)
        column, number = coordinate_from_string(place)
        row = row_at(parts.tree(sheet.part), number)
        cells.fill(cell_at(row, column_index_from_string(column)), answer, moment=False)


def _cell_of(parts: Parts, name: str, text: str, template: str) -> tuple[SheetPart, str]:
    """The cell that a name stands for; of an area, the first one."""
    prefix, _, area = text.rpartition("!")
    place = area.replace("$", "").partition(":")[0]
    sheets = {sheet.name.casefold(): sheet for sheet in parts.sheets}
    sheet = sheets.get(unquoted(prefix).casefold())
    if sheet is None or not _is_place(place):
        raise RenderError(
            f"the name {name!r} of the template {template!r} stands for no cell: {text}",
            hint="In Excel's Name Manager, let it refer to one cell of the workbook.",
        )
    return sheet, place


def _is_place(text: str) -> bool:
    return text.isalnum() and text[:1].isalpha() and text[-1:].isdigit()


def _calculate_anew(parts: Parts) -> None:
    """What formulas and charts came to before is forgotten: they have other data now."""
    parts.drop(_CHAIN)
    book = parts.tree(BOOK)
    calculation = book.find(f"{MAIN}calcPr")
    if calculation is None:
        calculation = etree.Element(f"{MAIN}calcPr")
        _insert_calculation(book, calculation)
    calculation.set("fullCalcOnLoad", "1")
    for name in parts.names("xl/charts/chart"):
        for cache in list(parts.tree(name).iter(*_CACHES)):
            cache.getparent().remove(cache)
    for name in parts.names("xl/pivotCache/pivotCacheDefinition"):
        parts.tree(name).set("refreshOnLoad", "1")


def _insert_calculation(book: etree._Element, calculation: etree._Element) -> None:
    """After the names and sheets, as the file format wants it."""
    before = [book.find(f"{MAIN}{name}") for name in ("definedNames", "externalReferences")]
    last = next((e for e in before if e is not None), book.find(f"{MAIN}sheets"))
    if last is not None:
        last.addnext(calculation)


def _set_properties(parts: Parts, document: Document) -> None:
    """The report's title and date, and where its numbers come from."""
    if _CORE not in parts:
        return
    said, core = document.provenance, parts.tree(_CORE)
    texts = {
        f"{_DC}title": document.title,
        f"{_DC}subject": said.period,
        f"{_DC}description": "\n".join(_origin(document)),
        f"{_TERMS}modified": said.stamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    for tag, text in texts.items():
        element = core.find(tag)
        if element is None and tag.startswith(_DC):
            element = etree.SubElement(core, tag)
        if element is not None:
            element.text = xml_text(text)


def _origin(document: Document) -> Iterator[str]:
    said, words = document.provenance, document.words
    pairs = (
        (words["interval"], said.interval_text),
        *said.filters,
        (words["source"], said.source),
        (words["data_through"], said.data_through_text),
        (words["report"], said.report),
        (words["spec_commit"], said.spec_commit or words["not_in_version_control"]),
        (words["generated_by"], f"Reporter {said.version}"),
    )
    for label, value in pairs:
        yield words.say("label_and_value", label=label, value=value)


def _texts_in(parts: Parts) -> int:
    return len(parts.tree(_STRINGS)) if _STRINGS in parts else 0


def _keep_texts(parts: Parts, strings: SharedStrings) -> None:
    """Put our texts behind those of the template."""
    if _STRINGS not in parts:
        parts.add(_STRINGS, f'<sst xmlns="{MAIN[1:-1]}"/>'.encode(), STRINGS_KIND, STRINGS_RELATION)
    shared = parts.tree(_STRINGS)
    for item in strings.items():
        shared.append(etree.fromstring(item.replace("<si>", f'<si xmlns="{MAIN[1:-1]}">', 1)))
    # The counts are optional, and would be wrong now.
    for attribute in ("count", "uniqueCount"):
        shared.attrib.pop(attribute, None)
