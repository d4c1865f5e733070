"""Colours: known conversions, and contrast for every accent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.output.colour import READABLE, contrast, from_hex, palette, to_hex

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


@given(accents)
def test_texts_are_readable_for_every_accent(accent: str) -> None:
    for scheme in (palette(accent).light, palette(accent).dark):
        for ground in (scheme.canvas, scheme.surface, scheme.sunken):
            assert contrast(scheme.ink, ground) >= 7
            assert contrast(scheme.muted, ground) >= READABLE
            assert contrast(scheme.accent_text, ground) >= READABLE
            assert contrast(scheme.good, ground) >= READABLE
            assert contrast(scheme.bad, ground) >= READABLE
        for soft in (scheme.good_soft, scheme.bad_soft, scheme.accent_soft):
            assert contrast(scheme.ink, soft) >= READABLE
        assert contrast(scheme.good, scheme.good_soft) >= READABLE
        assert contrast(scheme.bad, scheme.bad_soft) >= READABLE
        assert all(contrast(scheme.ink, shade) >= READABLE for shade in scheme.shades)
        assert contrast(scheme.accent, scheme.surface) >= 2.9


@given(accents)
def test_series_are_seen_on_their_ground(accent: str) -> None:
    for scheme in (palette(accent).light, palette(accent).dark):
        assert all(contrast(colour, scheme.surface) >= 2.1 for colour in scheme.series)
        assert len(set(scheme.series)) == len(scheme.series) >= 8


def test_the_accent_stays_as_it_is_where_it_can_be_seen() -> None:
    assert palette("#0b6e4f").light.accent == "#0b6e4f"
    assert palette("#ffee00").light.accent != "#ffee00"
