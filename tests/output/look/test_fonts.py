"""The shipped fonts are what the code says of them."""

import pytest
from fontTools.ttLib import TTFont

from reporter.output.look.fonts import FACES, SUBSETS, Face
from reporter.resources import templates

FOLDER = templates() / "fonts"


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.stem)
def test_a_face_has_its_own_name_weight_and_tabular_numerals(face: Face) -> None:
    with TTFont(FOLDER / face.whole) as font:
        assert font["name"].getDebugName(1) == face.family
        assert font["name"].getDebugName(2) == face.style_name
        assert font["OS/2"].usWeightClass == face.weight
        features = {r.FeatureTag for r in font["GSUB"].table.FeatureList.FeatureRecord}
        assert {"tnum", "case"} <= features
        whole = set(font.getBestCmap())
    parts = set()
    for part in SUBSETS:
        with TTFont(FOLDER / face.part(part)) as font:
            known = set(font.getBestCmap())
            assert all(any(code in span for span in part.spans) for code in known)
            parts |= known
    assert parts == whole


def test_subsets_do_not_overlap() -> None:
    codes = [code for part in SUBSETS for span in part.spans for code in span]
    assert len(codes) == len(set(codes))


def test_the_licence_lies_beside() -> None:
    text = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text


def test_ranges_as_css_writes_them() -> None:
    greek = next(part for part in SUBSETS if part.name == "greek")
    assert greek.unicode_range == "U+0370-03FF, U+1F00-1FFF"
    assert greek.covers("Ελλάδα")
    assert not greek.covers("Croatia")
    assert "U+0192," in SUBSETS[0].unicode_range
