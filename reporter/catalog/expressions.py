"""The SQL expressions of a catalog file: where they stand, and what is plainly wrong with one.

Whether an expression is valid SQL over the right columns only the source can tell; here only
what no expression may have: several statements, comments, and quotes or parentheses left open.
"""

import re
from collections.abc import Iterator
from typing import Final

from reporter.catalog.file import CatalogFile
from reporter.diagnostics import Path

_QUOTED: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")


def expressions(file: CatalogFile) -> Iterator[tuple[Path, str]]:
    """Every expression of a file with its place."""
    for path, sql in (
        *_of_records(file),
        *_of_metrics(file),
        *_of_dimensions(file),
        *_of_filters(file),
    ):
        if sql is not None:
            yield path, sql


def _of_records(file: CatalogFile) -> Iterator[tuple[Path, str]]:
    for index, check in enumerate(file.records.checks if file.records is not None else ()):
        yield ("records", "checks", index, "condition"), check.condition


def _of_metrics(file: CatalogFile) -> Iterator[tuple[Path, str | None]]:
    for name, entry in file.metrics.items():
        if entry.aggregate is not None:
            yield ("metrics", name, "aggregate", "of"), entry.aggregate.of
            yield ("metrics", name, "aggregate", "where"), entry.aggregate.where


def _of_dimensions(file: CatalogFile) -> Iterator[tuple[Path, str | None]]:
    for name, entry in file.dimensions.items():
        yield ("dimensions", name, "expression"), entry.expression
        if entry.buckets is not None:
            yield ("dimensions", name, "buckets", "expression"), entry.buckets.expression


def _of_filters(file: CatalogFile) -> Iterator[tuple[Path, str | None]]:
    for name, entry in file.filters.items():
        yield ("filters", name, "expression"), entry.expression
        for key, sql in entry.keys.items():
            yield ("filters", name, "keys", key), sql


def flaw_of(sql: str) -> str | None:
    """What is plainly wrong with an expression, as the end of a sentence; None if nothing is."""
    code = _QUOTED.sub("''", sql).replace("''", "")
    if not sql.strip():
        return "it is empty"
    if "'" in code or '"' in code:
        return "a quote is not closed"
    if ";" in code:
        return "it holds more than one statement"
    if "--" in code or "/*" in code:
        return "it holds a comment"
    depth = 0
    for sign in code:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return "a parenthesis is closed that was never opened"
    return "a parenthesis is not closed" if depth else None
