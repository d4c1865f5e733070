"""Rules on a spec's own metrics."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reporter.data.formula import FormulaError, parse, references
from reporter.diagnostics import Diagnostic
from reporter.plan.rules.case import Case
from reporter.plan.rules.names import metric_mistake
from reporter.plan.rules.texts import mentioned

_MAX_LEVELS: Final = 8


def formulas(case: Case) -> Iterator[Diagnostic]:
    """Formulas can be read."""
    for name, metric in case.spec.metrics.items():
        if name in case.formulas:
            continue
        path = ("metrics", name, "formula")
        try:
            parse(metric.formula)
        except FormulaError as error:
            before, after = metric.formula[: error.position], metric.formula[error.position :]
            yield case.problem(
                path,
                "formula-syntax",
                f"this is no formula: {error.message}",
                expected="metrics, numbers, + - * / and parentheses",
                found=f"{before.strip()} ⟨here⟩ {after.strip()}".strip(),
            )


def operands(case: Case) -> Iterator[Diagnostic]:
    """Formulas speak of metrics that there are."""
    for name, formula in case.formulas.items():
        for operand in references(formula):
            mistake = metric_mistake(case, ("metrics", name, "formula"), operand)
            if mistake is not None:
                yield mistake


def cycles(case: Case) -> Iterator[Diagnostic]:
    """No metric is computed from itself."""
    uses = _uses(case)
    for name in uses:
        way = _way(uses, name)
        if way is not None:
            yield case.problem(
                ("metrics", name, "formula"),
                "circular-metric",
                f"the metric {name} is computed from itself",
                found=" → ".join((name, *way)),
            )


def _way(uses: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...] | None:
    """The shortest way from a metric back to itself."""
    before: dict[str, str] = {}
    ends = deque([name])
    while ends:
        here = ends.popleft()
        for operand in uses[here]:
            if operand not in before:
                before[operand] = here
                ends.append(operand)
    if name not in before:
        return None
    way = [name]
    while (here := before[way[-1]]) != name:
        way.append(here)
    return tuple(reversed(way))


def levels(case: Case) -> Iterator[Diagnostic]:
    """Metrics are not computed from each other without end."""
    uses = _uses(case)
    known: set[str] = set()
    for _ in range(_MAX_LEVELS):
        known |= {name for name, operands in uses.items() if known.issuperset(operands)}
    for name in uses:
        if name not in known and known.issuperset(uses[name]):
            yield case.problem(
                ("metrics", name, "formula"),
                "formula-levels",
                f"more than {_MAX_LEVELS} metrics are computed from each other to have {name}",
                hint="write the formula out",
            )


def _uses(case: Case) -> Mapping[str, Sequence[str]]:
    """The spec's own metrics in each of its formulas."""
    return {
        name: [n for n in references(formula) if n in case.formulas]
        for name, formula in case.formulas.items()
    }


def collisions(case: Case) -> Iterator[Diagnostic]:
    """A spec's own metric has a name of its own."""
    for name in case.spec.metrics:
        metric = case.catalog.metric(name)
        dimension = case.catalog.dimension(name)
        if metric is None and dimension is None:
            continue
        kind = "dimension" if metric is None else "metric"
        yield case.problem(
            ("metrics", name),
            "name-taken",
            f"the catalog {case.catalog.name} has a {kind} {name} already",
            of_key=True,
            expected="a name of its own",
        )


def unused(case: Case) -> Iterator[Diagnostic]:
    """A spec's own metric is asked for somewhere."""
    used = {name for _, name in case.named_metrics()} | mentioned(case)
    open_names = [name for name in used if name in case.formulas]
    while open_names:
        operands_of = references(case.formulas[open_names.pop()])
        new = [n for n in operands_of if n in case.formulas and n not in used]
        used.update(new)
        open_names.extend(new)
    for name in case.spec.metrics:
        if name not in used:
            yield case.warning(
                ("metrics", name),
                "unused-metric",
                f"no section shows the metric {name}",
                of_key=True,
                hint="name it in a section, or take it out",
            )
