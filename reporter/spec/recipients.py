"""The recipients of a burst: a CSV file that says who receives the edition of which value.

Its header names the dimension, ``to`` and, if wanted, ``name``. Everything else in it is text:
nothing is computed, and a line that begins with ``#`` is a value like any other.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from reporter.data.table import Kind
from reporter.diagnostics import Diagnostic, Location, Severity, has_errors, nearest
from reporter.settings.mailbox import mailbox

TO: Final = "to"
NAME: Final = "name"
WITHOUT_VALUE: Final = "N/A"
"""What stands for records without a value."""

_LONGEST_NUMBER: Final = 20

BurstKey = str | int | None
"""A value of the dimension, as in the records; None: records without one."""


class Recipients(msgspec.Struct, frozen=True):
    """Who receives the edition of a value.

    Attributes:
        to: addresses, each once.
        name: what files and texts call the value; None: what it is called anyway.
    """

    to: tuple[str, ...]
    name: str | None = None


Listed = Mapping[BurstKey, Recipients]


def read_recipients(
    path: str, folder: Path, dimension: str, kind: Kind
) -> tuple[Listed, tuple[Diagnostic, ...]]:
    """The recipients by value, and everything that is wrong with the file.

    Args:
        path: as the spec writes it, relative to ``folder``.
        folder: the project's.
        dimension: what the burst is by; also a column of the file.
        kind: what its values are.
    """
    try:
        text = (folder / path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        what = (error.strerror or "unknown").lower()
        return {}, (_problem(path, None, "no-recipients-file", f"{path} cannot be read: {what}"),)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return {}, (
            _problem(
                path,
                line,
                "recipients-not-utf-8",
                f"{path} is not UTF-8",
                hint="save it as CSV UTF-8",
            ),
        )
    reading = _Reading(path, dimension, kind)
    reading.read(text)
    return reading.found(), tuple(reading.diagnostics)


class _Reading:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, path: str, dimension: str, kind: Kind) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._path = path
        self._dimension = dimension
        self._kind = kind
        self._to: dict[BurstKey, dict[str, str]] = {}
        self._names: dict[BurstKey, tuple[str, int]] = {}

    def read(self, text: str) -> None:
        rows = _rows(text)
        try:
            header = next(rows, None)
            if header is None:
                self._header_problem("it is empty", None)
                return
            columns = [cell.strip() for cell in header[1]]
            if self._check_header(columns):
                for line, cells in rows:
                    self._row(line, columns, cells)
        except csv.Error as error:
            self._say(None, "recipients-row", f"{self._path} cannot be read as CSV: {error}")

    def found(self) -> Listed:
        """Nothing where something is wrong: half a list would mail to half of the people."""
        if has_errors(self.diagnostics):
            return {}
        return {
            value: Recipients(
                tuple(addresses.values()), self._names[value][0] if value in self._names else None
            )
            for value, addresses in self._to.items()
        }

    def _check_header(self, columns: Sequence[str]) -> bool:
        known = (self._dimension, TO, NAME)
        before = len(self.diagnostics)
        if len(columns) == 1 and ";" in columns[0]:
            self._header_problem("its columns are separated by semicolons", columns[0])
            return False
        for number, name in enumerate(columns):
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean {near}?" if near else "take the column out"
                self._header_problem(f"there is no column {name!r}", name, hint)
            elif name in columns[:number]:
                self._header_problem(f"the column {name} stands twice", ",".join(columns))
        for name in known[:2]:
            if name not in columns:
                self._header_problem(f"the column {name} is missing", ",".join(columns))
        return len(self.diagnostics) == before

    def _row(self, line: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return
        if len(cells) != len(columns):
            self._say(
                line,
                "recipients-row",
                f"the row has {len(cells)} fields, and the header {len(columns)}",
                expected=",".join(columns),
                found=",".join(cells),
                hint="put quotation marks around a field with a comma; addresses are separated by"
                " semicolons",
            )
            return
        fields = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
        value = self._value(line, fields[self._dimension])
        if isinstance(value, _Wrong):
            return
        addresses = self._to.setdefault(value, {})
        self._addresses(line, fields[TO], addresses)
        if name := fields.get(NAME, ""):
            self._name(line, value, name)

    def _value(self, line: int, text: str) -> "BurstKey | _Wrong":
        if text == WITHOUT_VALUE:
            return None
        if not text:
            return self._wrong_value(
                line,
                f"the row names no {self._dimension}",
                expected=f"a value, or {WITHOUT_VALUE} for records without one",
            )
        if not text.isprintable():
            return self._wrong_value(line, f"{text!r} has characters that cannot be printed")
        if self._kind is not Kind.INTEGER:
            return text
        if len(text) <= _LONGEST_NUMBER and text.isascii() and text.removeprefix("-").isdecimal():
            return int(text)
        return self._wrong_value(
            line, f"values of {self._dimension} are whole numbers", expected="a whole number",
            found=text,
        )  # fmt: skip

    def _addresses(self, line: int, text: str, known: dict[str, str]) -> None:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if not parts:
            self._say(
                line,
                "no-address",
                "the row names no address",
                expected="name@example.com, with semicolons between several",
                hint="take the row out if nobody receives it",
            )
        for part in parts:
            try:
                address = mailbox(part).address.lower()
            except ValueError:
                self._say(
                    line,
                    "wrong-address",
                    f"{part!r} is no mail address",
                    expected="name@example.com, or Name <name@example.com>",
                )
                continue
            if address in known:
                self._say(
                    line,
                    "repeated-recipient",
                    f"{part} receives it already",
                    severity=Severity.WARNING,
                )
            known.setdefault(address, part)

    def _name(self, line: int, value: BurstKey, name: str) -> None:
        if not name.isprintable():
            self._say(
                line, "recipients-name", f"{name!r} has characters that cannot be printed"
            )  # fmt: skip
            return
        before = self._names.setdefault(value, (name, line))
        if before[0] != name:
            self._say(
                line,
                "recipients-name",
                f"{WITHOUT_VALUE if value is None else value} has two names",
                expected=f"{before[0]}, as in line {before[1]}",
                found=name,
            )

    def _wrong_value(
        self, line: int, message: str, *, expected: str | None = None, found: str | None = None
    ) -> "_Wrong":
        self._say(line, "recipients-value", message, expected=expected, found=found)
        return _Wrong()

    def _header_problem(self, what: str, found: str | None, hint: str | None = None) -> None:
        self._say(
            1,
            "recipients-header",
            f"{self._path} has no header as it should: {what}",
            expected=f"{self._dimension},{TO} or {self._dimension},{TO},{NAME}",
            found=found,
            hint=hint,
        )

    def _say(
        self,
        line: int | None,
        code: str,
        message: str,
        *,
        severity: Severity = Severity.ERROR,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.diagnostics.append(
            Diagnostic(
                code,
                message,
                Location(self._path, line),
                severity=severity,
                expected=expected,
                found=found,
                hint=hint,
            )
        )


class _Wrong(msgspec.Struct, frozen=True):
    """No value; what is wrong is said."""


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def _problem(
    path: str, line: int | None, code: str, message: str, hint: str | None = None
) -> Diagnostic:
    return Diagnostic(code, message, Location(path, line), hint=hint)
