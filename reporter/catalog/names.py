"""The names and texts that a catalog file is made of, with what an editor says about them."""

from typing import Annotated

from msgspec import Meta

Expression = Annotated[
    str,
    Meta(
        title="SQL expression",
        description=(
            "Over the columns of the records, in the embedded engine's dialect: operators,"
            " functions, CASE, literals and columns; no subqueries."
        ),
        min_length=1,
        max_length=10_000,
        examples=["direction = 'OUTBOUND' AND answered_at IS NOT NULL"],
    ),
]
ConstantName = Annotated[
    str,
    Meta(
        title="Name",
        description="In capitals, as specs write it.",
        pattern="^[A-Z][A-Z0-9_]*$",
        max_length=100,
        examples=["TOTAL_CALL_COUNT"],
        extra_json_schema={"errorMessage": "a name in capitals, like TOTAL_CALL_COUNT"},
    ),
]
FilterName = Annotated[
    str,
    Meta(
        title="Name",
        description="In camel case, as specs write it.",
        pattern="^[a-z][A-Za-z0-9]*$",
        max_length=100,
        examples=["countryIds"],
        extra_json_schema={"errorMessage": "a name in camel case, like countryIds"},
    ),
]
ColumnName = Annotated[
    str,
    Meta(
        title="Column",
        description="A column of the records.",
        pattern="^[a-z][a-z0-9_]*$",
        max_length=100,
        examples=["answered_at"],
        extra_json_schema={
            "errorMessage": "lower-case letters, digits and underscores, like answered_at"
        },
    ),
]
CatalogName = Annotated[
    str,
    Meta(
        title="Name",
        description="Unique in the project; what a source's `catalog` key names.",
        pattern="^[a-z][a-z0-9_]*$",
        max_length=100,
        examples=["support_tickets"],
        extra_json_schema={
            "errorMessage": "lower-case letters, digits and underscores, like support_tickets"
        },
    ),
]
Label = Annotated[
    str, Meta(title="Label", description="What people read.", min_length=1, max_length=200)
]
Description = Annotated[
    str, Meta(title="Description", description="What it means, in a sentence.", min_length=1)
]
Labels = dict[
    Annotated[str, Meta(title="Value", description="As it stands in the records.")], Label
]
