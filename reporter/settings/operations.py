"""Who is told when something fails, and how long the ledger keeps what."""

from typing import Annotated

from msgspec import Meta

from reporter.settings.setting import Setting


class Notify(Setting, frozen=True):
    """Who is told when a scheduled report fails, is held, or has a delivery that is unknown."""

    email: Annotated[
        tuple[str, ...],
        Meta(title="Mail", description="Addresses.", examples=[["ops@example.com"]]),
    ] = ()
    channels: Annotated[
        tuple[str, ...],
        Meta(title="Channels", description="Webhook and chat channels of this file."),
    ] = ()


class Retention(Setting, frozen=True):
    """How long the ledger keeps what. That something was delivered is never forgotten."""

    contents_days: Annotated[
        int,
        Meta(
            title="Contents",
            description="What was handed over, from when all of it has been delivered.",
            ge=0,
        ),
    ] = 30
    results_days: Annotated[
        int,
        Meta(title="Results", description="What a Metrics API answered.", ge=1),
    ] = 400
    readings_days: Annotated[
        int,
        Meta(
            title="Readings",
            description="The numbers of earlier editions, which later ones are compared with.",
            ge=1,
        ),
    ] = 800
