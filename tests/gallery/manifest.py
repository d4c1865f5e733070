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


def _grid(block: dict[str, Any]) -> Grid:
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


def _table(block: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    return block["columns"], [row["values"] for row in block["rows"]]


def _chart(block: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    if "down" in block:
        return _heatmap(block)
    columns, courses = [block["axis"]], [block["steps"]]
    for series in block["series"]:
        role = "previous" if series["comparison"] else "metric"
        for part, name, form in (
            ("values", series["name"], block["format"]),
            ("shares", f"{series['name']}:share", "percent"),
            ("passed", f"{series['name']}:passed", "percent"),
        ):
            if part in series:
                columns.append({"name": name, "role": role, "format": form})
                courses.append(series[part])
    if block["chart"] in {"stacked", "stacked100"}:
        columns.append({"name": "together", "role": "metric", "format": block["format"]})
        courses.append(block["wholes"])
    return columns, [list(row) for row in zip(*courses, strict=True)]


def _heatmap(block: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    metric = block["series"][0]["name"].partition(":")[0]
    names = [f"{metric}:{'' if step is None else step}" for step in block["steps"]]
    heads = [{"name": name, "role": "metric", "format": block["format"]} for name in names]
    rows = [[series["label"], *series["values"]] for series in block["series"]]
    return [block["down"], *heads], rows


def _csv_name(column: dict[str, Any]) -> str:
    """A metric stands for itself; what is made of it says so."""
    plain = column["role"] in {"dimension", "metric"}
    return str(column["name"] if plain else f"{column['name']}:{column['role']}")


def _place(column: dict[str, Any], value: Any) -> Place:  # noqa: ANN401 - anything JSON has
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
