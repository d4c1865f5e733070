"""The fonts that come with Reporter: which faces, which characters, in which files.

Their family has a name of its own, so that a font installed on some machine is never taken for
ours and every machine gives the same pages. ``scripts/subset_fonts.py`` makes the files.
"""

from typing import Final, Literal

import msgspec

TEXT_FAMILY: Final = "Inter Report"
DISPLAY_FAMILY: Final = "Inter Report Display"


Style = Literal["normal", "italic"]


class Subset(msgspec.Struct, frozen=True):
    """A part of a face's characters, kept in a file of its own for pages.

    Attributes:
        name: in the file's name.
        spans: the code points.
    """

    name: str
    spans: tuple[range, ...]

    def covers(self, text: str) -> bool:
        """Whether any of the text's characters is in this part."""
        return any(ord(c) in span for c in set(text) for span in self.spans)

    @property
    def unicode_range(self) -> str:
        """The code points as CSS writes them."""
        return ", ".join(
            f"U+{s.start:04X}" if len(s) == 1 else f"U+{s.start:04X}-{s.stop - 1:04X}"
            for s in self.spans
        )


class Face(msgspec.Struct, frozen=True):
    """One weight and style of a family.

    Attributes:
        stem: of its files here.
        original: the file in the package that it was cut from.
    """

    family: str
    weight: int
    style: Style
    stem: str
    original: str

    @property
    def style_name(self) -> str:
        """As the font itself says it."""
        return self.stem.split("-")[1]

    @property
    def whole(self) -> str:
        """The file with all characters, for PDF and charts."""
        return f"{self.stem}.ttf"

    def part(self, subset: Subset) -> str:
        """The file with one part of the characters, for pages."""
        return f"{self.stem}-{subset.name}.woff2"


def _spans(*ends: tuple[int, int]) -> tuple[range, ...]:
    return tuple(range(first, last + 1) for first, last in ends)


SUBSETS: Final = (
    Subset(
        "latin",
        _spans(
            (0x20, 0x7E),
            (0xA0, 0x17F),  # Latin-1, Latin Extended-A
            (0x192, 0x192),
            (0x218, 0x21B),  # Romanian
            (0x2C6, 0x2C6),
            (0x2DA, 0x2DC),
            (0x2007, 0x2015),  # spaces, hyphens, dashes
            (0x2018, 0x201E),  # quotation marks
            (0x2020, 0x2022),
            (0x2026, 0x2026),
            (0x202F, 0x2030),  # narrow space, per mille
            (0x2032, 0x2033),
            (0x2039, 0x203A),
            (0x2044, 0x2044),
            (0x20AC, 0x20AC),  # euro
            (0x2116, 0x2116),
            (0x2122, 0x2122),
            (0x2190, 0x2199),  # arrows
            (0x2206, 0x2206),
            (0x2211, 0x2212),  # sum, minus
            (0x221A, 0x221A),
            (0x221E, 0x221E),
            (0x2248, 0x2248),
            (0x2260, 0x2265),
            (0x25A0, 0x25CF),  # triangles, circles
            (0x2713, 0x2717),  # check marks
        ),
    ),
    Subset(
        "greek",
        _spans((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    ),
    Subset(
        "cyrillic",
        _spans((0x400, 0x52F)),
    ),
    Subset(
        "more",
        _spans(
            (0x180, 0x191),
            (0x193, 0x217),
            (0x21C, 0x2C5),
            (0x2C7, 0x2D9),
            (0x2DD, 0x36F),
            (0x1E00, 0x1EFF),  # Vietnamese
            (0x2070, 0x209C),
            (0x20A0, 0x20AB),
            (0x20AD, 0x20C0),
            (0x2150, 0x215F),
        ),
    ),
)

FACES: Final = (
    Face(TEXT_FAMILY, 400, "normal", "inter-regular", "web/Inter-Regular.woff2"),
    Face(TEXT_FAMILY, 400, "italic", "inter-italic", "web/Inter-Italic.woff2"),
    Face(TEXT_FAMILY, 500, "normal", "inter-medium", "web/Inter-Medium.woff2"),
    Face(TEXT_FAMILY, 600, "normal", "inter-semibold", "web/Inter-SemiBold.woff2"),
    Face(DISPLAY_FAMILY, 600, "normal", "display-semibold", "display/InterDisplay-SemiBold.woff2"),
)
