"""Names of sheets and native tables, as Excel allows them."""

import re
from collections.abc import Iterable
from typing import Final

from reporter.output.xml_text import xml_text

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST: Final = 31
_LONGEST_HEAD: Final = 255
_RESERVED: Final = "history"


def sheet_names(titles: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """One allowed sheet name per title, unique among themselves and those taken.

    Excel compares names without case, allows 31 characters and keeps ``History`` for itself.
    """
    used = {name.casefold() for name in taken} | {_RESERVED}
    names = []
    for title in titles:
        plain = _FORBIDDEN.sub(" ", xml_text(title)).strip(" '")
        base = plain[:_LONGEST].rstrip(" '") or "Sheet"
        name, number = base, 1
        while name.casefold() in used:
            number += 1
            suffix = f" ({number})"
            name = base[: _LONGEST - len(suffix)] + suffix
        used.add(name.casefold())
        names.append(name)
    return tuple(names)


def unique_heads(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels as a native table takes them: each once, on one line, not too long."""
    used: set[str] = set()
    heads = []
    for label in labels:
        base = " ".join(xml_text(label).split())[:_LONGEST_HEAD] or "Column"
        name, number = base, 1
        while name.casefold() in used:
            number += 1
            suffix = f" ({number})"
            name = base[: _LONGEST_HEAD - len(suffix)] + suffix
        used.add(name.casefold())
        heads.append(name)
    return tuple(heads)
