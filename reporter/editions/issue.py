"""From a spec to editions that are written down, with everything that goes to anybody.

An edition is made, judged and registered in one transaction; nothing is handed over here. A run
that dies before it has registered leaves nothing behind; one that dies after it leaves planned
deliveries, which the desk of any process hands over.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from reporter.artifacts import publish
from reporter.data.readings import encoded, fingerprint
from reporter.dates import Interval, duration
from reporter.delivery.parcels import encode
from reporter.diagnostics import Diagnostic
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
from reporter.errors import ReporterError, UserError
from reporter.ledger import deliveries, editions
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import Planned, State
from reporter.ledger.editions import ArtifactRecord, EditionRecord
from reporter.pipeline import NotAll, Stage, Step, Tools, ask, each, notices_of
from reporter.plan.preparation import Request
from reporter.plan.readings import readings_of
from reporter.portions import Asked, portions
from reporter.settings import Project
from reporter.spec.model import ReportSpec

_STATES: Final = {"send": State.PLANNED, "hold": State.HELD, "skip": State.SKIPPED}
_RETRY_FOR: Final = timedelta(hours=24)
"""Of a report without a schedule."""
_AT_LEAST: Final = timedelta(hours=1)
"""What was made is tried once: all editions of a burst are made before the first of them goes."""


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
        report: its name.
        editions: the ids of what is in the ledger now, those included that were there before.
        waiting: what the report waits for; None where it was made from complete data. With
            editions, they are provisional.
        held: why deliveries are held, a sentence each.
        notices: what the maker should know, as sentences.
        files: what was written to ``out``.
        warnings: what is legal in the spec but surely wrong.
    """

    report: str
    editions: tuple[str, ...] = ()
    waiting: str | None = None
    held: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


class PartlyIssued(NotAll):
    """Some editions of a burst could not be made; ``outcome`` tells of the others."""

    def __init__(self, outcome: Outcome, failures: Sequence[tuple[str, ReporterError]]) -> None:
        super().__init__(failures)
        self.outcome = outcome


Progress = Callable[[Stage | Step], None]


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
    nothing = Outcome(
        report=spec.name,
        waiting=None if gate is None else incomplete(asked, gate),
        warnings=asked.prepared.warnings,
    )
    if nothing.waiting is not None and not order.provisional:
        return nothing
    spans = {(one.since, one.until) for one in _intervals(asked)}
    known = editions.of_report(order.ledger, spec.name, numbers_about=spans)

    def issued(one: Asked, told: Callable[[Stage], None]) -> Outcome:
        return _issued(one, order, known, nothing, progress=told)

    if asked.prepared.widened is None:
        return issued(asked, progress)
    done = each(portions(asked).to_deliver(), issued, progress)
    outcome = msgspec.structs.replace(
        nothing,
        editions=tuple(name for one in done.made for name in one.editions),
        held=done.held,
        notices=done.notices,
        files=tuple(file for one in done.made for file in one.files),
    )
    if done.failures:
        raise PartlyIssued(outcome, done.failures)
    return outcome


def _intervals(asked: Asked) -> Iterator[Interval]:
    """The times that the report says something about: earlier issues about these are compared."""
    yield asked.prepared.edition.interval
    for query in asked.prepared.plan.queries:
        yield query.interval


def _issued(
    asked: Asked,
    order: Order,
    known: Sequence[EditionRecord],
    nothing: Outcome,
    *,
    progress: Callable[[Stage], None],
) -> Outcome:
    """One issue; ``nothing`` is what is told where there is none yet."""
    series = series_of(asked.prepared.edition)
    earlier = [record for record in known if record.series == series]
    decided = revision(earlier, asked, complete=nothing.waiting is None, restate=order.restate)
    if isinstance(decided, Standing):
        text = changed_text(decided)
        return msgspec.structs.replace(
            nothing, editions=(decided.edition.id,), notices=() if text is None else (text,)
        )
    edition = msgspec.structs.replace(asked.prepared.edition, revision=decided.revision)
    prepared = msgspec.structs.replace(asked.prepared, edition=edition)
    asked = msgspec.structs.replace(asked, prepared=prepared)
    replaced = () if decided.restated is None else (decided.restated,)
    made = make_issue(
        asked,
        order.project,
        order.tools,
        all_files=order.out is not None,
        progress=progress,
        restated=(*replaced, *neighbours(known, asked)),
        changed=has_changed(known, asked),
    )
    said = readings_of(prepared, asked.answers)
    progress(Stage.WRITING)
    files = publish(made.artifacts, order.out) if order.out and made.artifacts else ()
    document = made.document
    record = EditionRecord(
        id=made.id,
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
    _register(order, record, made, _deadline(edition.spec, order.now))
    return msgspec.structs.replace(
        nothing,
        editions=(made.id,),
        held=document.held,
        notices=tuple(notices_of(document, asked, made.artifacts)),
        files=files,
    )


def _register(
    order: Order,
    record: EditionRecord,
    made: Issue,
    deadline: datetime,
) -> None:
    """Everything or nothing; an edition that another process has registered meanwhile stays."""
    artifacts = tuple(
        ArtifactRecord(
            one.file_name,
            one.media_type,
            hashlib.sha256(one.content).hexdigest(),
            len(one.content),
        )
        for one in made.artifacts
    )
    with order.ledger.transaction() as connection:
        if not editions.insert(connection, record, artifacts):
            return
        for one in made.parcels:
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
    if spec.schedule is None:
        return now + _RETRY_FOR
    return now + max(duration(spec.schedule.retry_for), _AT_LEAST)
