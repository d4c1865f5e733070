"""The values of a report's parameters, from what the command line gives."""

import re
from collections.abc import Mapping
from typing import Final

from reporter.diagnostics import Diagnostic, Location, nearest
from reporter.spec.model import Parameter, ParameterValue, ReportSpec

_EXPECTED: Final = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
}
_INTEGER: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_BOOLEANS: Final = {"true": True, "false": False}


def parameters_of(
    spec: ReportSpec, given: Mapping[str, str]
) -> tuple[dict[str, ParameterValue | None], tuple[Diagnostic, ...]]:
    """Every parameter of the spec with its value, and what is wrong with the given ones.

    An optional parameter that is neither given nor has a default is None.
    """
    values: dict[str, ParameterValue | None] = {}
    mistakes = [_unknown(name, spec) for name in given if name not in spec.parameters]
    for name, parameter in spec.parameters.items():
        values[name] = parameter.default
        if name in given:
            value = _typed(parameter, given[name])
            if value is None:
                mistakes.append(_wrong_type(name, parameter, given[name]))
            elif parameter.values and value not in parameter.values:
                mistakes.append(_not_allowed(name, parameter, given[name]))
            values[name] = value
        elif parameter.required and parameter.default is None:
            mistakes.append(_missing(name, parameter))
    return values, tuple(mistakes)


def _typed(parameter: Parameter, text: str) -> ParameterValue | None:
    if parameter.type == "string":
        return text
    if parameter.type == "boolean":
        return _BOOLEANS.get(text.lower())
    if parameter.type == "integer":
        return int(text) if _INTEGER.fullmatch(text) else None
    return float(text) if _NUMBER.fullmatch(text) else None


def _unknown(name: str, spec: ReportSpec) -> Diagnostic:
    known = tuple(spec.parameters)
    near = nearest(name, known)
    return Diagnostic(
        code="unknown-parameter",
        message=f"report {spec.name} has no parameter {name!r}",
        location=_argument(name),
        expected=f"one of {', '.join(known)}" if known else "no parameter",
        found=name,
        hint=None if near is None else f"did you mean {near!r}?",
    )


def _wrong_type(name: str, parameter: Parameter, text: str) -> Diagnostic:
    return Diagnostic(
        code="parameter-type",
        message=f"parameter {name} takes {_EXPECTED[parameter.type]}",
        location=_argument(name),
        expected=_EXPECTED[parameter.type],
        found=f'"{text}"',
    )


def _not_allowed(name: str, parameter: Parameter, text: str) -> Diagnostic:
    allowed = [_text(value) for value in parameter.values]
    near = nearest(text, allowed)
    return Diagnostic(
        code="parameter-value",
        message=f"parameter {name} does not take {text!r}",
        location=_argument(name),
        expected=f"one of {', '.join(allowed)}",
        found=f'"{text}"',
        hint=None if near is None else f"did you mean {near!r}?",
    )


def _missing(name: str, parameter: Parameter) -> Diagnostic:
    example = _text(parameter.values[0]) if parameter.values else "VALUE"
    return Diagnostic(
        code="missing-parameter",
        message=f"parameter {name} has no value",
        location=_argument(name),
        expected=_EXPECTED[parameter.type],
        hint=f"give one with --param {name}={example}",
    )


def _text(value: ParameterValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _argument(name: str) -> Location:
    return Location(f"--param {name}")
