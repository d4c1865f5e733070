"""A batch of asks: what is remembered, what must be asked; all of it or nothing."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, closing
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from reporter.callbacks.base import Receiver
from reporter.errors import SourceError
from reporter.ledger import Ledger, results, submissions
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.submissions import Submission
from reporter.sources.metrics_api.client import Client
from reporter.sources.metrics_api.failures import Failure, NotAccepted, Transient
from reporter.sources.metrics_api.flight import SLOT_LIFE, Flight, Links, reply_in
from reporter.sources.metrics_api.model import Ask, Reply, Violation
from reporter.sources.metrics_api.patience import Patience
from reporter.sources.metrics_api.wire import digest

T = TypeVar("T")

_AT_ONCE: Final = 200
"""Asks under way."""
_NAMED: Final = 3
"""Metrics that are named where an ask is spoken of."""


class Replied(msgspec.Struct, frozen=True):
    """A reply, and where it comes from.

    Attributes:
        reply: what the API says.
        filled_at: when it was stored, if it was not asked for now.
    """

    reply: Reply
    filled_at: datetime | None = None


class AskRefused(Exception):
    """The API does not accept an ask.

    Args:
        ask: what was asked.
        message: what the API says on the whole.
        violations: what it says against single parts.
    """

    def __init__(self, ask: Ask, message: str, violations: tuple[Violation, ...]) -> None:
        super().__init__(message)
        self.ask = ask
        self.violations = violations


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Gets replies, from the ledger or from the API.

    Attributes:
        source: the source's name.
        account: digest of the API and of who asks it.
        connect: gives a client that is open as long as it is used.
        receiver: takes the results; opened where something is asked.
        ledger: remembers results, and what was asked and not answered.
        refresh: whether what is remembered is asked for again.
        patience: with what may pass.
        deadline: seconds for the whole batch.
        now: what time it is.
    """

    source: str
    account: str
    connect: Callable[[], AbstractAsyncContextManager[Client]]
    receiver: Receiver
    ledger: Ledger
    refresh: bool
    patience: Patience
    deadline: float
    now: Callable[[], datetime]

    async def replies(self, asks: Sequence[Ask]) -> dict[Ask, Replied]:
        """The replies to all asks.

        Raises:
            AskRefused: the API does not accept one of the asks.
            SourceError: one of them gets no reply.
            ReceiverError: results cannot be received.
            LedgerError: the ledger cannot be used.
        """
        found = {} if self.refresh else await self._remembered(asks)
        missing = [ask for ask in asks if ask not in found]
        if missing:
            async with self.receiver, self.connect() as client:
                with closing(GroupCommit(self.ledger)) as changes:
                    replies = await self._asked(missing, client, changes)
            found |= {ask: Replied(reply) for ask, reply in replies.items()}
        return found

    async def _remembered(self, asks: Sequence[Ask]) -> dict[Ask, Replied]:
        keys = {self._key(ask): ask for ask in asks}
        found: dict[Ask, Replied] = {}
        for key, result in (await asyncio.to_thread(results.find, self.ledger, keys)).items():
            ask = keys[key]
            try:
                reply = await asyncio.to_thread(reply_in, result.body, ask)
            except Failure:
                continue  # an earlier version took what this one does not: it is asked again
            found[ask] = Replied(reply, result.filled_at)
        return found

    async def _asked(
        self, asks: Sequence[Ask], client: Client, changes: GroupCommit
    ) -> dict[Ask, Reply]:
        """The replies to all asks; the first one that gets none ends the others."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.deadline
        links = Links(
            client=client,
            receiver=self.receiver,
            changes=changes,
            patience=self.patience,
            left=lambda: until - loop.time(),
            now=self.now,
        )
        flights = {ask: Flight(ask, self._key(ask), links) for ask in asks}
        earlier = {} if self.refresh else await self._earlier(asks)
        submissions.forget_older(changes, self.now() - SLOT_LIFE)
        at_once = asyncio.Semaphore(_AT_ONCE)
        tasks: dict[Ask, asyncio.Task[Reply]] = {}

        async def land(ask: Ask, flight: Flight) -> Reply:
            async with at_once:
                return await self._landed(ask, flight, earlier.get(ask), client)

        try:
            async with asyncio.timeout_at(until), asyncio.TaskGroup() as group:
                for ask, flight in flights.items():
                    tasks[ask] = group.create_task(land(ask, flight))
        except TimeoutError as error:
            waiting = {ask: flight for ask, flight in flights.items() if _came_late(tasks.get(ask))}
            raise self._too_late(waiting, len(asks)) from error
        except BaseExceptionGroup as failures:
            first = failures.exceptions[0]
            raise first from first.__cause__
        return {ask: task.result() for ask, task in tasks.items()}

    async def _earlier(self, asks: Iterable[Ask]) -> dict[Ask, Submission]:
        """What earlier runs asked and did not use."""
        keys = {self._key(ask): ask for ask in asks}
        found = await asyncio.to_thread(submissions.find, self.ledger, keys)
        return {keys[key]: submission for key, submission in found.items()}

    async def _landed(
        self, ask: Ask, flight: Flight, earlier: Submission | None, client: Client
    ) -> Reply:
        try:
            reply = None if earlier is None else await flight.resumed(earlier)
            return await flight.reply() if reply is None else reply
        except NotAccepted as refused:
            raise AskRefused(ask, refused.message, refused.violations) from refused
        except Failure as failure:
            # A result may repeat a secret too, and it knows of none.
            said = client.without_secrets(_in_full(failure, self.patience.attempts))
            raise SourceError(
                self.source, f"{described(ask)}: {said}", hint=failure.hint
            ) from failure

    def _too_late(self, waiting: Mapping[Ask, Flight], number: int) -> SourceError:
        ask, flight = next(iter(waiting.items()))
        those = "result has" if number == 1 else "results have"
        return SourceError(
            self.source,
            f"gave up after {self.deadline:g} s: {len(waiting)} of {number} {those} not come."
            f" {described(ask)}: {flight.state}",
            hint="`deadlineSeconds` of the source sets how long a run waits; what arrives at a"
            " relay later is used by the next run",
        )

    def _key(self, ask: Ask) -> str:
        return sha256(f"{self.account} {digest(ask)}".encode()).hexdigest()


def described(ask: Ask) -> str:
    """An ask as people name it."""
    metrics = ", ".join(ask.metrics[:_NAMED])
    more = len(ask.metrics) - _NAMED
    others = f" and {more} more" if more > 0 else ""
    by = f" by {', '.join(ask.dimensions)}" if ask.dimensions else ""
    since, until = (
        end.strftime("%Y-%m-%d %H:%M") for end in (ask.interval.since, ask.interval.until)
    )
    return f"{metrics}{others}{by} from {since} to {until}"


def _in_full(failure: Failure, tries: int) -> str:
    if not isinstance(failure, Transient):
        return failure.message
    if failure.retry_after is not None:
        return f"{failure.message}, and asks to wait {failure.retry_after:.0f} s"
    return f"{failure.message}, at every one of {tries} tries"


def _came_late(task: asyncio.Task[Reply] | None) -> bool:
    return task is None or task.cancelled()
