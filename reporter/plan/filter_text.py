"""Filters as the command line gives them: ``NAME=VALUE,VALUE`` or ``NAME=JSON``."""

import json
from collections.abc import Iterable

import msgspec

from reporter.catalog.model import Catalog, FilterKind
from reporter.data.table import Kind
from reporter.plan.filter_reading import FilterProblem, filter_named
from reporter.spec.query import FilterInput

Item = int | str | bool | dict[str, str | int]


def from_text(
    given: Iterable[tuple[str, str]], catalog: Catalog
) -> tuple[dict[str, FilterInput], tuple[FilterProblem, ...]]:
    """The ``filterBy`` that the arguments stand for. Values of a repeated name are alternatives.

    Digits become whole numbers where the filter takes those. Unknown names stay, for
    ``conditions_of`` to complain of.
    """
    items: dict[str, list[Item]] = {}
    spelling: dict[str, str] = {}  # of two spellings of one filter the first is kept
    problems: list[FilterProblem] = []
    for name, text in given:
        try:
            values = _values(name, text)
        except ValueError as error:
            problems.append(_not_readable(name, text, str(error)))
            continue
        known = filter_named(name, catalog)
        if known is not None and known.kind in (FilterKind.SINCE, FilterKind.UNTIL):
            problems.append(_is_the_period(name))
            continue
        integers = known is not None and known.type is Kind.INTEGER
        flags = known is not None and known.kind is FilterKind.SUBACCOUNTS
        written = spelling.setdefault(name if known is None else known.name, name)
        items.setdefault(written, []).extend(
            _typed(value, integers=integers, flags=flags) for value in values
        )
    return {name: tuple(values) for name, values in items.items()}, tuple(problems)


def _values(name: str, text: str) -> tuple[Item, ...]:
    if not text.startswith(("[", "{")):
        parts = tuple(part.strip() for part in text.split(","))
        if not all(parts):
            raise ValueError(f"{name} lacks a value")
        return parts
    try:
        data = msgspec.convert(json.loads(text), FilterInput)
        msgspec.json.encode(data)  # an escape can stand for half a character
    except json.JSONDecodeError as error:
        raise ValueError(f"{name} is no JSON: {error}") from error
    except RecursionError as error:
        raise ValueError(f"{name} is nested too deeply") from error
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} has a text that is no Unicode") from error
    except msgspec.ValidationError as error:
        raise ValueError(f"{name} is no list of values: {error}") from error
    return data if isinstance(data, tuple) else (data,)


def _typed(value: Item, *, integers: bool, flags: bool) -> Item:
    if not isinstance(value, str):
        return value
    if integers and value.removeprefix("-").isdecimal() and value.isascii():
        return int(value)
    if flags and value in ("true", "false"):
        return value == "true"
    return value


def _not_readable(name: str, text: str, message: str) -> FilterProblem:
    return FilterProblem(
        name=name,
        code="filter-argument",
        message=message,
        expected="VALUE[,VALUE...], or JSON that begins with [ or {",
        found=text,
    )


def _is_the_period(name: str) -> FilterProblem:
    return FilterProblem(
        name=name,
        code="filter-is-period",
        message=f"{name} is the period",
        hint="give --since and --until",
    )
