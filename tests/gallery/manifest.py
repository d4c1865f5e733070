"""The manifest: every number of a report, block by block, from its JSON.

Whatever an output shows has to be in here, and whatever is in here has to be shown.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from writing import Kind, Number, target

ROLES: Final[dict[str, Kind]] = {
    "metric": "value",
    "previous": "value",
    "difference": "difference",
    "change": "relative",
}


class Label(Struct, frozen=True):
    """What stands in the place of a number: the value of a dimension, as JSON has it."""

    value: str | int | Decimal | None


Place = Number | Label

Block = dict[str, Any]
Column = dict[str, Any]
"""JSON objects as they are read."""


class Grid(Struct, frozen=True):
    """A table's or a chart's numbers.

    Attributes:
        names: of the columns, as the CSV file has them.
        rows: a label or a number for each column.
        kinds: of the rows: body, other, subtotal, total.
    """

    name: str
    title: str
    names: tuple[str, ...]
    rows: tuple[tuple[Place, ...], ...]
    kinds: tuple[str, ...]

    @property
    def numbers(self) -> list[Number]:
        """All of them that there are, row by row."""
        return [
            place
            for row in self.rows
            for place in row
            if isinstance(place, Number) and place.value is not None
        ]


class Card(Struct, frozen=True):
    """The numbers of a KPI card; those that JSON leaves out are None.

    Attributes:
        course: the value of each step of the sparkline.
    """

    name: str
    label: str
    value: Number
    previous: Number | None
    absolute: Number | None
    relative: Number | None
    target: str | None
    target_value: Decimal | int | None
    sample: Number | None
    course: tuple[Number, ...]


class Manifest(Struct, frozen=True):
    """Every number of a report.

    Attributes:
        grids: tables and charts, by the name of their block.
        cards: of the rows of cards, likewise.
        texts: Markdown, likewise.
    """

    locale: str
    grids: dict[str, Grid]
    cards: dict[str, tuple[Card, ...]]
    texts: dict[str, str]


def manifest(document: dict[str, Any]) -> Manifest:
    """What the JSON of a report says that there is."""
    blocks = document["blocks"]
    return Manifest(
        locale=document["language"],
        grids={b["name"]: _grid(b) for b in blocks if b["type"] in {"table", "chart"}},
        cards={
            b["name"]: tuple(_card(card, document["language"]) for card in b["cards"])
            for b in blocks
            if b["type"] == "kpis"
        },
        texts={b["name"]: b["markdown"] for b in blocks if b["type"] in {"text", "callout"}},
    )


def _grid(block: Block) -> Grid:
    columns, rows = _table(block) if block["type"] == "table" else _chart(block)
    kinds = [row["kind"] for row in block["rows"]] if block["type"] == "table" else ()
    return Grid(
        name=block["name"],
        title=block["title"],
        names=tuple(_csv_name(column) for column in columns),
        rows=tuple(
            tuple(_place(column, value) for column, value in zip(columns, row, strict=True))
            for row in rows
        ),
        kinds=tuple(kinds) or ("body",) * len(rows),
    )


def _table(block: Block) -> tuple[list[Column], list[list[Any]]]:
    return block["columns"], [row["values"] for row in block["rows"]]


def _chart(block: Block) -> tuple[list[Column], list[list[Any]]]:
    """A row for each step: the series, the parts that they are, and what they add up to."""
    if block.get("down"):
        return _heatmap(block)
    columns = [block["axis"]]
    courses = []

    def add(name: str, role: str, form: str, values: list[Any]) -> None:
        columns.append({"name": name, "role": role, "format": form})
        courses.append(values)

    funnel = block["chart"] == "funnel"
    for series in block["series"]:
        name, role = series["name"], "previous" if series["comparison"] else "metric"
        add(name, role, block["format"], series["values"])
        if series.get("shares"):
            share = "share_of_first" if funnel else "share"
            add(f"{name}:{share}", role, "percent", series["shares"])
        if series.get("sharesOfStageBefore"):
            add(f"{name}:share_of_stage_before", role, "percent", series["sharesOfStageBefore"])
    wholes = block.get("wholes", [])
    if len(wholes) == len(block["steps"]) > 1:
        add("together", "metric", block["format"], wholes)
    return columns, [list(row) for row in zip(block["steps"], *courses, strict=True)]


def _heatmap(block: Block) -> tuple[list[Column], list[list[Any]]]:
    """A row for each series, as it is drawn."""
    metric = block["series"][0]["name"].partition(":")[0]
    columns = [block["down"]]
    columns += [
        {
            "name": f"{metric}:{'' if step is None else step}",
            "role": "metric",
            "format": block["format"],
        }
        for step in block["steps"]
    ]
    return columns, [[series["label"], *series["values"]] for series in block["series"]]


def _csv_name(column: Column) -> str:
    """A metric stands for itself; what is made of it says so."""
    name = str(column.get("column", column["name"]))
    return name if column["role"] in {"dimension", "metric"} else f"{name}:{column['role']}"


def _place(column: Column, value: Any) -> Place:  # noqa: ANN401 - anything JSON has
    if column["role"] == "dimension":
        return Label(value)
    return Number(value, column["format"], ROLES.get(column["role"], "value"))


def _card(card: dict[str, Any], locale: str) -> Card:
    form, change = card["format"], card["change"]
    goal = next((v for k, v in (card["target"] or {}).items() if k != "met"), None)
    return Card(
        name=card["name"],
        label=card["label"],
        value=Number(card["value"], form),
        previous=Number(change["previous"], form) if change else None,
        absolute=Number(change["absolute"], form, "difference") if change else None,
        relative=Number(change["relative"], form, "relative") if change else None,
        target=None if goal is None else target(goal, form, locale),
        target_value=goal,
        sample=Number(card["sample"]["count"], "integer") if card["sample"] else None,
        course=tuple(Number(value, form) for value in card["course"]),
    )


def every_number(found: Manifest) -> Iterator[Number]:
    """All that have a value."""
    for grid in found.grids.values():
        yield from grid.numbers
    for cards in found.cards.values():
        for card in cards:
            several = (card.value, card.previous, card.absolute, card.relative, card.sample)
            yield from (n for n in (*several, *card.course) if n is not None)
