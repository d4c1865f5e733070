"""SQL expressions from project files and catalogs: parsed, checked, tied to their relation.

They are data from a file. Only operators, CASE, casts, literals, columns and the functions
listed here pass; nothing that reads anything but the record at hand, nothing that gives
another result tomorrow.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError
from sqlglot.parser import logger as _parser_log

_OPERATORS: Final = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Paren,
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike,
    exp.DPipe, exp.Bracket, exp.Dot, exp.AtTimeZone, exp.Interval,
)  # fmt: skip
_ATOMS: Final = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var,
    exp.DataType, exp.DataTypeParam, exp.JSONPath, exp.JSONPathKey, exp.JSONPathRoot,
    exp.JSONPathSubscript, exp.ColumnDef,
)  # fmt: skip
_FUNCTIONS: Final = (
    exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Cast, exp.TryCast,
    exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Trunc, exp.Sign,
    exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Length, exp.Replace,
    exp.Concat, exp.ConcatWs, exp.SplitPart, exp.StartsWith, exp.EndsWith, exp.Contains,
    exp.StrPosition, exp.Pad, exp.Reverse, exp.Translate, exp.MD5,
    exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace, exp.RegexpFullMatch,
    exp.JSONExtract, exp.JSONExtractScalar,
    exp.TimestampTrunc, exp.DateTrunc, exp.DateDiff, exp.DateAdd, exp.DateSub, exp.Extract,
    exp.Year, exp.Month, exp.Day, exp.Hour, exp.UnixToTime, exp.TimeToUnix,
    exp.StrToTime, exp.TimeToStr,
)  # fmt: skip
_ALLOWED: Final = (*_OPERATORS, *_ATOMS, *_FUNCTIONS)
_ALLOWED_BY_NAME: Final = frozenset(
    {
        "date_part", "epoch_ms", "epoch_us", "epoch_ns", "try_strptime", "strip_accents",
        "to_seconds", "to_milliseconds", "to_microseconds", "to_minutes", "to_hours",
        "make_timestamp_ms", "isfinite", "isnan",
    }
)  # fmt: skip
_MAX_NODES: Final = 5_000


class ExpressionError(Exception):
    """A text that is no expression, or one that may not be used; the message says why."""


@cache
def parsed(text: str) -> exp.Expr:
    """The expression that a text stands for; shared, so not to be changed.

    Raises:
        ExpressionError: it is none, or holds something that is not allowed.
    """
    tree = _tree(text)
    for number, node in enumerate(tree.walk()):
        node.comments = None
        if number > _MAX_NODES:
            raise ExpressionError("it is too long")
        _check(node)
    return tree


def columns_of(tree: exp.Expr) -> tuple[str, ...]:
    """The names of the columns that an expression uses, each once, in the order of first use."""
    return tuple(dict.fromkeys(_root(c).name for c in tree.find_all(exp.Column, bfs=False)))


def tied(tree: exp.Expr, column_of: Callable[[str], exp.Expr]) -> exp.Expr:
    """The expression with every column replaced by what ``column_of`` gives for its name."""

    def replaced(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        first, *fields = node.parts
        result = column_of(first.name)
        for field in fields:
            result = exp.Dot(this=result, expression=field.copy())
        return result

    return tree.transform(replaced)


def _tree(text: str) -> exp.Expr:
    disabled, _parser_log.disabled = _parser_log.disabled, True
    try:
        # Behind SELECT, words that begin a statement (call, show) may be columns.
        trees = parse(f"SELECT {text}", read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise ExpressionError("it is not an SQL expression") from error
    finally:
        _parser_log.disabled = disabled
    if len(trees) != 1 or not isinstance(trees[0], exp.Select):
        raise ExpressionError("it is not one SQL expression")
    selected: list[exp.Expr] = trees[0].expressions
    if len(selected) != 1 or any(
        part for name, part in trees[0].args.items() if name != "expressions"
    ):
        raise ExpressionError("it is not one SQL expression")
    return selected[0].copy()


def _check(node: exp.Expr) -> None:
    if isinstance(node, exp.Anonymous):
        if node.name.lower() not in _ALLOWED_BY_NAME:
            raise ExpressionError(f"the function {node.name.lower()} may not be used")
        return
    if type(node) not in _ALLOWED:
        raise ExpressionError(f"{_called(node)} may not be used")
    if isinstance(node, exp.In) and any(node.args.get(k) for k in ("query", "unnest", "field")):
        raise ExpressionError("IN takes a list of values")


def _called(node: exp.Expr) -> str:
    if isinstance(node, exp.Func):
        return f"the function {node.sql_name().lower()}"
    if isinstance(node, exp.Query | exp.Subquery):
        return "a query"
    return f"{node.key!r}"


def _root(column: exp.Column) -> exp.Expr:
    return column.parts[0]
