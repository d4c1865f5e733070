"""What ``reporter serve`` does: the Metrics API over call records, the callback relay."""

from typing import Annotated

from msgspec import Meta

from reporter.settings.setting import Secret, Setting


class ServedKey(Setting, frozen=True):
    """An API key and the account that it opens."""

    key: Annotated[Secret, Meta(title="Key")]
    account: (
        Annotated[
            str,
            Meta(
                title="Account",
                description="It sees this account and those below it; without: all records.",
            ),
        ]
        | None
    ) = None


class ServedUser(Setting, frozen=True):
    """A user name with password and the account that they open."""

    username: Annotated[
        str, Meta(title="User name", description="Without a colon.", pattern="^[^:]+$")
    ]
    password: Annotated[Secret, Meta(title="Password")]
    account: (
        Annotated[
            str,
            Meta(
                title="Account",
                description="They see this account and those below it; without: all records.",
            ),
        ]
        | None
    ) = None


class ServedApi(Setting, frozen=True):
    """The Metrics API over call records of the project."""

    source: Annotated[str, Meta(title="Source", description="A `calls` source of this file.")]
    keys: Annotated[
        tuple[ServedKey, ...], Meta(title="Keys", description="Who may ask, by API key.")
    ] = ()
    users: Annotated[
        tuple[ServedUser, ...], Meta(title="Users", description="Who may ask, by password.")
    ] = ()
    callbacks: Annotated[
        tuple[str, ...],
        Meta(
            title="Callbacks",
            description=(
                "Beginnings of URLs that results may be sent to; `*.` before a domain stands for"
                " the names under it. Nothing else is called."
            ),
            examples=[["https://reports.example.com/", "https://*.example.org/hooks/"]],
        ),
    ] = ()
    private_networks: Annotated[
        bool,
        Meta(
            title="Private networks",
            description="Whether callbacks may go to addresses that are not public.",
        ),
    ] = False
    requests_per_second: Annotated[
        float,
        Meta(title="Requests per second", description="Of each key; more get a 429.", gt=0),
    ] = 60.0
    keep_days: Annotated[
        int,
        Meta(
            title="Keep days",
            description="How long a query can be asked about, in days; then it is forgotten.",
            ge=1,
            le=36500,
        ),
    ] = 7


class Serve(Setting, frozen=True):
    """What `reporter serve` does."""

    listen: Annotated[
        str,
        Meta(title="Listen", description="Address and port.", examples=["0.0.0.0:8085"]),
    ] = "127.0.0.1:8085"
    public_url: (
        Annotated[
            str,
            Meta(
                title="Public URL",
                description="How the server is reached from outside.",
                examples=["https://reports.example.com"],
            ),
        ]
        | None
    ) = None
    relay_secret: (
        Annotated[
            Secret,
            Meta(
                title="Relay secret",
                description="Opens the relay to runs elsewhere; without it there is no relay.",
            ),
        ]
        | None
    ) = None
    largest_result: Annotated[
        int,
        Meta(title="Largest result", description="In MiB; a larger body is refused.", ge=1),
    ] = 64
    metrics_api: (
        Annotated[
            ServedApi,
            Meta(title="Metrics API", description="Answer for call records; without: no API."),
        ]
        | None
    ) = None
