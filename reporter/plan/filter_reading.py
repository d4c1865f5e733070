"""Reading one ``filterBy``: names, aliases, parameters and types, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from reporter.catalog.metrics_api import is_known
from reporter.catalog.model import Catalog, Filter
from reporter.data.table import Kind
from reporter.diagnostics import nearest
from reporter.plan.model import Scalar
from reporter.spec.model import ParameterValue
from reporter.spec.query import FilterInput

Item = bool | int | float | str | dict[str, str | int]
"""One value of a filter, parameters filled in."""

Parameters = Mapping[str, ParameterValue | None]
"""The values of a run: None for an optional parameter that is not set."""

ELSEWHERE: Final = "a source of type metrics_api has it"
"""The hint for a word that call records do not have."""
_PARAMETER: Final = frozenset({"param"})


class FilterProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one filter.

    Attributes:
        name: the filter as written.
        index: which of its values; None for the filter as a whole.
        code: the rule's name.
        message: one sentence.
        expected: what would be right there.
        found: what stands there.
        hint: what to do about it.
    """

    name: str
    index: int | None = None
    code: str
    message: str
    expected: str | None = None
    found: str | None = None
    hint: str | None = None


class Given(msgspec.Struct, frozen=True):
    """A filter as one ``filterBy`` gives it.

    Attributes:
        name: as written.
        filter: what the name stands for.
        items: (position in the list or None, value), parameters filled in.
        unset: the parameters without value that it refers to.
    """

    name: str
    filter: Filter
    items: tuple[tuple[int | None, Item], ...]
    unset: tuple[str, ...]


class Reading:
    """Reads one ``filterBy`` and collects what is wrong with it."""

    def __init__(self, catalog: Catalog, parameters: Parameters) -> None:
        self.catalog = catalog
        self.problems: list[FilterProblem] = []
        self._parameters = parameters

    def given(self, filter_by: Mapping[str, FilterInput]) -> tuple[Given, ...]:
        """The known filters, each once."""
        found: dict[str, Given] = {}
        for name, value in filter_by.items():
            known = filter_named(name, self.catalog)
            if known is None:
                self._unknown_filter(name)
                continue
            # applicationId and entityId are two filters, though both are keys of platforms.
            key = name if is_pair_key(name, known) else known.name
            if key in found:
                self.problem(
                    name,
                    code="filter-twice",
                    message=f"{name} and {found[key].name} are the same filter",
                    hint="write the values of both in one list",
                )
                continue
            found[key] = self._filled_in(name, known, value)
        return tuple(found.values())

    def scalar(self, given: Given, index: int | None, item: Item) -> Scalar | None:
        """The value of a filter that takes texts or whole numbers; None where it is another."""
        integer = given.filter.type is Kind.INTEGER
        if integer and isinstance(item, int) and not isinstance(item, bool):
            return item
        if not integer and isinstance(item, str):
            return item
        hint = None
        if integer and isinstance(item, str) and item.isascii() and item.lstrip("-").isdecimal():
            hint = f"write {item} without quotes"
        if not integer and isinstance(item, int) and not isinstance(item, bool):
            hint = f'write "{item}" in quotes'
        self.problem(
            given.name,
            index=index,
            code="filter-value",
            message=f"{given.name} takes {'whole numbers' if integer else 'texts'}",
            expected="a whole number" if integer else "a text",
            found=written(item),
            hint=hint,
        )
        return None

    def problem(
        self,
        name: str,
        *,
        code: str,
        message: str,
        index: int | None = None,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Keep one mistake."""
        self.problems.append(
            FilterProblem(
                name=name,
                index=index,
                code=code,
                message=message,
                expected=expected,
                found=found,
                hint=hint,
            )
        )

    def _filled_in(self, name: str, known: Filter, value: FilterInput) -> Given:
        # A list from JSON is as good as the tuple of a spec.
        listed = isinstance(value, tuple | list)
        values = tuple(value) if isinstance(value, tuple | list) else (value,)
        if not values:
            self.problem(
                name,
                code="filter-empty",
                message=f"{name} names no value",
                expected="at least one value",
                hint="leave the filter out to have all records",
            )
        items: list[tuple[int | None, Item]] = []
        unset: list[str] = []
        for position, item in enumerate(values):
            index = position if listed else None
            parameter = _parameter(item)
            if parameter is None:
                items.append((index, item))
            elif parameter not in self._parameters:
                self._unknown_parameter(name, index, parameter)
            elif (filled := self._parameters[parameter]) is None:
                unset.append(parameter)
            else:
                items.append((index, filled))
        return Given(name, known, tuple(items), tuple(dict.fromkeys(unset)))

    def _unknown_filter(self, name: str) -> None:
        known = [spelling for f in self.catalog.filters for spelling in (f.name, *f.aliases)]
        self.problem(
            name,
            code="unknown-filter",
            message=f"there is no filter {name!r}",
            expected=f"one of {', '.join(f.name for f in self.catalog.filters)}",
            found=name,
            hint=ELSEWHERE if is_known(name) else meant(name, known),
        )

    def _unknown_parameter(self, name: str, index: int | None, parameter: str) -> None:
        known = list(self._parameters)
        self.problem(
            name,
            index=index,
            code="unknown-parameter",
            message=f"there is no parameter {parameter!r}",
            expected=f"one of {', '.join(known)}" if known else "a parameter of this report",
            found=parameter,
            hint=meant(parameter, known) or "declare it under parameters",
        )


def filter_named(name: str, catalog: Catalog) -> Filter | None:
    """The filter of that name or alias; a key of a pair filter names the pair filter."""
    return catalog.filter(name) or next((f for f in catalog.filters if is_pair_key(name, f)), None)


def is_pair_key(name: str, known: Filter) -> bool:
    """Whether the name is a key of this pair filter, so that its values are those of the key."""
    return any(key.name == name for key in known.keys)


def meant(name: str, candidates: Iterable[str]) -> str | None:
    """The hint with the nearest name, if one is near."""
    near = nearest(name, candidates)
    return None if near is None else f"did you mean {near!r}?"


def written(item: object) -> str:
    """A value about as it stands in YAML."""
    match item:
        case bool():
            return "true" if item else "false"
        case str():
            return f'"{item}"'
        case dict():
            return "{" + ", ".join(f"{key}: {value}" for key, value in item.items()) + "}"
        case _:
            return str(item)


def _parameter(item: object) -> str | None:
    if isinstance(item, dict) and set(item) == _PARAMETER:
        return str(item["param"])
    return None
