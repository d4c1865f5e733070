"""One pass over a saved workbook: rows go in, and every date becomes the report's own.

openpyxl makes everything but the rows. It also stamps the time of the run into the properties
and into every entry of the zip file; here both become the report's date, so that the bytes
depend on the content alone.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Final

from openpyxl import Workbook
from openpyxl.styles.stylesheet import write_stylesheet
from openpyxl.xml.functions import tostring

from reporter.output.excel.extensions import extended
from reporter.output.excel.rows import SharedStrings
from reporter.output.excel.sheet import Sheet

_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2107, 12, 31, tzinfo=UTC)
"""The zip format knows no earlier date, and no later one."""

_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_NO_ROWS: Final = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_DIMENSION: Final = re.compile(rb'<dimension ref="[^"]*"\s*/>')
_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedStrings.xml"
_STRINGS_HEAD: Final = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)
STRINGS_KIND: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
)
STRINGS_RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
)
_STRINGS_TYPE: Final = (
    f'<Override PartName="/{_STRINGS}" ContentType="{STRINGS_KIND}"/></Types>'.encode()
)
_STRINGS_ENTRY: Final = (
    f'<Relationship Id="rIdStrings" Target="sharedStrings.xml" Type="{STRINGS_RELATION}"/>'
    "</Relationships>"
).encode()
_CHUNK: Final = 1 << 16
_MANY_CELLS: Final = 10_000_000
"""A cell seldom takes more than 200 bytes."""
_COMPRESSION: Final = 4
"""Of zlib: half the time of the usual 6, and a file a few percent larger."""


class Package:
    """A zip file whose entries all carry one date."""

    def __init__(self, target: IO[bytes], stamp: datetime) -> None:
        moment = min(max(stamp.astimezone(UTC), _EARLIEST), _LATEST)
        self._date = moment.timetuple()[:6]
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION)

    def write(self, name: str, parts: Iterable[bytes], *, large: bool = False) -> None:
        """Write an entry, part by part; more than 2 GiB only where it says so before."""
        entry = zipfile.ZipInfo(name, date_time=self._date)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry._compresslevel = _COMPRESSION  # type: ignore[attr-defined]  # noqa: SLF001
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=large) as file:
            for part in chunked(parts):
                file.write(part)

    def close(self) -> None:
        """Finish the file."""
        self._zip.close()


def packed(book: Workbook, sheets: Sequence[Sheet], stamp: datetime) -> bytes:
    """The workbook as a file.

    Args:
        book: openpyxl's, without cells.
        sheets: its sheets, in order.
        stamp: the date of everything in it.
    """
    saved = io.BytesIO()
    book.save(saved)
    strings = SharedStrings()
    parts = {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, 1)}
    target = io.BytesIO()
    with zipfile.ZipFile(saved) as source:
        package = Package(target, stamp)
        for name in source.namelist():
            if name in parts:
                sheet = parts[name]
                content = _sheet(source.read(name), sheet, strings)
                package.write(name, content, large=sheet.streamed_cells() > _MANY_CELLS)
            elif name != _STYLES:
                package.write(name, (_declared(name, pinned(name, source.read(name), stamp)),))
        # Texts and styles are known when every sheet is written.
        package.write(_STYLES, (tostring(write_stylesheet(book)),))
        package.write(_STRINGS, _shared(strings))
        package.close()
    return target.getvalue()


def _declared(name: str, content: bytes) -> bytes:
    """A part that lists others, with the shared texts among them: openpyxl shares none."""
    match name:
        case "[Content_Types].xml":
            return content.replace(b"</Types>", _STRINGS_TYPE)
        case "xl/_rels/workbook.xml.rels":
            return content.replace(b"</Relationships>", _STRINGS_ENTRY)
        case _:
            return content


def pinned(name: str, content: bytes, stamp: datetime) -> bytes:
    """A part with the report's date in the place of the run's."""
    if name != "docProps/core.xml":
        return content
    text = stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return _MODIFIED.sub(rb"\g<1>" + text + rb"\g<2>", content)


def chunked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth compressing."""
    held, size = [], 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _sheet(made: bytes, sheet: Sheet, strings: SharedStrings) -> Iterator[bytes]:
    made = _DIMENSION.sub(f'<dimension ref="{sheet.dimension()}"/>'.encode(), made, count=1)
    before, after = _NO_ROWS.split(made, maxsplit=1)
    yield before + b"<sheetData>"
    for row in sheet.rows(strings):
        yield row.encode()
    yield b"</sheetData>" + extended(after.decode(), sheet).encode()


def _shared(strings: SharedStrings) -> Iterator[bytes]:
    yield _STRINGS_HEAD.encode()
    for item in strings.items():
        yield item.encode()
    yield b"</sst>"
