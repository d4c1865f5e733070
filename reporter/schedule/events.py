"""What the schedule does, as typed events: one line each in the log.

None of them has a secret: addresses of recipients and names of channels are there, the URLs of
channels and passwords are not.
"""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from reporter.dates import minute

Level = Literal["info", "warning", "error"]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", rename="camel"):
    """Something that happened. Its tag is the name that machines know it by."""

    level: ClassVar[Level] = "info"

    @property
    def sentence(self) -> str:
        """The same for people."""
        raise NotImplementedError


class Started(Event, frozen=True, tag="started"):
    """The schedule begins to run."""

    owner: str
    ledger: str

    @property
    def sentence(self) -> str:
        return f"started as {self.owner} on {self.ledger}"


class Stopped(Event, frozen=True, tag="stopped"):
    """It ends; what is open is in the ledger."""

    reason: str

    @property
    def sentence(self) -> str:
        return f"stopped: {self.reason}"


class TickFailed(Event, frozen=True, tag="tick-failed"):
    """The ledger could not be used, or what is due not be looked at; the next tick tries again."""

    level: ClassVar[Level] = "error"
    reason: str

    @property
    def sentence(self) -> str:
        return self.reason


class SpecBroken(Event, frozen=True, tag="spec-broken"):
    """A spec cannot be read; the others are not concerned."""

    level: ClassVar[Level] = "error"
    spec: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.spec} is not scheduled: {self.reason}"


class SpecMended(Event, frozen=True, tag="spec-mended"):
    """A spec that was broken is well again, or gone."""

    spec: str

    @property
    def sentence(self) -> str:
        return f"{self.spec} is well again"


class Remembered(Event, frozen=True, tag="scheduled"):
    """A schedule is new, or another one than before."""

    report: str
    next_due: datetime | None

    @property
    def sentence(self) -> str:
        due = "never" if self.next_due is None else _said(self.next_due)
        return f"{self.report}: due next {due}"


class Unscheduled(Event, frozen=True, tag="unscheduled"):
    """A report has no schedule any more."""

    report: str

    @property
    def sentence(self) -> str:
        return f"{self.report}: has no schedule any more"


class OfFiring(Event, frozen=True, kw_only=True):
    """Something about a report at a time at which it was due."""

    report: str
    due_at: datetime

    @property
    def told(self) -> str:
        """What there is to say of it."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        return f"{self.report} of {_said(self.due_at)}: {self.told}"


class Missed(OfFiring, frozen=True, tag="missed"):
    """A due time is not made, and will not be."""

    level: ClassVar[Level] = "warning"
    reason: str

    @property
    def told(self) -> str:
        return f"missed: {self.reason}"


class Making(OfFiring, frozen=True, tag="making"):
    """A report is being made."""

    attempt: int

    @property
    def told(self) -> str:
        again = f", attempt {self.attempt}" if self.attempt > 1 else ""
        return f"being made{again}"


class Issued(OfFiring, frozen=True, tag="issued"):
    """Editions of a report are in the ledger."""

    editions: tuple[str, ...]
    held: tuple[str, ...]
    notices: tuple[str, ...]
    seconds: float

    @property
    def told(self) -> str:
        count = f"{len(self.editions)} editions" if len(self.editions) != 1 else "1 edition"
        held = f", held: {' '.join(self.held)}" if self.held else ""
        notes = f", note: {' '.join(self.notices)}" if self.notices else ""
        took = f"in {self.seconds:.1f} s"
        return f"{count} {took}{held}{notes}"


class Waiting(OfFiring, frozen=True, tag="waiting"):
    """A report waits for its data."""

    reason: str
    again_at: datetime | None

    @property
    def told(self) -> str:
        return f"waits{_again(self.again_at)}: {self.reason}"


class MakingFailed(OfFiring, frozen=True, tag="making-failed"):
    """A report could not be made; it is tried again."""

    level: ClassVar[Level] = "warning"
    reason: str
    again_at: datetime | None

    @property
    def told(self) -> str:
        return f"failed{_again(self.again_at)}: {self.reason}"


class FiringFailed(OfFiring, frozen=True, tag="firing-failed"):
    """A report is not made any more."""

    level: ClassVar[Level] = "error"
    reason: str

    @property
    def told(self) -> str:
        return self.reason


class Interrupted(OfFiring, frozen=True, tag="interrupted"):
    """The schedule stops while a report is made; it is made when it runs again."""

    @property
    def told(self) -> str:
        return "interrupted; made when the schedule runs again"


class LeaseLost(OfFiring, frozen=True, tag="lease-lost"):
    """Another process makes the report too, for this one slept; it is delivered once."""

    level: ClassVar[Level] = "warning"

    @property
    def told(self) -> str:
        return "another process has taken it over"


class DeliverySettled(Event, frozen=True, tag="delivery"):
    """What became of a delivery.

    Attributes:
        state: sent, failed, unknown; planned where it is tried again.
    """

    report: str
    delivery: str
    name: str
    recipient: str
    state: str
    reason: str
    again_at: datetime | None

    @property
    def urgency(self) -> Level:
        """How much it concerns the reader of a log."""
        found: dict[str, Level] = {"sent": "info", "planned": "warning"}
        return found.get(self.state, "error")

    @property
    def sentence(self) -> str:
        state = "not yet" if self.state == "planned" else self.state
        why = f": {self.reason}" if self.reason else ""
        what = f"{self.report}: {self.name} to {self.recipient}"
        return f"{what}: {state}{_again(self.again_at)}{why} [{self.delivery[:8]}]"


class OwnerTold(Event, frozen=True, tag="owner-told"):
    """A word to the owner is planned as a delivery."""

    subject: str

    @property
    def sentence(self) -> str:
        return f"the owner is told: {self.subject}"


def level_of(event: Event) -> Level:
    """How much an event concerns the reader of a log."""
    return event.urgency if isinstance(event, DeliverySettled) else event.level


def _said(at: datetime) -> str:
    return f"{minute(at)}Z"


def _again(at: datetime | None) -> str:
    return "" if at is None else f", again at {at:%H:%M:%S}Z"
