"""What a catalog file says of its records."""

from typing import Annotated

import msgspec
from msgspec import Meta

from reporter.catalog.model import RecordColumnType
from reporter.catalog.names import ColumnName, Description, Expression


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One entry of a catalog file: camel-case keys, no unknown ones."""


class ColumnEntry(Entry, frozen=True):
    """A column that a source maps its own columns onto."""

    type: Annotated[
        RecordColumnType,
        Meta(title="Type", description="What it holds; timestamps are UTC, cut to milliseconds."),
    ]
    description: Description
    values: Annotated[
        tuple[str, ...],
        Meta(
            title="Values",
            description="The only values that occur; leave out where the set is open.",
            examples=[["OUTBOUND", "INBOUND"]],
        ),
    ] = ()
    optional: Annotated[
        bool,
        Meta(
            title="Optional",
            description=(
                "Where a source lacks it, it counts as null; otherwise what needs it is"
                " unavailable there."
            ),
        ),
    ] = False


class CheckEntry(Entry, frozen=True):
    """What holds for every good record."""

    condition: Expression
    reason: Annotated[
        str,
        Meta(
            title="Reason",
            description="What is wrong with a record for which the condition is false.",
            min_length=1,
            examples=["it ended before it was answered"],
        ),
    ]


class RecordsEntry(Entry, frozen=True):
    """What the records look like. An extension gives only further columns and checks."""

    columns: Annotated[
        dict[ColumnName, ColumnEntry],
        Meta(title="Columns", description="By name; the sources map theirs onto them."),
    ]
    noun: (
        Annotated[
            str,
            Meta(
                title="Noun",
                description="What a record is, in the plural.",
                min_length=1,
                examples=["calls"],
            ),
        ]
        | None
    ) = None
    time: (
        Annotated[
            ColumnName,
            Meta(title="Time", description="The timestamp that periods and time steps use."),
        ]
        | None
    ) = None
    identity: (
        Annotated[ColumnName, Meta(title="Identity", description="What names a record.")] | None
    ) = None
    latest: Annotated[
        tuple[ColumnName, ...],
        Meta(
            title="Latest",
            description="Of records that share an identity, the greatest of these counts.",
        ),
    ] = ()
    checks: Annotated[
        tuple[CheckEntry, ...],
        Meta(
            title="Checks",
            description="A record that fails one is counted, listed and not used. Null passes.",
        ),
    ] = ()
