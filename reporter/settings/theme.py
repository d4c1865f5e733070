"""How reports look: colours, fonts, paper."""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from reporter.settings.setting import Setting

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

Colour = Annotated[
    str,
    Meta(
        pattern="^#[0-9a-fA-F]{6}$(?!\\n)",
        examples=["#0b6e4f"],
        extra_json_schema={"errorMessage": "a colour like #0b6e4f"},
    ),
]
FontFile = Annotated[
    str, Meta(description="TTF or OTF, relative to the project file.", examples=["assets/a.ttf"])
]


class Fonts(Setting, frozen=True):
    """Font files of the project, in the place of ours and beside them."""

    regular: Annotated[FontFile, Meta(title="Regular")] | None = None
    italic: Annotated[FontFile, Meta(title="Italic")] | None = None
    medium: Annotated[FontFile, Meta(title="Medium")] | None = None
    semibold: Annotated[FontFile, Meta(title="Semibold")] | None = None
    display: Annotated[FontFile, Meta(title="Display, for titles and large numbers")] | None = None
    fallback: Annotated[
        tuple[FontFile, ...],
        Meta(title="Fallback", description="For characters that the others do not have, in order."),
    ] = ()


class Theme(Setting, frozen=True):
    """How reports look. What is not said is as the project says, and then as we say."""

    logo: (
        Annotated[str, Meta(title="Logo", description="SVG or PNG, relative to the project file.")]
        | None
    ) = None
    accent: Annotated[Colour, Meta(title="Accent", description="The main colour.")] | None = None
    good: Annotated[Colour, Meta(title="Good", description="Of good news.")] | None = None
    bad: Annotated[Colour, Meta(title="Bad", description="Of bad news.")] | None = None
    series: Annotated[
        tuple[Colour, ...],
        Meta(title="Series", description="Colours of a chart's series, the first one first."),
    ] = ()
    fonts: Annotated[Fonts, Meta(title="Fonts", description="Font files.")] = Fonts()
    page_size: (
        Annotated[Literal["A4", "Letter"], Meta(title="Page size", description="Of PDF and Excel.")]
        | None
    ) = None
    density: (
        Annotated[
            Literal["comfortable", "compact"],
            Meta(title="Density", description="How much air there is between things."),
        ]
        | None
    ) = None


def themed(under: Theme, over: Theme) -> Theme:
    """A theme with everything that another one says in its place."""
    return _over(under, over)


def _over(under: _Struct, over: _Struct) -> _Struct:
    said = {}
    for field in msgspec.structs.fields(over):
        value = getattr(over, field.name)
        if isinstance(value, msgspec.Struct):
            said[field.name] = _over(getattr(under, field.name), value)
        elif value is not None and value != ():
            said[field.name] = value
    return msgspec.structs.replace(under, **said)
