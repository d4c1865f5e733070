"""Diagnostics as people and machines read them: text, JSON, SARIF, GitHub annotations."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import click

from reporter import __version__
from reporter.diagnostics import Diagnostic, Severity, sorted_by_place

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_WIDTH: Final = 120
"""How much of a line is shown."""
_LONGEST: Final = 500
"""How much is shown of what was found."""
_BEYOND: Final = 20
"""How much of a longer line is shown behind the mark, at least."""


def as_text(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """One paragraph each: where, what, the line itself with a mark, what to do."""
    lines = _Lines()
    text = "\n\n".join(_paragraph(d, lines) for d in sorted_by_place(diagnostics))
    return text if colour else click.unstyle(text)


def _paragraph(diagnostic: Diagnostic, lines: "_Lines") -> str:
    location = diagnostic.location
    place = ":".join(
        printable(str(part))
        for part in (location.file, location.line, location.column)
        if part is not None
    )
    severity = click.style(diagnostic.severity.value, fg=_COLOURS[diagnostic.severity], bold=True)
    text = [f"{place}: {severity}: {printable(diagnostic.message)} [{diagnostic.code}]"]
    text += lines.quoted(diagnostic)
    text += [
        f"  {label}: {printable(value)}"
        for label, value in (
            ("expected", diagnostic.expected),
            ("found", _beginning(diagnostic.found)),
            ("hint", diagnostic.hint),
        )
        if value is not None
    ]
    return "\n".join(text)


def _beginning(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class _Lines:
    """The lines of the files that diagnostics speak of, each file read once."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def quoted(self, diagnostic: Diagnostic) -> list[str]:
        """The line with a mark under the column; nothing where there is no line."""
        location = diagnostic.location
        if location.line is None or location.column is None:
            return []
        lines = self._of(location.file)
        if location.line > len(lines) or not lines[location.line - 1].strip():
            return []
        line = lines[location.line - 1]
        start = max(0, location.column + _BEYOND - _WIDTH)
        shown = printable(line[start : start + _WIDTH].replace("\t", " ")).rstrip()
        number = str(location.line)
        mark = click.style("^", fg=_COLOURS[diagnostic.severity], bold=True)
        return [
            f"  {number} | {shown}",
            f"  {' ' * len(number)} | {' ' * (location.column - 1 - start)}{mark}",
        ]

    def _of(self, file: str) -> list[str]:
        if file not in self._files:
            try:
                text = Path(file).read_text(encoding="utf-8-sig", errors="replace")
            except OSError:
                text = ""
            self._files[file] = text.split("\n")
        return self._files[file]


def printable(text: str) -> str:
    """Without what would command a terminal or break a line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """An object with a list; every entry has all keys."""
    import json  # noqa: PLC0415 - text is what people ask for

    return json.dumps(
        {
            "diagnostics": [
                {
                    "code": d.code,
                    "severity": d.severity.value,
                    "message": d.message,
                    "file": d.location.file,
                    "line": d.location.line,
                    "column": d.location.column,
                    "path": d.location.dotted(),
                    "expected": d.expected,
                    "found": d.found,
                    "hint": d.hint,
                }
                for d in sorted_by_place(diagnostics)
            ]
        },
        ensure_ascii=False,
        indent=2,
    )


SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """A SARIF 2.1.0 log with one run."""
    import json  # noqa: PLC0415 - text is what people ask for

    ordered = sorted_by_place(diagnostics)
    rules = sorted({d.code for d in ordered})
    log = {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "reporter",
                        "version": __version__,
                        "rules": [{"id": code} for code in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(d, rules.index(d.code)) for d in ordered],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _sarif_result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    location = diagnostic.location
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(location.file)}}
    if location.line is not None:
        physical["region"] = {"startLine": location.line, "startColumn": location.column or 1}
    place: dict[str, Any] = {"physicalLocation": physical}
    if location.path:
        place["logicalLocations"] = [{"fullyQualifiedName": location.dotted()}]
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": _in_full(diagnostic)},
        "locations": [place],
    }


def _uri(file: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - only for SARIF

    return quote(Path(file).as_posix(), errors="surrogateescape")


def _in_full(diagnostic: Diagnostic) -> str:
    parts = [diagnostic.message]
    if diagnostic.expected is not None:
        parts.append(f"expected: {diagnostic.expected}")
    if diagnostic.found is not None:
        parts.append(f"found: {diagnostic.found}")
    if diagnostic.hint is not None:
        parts.append(f"hint: {diagnostic.hint}")
    return "; ".join(parts)


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands, one a line, that GitHub shows beside the changed lines."""
    return "\n".join(map(_annotation, sorted_by_place(diagnostics)))


def _annotation(diagnostic: Diagnostic) -> str:
    location = diagnostic.location
    properties = {"file": location.file, "line": location.line, "col": location.column}
    shown = ",".join(
        f"{key}={_escaped_property(str(value))}"
        for key, value in {**properties, "title": diagnostic.code}.items()
        if value is not None
    )
    return f"::{diagnostic.severity.value} {shown}::{_escaped(_in_full(diagnostic))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Final[dict[str, Callable[[Iterable[Diagnostic]], str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
