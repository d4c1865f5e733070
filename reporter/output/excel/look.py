"""What a workbook looks like: colours, paper, direction."""

from typing import Final, Literal

import msgspec

from reporter.document.model import Document
from reporter.output.base import DEFAULT_ACCENT, Branding
from reporter.output.look.colour import palette

FAMILY: Final = "Calibri"
"""The one family that every Excel has, and LibreOffice an equal of."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Colours are ``RRGGBB``, as workbooks write them.

    Attributes:
        soft: a breath of the accent, behind heads.
        quiet: of what stands back in charts.
        shades: of a colour scale, the lightest first.
        row_height: in points.
        right_to_left: whether the first column stands on the right.
    """

    accent: str
    soft: str
    ink: str
    muted: str
    line: str
    rule: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    series: tuple[str, ...]
    quiet: str
    shades: tuple[str, ...]
    paper: Literal["A4", "Letter"]
    row_height: float
    right_to_left: bool


def look_of(document: Document, branding: Branding) -> Look:
    """The look of a project's workbooks."""
    theme = branding.theme
    day = palette(
        theme.accent or DEFAULT_ACCENT, good=theme.good, bad=theme.bad, series=theme.series
    ).light
    return Look(
        accent=_plain(day.accent),
        soft=_plain(day.accent_soft),
        ink=_plain(day.ink),
        muted=_plain(day.muted),
        line=_plain(day.line),
        rule=_plain(day.rule),
        good=_plain(day.good),
        good_soft=_plain(day.good_soft),
        bad=_plain(day.bad),
        bad_soft=_plain(day.bad_soft),
        series=tuple(map(_plain, day.series)),
        quiet=_plain(day.quiet),
        shades=tuple(map(_plain, day.shades)),
        paper=theme.page_size or "A4",
        row_height=15.75 if theme.density == "compact" else 18.75,
        right_to_left=document.direction == "rtl",
    )


def _plain(colour: str) -> str:
    return colour.removeprefix("#").upper()
