"""Long tables with everything in them, made by hand; the numbers are always the same."""

from random import Random

from reporter.data.table import Format, Goal, Kind, Value
from reporter.document.model import TableBlock
from reporter.document.values import NO_VALUE, BlockRow, Cell, Head, HeadRole, Mark, RowKind, Tone

COUNTRIES = (
    "Germany",
    "Croatia",
    "United Kingdom of Great Britain and Northern Ireland",
    "Ελλάδα",
    "Bosnia and Herzegovina",
    "Україна",
)


def words(text: str) -> Cell:
    return Cell(value=text, text=text)


def count(value: int | None, **more: object) -> Cell:
    text = NO_VALUE if value is None else f"{value:,}"
    return Cell(value=value, text=text, format=Format.INTEGER, **more)


def percent(value: float | None, **more: object) -> Cell:
    text = NO_VALUE if value is None else f"{value:.1%}"
    return Cell(value=value, text=text, format=Format.PERCENT, **more)


def change(value: float | None, *, points: bool = False) -> Cell:
    tone = Tone.NEUTRAL if not value else Tone.GOOD if value > 0 else Tone.BAD
    text = NO_VALUE if value is None else f"{value:+.1%}".replace("-", "−")
    if points and value is not None:
        text = f"{100 * value:+.1f} pp".replace("-", "−")
    return Cell(value=value, text=text, format=Format.PERCENT, tone=tone)


def duration(seconds: int) -> Cell:
    text = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return Cell(value=seconds, text=text, format=Format.DURATION)


def dimension(name: str, label: str) -> Head:
    return Head(name=name, label=label, role=HeadRole.DIMENSION, kind=Kind.TEXT)


def metric(
    name: str, label: str, form: Format, role: HeadRole = HeadRole.METRIC, **more: str
) -> Head:
    kind = Kind.INTEGER if form is Format.INTEGER else Kind.NUMBER
    return Head(name=name, label=label, role=role, kind=kind, format=form, goal=Goal.UP, **more)


HEADS = (
    dimension("COUNTRY_NAME", "Country"),
    dimension("NETWORK_NAME", "Network"),
    metric(
        "ATTEMPTED", "Attempted calls", Format.INTEGER, over="Attempted calls", under="Oct 2026"
    ),
    metric(
        "ATTEMPTED",
        "Attempted calls, before",
        Format.INTEGER,
        HeadRole.PREVIOUS,
        over="Attempted calls",
        under="Sep 2026",
    ),
    metric(
        "ATTEMPTED",
        "Attempted calls, change",
        Format.PERCENT,
        HeadRole.CHANGE,
        over="Attempted calls",
        under="Change",
    ),
    metric("ANSWER_RATE", "Answer rate", Format.PERCENT),
    metric("BUSY_RATE", "Busy rate", Format.PERCENT),
    metric("DURATION", "Average duration", Format.DURATION, unit="h:mm:ss"),
)


def numbers(random: Random, *, kind: RowKind) -> tuple[Cell, ...]:
    """The cells of a row after its words; formats are for the body only."""
    body = kind is RowKind.BODY
    attempted = random.choice((random.randrange(9), random.randrange(90_000)))
    before = None if random.random() < 0.05 else random.randrange(1, 90_000)
    rate = random.random()
    return (
        count(attempted, bar=attempted / 90_000 if body else None),
        count(before),
        change(None if before is None else attempted / before - 1),
        percent(rate, shade=rate if body else None, faint=attempted < 50),
        percent(
            random.random() / 5,
            mark=random.choice((Mark.LOW, Mark.MIDDLE, Mark.HIGH)) if body else None,
            tone=random.choice((Tone.GOOD, Tone.BAD)) if body else Tone.NEUTRAL,
        ),
        duration(random.randrange(40_000)),
    )


def network(number: int) -> str:
    if number % 97 == 0:
        return f"Network {number} with a name that goes on for so long that it needs three lines"
    if number % 41 == 0:
        return "x" * 45 + str(number)
    return f"Network {number:05d}"


def table(rows: int, *, groups: int = 0, name: str = "all-networks") -> TableBlock:
    """A table of so many rows, an Other and a total row; in groups of so many, with subtotals."""
    random = Random(rows)  # noqa: S311 - no secret
    found = []
    for number in range(rows):
        country = COUNTRIES[(number // groups if groups else number) % len(COUNTRIES)]
        found.append(
            BlockRow(
                RowKind.BODY,
                (words(country), words(network(number)), *numbers(random, kind=RowKind.BODY)),
            )
        )
        if groups and number % groups == groups - 1:
            cells = (words(f"{country}: all"), words(""), *numbers(random, kind=RowKind.SUBTOTAL))
            found.append(BlockRow(RowKind.SUBTOTAL, cells, 1))
    for kind, label in ((RowKind.OTHER, "Other (12)"), (RowKind.TOTAL, "Total")):
        found.append(BlockRow(kind, (words(label), words(""), *numbers(random, kind=kind))))
    return TableBlock(
        name=name,
        title=f"All networks ({name})",
        heads=HEADS,
        rows=tuple(found),
        notes=("The networks of all countries.", "Seconds are rounded."),
    )


def texts(block: TableBlock) -> list[Value]:
    return [cell.text for row in block.rows for cell in row.cells]
