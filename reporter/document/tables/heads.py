"""The heads of a table: one per dimension, and those of each metric together."""

from collections.abc import Sequence

import msgspec

from reporter.data.formula import Formula, references
from reporter.data.rollup import adds_up
from reporter.data.table import Column, Derived, Format, Kind
from reporter.document.cells import format_of
from reporter.document.frame import Frame
from reporter.document.tables.pivot import Across
from reporter.document.values import Head, HeadRole


def dimension_heads(columns: Sequence[Column]) -> tuple[Head, ...]:
    """The heads of the columns that group."""
    return tuple(
        Head(
            name=c.name,
            label=c.label,
            role=HeadRole.DIMENSION,
            kind=c.kind,
            members=tuple(member.value for member in c.members),
        )
        for c in columns
    )


def metric_heads(
    frame: Frame, metrics: Sequence[Column], columns: Sequence[Column], *, compare: bool
) -> tuple[Head, ...]:
    """The heads of the columns that measure, each with its comparison beside it.

    Args:
        frame: the report's.
        metrics: those that the table shows.
        columns: all that the numbers have, with what the metrics are derived from.
        compare: whether there is a comparison.
    """
    heads: list[Head] = []
    for column in metrics:
        now = metric_head(frame, column, metrics, columns)
        if not compare:
            heads.append(now)
            continue
        then = frame.comparison or ""
        say = frame.words.say
        heads += [
            msgspec.structs.replace(now, over=column.label, under=frame.period),
            msgspec.structs.replace(
                now,
                label=say("in_period", label=column.label, period=then),
                role=HeadRole.PREVIOUS,
                over=column.label,
                under=then,
            ),
            Head(
                name=column.name,
                label=say("change_of", metric=column.label),
                role=_role_of_change(column),
                kind=Kind.NUMBER,
                format=Format.PERCENT,
                goal=column.goal,
                over=column.label,
                under=frame.words["change"],
            ),
        ]
    return tuple(heads)


def pivot_heads(
    frame: Frame, metrics: Sequence[Column], columns: Sequence[Column], across: Sequence[Across]
) -> tuple[Head, ...]:
    """The heads of a pivot's columns: values under the metric, or metrics under each value."""
    heads: list[Head] = []
    for each in across:
        for column in metrics:
            label = frame.words.say("part_of", group=each.label, metric=column.label)
            over, under = each.label, column.label
            if len(metrics) == 1:
                over, under = under, over
            heads.append(
                msgspec.structs.replace(
                    metric_head(frame, column, metrics, columns),
                    label=label,
                    over=over,
                    under=under,
                    across=each.name,
                )
            )
    return tuple(heads)


def metric_head(
    frame: Frame, column: Column, metrics: Sequence[Column], columns: Sequence[Column]
) -> Head:
    """The head of a metric that stands alone.

    Args:
        frame: the report's.
        column: of the metric.
        metrics: all that the table shows.
        columns: all that the numbers have.
    """
    return Head(
        name=column.name,
        label=column.label,
        role=HeadRole.METRIC,
        kind=column.kind,
        format=format_of(column),
        goal=column.goal,
        unit=_unit(frame, column),
        additive=column.unavailable is None and adds_up(columns, column.name),
        formula=_formula(column, metrics),
    )


def _unit(frame: Frame, column: Column) -> str:
    """What numbers are in that do not say it themselves."""
    return frame.words["unit_duration"] if format_of(column) is Format.DURATION else ""


def _formula(column: Column, metrics: Sequence[Column]) -> Formula | None:
    """What a metric is computed from, where all of it is shown beside it."""
    if column.unavailable is not None or not isinstance(column.roll_up, Derived):
        return None
    shown = {metric.name for metric in metrics}
    formula = column.roll_up.formula
    return formula if shown.issuperset(references(formula)) else None


def _role_of_change(column: Column) -> HeadRole:
    """Percentages are subtracted, all else is compared relatively; see ``cells.change_cell``."""
    return HeadRole.DIFFERENCE if format_of(column) is Format.PERCENT else HeadRole.CHANGE
