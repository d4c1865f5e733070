"""The desk, by example: what a channel says, and what the ledger says then."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from desk_kit import DAY, PARCEL, START, Clock, Script, plan

from reporter.delivery.base import Handover, NotTaken, Receipt, Uncertain
from reporter.delivery.desk import LEASE, Desk, Handled, lease_for
from reporter.delivery.parcels import decode, encode
from reporter.errors import LedgerError, UserError
from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import DeliveryRecord, State

MINUTE = timedelta(minutes=1)
Does = Callable[[Handover], Receipt]


@pytest.fixture
def desk(ledger: Ledger, script: Script, clock: Clock) -> Desk:
    return Desk(ledger, "me", script.open, now=clock, chance=lambda: 0.5)


def only(ledger: Ledger) -> DeliveryRecord:
    (record,) = deliveries.all_of(ledger)
    return record


def states(ledger: Ledger) -> dict[str, State]:
    return {record.recipient: record.state for record in deliveries.all_of(ledger)}


def raising(failure: BaseException, *, begin: bool = False) -> Does:
    def does(handover: Handover) -> Receipt:
        if begin:
            handover.begin()
        raise failure

    return does


def test_everything_that_is_due_goes_out_once(ledger: Ledger, desk: Desk, script: Script) -> None:
    plan(ledger, "a", "b")
    handled = list(desk.work())
    assert [(one.delivery.recipient, one.state, one.reason) for one in handled] == [
        ("a", State.SENT, "250 taken"),
        ("b", State.SENT, "250 taken"),
    ]
    assert script.received == [one.delivery.id for one in handled]
    assert list(desk.work()) == []
    assert len(script.received) == 2
    assert [event.state for event in deliveries.events_of(ledger, handled[0].delivery.id)] == [
        State.PLANNED,
        State.SENDING,
        State.SENT,
    ]


def test_what_is_handed_over_is_what_was_planned(
    ledger: Ledger, desk: Desk, script: Script
) -> None:
    seen: list[Handover] = []

    def look(handover: Handover) -> Receipt:
        seen.append(handover)
        return script.take(handover)

    script.does["a"] = look
    plan(ledger, "a")
    list(desk.work())
    (handover,) = seen
    record = only(ledger)
    assert (handover.id, handover.recipient, handover.planned_at) == (record.id, "a", START)


def test_one_channel_serves_all_that_go_the_same_way(
    ledger: Ledger, script: Script, clock: Clock
) -> None:
    opened: list[tuple[str, str]] = []

    def open_channel(kind: str, name: str) -> Script:
        opened.append((kind, name))
        return script.open(kind, name)

    plan(ledger, "a", "b")
    plan(ledger, "archive", channel="folder", name="x")
    plan(ledger, "archive", channel="folder", name="y")
    list(Desk(ledger, "me", open_channel, now=clock).work())
    assert opened == [("email", ""), ("folder", "archive")]
    assert (script.opened, script.closed) == (2, 2)


@pytest.mark.parametrize(
    ("does", "state", "reason"),
    [
        (raising(NotTaken("550 no", retry=False)), State.FAILED, "550 no"),
        (
            raising(NotTaken("no\n STARTTLS ", retry=False, hint="write tls")),
            State.FAILED,
            "no STARTTLS ; write tls",
        ),
        (raising(NotTaken("451 busy", retry=True)), State.PLANNED, "451 busy"),
        (raising(NotTaken("451 busy", retry=True), begin=True), State.PLANNED, "451 busy"),
        (raising(Uncertain("cut"), begin=True), State.UNKNOWN, "cut"),
        (raising(Uncertain("cut")), State.UNKNOWN, "cut"),
        (raising(KeyError("x")), State.PLANNED, "KeyError in the channel"),
        (raising(KeyError("x"), begin=True), State.UNKNOWN, "KeyError in the channel"),
        (raising(UserError("odd")), State.PLANNED, "odd"),
        (raising(UserError("odd", hint="so"), begin=True), State.UNKNOWN, "odd; so"),
        (lambda _: Receipt("done"), State.UNKNOWN, "the channel did not say when it began"),
        (raising(NotTaken("550 \x1b[1mno\0", retry=False)), State.FAILED, "550 [1mno"),
        (raising(NotTaken("é" * 600, retry=False)), State.FAILED, "é" * 500 + "…"),
    ],
)
def test_what_a_channel_says(
    ledger: Ledger, desk: Desk, script: Script, *, does: Does, state: State, reason: str
) -> None:
    plan(ledger, "a", "b")
    script.does["a"] = does
    first, second = desk.work()
    assert (first.state, first.reason) == (state, reason)
    assert second.state is State.SENT  # one that is broken stops nobody else
    record = deliveries.all_of(ledger)[0]
    assert (record.state, record.reason) == (state, reason)
    assert (record.next_attempt_at is None) == (state is not State.PLANNED)
    assert record.next_attempt_at == first.again_at


def test_a_channel_that_asks_twice_is_stopped(ledger: Ledger, desk: Desk, script: Script) -> None:
    def twice(handover: Handover) -> Receipt:
        handover.begin()
        handover.begin()
        raise AssertionError

    script.does["a"] = twice
    plan(ledger, "a")
    assert [one.state for one in desk.work()] == [State.UNKNOWN]


def test_a_channel_with_a_bug_is_not_used_any_more(
    ledger: Ledger, desk: Desk, script: Script
) -> None:
    script.does["a"] = raising(KeyError("x"))
    plan(ledger, "a", "b")
    list(desk.work())
    assert (script.opened, script.closed) == (2, 2)


def test_a_channel_that_cannot_be_closed_is_left(
    ledger: Ledger, desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError

    monkeypatch.setattr(script, "close", fail)
    plan(ledger, "a")
    assert [one.state for one in desk.work()] == [State.SENT]


def test_a_channel_that_the_project_does_not_have_is_waited_for(
    ledger: Ledger, clock: Clock
) -> None:
    def open_channel(_kind: str, _name: str) -> Script:
        raise UserError("the project has no mail server", hint="write mail")

    plan(ledger, "a")
    (handled,) = Desk(ledger, "me", open_channel, now=clock).work()
    assert handled.state is State.PLANNED
    assert handled.reason == "the project has no mail server; write mail"
    assert handled.again_at == START + 30 * MINUTE


def test_a_parcel_that_is_not_kept_any_more(ledger: Ledger, desk: Desk) -> None:
    plan(ledger, "a", parcel=None)
    plan(ledger, "b", parcel="0" * 64)
    reason = "what was to be delivered is not kept any more"
    assert [(one.state, one.reason) for one in desk.work()] == [(State.FAILED, reason)] * 2


def test_a_parcel_that_cannot_be_read_stops_nobody_else(ledger: Ledger, desk: Desk) -> None:
    with ledger.transaction() as connection:
        odd = deliveries.keep_parcel(connection, b"\x81\xa4type\xa4pony")
    plan(ledger, "a", parcel=odd)
    plan(ledger, "b")
    first, second = desk.work()
    assert first.state is State.FAILED
    assert first.reason.startswith("what is to be delivered cannot be read: ")
    assert first.reason.endswith("was it written by a newer version of Reporter? update this one")
    assert second.state is State.SENT


def test_parcels_come_back_as_they_were() -> None:
    assert decode(encode(PARCEL)) == PARCEL
    assert encode(decode(encode(PARCEL))) == encode(PARCEL)


@pytest.mark.parametrize(
    ("chance", "pauses"),
    [
        (1.0, [30, 60, 120, 240, 480, 960, 1800, 1800]),
        (0.5, [15, 30, 60, 120, 240, 480, 900, 900]),
        (0.0, [1, 1, 1]),
    ],
)
def test_pauses_grow(
    ledger: Ledger, script: Script, clock: Clock, chance: float, pauses: list[int]
) -> None:
    script.does["a"] = raising(NotTaken("busy", retry=True))
    plan(ledger, "a")
    desk = Desk(ledger, "me", script.open, now=clock, chance=lambda: chance)
    found = []
    for _ in pauses:
        (handled,) = desk.work()
        assert handled.again_at is not None
        found.append((handled.again_at - clock.now).total_seconds())
        clock.now = handled.again_at - timedelta(milliseconds=1)
        assert list(desk.work()) == []  # not before its time
        clock.now = handled.again_at
    assert found == pauses


def test_what_the_other_side_asks_for_is_waited(
    ledger: Ledger, desk: Desk, script: Script, clock: Clock
) -> None:
    plan(ledger, "a")
    script.does["a"] = raising(NotTaken("429", retry=True, after=10 * MINUTE))
    (handled,) = desk.work()
    assert handled.again_at == clock.now + 10 * MINUTE


def test_a_deadline_ends_it(ledger: Ledger, desk: Desk, script: Script, clock: Clock) -> None:
    script.does["a"] = raising(NotTaken("451 busy", retry=True))
    plan(ledger, "a")
    tries = 0
    while only(ledger).state is State.PLANNED:
        tries += len(list(desk.work()))
        clock.now += 30 * MINUTE
    assert 45 < tries < 60
    assert clock.now <= START + DAY + 30 * MINUTE
    assert only(ledger).reason.startswith("given up")
    assert only(ledger).reason.endswith("451 busy")
    assert script.received == []


def test_an_attempt_beyond_the_deadline_is_not_waited_for(
    ledger: Ledger, desk: Desk, script: Script
) -> None:
    script.does["a"] = raising(NotTaken("429", retry=True, after=DAY))
    plan(ledger, "a")
    (handled,) = desk.work()
    assert handled.state is State.FAILED
    assert handled.reason == "given up, for its deadline comes before the next attempt: 429"


def test_a_channel_that_fails_to_open_stops_nobody_else(
    ledger: Ledger, script: Script, clock: Clock
) -> None:
    def open_channel(_kind: str, name: str) -> Script:
        if name == "odd":
            raise KeyError(name)
        return script

    plan(ledger, "odd", channel="webhook")
    plan(ledger, "a")
    first, second = Desk(ledger, "me", open_channel, now=clock).work()
    assert (first.state, first.reason) == (State.PLANNED, "KeyError in the channel")
    assert second.state is State.SENT


def test_what_comes_too_late_is_given_up_unsent(
    ledger: Ledger, desk: Desk, script: Script, clock: Clock
) -> None:
    plan(ledger, "a")
    clock.now += DAY
    assert [one.state for one in desk.work()] == [State.FAILED]
    assert script.received == []


def test_patience_waits_for_what_is_tried_again_soon(
    ledger: Ledger, desk: Desk, script: Script, clock: Clock
) -> None:
    answers = iter([NotTaken("busy", retry=True), NotTaken("busy", retry=True)])

    def twice(handover: Handover) -> Receipt:
        for answer in answers:
            raise answer
        return script.take(handover)

    def edition_of(record: DeliveryRecord) -> str:
        return str(record.edition)

    script.does["a"] = twice
    plan_edition(ledger, "e", "a")
    work = desk.work_within(2 * MINUTE, editions={"e"}, sleep=clock.sleep)
    handled = list(work)
    assert [one.state for one in handled] == [State.PLANNED, State.PLANNED, State.SENT]
    assert {edition_of(one.delivery) for one in handled} == {"e"}
    assert clock.now == START + timedelta(seconds=15 + 30)


def test_patience_has_an_end(ledger: Ledger, desk: Desk, script: Script, clock: Clock) -> None:
    script.does["a"] = raising(NotTaken("busy", retry=True))
    plan_edition(ledger, "e", "a")
    list(desk.work_within(2 * MINUTE, editions={"e"}, sleep=clock.sleep))
    assert clock.now <= START + 2 * MINUTE
    assert only(ledger).state is State.PLANNED


def test_a_clock_that_goes_back_does_not_make_it_sleep_for_ever(
    ledger: Ledger, desk: Desk, script: Script, clock: Clock
) -> None:
    slept: list[timedelta] = []

    def sleep(pause: timedelta) -> None:
        slept.append(pause)
        clock.now += 5 * MINUTE if len(slept) > 1 else -60 * MINUTE

    script.does["a"] = raising(NotTaken("busy", retry=True))
    plan_edition(ledger, "e", "a")
    list(desk.work_within(2 * MINUTE, editions={"e"}, sleep=sleep))
    assert max(slept) <= 2 * MINUTE


def test_it_stops_after_the_hand_over_at_hand(
    ledger: Ledger, desk: Desk, script: Script, clock: Clock
) -> None:
    plan_edition(ledger, "e", "a", "b")
    stops = iter([False, True, True])
    handled = list(
        desk.work_within(
            2 * MINUTE, editions={"e"}, sleep=clock.sleep, stop=lambda: next(stops, True)
        )
    )
    assert [one.delivery.recipient for one in handled] == ["a"]
    assert states(ledger) == {"a": State.SENT, "b": State.PLANNED}
    assert script.closed == 1


def test_only_what_is_wanted_is_handed_over(ledger: Ledger, desk: Desk) -> None:
    plan(ledger, "a", "b")
    wanted = deliveries.all_of(ledger)[1].id
    assert [one.delivery.id for one in desk.work(only=wanted)] == [wanted]
    assert states(ledger) == {"a": State.PLANNED, "b": State.SENT}


@pytest.mark.parametrize(("begin", "state"), [(False, State.PLANNED), (True, State.UNKNOWN)])
def test_an_interruption_is_written_down(
    ledger: Ledger, desk: Desk, script: Script, *, begin: bool, state: State
) -> None:
    script.does["a"] = raising(KeyboardInterrupt(), begin=begin)
    plan(ledger, "a")
    with pytest.raises(KeyboardInterrupt):
        list(desk.work())
    record = only(ledger)
    assert (record.state, record.lease_until) == (state, None)
    assert record.reason.startswith("interrupted")
    assert script.closed == 1


def test_what_an_owner_left_is_told_of(ledger: Ledger, script: Script, clock: Clock) -> None:
    plan(ledger, "a")
    plan(ledger, "archive", channel="folder")
    for _ in range(2):
        claimed = deliveries.claim(ledger, "gone", clock.now, MINUTE)
        assert claimed is not None
        assert deliveries.begin(ledger, claimed.id, "gone", clock.now, MINUTE)
    clock.now += MINUTE
    handled = list(Desk(ledger, "me", script.open, now=clock).work())
    assert [(one.delivery.recipient, one.state) for one in handled] == [
        ("a", State.UNKNOWN),
        ("archive", State.PLANNED),  # a file is written again
        ("archive", State.SENT),
    ]


def test_who_lost_it_hands_nothing_over(ledger: Ledger, script: Script, clock: Clock) -> None:
    """The machine slept while the channel connected; meanwhile somebody else did it."""

    def late(handover: Handover) -> Receipt:
        clock.now += LEASE
        del script.does["a"]
        assert [one.state for one in Desk(ledger, "other", script.open, now=clock).work()] == [
            State.SENT
        ]
        return script.take(handover)

    script.does["a"] = late
    plan(ledger, "a")
    assert list(Desk(ledger, "me", script.open, now=clock).work()) == []
    assert len(script.received) == 1
    assert only(ledger).state is State.SENT


def test_a_word_that_comes_too_late_is_told(ledger: Ledger, script: Script, clock: Clock) -> None:
    def late(handover: Handover) -> Receipt:
        receipt = script.take(handover)
        clock.now += LEASE
        deliveries.expire(ledger, clock.now)
        assert deliveries.resend(ledger, handover.id, clock.now, clock.now + DAY)
        del script.does["a"]
        return receipt

    script.does["a"] = late
    plan(ledger, "a")
    work = Desk(ledger, "me", script.open, now=clock).work()
    assert next(work).reason == "250 taken (too late: others have settled it meanwhile)"
    assert only(ledger).state is State.PLANNED  # the person's word holds
    work.close()


class Failing(Ledger):
    """Cannot be written from a transaction on, for a while."""

    fails: int = 0
    after: int = -1

    @contextmanager
    def transaction(self) -> Iterator[object]:  # type: ignore[override]
        self.after -= 1
        if self.after < 0 < self.fails:
            self.fails -= 1
            raise LedgerError("the disk is full")
        with super().transaction() as connection:
            yield connection


@pytest.mark.parametrize(
    ("after", "fails", "state"),
    [
        (2, 1, State.PLANNED),  # the parcel cannot be read
        (3, 1, State.PLANNED),  # begin is not granted
        (4, 1, State.SENDING),  # received, and that cannot be said: later it is unknown
        (3, 9, State.PLANNED),
    ],
)
def test_a_ledger_that_fails_ends_the_work_and_loses_nothing(
    ledger: Ledger, script: Script, clock: Clock, *, after: int, fails: int, state: State
) -> None:
    plan(ledger, "a")
    failing = Failing(ledger.path)
    failing.after, failing.fails = after, fails
    with pytest.raises(LedgerError, match="the disk is full"):
        list(Desk(failing, "me", script.open, now=clock).work())
    assert only(ledger).state is state
    assert (only(ledger).lease_until is None) == (fails == 1 and state is State.PLANNED)
    clock.now += LEASE
    final = [one.state for one in Desk(ledger, "other", script.open, now=clock).work()]
    assert final == [State.UNKNOWN if state is State.SENDING else State.SENT]
    assert len(script.received) == 1


def test_a_lease_outlives_every_answer() -> None:
    assert lease_for(timedelta(seconds=30)) == LEASE
    assert lease_for(5 * MINUTE) == 75 * MINUTE


def test_what_was_handled_is_a_value() -> None:
    assert Handled.__struct_config__.frozen


def plan_edition(ledger: Ledger, edition: str, *recipients: str) -> None:
    with ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO editions VALUES (?, 's', 'review', 0, 1, 'UTC', '', NULL, 'final', 1,"
            " NULL, NULL, '1', 'f', NULL, '')",
            (edition,),
        )
    plan(ledger, *recipients, edition=edition)
