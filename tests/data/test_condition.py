"""Conditions: read, written back, and decided as a second opinion decides them."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.condition import (
    All,
    Any,
    Comparison,
    Condition,
    Fact,
    Known,
    Not,
    Sign,
    comparisons,
    facts_of,
    holds,
    metrics_of,
    parse,
    text_of,
)
from reporter.data.formula import (
    Constant,
    Formula,
    FormulaError,
    Negation,
    Number,
    Operation,
    Operator,
    Reference,
    is_void,
)
from reporter.data.formula import parse as formula

VALUES: dict[str, Number | None] = {"A": 12, "B": 5, "NONE": None, "ZERO": 0, "HALF": 0.5}
FACTS: dict[Fact, bool | None] = {
    Fact.ANY_TARGET_MISSED: True,
    Fact.NO_DATA: False,
    Fact.CHANGED: None,
}

formulas = st.recursive(
    st.one_of(
        st.builds(Constant, st.one_of(st.integers(0, 20), st.sampled_from([0.5, 1.25]))),
        st.builds(Reference, st.sampled_from(sorted(VALUES))),
    ),
    lambda inner: st.one_of(
        st.builds(Negation, inner),
        st.builds(Operation, st.sampled_from(Operator), inner, inner),
    ),
    max_leaves=5,
)
conditions = st.recursive(
    st.one_of(
        st.builds(Comparison, st.sampled_from(Sign), formulas, formulas),
        st.builds(Known, st.sampled_from(Fact)),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(All, inner, inner), st.builds(Any, inner, inner)
    ),
    max_leaves=8,
)


def decided(text: str) -> bool | None:
    return holds(parse(text), VALUES.__getitem__, FACTS.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A < 13", True),
        ("A<12", False),
        ("A <= 12", True),
        ("A > B", True),
        ("A >= 2 * B + 2", True),
        ("A == 12.0", True),
        ("A != 12", False),
        ("HALF == 50%", True),
        ("HALF < 50.1%", True),
        ("1% == 0.01 and 0.1% == 0.001 and 7% == 0.07 and 1e2% == 1", True),
        ("(A + B) / 2 > 8", True),
        ("(A > 1)", True),
        ("((A + B)) > ((1))", True),
        ("((A > 1) and (B < 1))", False),
        ("-A < 0", True),
        ("anyTargetMissed", True),
        ("noData", False),
        ("not noData", True),
        ("not not noData", False),
        ("not A < 1", True),
        ("A > 1 or B > 1 and noData", True),
        ("(A > 1 or B > 1) and noData", False),
        ("not noData and noData", False),
        ("not (noData and noData)", True),
        ("NONE < 1", None),
        ("NONE == NONE", None),
        ("not NONE < 1", None),
        ("A / ZERO > 1", None),
        ("changed", None),
        ("noData or changed", None),
        ("anyTargetMissed or changed", True),
        ("changed or anyTargetMissed", True),
        ("noData and changed", False),
        ("changed and noData", False),
        ("anyTargetMissed and NONE > 1", None),
        ("noData\n  or A > 1", True),
    ],
)
def test_a_condition_holds_as_it_reads(text: str, *, expected: bool | None) -> None:
    assert decided(text) is expected


EXPECTED = {
    "a number": "expected a metric, a number or an opening parenthesis",
    "a comparison": "expected a comparison (< <= > >= == !=)",
    "a joint": "expected and, or, or the end",
    "a closing": "expected a closing parenthesis",
}


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, f"{EXPECTED['a number']}, found the end"),
        ("A", 1, f"{EXPECTED['a comparison']}, found the end"),
        ("A <", 3, f"{EXPECTED['a number']}, found the end"),
        ("A < 1 <", 5, f"{EXPECTED['a joint']}, found '<'"),
        ("A < 1 B", 5, f"{EXPECTED['a joint']}, found 'B'"),
        ("A < 1 and", 9, f"{EXPECTED['a number']}, found the end"),
        ("A < 1 and and B", 9, f"{EXPECTED['a number']}, found 'and B'"),
        ("A < not", 3, f"{EXPECTED['a number']}, found 'not'"),
        ("A < noData", 3, f"{EXPECTED['a number']}, found 'noData'"),
        ("noData < 1", 6, f"{EXPECTED['a joint']}, found '< 1'"),
        ("(A < 1", 6, f"{EXPECTED['a closing']}, found the end"),
        ("(A + 1 < 2", 10, f"{EXPECTED['a closing']}, found the end"),
        ("(A + ) < 1", 4, f"{EXPECTED['a number']}, found ') < 1'"),
        ("(A + 1)", 7, f"{EXPECTED['a comparison']}, found the end"),
        ("A < 1)", 5, f"{EXPECTED['a joint']}, found ')'"),
        ("A = 1", 1, f"{EXPECTED['a comparison']}, found '= 1'"),
        ("A < 1e999", 3, "a number that is too large"),
        ("A < 5 %", 5, f"{EXPECTED['a joint']}, found '%'"),
        ("A % 2 < 1", 1, f"{EXPECTED['a comparison']}, found '% 2 < 1'"),
        ("not " * 21 + "noData", 79, "more than 20 levels deep"),
        ("A<1 and " * 300, 2000, "a condition has 2000 signs at most"),
    ],
)
def test_a_text_that_is_no_condition_says_where_and_why(
    text: str, position: int, message: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.position, caught.value.message) == (position, message)


def test_what_was_read_in_vain_does_not_count() -> None:
    """A parenthesis is read as a formula first; its operations are not counted twice."""
    long = " + ".join("A" * 60)
    assert decided(f"({long} > 1 and noData)") is False
    with pytest.raises(FormulaError, match="more than 100 operations"):
        parse(f"{long} > {long}")


def test_a_long_condition_is_read() -> None:
    assert decided(" and ".join(["A>1"] * 240)) is True


def test_metrics_facts_and_comparisons_of_a_condition() -> None:
    condition = parse("A < 1 or not (B / A > C and noData) or changed")
    assert metrics_of(condition) == ("A", "B", "C")
    assert facts_of(condition) == {Fact.NO_DATA, Fact.CHANGED}
    assert [one.sign for one in comparisons(condition)] == [Sign.LESS, Sign.MORE]
    assert metrics_of(parse("changed")) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", False),
        ("A / 2", False),
        ("A / B", False),
        ("A / 0", True),
        ("-(1 + A / (2 - 2))", True),
        ("2 * (A / 0.0)", True),
        ("A / (B - B)", False),
    ],
)
def test_a_formula_that_never_has_a_value_is_known(text: str, *, expected: bool) -> None:
    assert is_void(formula(text)) is expected


@given(conditions)
def test_the_text_of_a_condition_reads_back_as_it(condition: Condition) -> None:
    assert parse(text_of(condition)) == condition


@given(st.text(alphabet="AB 1.%<>=!()andort", max_size=40))
def test_any_text_is_a_condition_or_a_mistake_with_a_place(text: str) -> None:
    try:
        condition = parse(text)
    except FormulaError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert parse(text_of(condition)) == condition


def exact(found: Formula, values: dict[str, Fraction | None]) -> Fraction | None:
    """A formula in fractions, which are never rounded."""
    match found:
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


SIGNS: dict[Sign, Callable[[Fraction, Fraction], bool]] = {
    Sign.LESS: lambda a, b: a < b,
    Sign.AT_MOST: lambda a, b: a < b or a == b,
    Sign.MORE: lambda a, b: b < a,
    Sign.AT_LEAST: lambda a, b: not a < b,
    Sign.EQUAL: lambda a, b: a == b,
    Sign.UNLIKE: lambda a, b: a != b,
}


Values = dict[str, Fraction | None]


def atoms(found: Condition, values: Values, facts: dict[Fact, bool | None]) -> list[bool | None]:
    """What is compared or asked, from left to right."""
    match found:
        case Comparison(sign, left, right):
            a, b = exact(left, values), exact(right, values)
            return [None if a is None or b is None else SIGNS[sign](a, b)]
        case Known(fact):
            return [facts[fact]]
        case Not(operand):
            return atoms(operand, values, facts)
        case All(left, right) | Any(left, right):
            return [*atoms(left, values, facts), *atoms(right, values, facts)]


def told(found: Condition, world: list[bool]) -> bool:
    """What a condition is in a world in which every atom is true or false; it is used up."""
    match found:
        case Comparison() | Known():
            return world.pop(0)
        case Not(operand):
            return not told(operand, world)
        case All(left, right):
            return [told(left, world), told(right, world)] == [True, True]
        case Any(left, right):
            return True in [told(left, world), told(right, world)]


def in_every_world(found: Condition, asked: list[bool | None]) -> bool | None:
    """What a condition is whatever the unknown atoms turn out to be; None where they matter."""
    worlds = product(*([True, False] if one is None else [one] for one in asked))
    results = {told(found, list(world)) for world in worlds}
    return results.pop() if len(results) == 1 else None


# Sums and products of such values are exact in floats too; quotients are not compared.
plain = st.recursive(
    st.one_of(
        st.builds(Constant, st.one_of(st.integers(0, 20), st.sampled_from([0.5, 1.25]))),
        st.builds(Reference, st.sampled_from(["A", "B", "C"])),
    ),
    lambda inner: st.builds(
        Operation,
        st.sampled_from([Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY]),
        inner,
        inner,
    ),
    max_leaves=3,
)
quotients = st.builds(
    Operation, st.just(Operator.DIVIDE), plain, st.builds(Constant, st.sampled_from([0, 1, 2, 4]))
)
decidable = st.recursive(
    st.one_of(
        st.builds(Comparison, st.sampled_from(Sign), st.one_of(plain, quotients), st.one_of(plain)),
        st.builds(Known, st.sampled_from(Fact)),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(All, inner, inner), st.builds(Any, inner, inner)
    ),
    max_leaves=8,
)
values = st.one_of(st.none(), st.integers(-10, 40), st.sampled_from([0.5, -0.25]))


@given(
    decidable,
    values,
    values,
    values,
    st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3),
)
def test_a_condition_is_what_it_is_in_every_world(
    condition: Condition,
    a: Number | None,
    b: Number | None,
    c: Number | None,
    facts: list[bool | None],
) -> None:
    named = {"A": a, "B": b, "C": c}
    given_facts = dict(zip(Fact, facts, strict=True))
    exactly = {name: None if v is None else Fraction(v) for name, v in named.items()}
    expected = in_every_world(condition, atoms(condition, exactly, given_facts))
    assert holds(condition, named.__getitem__, given_facts.__getitem__) is expected
