"""Artifacts on disk: what they are called, and how they appear, whole or not at all."""

import secrets
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from reporter.dates import time_zone, wall_clock
from reporter.errors import RenderError, UserError
from reporter.output.base import Artifact
from reporter.spec.edition import Edition, Revision

_QUARTER: Final = 3
_NO_NAMES: Final = frozenset({"", ".", ".."})
_ELSEWHERE: Final = "name another folder with --out"
_MOMENT: Final = timedelta(microseconds=1)


def stem_of(edition: Edition) -> str:
    """What the files of an edition are called, without ending: the report and its period.

    A day, month, quarter or year is written as such (``2026-10-31``, ``2026-10``, ``2026-Q4``,
    ``2026``), anything else as its first and last day. An issue that is not the final one says so
    at the end: ``-provisional``, ``-restatement-1``.

    Of a burst the value stands between the two, as ``calls_acme_2026-10``: neither names of
    reports nor slugs have underscores, so no two editions have one name.
    """
    zone = time_zone(edition.timezone)
    since = wall_clock(edition.interval.since, zone)
    until = wall_clock(edition.interval.until, zone)
    period = f"{_period(since, until)}{_issue(edition.revision)}"
    if edition.burst is not None:
        return f"{edition.spec.name}_{edition.burst.slug}_{period}"
    return f"{edition.spec.name}-{period}"


def _issue(revision: Revision) -> str:
    return "" if revision.kind == "final" else f"-{str(revision).replace(' ', '-')}"


def _period(since: datetime, until: datetime) -> str:
    first, last = since.date(), (until - _MOMENT).date()
    whole = since.time() == until.time() == datetime.min.time()
    if whole and first == last:
        return first.isoformat()
    if whole and first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return _months(first, last)
    return f"{first}_{last}"


def _months(first: date, last: date) -> str:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    match count:
        case 1:
            return f"{first:%Y-%m}"
        case 3 if first.month % _QUARTER == 1:
            return f"{first.year}-Q{last.month // _QUARTER}"
        case 12 if first.month == 1:
            return f"{first.year}"
        case _:
            return f"{first}_{last}"


def publish(artifacts: Sequence[Artifact], folder: Path) -> tuple[Path, ...]:
    """Write all files into a folder, or none of them. Files of the same name are replaced.

    Raises:
        UserError: the folder cannot be made or written to.
        RenderError: two artifacts have one name, or one would lie outside the folder.
    """
    names = [artifact.file_name for artifact in artifacts]
    _check_names(names)
    targets = tuple(folder / name for name in names)
    mark = secrets.token_hex(4)
    drafts = tuple(folder / f".{name}.{mark}.part" for name in names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_targets(targets)
        for draft, artifact in zip(drafts, artifacts, strict=True):
            draft.write_bytes(artifact.content)
        for draft, target in zip(drafts, targets, strict=True):
            draft.replace(target)
    except FileExistsError as error:
        raise UserError(
            f"cannot write to {folder}: it is a file, not a folder", hint=_ELSEWHERE
        ) from error
    except OSError as error:
        place = error.filename or folder
        raise UserError(
            f"cannot write to {folder}: {place}: {error.strerror}", hint=_ELSEWHERE
        ) from error
    finally:
        _remove(drafts)
    return targets


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if name in _NO_NAMES or Path(name).name != name or names.count(name) > 1:
            raise RenderError(f"{name!r} cannot name an artifact: it is taken, or has a folder")


def _check_targets(targets: Sequence[Path]) -> None:
    """Find out before the first file is replaced that another cannot be."""
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(None, "a folder of this name lies there", str(target))


def _remove(drafts: Sequence[Path]) -> None:
    for draft in drafts:
        try:
            draft.unlink(missing_ok=True)
        except OSError:
            continue  # the folder was never made, or has gone
