"""From a spec to editions that are written down, with everything that goes to anybody.

An edition is made, judged and registered in one transaction; nothing is handed over here. A run
that dies before it has registered leaves nothing behind; one that dies after it leaves planned
deliveries, which the desk of any process hands over.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from reporter.artifacts import publish
from reporter.data.readings import encoded, fingerprint
from reporter.dates import duration
from reporter.delivery.parcels import encode
from reporter.editions.identity import series_of, settled_text
from reporter.editions.making import Issue, make_issue
from reporter.editions.revisions import (
    Standing,
    changed_text,
    has_changed,
    neighbours,
    revision,
)
from reporter.editions.verdict import incomplete
from reporter.errors import LedgerError, ReporterError, UserError
from reporter.ledger import deliveries, editions
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import Planned, State
from reporter.ledger.editions import ArtifactRecord, EditionRecord
from reporter.pipeline import Stage, Tools, ask, notices_of
from reporter.plan.preparation import Request
from reporter.plan.readings import readings_of
from reporter.portions import Asked, gathered, portions
from reporter.settings import Project
from reporter.spec.model import ReportSpec

_STATES: Final = {"send": State.PLANNED, "hold": State.HELD, "skip": State.SKIPPED}
_RETRY_FOR: Final = timedelta(hours=24)
"""Of a report without a schedule."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How an edition is to be issued.

    Attributes:
        spec: the spec file.
        project: whose it is.
        request: period, parameters and filters of this run.
        tools: the implementations.
        ledger: where it is written down.
        now: the present instant; deliveries are planned at it.
        out: the folder that all outputs go to as well; None: they go only to recipients.
        restate: whether numbers that have changed since the final edition make a new one.
        provisional: whether it goes out, marked, although the data are not complete.
    """

    spec: Path
    project: Project
    request: Request
    tools: Tools
    ledger: Ledger
    now: datetime
    out: Path | None = None
    restate: bool = False
    provisional: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was issued.

    Attributes:
        editions: the ids of what is in the ledger now, those included that were there before.
        waiting: what the report waits for; None where it was made from complete data. With
            editions, they are provisional.
        held: why deliveries are held, a sentence each.
        notices: what the maker should know, as sentences.
        files: what was written to ``out``.
    """

    editions: tuple[str, ...] = ()
    waiting: str | None = None
    held: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


class PartlyIssued(ReporterError):
    """Some editions of a burst could not be made; the others are issued all the same.

    Args:
        outcome: what was issued.
        failures: label of the value and what went wrong with it.
    """

    def __init__(self, outcome: Outcome, failures: Iterable[tuple[str, ReporterError]]) -> None:
        self.outcome = outcome
        self.failures = tuple(failures)
        first, failure = self.failures[0]
        more = f", and {len(self.failures) - 1} more" if len(self.failures) > 1 else ""
        super().__init__(
            f"not all editions could be made: {first}: {failure.message}{more}",
            hint=failure.hint,
        )


Progress = Callable[[Stage], None]


async def issue(order: Order, *, progress: Progress) -> Outcome:
    """Make, judge and register what an order asks for.

    Raises:
        Invalid: the spec or the request is wrong.
        SourceError: a source could not answer.
        RenderError: an output could not be made; nothing is registered then.
        LedgerError: the ledger cannot be read or written.
        PartlyIssued: of a burst, some editions could not be made.
    """
    asked = await ask(order.spec, order.project, order.request, order.tools, progress=progress)
    spec = asked.prepared.edition.spec
    if not spec.delivery:
        raise UserError(
            f"report {spec.name} has no delivery",
            hint="write one: delivery: [{type: email, to: [management@example.com]}]",
        )
    gate = spec.schedule.wait_for_data if spec.schedule else None
    lacking = incomplete(asked, gate) if gate is not None else None
    if lacking is not None and not order.provisional:
        return Outcome(waiting=lacking)
    known = editions.of_report(order.ledger, spec.name)
    issue_all = _issued if asked.prepared.widened is None else _all_issued
    issued = issue_all(asked, order, known, complete=lacking is None, progress=progress)
    return msgspec.structs.replace(issued, waiting=lacking)


def _all_issued(
    asked: Asked,
    order: Order,
    known: Sequence[EditionRecord],
    *,
    complete: bool,
    progress: Progress,
) -> Outcome:
    """One edition for each value; one that fails does not keep the others from being issued."""
    reports = portions(asked).to_deliver()
    done: list[tuple[str, Outcome]] = []
    failures: list[tuple[str, ReporterError]] = []
    for value, one in zip(reports.values, reports, strict=True):
        try:
            issued = _issued(one, order, known, complete=complete, progress=progress)
            done.append((value.label, issued))
        except LedgerError:
            raise  # nothing more can be written down
        except ReporterError as failure:
            failures.append((value.label, failure))
    said = gathered([(label, one.notices) for label, one in done], len(reports))
    outcome = Outcome(
        editions=tuple(name for _, one in done for name in one.editions),
        held=tuple(gathered([(label, one.held) for label, one in done], len(reports))),
        notices=(*reports.remarks(), *said),
        files=tuple(file for _, one in done for file in one.files),
    )
    if failures:
        raise PartlyIssued(outcome, failures)
    return outcome


def _issued(
    asked: Asked,
    order: Order,
    known: Sequence[EditionRecord],
    *,
    complete: bool,
    progress: Progress,
) -> Outcome:
    series = series_of(asked.prepared.edition)
    earlier = [record for record in known if record.series == series]
    decided = revision(earlier, asked, complete=complete, restate=order.restate)
    if isinstance(decided, Standing):
        text = changed_text(decided)
        return Outcome(editions=(decided.edition.id,), notices=() if text is None else (text,))
    edition = msgspec.structs.replace(asked.prepared.edition, revision=decided.revision)
    prepared = msgspec.structs.replace(asked.prepared, edition=edition)
    asked = msgspec.structs.replace(asked, prepared=prepared)
    replaced = () if decided.restated is None else (decided.restated,)
    issue = make_issue(
        asked,
        order.project,
        order.tools,
        all_files=order.out is not None,
        progress=progress,
        restated=(*replaced, *neighbours(known, asked)),
        changed=has_changed(known, asked),
    )
    name = issue.id
    said = readings_of(prepared, asked.answers)
    progress(Stage.WRITING)
    files = publish(issue.artifacts, order.out) if order.out and issue.artifacts else ()
    document = issue.document
    record = EditionRecord(
        id=name,
        series=series,
        report=edition.spec.name,
        since=edition.interval.since,
        until=edition.interval.until,
        timezone=edition.timezone,
        settled=settled_text(edition),
        burst=None if edition.burst is None else edition.burst.key,
        revision=str(edition.revision),
        made_at=order.now,
        data_through=document.provenance.data_through,
        spec_commit=document.provenance.spec_commit,
        version=document.provenance.version,
        fingerprint=fingerprint(said),
        readings=encoded(said),
        held=" ".join(document.held),
    )
    _register(order, record, issue, _deadline(edition.spec, order.now))
    return Outcome(
        editions=(name,),
        held=document.held,
        notices=tuple(notices_of(document, asked)),
        files=files,
    )


def _register(
    order: Order,
    record: EditionRecord,
    issue: Issue,
    deadline: datetime,
) -> None:
    """Everything or nothing; an edition that another process has registered meanwhile stays."""
    made = tuple(
        ArtifactRecord(
            one.file_name,
            one.media_type,
            hashlib.sha256(one.content).hexdigest(),
            len(one.content),
        )
        for one in issue.artifacts
    )
    with order.ledger.transaction() as connection:
        if not editions.insert(connection, record, made):
            return
        for one in issue.parcels:
            digest = None
            if one.parcel is not None:
                digest = deliveries.keep_parcel(connection, encode(one.parcel))
            planned = (
                Planned(
                    edition=record.id,
                    report=record.report,
                    name=one.name,
                    channel=one.channel,
                    recipient=recipient,
                    parcel=digest,
                    state=_STATES[one.decision.kind],
                    reason=one.decision.reason,
                    deadline=deadline,
                )
                for recipient in one.recipients
            )
            deliveries.plan(connection, planned, order.now)


def _deadline(spec: ReportSpec, now: datetime) -> datetime:
    return now + (duration(spec.schedule.retry_for) if spec.schedule else _RETRY_FOR)
