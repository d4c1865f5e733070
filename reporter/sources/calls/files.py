"""Where call records lie, and what the engine reads them with."""

import glob
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import Final

import msgspec

from reporter.diagnostics import nearest
from reporter.errors import SourceError
from reporter.settings import CallsSource, CsvLayout


class Kind(StrEnum):
    """What a file is."""

    PARQUET = "Parquet"
    CSV = "CSV"
    JSON = "JSON"
    DATABASE = "DuckDB"


class Files(msgspec.Struct, frozen=True):
    """Files of one kind.

    Attributes:
        kind: what they are.
        pattern: absolute, with the engine's wildcards.
        folder: what holds all of them.
        matches: the files, sorted.
        csv: how they are laid out, where they are CSV.
        table: the table, where it is a database.
    """

    kind: Kind
    pattern: str
    folder: Path
    matches: tuple[Path, ...]
    csv: CsvLayout
    table: str | None

    @property
    def delimiter(self) -> str:
        """What separates the fields of CSV files."""
        return "\t" if ".tsv" in self.matches[0].suffixes else self.csv.delimiter


_KINDS: Final = {
    ".parquet": Kind.PARQUET,
    ".parq": Kind.PARQUET,
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
    ".tsv": Kind.CSV,
    ".json": Kind.JSON,
    ".jsonl": Kind.JSON,
    ".ndjson": Kind.JSON,
    ".duckdb": Kind.DATABASE,
    ".db": Kind.DATABASE,
}
_COMPRESSED: Final = frozenset({".gz", ".zst"})


def found(source: str, path: str, folder: Path, settings: CallsSource) -> Files:
    """The files that a path of the project file names.

    Raises:
        SourceError: there are none, they are of no kind that is known or of several, or the
            path and the other settings do not go together.
    """
    try:
        files = _found(source, path, folder, settings)
        for file in (files.pattern, *map(str, files.matches)):
            file.encode()
    except UnicodeEncodeError as error:
        raise SourceError(source, f"a name in {path}, or above it, is not UTF-8 text") from error
    except OSError as error:
        raise SourceError(source, f"{path} cannot be looked for: {error.strerror}") from error
    return files


def _found(source: str, path: str, folder: Path, settings: CallsSource) -> Files:
    one = folder / path
    if one.is_dir():
        raise SourceError(
            source,
            f"{path} is a folder",
            hint=f"name the files in it, for instance {path.rstrip('/')}/**/*.parquet",
        )
    matches: tuple[Path, ...] = (one,)
    if one.is_file():
        pattern, fixed = glob.escape(str(one)), one.parent
    else:
        pattern, fixed = _pattern(path, folder)
        # Path.glob takes no absolute pattern.
        names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - see above
        matches = tuple(p for p in map(Path, names) if p.is_file())
    if not matches:
        raise _nothing(source, path, folder)
    kind = _kind(source, path, matches)
    if kind is Kind.DATABASE and settings.table is None:
        raise SourceError(source, f"{path} is a database", hint="say which table with `table:`")
    if kind is Kind.DATABASE and len(matches) > 1:
        raise SourceError(source, f"{path} finds several databases", hint="name one")
    return Files(kind, pattern, fixed, matches, settings.csv, settings.table)


def shown(file: str, folder: Path) -> str:
    """A file as the user would name it: relative to the project's folder where it lies there."""
    path = Path(file)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else file


def _kind(source: str, path: str, matches: tuple[Path, ...]) -> Kind:
    kinds: dict[Kind, str] = {}
    for match in matches:
        suffixes = [s.lower() for s in match.suffixes]
        if suffixes and suffixes[-1] in _COMPRESSED:
            suffixes.pop()
        kind = _KINDS.get(suffixes[-1]) if suffixes else None
        if kind is None:
            raise SourceError(
                source,
                f"{match.name} is of no kind that can be read",
                hint=f"known endings are {', '.join(_KINDS)}, also with .gz or .zst",
            )
        kinds.setdefault(kind, match.name)
    if len(kinds) > 1:
        listed = " and ".join(kinds.values())
        raise SourceError(
            source, f"{path} finds files of several kinds: {listed}", hint="narrow the path"
        )
    return next(iter(kinds))


def _nothing(source: str, path: str, folder: Path) -> SourceError:
    if glob.has_magic(path):
        return SourceError(
            source,
            f"no file matches {path} in {folder}",
            hint="the path is relative to the project file",
        )
    if "://" in path:
        return SourceError(source, f"{path} is an address", hint="only files on disk are read")
    parent = (folder / path).parent
    beside = [entry.name for entry in sorted(parent.iterdir())] if parent.is_dir() else []
    near = nearest(Path(path).name, beside)
    return SourceError(
        source,
        f"there is no file {path} in {folder}",
        hint=f"did you mean {near}?" if near else "the path is relative to the project file",
    )


def _pattern(path: str, folder: Path) -> tuple[str, Path]:
    """The absolute pattern, and the folder that holds whatever it finds."""
    parts = Path(path).parts
    plain = len(list(takewhile(lambda part: not glob.has_magic(part), parts)))
    fixed = folder.joinpath(*parts[:plain])
    return str(Path(glob.escape(str(fixed)), *parts[plain:])), fixed
