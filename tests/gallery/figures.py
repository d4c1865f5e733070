"""The figures of a text, asked of the source again and computed here.

``kpi('NAME')`` in a spec's Markdown stands for a number of the whole period, narrowed by the
filters of the report and of the section. The catalog's metrics are asked for with
``reporter query``; the report's own ones are computed from their formulas.
"""

import ast
import io
import json
import operator
import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from decimal import Decimal
from typing import Any, Final

import yaml
from editions import Made, command
from read_html import NUMBER
from writing import Number, target

_KPI: Final = re.compile(r"kpi\('(\w+)'\)")
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]+")
_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COUNTS: Final = re.compile(r"_COUNT$")


class Texts:
    """The texts of an edition, by the section that they come from."""

    def __init__(self, made: Made) -> None:
        self._made = made
        self._spec = yaml.safe_load(made.edition.text())
        self._document = made.document

    def sections(self) -> Iterator[dict[str, Any]]:
        """Those with Markdown, in order."""
        return (s for s in self._spec["sections"] if s["type"] in {"text", "callout"})

    def possible(self, section: dict[str, Any]) -> set[str]:
        """Every number that a section's text may show, as its readers write it."""
        locale = self._document["language"]
        names = sorted(set(_KPI.findall(section["markdown"])))
        found = set(NUMBER.findall(_PLACEHOLDER.sub(" ", section["markdown"])))
        provenance = self._document["provenance"]
        for label in (provenance["period"], (provenance["comparison"] or {}).get("period", "")):
            found.update(NUMBER.findall(label))
        if not names:
            return found
        now = self._values(section, names, provenance)
        before = self._values(section, names, provenance["comparison"])
        for name in names:
            form = self._format(name)
            found.update(_forms(now[name], before[name], form, locale))
            for bound in self._spec.get("targets", {}).get(name, {}).values():
                found.add(target(Decimal(str(bound)), form, locale))
        return found

    def _format(self, name: str) -> str:
        if name in self._spec.get("metrics", {}):
            return str(self._spec["metrics"][name].get("format", "decimal"))
        return (
            "integer"
            if _COUNTS.search(name)
            else "duration"
            if name == "TOTAL_CALL_DURATION"
            else "percent"
        )

    def _values(
        self, section: dict[str, Any], names: list[str], period: dict[str, str] | None
    ) -> dict[str, float | None]:
        if period is None:
            return dict.fromkeys(names)
        formulas = {n: m["formula"] for n, m in self._spec.get("metrics", {}).items()}
        asked = sorted({part for n in names for part in _NAME.findall(formulas.get(n, n))})
        answer = self._asked(asked, section, period)
        return {
            n: _computed(ast.parse(formulas[n], mode="eval").body, answer)
            if n in formulas
            else answer[n]
            for n in names
        }

    def _asked(
        self, metrics: list[str], section: dict[str, Any], period: dict[str, str]
    ) -> dict[str, float | None]:
        filters = [*self._filters(self._spec), *self._filters(section)]
        printed = io.StringIO()
        with redirect_stdout(printed):
            command(
                *("query", "--project", str(self._made.project / "reporter.yaml")),
                *("--metrics", ",".join(metrics), "--format", "json"),
                *("--since", period["since"], "--until", period["until"]),
                *(word for pair in filters for word in ("--filter", pair)),
            )
        (row,) = json.loads(printed.getvalue())["rows"]
        return dict(zip(metrics, row, strict=True))

    def _filters(self, part: dict[str, Any]) -> Iterator[str]:
        for name, value in part.get("filterBy", {}).items():
            given = value
            if isinstance(value, dict):
                given = self._spec["parameters"][value["param"]].get("default")
            if given is not None:
                yield f"{name}={json.dumps(given if isinstance(given, list) else [given])}"


def _computed(node: ast.expr, values: dict[str, float | None]) -> float | None:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _computed(left, values), _computed(right, values)
            if a is None or b is None or (isinstance(op, ast.Div) and b == 0):
                return None
            return _OPERATORS[type(op)](a, b)
    raise AssertionError(ast.dump(node))


def _forms(now: float | None, before: float | None, form: str, locale: str) -> Iterator[str]:
    for value in (now, before):
        yield Number(_decimal(value), form).written(locale)
    if now is None or before is None:
        return
    change = now - before
    yield Number(_decimal(change), form, "difference").written(locale)
    if before:
        part = change / abs(before)
        yield Number(_decimal(part), form, "relative").written(locale)
        yield Number(_decimal(abs(part)), "percent").written(locale)  # "by 4.9%"


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))
