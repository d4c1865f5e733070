"""Rules on the texts of a spec that have values filled in."""

import re
from collections.abc import Iterator
from typing import Final

from reporter.diagnostics import Diagnostic, Path
from reporter.plan.rules.case import Case, meant
from reporter.plan.rules.names import metric_mistake
from reporter.spec.sections import CalloutSection, PageBreakSection, TextSection
from reporter.templating import mentioned_metrics, syntax_problem

_CODE: Final = r"\{\{.*?\}\}|\{%.*?%\}"
"""What stands between the marks of a template."""


def lines(case: Case) -> Iterator[tuple[Path, str]]:
    """Every template that is one line of plain text, with its place."""
    yield ("title",), case.spec.title
    yield ("description",), case.spec.description
    for index, section in enumerate(case.spec.sections):
        if not isinstance(section, PageBreakSection) and section.title is not None:
            yield ("sections", index, "title"), section.title
    for index, delivery in enumerate(case.spec.delivery):
        for key in ("subject", "path", "text"):
            text = getattr(delivery, key, None)
            if text is not None:
                yield ("delivery", index, key), text


def markdowns(case: Case) -> Iterator[tuple[Path, str]]:
    """Every template that is Markdown, with its place."""
    for index, section in enumerate(case.spec.sections):
        if isinstance(section, TextSection | CalloutSection):
            yield ("sections", index, "markdown"), section.markdown


def syntax(case: Case) -> Iterator[Diagnostic]:
    """Templates can be read and speak of what there is."""
    for path, text in (*lines(case), *markdowns(case)):
        problem = syntax_problem(text)
        if problem is not None:
            line, message = problem
            location = case.tree.line_within(path, line)
            yield Diagnostic("template", f"the text cannot be filled in: {message}", location)


def metrics(case: Case) -> Iterator[Diagnostic]:
    """Texts speak of metrics that there are."""
    for path, text in markdowns(case):
        for name in mentioned_metrics(text):
            mistake = metric_mistake(case, path, name)
            if mistake is not None:
                yield mistake


def figures_in_lines(case: Case) -> Iterator[Diagnostic]:
    """Figures stand in the Markdown of text sections; titles are made before there are any."""
    for path, text in lines(case):
        if mentioned_metrics(text):
            yield case.problem(
                path,
                "figure-outside-text",
                f"kpi() has no figures in a {path[-1]}",
                expected="kpi() in the markdown of a text section",
            )


def comparisons(case: Case) -> Iterator[Diagnostic]:
    """A text speaks of the comparison where there is one."""
    if case.spec.compare_to is not None:
        return
    for path, text in (*lines(case), *markdowns(case)):
        # {% if comparison %} may well stand around it.
        if "{%" not in text and any(re.search(r"\bcomparison\.", c) for c in code(text)):
            yield case.problem(
                path,
                "nothing-to-compare-with",
                "the text speaks of the comparison, but the report has no compareTo",
                expected="compareTo: previous_period, or previous_year, at the top of the spec",
            )


def parameters(case: Case) -> Iterator[Diagnostic]:
    """Texts speak of parameters that there are."""
    known = tuple(case.spec.parameters)
    for path, text in (*lines(case), *markdowns(case)):
        for name in dict.fromkeys(n for n in _parameters(text) if n not in known):
            yield case.problem(
                path,
                "unknown-parameter",
                f"there is no parameter {name!r}",
                expected=f"one of {', '.join(known)}" if known else "a parameter of this report",
                found=name,
                hint=meant(name, known) or "declare it under parameters",
            )


def mentioned(case: Case) -> set[str]:
    """The metrics that texts speak of."""
    return {name for _, text in markdowns(case) for name in mentioned_metrics(text)}


def mentioned_parameters(case: Case) -> set[str]:
    """The parameters that texts speak of."""
    return {name for _, text in (*lines(case), *markdowns(case)) for name in _parameters(text)}


def code(text: str) -> list[str]:
    """What stands between the marks of a template."""
    return re.findall(_CODE, text, re.DOTALL)


def _parameters(text: str) -> Iterator[str]:
    for part in code(text):
        for found in re.finditer(r"""\bparameters(?:\.|\[\s*['"])([A-Za-z]\w*)""", part):
            yield found[1]
