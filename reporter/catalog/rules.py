"""What a catalog file must fulfil beyond its schema."""

from collections.abc import Iterable, Iterator

from reporter.catalog.expressions import expressions, flaw_of
from reporter.catalog.file import CatalogFile
from reporter.catalog.file_records import RecordsEntry
from reporter.catalog.model import Catalog, RecordColumnType
from reporter.catalog.problem import Problem, left_out, taken, unknown
from reporter.catalog.rules_dimensions import dimension_problems
from reporter.catalog.rules_filters import filter_problems
from reporter.catalog.rules_metrics import metric_problems
from reporter.diagnostics import Path


def problems(file: CatalogFile, base: Catalog | None) -> tuple[Problem, ...]:
    """Everything that is wrong with a file; ``base`` is what it extends."""
    return (
        *(_whole(file) if base is None else _extension(file)),
        *_names(file, base),
        *metric_problems(file, base),
        *dimension_problems(file),
        *filter_problems(file, base),
        *_flawed_expressions(file),
    )


def _whole(file: CatalogFile) -> Iterator[Problem]:
    """A whole catalog says what is counted."""
    if file.records is None:
        yield Problem(
            code="records-missing",
            path=(),
            message="a whole catalog says what its records look like",
            expected="records with noun, time and columns, or extends: voice_video",
        )
        return
    for key in ("noun", "time"):
        if getattr(file.records, key) is None:
            yield Problem(
                code="records-missing",
                path=("records",),
                of_key=True,
                message=f"a whole catalog gives the {key} of its records",
                expected=f"records.{key}",
            )
    yield from _columns_in_use(file.records)


def _columns_in_use(records: RecordsEntry) -> Iterator[Problem]:
    used: list[tuple[Path, str | None]] = [
        (("records", "time"), records.time),
        (("records", "identity"), records.identity),
        *((("records", "latest", i), name) for i, name in enumerate(records.latest)),
    ]
    for path, name in used:
        if name is not None and name not in records.columns:
            yield unknown("column", name, records.columns, path)
    time = records.columns.get(records.time or "")
    if time is not None and time.type is not RecordColumnType.TIMESTAMP:
        yield Problem(
            code="time-is-no-timestamp",
            path=("records", "time"),
            message="periods need a timestamp",
            expected="a column of type timestamp",
            found=f"{records.time}, of type {time.type}",
        )


def _extension(file: CatalogFile) -> Iterator[Problem]:
    """An extension leaves what is counted to its base."""
    if file.records is not None:
        keys = ("noun", "time", "identity", "latest")
        because = "an extension adds columns and checks alone"
        yield from left_out(file.records, keys, ("records",), because)


def _names(file: CatalogFile, base: Catalog | None) -> Iterator[Problem]:
    """Every name once; metrics and dimensions share one space, filters and aliases another."""
    columns = {c.name for c in base.records.columns} if base else set()
    constants = {m.name for m in base.metrics} if base else set()
    constants |= {d.name for d in base.dimensions} if base else set()
    filters = {n for f in base.filters for n in (f.name, *f.aliases)} if base else set()
    capabilities = {c.code for c in base.capabilities} if base else set()
    for name in file.records.columns if file.records is not None else ():
        yield from taken(name, columns, ("records", "columns", name))
    for name in file.metrics:
        yield from taken(name, constants, ("metrics", name))
    for name in file.dimensions:
        yield from taken(name, constants, ("dimensions", name))
    for name in file.filters:
        yield from taken(name, filters, ("filters", name))
    for name, entry in file.filters.items():
        for index, alias in enumerate(entry.aliases):
            yield from taken(alias, filters, ("filters", name, "aliases", index))
    for code in file.capabilities:
        yield from taken(code, capabilities, ("capabilities", code))


def clashes(file: CatalogFile, other: CatalogFile) -> Iterator[Problem]:
    """Names that another file has already, whose words are added to the same catalog."""
    constants = {*other.metrics, *other.dimensions}
    words: tuple[tuple[str, Iterable[str], set[str]], ...] = (
        ("metrics", file.metrics, constants),
        ("dimensions", file.dimensions, constants),
        ("filters", file.filters, set(other.filters)),
        ("capabilities", file.capabilities, set(other.capabilities)),
    )
    for part, names, theirs in words:
        for name in names:
            if name in theirs:
                yield Problem(
                    code="name-taken",
                    path=(part, name),
                    of_key=True,
                    message=f"the name {name} is taken: the project's Metrics API has it",
                    expected="a name of its own",
                    found=name,
                )


def _flawed_expressions(file: CatalogFile) -> Iterator[Problem]:
    for path, sql in expressions(file):
        flaw = flaw_of(sql)
        if flaw is not None:
            yield Problem(
                code="expression-syntax",
                path=path,
                message=f"this is no SQL expression: {flaw}",
                found=sql,
            )
