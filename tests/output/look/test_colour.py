"""Colours: known conversions, and contrast for every accent."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.output.look.colour import (
    DISTINCT,
    READABLE,
    VISIBLE,
    Scheme,
    contrast,
    distance,
    from_hex,
    palette,
    text_on,
    to_hex,
)

accents = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.005)


def test_conversion_of_a_known_colour() -> None:
    red = from_hex("#ff0000")  # as CSS Color 4 has it: oklch(0.628 0.2577 29.23)
    assert (red.lightness, red.chroma, red.hue) == (
        pytest.approx(0.628, abs=0.001),
        pytest.approx(0.2577, abs=0.001),
        pytest.approx(29.23, abs=0.05),
    )


@given(accents)
def test_a_colour_comes_back(accent: str) -> None:
    assert to_hex(from_hex(accent)) == accent


SLOW = settings(max_examples=40)  # each searches colours for two schemes

themes = st.fixed_dictionaries(
    {
        "accent": accents,
        "good": st.none() | accents,
        "bad": st.none() | accents,
        "series": st.lists(accents, max_size=6),
    }
)


def schemes(theme: Mapping[str, Any]) -> tuple[Scheme, Scheme]:
    both = palette(**theme)
    return both.light, both.dark


@SLOW
@given(themes)
def test_every_text_is_readable_whatever_the_theme_wishes(theme: Mapping[str, Any]) -> None:
    for scheme in schemes(theme):
        plain = (scheme.canvas, scheme.surface, scheme.sunken)
        soft = (scheme.accent_soft, scheme.good_soft, scheme.bad_soft)
        for ground in (*plain, *soft):
            assert contrast(scheme.ink, ground) >= 7
            for text in (scheme.muted, scheme.accent_text, scheme.good, scheme.bad):
                assert contrast(text, ground) >= READABLE
        assert all(contrast(scheme.ink, shade) >= READABLE for shade in scheme.shades)
        assert contrast(scheme.on_accent, scheme.accent) >= READABLE
        assert contrast(scheme.on_good, scheme.good_shape) >= READABLE
        assert contrast(scheme.on_bad, scheme.bad_shape) >= READABLE


@pytest.mark.unmeasured
@SLOW
@given(themes)
def test_every_shape_is_seen(theme: Mapping[str, Any]) -> None:
    for scheme in schemes(theme):
        for shape in (scheme.accent, scheme.good_shape, scheme.bad_shape):
            assert contrast(shape, scheme.surface) >= VISIBLE - 0.05


@SLOW
@given(themes)
def test_series_are_seen_and_told_apart(theme: Mapping[str, Any]) -> None:
    for scheme in schemes(theme):
        assert all(contrast(colour, scheme.surface) >= 2.1 for colour in scheme.series)
        pairs = combinations(map(from_hex, scheme.series), 2)
        assert all(distance(one, other) >= DISTINCT - 0.005 for one, other in pairs)
    light, dark = schemes(theme)
    assert len(light.series) == len(dark.series) >= 8


@given(accents)
def test_black_or_white_is_read_on_any_ground(ground: str) -> None:
    assert contrast(text_on(ground), ground) >= READABLE


def test_a_colour_that_can_be_seen_stays_as_it_is() -> None:
    scheme = palette(
        "#0b6e4f", good="#00875a", bad="#c8102e", series=["#0052cc", "#ff8b00", "#6554c0"]
    ).light
    assert (scheme.accent, scheme.good_shape, scheme.bad_shape) == ("#0b6e4f", "#00875a", "#c8102e")
    assert scheme.series[:4] == ("#0052cc", "#ff8b00", "#6554c0", "#0b6e4f")
    assert palette("#ffee00").light.accent != "#ffee00"


def test_a_colour_wished_twice_is_moved_apart() -> None:
    first, second, third = palette("#0b6e4f", series=["#0052cc"] * 3).light.series[:3]
    assert first == "#0052cc"
    assert len({first, second, third}) == 3
    assert all(abs(from_hex(c).hue - from_hex(first).hue) < 15 for c in (second, third))
