"""Tables as they must stand in a report's JSON: every cell from the very calls that it is about.

A row is some steps of time and some groups; a column of a pivot is too; a cell is the calls that
are of both. Subtotals, totals and Other are nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from reference import Value
from report_model import Asked, Grid, Signs
from report_reference import (
    Books,
    Calls,
    Group,
    Grouped,
    Number,
    Row,
    difference,
    grouped,
    ordered,
    relative,
    usable,
)

Block = dict[str, Any]
Step = str | None

MOST_COLUMNS: Final = 12
OVER: Final = {
    "ANSWER_RATE": "TOTAL_ATTEMPTED_CALL_COUNT",
    "BUSY_RATE": "TOTAL_ATTEMPTED_CALL_COUNT",
    "ANSWER_SEIZURE_RATIO": "TOTAL_SEIZED_CALL_COUNT",
}
"""What ratios are over."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row: what it says and what it is about."""

    kind: str
    labels: Sequence[Value]
    steps: Sequence[Step]
    groups: Sequence[Group]
    level: int = 0
    key: Group = ()


@dataclass(frozen=True)
class Pillar:
    """A set of columns: what it is called and what it is about."""

    kind: str
    name: str | None
    steps: Sequence[Step]
    groups: Sequence[Group]


@dataclass(frozen=True)
class Sheet:
    """A table's query by group, and which of its dimensions are along the rows."""

    found: Grouped
    section: Grid

    @property
    def asked(self) -> Asked:
        return self.found.asked

    @property
    def by(self) -> str | None:
        return None if self.section.pivot is None else self.section.pivot.by

    @property
    def along(self) -> tuple[str, ...]:
        return tuple(name for name in self.asked.answered if name != self.by)

    @property
    def grain(self) -> str | None:
        """The step of time along the rows."""
        return self.found.grain if self.found.grain in self.along else None

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(name for name in self.along if name != self.grain)

    def part(self, group: Group, names: Sequence[str]) -> Group:
        """The values of some dimensions in a group of all that are not time."""
        return tuple(group[self.found.others.index(name)] for name in names)

    def parts(self) -> list[Group]:
        """The groups along the rows; where rows are steps alone, the one of everything."""
        if not self.others:
            return [()]
        return list(dict.fromkeys(self.part(group, self.others) for group in self.found.groups))

    def groups(self, part: Group) -> list[Group]:
        return [group for group in self.found.groups if self.part(group, self.others) == part]

    def measured(self, key: Group, steps: Sequence[Step], groups: Sequence[Group]) -> Row:
        calls = self.found.calls(steps, groups)
        return key, {metric: self.found.value(metric, calls) for metric in self.asked.metrics}


def table(books: Books, section: Grid) -> Block:
    """What a table must be."""
    sheet = Sheet(grouped(books, section.asked, compare=section.compare), section)
    pillars = list(_pillars(sheet))
    columns: list[tuple[str, str]] = [(name, "dimension") for name in sheet.along]
    for pillar in pillars:
        for metric in section.asked.metrics:
            named = f"{metric}@{pillar.name}" if pillar.name else metric
            columns.append((named, "metric"))
            if sheet.found.then is not None:
                change = "difference" if books.is_percent(metric) else "change"
                columns += [(metric, "previous"), (metric, change)]
    rows = [_row(sheet, line, pillars) for line in _lines(sheet)]
    return {"type": "table", "columns": columns, "rows": rows}


# Rows


def _lines(sheet: Sheet) -> Iterator[Line]:
    asked, found = sheet.asked, sheet.found
    units = _units(sheet)
    chosen, rest = [key for key, _, _ in units], list[Group]()
    if asked.top is not None:
        names = sheet.others if sheet.others or sheet.grain is None else sheet.along
        ranked = ordered(
            names,
            [sheet.measured(key, steps, groups) for key, steps, groups in units],
            usable(asked, names, ranking=True),
        )
        chosen = [key for key, _ in ranked[: asked.top]]
        rest = [key for key, _, _ in units if key not in chosen]
    body = list(_body(sheet, chosen))
    yield from _nested(sheet, body, 0) if sheet.section.subtotals else _flat(sheet, body)
    if asked.other and rest:
        yield from _others(sheet, rest)
    if sheet.section.totals and sheet.along:
        labels = [None] * len(sheet.along)
        yield Line(kind="total", labels=labels, steps=found.steps, groups=found.groups)


def _alone(sheet: Sheet) -> bool:
    return sheet.grain is not None and not sheet.others


def _units(sheet: Sheet) -> list[tuple[Group, Sequence[Step], Sequence[Group]]]:
    """What first rows are chosen among: groups over all time, or steps alone."""
    found = sheet.found
    if _alone(sheet):
        return [((step,), [step], found.groups) for step in found.steps]
    return [(part, found.steps, sheet.groups(part)) for part in sheet.parts()]


def _body(sheet: Sheet, chosen: Sequence[Group]) -> Iterator[Line]:
    for step in sheet.found.steps if sheet.grain else [None]:
        for part in sheet.parts():
            if ((step,) if _alone(sheet) else part) not in chosen:
                continue
            labels: list[Value] = list(part)
            if sheet.grain:
                labels.insert(sheet.along.index(sheet.grain), step)
            yield Line(
                kind="body",
                labels=labels,
                steps=[step] if sheet.grain else sheet.found.steps,
                groups=sheet.groups(part),
                key=tuple(labels),
            )


def _flat(sheet: Sheet, body: Sequence[Line]) -> Iterator[Line]:
    lines = {line.key: line for line in body}
    rows = [sheet.measured(line.key, line.steps, line.groups) for line in body]
    ranking = sheet.asked.top is not None and sheet.grain is None
    for key, _ in ordered(sheet.along, rows, usable(sheet.asked, sheet.along, ranking=ranking)):
        yield lines[key]


def _nested(sheet: Sheet, body: Sequence[Line], depth: int) -> Iterator[Line]:
    """The rows of one group: its own groups, by what they are together, each with a subtotal."""
    name = sheet.along[depth]
    members: dict[Value, list[Line]] = {}
    for line in body:
        members.setdefault(line.labels[depth], []).append(line)
    keys = sheet.asked.order
    told = [
        k for k in keys if k[0] == name or (name != sheet.grain and k[0] in sheet.asked.metrics)
    ]
    whole = {value: _together(lines) for value, lines in members.items()}
    rows = [sheet.measured((value,), line.steps, line.groups) for value, line in whole.items()]
    for (value,), _ in ordered((name,), rows, told):
        if depth == len(sheet.along) - 1:
            yield from members[value]
            continue
        yield from _nested(sheet, members[value], depth + 1)
        first = members[value][0].labels[: depth + 1]
        labels = [*first, *(None for _ in sheet.along[depth + 1 :])]
        yield replace(whole[value], kind="subtotal", labels=labels, level=depth + 1)


def _together(lines: Sequence[Line]) -> Line:
    steps = dict.fromkeys(step for line in lines for step in line.steps)
    groups = dict.fromkeys(group for line in lines for group in line.groups)
    return replace(lines[0], steps=list(steps), groups=list(groups))


def _others(sheet: Sheet, rest: Sequence[Group]) -> Iterator[Line]:
    nothing: list[Value] = [None] * len(sheet.along)
    if _alone(sheet):
        own = [str(step) for (step,) in rest]
        yield Line(kind="other", labels=nothing, steps=own, groups=sheet.found.groups)
        return
    groups = [group for part in rest for group in sheet.groups(part)]
    if not sheet.grain:
        yield Line(kind="other", labels=nothing, steps=sheet.found.steps, groups=groups)
        return
    for step in sheet.found.steps:
        labels = [step if name == sheet.grain else None for name in sheet.along]
        yield Line(kind="other", labels=labels, steps=[step], groups=groups)


# Columns


def _pillars(sheet: Sheet) -> Iterator[Pillar]:
    found, pivot = sheet.found, sheet.section.pivot
    if pivot is None:
        yield Pillar("body", None, found.steps, found.groups)
        return
    every = list(_values(sheet))
    shown = _shown(sheet, every)
    taken: list[str] = []
    for value in shown:
        taken.append(_unlike("N/A" if value is None else str(value), taken))
        yield _pillar(sheet, "body", taken[-1], [value])
    left = [value for value in every if value not in shown]
    if left and (pivot.top is None or pivot.other):
        yield _pillar(sheet, "other", _unlike("OTHER", taken), left)
    if sheet.section.totals:
        yield Pillar("total", "", found.steps, found.groups)


def _unlike(text: str, taken: Iterable[str]) -> str:
    number, found = 1, text
    while found in taken:
        number += 1
        found = f"{text} ({number})"
    return found


def _values(sheet: Sheet) -> Iterator[Value]:
    if sheet.by == sheet.found.grain:
        yield from sheet.found.steps
    else:
        yield from dict.fromkeys(sheet.part(g, (str(sheet.by),))[0] for g in sheet.found.groups)


def _pillar(sheet: Sheet, kind: str, name: str, values: Sequence[Value]) -> Pillar:
    found = sheet.found
    if sheet.by == found.grain:
        return Pillar(kind, name, [step for step in found.steps if step in values], found.groups)
    groups = [g for g in found.groups if sheet.part(g, (str(sheet.by),))[0] in values]
    return Pillar(kind, name, found.steps, groups)


def _shown(sheet: Sheet, every: Sequence[Value]) -> list[Value]:
    """The values with columns: all, the latest of many steps, or the first by rank."""
    pivot, by = sheet.section.pivot, str(sheet.by)
    top = None if pivot is None else pivot.top
    pillars = {value: _pillar(sheet, "body", "", [value]) for value in every}
    rows = [sheet.measured((v,), pillars[v].steps, pillars[v].groups) for v in every]
    own = [key for key in sheet.asked.order if key[0] == by]
    natural = [value for (value,), _ in ordered((by,), rows, own)]
    limit = MOST_COLUMNS if top is None else top
    if top is None and len(natural) <= limit:
        return natural
    timed = by == sheet.found.grain
    if timed and top is None:
        latest = every[-limit:]
        return [value for value in natural if value in latest]
    keys = usable(sheet.asked, (by,), ranking=True)
    ranked = [value for (value,), _ in ordered((by,), rows, keys)][:limit]
    return [value for value in natural if value in ranked] if timed else ranked


# Cells


def _row(sheet: Sheet, line: Line, pillars: Sequence[Pillar]) -> Block:
    values: list[Value] = list(line.labels)
    marks: list[str | None] = [None] * len(values)
    few: list[int] = []
    for pillar in pillars:
        now, then = _now(sheet, line, pillar), _then(sheet, line)
        for metric in sheet.asked.metrics:
            body = line.kind == pillar.kind == "body"
            for value, mark, faint in _cells(sheet, metric, now, then, signed=body):
                if faint:
                    few.append(len(values))
                values.append(value)
                marks.append(mark)
    row: Block = {"kind": line.kind, "values": values}
    if line.kind == "subtotal":
        row["level"] = line.level
    if any(marks):
        row["marks"] = marks
    return {**row, "few": few} if few else row


def _now(sheet: Sheet, line: Line, pillar: Pillar) -> Calls | None:
    if line.kind == "total" and pillar.kind != "other" and not pillar.name:
        return list(sheet.found.now.calls)
    groups = set(pillar.groups)
    own = [step for step in line.steps if step in pillar.steps]
    return sheet.found.calls(own, [group for group in line.groups if group in groups])


def _then(sheet: Sheet, line: Line) -> Calls | None:
    """The calls of the comparison period; a row over all time has all of its steps."""
    found = sheet.found
    if found.then is None:
        return None
    timed = sheet.grain is not None
    if line.kind == "total":
        return list(found.then.calls)
    if line.kind == "other" and _alone(sheet):
        shown = [str(step) for step in found.steps if step not in line.steps]
        return found.rest_then(shown)
    over_time = line.kind == "subtotal" and sheet.grain not in sheet.along[: line.level]
    if timed and over_time:
        return found.all_then(line.groups)
    return found.calls(line.steps, line.groups, then=True)


def _cells(
    sheet: Sheet, metric: str, now: Calls | None, then: Calls | None, *, signed: bool
) -> Iterator[tuple[Number | None, str | None, bool]]:
    """Value, sign, and whether it is over few: of a metric and its comparison."""
    found = sheet.found
    value, percent = found.value(metric, now), found.books.is_percent(metric)
    few = _few(found, metric, now)
    signs = {each.metric: each for each in sheet.section.signs}
    mark = None
    if signed and value is not None and metric in signs:
        mark = _mark(signs[metric], found.books.report.targets, value)
    yield value, mark, few
    if found.then is not None:
        before, few_then = found.value(metric, then), _few(found, metric, then)
        change = difference(value, before) if percent else relative(value, before, percent=False)
        yield before, None, few_then
        yield change, None, change is not None and (few or few_then)


def _few(found: Grouped, metric: str, calls: Calls | None) -> bool:
    if metric not in OVER or found.value(metric, calls) is None:
        return False
    over = found.value(OVER[metric], calls)
    return over is not None and over < found.books.report.small


def _mark(signs: Signs, targets: Mapping[str, Mapping[str, float]], value: Number) -> str:
    if signs.cuts:
        low, high = signs.cuts
        return "low" if value < low else "high" if value >= high else "middle"
    bounds = signs.bounds or targets[signs.metric]
    least, most = bounds.get("atLeast", float("-inf")), bounds.get("atMost", float("inf"))
    return "met" if least <= value <= most else "missed"
