"""When a report is due, and what it waits for then. Part of the language of specs."""

from typing import Annotated, Literal

from msgspec import Meta

from reporter.dates import Duration
from reporter.spec.query import SpecPart


class CloseGate(SpecPart, frozen=True):
    """Wait until the source has data through the end of the period."""

    deadline: Annotated[
        Duration,
        Meta(title="Deadline", description="How long it is waited for, from when it is due."),
    ] = "2d"
    every: Annotated[Duration, Meta(title="Every", description="How often it is looked.")] = "15m"
    slack: Annotated[
        Duration,
        Meta(
            title="Slack",
            description=(
                "How long before the end of the period the data may end all the same: the last"
                " call of a month is seldom in its last minute."
            ),
        ),
    ] = "0m"
    at_deadline: Annotated[
        Literal["hold", "provisional"],
        Meta(
            title="At the deadline",
            description=(
                "`hold`: nothing is sent. `provisional`: it is sent, marked as provisional, and"
                " the final one follows by itself once the data are there."
            ),
        ),
    ] = "hold"


class Schedule(SpecPart, frozen=True):
    """When the report is due, in its own time zone."""

    cron: Annotated[
        str,
        Meta(
            title="Cron",
            description="Minute, hour, day of month, month, day of week.",
            pattern=r"^\S+( \S+){4}$",
            examples=["0 7 1 * *"],
            extra_json_schema={
                "errorMessage": "five fields with single spaces between them, like 0 7 1 * *"
            },
        ),
    ]
    catch_up: Annotated[
        Literal["all", "latest", "none"],
        Meta(title="Catch up", description="Which missed editions are made later."),
    ] = "latest"
    retry_for: Annotated[
        Duration,
        Meta(
            title="Retry for",
            description="How long a failed edition or delivery is tried again.",
        ),
    ] = "24h"
    wait_for_data: Annotated[CloseGate, Meta(title="Wait for data")] | None = None
