"""One edition for each value of a dimension. Part of the language of specs."""

from typing import Annotated, Literal

from msgspec import Meta

from reporter.spec.query import DimensionName, SpecPart


class Burst(SpecPart, frozen=True):
    """One edition for each value of a dimension, with its own records, recipients and files."""

    by: DimensionName
    recipients: (
        Annotated[
            str,
            Meta(
                title="Recipients",
                description=(
                    "A CSV file, relative to the project file: the dimension's name and `to`, with"
                    " semicolons between addresses; `name` for what files and texts call it."
                ),
                examples=["recipients.csv"],
            ),
        ]
        | None
    ) = None
    unlisted: Annotated[
        Literal["report", "ignore"],
        Meta(
            title="Unlisted",
            description=(
                "Whether a value that has calls and no recipient is a problem, or as it should be."
            ),
        ),
    ] = "report"
