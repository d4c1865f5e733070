"""What the templates of pages ask of charts: drawings, their numbers, and what to point at."""

from collections.abc import Callable, Mapping

import msgspec
from markupsafe import Markup

from reporter.document.model import ChartBlock, Document, TableBlock
from reporter.output.base import Branding
from reporter.output.charts import chart
from reporter.output.charts.parts import Picture, text_in, text_on
from reporter.output.charts.parts import numbers as numbers_of_colours
from reporter.output.look.colour import Palette
from reporter.output.look.heat import heat
from reporter.output.look.typefaces import typefaces
from reporter.output.tabular import as_table
from reporter.output.templates import colours, data_uri

Tools = Mapping[str, Callable[..., object]]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where the steps of a drawing are, in percent of its width and height.

    Attributes:
        kind: as ``chart_parts.Hits`` says it.
        box: left, top, width and height of all of them.
        ring: of a donut: its middle, then its inner and outer radius in percent of the width,
            then where its parts end, from 0 to 1.
        widest: how wide the drawing is shown at most, in rem, so that its letters stay letters.
    """

    kind: str
    box: str
    ring: str
    widest: float


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """A chart's numbers as a table, and what a pointer is told beside them.

    Attributes:
        swatches: the colour of each column, by the class of its swatch; empty: none.
        row_swatches: of each row, likewise.
        beside: which columns are told beside the one before: the shares of one of several series.
        notes: what is marked at each row: annotations, and that it is not complete.
    """

    table: TableBlock
    swatches: tuple[str, ...]
    row_swatches: tuple[str, ...]
    beside: tuple[bool, ...]
    notes: tuple[str, ...]


def on_screen(document: Document, branding: Branding) -> Tools:
    """The tools of the HTML page's templates."""
    scheme, svg = colours(branding).light, _svg(document, branding)

    def drawing(block: ChartBlock, medium: chart.Medium) -> Markup:
        return Markup(svg(block, medium))  # noqa: S704 - made by the chart library, which escapes texts

    def target(block: ChartBlock, medium: chart.Medium) -> Target:
        sheet = chart.sheet_of(block, medium)
        return _target(
            chart.draw(block, scheme, document.language, sheet, currency=document.currency)
        )

    def numbers_of(block: ChartBlock) -> Numbers:
        return numbers(document, block)

    return {
        "drawing": drawing,
        "fills_by_night": fills_by_night,
        "letters_by_night": letters_by_night,
        "numbers_of": numbers_of,
        "target_of": target,
    }


def on_paper(document: Document, branding: Branding) -> Tools:
    """The tools of the PDF's templates."""
    svg = _svg(document, branding)

    def drawing_uri(block: ChartBlock, medium: chart.Medium) -> str:
        return data_uri("image/svg+xml", svg(block, medium).encode())

    return {"drawing_uri": drawing_uri}


def _svg(document: Document, branding: Branding) -> Callable[[ChartBlock, chart.Medium], str]:
    """What draws the charts of a document in the project's colours and letters."""
    scheme, families = colours(branding).light, typefaces(branding).text

    def svg(block: ChartBlock, medium: chart.Medium) -> str:
        return chart.svg(
            block,
            scheme,
            document.language,
            chart.sheet_of(block, medium),
            currency=document.currency,
            families=families,
        )

    return svg


def numbers(document: Document, block: ChartBlock) -> Numbers:
    """The numbers of a chart for the page."""
    table = as_table(block, document.words)
    if table is None:
        raise TypeError(f"{block.name} has no numbers")
    rows = ["" for _ in table.rows]
    if block.kind == "donut":
        last = len(rows) - 1
        rows = [
            "other" if block.with_other and place == last else str(place + 1)
            for place in range(len(rows))
        ]
    return Numbers(
        table=table,
        swatches=_swatches(block, len(table.heads)),
        row_swatches=tuple(rows),
        beside=_beside(block, table),
        notes=_notes(document, block) if block.down is None else ("",) * len(rows),
    )


def _swatches(block: ChartBlock, heads: int) -> tuple[str, ...]:
    """A series' first column carries its colour; one series alone needs none."""
    if block.down is not None or len(block.series) == 1:
        return ("",) * heads
    order = numbers_of_colours(block)
    columns_each = 1 + (block.share is not None) + (block.passed is not None)
    found = [""]
    for place, series in enumerate(block.series):
        other = block.together is not None and block.with_other
        if series.previous:
            mark = "previous"
        elif other and place == len(block.series) - 1:
            mark = "other"
        else:
            mark = str(order[series.name])
        found += [mark, *[""] * (columns_each - 1)]
    return (*found, *[""] * (heads - len(found)))


def _beside(block: ChartBlock, table: TableBlock) -> tuple[bool, ...]:
    values = {series.name for series in block.series} | {"together"}
    several = len(block.series) > 1 and block.down is None
    return tuple(several and n > 0 and h.name not in values for n, h in enumerate(table.heads))


def _notes(document: Document, block: ChartBlock) -> tuple[str, ...]:
    found: list[list[str]] = [[] for _ in block.steps]
    last = len(block.steps) - 1
    for mark in block.marks:
        found[min(max(round(mark.place), 0), last)].append(mark.label)
    if block.partial:
        known = [i for s in block.series for i, c in enumerate(s.cells) if c.value is not None]
        if known:
            found[max(known)].append(document.words["step_not_complete"])
    return tuple("; ".join(said) for said in found)


def _target(picture: Picture) -> Target:
    hits, width, height = picture.hits, picture.width, round(picture.height)
    box = hits.box
    shares = (box.left / width, box.top / height, box.width / width, box.height / height)
    ring = ""
    if hits.ring is not None:
        r = hits.ring
        places = (r.x / width, r.y / height, r.inner / width, r.outer / width)
        turns = " ".join(f"{turn:g}" for turn in r.turns)
        ring = f"{_percents(places)} {turns}"
    return Target(kind=hits.kind, box=_percents(shares), ring=ring, widest=round(width / 12, 1))


def _percents(parts: tuple[float, ...]) -> str:
    return " ".join(f"{100 * part:.2f}" for part in parts)


def fills_by_night(both: Palette) -> tuple[tuple[str, str], ...]:
    """The shades of drawings by day, each with the one that it has by night."""
    day, night = both.light, both.dark
    pairs = zip((*heat(day), day.accent_soft), (*heat(night), night.accent_soft), strict=True)
    return tuple(dict(pairs).items())


def letters_by_night(both: Palette) -> tuple[tuple[str, str], ...]:
    """The letters on and in the series' colours, by class, each with its colour by night."""
    night = both.dark
    found = [("on_quiet_", text_on(night.quiet, night)), ("name_quiet_", night.muted)]
    for number, colour in enumerate(night.series, start=1):
        found.append((f"on_{number}_", text_on(colour, night)))
        found.append((f"name_{number}_", text_in(colour, night)))
    return tuple(found)
