"""Marked content: the pieces of a page that a structure tree is made of.

The engine marks every line of text and every picture that it draws, and then hangs them into a
tree of its own, page by page: there a table over two pages is two tables, its repeated head is a
second head, the words in a margin are texts that belong to nothing, and no head says of what. So
our pages take the marks out of its hands, and `structure.py` makes the tree.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal

import pydyf
from weasyprint import Page
from weasyprint.formatting_structure.boxes import Box

_PIXEL: Final = 0.75
"""Points in a pixel of CSS."""

ArtifactKind = Literal["Pagination", "Layout"]
"""Repeated because pages are; or mere looks."""


class Mark(pydyf.Object):  # type: ignore[misc]  # the library has no types
    """The opening of one piece of marked content, as it stands in the stream of its page.

    Attributes:
        page: the place of the page, from 0.
        form: the drawing that it stands in, where the page shows it as a whole; else None.
        number: of the mark on its page or in its drawing; None until the tree is written.
    """

    def __init__(self, page: int, form: Any = None) -> None:  # noqa: ANN401 - has no types
        super().__init__()
        self.page = page
        self.form = form
        self.number: int | None = None
        self._artifact: ArtifactKind | None = None

    def discard(self, kind: ArtifactKind) -> None:
        """Say that the piece is no part of what the document says."""
        self._artifact = kind

    @property
    def data(self) -> bytes:
        """The operands of the operator that follows it; what is in no tree is an artifact."""
        if self._artifact is None and self.number is not None:
            return f"/Span <</MCID {self.number}>>".encode()
        return f"/Artifact <</Type /{self._artifact or 'Layout'}>>".encode()


class MarkedPage(Page):  # type: ignore[misc]  # the library has no types
    """A page of the engine that keeps its marks for us.

    Attributes:
        place: of the page in the document, from 0.
        box: what was laid out on it.
        stream: what was painted.
        marks: of every line and picture.
    """

    def __init__(self, page: Page, place: int) -> None:
        super().__init__(page._page_box)  # noqa: SLF001 - the one way to a laid out page
        self.place = place
        self.box: Box = page._page_box  # noqa: SLF001 - likewise
        self.stream: Any = None
        self.marks: dict[Box, Mark] = {}

    def paint(self, stream: Any, scale: float = 1) -> None:  # noqa: ANN401 - the library's own hook
        """Paint, and leave nothing behind for the engine to tag."""
        super().paint(stream, scale)
        self.stream = stream
        self.marks = dict(self._taken(stream))
        self._page_box = self.box.copy_with_children([])

    def frame(self, box: Box) -> tuple[float, float, float, float]:
        """Where the content of a box lies: left, bottom, right, top in points, on the page."""
        left, top = box.content_box_x(), box.content_box_y()
        return (
            _PIXEL * max(left, 0),
            _PIXEL * (self.height - min(top + box.height, self.height)),
            _PIXEL * min(left + box.width, self.width),
            _PIXEL * (self.height - max(top, 0)),
        )

    def _taken(self, stream: Any) -> Iterator[tuple[Box, Mark]]:  # noqa: ANN401 - has no types
        """Ours in the place of the engine's marks, in its stream and the drawings of that."""
        left = {tag["mcid"]: box for box, tag in stream._tags.items()}  # noqa: SLF001 - its own notes
        stream._tags.clear()  # noqa: SLF001 - likewise
        for holder in _holders(stream):
            written = holder.stream
            for place, item in enumerate(written):
                if isinstance(item, pydyf.Dictionary) and item.get("MCID") in left:
                    mark = Mark(self.place, None if holder is stream else holder)
                    written[place - 1 : place + 1] = [mark, b""]
                    yield left.pop(item["MCID"]), mark
            if not left:
                return


def _holders(stream: Any) -> Iterator[Any]:  # noqa: ANN401 - the library has no types
    """A stream and the drawings that it may show: what is not opaque is drawn apart."""
    yield stream
    for drawing in tuple(stream._resources["XObject"].values()):  # noqa: SLF001 - no other way
        if isinstance(drawing, type(stream)):
            yield from _holders(drawing)
