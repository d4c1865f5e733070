"""The desk: hands over what is planned, one by one, and writes down what became of each.

A delivery belongs to the desk that claimed it until its lease ends. The lease is longer than
everything that a channel waits for; one that ends all the same (the machine slept) costs nothing:
``begin`` is not granted any more, and who had begun is asked for its word when it comes back.
"""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from reporter.delivery.base import Channel, Handover, NotTaken, Receipt, Uncertain
from reporter.delivery.parcels import decode
from reporter.errors import LedgerError, ReporterError
from reporter.ledger import deliveries
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import DeliveryRecord, State

LEASE: Final = timedelta(minutes=15)
"""Longer than a channel takes: every step of it has a timeout."""
REPEATABLE: Final = frozenset({"folder"})
"""Kinds of channels where handing over twice is the same as once."""
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(minutes=30)
_LONGEST_REASON: Final = 500


class Handled(msgspec.Struct, frozen=True):
    """What became of one delivery.

    Attributes:
        delivery: as it was claimed, or as it was found when its owner had not come back.
        state: SENT, FAILED, UNKNOWN, or PLANNED where it is tried again.
        reason: why, for people; of a sent one what the other side said.
        again_at: when it is tried again.
    """

    delivery: DeliveryRecord
    state: State
    reason: str
    again_at: datetime | None = None


class Desk:
    """Hands over the deliveries of one ledger.

    Args:
        ledger: where they stand.
        owner: this desk, unlike all others in all processes.
        open_channel: from the kind of a channel and a recipient; raises ReporterError where
            there is no such channel.
        now: the clock.
        chance: from 0 to 1, which part of a pause is waited.
        lease: how long a claimed delivery stays this desk's.
    """

    def __init__(
        self,
        ledger: Ledger,
        owner: str,
        open_channel: Callable[[str, str], Channel],
        *,
        now: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        lease: timedelta = LEASE,
    ) -> None:
        self._ledger = ledger
        self._owner = owner
        self._open_channel = open_channel
        self._now = now
        self._chance = chance
        self._lease = lease
        self._channels: dict[tuple[str, str], Channel] = {}

    def work(
        self,
        *,
        editions: Collection[str] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Handled]:
        """Hand over everything that is due now; each is told of when it has been settled.

        Args:
            editions: only of these.
            stop: asked before each: whether to begin no more.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        try:
            for left in deliveries.expire(self._ledger, self._now(), repeatable=REPEATABLE):
                yield Handled(left, left.state, left.reason, left.next_attempt_at)
            while not stop():
                claimed = deliveries.claim(
                    self._ledger, self._owner, self._now(), self._lease, editions=editions
                )
                if claimed is None:
                    return
                handled = self._handed_over(claimed)
                if handled is not None:
                    yield handled
        finally:
            self._close()

    def work_within(
        self,
        patience: timedelta,
        *,
        editions: Collection[str],
        sleep: Callable[[timedelta], None],
    ) -> Iterator[Handled]:
        """The same, and what is tried again within a while; sleeps in between.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        end = self._now() + patience
        while True:
            yield from self.work(editions=editions)
            again = deliveries.next_attempt(self._ledger, editions)
            if again is None or again > end:
                return
            sleep(max(again - self._now(), timedelta(seconds=1)))

    def _handed_over(self, delivery: DeliveryRecord) -> Handled | None:
        """What became of it; None where it is somebody else's by now."""
        begun = False

        def begin() -> None:
            nonlocal begun
            if not deliveries.begin(
                self._ledger, delivery.id, self._owner, self._now(), self._lease
            ):
                raise _Lost
            begun = True

        try:
            receipt = self._delivered(delivery, begin)
        except _Lost:
            return None
        except LedgerError:
            raise  # nobody knows whether it is written that it began: its lease settles it
        except Uncertain as unsure:
            return self._settled(delivery, State.UNKNOWN, unsure.message)
        except NotTaken as refused:
            return self._refused(delivery, refused)
        except Exception as failure:  # noqa: BLE001 - a channel's bug stops nobody else's delivery
            why = f"{type(failure).__name__} in the channel"
            if isinstance(failure, ReporterError):
                why = failure.message
            if begun:
                return self._settled(delivery, State.UNKNOWN, why)
            return self._refused(delivery, NotTaken(why, retry=True))
        return self._settled(delivery, State.SENT, receipt.text)

    def _delivered(self, delivery: DeliveryRecord, begin: Callable[[], None]) -> Receipt:
        parcel = decode(self._body(delivery))
        handover = Handover(
            id=delivery.id,
            recipient=delivery.recipient,
            planned_at=delivery.planned_at,
            begin=begin,
        )
        return self._channel(delivery).deliver(parcel, handover)

    def _body(self, delivery: DeliveryRecord) -> bytes:
        body = None
        if delivery.parcel is not None:
            body = deliveries.parcel(self._ledger, delivery.parcel)
        if body is None:
            raise NotTaken("what was to be delivered is not kept any more", retry=False)
        return body

    def _channel(self, delivery: DeliveryRecord) -> Channel:
        """One for all deliveries that go the same way."""
        where = "" if delivery.channel == "email" else delivery.recipient
        key = (delivery.channel, where)
        if key not in self._channels:
            self._channels[key] = self._open_channel(delivery.channel, where)
        return self._channels[key]

    def _refused(self, delivery: DeliveryRecord, refused: NotTaken) -> Handled:
        if not refused.retry:
            return self._settled(delivery, State.FAILED, refused.message)
        again = self._now() + self._pause(delivery.attempts, refused.after)
        if again >= delivery.deadline:
            reason = f"given up, for its deadline comes first: {refused.message}"
            return self._settled(delivery, State.FAILED, reason)
        return self._settled(delivery, State.PLANNED, refused.message, again_at=again)

    def _pause(self, attempts: int, wanted: timedelta | None) -> timedelta:
        """Longer each time, and by chance: many that failed together do not come back together."""
        doubled: int = 2 ** min(attempts - 1, 10)
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * doubled) * (0.5 + self._chance() / 2)
        return pause if wanted is None else max(pause, wanted)

    def _settled(
        self,
        delivery: DeliveryRecord,
        state: State,
        reason: str,
        *,
        again_at: datetime | None = None,
    ) -> Handled:
        said = " ".join(reason.split())[:_LONGEST_REASON]
        deliveries.settle(
            self._ledger,
            delivery.id,
            self._owner,
            self._now(),
            state=state,
            reason=said,
            again_at=again_at,
        )
        return Handled(delivery, state, said, again_at)

    def _close(self) -> None:
        for channel in self._channels.values():
            with suppress(Exception):
                channel.close()
        self._channels.clear()


class _Lost(Exception):
    """The delivery is somebody else's by now."""
