"""The project file, ``reporter.yaml``, as typed values.

Its schema, ``schemas/project.schema.json``, is derived from these types like that of the specs.
"""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class _Setting(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """Camel-case keys, no unknown ones."""


class CsvLayout(_Setting, frozen=True):
    """How a CSV file is laid out, where it is not the usual way."""

    columns: Annotated[
        tuple[str, ...],
        Meta(
            title="Columns",
            description="The columns' names, for files without a head row.",
            examples=[["start", "answer", "end"]],
        ),
    ] = ()
    delimiter: Annotated[
        str, Meta(title="Delimiter", description="What separates fields.", examples=[";"])
    ] = ","
    null_values: Annotated[
        tuple[str, ...],
        Meta(title="Null values", description="Texts that mean: no value. Empty always does."),
    ] = ()


class CallsSource(_Setting, frozen=True, tag_field="type", tag="calls"):
    """The project's own call records."""

    path: Annotated[
        str,
        Meta(
            title="Path",
            description=(
                "Parquet, CSV or JSON files (globs and hive partitions), or a .duckdb file;"
                " relative to the project file."
            ),
            examples=["data/calls/**/*.parquet", "cdr/*.csv"],
        ),
    ]
    table: (
        Annotated[str, Meta(title="Table", description="The table or view in a .duckdb file.")]
        | None
    ) = None
    csv: Annotated[CsvLayout, Meta(title="CSV layout", description="For CSV files.")] = CsvLayout()
    timezone: Annotated[
        str,
        Meta(
            title="Time zone",
            description="The zone of times that carry none.",
            examples=["Europe/Zagreb"],
        ),
    ] = "UTC"
    columns: Annotated[
        dict[str, str],
        Meta(
            title="Column mapping",
            description=(
                "Canonical column to the file's column, or to an SQL expression over the file's"
                " columns. A column that is not named here is read under its own name."
            ),
            examples=[{"sent_at": "start", "direction": "'OUTBOUND'"}],
        ),
    ] = {}
    values: Annotated[
        dict[str, dict[str, str | None]],
        Meta(
            title="Value maps",
            description="Per canonical column: the file's value to ours. Others stay as they are.",
            examples=[{"status": {"NO ANSWER": "NO_ANSWER"}}],
        ),
    ] = {}
    deduplicate: Annotated[
        bool, Meta(title="Deduplicate", description="Whether a repeated id counts once.")
    ] = False
    accounts: (
        Annotated[
            str,
            Meta(
                title="Accounts",
                description="CSV or Parquet file with account_key, parent_key, name.",
            ),
        ]
        | None
    ) = None
    account: (
        Annotated[
            str, Meta(title="Account", description="The account answered for where none is asked.")
        ]
        | None
    ) = None
    data_through: (
        Annotated[
            str,
            Meta(
                title="Data through",
                description="Up to when the data is complete; else the latest record's time.",
            ),
        ]
        | None
    ) = None
    catalog: (
        Annotated[
            str, Meta(title="Catalog", description="A catalog of the project over this table.")
        ]
        | None
    ) = None


Source = CallsSource


class Defaults(_Setting, frozen=True):
    """What a spec need not say."""

    source: Annotated[str, Meta(title="Source", description="A source of this file.")] | None = None
    timezone: Annotated[str, Meta(title="Time zone", description="An IANA zone.")] = "UTC"
    locale: Annotated[str, Meta(title="Locale", description="Words, numbers and dates.")] = "en-GB"
    currency: (
        Annotated[
            str,
            Meta(
                title="Currency",
                description="ISO 4217, of metrics with the format `currency`.",
                pattern="^[A-Z]{3}$(?!\\n)",
                examples=["EUR"],
                extra_json_schema={"errorMessage": "three capitals, like EUR"},
            ),
        ]
        | None
    ) = None


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


class Fonts(_Setting, frozen=True):
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


class Theme(_Setting, frozen=True):
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


class ProjectFile(_Setting, frozen=True):
    """The whole project file."""

    version: Annotated[Literal[1], Meta(title="Version", description="Of this file's language.")]
    sources: Annotated[
        dict[str, Source], Meta(title="Sources", description="Where numbers come from, by name.")
    ] = {}
    defaults: Annotated[
        Defaults, Meta(title="Defaults", description="What a spec need not say.")
    ] = Defaults()
    theme: Annotated[Theme, Meta(title="Theme", description="How reports look.")] = Theme()
    catalogs: Annotated[
        tuple[str, ...],
        Meta(
            title="Catalogs",
            description="Catalog files of the project, relative to this file.",
            examples=[["catalogs/campaigns.yaml"]],
        ),
    ] = ()


class Project(msgspec.Struct, frozen=True):
    """A project file and the folder that its paths are relative to.

    Attributes:
        folder: where ``reporter.yaml`` lies; the working folder where there is none.
        file: the file's content.
        path: the file as the user would name it; None where there is none.
    """

    folder: Path
    file: ProjectFile
    path: Path | None = None
