"""Cut the fonts that come with Reporter from their originals.

    python scripts/subset_fonts.py ORIGINALS

ORIGINALS is the unpacked ``inter-ui`` package named in ``templates/fonts/README.md``. Needs
fonttools and brotli. The same originals give the same files.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from reporter.output.look.fonts import FACES, SUBSETS, Face, Subset

FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "tnum", "case", "calt", "frac", "sups", "liga")
FAMILY, STYLE, UNIQUE, FULL, POSTSCRIPT, BIG_FAMILY, BIG_STYLE = 1, 2, 3, 4, 6, 16, 17


def main(originals: Path) -> None:
    """Write every face, whole as TTF and by subset as WOFF2, into ``templates/fonts``."""
    folder = Path(__file__).resolve().parent.parent / "templates" / "fonts"
    for face in FACES:
        original = originals / face.original
        cut(original, face, SUBSETS, folder / face.whole)
        for part in SUBSETS:
            cut(original, face, (part,), folder / face.part(part))


def cut(original: Path, face: Face, parts: tuple[Subset, ...], target: Path) -> None:
    """Write the characters of some subsets under the family's own name."""
    options = subset.Options()
    options.flavor = "woff2" if target.suffix == ".woff2" else None
    options.layout_features = list(FEATURES)
    options.name_IDs = ["*"]
    options.hinting = False
    options.notdef_outline = True
    font = subset.load_font(str(original), options)
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for part in parts for span in part.spans for c in span])
    cutter.subset(font)
    rename(font, face)
    subset.save_font(font, str(target), options)


def rename(font: TTFont, face: Face) -> None:
    """A name that no font installed on a machine has, so that none is taken for ours."""
    names = font["name"]
    texts = {
        FAMILY: face.family,
        STYLE: face.style_name,
        UNIQUE: f"{face.family} {face.style_name}",
        FULL: f"{face.family} {face.style_name}",
        POSTSCRIPT: f"{face.family} {face.style_name}".replace(" ", ""),
        BIG_FAMILY: face.family,
        BIG_STYLE: face.style_name,
    }
    for number, text in texts.items():
        names.setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
