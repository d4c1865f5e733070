"""Colours: every tint of a report derived from one accent.

Mixed in OKLCH (B. Ottosson, 2020), where equal steps look equal; contrast as WCAG 2.2 defines
it. Done here because the PDF engine knows no ``color-mix``.
"""

import math
from collections.abc import Callable
from typing import Final

import msgspec

READABLE: Final = 4.5
"""The contrast of text that WCAG AA asks for."""
SHADES: Final = 10
"""Steps of a colour scale, beside none."""


class Oklch(msgspec.Struct, frozen=True):
    """A colour by lightness (0 to 1), chroma (0 is grey) and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float

    def but(self, *, lightness: float | None = None, chroma: float | None = None) -> "Oklch":
        """The same hue, otherwise lit."""
        return Oklch(
            self.lightness if lightness is None else lightness,
            self.chroma if chroma is None else chroma,
            self.hue,
        )


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """All colours of a report on one ground, as ``#rrggbb``.

    Attributes:
        canvas: behind everything.
        surface: behind blocks.
        sunken: behind quiet parts of a block.
        ink: text.
        muted: second text.
        line: hairlines.
        rule: stronger lines.
        accent: shapes in the main colour.
        accent_text: text in the main colour.
        accent_soft: a breath of it behind text.
        good: text of good news; ``good_soft`` goes behind it.
        series: of charts, the accent first.
        quiet: what stands back in charts: the comparison.
        shades: the colour scale, lightest first; ``ink`` is readable on each.
    """

    canvas: str
    surface: str
    sunken: str
    ink: str
    muted: str
    line: str
    rule: str
    accent: str
    accent_text: str
    accent_soft: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    series: tuple[str, ...]
    quiet: str
    shades: tuple[str, ...]


class Palette(msgspec.Struct, frozen=True):
    """A report's colours by day and by night."""

    light: Scheme
    dark: Scheme


def palette(accent: str) -> Palette:
    """The colours that go with an accent (``#rrggbb``).

    The accent itself is kept as it is in shapes on light ground, unless it is too pale to be
    seen there; text in it is darkened until it can be read.
    """
    main = from_hex(accent)
    return Palette(_light(main), _dark(main))


def _light(main: Oklch) -> Scheme:
    def grey(lightness: float, chroma: float) -> str:
        return to_hex(Oklch(lightness, min(chroma, main.chroma), main.hue))

    surface = "#ffffff"
    shape = readable(main, surface, 3.0)
    return Scheme(
        canvas=grey(0.977, 0.0025),
        surface=surface,
        sunken=grey(0.970, 0.003),
        ink=grey(0.225, 0.018),
        muted=grey(0.50, 0.018),
        line=grey(0.925, 0.006),
        rule=grey(0.82, 0.012),
        accent=to_hex(shape),
        accent_text=to_hex(readable(main, grey(0.96, 0.02), READABLE)),
        accent_soft=to_hex(main.but(lightness=0.958, chroma=min(main.chroma, 0.018))),
        good=_HUES["good_light"],
        good_soft=_HUES["good_soft_light"],
        bad=_HUES["bad_light"],
        bad_soft=_HUES["bad_soft_light"],
        series=_series(shape, surface),
        quiet=grey(0.68, 0.014),
        shades=_scale(
            lambda place: main.but(
                lightness=0.985 - 0.165 * place, chroma=min(main.chroma, 0.012 + 0.10 * place)
            )
        ),
    )


def _dark(main: Oklch) -> Scheme:
    def grey(lightness: float, chroma: float) -> str:
        return to_hex(Oklch(lightness, min(chroma, main.chroma), main.hue))

    surface = grey(0.215, 0.010)
    shape = main.but(lightness=max(main.lightness, 0.70), chroma=min(main.chroma, 0.13))
    return Scheme(
        canvas=grey(0.165, 0.010),
        surface=surface,
        sunken=grey(0.245, 0.012),
        ink=grey(0.94, 0.006),
        muted=grey(0.72, 0.012),
        line=grey(0.30, 0.012),
        rule=grey(0.42, 0.014),
        accent=to_hex(shape),
        accent_text=to_hex(shape.but(lightness=max(shape.lightness, 0.80))),
        accent_soft=to_hex(main.but(lightness=0.29, chroma=min(main.chroma, 0.04))),
        good=_HUES["good_dark"],
        good_soft=_HUES["good_soft_dark"],
        bad=_HUES["bad_dark"],
        bad_soft=_HUES["bad_soft_dark"],
        series=_series(shape, surface),
        quiet=grey(0.58, 0.014),
        shades=_scale(
            lambda place: main.but(
                lightness=0.235 + 0.19 * place, chroma=min(main.chroma, 0.015 + 0.075 * place)
            )
        ),
    )


def _scale(at: Callable[[float], Oklch]) -> tuple[str, ...]:
    return tuple(to_hex(at(step / SHADES)) for step in range(1, SHADES + 1))


def _series(main: Oklch, ground: str) -> tuple[str, ...]:
    """The accent, then colours far from it and from each other, in lightness too."""
    others = [colour for colour in _OTHERS if _apart(colour.hue, main.hue) > 40]  # noqa: PLR2004 - degrees
    return (to_hex(main), *(to_hex(readable(colour, ground, 2.2)) for colour in others))


def _apart(one: float, other: float) -> float:
    around = abs(one - other) % 360
    return min(around, 360 - around)


_OTHERS: Final = (
    Oklch(0.60, 0.13, 250),  # blue
    Oklch(0.74, 0.14, 70),  # amber
    Oklch(0.52, 0.15, 345),  # magenta
    Oklch(0.66, 0.11, 165),  # green
    Oklch(0.48, 0.15, 295),  # violet
    Oklch(0.70, 0.10, 205),  # cyan
    Oklch(0.58, 0.04, 250),  # slate
    Oklch(0.62, 0.15, 30),  # coral
    Oklch(0.60, 0.10, 115),  # olive
    Oklch(0.74, 0.08, 0),  # rose
)


def readable(colour: Oklch, ground: str, contrast_wanted: float) -> Oklch:
    """The colour, darkened (or lightened, on dark ground) as far as the contrast asks."""
    towards = -0.01 if from_hex(ground).lightness > 0.5 else 0.01  # noqa: PLR2004 - mid grey
    while contrast(to_hex(colour), ground) < contrast_wanted and 0 < colour.lightness < 1:
        colour = colour.but(lightness=colour.lightness + towards)
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2.2: 1 to 21."""
    darker, lighter = sorted(_luminance(colour) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def from_hex(colour: str) -> Oklch:
    """``#rrggbb`` as lightness, chroma and hue."""
    red, green, blue = (_linear(part) for part in _channels(colour))
    large = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    small = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * large + 0.7936177850 * medium - 0.0040720468 * small
    a = 1.9779984951 * large - 2.4285922050 * medium + 0.4505937099 * small
    b = 0.0259040371 * large + 0.7827717662 * medium - 0.8086757660 * small
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def to_hex(colour: Oklch) -> str:
    """``#rrggbb``; less chroma where a screen cannot show as much."""
    while not all(-0.0005 <= part <= 1.0005 for part in _rgb(colour)) and colour.chroma > 0:  # noqa: PLR2004 - the gamut, less rounding
        colour = colour.but(chroma=max(0.0, colour.chroma - 0.004))
    return "#" + "".join(f"{round(255 * _encoded(part)):02x}" for part in _rgb(colour))


def _rgb(colour: Oklch) -> tuple[float, float, float]:
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    large = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    small = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * large - 3.3077115913 * medium + 0.2309699292 * small,
        -1.2684380046 * large + 2.6097574011 * medium - 0.3413193965 * small,
        -0.0041960863 * large - 0.7034186147 * medium + 1.7076147010 * small,
    )


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


def _encoded(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055  # noqa: PLR2004 - sRGB


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_HUES: Final = {
    "good_light": to_hex(Oklch(0.50, 0.12, 155)),
    "good_soft_light": to_hex(Oklch(0.96, 0.03, 155)),
    "bad_light": to_hex(Oklch(0.52, 0.17, 25)),
    "bad_soft_light": to_hex(Oklch(0.96, 0.02, 25)),
    "good_dark": to_hex(Oklch(0.80, 0.13, 155)),
    "good_soft_dark": to_hex(Oklch(0.30, 0.05, 155)),
    "bad_dark": to_hex(Oklch(0.78, 0.12, 25)),
    "bad_soft_dark": to_hex(Oklch(0.30, 0.06, 25)),
}
