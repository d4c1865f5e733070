"""The folder of a sample: call records by month, accounts, a project file, and a list of these.

The list lets a later run replace what an earlier one wrote, and nothing else.
"""

import csv
import io
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from reporter.errors import ReporterError, UserError
from reporter.sample_data.model import PERMILLE, Account, Request
from reporter.sample_data.records import Records
from reporter.sample_data.rhythm import months
from reporter.sample_data.world import world

_LIST: Final = "sample-data.json"
_CALLS: Final = "calls"
_ACCOUNTS: Final = "accounts.csv"
_PROJECT: Final = "reporter.yaml"
_UNFINISHED: Final = ".sample-data-unfinished"
_PROJECT_TEXT: Final = """\
# The calls beside this file, as a source of reports. Written by `reporter sample-data`.
version: 1
sources:
  calls: {type: calls, path: "calls/**/*.parquet", accounts: accounts.csv}
defaults: {source: calls, timezone: Europe/Zagreb, locale: en-GB}
"""


class SampleFile(msgspec.Struct, frozen=True):
    """One file of a sample; ``path`` is relative to its folder, ``size`` in bytes."""

    path: str
    size: int


class SampleList(msgspec.Struct, frozen=True):
    """What a sample consists of, and what it was made from."""

    request: Request
    files: tuple[SampleFile, ...]


class Sample(msgspec.Struct, frozen=True):
    """A sample on disk.

    Attributes:
        calls: one file per month, in order.
        accounts: the tree of accounts.
        project: a project file with the calls as a source.
    """

    calls: tuple[Path, ...]
    accounts: Path
    project: Path


def write(request: Request, folder: Path, on_month: Callable[[int], None]) -> Sample:
    """Write a sample, in the place of an earlier one if there is one.

    Nothing appears before all is written. ``on_month`` is told after each month how many
    permille are finished.

    Raises:
        UserError: the folder holds other files, or cannot be written to.
        ReporterError: writing failed midway (a full disk).
    """
    unfinished = folder / _UNFINISHED
    try:
        str(folder).encode()
        _refuse_others(folder)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
    except UnicodeEncodeError as error:
        raise UserError(f"the name of {folder} is not UTF-8 text") from error
    except OSError as error:
        raise UserError(f"{folder} cannot be written to: {error.strerror}") from error
    try:
        _make(request, unfinished, on_month)
        _move(unfinished, folder)
    except OSError as error:
        raise ReporterError(f"{folder} could not be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Sample(
        calls=tuple(sorted((folder / _CALLS).rglob("*.parquet"))),
        accounts=folder / _ACCOUNTS,
        project=folder / _PROJECT,
    )


def _refuse_others(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", hint="Name a folder that is empty or new.")
    others = sorted(_files_in(folder) - _files_of_a_sample(folder))
    if others:
        raise UserError(
            f"{folder} holds files that are not sample data, or not as they were written:"
            f" {_first_few(others)}",
            hint="Name a folder that is empty or new.",
        )


def _files_in(folder: Path) -> set[str]:
    """What lies in a folder: its files, those below ``calls``, and any other folder."""
    found = set()
    for entry in folder.iterdir() if folder.exists() else ():
        if entry.name == _CALLS and entry.is_dir():
            inner = (path for path in entry.rglob("*") if not path.is_dir())
            found |= {path.relative_to(folder).as_posix() for path in inner}
        elif entry.name != _UNFINISHED:
            found.add(entry.name)
    return found


def _files_of_a_sample(folder: Path) -> set[str]:
    """The list and the files on it that still have the size they were written with."""
    try:
        listed = msgspec.json.decode((folder / _LIST).read_bytes(), type=SampleList)
    except (FileNotFoundError, msgspec.DecodeError):
        return set()
    same = {f.path for f in listed.files if _has_size(folder / f.path, f.size)}
    return {_LIST, *same}


def _has_size(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


def _first_few(names: Sequence[str]) -> str:
    shown = 3
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more


def _make(request: Request, folder: Path, on_month: Callable[[int], None]) -> None:
    """Write all files of a sample into an empty folder."""
    spans = tuple(months(request))
    with closing(Records(request, world())) as records:
        for done, (begin, end) in enumerate(spans, start=1):
            month = folder / _CALLS / f"month={begin:%Y-%m}"
            month.mkdir(parents=True)
            records.write(begin, end, month / "calls.parquet")
            on_month(PERMILLE * done // len(spans))
    (folder / _ACCOUNTS).write_text(_csv(world().accounts), encoding="utf-8")
    (folder / _PROJECT).write_text(_PROJECT_TEXT, encoding="utf-8")
    files = [SampleFile(name, (folder / name).stat().st_size) for name in sorted(_files_in(folder))]
    listed = msgspec.json.encode(SampleList(request, tuple(files)))
    (folder / _LIST).write_bytes(msgspec.json.format(listed, indent=2) + b"\n")


def _csv(accounts: Sequence[Account]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("account_key", "parent_key", "name"))
    rows.writerows((account.key, account.parent, account.name) for account in accounts)
    return text.getvalue()


def _move(unfinished: Path, folder: Path) -> None:
    """Put the new files in the place of the old ones; the list goes first and comes last."""
    (folder / _LIST).unlink(missing_ok=True)
    shutil.rmtree(folder / _CALLS, ignore_errors=True)
    for name in (_CALLS, _ACCOUNTS, _PROJECT, _LIST):
        (unfinished / name).replace(folder / name)
