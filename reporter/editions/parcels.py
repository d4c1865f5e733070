"""From an edition and the decisions on it to what goes to each recipient."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

from reporter.delivery.base import Facts, File, Link, Parcel
from reporter.delivery.bundles import announcement, bundle, chat, folder_of
from reporter.delivery.facts import facts
from reporter.delivery.letters import letter, recipients_of
from reporter.document.model import Document
from reporter.editions.verdict import Decision
from reporter.output.base import Branding
from reporter.settings import FolderChannel, Project, themed
from reporter.spec.delivery import (
    Delivery,
    EmailDelivery,
    FolderDelivery,
    SlackDelivery,
    WebhookDelivery,
    name_of,
)
from reporter.spec.edition import Edition
from reporter.spec.model import OutputFormat, ReportSpec


class Addressed(msgspec.Struct, frozen=True):
    """What goes to the recipients of one delivery.

    Attributes:
        name: of the delivery.
        channel: email, folder, webhook, slack.
        recipients: as the ledger knows them.
        decision: on the delivery.
        parcel: what is handed over; None where nothing will be.
    """

    name: str
    channel: str
    recipients: tuple[str, ...]
    decision: Decision
    parcel: Parcel | None


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that has been made.

    Attributes:
        id: the edition's.
        files: its outputs.
        recipients: those that a burst names.
    """

    id: str
    edition: Edition
    document: Document
    files: tuple[File, ...]
    recipients: tuple[str, ...] = ()


def formats_wanted(spec: ReportSpec, decisions: Sequence[Decision]) -> tuple[OutputFormat, ...]:
    """The outputs that deliveries need which go out, or may yet."""
    found: list[OutputFormat] = []
    for delivery, decision in zip(spec.delivery, decisions, strict=True):
        if decision.kind == "skip":
            continue
        match delivery:
            case EmailDelivery(attach=attach):
                found.extend(attach)
            case FolderDelivery(attach=attach):
                found.extend(attach or spec.outputs)
            case WebhookDelivery() | SlackDelivery():
                pass
    return tuple(name for name in spec.outputs if name in found)


def addressed(
    content: Content, decisions: Sequence[Decision], project: Project
) -> tuple[Addressed, ...]:
    """What goes to whom, in the order of the spec.

    Raises:
        UserError: a text of a delivery cannot be filled in.
        RenderError: a mail's page cannot be made.
    """
    deliveries = content.edition.spec.delivery
    told = facts(
        content.document,
        edition=content.id,
        revision=str(content.edition.revision),
        burst=None if content.edition.burst is None else content.edition.burst.label,
        links=tuple(dict.fromkeys(_links(content, decisions, project))),
    )
    found = []
    for number, (delivery, decision) in enumerate(zip(deliveries, decisions, strict=True)):
        parcel = None
        if decision.kind != "skip":
            parcel = _parcel(content, delivery, told, project, f"delivery[{number}]")
        found.append(
            Addressed(
                name=name_of(delivery),
                channel=str(delivery.__struct_config__.tag),
                recipients=_recipients(delivery, content.recipients),
                decision=decision,
                parcel=parcel,
            )
        )
    return tuple(found)


def _recipients(delivery: Delivery, named: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(delivery, EmailDelivery):
        return recipients_of(delivery, named)
    return (delivery.to,)


def _parcel(
    content: Content,
    delivery: Delivery,
    told: Facts,
    project: Project,
    place: str,
) -> Parcel:
    document, edition = content.document, content.edition
    match delivery:
        case EmailDelivery():
            branding = Branding(themed(project.file.theme, edition.spec.theme), project.folder)
            return letter(
                document,
                delivery,
                edition,
                branding,
                facts=told,
                files=content.files,
                place=place,
                recipients=content.recipients,
            )
        case FolderDelivery():
            path = folder_of(delivery, document, edition, place)
            return bundle(told, delivery, path, content.files)
        case WebhookDelivery():
            return announcement(told, content.files)
        case SlackDelivery():
            return chat(told, delivery, document, edition, place)


def _links(
    content: Content,
    decisions: Sequence[Decision],
    project: Project,
) -> Iterator[Link]:
    """Where files can be read that this edition puts into folders with a public URL."""
    pairs = zip(content.edition.spec.delivery, decisions, strict=True)
    for number, (delivery, decision) in enumerate(pairs):
        if not isinstance(delivery, FolderDelivery) or decision.kind == "skip":
            continue
        channel = project.file.channels.get(delivery.to)
        if not isinstance(channel, FolderChannel) or channel.public_url is None:
            continue
        path = folder_of(delivery, content.document, content.edition, f"delivery[{number}]")
        for file in content.files:
            if not delivery.attach or file.format in delivery.attach:
                below = [quote(part) for part in (path, file.name) if part]
                yield Link(file.name, "/".join((channel.public_url.rstrip("/"), *below)))
