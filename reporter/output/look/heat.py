"""The shades of a heatmap: from nearly nothing to a strong one that text is still readable on."""

from functools import cache
from typing import Final

from reporter.output.look.colour import READABLE, Oklch, Scheme, contrast, from_hex, to_hex

STEPS: Final = 10
_FAINTEST: Final = 0.045
"""How far the first shade is from the colour of the page, in lightness."""
_MOST_CHROMA: Final = 0.15


@cache
def heat(scheme: Scheme) -> tuple[str, ...]:
    """The shades of a scheme in the hue of its accent, the least first; its ink reads on each."""
    accent, ground = from_hex(scheme.accent), from_hex(scheme.surface)
    towards = -1 if from_hex(scheme.ink).lightness < ground.lightness else 1
    chroma = min(accent.chroma * 1.1, _MOST_CHROMA)

    def shade(lightness: float, part: float) -> Oklch:
        return accent.but(lightness=lightness, chroma=chroma * (0.14 + 0.86 * part))

    first = ground.lightness + towards * _FAINTEST
    last = first
    while contrast(to_hex(shade(last + towards * 0.01, 1)), scheme.ink) >= READABLE:
        last += towards * 0.01
    return tuple(
        to_hex(shade(first + (last - first) * step / (STEPS - 1), step / (STEPS - 1)))
        for step in range(STEPS)
    )


def step_of(shade: float) -> int:
    """Which of the shades stands for a place on the scale, 0 to 1."""
    return min(int(shade * STEPS), STEPS - 1)
