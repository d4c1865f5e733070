"""One ask on its way: submitted, waited for, asked after, read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from reporter.callbacks.base import Receiver, Slot
from reporter.errors import ReceiverError
from reporter.ledger import results, submissions
from reporter.ledger.group_commit import GroupCommit
from reporter.ledger.results import Result
from reporter.ledger.submissions import Submission
from reporter.sources.metrics_api.client import Client, Progress
from reporter.sources.metrics_api.exchange import shown
from reporter.sources.metrics_api.failures import Failure, Lost, Transient
from reporter.sources.metrics_api.model import Ask, Failed, Reply
from reporter.sources.metrics_api.patience import Patience, patiently
from reporter.sources.metrics_api.wire import WireError, read_result, reply_of, request_body

SLOT_LIFE: Final = timedelta(days=1)
"""How long a result may take, and how long one that nobody has used is of use."""
_STRANGE: Final = (
    "nothing of it was used; the API may have changed, or something between us changes results"
)
_RARER: Final = 1.5
"""By how much the time between two looks grows."""


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """What every ask of a batch uses.

    Attributes:
        client: asks the API.
        receiver: takes the results; it is open.
        changes: writes the ledger.
        patience: with what may pass.
        left: seconds until the deadline.
        now: what time it is.
    """

    client: Client
    receiver: Receiver
    changes: GroupCommit
    patience: Patience
    left: Callable[[], float]
    now: Callable[[], datetime]


class Flight:
    """One ask, from its submission to its reply.

    Args:
        ask: what is asked.
        key: names it in the ledger.
        links: what it uses.

    Attributes:
        state: where it is, as a clause, for those who give up on it.
    """

    def __init__(self, ask: Ask, key: str, links: Links) -> None:
        self.state = "it was not sent yet"
        self._ask = ask
        self._key = key
        self._links = links
        self._slot: Slot | None = None

    async def resumed(self, earlier: Submission) -> Reply | None:
        """The reply to an earlier run that ended before it used it; None if there is none.

        Raises:
            ReceiverError: the receiver cannot be asked.
            LedgerError: the ledger cannot be used.
        """
        links = self._links
        is_of_use = (
            earlier.receiver == links.receiver.name
            and links.now() < earlier.submitted_at + SLOT_LIFE
            # Of an interval that was still open there is more to tell by now.
            and self._was_closed(earlier)
        )
        if not is_of_use:
            return None
        body = await links.receiver.received(earlier.slot, wait=0)
        if body is None:
            return None  # the run may still be waiting for it: its slot is left alone
        try:
            reply = await asyncio.to_thread(reply_in, body, self._ask, earlier.request_id)
        except Failure:
            return None
        if reply.period.until < self._ask.interval.until:
            return None
        await self._keep(body, reply, earlier)
        await self._leave(earlier.slot)
        return reply

    async def reply(self) -> Reply:
        """The API's reply.

        Raises:
            NotAccepted: the API does not accept the ask.
            Failure: there will be no reply.
            ReceiverError: results cannot be received.
            LedgerError: the ledger cannot be used.
        """
        try:
            return await self._once()
        except Lost:
            return await self._once()

    async def _once(self) -> Reply:
        try:
            submission = await patiently(self._submitted, self._links.patience, self._links.left)
            body = await self._body(submission)
            # In a thread: while a large one is read, others are waited for.
            reply = await asyncio.to_thread(reply_in, body, self._ask, submission.request_id)
        except Failure:
            await self._drop_slot()
            raise
        # A task that is cancelled leaves its slot: what it receives serves the next run.
        await self._keep(body, reply, submission)
        await self._drop_slot()
        return reply

    async def _submitted(self) -> Submission:
        links = self._links
        slot = self._slot
        if slot is None:
            slot = self._slot = await links.receiver.open(links.now() + SLOT_LIFE)
        submission = Submission(slot.id, links.receiver.name, links.now())
        await asyncio.wrap_future(submissions.put(links.changes, self._key, submission))
        try:
            request_id = await links.client.submit(
                request_body(self._ask, slot.url), secret=slot.url.rpartition("/")[2]
            )
        except Transient as failure:
            self.state = failure.message
            if failure.perhaps_accepted:
                # Asking again is harmless only with a slot of its own: should the API have
                # accepted both, each result comes to its place, and one of them is unknown there.
                await self._drop_slot()
            raise
        self.state = f"the API has accepted it as request {links.client.shown(request_id)}"
        submission = msgspec.structs.replace(submission, request_id=request_id)
        # Not waited for: without the id the next run would use the result all the same.
        submissions.put(links.changes, self._key, submission)
        return submission

    async def _body(self, submission: Submission) -> bytes:
        """The body that is posted to us. It may have come before the API said that it accepts."""
        links = self._links
        look = links.patience.first_look
        while True:
            body = await links.receiver.received(submission.slot, wait=look)
            if body is not None:
                return body
            found = await self._progress(submission)
            if found.status == "FAILED":
                raise _given_up(found.request_id, found.failure_message)
            if found.status == "SUCCESS":
                return await self._delivered(submission)
            self.state = (
                f"request {links.client.shown(found.request_id)} is still in progress, says the API"
            )
            look = min(look * _RARER, links.patience.longest_look)

    async def _progress(self, submission: Submission) -> Progress:
        links = self._links

        async def ask() -> Progress:
            try:
                return await links.client.progress(submission.request_id or "")
            except Transient as failure:
                self.state = failure.message
                raise

        return await patiently(ask, links.patience, links.left)

    async def _delivered(self, submission: Submission) -> bytes:
        links = self._links
        body = await links.receiver.received(submission.slot, wait=links.patience.grace)
        if body is not None:
            return body
        raise Lost(
            f"the API says that request {shown(submission.request_id or '')} succeeded and its"
            " result was sent, but nothing has arrived",
            hint="can the API reach `callback.publicUrl` (or the relay) from outside? a firewall"
            " or a proxy may keep its POST away; `reporter sources test` finds out",
        )

    async def _keep(self, body: bytes, reply: Reply, submission: Submission) -> None:
        """Remember what will not change any more."""
        links = self._links
        if self._was_closed(submission) and reply.period.until >= self._ask.interval.until:
            kept = results.keep(links.changes, self._key, Result(body, links.now()))
        else:
            kept = results.forget(links.changes, self._key)
        await asyncio.wrap_future(kept)

    def _was_closed(self, submission: Submission) -> bool:
        """Whether the interval was over when it was asked about."""
        return self._ask.interval.until <= submission.submitted_at

    async def _drop_slot(self) -> None:
        if self._slot is not None:
            slot, self._slot = self._slot, None
            await self._leave(slot.id)

    async def _leave(self, slot: str) -> None:
        await asyncio.wrap_future(submissions.forget(self._links.changes, self._key, slot))
        with suppress(ReceiverError):  # it expires by itself
            await self._links.receiver.close(slot)


def reply_in(body: bytes, ask: Ask, request_id: str | None = None) -> Reply:
    """The reply in a body that was received.

    Args:
        body: as it came.
        ask: what it must be the answer to.
        request_id: whose result it must be; None where that is not known.

    Raises:
        Failure: it says that the request failed, or is not the answer.
    """
    try:
        result = read_result(body)
        if request_id is not None and result.request_id != request_id:
            raise Failure(
                f"the result that came is of request {shown(result.request_id)}, expected that of"
                f" {shown(request_id)}",
                hint=_STRANGE,
            )
        if isinstance(result, Failed):
            raise _given_up(result.request_id, result.failure_message)
        return reply_of(ask, result.response)
    except WireError as error:
        raise Failure(f"the result that came cannot be used: {error}", hint=_STRANGE) from error


def _given_up(request_id: str, reason: str | None) -> Failure:
    said = f": {shown(reason)}" if reason else ", and does not say why"
    return Failure(
        f"the API gave up request {shown(request_id)}{said}",
        hint="ask for less at once (a shorter period, fewer dimensions), or try again later",
    )
