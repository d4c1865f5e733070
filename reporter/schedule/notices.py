"""Words to the owner: what went wrong, once, as deliveries of their own.

They stand in the ledger like any other delivery, so they outlive a crash, are tried again, and
are never sent twice. Nobody is told that one of them failed.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from reporter.delivery.base import Announcement, Chat, Facts, Letter, Parcel
from reporter.delivery.parcels import encode
from reporter.ledger import deliveries, occasions
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import Planned
from reporter.ledger.occasions import Occasion
from reporter.settings import FolderChannel, Project, SlackChannel

_REMEMBERED: Final = timedelta(days=1)
"""What is older when nobody has been told of it is past: whoever sets up ``notify`` today does not
want to hear of last year."""
_TRIED_FOR: Final = timedelta(days=1)
_LISTED: Final = 20
"""How much of one report stands in one word."""


def tell_owner(
    ledger: Ledger, project: Project, now: datetime, more: Iterable[Occasion] = ()
) -> tuple[str, ...]:
    """Plan a word for each report with something new; their subjects.

    Args:
        ledger: what happened, and what was told.
        project: whose owner.
        now: the present instant.
        more: what the ledger does not know of.

    Raises:
        LedgerError: the ledger cannot be read or written.
    """
    notify = project.file.notify
    if not (notify.email or notify.channels):
        return ()
    subjects = []
    with ledger.transaction() as connection:
        news: dict[str, list[Occasion]] = {}
        for one in (*occasions.untold(connection, now - _REMEMBERED), *more):
            if occasions.first_time(connection, one.id, now):
                news.setdefault(one.report, []).append(one)
        for report, found in news.items():
            subjects.append(_plan(connection, project, report, found, now))
    return tuple(subjects)


def _plan(
    connection: sqlite3.Connection,
    project: Project,
    report: str,
    found: list[Occasion],
    now: datetime,
) -> str:
    subject = f"{report} needs attention"
    lines = tuple(_lines(found))
    ids = "\0".join(one.id for one in found)
    name = f"notice {hashlib.sha256(ids.encode()).hexdigest()[:12]}"
    facts = Facts(
        edition="",
        report=report,
        title=subject,
        period="",
        since=now,
        until=now,
        timezone="UTC",
        revision="",
        language="en",
        notices=lines,
    )
    planned = []
    for channel, recipient, parcel in _parcels(project, facts, lines):
        digest = deliveries.keep_parcel(connection, encode(parcel))
        planned.append(
            Planned(
                edition=None,
                report=report,
                name=name,
                channel=channel,
                recipient=recipient,
                parcel=digest,
                deadline=now + _TRIED_FOR,
            )
        )
    deliveries.plan(connection, planned, now)
    return subject


def _lines(found: list[Occasion]) -> Iterator[str]:
    for one in found[:_LISTED]:
        yield f"{one.sentence}\n  {one.hint}" if one.hint else one.sentence
    if len(found) > _LISTED:
        yield f"... and {len(found) - _LISTED} more: reporter history, reporter deliveries"


def _parcels(
    project: Project, facts: Facts, lines: tuple[str, ...]
) -> Iterator[tuple[str, str, Parcel]]:
    """Kind of the channel, recipient and what is said, for each who is told."""
    text = "\n\n".join((facts.title, *lines)) + "\n"
    for address in dict.fromkeys(project.file.notify.email):
        letter = Letter(facts=facts, subject=f"Reporter: {facts.title}", html="", text=text)
        yield "email", address, letter
    for name in dict.fromkeys(project.file.notify.channels):
        match project.file.channels.get(name):
            case None | FolderChannel():
                continue  # the project file's rules say so
            case SlackChannel():
                yield "slack", name, Chat(facts=facts, text=text)
            case _:
                yield "webhook", name, Announcement(facts=facts, files=())
