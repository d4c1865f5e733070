"""What the filters of a catalog file must fulfil."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from reporter.catalog.file import CatalogFile, DimensionEntry, FilterEntry
from reporter.catalog.model import Attribute, Buckets, Catalog, Dimension, FilterKind, Named
from reporter.catalog.problem import Problem, exactly_one, left_out, unknown
from reporter.diagnostics import Path


class _Shape(StrEnum):
    """What a filter can do with a dimension."""

    ATTRIBUTE = "an expression"
    TIME_STEP = "a time step"
    BUCKETS = "buckets"
    REPORTED = "what is reported"
    REPORTED_IN_ORDER = "what is reported, and members"


_Dimensions = Mapping[str, tuple[_Shape, frozenset[str]]]
"""Name to shape and known values."""

_COMPARED: Final = (_Shape.ATTRIBUTE, _Shape.REPORTED, _Shape.REPORTED_IN_ORDER)
"""What values can be compared with."""
_IN_ORDER: Final = (_Shape.BUCKETS, _Shape.REPORTED_IN_ORDER)
"""What spans can be taken of."""
_SINGLE: Final = (
    FilterKind.ACCOUNTS,
    FilterKind.SUBACCOUNTS,
    FilterKind.SINCE,
    FilterKind.UNTIL,
)


def filter_problems(file: CatalogFile, base: Catalog | None) -> Iterator[Problem]:
    """Everything that is wrong with the filters."""
    dimensions = _dimensions(file, base)
    for name, entry in file.filters.items():
        path = ("filters", name)
        yield from _content(entry, dimensions, path)
        yield from _values(entry, dimensions, path)
    yield from _single(file, base)


def _dimensions(file: CatalogFile, base: Catalog | None) -> _Dimensions:
    known = {d.name: _known(d) for d in base.dimensions} if base is not None else {}
    return known | {name: _given(entry) for name, entry in file.dimensions.items()}


def _known(dimension: Dimension) -> tuple[_Shape, frozenset[str]]:
    values = frozenset(m.value for m in dimension.members)
    if isinstance(dimension.definition, Attribute):
        return _Shape.ATTRIBUTE, values
    if isinstance(dimension.definition, Buckets):
        return _Shape.BUCKETS, values
    if isinstance(dimension.definition, Named):
        return _Shape.REPORTED_IN_ORDER if values else _Shape.REPORTED, values
    return _Shape.TIME_STEP, values


def _given(entry: DimensionEntry) -> tuple[_Shape, frozenset[str]]:
    if entry.buckets is not None:
        return _Shape.BUCKETS, frozenset(b.name for b in entry.buckets.bounds)
    if entry.reported:
        shape = _Shape.REPORTED_IN_ORDER if entry.members else _Shape.REPORTED
        return shape, frozenset(entry.members)
    shape = _Shape.TIME_STEP if entry.grain is not None else _Shape.ATTRIBUTE
    return shape, frozenset(entry.members)


def _content(entry: FilterEntry, dimensions: _Dimensions, path: Path) -> Iterator[Problem]:
    """Each kind of filter has what it needs and nothing else."""
    match entry.kind:
        case FilterKind.VALUES | FilterKind.ACCOUNTS:
            yield from exactly_one(entry, ("dimension", "expression"), path)
            yield from _of_shape(entry, dimensions, _COMPARED, path)
            because = "only a filter of kind pairs has keys"
            yield from left_out(entry, ("keys",), path, because)
            if entry.dimension is not None:
                yield from left_out(entry, ("type",), path, "the dimension says it")
        case FilterKind.SPANS:
            yield from exactly_one(entry, ("dimension",), path)
            yield from _of_shape(entry, dimensions, _IN_ORDER, path)
            because = "spans are taken of the buckets or members of a dimension"
            yield from left_out(entry, ("expression", "type", "keys", "values"), path, because)
        case FilterKind.PAIRS:
            if not entry.keys:
                yield Problem(
                    code="filter-needs-keys",
                    path=path,
                    of_key=True,
                    message="a filter of pairs says what their keys are compared with",
                    expected="keys",
                )
            because = "pairs are compared by their keys"
            others = ("dimension", "expression", "type", "values")
            yield from left_out(entry, others, path, because)
        case _:
            because = f"a filter of kind {entry.kind} takes nothing from the records"
            keys = ("dimension", "expression", "type", "keys", "values")
            yield from left_out(entry, keys, path, because)


def _of_shape(
    entry: FilterEntry, dimensions: _Dimensions, shapes: tuple[_Shape, ...], path: Path
) -> Iterator[Problem]:
    if entry.dimension is None:
        return
    if entry.dimension not in dimensions:
        fitting = [name for name, (found, _) in dimensions.items() if found in shapes]
        yield unknown("dimension", entry.dimension, fitting, (*path, "dimension"))
        return
    found, _ = dimensions[entry.dimension]
    if found not in shapes:
        yield Problem(
            code="dimension-does-not-fit",
            path=(*path, "dimension"),
            message=f"a filter of kind {entry.kind} cannot use the dimension {entry.dimension}",
            expected=f"a dimension with {shapes[0]}",
            found=f"{entry.dimension}, which has {found}",
        )


def _values(entry: FilterEntry, dimensions: _Dimensions, path: Path) -> Iterator[Problem]:
    """A closed filter knows its values, and its default is one of them."""
    _, of_dimension = dimensions.get(entry.dimension or "", (None, frozenset()))
    known = frozenset(entry.values) or of_dimension
    if entry.closed and not known:
        yield Problem(
            code="closed-without-values",
            path=(*path, "closed"),
            of_key=True,
            message="a closed filter lists its values",
            expected="values, or a dimension with members",
        )
    for index, value in enumerate(entry.default):
        if entry.closed and known and value not in known:
            yield unknown("value", value, known, (*path, "default", index))


def _single(file: CatalogFile, base: Catalog | None) -> Iterator[Problem]:
    """Of accounts, sub-accounts, since and until there is one each; sub-accounts need accounts."""
    first = {f.kind: f.name for f in base.filters} if base is not None else {}
    for name, entry in file.filters.items():
        if entry.kind in _SINGLE and entry.kind in first:
            yield Problem(
                code="filter-kind-taken",
                path=("filters", name),
                of_key=True,
                message=f"there is a filter of kind {entry.kind} already: {first[entry.kind]}",
                expected=f"one filter of kind {entry.kind}",
            )
        first.setdefault(entry.kind, name)
    if FilterKind.SUBACCOUNTS in first and FilterKind.ACCOUNTS not in first:
        yield Problem(
            code="subaccounts-without-accounts",
            path=("filters", first[FilterKind.SUBACCOUNTS]),
            of_key=True,
            message="a filter of sub-accounts needs one of accounts",
            expected="a filter of kind accounts",
        )
