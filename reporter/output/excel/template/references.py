"""References to cells, and what becomes of them when a table grows or shrinks."""

import re
from typing import Final

import msgspec
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.utils import range_boundaries

_AREA: Final = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?")
_ROWS: Final = re.compile(r"(\$?)(\d+):(\$?)(\d+)")


class Growth(msgspec.Struct, frozen=True):
    """Rows put in, or taken out, at the end of a table's body.

    Attributes:
        sheet: its name.
        last: the last row of the body, before.
        by: how many rows are put in; fewer than 0 are taken out.
    """

    sheet: str
    last: int
    by: int

    def begin(self, row: int) -> int:
        """Where a cell, or the beginning of an area, goes."""
        if row > self.last:
            return row + self.by
        return min(row, self.last + min(self.by, 0))

    def end(self, row: int) -> int:
        """Where the end of an area goes: one that reaches the end of the body grows with it."""
        return row + self.by if row >= self.last else self.begin(row)

    def area(self, text: str) -> str:
        """An area of the sheet, without its name; what is no area stays as it is."""
        found = _AREA.fullmatch(text)
        if found:
            first = f"{found[1]}{found[2]}{found[3]}{self.begin(int(found[4]))}"
            if found[8] is None:
                return first
            return f"{first}:{found[5]}{found[6]}{found[7]}{self.end(int(found[8]))}"
        rows = _ROWS.fullmatch(text)
        if rows is None:
            return text
        return f"{rows[1]}{self.begin(int(rows[2]))}:{rows[3]}{self.end(int(rows[4]))}"

    def areas(self, text: str) -> str:
        """Several areas with spaces between them."""
        return " ".join(map(self.area, text.split()))

    def formula(self, text: str, sheet: str) -> str:
        """A formula, without its equals sign, that stands on a sheet of that name."""
        found = []
        for token in Tokenizer(f"={text}").items:
            refers = token.type == Token.OPERAND and token.subtype == Token.RANGE
            found.append(self.reference(token.value, sheet) if refers else token.value)
        return "".join(found)

    def reference(self, text: str, sheet: str) -> str:
        """One reference that stands on a sheet of that name."""
        prefix, mark, area = text.rpartition("!")
        if mark:
            sheet = unquoted(prefix)
        if sheet.casefold() != self.sheet.casefold():
            return text
        return f"{prefix}{mark}{self.area(area)}"


def unquoted(name: str) -> str:
    """A sheet's name as it stands on the tab."""
    if name.startswith("'") and name.endswith("'"):
        return name[1:-1].replace("''", "'")
    return name


def boundaries(area: str) -> tuple[int, int, int, int]:
    """The first column and row of an area, and the last ones.

    Raises:
        ValueError: it has no corners.
    """
    left, top, right, bottom = range_boundaries(area)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(f"{area} has no corners")
    return left, top, right, bottom
