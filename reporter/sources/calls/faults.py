"""The engine's error messages in the user's words: file, line, what is wrong, what to do."""

import csv
import gzip
import re
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Final

import msgspec

from reporter.sources.calls.files import Files, shown


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, as a sentence with its place, and what to do about it."""

    message: str
    hint: str | None = None


class _Known(msgspec.Struct, frozen=True):
    """A message of the engine, and how it reads for us; ``{1}`` is its first group.

    Attributes:
        nameless: whether it is about a file, and the engine does not say which.
    """

    pattern: re.Pattern[str]
    message: str
    hint: str | None = None
    nameless: bool = False


_KNOWN: Final = (
    _Known(
        re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)"),
        "found {2} fields, expected {1}",
        "mend the line, or check the delimiter",
    ),
    _Known(
        re.compile(r"not utf-8 encoded"),
        "the text is not UTF-8",
        "convert the file, for instance with iconv -t UTF-8",
    ),
    _Known(
        re.compile(r"Error when sniffing file"),
        "its lines are not those of one CSV file",
        "check the delimiter and the quotes",
    ),
    _Known(
        re.compile(r"Value with unterminated quote"),
        "a quoted field has no end",
        "mend the line",
    ),
    _Known(
        re.compile(r"Maximum line size of (\d+) bytes exceeded"),
        "a line is longer than {1} bytes",
        "a quote before it may have no partner",
    ),
    _Known(
        re.compile(r"too small to be a Parquet file|No magic bytes found"),
        "it is no Parquet file, or only the beginning of one",
    ),
    _Known(re.compile(r"Footer length error"), "it is no Parquet file, or a damaged one"),
    _Known(
        re.compile(r"don't know what type|TProtocolException|TTransportException"),
        "it is a damaged Parquet file",
        "write it again",
        nameless=True,
    ),
    _Known(re.compile(r"not a GZIP stream"), "it is not compressed as its name says"),
    _Known(re.compile(r"not a valid DuckDB database"), "it is no DuckDB database"),
    _Known(re.compile(r"Could not set lock on file"), "another program has it open"),
    _Known(
        re.compile(r"Malformed JSON in file \"[^\"]*\", (.*?)\.? *$", re.MULTILINE),
        "it is not valid JSON, {1}",
    ),
    _Known(
        re.compile(
            r"(Could not (?:convert|parse) string .*?)(?: when casting from .*)?$", re.MULTILINE
        ),
        "{1}",
        "an expression under `columns:` fails on this value;"
        " TRY_CAST and try_strptime give no value instead",
    ),
)
_FILE: Final = re.compile(
    r"(?:file = |[Ff]ile:? |stream: )"
    r"(?:(?P<quote>['\"])(?P<quoted>/.*?)(?P=quote)|(?P<bare>/\S.*)$)",
    re.MULTILINE,
)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_CONVERT_UTF16: Final = "convert the file, for instance with iconv -f UTF-16 -t UTF-8"
_LINE: Final = re.compile(r"on Line: (\d+)")
_KIND_OF_ERROR: Final = re.compile(r"^[A-Z][A-Za-z ]* Error:\s*")


def fault_of(message: str, files: Files, folder: Path) -> Fault:
    """What a message of the engine means for the user."""
    if "sniffing file" in message:
        found = _csv_fault(files, folder)
        if found is not None:
            return found
    file, line = _FILE.search(message), _LINE.search(message)
    place = shown(file["quoted"] or file["bare"], folder) if file else ""
    if place and line:
        place += f", line {line[1]}"
    for known in _KNOWN:
        match = known.pattern.search(message)
        if match is not None:
            groups = ("", *match.groups())
            if known.nameless:
                place = place or _one_of(files, folder)
            return Fault(_at(place, known.message.format(*groups)), known.hint)
    first = _KIND_OF_ERROR.sub("", message.strip()).splitlines()[0]
    return Fault(_at(place, first.strip().rstrip(".!")))


def _one_of(files: Files, folder: Path) -> str:
    if len(files.matches) == 1:
        return shown(str(files.matches[0]), folder)
    return f"one of the {len(files.matches)} files of {shown(files.pattern, folder)}"


def _at(place: str, fact: str) -> str:
    return f"{place}: {fact}" if place else fact


def _csv_fault(files: Files, folder: Path) -> Fault | None:
    """The first line of the files with another number of fields than the head.

    The engine refuses such files before it reads lines, and names none.
    """
    for path in files.matches:
        try:
            with _text(path) as lines:
                fault = _uneven(lines, files.delimiter)
        except UnicodeDecodeError:
            with path.open("rb") as content:
                if content.read(2) in _UTF16_MARKS:
                    return Fault(f"{shown(str(path), folder)}: the text is UTF-16", _CONVERT_UTF16)
            continue
        except (OSError, EOFError):  # compressed another way
            continue
        if fault is not None:
            line, fact = fault
            return Fault(f"{shown(str(path), folder)}, line {line}: {fact}", _KNOWN[0].hint)
    return None


def _text(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _uneven(lines: IO[str], delimiter: str) -> tuple[int, str] | None:
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = 1
    try:
        head = next(rows, [])
        begins = rows.line_num + 1
        for row in rows:
            if row and len(row) != len(head):
                return begins, f"found {len(row)} fields, expected {len(head)}"
            begins = rows.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            return begins, "a field is longer than any should be"
        return begins, "a quoted field does not end as it should"
    return None
