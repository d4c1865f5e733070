"""Rules on parameters."""

from collections.abc import Iterator

from reporter.diagnostics import Diagnostic, Path
from reporter.plan.rules.case import Case
from reporter.plan.rules.filters import used_parameters
from reporter.plan.rules.texts import mentioned_parameters
from reporter.plan.rules.types import fits
from reporter.spec.model import ParameterValue


def values(case: Case) -> Iterator[Diagnostic]:
    """Default and allowed values are of the parameter's type."""
    for name, parameter in case.spec.parameters.items():
        given: list[tuple[Path, ParameterValue]] = [
            (("parameters", name, "values", i), v) for i, v in enumerate(parameter.values)
        ]
        if parameter.default is not None:
            given.append((("parameters", name, "default"), parameter.default))
        for path, value in given:
            if not fits(parameter, value):
                yield case.problem(
                    path,
                    "parameter-type",
                    f"the parameter {name} is of type {parameter.type}",
                    expected=f"a value of type {parameter.type}",
                    found=_text(value),
                )


def defaults(case: Case) -> Iterator[Diagnostic]:
    """A default is an allowed value, and of use."""
    for name, parameter in case.spec.parameters.items():
        if parameter.default is None:
            continue
        path = ("parameters", name, "default")
        if parameter.values and parameter.default not in parameter.values:
            yield case.problem(
                path,
                "default-not-allowed",
                f"the default of {name} is not among its values",
                expected=f"one of {', '.join(map(_text, parameter.values))}",
                found=_text(parameter.default),
            )
        if parameter.required:
            yield case.warning(
                path,
                "required-with-default",
                f"the parameter {name} is required, so its default is never asked for",
                of_key=True,
                hint="take out required or default",
            )


def unused(case: Case) -> Iterator[Diagnostic]:
    """A parameter is used by a filter or a text."""
    used = used_parameters(case) | mentioned_parameters(case)
    for name in case.spec.parameters:
        if name not in used:
            yield case.warning(
                ("parameters", name),
                "unused-parameter",
                f"nothing uses the parameter {name}",
                of_key=True,
                hint=f"use it as a filter's value: {{param: {name}}}",
            )


def _text(value: ParameterValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, str) else str(value)
