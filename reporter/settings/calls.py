"""A source of call records, as the project file describes it."""

from typing import Annotated

from msgspec import Meta

from reporter.settings.setting import Setting


class CsvLayout(Setting, frozen=True):
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


class CallsSource(Setting, frozen=True, tag_field="type", tag="calls"):
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
