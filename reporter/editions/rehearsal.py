"""What would be handed over, as files: no connection is opened, nothing is remembered."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from reporter.artifacts import stem_of
from reporter.delivery.base import Bundle, Handover, Letter
from reporter.delivery.message import MEGABYTE, message
from reporter.diagnostics import Diagnostic
from reporter.editions.issue import Progress
from reporter.editions.making import Issue, make_issue
from reporter.editions.parcels import Addressed
from reporter.errors import ReporterError, UserError
from reporter.ledger.deliveries import Planned
from reporter.output.base import Artifact
from reporter.pipeline import NotAll, Stage, Tools, ask, each, notices_of
from reporter.plan.preparation import Request
from reporter.portions import Asked, portions
from reporter.settings import Project

_LONGEST_PART: Final = 60


class Rehearsal(msgspec.Struct, frozen=True):
    """What would have been done.

    Attributes:
        report: its name.
        artifacts: the report's files and its messages.
        held: why they would be held, a sentence each.
        notices: what the maker should know.
        warnings: what is legal in the spec but surely wrong.
    """

    report: str
    artifacts: tuple[Artifact, ...]
    held: tuple[str, ...]
    notices: tuple[str, ...]
    warnings: tuple[Diagnostic, ...]


class PartlyRehearsed(NotAll):
    """Some editions of a burst could not be made; ``rehearsal`` has the others."""

    def __init__(self, rehearsal: Rehearsal, failures: Sequence[tuple[str, ReporterError]]) -> None:
        super().__init__(failures)
        self.rehearsal = rehearsal


async def rehearse(
    spec: Path,
    project: Project,
    request: Request,
    tools: Tools,
    *,
    now: datetime,
    progress: Progress,
) -> Rehearsal:
    """Make everything that would be delivered.

    Raises:
        PartlyRehearsed: of a burst, some editions could not be made.
        ReporterError: as of a run that delivers.
    """
    asked = await ask(spec, project, request, tools, progress=progress)

    def rehearsed(one: Asked, told: Callable[[Stage], None]) -> Rehearsal:
        made = make_issue(one, project, tools, all_files=True, progress=told)
        return Rehearsal(
            one.prepared.edition.spec.name,
            (*made.artifacts, *messages(made, project, now)),
            made.document.held,
            tuple(notices_of(made.document, one, made.artifacts)),
            one.prepared.warnings,
        )

    if asked.prepared.widened is None:
        return rehearsed(asked, progress)
    done = each(portions(asked).to_deliver(), rehearsed, progress)
    found = Rehearsal(
        asked.prepared.edition.spec.name,
        tuple(artifact for one in done.made for artifact in one.artifacts),
        done.held,
        done.notices,
        asked.prepared.warnings,
    )
    if done.failures:
        raise PartlyRehearsed(found, done.failures)
    return found


def messages(issue: Issue, project: Project, now: datetime) -> tuple[Artifact, ...]:
    """The messages of an edition, held ones included: ``.eml`` for mail, ``.json`` for the others.

    Files for folders are the report's own, and not repeated.

    Raises:
        UserError: the project has no mail server.
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
    for recipient, part in zip(addressed.recipients, _parts(addressed.recipients), strict=True):
        name = f"{stem}-{addressed.name}-{part}"
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


def _parts(recipients: Iterable[str]) -> Iterator[str]:
    """Each recipient as a part of a file's name, unlike those of the others."""
    known: Counter[str] = Counter()
    for recipient in recipients:
        part = re.sub(r"[^A-Za-z0-9@._]+", "-", recipient).strip("-.")[:_LONGEST_PART]
        known[part] += 1
        yield part if known[part] == 1 else f"{part}-{known[part]}"
