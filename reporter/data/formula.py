"""Arithmetic over metrics, as people write it in YAML: ``A / (B + C)``.

The grammar is numbers, metric names, ``+ - * /``, a leading minus and parentheses. Nothing
is ever evaluated as Python.

No value spreads: a formula with a missing operand has no value, and so has a division by
zero. That is what makes a ratio over no calls a dash instead of 0.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from math import isfinite
from typing import Final

import msgspec

from reporter.errors import ReporterError

Number = int | float


class Operator(StrEnum):
    """The four operations."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Constant(msgspec.Struct, frozen=True, tag=True):
    """A number."""

    value: Number


class Reference(msgspec.Struct, frozen=True, tag=True):
    """A metric, by name."""

    name: str


class Negation(msgspec.Struct, frozen=True, tag=True):
    """``-x``."""

    operand: "Formula"


class Operation(msgspec.Struct, frozen=True, tag=True):
    """``left operator right``."""

    operator: Operator
    left: "Formula"
    right: "Formula"


Formula = Constant | Reference | Negation | Operation


class FormulaError(ReporterError):
    """A text that is no formula.

    Attributes:
        position: how many characters are read before the mistake.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def ratio(numerator: str, denominator: str) -> Formula:
    """The formula ``numerator / denominator``."""
    return Operation(Operator.DIVIDE, Reference(numerator), Reference(denominator))


def references(formula: Formula) -> tuple[str, ...]:
    """The names in a formula, each once, in the order of their first use."""
    match formula:
        case Constant():
            return ()
        case Reference(name):
            return (name,)
        case Negation(operand):
            return references(operand)
        case Operation(_, left, right):
            return tuple(dict.fromkeys((*references(left), *references(right))))


def is_void(formula: Formula) -> bool:
    """Whether a formula never has a value, whatever its metrics are: something is divided by 0."""
    match formula:
        case Constant() | Reference():
            return False
        case Negation(operand):
            return is_void(operand)
        case Operation(operator, left, right):
            if is_void(left) or is_void(right):
                return True
            settled = operator is Operator.DIVIDE and not references(right)
            return settled and evaluate(right, lambda _: None) == 0


def is_linear(formula: Formula, adds_up: Callable[[str], bool]) -> bool:
    """Whether the value for a whole is the sum of the values for its parts.

    So it is of ``A - B``, ``2 * A`` and ``A / 1000`` where A and B add up themselves; not of
    ``A / B``, and not of ``A + 1``.
    """
    match formula:
        case Constant(value):
            return value == 0
        case Reference(name):
            return adds_up(name)
        case Negation(operand):
            return is_linear(operand, adds_up)
        case Operation(Operator.ADD | Operator.SUBTRACT, left, right):
            return is_linear(left, adds_up) and is_linear(right, adds_up)
        case Operation(Operator.MULTIPLY, left, right):
            scaled = right if not references(left) else left
            return is_linear(scaled, adds_up) and not (references(left) and references(right))
        case Operation(_, left, right):
            return is_linear(left, adds_up) and not references(right)


def evaluate(formula: Formula, value_of: Callable[[str], Number | None]) -> Number | None:
    """The value of a formula, or None where it has none.

    Whole numbers stay whole under ``+ - *``; ``/`` is the correctly rounded quotient.
    A result too large for a float has no value.
    """
    try:
        result = _evaluate(formula, value_of)
    except OverflowError:
        return None
    return result if result is None or isfinite(result) else None


def _evaluate(formula: Formula, value_of: Callable[[str], Number | None]) -> Number | None:
    match formula:
        case Constant(value):
            return value
        case Reference(name):
            return value_of(name)
        case Negation(operand):
            inner = _evaluate(operand, value_of)
            return None if inner is None else -inner
        case Operation(operator, left, right):
            a, b = _evaluate(left, value_of), _evaluate(right, value_of)
            if a is None or b is None:
                return None
            return _apply(operator, a, b)


def _apply(operator: Operator, a: Number, b: Number) -> Number | None:
    match operator:
        case Operator.ADD:
            return a + b
        case Operator.SUBTRACT:
            return a - b
        case Operator.MULTIPLY:
            return a * b
        case Operator.DIVIDE:
            return None if b == 0 else a / b


def text_of(formula: Formula) -> str:
    """The formula as text with the fewest parentheses; parsing it gives the formula back."""
    return _text(formula, 0)


_STRENGTH: Final = {
    Operator.ADD: 1,
    Operator.SUBTRACT: 1,
    Operator.MULTIPLY: 2,
    Operator.DIVIDE: 2,
}
_STRENGTH_OF_MINUS: Final = 3


def _text(formula: Formula, outer: int) -> str:
    match formula:
        case Constant(value):
            return repr(value)
        case Reference(name):
            return name
        case Negation(operand):
            return f"-{_text(operand, _STRENGTH_OF_MINUS)}"
        case Operation(operator, left, right):
            strength = _STRENGTH[operator]
            text = f"{_text(left, strength)} {operator} {_text(right, strength + 1)}"
            return f"({text})" if strength < outer else text


_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/()]))",
    re.ASCII,
)
_MAX_DEPTH: Final = 50
_MAX_OPERATIONS: Final = 100
_MAX_DIGITS: Final = 300


def parse(text: str) -> Formula:
    """The formula that a text stands for.

    Raises:
        FormulaError: with the position, where the text is no formula.
    """
    return FormulaReader(text).whole()


class FormulaReader:
    """Recursive descent over one text; languages that formulas are a part of go on from here.

    Attributes:
        reserved: the words of such a language, which name no metric.
    """

    reserved: frozenset[str] = frozenset()

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._depth = 0
        self._operations = 0

    def whole(self) -> Formula:
        """The formula that the text is."""
        formula = self.sum()
        if self._text[self._position :].strip():
            raise self._unexpected("an operator (+ - * /) or the end")
        return formula

    def sum(self) -> Formula:
        """The formula that begins here, as far as it goes."""
        left = self._product()
        while (sign := self._take_sign("+-")) is not None:
            left = self._operation(sign, left, self._product())
        return left

    def _product(self) -> Formula:
        left = self._factor()
        while (sign := self._take_sign("*/")) is not None:
            left = self._operation(sign, left, self._factor())
        return left

    def _operation(self, sign: str, left: Formula, right: Formula) -> Formula:
        self._operations += 1
        if self._operations > _MAX_OPERATIONS:
            raise FormulaError(f"more than {_MAX_OPERATIONS} operations", self._position)
        return Operation(Operator(sign), left, right)

    def _factor(self) -> Formula:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise FormulaError(f"more than {_MAX_DEPTH} levels deep", self._position)
        try:
            return self._sign_or_atom()
        finally:
            self._depth -= 1

    def _sign_or_atom(self) -> Formula:
        if self._take_sign("-") is not None:
            return Negation(self._factor())
        if self._take_sign("(") is not None:
            inner = self.sum()
            if self._take_sign(")") is None:
                raise self._unexpected("a closing parenthesis")
            return inner
        found = _TOKEN.match(self._text, self._position)
        if found is None or found["sign"] is not None or found["name"] in self.reserved:
            raise self._unexpected("a metric, a number or an opening parenthesis")
        if found["name"] is not None:
            self._position = found.end()
            return Reference(found["name"])
        if len(found["number"]) > _MAX_DIGITS:
            raise FormulaError(f"a number of more than {_MAX_DIGITS} signs", self._position)
        if not isfinite(number := _number(found["number"])):
            raise FormulaError("a number that is too large", self._position)
        self._position = found.end()
        return Constant(self.constant(found["number"], number))

    def constant(self, text: str, number: Number) -> Number:  # noqa: ARG002 - for languages with more
        """What a number stands for that has just been read."""
        return number

    def _take_sign(self, signs: str) -> str | None:
        found = _TOKEN.match(self._text, self._position)
        if found is None or found["sign"] is None or found["sign"] not in signs:
            return None
        self._position = found.end()
        return found["sign"]

    def _unexpected(self, expected: str) -> FormulaError:
        rest = self._text[self._position :].strip()
        found = f"{rest[:20]!r}" if rest else "the end"
        return FormulaError(f"expected {expected}, found {found}", self._position)


def _number(text: str) -> Number:
    return int(text) if text.isdigit() else float(text)
