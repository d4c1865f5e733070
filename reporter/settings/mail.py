"""The server that mails go to."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from reporter.dates import Duration
from reporter.settings.setting import Secret, Setting


class Mail(Setting, frozen=True):
    """An SMTP server, and what mails say of their sender."""

    host: Annotated[
        str,
        Meta(
            title="Host",
            description="The mail server.",
            examples=["smtp.example.com"],
            min_length=1,
        ),
    ]
    from_: Annotated[
        str,
        Meta(
            title="From",
            description="The sender; a name may stand before the address.",
            examples=["Reports <reports@example.com>"],
        ),
    ] = msgspec.field(name="from")
    port: (
        Annotated[
            int,
            Meta(
                title="Port",
                description="Without it: 587 for starttls, 465 for tls, 25 for none.",
                ge=1,
                le=65535,
            ),
        ]
        | None
    ) = None
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(
            title="Security",
            description=(
                "`starttls`: encrypted after the greeting. `tls`: from the beginning. `none`:"
                " readable on the way, for a server of this machine."
            ),
        ),
    ] = "starttls"
    ca_file: (
        Annotated[
            str,
            Meta(
                title="CA file",
                description=(
                    "Certificates to trust beside the system's, in PEM, relative to this file."
                ),
            ),
        ]
        | None
    ) = None
    username: (
        Annotated[str, Meta(title="User name", description="For servers that ask who is sending.")]
        | None
    ) = None
    password: (
        Annotated[
            Secret,
            Meta(
                title="Password",
                description="Of the user; `${env:NAME}` takes it from the environment.",
            ),
        ]
        | None
    ) = None
    timeout: Annotated[
        Duration, Meta(title="Timeout", description="How long any answer of the server may take.")
    ] = "60s"
    largest_message: Annotated[
        float,
        Meta(
            title="Largest message",
            description=(
                "In MB, as it is sent: encoding makes attachments a third larger. What does not"
                " fit is not attached, and the mail says so."
            ),
            gt=0,
        ),
    ] = 10.0
