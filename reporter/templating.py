"""Jinja: an environment for pages, one for the texts of a spec, and what is said of a text.

Texts come from git, but the values put into them come from anywhere: both environments are
sandboxed (``sandbox``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from reporter.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2 import BaseLoader, nodes
    from jinja2.sandbox import SandboxedEnvironment

    from reporter.sandbox import Compiled

TEXT_VARIABLES: Final = (
    "burst",
    "comparison",
    "interval",
    "kpi",
    "parameters",
    "period",
    "report",
    "source",
    "timezone",
    "title",
)
"""What a text of a spec can speak of."""

TEXT_FILTERS: Final = ("currency", "duration", "number", "percent", "percent_points")
"""How a text of a spec writes a number of its own."""

_MARKS: Final = ("{{", "{%", "{#")


def environment(loader: BaseLoader | None = None) -> SandboxedEnvironment:
    """A new environment for pages: every value is escaped for HTML, a missing one is an error."""
    from reporter.sandbox import Sandbox  # noqa: PLC0415 - loads when a page is made

    return Sandbox(
        loader=loader,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )


@cache
def _compiled() -> Compiled:
    from reporter.sandbox import Compiled  # noqa: PLC0415 - loads when a page is made

    return Compiled()


def text_environment(finalize: Callable[[object], object] = str) -> SandboxedEnvironment:
    """A new environment for one Markdown or plain text, without escaping for HTML.

    Args:
        finalize: turns the value of each placeholder into what is written.
    """
    from reporter.sandbox import TextSandbox  # noqa: PLC0415 - loads when a text is made

    return TextSandbox(autoescape=False, finalize=finalize)


def mentioned_metrics(text: str) -> tuple[str, ...]:
    """The metrics in a text's ``kpi('X')`` calls, each once, in order; none if it is no Jinja."""
    plain = _plain_placeholders(text)
    if plain is not None:
        return tuple(dict.fromkeys(found["metric"] for found in plain if found["metric"]))
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415 - only where a text has marks

    try:
        tree = text_environment().parse(text)
    except TemplateSyntaxError:
        return ()
    found = (
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "kpi"
        and call.args
        and isinstance(call.args[0], nodes.Const)
        and isinstance(call.args[0].value, str)
    )
    return tuple(dict.fromkeys(found))


def syntax_problem(text: str) -> tuple[int, str] | None:
    """What is wrong with a text of a spec before any value is known: line from 1, a sentence."""
    if _plain_placeholders(text) is not None:
        return None
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - only where a text has marks

    made = text_environment()
    made.filters.update(dict.fromkeys(TEXT_FILTERS, str))
    try:
        made.compile(text)
        return _unknown_variable(made, text)
    except TemplateSyntaxError as problem:
        return problem.lineno, problem.message or "no Jinja text"


_PLACEHOLDER: Final = r"""(?x)
    (?<!\{) \{\{ \s*
    (?P<variable> [a-z]+ ) (?: \( (?P<quote>['"]) (?P<metric>[A-Z][A-Z0-9_]*) (?P=quote) \) )?
    (?: \. [a-z][a-z_]* )* \s*
    (?: \| \s* (?P<filter> [a-z_]+ ) \s* )?
    \}\} (?!\})
"""
"""What nearly all placeholders look like: ``{{ kpi('X').change | percent }}``."""


def _plain_placeholders(text: str) -> tuple[re.Match[str], ...] | None:
    """The placeholders of a text that is plainly right, or None where only Jinja can tell.

    Jinja takes longer to import than all else that a check does.
    """
    if not any(mark in text for mark in _MARKS):
        return ()
    found = tuple(re.finditer(_PLACEHOLDER, text))
    rest = re.sub(_PLACEHOLDER, " ", text)
    right = not any(mark in rest for mark in _MARKS) and all(
        one["variable"] in TEXT_VARIABLES
        and (one["metric"] is None or one["variable"] == "kpi")
        and (one["filter"] is None or one["filter"] in TEXT_FILTERS)
        for one in found
    )
    return found if right else None


def _unknown_variable(made: SandboxedEnvironment, text: str) -> tuple[int, str] | None:
    from jinja2 import meta, nodes  # noqa: PLC0415 - only where a text has marks

    tree = made.parse(text)
    unknown = meta.find_undeclared_variables(tree) - {*TEXT_VARIABLES, *made.globals}
    first = min(_uses(tree.find_all(nodes.Name), unknown), default=None)
    if first is None:
        return None
    line, name = first
    near = nearest(name, TEXT_VARIABLES)
    return line, f"there is no {name!r} here" + (f"; did you mean {near!r}?" if near else "")


def _uses(names: Iterator[nodes.Name], unknown: set[str]) -> Iterator[tuple[int, str]]:
    return ((name.lineno, name.name) for name in names if name.name in unknown)
