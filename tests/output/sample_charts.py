"""Charts of the kinds that the sample document does not have, made by hand."""

import itertools
from datetime import date

from reporter.data.table import Format, Kind
from reporter.document.model import ChartBlock, ChartMark, Series
from reporter.document.values import NO_VALUE, Cell, Head, HeadRole


def count(value: int | None) -> Cell:
    text = NO_VALUE if value is None else f"{value:,}"
    return Cell(value=value, text=text, format=Format.INTEGER)


def percent(value: float | None) -> Cell:
    text = NO_VALUE if value is None else f"{value:.1%}"
    return Cell(value=value, text=text, format=Format.PERCENT)


def name(text: str) -> Cell:
    return Cell(value=text, text=text)


def _head(text: str, kind: Kind = Kind.TEXT) -> Head:
    return Head(name=text.upper(), label=text, role=HeadRole.DIMENSION, kind=kind)


def _number(text: str, form: Format = Format.PERCENT) -> Head:
    return Head(name=text, label=text, role=HeadRole.METRIC, kind=Kind.NUMBER, format=form)


def stacked(*, share: bool = False, timed: bool = True, other: bool = True) -> ChartBlock:
    """Two groups and Other over four weeks; the second week has nothing, the last is incomplete."""
    rows = {"Croatia": (30, 0, 45, 20), "Germany": (20, 0, 15, 10), "Other": (50, 0, 40, 10)}
    wholes = (100, 0, 100, 40)
    steps = ("28 Sept", "5 Oct", "12 Oct", "19 Oct")
    return ChartBlock(
        name="parts",
        title="Parts",
        kind="stacked100" if share else "stacked",
        axis=_head("Week", Kind.DATE) if timed else _head("Country"),
        steps=tuple(
            Cell(value=date(2026, 9, 28), text=text) if timed else name(text) for text in steps
        ),
        series=tuple(
            Series(
                name=f"CALLS:{label}",
                label=label,
                cells=tuple(map(count, values)),
                shares=tuple(
                    percent(value / whole if whole else None)
                    for value, whole in zip(values, wholes, strict=True)
                )
                if share
                else (),
            )
            for label, values in rows.items()
        ),
        timed=timed,
        format=Format.INTEGER,
        summary="Parts of calls.",
        metric="Calls",
        wholes=tuple(map(count, wholes)),
        share=_number("share") if share else None,
        together=_number("together", Format.INTEGER),
        with_other=other,
        partial=timed,
    )


def donut(values: tuple[int | None, ...] = (60, 25, 15)) -> ChartBlock:
    """Parts of a whole, the last of which is Other."""
    whole = sum(value or 0 for value in values)
    return ChartBlock(
        name="ring",
        title="Ring",
        kind="donut",
        axis=_head("Country"),
        steps=tuple(name(text) for text in ("Croatia", "Germany", "Other")[: len(values)]),
        series=(
            Series(
                name="CALLS",
                label="Calls",
                cells=tuple(map(count, values)),
                shares=tuple(percent((v or 0) / whole if whole else None) for v in values),
            ),
        ),
        timed=False,
        format=Format.INTEGER,
        summary="Croatia 60.0%.",
        metric="Calls",
        wholes=(count(whole),),
        share=_number("share"),
        with_other=True,
    )


def heatmap(columns: int = 4) -> ChartBlock:
    """Rates: a whole row, a row with a missing and with a faint value, and Other."""
    rows = {
        "Monday": [0.4, 0.5, 0.6, 0.8],
        "Tuesday": [None, 0.1, 0.55, 0.7],
        "Other": [0.5, 0.5, 0.5, 0.5],
    }

    def cell(label: str, value: float | None) -> Cell:
        faint = value is not None and value < 0.2
        shaded = value is not None and not faint and label != "Other"
        shade = (value - 0.4) / 0.4 if shaded and value is not None else None
        return Cell(
            value=value,
            text=percent(value).text,
            format=Format.PERCENT,
            shade=None if shade is None else min(max(shade, 0.0), 1.0),
            faint=faint,
        )

    return ChartBlock(
        name="heat",
        title="Heat",
        kind="heatmap",
        axis=_head("Hour", Kind.INTEGER),
        down=_head("Weekday"),
        steps=tuple(Cell(value=hour, text=f"{hour:02}:00") for hour in range(columns)),
        series=tuple(
            Series(
                name=f"RATE:{label}",
                label=label,
                cells=tuple(cell(label, values[n % 4]) for n in range(columns)),
            )
            for label, values in rows.items()
        ),
        timed=False,
        format=Format.PERCENT,
        summary="Lowest 40.0%.",
        metric="Answer rate",
        with_other=True,
    )


def funnel(*, compare: bool = False) -> ChartBlock:
    """Three stages."""
    now, then = (1000, 800, 600), (900, 720, 630)

    def stages(label: str, values: tuple[int, ...], *, previous: bool) -> Series:
        return Series(
            name="stages",
            label=label,
            cells=tuple(map(count, values)),
            previous=previous,
            shares=tuple(percent(value / values[0]) for value in values),
            passed=(percent(None), *(percent(b / a) for a, b in itertools.pairwise(values))),
        )

    series = [stages("October", now, previous=False)]
    if compare:
        series.append(stages("September", then, previous=True))
    return ChartBlock(
        name="stages",
        title="Stages",
        kind="funnel",
        axis=_head("Stage"),
        steps=(name("Attempted calls"), name("Seized calls"), name("Answered calls")),
        series=tuple(series),
        timed=False,
        format=Format.INTEGER,
        summary="Attempted calls: 1,000.",
        share=_number("of the first"),
        passed=_number("of the one before"),
    )


def mark(place: float, label: str) -> ChartMark:
    return ChartMark(place=place, label=label, date=f"day {place}")
