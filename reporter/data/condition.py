"""Conditions on the figures of a report: ``ANSWER_RATE < 0.5 or anyTargetMissed``.

Comparisons of formulas, three facts, ``and``, ``or``, ``not`` and parentheses. Nothing is ever
evaluated as Python.

Rates are fractions: ``50%`` is another way to write 0.5. Values are compared as they are, not
as they are shown.

A comparison with a value that there is not (a rate over no calls) is neither true nor false. What
does not depend on it is known all the same: ``noData or ANSWER_RATE < 0.5`` over no calls is true.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from reporter.data.formula import (
    Formula,
    FormulaError,
    FormulaReader,
    Number,
    evaluate,
    references,
)
from reporter.data.formula import text_of as formula_text


class Fact(StrEnum):
    """What a condition may ask beside metrics."""

    ANY_TARGET_MISSED = "anyTargetMissed"
    """A metric misses its target; not known where none does and one has no value."""
    NO_DATA = "noData"
    """The period has no calls under the report's filters."""
    CHANGED = "changed"
    """The numbers are not those of the last edition that was issued, or there is none."""


class Sign(StrEnum):
    """How two values are compared."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    UNLIKE = "!="


class Comparison(msgspec.Struct, frozen=True, tag=True):
    """``left sign right``."""

    sign: Sign
    left: Formula
    right: Formula


class Known(msgspec.Struct, frozen=True, tag=True):
    """One of the facts."""

    fact: Fact


class Not(msgspec.Struct, frozen=True, tag=True):
    """``not x``."""

    operand: "Condition"


class All(msgspec.Struct, frozen=True, tag=True):
    """``a and b``."""

    left: "Condition"
    right: "Condition"


class Any(msgspec.Struct, frozen=True, tag=True):
    """``a or b``."""

    left: "Condition"
    right: "Condition"


Condition = Comparison | Known | Not | All | Any


def parse(text: str) -> Condition:
    """The condition that a text stands for.

    Raises:
        FormulaError: with the position, where the text is no condition.
    """
    return _Reader(text).condition()


def metrics_of(condition: Condition) -> tuple[str, ...]:
    """The metrics that a condition compares, each once, in order."""
    named = (
        name
        for comparison in comparisons(condition)
        for side in (comparison.left, comparison.right)
        for name in references(side)
    )
    return tuple(dict.fromkeys(named))


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """The comparisons of a condition, in order."""
    match condition:
        case Comparison():
            yield condition
        case Not(operand):
            yield from comparisons(operand)
        case All(left, right) | Any(left, right):
            yield from comparisons(left)
            yield from comparisons(right)
        case Known():
            return


def facts_of(condition: Condition) -> frozenset[Fact]:
    """The facts that a condition asks."""
    match condition:
        case Known(fact):
            return frozenset({fact})
        case Not(operand):
            return facts_of(operand)
        case All(left, right) | Any(left, right):
            return facts_of(left) | facts_of(right)
        case Comparison():
            return frozenset()


def holds(
    condition: Condition,
    value_of: Callable[[str], Number | None],
    is_fact: Callable[[Fact], bool | None],
) -> bool | None:
    """Whether a condition holds; None where that depends on what nobody knows."""
    match condition:
        case Comparison(sign, left, right):
            a, b = evaluate(left, value_of), evaluate(right, value_of)
            return None if a is None or b is None else _compared(sign, a, b)
        case Known(fact):
            return is_fact(fact)
        case Not(operand):
            inner = holds(operand, value_of, is_fact)
            return None if inner is None else not inner
        case All(left, right):
            both = (holds(left, value_of, is_fact), holds(right, value_of, is_fact))
            return False if False in both else None if None in both else True
        case Any(left, right):
            both = (holds(left, value_of, is_fact), holds(right, value_of, is_fact))
            return True if True in both else None if None in both else False


def text_of(condition: Condition) -> str:
    """A condition as people write it; reads back as the same condition."""
    return _text(condition, 0)


_OR, _AND, _NOT = 1, 2, 3


def _text(condition: Condition, outer: int) -> str:
    match condition:
        case Comparison(sign, left, right):
            return f"{formula_text(left)} {sign} {formula_text(right)}"
        case Known(fact):
            return str(fact)
        case Not(operand):
            return f"not {_text(operand, _NOT)}"
        case All(left, right):
            text, strength = f"{_text(left, _AND)} and {_text(right, _AND + 1)}", _AND
        case Any(left, right):
            text, strength = f"{_text(left, _OR)} or {_text(right, _OR + 1)}", _OR
    return f"({text})" if strength < outer else text


def _compared(sign: Sign, a: Number, b: Number) -> bool:
    match sign:
        case Sign.LESS:
            return a < b
        case Sign.AT_MOST:
            return a <= b
        case Sign.MORE:
            return a > b
        case Sign.AT_LEAST:
            return a >= b
        case Sign.EQUAL:
            return a == b
        case Sign.UNLIKE:
            return a != b


_WORD: Final = re.compile(r"\s*([A-Za-z_]\w*)", re.ASCII)
_SIGN: Final = re.compile(r"\s*(<=|>=|==|!=|<|>)")
_OPENING: Final = re.compile(r"\s*\(")
_CLOSING: Final = re.compile(r"\s*\)")
_FACTS: Final = {str(fact): fact for fact in Fact}
_MOST_LEVELS: Final = 20
_LONGEST: Final = 2000


class _Reader(FormulaReader):
    """Reads a condition around the formulas that it compares."""

    reserved = frozenset({*_FACTS, "and", "or", "not"})

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._levels = 0

    def condition(self) -> Condition:
        if len(self._text) > _LONGEST:
            raise FormulaError(f"a condition has {_LONGEST} signs at most", _LONGEST)
        found = self._either()
        if self._text[self._position :].strip():
            raise self._unexpected("and, or, or the end")
        return found

    def _either(self) -> Condition:
        left = self._both()
        while self._take_word("or"):
            left = Any(left, self._both())
        return left

    def _both(self) -> Condition:
        left = self._one()
        while self._take_word("and"):
            left = All(left, self._one())
        return left

    def _one(self) -> Condition:
        self._levels += 1
        if self._levels > _MOST_LEVELS:
            raise FormulaError(f"more than {_MOST_LEVELS} levels deep", self._position)
        try:
            if self._take_word("not"):
                return Not(self._one())
            return self._fact() or self._compared_or_group()
        finally:
            self._levels -= 1

    def _fact(self) -> Condition | None:
        found = _WORD.match(self._text, self._position)
        if found is None or found[1] not in _FACTS:
            return None
        self._position = found.end()
        return Known(_FACTS[found[1]])

    def _compared_or_group(self) -> Condition:
        """A parenthesis may begin a formula, or hold a condition: what fits, fits."""
        begin, operations = self._position, self._operations
        try:
            return self._comparison()
        except FormulaError as no_comparison:
            self._position, self._operations = begin, operations
            opening = _OPENING.match(self._text, begin)
            if opening is None:
                raise
            self._position = opening.end()
            try:
                inner = self._either()
                self._close()
            except FormulaError as no_group:
                # The reading that got further is the one that was meant.
                raise (
                    no_comparison if no_comparison.position > no_group.position else no_group
                ) from None
            return inner

    def _close(self) -> None:
        closing = _CLOSING.match(self._text, self._position)
        if closing is None:
            raise self._unexpected("a closing parenthesis")
        self._position = closing.end()

    def _comparison(self) -> Condition:
        left = self.sum()
        found = _SIGN.match(self._text, self._position)
        if found is None:
            raise self._unexpected("a comparison (< <= > >= == !=)")
        self._position = found.end()
        return Comparison(Sign(found[1]), left, self.sum())

    def constant(self, text: str, number: Number) -> Number:
        """A number, or so many hundredths."""
        if not self._text.startswith("%", self._position):
            return number
        self._position += 1
        # The nearest to what is written: 0.1 / 100 is not 0.001.
        return float(Decimal(text).scaleb(-2))

    def _take_word(self, word: str) -> bool:
        found = _WORD.match(self._text, self._position)
        if found is None or found[1] != word:
            return False
        self._position = found.end()
        return True
