"""A report as the tests write it, and as a spec file says it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asking import filter_text
from reference import TIME_STEPS, answered_dimensions
from reference_answers import FilterValue, Source
from report_calendar import Period

Formula = str | int | float | tuple[str, Any, Any]
"""A metric, a number, or (sign, left, right)."""
Filters = Mapping[str, FilterValue | Mapping[str, str]]
"""As it stands in a spec; a value may be ``{param: NAME}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a table or a chart asks for; ``order`` holds names, each with whether descending."""

    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    filters: Filters = field(default_factory=dict)
    order: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    other: bool = False

    @property
    def answered(self) -> tuple[str, ...]:
        """Of several steps of time only the finest."""
        return answered_dimensions(self.dimensions)

    @property
    def grain(self) -> str | None:
        """The step of time among the dimensions."""
        return next((name for name in self.answered if name in TIME_STEPS), None)

    def spec(self) -> dict[str, object]:
        said: dict[str, object] = {"metrics": self.metrics, "aggregateBy": self.dimensions}
        said["filterBy"] = self.filters
        said["orderBy"] = [
            {
                "metric" if name in self.metrics else "dimension": name,
                "direction": "desc" if descending else "asc",
            }
            for name, descending in self.order
        ]
        if self.top is not None:
            said["top"] = {"limit": self.top, "other": self.other}
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """A ``kpis`` section."""

    metrics: tuple[str, ...]
    sparkline: str | None = None
    filters: Filters = field(default_factory=dict)

    def spec(self) -> dict[str, object]:
        said: dict[str, object] = {"type": "kpis", "metrics": self.metrics}
        if self.sparkline is not None:
            said["sparkline"] = self.sparkline
        return {**said, "filterBy": self.filters}


@dataclass(frozen=True, slots=True)
class Pivot:
    """A dimension across the columns."""

    by: str
    top: int | None = None
    other: bool = False

    def spec(self) -> dict[str, object]:
        if self.top is None:
            return {"by": self.by}
        return {"by": self.by, "top": {"limit": self.top, "other": self.other}}


@dataclass(frozen=True, slots=True)
class Signs:
    """A conditional format that puts signs on cells: bounds of a threshold, or cuts of icons.

    Without either it is a threshold at the metric's target.
    """

    metric: str
    bounds: Mapping[str, float] = field(default_factory=dict)
    cuts: tuple[float, ...] = ()

    def spec(self) -> dict[str, object]:
        if self.cuts:
            return {"metric": self.metric, "type": "icons", "cuts": self.cuts}
        return {"metric": self.metric, "type": "threshold", **self.bounds}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A ``table`` section."""

    asked: Asked
    totals: bool = False
    subtotals: bool = False
    compare: bool = False
    pivot: Pivot | None = None
    signs: tuple[Signs, ...] = ()

    def spec(self) -> dict[str, object]:
        said: dict[str, object] = {"type": "table", "query": self.asked.spec()}
        said |= {"totals": self.totals, "subtotals": self.subtotals, "compare": self.compare}
        said["conditionalFormats"] = [each.spec() for each in self.signs]
        return said if self.pivot is None else {**said, "pivot": self.pivot.spec()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A ``chart`` section."""

    kind: str
    asked: Asked
    compare: bool = False

    def spec(self) -> dict[str, object]:
        said = {"type": "chart", "chart": self.kind, "compare": self.compare}
        return {**said, "query": self.asked.spec()}


Section = Cards | Grid | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report, and what a run says beside it.

    Attributes:
        formats: of the report's own metrics; the others are not of interest here.
        parameters: whole numbers, by name; None: not set.
        further: filters of the command line.
        small: what a ratio is over fewer than is said to be over few.
    """

    period: Period
    as_of: datetime
    timezone: str
    compare_to: str | None
    sections: tuple[Section, ...]
    filters: Filters = field(default_factory=dict)
    further: Mapping[str, FilterValue] = field(default_factory=dict)
    parameters: Mapping[str, int | None] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    small: int = 30

    def spec(self, name: str) -> str:
        """The text of the spec file."""
        said: dict[str, object] = {"version": 1, "name": name, "title": name, "source": "calls"}
        said |= {"timezone": self.timezone, "period": _period(self.period), "outputs": ["json"]}
        if self.compare_to is not None:
            said["compareTo"] = self.compare_to
        said["filterBy"] = self.filters
        said["parameters"] = {each: {"type": "integer"} for each in self.parameters}
        said["metrics"] = {
            each: {"label": each, "formula": text(formula), "format": self.formats[each]}
            for each, formula in self.formulas.items()
        }
        said["targets"] = self.targets
        said["smallSample"] = self.small
        said["sections"] = [section.spec() for section in self.sections]
        # JSON is YAML, but for line separators, which YAML takes for line ends.
        return json.dumps(said, ensure_ascii=False).replace("\u2028", "\\u2028")

    def words(self) -> list[str]:
        """What the command line says beside the spec."""
        said = ["--as-of", self.as_of.isoformat()]
        for name, value in self.further.items():
            said += ["--filter", f"{name}={filter_text(value)}"]
        for name, number in self.parameters.items():
            said += [] if number is None else ["--param", f"{name}={number}"]
        return said


@dataclass(frozen=True, slots=True)
class World:
    """Records, up to when their source says that it has them all, and a report on them."""

    source: Source
    through: datetime | None
    report: Report


def text(formula: Formula) -> str:
    """The formula as people write it."""
    if not isinstance(formula, tuple):
        return str(formula)
    sign, left, right = formula
    return f"({text(left)} {sign} {text(right)})"


def _period(period: Period) -> object:
    match period:
        case str():
            return period
        case (datetime() as since, datetime() as until):
            return {"since": _moment(since), "until": _moment(until)}
        case (last, unit):
            return {"last": last, "unit": unit}


def _moment(moment: datetime) -> str:
    """A day, or a local time."""
    return moment.isoformat().removesuffix("T00:00:00")
