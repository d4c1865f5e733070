"""From a spec to editions that are written down, with everything that goes to anybody.

An edition is made, judged and registered in one transaction; nothing is handed over here. A run
that dies before it has registered leaves nothing behind; one that dies after it leaves planned
deliveries, which the desk of any process hands over.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from reporter.errors import ReporterError
from reporter.ledger.database import Ledger
from reporter.pipeline import Stage, Tools
from reporter.plan.preparation import Request
from reporter.settings import Project


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
        waiting: what the report waits for; None where it was made from complete data.
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
