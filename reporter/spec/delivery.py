"""Who receives a report, how, and under which condition. Part of the language of specs."""

from typing import Annotated, Literal

from msgspec import Meta

from reporter.spec.query import SpecPart

Attachable = Literal["pdf", "html", "xlsx", "csv", "json"]
"""What a mail can carry beside its own body."""

Address = Annotated[
    str,
    Meta(
        title="Address",
        description="A mail address; a name may stand before it.",
        examples=["management@example.com", "Ana Horvat <ana@example.com>"],
    ),
]

DeliveryName = Annotated[
    str,
    Meta(
        title="Name",
        description=(
            "Unique in the report; what has been delivered is remembered under it. Where there is"
            " one delivery of a type, its type is its name."
        ),
        pattern=r"^[a-z0-9][a-z0-9-]*$(?!\n)",
        max_length=60,
        examples=["board"],
        extra_json_schema={
            "errorMessage": "lower-case letters, digits and hyphens, like board-members"
        },
    ),
]

Condition = Annotated[
    str,
    Meta(
        title="When",
        description=(
            "Deliver only where this holds: comparisons of metrics of the whole period,"
            " `anyTargetMissed`, `noData`, `changed`; `and`, `or`, `not` and parentheses."
        ),
        min_length=1,
        examples=["ANSWER_RATE < 0.5 or anyTargetMissed", "changed"],
    ),
]

WhenEmpty = Annotated[
    Literal["hold", "send", "skip"],
    Meta(
        title="When empty",
        description=(
            "What becomes of it where there are no calls: held for a person to decide, sent all"
            " the same, or left out."
        ),
    ),
]

Attachments = Annotated[
    tuple[Attachable, ...],
    Meta(
        title="Attachments",
        description="Which outputs go with it.",
        extra_json_schema={"uniqueItems": True},
    ),
]


class DeliveryPart(SpecPart, frozen=True, kw_only=True):
    """What every delivery has, whichever way it goes."""

    name: DeliveryName | None = None
    when: Condition | None = None
    when_empty: WhenEmpty = "hold"


ChannelName = Annotated[
    str, Meta(title="To", description="A channel of the project file.", examples=["archive"])
]


class EmailDelivery(DeliveryPart, frozen=True, kw_only=True, tag_field="type", tag="email"):
    """The report as a mail, through the project's mail server."""

    to: Annotated[
        tuple[Address, ...],
        Meta(
            title="To",
            description=(
                "Recipients. Each gets a mail of their own. May be left out where `burst` names"
                " them."
            ),
            examples=[["management@example.com"]],
        ),
    ] = ()
    together: Annotated[
        bool,
        Meta(
            title="Together",
            description="One mail for all, in which recipients see each other.",
        ),
    ] = False
    cc: Annotated[
        tuple[Address, ...],
        Meta(title="Copies", description="Seen by everybody: needs `together`."),
    ] = ()
    bcc: Annotated[
        tuple[Address, ...],
        Meta(title="Blind copies", description="Seen by nobody."),
    ] = ()
    reply_to: Annotated[Address, Meta(title="Reply to", description="Where answers go.")] | None = (
        None
    )
    subject: (
        Annotated[
            str,
            Meta(
                title="Subject",
                description="A Jinja text. Without it: title and period.",
                examples=["{{ title }}: {{ period.label }}"],
            ),
        ]
        | None
    ) = None
    template: (
        Annotated[
            str,
            Meta(
                title="Template",
                description=(
                    "A page of the project's templates folder in the place of mail.html.j2."
                ),
                examples=["board-mail.html.j2"],
            ),
        ]
        | None
    ) = None
    attach: Attachments = ()


class FolderDelivery(DeliveryPart, frozen=True, kw_only=True, tag_field="type", tag="folder"):
    """The report's files, put into a folder channel of the project file."""

    to: ChannelName
    path: (
        Annotated[
            str,
            Meta(
                title="Path",
                description="A folder in it; a Jinja text.",
                examples=["{{ report }}/{{ period.label }}"],
            ),
        ]
        | None
    ) = None
    attach: Annotated[
        tuple[Attachable, ...],
        Meta(
            title="Files",
            description="Which outputs go there; none named: all of them.",
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ()


class WebhookDelivery(DeliveryPart, frozen=True, kw_only=True, tag_field="type", tag="webhook"):
    """A signed JSON message about the report, posted to a webhook channel of the project file."""

    to: ChannelName


class SlackDelivery(DeliveryPart, frozen=True, kw_only=True, tag_field="type", tag="slack"):
    """The report's figures as a chat message, to a Slack-compatible channel of the project file."""

    to: ChannelName
    text: (
        Annotated[
            str,
            Meta(
                title="Text",
                description="A Jinja text. Without it: title and period.",
            ),
        ]
        | None
    ) = None


Delivery = EmailDelivery | FolderDelivery | WebhookDelivery | SlackDelivery


def name_of(delivery: Delivery) -> str:
    """What a delivery is remembered under: its name, or its type."""
    return delivery.name or str(delivery.__struct_config__.tag)
