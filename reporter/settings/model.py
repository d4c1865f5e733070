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


Secret = Annotated[
    str,
    Meta(
        title="Secret",
        description="By reference, so that it stands in no file under version control.",
        examples=["${env:METRICS_API_KEY}"],
    ),
]


class ApiKeyAuth(_Setting, frozen=True, tag_field="type", tag="apiKey"):
    """`Authorization: App KEY`."""

    key: Annotated[Secret, Meta(title="Key")]


class BasicAuth(_Setting, frozen=True, tag_field="type", tag="basic"):
    """User name and password with every request."""

    username: Annotated[str, Meta(title="User name", description="Of the account at the vendor.")]
    password: Annotated[Secret, Meta(title="Password")]


class TokenAuth(_Setting, frozen=True, tag_field="type", tag="ibsso"):
    """`Authorization: IBSSO TOKEN`, the token of a session that somebody opened."""

    token: Annotated[Secret, Meta(title="Token")]


class OAuth2(_Setting, frozen=True, tag_field="type", tag="oauth2"):
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


class Callback(_Setting, frozen=True):
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


class MetricsApiSource(_Setting, frozen=True, tag_field="type", tag="metrics_api"):
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


Source = CallsSource | MetricsApiSource


class ServedKey(_Setting, frozen=True):
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


class ServedUser(_Setting, frozen=True):
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


class ServedApi(_Setting, frozen=True):
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
        ),
    ] = 7


class Serve(_Setting, frozen=True):
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
    serve: Annotated[Serve, Meta(title="Serve", description="What `reporter serve` does.")] = (
        Serve()
    )
    ledger: Annotated[
        str,
        Meta(
            title="Ledger",
            description="The SQLite file that remembers, relative to this file.",
        ),
    ] = ".reporter/ledger.sqlite"
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
