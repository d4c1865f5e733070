"""The answer to a query, in print: aligned for people, CSV and JSON for machines."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Final

from reporter.data.table import Column, Role, Table, Value, number_or_none
from reporter.document.format import NumberWriter, locale_of
from reporter.document.values import NO_VALUE
from reporter.output.csv import inert

NO_GROUP: Final = "N/A"
"""What stands for the group of records without the dimension's value."""


def as_table(table: Table, locale: str) -> str:
    """Aligned columns; numbers rounded and written as the locale does."""
    numbers = NumberWriter(locale_of(locale))
    head = [column.name for column in table.columns]
    body = [
        [_cell(column, value, numbers) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    widths = [max(map(len, cells)) for cells in zip(head, *body, strict=True)]
    rule = ["─" * width for width in widths]
    return "\n".join(_line(table.columns, cells, widths) for cells in (head, rule, *body))


def as_csv(table: Table, _locale: str) -> str:
    """RFC 4180 with a head; numbers unrounded, no value is an empty field, no text a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([[_field(value) for value in row] for row in table.rows])
    return buffer.getvalue().removesuffix("\r\n")


def as_json(table: Table, _locale: str) -> str:
    """``{"columns": [{"name", "type"}], "rows": [[...]]}``; numbers unrounded, one row a line."""
    columns = [{"name": column.name, "type": column.kind.value} for column in table.columns]
    rows = ",\n  ".join(
        json.dumps([_plain(value) for value in row], ensure_ascii=False, allow_nan=False)
        for row in table.rows
    )
    head = json.dumps(columns, ensure_ascii=False)
    return f'{{"columns": {head},\n "rows": [{rows}]}}'


FORMATS: Final[dict[str, Callable[[Table, str], str]]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
}


def _field(value: Value) -> int | float | str | None:
    plain = _plain(value)
    return inert(plain) if isinstance(plain, str) else plain


def _plain(value: Value) -> int | float | str | None:
    return value.isoformat() if isinstance(value, date) else value


def _cell(column: Column, value: Value, numbers: NumberWriter) -> str:
    if column.role is Role.METRIC and column.format is not None:
        return numbers.text(number_or_none(value), column.format)
    if value is None:
        return NO_GROUP if column.role is Role.DIMENSION else NO_VALUE
    text = str(_plain(value))
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _line(columns: tuple[Column, ...], cells: list[str], widths: list[int]) -> str:
    aligned = (
        cell.rjust(width) if column.role is Role.METRIC else cell.ljust(width)
        for column, cell, width in zip(columns, cells, widths, strict=True)
    )
    return "  ".join(aligned).rstrip()
