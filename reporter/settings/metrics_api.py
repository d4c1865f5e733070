"""A Metrics API as a source: where it is, who asks, how results come back."""

from typing import Annotated, Literal

from msgspec import Meta

from reporter.settings.setting import Secret, Setting


class ApiKeyAuth(Setting, frozen=True, tag_field="type", tag="apiKey"):
    """`Authorization: App KEY`."""

    key: Annotated[Secret, Meta(title="Key")]


class BasicAuth(Setting, frozen=True, tag_field="type", tag="basic"):
    """User name and password with every request."""

    username: Annotated[str, Meta(title="User name", description="Of the account at the vendor.")]
    password: Annotated[Secret, Meta(title="Password")]


class TokenAuth(Setting, frozen=True, tag_field="type", tag="ibsso"):
    """`Authorization: IBSSO TOKEN`, the token of a session that somebody opened."""

    token: Annotated[Secret, Meta(title="Token")]


class OAuth2(Setting, frozen=True, tag_field="type", tag="oauth2"):
    """OAuth 2.0 client credentials; the token is renewed before it expires."""

    client_id: Annotated[str, Meta(title="Client id", description="As the vendor gave it out.")]
    client_secret: Annotated[Secret, Meta(title="Client secret")]
    token_url: (
        Annotated[
            str,
            Meta(
                title="Token URL",
                description="Where tokens are given out; else /auth/1/oauth2/token of the API.",
            ),
        ]
        | None
    ) = None


Auth = ApiKeyAuth | BasicAuth | TokenAuth | OAuth2


class Callback(Setting, frozen=True):
    """How results reach us: a listener that a run opens itself, or a relay that is always up."""

    listen: (
        Annotated[
            str,
            Meta(
                title="Listen",
                description="Address and port that a run listens on while it waits.",
                examples=["0.0.0.0:8085"],
            ),
        ]
        | None
    ) = None
    public_url: (
        Annotated[
            str,
            Meta(
                title="Public URL",
                description="How the API reaches that listener from outside.",
                examples=["https://reports.example.com"],
            ),
        ]
        | None
    ) = None
    relay: (
        Annotated[
            str,
            Meta(
                title="Relay",
                description="A `reporter serve` that receives results for runs elsewhere.",
                examples=["https://reports.example.com"],
            ),
        ]
        | None
    ) = None
    secret: Annotated[Secret, Meta(title="Secret", description="The relay's.")] | None = None
    largest_result: Annotated[
        int,
        Meta(title="Largest result", description="In MiB; a larger body is refused.", ge=1),
    ] = 64


class MetricsApiSource(Setting, frozen=True, tag_field="type", tag="metrics_api"):
    """A vendor's Metrics API, or a `reporter serve` that speaks it."""

    base_url: Annotated[
        str,
        Meta(
            title="Base URL",
            description="Of your account at the vendor.",
            examples=["https://example.api.infobip.com"],
        ),
    ]
    auth: Annotated[Auth, Meta(title="Authentication", description="How we say who we are.")]
    callback: Annotated[Callback, Meta(title="Callback", description="How results reach us.")]
    requests_per_second: Annotated[
        float,
        Meta(title="Requests per second", description="The most that are sent.", gt=0),
    ] = 60.0
    timeout_seconds: Annotated[
        float,
        Meta(title="Time-out", description="Of one HTTP request, in seconds.", gt=0),
    ] = 30.0
    deadline_seconds: Annotated[
        float,
        Meta(
            title="Deadline",
            description="After so many seconds a run gives up on results that have not come.",
            gt=0,
        ),
    ] = 900.0
    ratio_scale: Annotated[
        Literal["auto", "fraction", "percent"],
        Meta(
            title="Scale of ratios",
            description=(
                "How the API writes rates: 0.42 or 42. `auto` finds out from the counts beside"
                " them; rates of channels without such counts need it said."
            ),
        ),
    ] = "auto"
    duration_unit: Annotated[
        Literal["milliseconds", "seconds", "minutes"],
        Meta(title="Unit of durations", description="What the API counts durations in."),
    ] = "seconds"
    data_since: Annotated[
        str,
        Meta(
            title="Data since",
            description="The first day (UTC) of which the API has voice and video data.",
        ),
    ] = "2025-05-15"
