"""The file itself: objects become bytes.

In the place of pydyf's own writer, which packs all small objects into one stream, and does so
twice where the file has an identifier: with the two hundred thousand cells of a long table that
takes seconds, and whoever reads one of them must unpack all. Here a stream holds a few hundred.
"""

import zlib
from collections.abc import Sequence
from hashlib import md5
from typing import Any, BinaryIO, Final

_PACKED: Final = 200
"""Objects in one stream."""
_LEVEL: Final = 5
"""Of compression; the highest takes nine times as long and saves one part in twenty."""
_COMMENT: Final = b"%\xf0\x9f\x96\xa4"
"""Bytes above 127: the file is no text."""
_WHERE: Final = 5
"""Bytes of a place in the file: up to a terabyte."""
_ROW: Final = 1 + _WHERE + 2
"""Bytes of a row of the table of all objects."""


_HELD: Final = object()
"""Stands in a file's list of objects for one that is in a pack."""


class Packed:
    """A stream that is compressed as soon as it is known."""

    compressible: Final = False

    def __init__(self, content: bytes) -> None:
        self.number = 0
        self.data = stream(b"", content)

    @property
    def reference(self) -> bytes:
        """What it is referred to by."""
        return b"%d 0 R" % self.number


class Pack:
    """Small objects with numbers in a row, packed as soon as they are known.

    A file may have hundreds of thousands of them; so they never are objects here.

    Attributes:
        first: the number of the first one.
        count: how many there are.
    """

    def __init__(self, pdf: Any, contents: Sequence[bytes]) -> None:  # noqa: ANN401 - the library has no types
        """Put them into a file, after all that is in it."""
        self.number = 0
        self.first = len(pdf.objects)
        self.count = len(contents)
        pdf.objects += [_HELD] * self.count
        pdf.add_object(self)
        self.data = _packed(range(self.first, self.first + self.count), contents)


def stream(said: bytes, content: bytes) -> bytes:
    """A stream object: what is said of it, and its content, compressed."""
    packed = zlib.compress(content, _LEVEL)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (
        said,
        len(packed),
        packed,
    )


def _packed(numbers: Sequence[int], contents: Sequence[bytes]) -> bytes:
    index = []
    start = 0
    for number, content in zip(numbers, contents, strict=True):
        index.append(b"%d %d" % (number, start))
        start += len(content) + 1
    head = b" ".join(index) + b"\n"
    said = b"/Type/ObjStm/N %d/First %d" % (len(index), len(head))
    return stream(said, head + b"\n".join(contents))


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
    small = []
    for thing in pdf.objects[1:]:
        if isinstance(thing, Pack):
            file.write(thing.number, thing.data)
            file.hold_all(thing.first, thing.count, thing.number)
        elif thing is _HELD:
            continue
        elif thing.compressible:
            small.append(thing)
        else:
            file.write(thing.number, thing.data)
    number = len(pdf.objects)
    for at in range(0, len(small), _PACKED):
        some = small[at : at + _PACKED]
        numbers = [thing.number for thing in some]
        file.write(number, _packed(numbers, [thing.data for thing in some]))
        file.hold(numbers, number)
        number += 1
    file.close(
        number,
        pdf.catalog.reference,
        pdf.info.reference if pdf.info else None,
        is_named=bool(identifier),
    )


class _File:
    """A file that is being written."""

    def __init__(self, output: BinaryIO, version: bytes | str) -> None:
        self._output = output
        self._place = 0
        self._hash = md5(usedforsecurity=False)
        self._table = bytearray()
        self._note(0, 0, 0, 65535)
        said = version.encode() if isinstance(version, str) else version
        self._put(b"%%PDF-%b\n%b\n" % (said, _COMMENT))

    def _put(self, content: bytes) -> None:
        self._output.write(content)
        self._hash.update(content)
        self._place += len(content)

    def _note(self, number: int, kind: int, where: int, place: int) -> None:
        """Where an object is: 1 and its place in the file, or 2, the stream it is in, the place."""
        row = b"%c%b%b" % (kind, where.to_bytes(_WHERE, "big"), place.to_bytes(2, "big"))
        self._put_rows(number, row)

    def _put_rows(self, number: int, rows: bytes) -> None:
        """Rows of the table of all objects, from that number on."""
        start = number * _ROW
        if start > len(self._table):
            self._table.extend(bytes(start - len(self._table)))
        self._table[start : start + len(rows)] = rows

    def write(self, number: int, content: bytes) -> None:
        """An object."""
        self._note(number, 1, self._place, 0)
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    def hold(self, numbers: Sequence[int], pack: int) -> None:
        """Say that these objects are in that stream, in this order."""
        for place, number in enumerate(numbers):
            self._note(number, 2, pack, place)

    def hold_all(self, first: int, count: int, pack: int) -> None:
        """Say that so many objects, with numbers in a row, are in that stream."""
        where = b"\2" + pack.to_bytes(_WHERE, "big")
        rows = [b"%b%b" % (where, place.to_bytes(2, "big")) for place in range(count)]
        self._put_rows(first, b"".join(rows))

    def close(self, number: int, catalog: bytes, info: bytes | None, *, is_named: bool) -> None:
        """The table of all objects, in a stream of that number, and the end."""
        start = self._place
        self._note(number, 1, start, 0)
        said = b"/Type/XRef/Size %d/W[1 %d 2]/Root %b" % (number + 1, _WHERE, catalog)
        if info is not None:
            said += b"/Info %b" % info
        if is_named:
            name = self._hash.hexdigest().encode()
            said += b"/ID[<%b><%b>]" % (name, name)
        content = stream(said, bytes(self._table))
        self._put(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, content, start))
