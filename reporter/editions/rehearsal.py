"""What would be handed over, as files: no connection is opened, nothing is remembered."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from reporter.artifacts import stem_of
from reporter.delivery.base import Bundle, Handover, Letter
from reporter.delivery.message import MEGABYTE, message
from reporter.editions.making import Issue, make_issue
from reporter.editions.parcels import Addressed
from reporter.errors import UserError
from reporter.ledger.deliveries import Planned
from reporter.output.base import Artifact
from reporter.pipeline import Stage, Tools, ask, notices_of
from reporter.plan.preparation import Request
from reporter.portions import Asked, gathered, portions
from reporter.settings import Project

_LONGEST_PART: Final = 60


class Rehearsal(msgspec.Struct, frozen=True):
    """What would have been done.

    Attributes:
        artifacts: the report's files and its messages.
        held: why they would be held, a sentence each.
        notices: what the maker should know.
    """

    artifacts: tuple[Artifact, ...]
    held: tuple[str, ...]
    notices: tuple[str, ...]


async def rehearse(
    spec: Path,
    project: Project,
    request: Request,
    tools: Tools,
    *,
    now: datetime,
    progress: Callable[[Stage], None],
) -> Rehearsal:
    """Make everything that would be delivered.

    Raises:
        ReporterError: as of a run that delivers.
    """
    asked = await ask(spec, project, request, tools, progress=progress)
    if asked.prepared.widened is None:
        return _rehearsed(asked, project, tools, now=now, progress=progress)
    reports = portions(asked).to_deliver()
    parts = [
        (value.label, _rehearsed(one, project, tools, now=now, progress=progress))
        for value, one in zip(reports.values, reports, strict=True)
    ]
    count = len(reports)
    return Rehearsal(
        tuple(artifact for _, one in parts for artifact in one.artifacts),
        tuple(gathered([(label, one.held) for label, one in parts], count)),
        (
            *reports.remarks(),
            *gathered([(label, one.notices) for label, one in parts], count),
        ),
    )


def _rehearsed(
    asked: Asked,
    project: Project,
    tools: Tools,
    *,
    now: datetime,
    progress: Callable[[Stage], None],
) -> Rehearsal:
    issue = make_issue(asked, project, tools, all_files=True, progress=progress)
    return Rehearsal(
        (*issue.artifacts, *messages(issue, project, now)),
        issue.document.held,
        tuple(notices_of(issue.document, asked)),
    )


def messages(issue: Issue, project: Project, now: datetime) -> tuple[Artifact, ...]:
    """The messages of an edition, held ones included: ``.eml`` for mail, ``.json`` for the others.

    Files for folders are the report's own, and not repeated.

    Raises:
        UserError: the project has no mail server, or an address is wrong.
    """
    return tuple(
        artifact for parcel in issue.parcels for artifact in _files(parcel, issue, project, now)
    )


def _files(
    addressed: Addressed, issue: Issue, project: Project, now: datetime
) -> Iterator[Artifact]:
    parcel = addressed.parcel
    if parcel is None or isinstance(parcel, Bundle):
        return
    stem = stem_of(issue.asked.prepared.edition)
    for recipient in addressed.recipients:
        name = "-".join((stem, addressed.name, _part(recipient)))
        if isinstance(parcel, Letter):
            yield _mail(parcel, issue, addressed, recipient, project, now, name)
        else:
            body = msgspec.json.format(msgspec.json.encode(parcel), indent=2)
            yield Artifact(f"{name}.message.json", "application/json", body + b"\n")


def _mail(  # noqa: PLR0917 - one message in all that it needs
    letter: Letter,
    issue: Issue,
    addressed: Addressed,
    recipient: str,
    project: Project,
    now: datetime,
    name: str,
) -> Artifact:
    settings = project.file.mail
    if settings is None:
        raise UserError(
            "there is no mail server",
            hint="write mail: {host: smtp.example.com, from: reports@example.com} in reporter.yaml",
        )
    planned = Planned(
        edition=issue.id,
        report=letter.facts.report,
        name=addressed.name,
        channel=addressed.channel,
        recipient=recipient,
        parcel=None,
        deadline=now,
    )
    handover = Handover(id=planned.id, recipient=recipient, planned_at=now, begin=lambda: None)
    largest = int(settings.largest_message * MEGABYTE)
    mail = message(letter, handover, sender=settings.from_, largest=largest)
    return Artifact(f"{name}.eml", "message/rfc822", mail.content)


def _part(recipient: str) -> str:
    """A recipient as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9@._]+", "-", recipient).strip("-.")[:_LONGEST_PART]
