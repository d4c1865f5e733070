"""The ledger, for commands that look into it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from reporter.ledger.database import Ledger
from reporter.ledger.retention import Forgotten, Keep, prune
from reporter.settings import Project

_DAY: Final = timedelta(days=1)


def ledger_of(project: Project) -> Ledger | None:
    """The ledger of a project; None where there is none yet: looking makes none.

    Raises:
        UserError: it cannot be opened.
    """
    path = project.folder / project.file.ledger
    return Ledger(path) if path.exists() else None


def forget(ledger: Ledger, project: Project, now: datetime) -> Forgotten:
    """Forget what a project does not keep any longer.

    Raises:
        LedgerError: the ledger cannot be written.
    """
    kept = project.file.retention
    keep = Keep(contents=kept.contents_days, results=kept.results_days, readings=kept.readings_days)
    return prune(ledger, keep, now)


def daily_forgetting(
    ledger: Ledger, project: Project, now: Callable[[], datetime]
) -> Callable[[], None]:
    """What forgets when it is called for the first time, and then once a day at most."""
    last: datetime | None = None

    def forget_once_a_day() -> None:
        nonlocal last
        at = now()
        if last is None or at - last >= _DAY:
            forget(ledger, project, at)
            last = at

    return forget_once_a_day
