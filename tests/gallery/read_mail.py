"""What a mail's body shows: sections under their titles, tables, cards, pictures with a text."""

from itertools import pairwise
from pathlib import Path

from lxml import html
from read_html import cell_text, text


class Mail:
    """The file of a mail's body."""

    def __init__(self, path: Path) -> None:
        self._elements = list(html.document_fromstring(path.read_text(encoding="utf-8")).iter())

    def titles(self) -> list[str]:
        """Of its sections, in order."""
        return [text(element) for element in self._elements if element.tag == "h2"]

    def section(self, title: str) -> list[html.HtmlElement]:
        """The elements below a title, up to the next one."""
        starts = [i for i, element in enumerate(self._elements) if element.tag == "h2"]
        for start, end in pairwise([*starts, len(self._elements)]):
            if text(self._elements[start]) == title:
                return self._elements[start + 1 : end]
        raise AssertionError(f"no section {title!r}")

    def rows(self, title: str) -> list[list[str]]:
        """The body cells of the table below a title."""
        return [
            [cell_text(cell) for cell in element.iterchildren("th", "td")]
            for element in self.section(title)
            if element.tag == "tr" and element.getparent().tag == "tbody" and _of_numbers(element)
        ]

    def cards(self) -> list[str]:
        """What each card says, wherever it stands."""
        return [text(element) for element in self._elements if element.get("class") == "card"]

    def pictured(self) -> list[str]:
        """The texts of its pictures."""
        return [e.get("alt") for e in self._elements if e.tag == "img" and e.get("alt")]

    def words(self) -> str:
        """All that is to be read."""
        return text(self._elements[0])


def _of_numbers(row: html.HtmlElement) -> bool:
    """Tables that only lay things out say so."""
    table = next(row.iterancestors("table"))
    return table.get("role") != "presentation"
