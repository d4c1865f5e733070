"""Names of sheets, native tables and their columns, as Excel allows them."""

import re
from collections.abc import Iterable
from typing import Final

from reporter.output.xml_text import xml_text

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NO_NAME_SIGN: Final = re.compile(r"[^\w.]")
_LIKE_A_CELL: Final = re.compile(r"[a-z]{1,3}\d+|r\d*c?\d*|c\d*", re.IGNORECASE)
_LONGEST_SHEET: Final = 31
_LONGEST_TABLE: Final = 255
_LONGEST_HEAD: Final = 255
_RESERVED: Final = "history"


class Names:
    """The names of one workbook. Excel compares them without case."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Start with the names of sheets that exist."""
        self._sheets = {name.casefold() for name in taken} | {_RESERVED}
        self._tables: set[str] = set()

    def sheet(self, title: str) -> str:
        """A new sheet's name: 31 characters at most, and not ``History``."""
        plain = _FORBIDDEN.sub(" ", xml_text(title)).strip(" '")
        base = plain[:_LONGEST_SHEET].rstrip(" '") or "Sheet"
        return _unique(base, self._sheets, _LONGEST_SHEET, " ({})")

    def reserve(self, name: str) -> None:
        """Keep a sheet's name free for later."""
        self._sheets.add(name.casefold())

    def release(self, name: str) -> None:
        """Give a kept name back."""
        self._sheets.discard(name.casefold())

    def table(self, name: str) -> str:
        """A new native table's name, which formulas can say: ``by-country`` is ``by_country``."""
        base = table_name(name)[: _LONGEST_TABLE - 8]
        return _unique(base, self._tables, _LONGEST_TABLE, "_{}")


def table_name(name: str) -> str:
    """A block's name as a native table bears it."""
    plain = _NO_NAME_SIGN.sub("_", name) or "table"
    if not (plain[0].isalpha() or plain[0] == "_") or _LIKE_A_CELL.fullmatch(plain):
        return f"table_{plain}"
    return plain


def unique_heads(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels as a native table takes them: each once, on one line, not too long."""
    used: set[str] = set()
    return tuple(
        _unique(
            " ".join(xml_text(label).split())[:_LONGEST_HEAD] or "Column",
            used,
            _LONGEST_HEAD,
            " ({})",
        )
        for label in labels
    )


def _unique(base: str, used: set[str], longest: int, suffix: str) -> str:
    name, number = base, 1
    while name.casefold() in used:
        number += 1
        end = suffix.format(number)
        name = base[: longest - len(end)] + end
    used.add(name.casefold())
    return name
