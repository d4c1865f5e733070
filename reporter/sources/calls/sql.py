"""Building blocks of SQL, as expression trees. Values become literals here and nowhere else.

Everything here is understood by every engine that SQLGlot writes for; what only one engine
knows stands in ``duckdb_engine``.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce

from sqlglot import exp

RECORDS = "records"
"""The good records, under the names of their layout."""


def column(name: str, relation: str) -> exp.Column:
    """A column of a relation of ours."""
    return exp.column(exp.to_identifier(name, quoted=_odd(name)), table=relation)


def named(expression: exp.Expr, name: str) -> exp.Expr:
    """``expression AS name``."""
    return exp.alias_(expression, exp.to_identifier(name, quoted=_odd(name)))


def _odd(name: str) -> bool:
    return not (name.isascii() and name.isidentifier() and name.islower())


def text(value: str) -> exp.Expr:
    """A text."""
    return exp.Literal.string(value)


def whole(value: int) -> exp.Expr:
    """A whole number."""
    return exp.convert(value)


def literal(value: str | int) -> exp.Expr:
    """A text or a whole number."""
    return text(value) if isinstance(value, str) else whole(value)


def moment(instant: datetime) -> exp.Expr:
    """An aware instant as a naive timestamp in UTC."""
    naive = instant.astimezone(UTC).replace(tzinfo=None)
    return wall(naive)


def wall(naive: datetime) -> exp.Expr:
    """A naive timestamp."""
    return exp.cast(text(naive.isoformat(sep=" ")), exp.DType.TIMESTAMP)


def seconds(duration: timedelta) -> exp.Expr:
    """An interval of whole seconds."""
    return exp.Interval(this=text(str(duration // timedelta(seconds=1))), unit=exp.var("SECOND"))


def all_of(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Whether all hold; true for none."""
    wrapped = [exp.paren(c, copy=False) if isinstance(c, exp.Or) else c for c in conditions]
    return reduce(lambda a, b: exp.And(this=a, expression=b), wrapped) if wrapped else exp.true()


def any_of(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Whether one holds; false for none."""
    found = [exp.paren(c, copy=False) if isinstance(c, exp.And) else c for c in conditions]
    if len(found) > 1:
        return exp.paren(reduce(lambda a, b: exp.Or(this=a, expression=b), found), copy=False)
    return found[0] if found else exp.false()


def one_of(expression: exp.Expr, values: Sequence[str | int]) -> exp.Expr:
    """Whether an expression equals one of the values; a null never does."""
    if not values:
        return exp.false()
    operand = grouped(expression)
    if len(values) == 1:
        return exp.EQ(this=operand, expression=literal(values[0]))
    return exp.In(this=operand, expressions=[literal(v) for v in values])


def at_least(expression: exp.Expr, bound: exp.Expr) -> exp.Expr:
    """``expression >= bound``."""
    return exp.GTE(this=grouped(expression), expression=bound)


def below(expression: exp.Expr, bound: exp.Expr) -> exp.Expr:
    """``expression < bound``."""
    return exp.LT(this=grouped(expression), expression=bound)


def is_null(expression: exp.Expr) -> exp.Expr:
    """``expression IS NULL``."""
    return exp.Is(this=grouped(expression), expression=exp.null())


def is_known(expression: exp.Expr) -> exp.Expr:
    """``NOT expression IS NULL``."""
    return exp.Not(this=is_null(expression))


def is_number(expression: exp.Expr) -> exp.Expr:
    """Whether a number is neither infinite nor NaN (which engines hold to be the largest)."""
    largest = exp.Literal.number("1.7e308")
    return exp.Between(this=grouped(expression), low=exp.Neg(this=largest), high=largest.copy())


def negation(condition: exp.Expr) -> exp.Expr:
    """Whether a condition does not hold."""
    if isinstance(condition, exp.Not):
        inner: exp.Expr = condition.this
        return inner.unnest().copy()
    return exp.Not(this=exp.paren(condition))


def unless_false(condition: exp.Expr) -> exp.Expr:
    """Whether a condition holds or is not known."""
    return exp.Coalesce(this=condition.copy(), expressions=[exp.true()])


def null_if_empty(expression: exp.Expr) -> exp.Expr:
    """A text, or null where it is empty."""
    return exp.Nullif(this=expression, expression=text(""))


def cut_to_milliseconds(timestamp: exp.Expr) -> exp.Expr:
    """The timestamp without what is finer than a millisecond."""
    return exp.TimestampTrunc(this=timestamp, unit=exp.var("MILLISECOND"))


def grouped(expression: exp.Expr) -> exp.Expr:
    """The expression, in parentheses where an operator beside it could tear it apart."""
    copy = expression.copy()
    return exp.paren(copy, copy=False) if isinstance(copy, _LOOSE) else copy


_LOOSE = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.Case, exp.If, exp.Interval)


def case(
    branches: Iterable[tuple[exp.Expr, exp.Expr]], otherwise: exp.Expr | None = None
) -> exp.Expr:
    """``CASE WHEN ... THEN ... ELSE ... END``."""
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    return exp.Case(ifs=ifs, default=otherwise)


def stepwise(
    operand: exp.Expr, first: exp.Expr, changes: Sequence[tuple[exp.Expr, exp.Expr]]
) -> exp.Expr:
    """``first`` under the first threshold, then each threshold's value up to the next.

    The CASE is balanced: it asks as often as the number of thresholds has binary digits.
    """
    if not changes:
        return first
    middle = len(changes) // 2
    threshold, value = changes[middle]
    return case(
        [(below(operand, threshold), stepwise(operand, first, changes[:middle]))],
        stepwise(operand, value, changes[middle + 1 :]),
    )
