"""The desk: hands over what is planned, one by one, and writes down what became of each.

A delivery belongs to the desk that claimed it until its lease ends. The lease is longer than
everything that a channel waits for (``lease_for``); one that ends all the same, since the machine
slept, costs nothing: ``begin`` is not granted any more, and who had begun still says what it knows.

Whatever goes wrong before ``begin`` was granted has reached nobody, and is tried again. After it,
only a channel that says so itself (``NotTaken``) is believed that nobody has received anything.
"""

import random
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from reporter.dates import doubled
from reporter.delivery.base import Channel, Handover, NotTaken, Parcel, Receipt, Uncertain
from reporter.delivery.parcels import decode
from reporter.errors import LedgerError, ReporterError
from reporter.ledger import deliveries
from reporter.ledger.database import Ledger
from reporter.ledger.deliveries import DeliveryRecord, State

LEASE: Final = timedelta(minutes=15)
REPEATABLE: Final = frozenset({"folder"})
"""Kinds of channels where handing over twice is the same as once."""
_ANSWERS: Final = 15
"""How many answers one hand-over may wait for; SMTP with encryption and log-in takes eleven."""
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(minutes=30)
_SHORTEST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_REASON: Final = 500


def lease_for(timeout: timedelta) -> timedelta:
    """A lease that outlives a hand-over, where each answer may take as long as that."""
    return max(LEASE, _ANSWERS * timeout)


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
    """Hands over the deliveries of one ledger, one after the other.

    Args:
        ledger: where they stand.
        owner: this desk, unlike all others in all processes.
        open_channel: from the kind of a channel and a recipient (empty for mail, which goes one
            way); raises ReporterError where there is no such channel.
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
        only: str | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Handled]:
        """Hand over everything that is due now; each is told of when it has been settled.

        Args:
            editions: only of these; None: of all.
            only: the id of the one delivery that is wanted.
            stop: asked before each: whether to begin no more.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        try:
            left = deliveries.expire(
                self._ledger, self._now(), repeatable=REPEATABLE, editions=editions, only=only
            )
            for one in left:
                yield Handled(one, one.state, one.reason, one.next_attempt_at)
            while not stop():
                claimed = deliveries.claim(
                    self._ledger,
                    self._owner,
                    self._now(),
                    self._lease,
                    editions=editions,
                    only=only,
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
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Handled]:
        """The same, and what is tried again within a while; sleeps in between.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        end = self._now() + patience
        while True:
            yield from self.work(editions=editions, stop=stop)
            again = None if stop() else deliveries.next_attempt(self._ledger, editions)
            if again is None or again > end:
                return
            sleep(min(max(again - self._now(), _SHORTEST_PAUSE), patience))

    def _handed_over(self, delivery: DeliveryRecord) -> Handled | None:
        """What became of it; None where it is somebody else's by now."""
        grant = _Grant(lambda: self._begun(delivery))
        try:
            receipt = self._delivered(delivery, grant)
        except _Lost:
            return None
        except Uncertain as unsure:
            return self._settled(delivery, State.UNKNOWN, _words(unsure))
        except NotTaken as refused:
            return self._refused(delivery, refused)
        except LedgerError:
            # ``begin`` did not return, so nothing was handed over, whatever the ledger says.
            with suppress(LedgerError):
                self._interrupted(delivery, begun=grant.given)
            raise
        except Exception as failure:  # noqa: BLE001 - a channel's bug stops nobody else's delivery
            return self._broken(delivery, failure, begun=grant.given)
        except BaseException:
            with suppress(LedgerError):
                self._interrupted(delivery, begun=grant.given)
            raise
        if not grant.given:
            return self._settled(delivery, State.UNKNOWN, "the channel did not say when it began")
        return self._settled(delivery, State.SENT, receipt.text)

    def _delivered(self, delivery: DeliveryRecord, grant: "_Grant") -> Receipt:
        parcel = self._parcel(delivery)
        channel = self._channel(delivery)
        handover = Handover(
            id=delivery.id,
            recipient=delivery.recipient,
            planned_at=delivery.planned_at,
            begin=grant.ask,
        )
        return channel.deliver(parcel, handover)

    def _begun(self, delivery: DeliveryRecord) -> bool:
        return deliveries.begin(self._ledger, delivery.id, self._owner, self._now(), self._lease)

    def _parcel(self, delivery: DeliveryRecord) -> Parcel:
        body = None
        if delivery.parcel is not None:
            body = deliveries.parcel(self._ledger, delivery.parcel)
        if body is None:
            raise NotTaken("what was to be delivered is not kept any more", retry=False)
        return decode(body)

    def _channel(self, delivery: DeliveryRecord) -> Channel:
        """One for all deliveries that go the same way."""
        key = _way(delivery)
        if key not in self._channels:
            try:
                self._channels[key] = self._open_channel(*key)
            except ReporterError as error:
                # Somebody has to change the project file first: nothing is gained by haste.
                raise NotTaken(_words(error), retry=True, after=_LONGEST_PAUSE) from error
        return self._channels[key]

    def _broken(self, delivery: DeliveryRecord, failure: Exception, *, begun: bool) -> Handled:
        """A channel failed in a way that it did not foresee: it is not used any more."""
        channel = self._channels.pop(_way(delivery), None)
        if channel is not None:
            _leave(channel)
        why = f"{type(failure).__name__} in the channel"
        if isinstance(failure, ReporterError):
            why = _words(failure)
        if begun:
            return self._settled(delivery, State.UNKNOWN, why)
        return self._refused(delivery, NotTaken(why, retry=True))

    def _interrupted(self, delivery: DeliveryRecord, *, begun: bool) -> None:
        """The process is being ended: what is known is said before it goes."""
        if begun:
            self._settled(delivery, State.UNKNOWN, "interrupted while it was being handed over")
        else:
            self._settled(delivery, State.PLANNED, "interrupted", again_at=self._now())

    def _refused(self, delivery: DeliveryRecord, refused: NotTaken) -> Handled:
        why = _words(refused)
        if not refused.retry:
            return self._settled(delivery, State.FAILED, why)
        again = self._now() + self._pause(delivery.attempts, refused.after)
        if again >= delivery.deadline:
            reason = f"given up, for its deadline comes before the next attempt: {why}"
            return self._settled(delivery, State.FAILED, reason)
        return self._settled(delivery, State.PLANNED, why, again_at=again)

    def _pause(self, attempts: int, wanted: timedelta | None) -> timedelta:
        """Longer each time, and by chance: what failed together does not come back together."""
        pause = doubled(_FIRST_PAUSE, attempts, longest=_LONGEST_PAUSE) * self._chance()
        return max(pause, wanted or _SHORTEST_PAUSE)

    def _settled(
        self,
        delivery: DeliveryRecord,
        state: State,
        reason: str,
        *,
        again_at: datetime | None = None,
    ) -> Handled:
        said = " ".join("".join(sign if sign.isprintable() else " " for sign in reason).split())
        if len(said) > _LONGEST_REASON:
            said = f"{said[:_LONGEST_REASON]}…"
        written = deliveries.settle(
            self._ledger,
            delivery.id,
            self._owner,
            self._now(),
            state=state,
            reason=said,
            again_at=again_at,
        )
        if not written:  # whoever reads the log should know both
            said = f"{said} (too late: others have settled it meanwhile)"
        return Handled(delivery, state, said, again_at)

    def _close(self) -> None:
        for channel in self._channels.values():
            _leave(channel)
        self._channels.clear()


class _Grant:
    """The permission to hand over, asked for once.

    Args:
        begin: writes down that it begins; False where it is somebody else's by now.
    """

    def __init__(self, begin: Callable[[], bool]) -> None:
        self._begin = begin
        self.given = False

    def ask(self) -> None:
        if self.given:
            raise RuntimeError("a hand-over begins once")
        if not self._begin():
            raise _Lost
        self.given = True


class _Lost(NotTaken):
    """The delivery is somebody else's by now."""

    def __init__(self) -> None:
        super().__init__("it is in other hands by now", retry=False)


def _way(delivery: DeliveryRecord) -> tuple[str, str]:
    """Kind and name of the channel that a delivery goes through; of mail there is one."""
    return delivery.channel, "" if delivery.channel == "email" else delivery.recipient


def _leave(channel: Channel) -> None:
    with suppress(Exception):
        channel.close()


def _words(failure: ReporterError) -> str:
    return failure.message if failure.hint is None else f"{failure.message}; {failure.hint}"
