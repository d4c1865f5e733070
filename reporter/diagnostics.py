"""Mistakes as values: what is wrong, where, what was expected, what was found, what to do."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from reporter.errors import UserError

Path = tuple[str | int, ...]
"""A place inside a YAML file: keys and list indexes from the root."""


class Severity(StrEnum):
    """How bad a diagnostic is."""

    ERROR = "error"
    WARNING = "warning"


class Location(msgspec.Struct, frozen=True):
    """Where in which file.

    Attributes:
        file: the path as the user gave it.
        line: counted from 1; None where there is no line (a missing file, an argument).
        column: counted from 1.
        path: the place inside the YAML.
    """

    file: str
    line: int | None = None
    column: int | None = None
    path: Path = ()

    def dotted(self) -> str:
        """The path as people write it: ``sections[2].query.metrics[0]``."""
        text = ""
        for part in self.path:
            if isinstance(part, int):
                text += f"[{part}]"
            else:
                text += f".{part}" if text else part
        return text


class Diagnostic(msgspec.Struct, frozen=True):
    """One mistake.

    Attributes:
        code: a stable kebab-case name of the rule (``unknown-metric``).
        message: one sentence.
        location: where.
        severity: an error stops the run, a warning does not.
        expected: what would be right there.
        found: what stands there.
        hint: what to do; the nearest valid name, if one is near.
    """

    code: str
    message: str
    location: Location
    severity: Severity = Severity.ERROR
    expected: str | None = None
    found: str | None = None
    hint: str | None = None


def sorted_by_place(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same diagnostics, each once, in reading order of the files."""
    unique = dict.fromkeys(diagnostics)
    return tuple(
        sorted(
            unique,
            key=lambda d: (
                d.location.file,
                d.location.line or 0,
                d.location.column or 0,
                d.code,
                d.message,
            ),
        )
    )


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops a run."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was most likely meant, or None if none is near.

    Case and ``-``/``_`` do not count, so that ``answer-rate`` finds ``ANSWER_RATE``.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only where there is a mistake

    by_folded = {_folded(c): c for c in candidates}
    found = get_close_matches(_folded(name), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


class Invalid(UserError):
    """Input with mistakes that stop the run; all of them at once."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted_by_place(diagnostics)
        errors = sum(d.severity is Severity.ERROR for d in self.diagnostics)
        super().__init__(f"{errors} error{'s' if errors != 1 else ''}")
