"""The project file, ``reporter.yaml``, as typed values.

Its schema, ``schemas/project.schema.json``, is derived from these types like that of the specs.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from reporter.settings.calls import CallsSource
from reporter.settings.channels import Channel
from reporter.settings.mail import Mail
from reporter.settings.metrics_api import MetricsApiSource
from reporter.settings.operations import Notify, Retention
from reporter.settings.serve import Serve
from reporter.settings.setting import Setting
from reporter.settings.theme import Theme

Source = CallsSource | MetricsApiSource


class Defaults(Setting, frozen=True):
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


class ProjectFile(Setting, frozen=True):
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
    mail: Annotated[Mail, Meta(title="Mail", description="The server that mails go to.")] | None = (
        None
    )
    channels: Annotated[
        dict[str, Channel],
        Meta(title="Channels", description="Where reports go beside mail, by name."),
    ] = {}
    notify: Annotated[
        Notify, Meta(title="Notify", description="Who is told when something fails.")
    ] = Notify()
    retention: Annotated[
        Retention, Meta(title="Retention", description="How long the ledger keeps what.")
    ] = Retention()
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
