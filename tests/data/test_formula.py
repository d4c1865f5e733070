from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.formula import (
    Constant,
    Formula,
    FormulaError,
    Negation,
    Number,
    Operation,
    Operator,
    Reference,
    evaluate,
    parse,
    ratio,
    references,
    text_of,
)

VALUES: dict[str, Number | None] = {"A": 12, "B": 5, "C": None, "ZERO": 0, "HALF": 0.5}

formulas = st.recursive(
    st.one_of(
        st.builds(Constant, st.integers(0, 1000)),
        st.builds(Constant, st.sampled_from([0.5, 1.25, 100.0])),
        st.builds(Reference, st.sampled_from(sorted(VALUES))),
    ),
    lambda inner: st.one_of(
        st.builds(Negation, inner),
        st.builds(Operation, st.sampled_from(Operator), inner, inner),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", 12),
        ("A + B * 2", 22),
        ("(A + B) * 2", 34),
        ("A - B - 2", 5),
        ("A / B / 2", 1.2),
        ("-A + B", -7),
        ("--A", 12),
        ("A * -B", -60),
        ("1.5e2 + A", 162.0),
        ("A / ZERO", None),
        ("A + C", None),
        ("C", None),
        ("-C", None),
        ("0 * C", None),
        ("A / HALF", 24.0),
    ],
)
def test_a_formula_has_the_value_that_school_gives_it(text: str, expected: Number | None) -> None:
    assert evaluate(parse(text), VALUES.__getitem__) == expected


def test_whole_numbers_stay_whole_and_exact() -> None:
    result = evaluate(parse("A * B + 1"), {"A": 10**20, "B": 10**20}.__getitem__)
    assert result == 10**40 + 1
    assert isinstance(result, int)


@pytest.mark.parametrize("text", ["A / B", "A * HUGE * HUGE", "A * HUGE - HUGE * A * 2"])
def test_a_result_beyond_floats_is_no_value(text: str) -> None:
    values: dict[str, Number | None] = {"A": 10**400, "B": 3, "HUGE": 1e308}
    assert evaluate(parse(text), values.__getitem__) is None


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "expected a metric, a number or an opening parenthesis, found the end"),
        ("A +", 3, "expected a metric, a number or an opening parenthesis, found the end"),
        ("A B", 1, "expected an operator (+ - * /) or the end, found 'B'"),
        ("(A + B", 6, "expected a closing parenthesis, found the end"),
        ("A + )", 3, "expected a metric, a number or an opening parenthesis, found ')'"),
        ("A ** 2", 3, "expected a metric, a number or an opening parenthesis, found '* 2'"),
        ("A; B", 1, "expected an operator (+ - * /) or the end, found '; B'"),
        (
            "__import__('os')",
            10,
            "expected an operator (+ - * /) or the end, found \"('os')\"",
        ),
    ],
)
def test_a_text_that_is_no_formula_says_where_and_why(
    text: str, position: int, message: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.position) == (message, position)


@pytest.mark.parametrize("text", ["(" * 5000 + "A" + ")" * 5000, "-" * 5000 + "A"])
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(FormulaError, match="levels deep"):
        parse(text)


def test_length_is_bounded() -> None:
    parse("+".join("A" * 101))
    with pytest.raises(FormulaError, match="more than 100 operations"):
        parse("+".join("A" * 102))
    with pytest.raises(FormulaError, match="a number of more than 300 signs"):
        parse("A * " + "9" * 5000)


def test_references_come_once_in_order_of_first_use() -> None:
    assert references(parse("B / (A + B) - 3 * -C")) == ("B", "A", "C")
    assert references(ratio("A", "B")) == ("A", "B")


@given(formulas)
def test_the_text_of_a_formula_parses_back_to_it(formula: Formula) -> None:
    assert parse(text_of(formula)) == formula


@given(st.text(alphabet="AB 12.+-*/()e_", max_size=30))
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert parse(text_of(formula)) == formula


def exact(formula: Formula, values: dict[str, Fraction | None]) -> Fraction | None:
    match formula:
        case Constant(value):
            return Fraction(value)
        case Reference(name):
            return values[name]
        case Negation(operand):
            inner = exact(operand, values)
            return None if inner is None else -inner
        case Operation(operator, left, right):
            a, b = exact(left, values), exact(right, values)
            if a is None or b is None or (operator is Operator.DIVIDE and b == 0):
                return None
            return {
                Operator.ADD: lambda: a + b,
                Operator.SUBTRACT: lambda: a - b,
                Operator.MULTIPLY: lambda: a * b,
                Operator.DIVIDE: lambda: a / b,
            }[operator]()


whole_formulas = st.recursive(
    st.one_of(
        st.builds(Constant, st.integers(0, 1000)),
        st.builds(Reference, st.sampled_from(["A", "B", "C"])),
    ),
    lambda inner: st.builds(
        Operation,
        st.sampled_from([Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY]),
        inner,
        inner,
    ),
    max_leaves=8,
)


@given(whole_formulas, st.integers(-1000, 1000), st.integers(-1000, 1000), whole_formulas)
def test_a_quotient_of_whole_numbers_is_the_exact_one_rounded_once(
    top: Formula, a: int, b: int, bottom: Formula
) -> None:
    values: dict[str, Number | None] = {"A": a, "B": b, "C": 7}
    formula = Operation(Operator.DIVIDE, top, bottom)
    expected = exact(formula, {k: Fraction(v) for k, v in values.items() if v is not None})
    result = evaluate(formula, values.__getitem__)
    assert result == (None if expected is None else float(expected))
