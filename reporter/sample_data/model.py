"""What an invented world of calls is made of."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final, Literal

import msgspec

from reporter.dates import Unit, shifted

PERMILLE: Final = 1000
STEPS_OF_A_SPREAD: Final = 10


class _Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stands in ``world.yaml``."""


class Outcome(_Declared, frozen=True):
    """How a call ends, with the status and error names that go with it.

    Attributes:
        rings: whether the other side rang.
        answered: whether it was answered; it rang then, too.
        hangup: how the connection ended; None where there was none.
        talk: the spread of durations; None leaves it to the line.
    """

    name: str
    status_group: str
    status: str
    error_group: str
    error_code: str
    rings: bool = False
    answered: bool = False
    hangup: Literal["NORMAL", "ERROR"] | None = None
    talk: str | None = None


class Mix(_Declared, frozen=True):
    """How often each outcome comes, in permille.

    Raises:
        ValueError: the shares do not add up to 1000.
    """

    name: str
    shares: dict[str, int]

    def __post_init__(self) -> None:
        if sum(self.shares.values()) != PERMILLE:
            raise ValueError(f"the shares of mix {self.name} do not add up to {PERMILLE}")


class Spread(_Declared, frozen=True):
    """A distribution of milliseconds: the least, the nine deciles, the greatest.

    Raises:
        ValueError: there are not eleven, or they fall.
    """

    name: str
    points: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.points) != STEPS_OF_A_SPREAD + 1 or list(self.points) != sorted(self.points):
            raise ValueError(f"spread {self.name} is no row of eleven rising numbers")


class Network(_Declared, frozen=True):
    """A telephone network.

    Attributes:
        share: of its country's calls, as a weight.
        mix: the outcomes of outbound calls.
        pace: per cent of the usual time until an answer.
        talk: per cent of the usual duration.
    """

    id: int
    name: str
    share: int
    mix: str
    pace: int = 100
    talk: int = 100


class Country(_Declared, frozen=True):
    """A country; ``share`` of all calls, as a weight."""

    id: int
    name: str
    share: int
    networks: tuple[Network, ...]


class Account(_Declared, frozen=True):
    """An account and the one above it."""

    key: str
    parent: str | None
    name: str


class Reach(StrEnum):
    """How much is known of the other side."""

    NETWORK = "network"
    COUNTRY = "country"
    NOTHING = "nothing"


class Line(_Declared, frozen=True):
    """One stream of an account's calls.

    Attributes:
        share: of all calls, as a weight.
        senders: number or name, and its type; alternatives of equal weight.
        entities: alternatives of equal weight.
        reach: how much is known of the other side.
        mix: the outcomes; None leaves it to the network.
        talk: the spread of durations.
        amd: permille of answered calls that answering machine detection listens to.
        campaign: the first communication id of a series with a new one every week.
        ringing: permille of the calls that rang for which the time of it is told.
    """

    account: str
    share: int
    capability: str
    direction: Literal["OUTBOUND", "INBOUND"]
    senders: tuple[tuple[str | None, str | None], ...]
    application: str | None = None
    entities: tuple[str | None, ...] = (None,)
    reach: Reach = Reach.NETWORK
    mix: str | None = None
    talk: str = "talk"
    amd: int = 0
    campaign: int | None = None
    ringing: int = PERMILLE


class Incident(_Declared, frozen=True):
    """Something to discover: a network with another mix for some hours.

    Attributes:
        days_before_end: on which day it begins, counted back from the end of the data.
        hour: the local hour at which it begins.
        hours: how long it lasts.
    """

    network: int
    mix: str
    days_before_end: int
    hour: int
    hours: int


class Rhythm(_Declared, frozen=True):
    """When calls are made, in the main region's local time.

    Attributes:
        timezone: the main region's.
        weekdays: weights of the days, Monday first.
        workday: weights of the hours of Monday to Friday.
        weekend: weights of the hours of Saturday and Sunday.
        growth: permille in thirty days.
        noise: permille by which a day may lie above or below.
    """

    timezone: str
    weekdays: tuple[int, ...]
    workday: tuple[int, ...]
    weekend: tuple[int, ...]
    growth: int
    noise: int


class World(_Declared, frozen=True):
    """Everything that is invented.

    Attributes:
        machines: permille of listened-to calls that a machine answers.
        late: permille of the last day's outbound calls whose result is not known yet.
    """

    outcomes: tuple[Outcome, ...]
    mixes: tuple[Mix, ...]
    spreads: tuple[Spread, ...]
    countries: tuple[Country, ...]
    accounts: tuple[Account, ...]
    lines: tuple[Line, ...]
    incident: Incident
    rhythm: Rhythm
    machines: int
    late: int


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to make. The same request always gives the same records.

    Attributes:
        since: the first day, in UTC.
        until: the day after the last, in UTC.
        calls: how many in all.
        seed: which of many worlds, 0 to 2**32 - 1.
    """

    since: date
    until: date
    calls: int
    seed: int

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.since, time(), UTC)

    @property
    def end(self) -> datetime:
        """The instant at which the records were taken: nothing is known of what came later."""
        return datetime.combine(self.until, time(), UTC)

    @property
    def last_month(self) -> date:
        """A calendar month before the end."""
        return shifted(self.until, Unit.MONTHS, -1)

    @classmethod
    def of_months(cls, months: int, *, until: date, calls_per_month: int, seed: int) -> "Request":
        """The calendar months before a day."""
        return cls(
            since=shifted(until, Unit.MONTHS, -months),
            until=until,
            calls=months * calls_per_month,
            seed=seed,
        )
