"""The file itself: objects become bytes.

In the place of pydyf's own writer, which packs all small objects into one stream, and does so
twice where the file has an identifier: with the two hundred thousand cells of a long table that
takes seconds, and whoever reads one of them must unpack all. Here a stream holds a few hundred.
"""

import zlib
from hashlib import md5
from typing import Any, BinaryIO, Final

_PACKED: Final = 200
"""Objects in one stream."""
_LEVEL: Final = 6
"""Of compression; the highest takes twice as long and saves a hundredth."""
_COMMENT: Final = b"%\xf0\x9f\x96\xa4"
"""Bytes above 127: the file is no text."""

_At = tuple[int, int, int]
"""Of an object in the table of all: 1, its place in the file, 0; or 2, the number of the stream
that it is packed into, and its place there."""


def write_file(
    pdf: Any,  # noqa: ANN401 - the library has no types
    output: BinaryIO,
    version: bytes | str | None,
    identifier: object,
    compress: object,
) -> None:
    """Write a file, as the library's own ``pydyf.PDF.write`` would.

    Args:
        pdf: what it holds.
        output: where it goes.
        version: of PDF; 1.5 or later.
        identifier: whether it has one. It is made from the content.
        compress: not asked for: small objects are always packed.
    """
    del compress
    if pdf.info:
        pdf.add_object(pdf.info)
    file = _File(output, version or "1.7")
    waiting = []
    for thing in pdf.objects[1:]:
        if not thing.compressible:
            file.write(thing.number, thing.data)
            continue
        waiting.append(thing)
        if len(waiting) == _PACKED:
            file.pack(len(pdf.objects) + file.packed, waiting)
            waiting = []
    if waiting:
        file.pack(len(pdf.objects) + file.packed, waiting)
    file.close(
        len(pdf.objects) + file.packed,
        pdf.catalog.reference,
        pdf.info.reference if pdf.info else None,
        is_named=bool(identifier),
    )


class _File:
    """A file that is being written.

    Attributes:
        packed: how many streams of small objects it has so far.
    """

    def __init__(self, output: BinaryIO, version: bytes | str) -> None:
        self._output = output
        self._place = 0
        self._hash = md5(usedforsecurity=False)
        self._table: dict[int, _At] = {}
        self.packed = 0
        said = version.encode() if isinstance(version, str) else version
        self._put(b"%%PDF-%b\n%b\n" % (said, _COMMENT))

    def _put(self, content: bytes) -> None:
        self._output.write(content)
        self._hash.update(content)
        self._place += len(content)

    def write(self, number: int, content: bytes) -> None:
        """An object by itself."""
        self._table[number] = (1, self._place, 0)
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    def pack(self, number: int, things: list[Any]) -> None:
        """Small objects, together in a stream of that number."""
        contents = [thing.data for thing in things]
        index = []
        start = 0
        for place, (thing, content) in enumerate(zip(things, contents, strict=True)):
            index.append(b"%d %d" % (thing.number, start))
            start += len(content) + 1
            self._table[thing.number] = (2, number, place)
        head = b" ".join(index) + b"\n"
        self._stream(
            number,
            head + b"\n".join(contents),
            b"/Type /ObjStm /N %d /First %d" % (len(things), len(head)),
        )
        self.packed += 1

    def _stream(self, number: int, content: bytes, said: bytes) -> None:
        packed = zlib.compress(content, _LEVEL)
        self.write(
            number,
            b"<<%b /Filter /FlateDecode /Length %d>>\nstream\n%b\nendstream"
            % (said, len(packed), packed),
        )

    def close(self, number: int, catalog: bytes, info: bytes | None, *, is_named: bool) -> None:
        """The table of all objects, in a stream of that number, and the end."""
        start = self._place
        width = (start.bit_length() + 7) // 8
        table = {0: (0, 0, 65535), **self._table, number: (1, start, 0)}
        rows = b"".join(
            b"%c%b%b" % (kind, where.to_bytes(width, "big"), place.to_bytes(2, "big"))
            for _, (kind, where, place) in sorted(table.items())
        )
        said = b"/Type /XRef /Size %d /W [1 %d 2] /Root %b" % (number + 1, width, catalog)
        if info is not None:
            said += b" /Info %b" % info
        if is_named:
            name = self._hash.hexdigest().encode()
            said += b" /ID [<%b> <%b>]" % (name, name)
        self._stream(number, rows, said)
        self._put(b"startxref\n%d\n%%%%EOF\n" % start)
