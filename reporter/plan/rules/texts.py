"""Rules on the texts of a spec that have values filled in."""

import re
from collections.abc import Iterator

from reporter.diagnostics import Diagnostic, Path
from reporter.plan.rules.case import Case
from reporter.plan.rules.names import metric_mistake
from reporter.spec.model import TextSection
from reporter.templating import mentioned_metrics, syntax_problem


def templates(case: Case) -> Iterator[tuple[Path, str]]:
    """Every text that is a template, with its place."""
    yield ("title",), case.spec.title
    for index, section in enumerate(case.spec.sections):
        if section.title is not None:
            yield ("sections", index, "title"), section.title
        if isinstance(section, TextSection):
            yield ("sections", index, "markdown"), section.markdown
    for index, delivery in enumerate(case.spec.delivery):
        if delivery.subject is not None:
            yield ("delivery", index, "subject"), delivery.subject


def syntax(case: Case) -> Iterator[Diagnostic]:
    """Templates can be read and speak of what there is."""
    for path, text in templates(case):
        problem = syntax_problem(text)
        if problem is None:
            continue
        line, message = problem
        lines = text.splitlines()
        yield case.problem(
            path,
            "template",
            f"the text cannot be filled in: {message}",
            found=lines[line - 1].strip() if len(lines) > 1 and line <= len(lines) else None,
        )


def metrics(case: Case) -> Iterator[Diagnostic]:
    """Texts speak of metrics that there are."""
    for path, text in templates(case):
        for name in mentioned_metrics(text):
            mistake = metric_mistake(case, path, name)
            if mistake is not None:
                yield mistake


def mentioned(case: Case) -> set[str]:
    """The metrics that texts speak of."""
    return {name for _, text in templates(case) for name in mentioned_metrics(text)}


def mentions_parameter(case: Case, name: str) -> bool:
    """Whether a text speaks of a parameter."""
    use = re.compile(rf"\bparameters\b\W+{re.escape(name)}\b")
    return any(use.search(text) for _, text in templates(case))
