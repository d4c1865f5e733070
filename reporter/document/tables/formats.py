"""What cells show of their values: shades, bars and signs, and that a ratio is over too few."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from reporter.data.table import Column, Goal, Value, number_or_none
from reporter.document.frame import Frame
from reporter.document.values import Cell, CellFormat, Mark, Tone
from reporter.spec.sections import ConditionalFormat, TableSection

_ICONS = (Mark.LOW, Mark.MIDDLE, Mark.HIGH)


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A conditional format over the values that it is of.

    Attributes:
        wanted: as the spec says it.
        least: of the body's values, and of a pivot's over all its columns.
        greatest: likewise.
        at_least: of a threshold: its own bound, or the target's.
        at_most: likewise.
        goal: the direction of good.
    """

    wanted: ConditionalFormat
    least: float
    greatest: float
    at_least: float | None
    at_most: float | None
    goal: Goal

    def on(self, cell: Cell) -> Cell:
        """A cell of the body with its shade, bar or sign."""
        value = number_or_none(cell.value)
        if value is None:
            return cell
        match self.wanted.type:
            case "colorScale":
                return msgspec.structs.replace(cell, shade=self._shade(value))
            case "dataBar":
                return msgspec.structs.replace(cell, bar=self._bar(value))
            case "icons":
                return self._icon(cell, value)
            case "threshold":
                met = self._is_met(value)
                mark, tone = (Mark.MET, Tone.GOOD) if met else (Mark.MISSED, Tone.BAD)
                return msgspec.structs.replace(cell, mark=mark, tone=tone)

    def of_column(self, place: int) -> CellFormat:
        """The same for programs that apply it themselves."""
        return CellFormat(
            place=place,
            kind=self.wanted.type,
            at_least=self.at_least,
            at_most=self.at_most,
            cuts=self.wanted.cuts,
            least=self.least,
            greatest=self.greatest,
            goal=self.goal,
        )

    def _shade(self, value: float) -> float:
        """Where a value lies between least and greatest, 0 to 1; half-way if all are equal."""
        span = self.greatest - self.least
        return (value - self.least) / span if span > 0 else 0.5

    def _bar(self, value: float) -> float:
        """How much of the greatest a value is, 0 to 1."""
        return max(value / self.greatest, 0.0) if self.greatest > 0 else 0.0

    def _icon(self, cell: Cell, value: float) -> Cell:
        reached = sum(value >= cut for cut in self.wanted.cuts)
        tone = Tone.NEUTRAL
        if self.goal is not Goal.NEUTRAL and reached != 1:
            tone = Tone.GOOD if (reached > 1) == (self.goal is Goal.UP) else Tone.BAD
        return msgspec.structs.replace(cell, mark=_ICONS[reached], tone=tone)

    def _is_met(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


Looks = Mapping[str, tuple[Look, ...]]
"""By metric."""


def looks(
    frame: Frame,
    section: TableSection,
    metrics: Sequence[Column],
    body: Mapping[str, Sequence[Value]],
) -> Looks:
    """The conditional formats of a table.

    Args:
        frame: the report's.
        section: what the table shows.
        metrics: its metrics.
        body: the values of each metric in the body's rows, and in a pivot's own columns.
    """
    found: dict[str, tuple[Look, ...]] = {}
    for wanted in section.conditional_formats:
        column = next((c for c in metrics if c.name == wanted.metric), None)
        known = [] if column is None else _known(body[column.name])
        if column is None or not known:
            continue
        at_least, at_most = _bounds(frame, wanted)
        look = Look(
            wanted=wanted,
            least=min(known),
            greatest=max(known),
            at_least=at_least,
            at_most=at_most,
            goal=column.goal,
        )
        found[column.name] = (*found.get(column.name, ()), look)
    return found


def too_few(frame: Frame, column: Column, amounts: Mapping[str, Value]) -> bool:
    """Whether a row's ratio is over too few to mean much."""
    if column.sample is None or amounts.get(column.name) is None:
        return False
    counted = number_or_none(amounts.get(column.sample))
    return counted is not None and counted < frame.edition.spec.small_sample


def _known(values: Iterable[Value]) -> list[float]:
    return [number for number in map(number_or_none, values) if number is not None]


def _bounds(frame: Frame, wanted: ConditionalFormat) -> tuple[float | None, float | None]:
    """A threshold's own bounds; without any, its metric's target."""
    if wanted.type != "threshold":
        return None, None
    if wanted.at_least is not None or wanted.at_most is not None:
        return wanted.at_least, wanted.at_most
    target = frame.edition.spec.targets.get(wanted.metric)
    return (None, None) if target is None else (target.at_least, target.at_most)
