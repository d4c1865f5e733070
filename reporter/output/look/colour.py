"""Colours: every tint of a report derived from a theme's few.

Whatever a theme wishes, texts can be read (WCAG 2.2 AA) and series be told apart: shapes keep
the colours they are given as far as they can be seen, texts in them are darkened or lightened.

Mixed in OKLCH (B. Ottosson, 2020), where equal steps look equal; contrast as WCAG 2.2 defines
it. Done here because the PDF engine knows no ``color-mix``.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

import msgspec

READABLE: Final = 4.5
"""The contrast of text that WCAG AA asks for."""
VISIBLE: Final = 3.0
"""The contrast of shapes that it asks for."""
DISTINCT: Final = 0.05
"""How far apart two series' colours lie at least, in OKLab; half of it is just seen."""
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

    def soft(self, lightness: float, chroma: float) -> "Oklch":
        """The same hue, so lit, and not more colourful than that."""
        return self.but(lightness=lightness, chroma=min(self.chroma, chroma))


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
        on_accent: text on a shape in it; so are ``on_good`` and ``on_bad``.
        good: text of good news; ``good_soft`` goes behind it, ``good_shape`` is for shapes.
        bad: of bad news, likewise.
        series: of charts: those of the theme first, else the accent.
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
    on_accent: str
    good: str
    good_soft: str
    good_shape: str
    on_good: str
    bad: str
    bad_soft: str
    bad_shape: str
    on_bad: str
    series: tuple[str, ...]
    quiet: str
    shades: tuple[str, ...]


class Palette(msgspec.Struct, frozen=True):
    """A report's colours by day and by night."""

    light: Scheme
    dark: Scheme


def palette(
    accent: str, *, good: str | None = None, bad: str | None = None, series: Sequence[str] = ()
) -> Palette:
    """The colours that go with those of a theme (``#rrggbb``).

    Args:
        accent: the main colour.
        good: of good news.
        bad: of bad news.
        series: of a chart's series, the first one first; the accent and others come after.
    """
    wish = _Wish(
        from_hex(accent),
        _GOOD if good is None else from_hex(good),
        _BAD if bad is None else from_hex(bad),
        tuple(map(from_hex, series)),
    )
    return _mixed(wish)


class _Wish(msgspec.Struct, frozen=True):
    """The colours that a theme has; all others follow from them."""

    main: Oklch
    good: Oklch
    bad: Oklch
    series: tuple[Oklch, ...]

    def grey(self, lightness: float, chroma: float) -> str:
        """A grey with a breath of the main colour."""
        return to_hex(self.main.soft(lightness, chroma))


@cache
def _mixed(wish: _Wish) -> Palette:
    return Palette(_light(wish), _dark(wish))


def _light(wish: _Wish) -> Scheme:
    main, grey = wish.main, wish.grey
    grounds = (canvas, surface, sunken) = grey(0.977, 0.0025), "#ffffff", grey(0.970, 0.003)
    soft = tuple(
        to_hex(colour.soft(lightness, chroma))
        for colour, lightness, chroma in (
            (main, 0.958, 0.018),
            (wish.good, 0.96, 0.03),
            (wish.bad, 0.96, 0.02),
        )
    )
    shape = tuple(readable(c, surface, VISIBLE) for c in (main, wish.good, wish.bad))
    text = tuple(_legible(c, (*grounds, *soft)) for c in (main, wish.good, wish.bad))
    return Scheme(
        canvas=canvas,
        surface=surface,
        sunken=sunken,
        ink=grey(0.225, 0.018),
        muted=grey(0.50, 0.018),
        line=grey(0.925, 0.006),
        rule=grey(0.82, 0.012),
        **_toned(shape, text, soft),
        series=_series(shape[0], wish.series, surface, light=True),
        quiet=grey(0.68, 0.014),
        shades=_scale(lambda place: main.soft(0.985 - 0.165 * place, 0.012 + 0.10 * place)),
    )


def _dark(wish: _Wish) -> Scheme:
    main, grey = wish.main, wish.grey
    grounds = (canvas, surface, sunken) = (
        grey(0.165, 0.010),
        grey(0.215, 0.010),
        grey(0.245, 0.012),
    )
    soft = tuple(
        to_hex(colour.soft(lightness, chroma))
        for colour, lightness, chroma in (
            (main, 0.29, 0.04),
            (wish.good, 0.30, 0.05),
            (wish.bad, 0.30, 0.06),
        )
    )
    shape = tuple(_by_night(c, 0.70) for c in (main, wish.good, wish.bad))
    text = tuple(_legible(_by_night(c, 0.80), (*grounds, *soft)) for c in shape)
    return Scheme(
        canvas=canvas,
        surface=surface,
        sunken=sunken,
        ink=grey(0.94, 0.006),
        muted=grey(0.72, 0.012),
        line=grey(0.30, 0.012),
        rule=grey(0.42, 0.014),
        **_toned(shape, text, soft),
        series=_series(shape[0], wish.series, surface, light=False),
        quiet=grey(0.58, 0.014),
        shades=_scale(lambda place: main.soft(0.235 + 0.19 * place, 0.015 + 0.075 * place)),
    )


def _by_night(colour: Oklch, lightness: float) -> Oklch:
    """A shape on dark ground: light, and less loud."""
    return colour.soft(max(colour.lightness, lightness), 0.13)


def _toned(shape: Sequence[Oklch], text: Sequence[str], soft: Sequence[str]) -> dict[str, str]:
    """The fields of a scheme that come in three tones: accent, good, bad."""
    accent, good, bad = map(to_hex, shape)
    return {
        "accent": accent,
        "good_shape": good,
        "bad_shape": bad,
        **dict(zip(("accent_text", "good", "bad"), text, strict=True)),
        **dict(zip(("accent_soft", "good_soft", "bad_soft"), soft, strict=True)),
        **{
            f"on_{name}": text_on(c)
            for name, c in (("accent", accent), ("good", good), ("bad", bad))
        },
    }


def text_on(ground: str) -> str:
    """Black or white, whichever is read better on a ground; the worse ground still has 4.58."""
    return max("#ffffff", "#000000", key=lambda text: contrast(text, ground))


def _legible(colour: Oklch, grounds: Sequence[str]) -> str:
    """A colour as text on any of these grounds."""
    for ground in grounds:
        colour = readable(colour, ground, READABLE)
    return to_hex(colour)


def _scale(at: Callable[[float], Oklch]) -> tuple[str, ...]:
    return tuple(to_hex(at(step / SHADES)) for step in range(1, SHADES + 1))


def _series(main: Oklch, wished: Sequence[Oklch], ground: str, *, light: bool) -> tuple[str, ...]:
    """The wished colours, the accent, then colours far from it and from each other."""
    lit = wished if light else [_by_night(colour, 0.62) for colour in wished]
    seen = _SEEN if light else VISIBLE
    found: list[Oklch] = []
    for colour in lit:
        found.append(_moved_apart(_settled(colour, ground, seen), found, ground, seen))
    others = [c for c in _OTHERS if wished or _apart(c.hue, main.hue) > 40]  # noqa: PLR2004 - degrees
    turned = [Oklch(0.64, 0.11, (main.hue + 137.5 * turn) % 360) for turn in range(1, 60)]
    for colour in (main, *others, *turned):
        new = _settled(colour, ground, seen)
        if len(found) < _LEAST_SERIES and all(distance(new, one) >= DISTINCT for one in found):
            found.append(new)
    return tuple(map(to_hex, found))


def _settled(colour: Oklch, ground: str, seen: float) -> Oklch:
    """The colour as a screen shows it, so far from its ground."""
    return from_hex(to_hex(readable(colour, ground, seen)))


_SEEN: Final = 2.2
"""The contrast of a series to white; its name stands beside it."""
_LEAST_SERIES: Final = 10
_STEPS: Final = tuple(0.02 * step for step in range(1, 26))


def _moved_apart(colour: Oklch, others: Sequence[Oklch], ground: str, seen: float) -> Oklch:
    """The colour, or the nearest lighter, darker or turned one that differs from all others."""
    shifted = (
        from_hex(to_hex(Oklch(colour.lightness + way * step, colour.chroma, colour.hue + turn)))
        for turn in (0, 25, -25, 50, -50)
        for step in (0.0, *_STEPS)
        for way in (-1, 1)
        if 0.2 < colour.lightness + way * step < 0.9  # noqa: PLR2004 - neither black nor white
    )
    usable = (
        one
        for one in (colour, *shifted)
        if all(distance(one, other) >= DISTINCT for other in others)
        and contrast(to_hex(one), ground) >= seen
    )
    return next(usable, colour)


def distance(one: Oklch, other: Oklch) -> float:
    """How different two colours look: their distance in OKLab."""
    turn = math.radians(one.hue - other.hue)
    squared = one.chroma**2 + other.chroma**2 - 2 * one.chroma * other.chroma * math.cos(turn)
    return math.hypot(one.lightness - other.lightness, math.sqrt(max(0.0, squared)))


def _apart(one: float, other: float) -> float:
    around = abs(one - other) % 360
    return min(around, 360 - around)


_GOOD: Final = Oklch(0.50, 0.12, 155)
_BAD: Final = Oklch(0.52, 0.17, 25)
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
