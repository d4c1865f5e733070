"""The project file, ``reporter.yaml``, as typed values.

Its schema, ``schemas/project.schema.json``, is derived from these types like that of the specs.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta


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
    locale: Annotated[str, Meta(title="Locale", description="Numbers and dates.")] = "en-GB"


class Theme(_Setting, frozen=True):
    """How reports look."""

    logo: (
        Annotated[str, Meta(title="Logo", description="SVG or PNG, relative to the project file.")]
        | None
    ) = None
    accent: Annotated[
        str,
        Meta(
            title="Accent",
            description="The main colour.",
            pattern="^#[0-9a-fA-F]{6}$",
            examples=["#0b6e4f"],
            extra_json_schema={"errorMessage": "a colour like #0b6e4f"},
        ),
    ] = "#0b6e4f"


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
