from typing import Any

import msgspec
import pytest

from reporter.diagnostics import Diagnostic, Location
from reporter.spec.model import Parameter, ParameterValue, ReportSpec
from reporter.spec.parameters import parameters_of


def read(
    given: dict[str, str], **parameters: dict[str, Any]
) -> tuple[dict[str, ParameterValue | None], tuple[Diagnostic, ...]]:
    spec = {
        "version": 1,
        "name": "r",
        "title": "R",
        "sections": [{"type": "text", "markdown": "x"}],
        "parameters": parameters,
    }
    return parameters_of(msgspec.convert(spec, ReportSpec), given)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "385", 385),
        ("integer", "-1", -1),
        ("number", "0.5", 0.5),
        ("number", "2", 2.0),
        ("string", "385", "385"),
        ("string", "", ""),
        ("boolean", "true", True),
        ("boolean", "FALSE", False),
    ],
)
def test_texts_become_typed(kind: str, text: str, value: object) -> None:
    values, mistakes = read({"p": text}, p={"type": kind})
    assert values == {"p": value}
    assert type(values["p"]) is type(value)
    assert mistakes == ()


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("integer", "1.5", "a whole number"),
        ("integer", "1_000", "a whole number"),
        ("integer", "", "a whole number"),
        ("number", "nan", "a number"),
        ("number", "1e400", "a number"),
        ("boolean", "yes", "true or false"),
    ],
)
def test_a_text_of_another_type(kind: str, text: str, expected: str) -> None:
    _, mistakes = read({"p": text}, p={"type": kind})
    assert mistakes == (
        Diagnostic(
            code="parameter-type",
            message=f"parameter p takes {expected}",
            location=Location("--param p"),
            expected=expected,
            found=f'"{text}"',
        ),
    )


def test_without_a_value_there_is_the_default_or_none() -> None:
    values, mistakes = read({}, a={"type": "integer", "default": 7}, b={"type": "string"})
    assert values == {"a": 7, "b": None}
    assert mistakes == ()


def test_all_mistakes_come_at_once() -> None:
    _, mistakes = read(
        {"contry": "1", "kind": "larg"},
        country={"type": "integer", "required": True},
        kind={"type": "string", "values": ["small", "large"]},
        open={"type": "boolean", "required": True, "values": [True]},
    )
    assert mistakes == (
        Diagnostic(
            code="unknown-parameter",
            message="report r has no parameter 'contry'",
            location=Location("--param contry"),
            expected="one of country, kind, open",
            found="contry",
            hint="did you mean 'country'?",
        ),
        Diagnostic(
            code="missing-parameter",
            message="parameter country has no value",
            location=Location("--param country"),
            expected="a whole number",
            hint="give one with --param country=VALUE",
        ),
        Diagnostic(
            code="parameter-value",
            message="parameter kind does not take 'larg'",
            location=Location("--param kind"),
            expected="one of small, large",
            found='"larg"',
            hint="did you mean 'large'?",
        ),
        Diagnostic(
            code="missing-parameter",
            message="parameter open has no value",
            location=Location("--param open"),
            expected="true or false",
            hint="give one with --param open=true",
        ),
    )


def test_a_report_without_parameters_takes_none() -> None:
    _, (mistake,) = read({"p": "1"})
    assert (mistake.expected, mistake.hint) == ("no parameter", None)


def test_a_required_parameter_may_have_a_default() -> None:
    parameter = Parameter(type="integer", required=True, default=3)
    assert read({}, p=msgspec.to_builtins(parameter)) == ({"p": 3}, ())
