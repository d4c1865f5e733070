"""What the metrics of a catalog file must fulfil."""

from collections.abc import Iterator

from reporter.catalog.file import AggregateEntry, CatalogFile, MetricEntry
from reporter.catalog.model import Catalog, Function
from reporter.catalog.problem import Problem, exactly_one, unknown
from reporter.data.formula import FormulaError, parse, references
from reporter.diagnostics import Path


def metric_problems(file: CatalogFile, base: Catalog | None) -> Iterator[Problem]:
    """Everything that is wrong with the metrics."""
    known = (*file.metrics, *(m.name for m in base.metrics)) if base else (*file.metrics,)
    for name, entry in file.metrics.items():
        path = ("metrics", name)
        yield from exactly_one(entry, ("aggregate", "ratio", "formula", "reported"), path)
        if entry.aggregate is not None:
            yield from _aggregate(entry.aggregate, (*path, "aggregate"))
        if entry.formula is not None:
            yield from _formula(entry.formula, (*path, "formula"))
        for place, operand in _operands(entry):
            if operand not in known:
                yield unknown("metric", operand, known, (*path, *place))
    yield from _circles(file)


def _aggregate(entry: AggregateEntry, path: Path) -> Iterator[Problem]:
    counts = entry.function is Function.COUNT
    if counts and entry.of is not None:
        yield Problem(
            code="aggregate-takes-no-of",
            path=(*path, "of"),
            of_key=True,
            message="a count counts records; it takes no expression",
            expected="where alone, or the function countDistinct",
        )
    if not counts and entry.of is None:
        yield Problem(
            code="aggregate-needs-of",
            path=path,
            of_key=True,
            message=f"the function {entry.function} needs to know of what",
            expected="of: an SQL expression",
        )


def _formula(text: str, path: Path) -> Iterator[Problem]:
    try:
        parse(text)
    except FormulaError as error:
        yield Problem(
            code="formula-syntax",
            path=path,
            message=f"this is no formula: {error.message}",
            expected="metrics, numbers, + - * / and parentheses",
            found=text,
        )


def _operands(entry: MetricEntry) -> Iterator[tuple[Path, str]]:
    """The metrics that one is computed from, with their places; none of a broken formula."""
    if entry.ratio is not None:
        yield ("ratio", "numerator"), entry.ratio.numerator
        yield ("ratio", "denominator"), entry.ratio.denominator
    if entry.formula is not None:
        try:
            names = references(parse(entry.formula))
        except FormulaError:
            return
        for name in names:
            yield ("formula",), name


def _circles(file: CatalogFile) -> Iterator[Problem]:
    """No metric is computed from itself."""
    uses = {name: tuple(n for _, n in _operands(entry)) for name, entry in file.metrics.items()}
    for name, operands in uses.items():
        if name in _reached(name, uses):
            yield Problem(
                code="circular-definition",
                path=("metrics", name),
                of_key=True,
                message=f"the metric {name} is computed from itself",
                expected="a definition that ends at aggregates",
                found=f"it uses {' and '.join(operands)}",
            )


def _reached(name: str, uses: dict[str, tuple[str, ...]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(uses[name])
    while waiting:
        following = waiting.pop()
        if following not in reached:
            reached.add(following)
            waiting.extend(uses.get(following, ()))
    return reached
