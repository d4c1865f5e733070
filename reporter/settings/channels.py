"""Where reports go beside mail. Their addresses may be secret, so they stand here, not in specs."""

from typing import Annotated

from msgspec import Meta

from reporter.dates import Duration
from reporter.settings.setting import Secret, Setting


class FolderChannel(Setting, frozen=True, tag_field="type", tag="folder"):
    """A folder, here or elsewhere."""

    url: Annotated[
        str,
        Meta(
            title="URL",
            description=(
                "A folder relative to this file, or a URL that fsspec knows: `s3://bucket/reports`"
                " with the extra `s3`, `sftp://host/reports` with the extra `sftp`."
            ),
            examples=["published", "s3://acme-reports/voice"],
        ),
    ]
    options: Annotated[
        dict[str, str | int | bool],
        Meta(
            title="Options",
            description="What the file system of the URL takes: keys, hosts, end points.",
            examples=[{"username": "reports", "password": "${env:SFTP_PASSWORD}"}],
        ),
    ] = {}
    public_url: (
        Annotated[
            str,
            Meta(
                title="Public URL",
                description=("How readers reach the folder; messages then link to the files."),
                examples=["https://reports.example.com/voice"],
            ),
        ]
        | None
    ) = None


class WebhookChannel(Setting, frozen=True, tag_field="type", tag="webhook"):
    """An HTTP address that takes JSON messages."""

    url: Annotated[Secret, Meta(title="URL", examples=["https://portal.example.com/hooks/reports"])]
    secret: (
        Annotated[
            Secret,
            Meta(
                title="Secret",
                description="Signs each message, so that the receiver knows who sent it.",
            ),
        ]
        | None
    ) = None
    timeout: Annotated[
        Duration, Meta(title="Timeout", description="How long an answer may take.")
    ] = "30s"


class SlackChannel(Setting, frozen=True, tag_field="type", tag="slack"):
    """An incoming webhook of Slack, or of a chat that understands the same."""

    url: Annotated[Secret, Meta(title="URL", examples=["${env:SLACK_WEBHOOK_URL}"])]
    timeout: Annotated[
        Duration, Meta(title="Timeout", description="How long an answer may take.")
    ] = "30s"


Channel = FolderChannel | WebhookChannel | SlackChannel
