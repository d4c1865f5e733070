"""Rules on the conditions of deliveries."""

import re
from collections.abc import Iterator
from typing import Final

from reporter.data.condition import Comparison, Fact, comparisons, facts_of, metrics_of, parse
from reporter.data.formula import Constant, FormulaError, Reference, is_void
from reporter.data.formula import text_of as formula_text
from reporter.diagnostics import Diagnostic, Path, nearest
from reporter.plan.rules.case import Case
from reporter.plan.rules.rates import rate_mistakes
from reporter.spec.checks import CALLS

_INSTEAD: Final = {"&&": "and", "||": "or", "!": "not", "=": "==", "<>": "!="}
"""What other languages write, and what it is here."""
_FOREIGN: Final = re.compile(r"&&|\|\||<>|(?<![<>=!])=(?!=)|!(?!=)")
_WORD: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_JOINTS: Final = ("and", "or", "not")


def syntax(case: Case) -> Iterator[Diagnostic]:
    """Conditions can be read."""
    for index, delivery in enumerate(case.spec.delivery):
        if delivery.when is None or index in case.conditions:
            continue
        text = delivery.when
        try:
            parse(text)
        except FormulaError as error:
            before, after = text[: error.position], text[error.position :]
            yield case.problem(
                ("delivery", index, "when"),
                "wrong-condition",
                f"this is no condition: {error.message}",
                expected="comparisons of metrics and numbers (< <= > >= == !=), "
                f"{', '.join(Fact)}, with and, or, not and parentheses",
                found=f"{before.strip()} ⟨here⟩ {after.strip()}".strip(),
                hint=_hint(case, text),
            )


def _hint(case: Case, text: str) -> str | None:
    """What was meant by a word or a sign that is not of the language."""
    foreign = _FOREIGN.search(text)
    if foreign is not None:
        return f"write {_INSTEAD[foreign[0]]} for {foreign[0]}"
    for word in _WORD.findall(text):
        if word.lower() in _JOINTS:
            if word not in _JOINTS:
                return f"write {word.lower()} in small letters"
        elif word not in (*Fact, *case.metric_names()) and (near := nearest(word, tuple(Fact))):
            return f"did you mean {near}?"
    return None


def facts(case: Case) -> Iterator[Diagnostic]:
    """What a condition asks can be told: whether targets are missed, whether there are calls."""
    counted = case.catalog.metric(CALLS) is not None
    for index, condition in case.conditions.items():
        path: Path = ("delivery", index, "when")
        asked = facts_of(condition)
        if Fact.ANY_TARGET_MISSED in asked and not case.spec.targets:
            yield case.problem(
                path,
                "no-targets",
                f"{Fact.ANY_TARGET_MISSED} is never true: the report has no targets",
                expected="targets, at the top of the spec",
            )
        if Fact.NO_DATA in asked and not counted:
            yield case.problem(
                path,
                "nothing-counts-calls",
                f"the catalog {case.catalog.name} has no {CALLS}, so nothing tells whether there"
                " are any",
                expected="a comparison with a metric that the catalog has",
            )
    for index, delivery in enumerate(case.spec.delivery):
        path = ("delivery", index, "whenEmpty")
        if path in case.tree.values and delivery.when_empty != "send" and not counted:
            yield case.warning(
                path,
                "nothing-counts-calls",
                f"the catalog {case.catalog.name} has no {CALLS}, so no report is empty",
                of_key=True,
                hint="take it out; `when` may compare a metric that the catalog has",
            )


def sense(case: Case) -> Iterator[Diagnostic]:
    """A condition depends on the data, and can be decided."""
    for index, condition in case.conditions.items():
        path: Path = ("delivery", index, "when")
        if not metrics_of(condition) and not facts_of(condition):
            yield case.warning(
                path,
                "settled-condition",
                "the condition is the same whatever the data are: it names no metric",
                hint="compare a metric, or take it out",
            )
        for comparison in comparisons(condition):
            yield from _never_known(case, path, comparison)
            yield from _rates(case, path, comparison)


def _never_known(case: Case, path: Path, comparison: Comparison) -> Iterator[Diagnostic]:
    for side in (comparison.left, comparison.right):
        if is_void(side):
            yield case.problem(
                path,
                "never-known",
                f"{formula_text(side)} never has a value: something is divided by 0",
                expected="a comparison that is true or false",
            )


def _rates(case: Case, path: Path, comparison: Comparison) -> Iterator[Diagnostic]:
    left, right = comparison.left, comparison.right
    for named, bound in ((left, right), (right, left)):
        if isinstance(named, Reference) and isinstance(bound, Constant):
            yield from rate_mistakes(case, path, named.name, bound.value)
