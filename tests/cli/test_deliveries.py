"""``reporter deliveries``: what is seen of the ledger, and what a person may say."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from parcels import letter, planned
from postbox import Postbox, served_to

from reporter import clock
from reporter.delivery.parcels import encode
from reporter.ledger import Ledger, deliveries
from reporter.ledger.deliveries import State

Reporter = Callable[..., Any]
NOW = datetime(2026, 11, 2, 7, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LEASE = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def ledger(project: Path) -> Ledger:
    return Ledger(project / ".reporter/ledger.sqlite")


def plan(ledger: Ledger, recipient: str, state: State, **changed: object) -> str:
    """A delivery that came into a state as deliveries do."""
    begun = state if state in {State.HELD, State.SKIPPED} else State.PLANNED
    with ledger.transaction() as connection:
        parcel = deliveries.keep_parcel(connection, encode(letter(NOW)))
        reason = "too few rows" if begun is not State.PLANNED else ""
        said = {"parcel": parcel, "state": begun, "reason": reason}
        one = planned(recipient, **({"deadline": NOW + timedelta(days=1)} | said | changed))
        deliveries.plan(connection, [one], NOW)
    if state is not begun:
        deliveries.claim(ledger, "me", NOW, LEASE, only=one.id)
        deliveries.begin(ledger, one.id, "me", NOW, timedelta(hours=2))
        if state is not State.SENDING:
            deliveries.settle(ledger, one.id, "me", NOW, state=state, reason="said")
    return one.id


@pytest.fixture
def postbox(project: Path) -> Iterator[Postbox]:
    with served_to(project) as box:
        box.answers["DATA"] = "250 taken"
        yield box


def test_deliveries_are_listed(ledger: Ledger, reporter: Reporter) -> None:
    ids = [
        plan(ledger, "a@example.com", State.SENT)[:8],
        plan(ledger, "b@example.com", State.HELD, report="other", name="board")[:8],
        plan(ledger, "c@example.com", State.PLANNED)[:8],
        plan(ledger, "d@example.com", State.SENDING)[:8],
    ]
    done = reporter("deliveries")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "id        state    report  delivery  recipient      since (UTC)       reason\n"
        f"{ids[0]}  sent     review  mail      a@example.com  2026-11-02 07:00  said\n"
        f"{ids[1]}  held     other   board     b@example.com  2026-11-02 07:00  too few rows\n"
        f"{ids[2]}  planned  review  mail      c@example.com  2026-11-02 07:00"
        "  due since 2026-11-02 07:00\n"
        f"{ids[3]}  sending  review  mail      d@example.com  2026-11-02 07:00"
        "  its process has until 2026-11-02 09:00\n"
    )
    assert reporter("deliveries", "--report", "other").out.count("\n") == 2
    chosen = reporter("deliveries", "--state", "sent", "--state", "held").out
    assert [line.split()[0] for line in chosen.splitlines()] == ["id", *ids[:2]]


def test_what_is_tried_again_says_when(ledger: Ledger, reporter: Reporter) -> None:
    one = plan(ledger, "a@example.com", State.PLANNED)
    deliveries.claim(ledger, "me", NOW, LEASE)
    again = LATER + timedelta(minutes=5)
    deliveries.settle(
        ledger, one, "me", NOW, state=State.PLANNED, reason="451 busy", again_at=again
    )
    assert reporter("deliveries").out.endswith("451 busy; tried again at 2026-11-02 08:05\n")


def test_machines_read_them(ledger: Ledger, reporter: Reporter) -> None:
    one = plan(ledger, "a@example.com", State.HELD)
    (row,) = json.loads(reporter("deliveries", "--json").out)
    assert row == {
        "id": one,
        "edition": None,
        "report": "review",
        "delivery": "mail",
        "channel": "email",
        "recipient": "a@example.com",
        "state": "held",
        "reason": "too few rows",
        "attempts": 0,
        "plannedAt": "2026-11-02T07:00:00+00:00",
        "changedAt": "2026-11-02T07:00:00+00:00",
        "nextAttemptAt": None,
        "deadline": "2026-11-03T07:00:00+00:00",
        "contentsKept": True,
    }
    shown = json.loads(reporter("deliveries", "show", one, "--json").out)
    event = {"at": "2026-11-02T07:00:00+00:00", "state": "held", "reason": "too few rows"}
    assert shown == row | {"events": [event]}


def test_looking_makes_no_ledger(project: Path, reporter: Reporter) -> None:
    done = reporter("deliveries")
    assert (done.code, done.out, done.err) == (0, "", "there are no deliveries yet\n")
    done = reporter("deliveries", "--state", "sent")
    assert done.err == "there are no deliveries like that\n"
    assert reporter("deliveries", "--json").out == "[]\n"
    done = reporter("deliveries", "show", "abcd")
    assert (done.code, done.err) == (
        1,
        "error: there is no delivery 'abcd'\n  hint: `reporter deliveries` lists them\n",
    )
    assert not (project / ".reporter").exists()


def test_one_is_shown_with_all_that_it_went_through(ledger: Ledger, reporter: Reporter) -> None:
    one = plan(ledger, "a@example.com", State.UNKNOWN)
    done = reporter("deliveries", "show", one[:6].upper())
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"id         {one}\n"
        "edition    none: a word to the owner\n"
        "report     review\n"
        "delivery   mail\n"
        "channel    email\n"
        "recipient  a@example.com\n"
        "state      unknown\n"
        "reason     said\n"
        "attempts   1\n"
        "contents   kept\n"
        "\n"
        "at (UTC)          state    reason\n"
        "2026-11-02 07:00  planned\n"
        "2026-11-02 07:00  sending\n"
        "2026-11-02 07:00  unknown  said\n"
    )
    planned = plan(ledger, "b@example.com", State.PLANNED, parcel=None)
    shown = reporter("deliveries", "show", planned).out
    assert "deadline   2026-11-03 07:00 UTC\ncontents   not kept\n" in shown


def test_text_from_outside_does_not_move_the_cursor(ledger: Ledger, reporter: Reporter) -> None:
    plan(ledger, "a@example.com", State.HELD, reason="\x1b[2J bad")
    assert "\x1b" not in reporter("deliveries").out


def test_an_id_must_be_clear(ledger: Ledger, reporter: Reporter) -> None:
    seen: dict[str, str] = {}
    for number in range(2000):  # until two begin alike
        one = planned(f"{number}@example.com", deadline=NOW)
        if one.id[:4] in seen:
            break
        seen[one.id[:4]] = one.recipient
    for recipient in (seen[one.id[:4]], one.recipient):
        plan(ledger, recipient, State.HELD)
    done = reporter("deliveries", "show", one.id[:4])
    assert done.code == 1
    assert f"2 deliveries begin with '{one.id[:4]}'\n  hint: write more of it: " in done.err
    assert reporter("deliveries", "show", one.id).code == 0
    done = reporter("deliveries", "show", "abc")
    assert (done.code, done.err) == (
        1,
        "error: 'abc' is too short\n  hint: write 4 letters or more\n",
    )


@pytest.mark.parametrize("state", [State.UNKNOWN, State.FAILED])
def test_a_person_says_that_it_was_received(
    ledger: Ledger, reporter: Reporter, postbox: Postbox, state: State
) -> None:
    one = plan(ledger, "a@example.com", state)
    done = reporter("deliveries", "resolve", one[:8], "--sent")
    assert (done.code, done.err) == (0, "")
    assert done.out == ("review: mail to a@example.com: sent: a person says that it was received\n")
    assert postbox.recipients == []


@pytest.mark.parametrize("state", [State.UNKNOWN, State.FAILED, State.HELD])
def test_a_person_wants_it_to_be_sent(
    ledger: Ledger, reporter: Reporter, postbox: Postbox, state: State
) -> None:
    one = plan(ledger, "a@example.com", state)
    plan(ledger, "b@example.com", State.PLANNED)  # not asked for
    done = reporter("deliveries", "resolve", one, "--resend")
    assert (done.code, done.err) == (0, "")
    assert done.out == "review: mail to a@example.com: sent: 250 taken\n"
    assert postbox.recipients == ["a@example.com"]
    done = reporter("deliveries", "resolve", one, "--resend")
    assert done.code == 1
    assert postbox.recipients == ["a@example.com"]


def test_several_at_once_and_one_that_cannot_be(
    ledger: Ledger, reporter: Reporter, postbox: Postbox
) -> None:
    first = plan(ledger, "a@example.com", State.HELD)
    second = plan(ledger, "b@example.com", State.SKIPPED)
    third = plan(ledger, "c@example.com", State.HELD)
    done = reporter("deliveries", "resolve", first, second, third, "--resend")
    assert done.code == 1
    assert "was skipped, and nothing was made for it: too few rows" in done.err
    assert postbox.recipients == ["a@example.com", "c@example.com"]


def test_what_cannot_be_sent_now_is_tried_again(
    ledger: Ledger, reporter: Reporter, postbox: Postbox
) -> None:
    one = plan(ledger, "a@example.com", State.HELD)
    postbox.answers["DATA"] = "451 busy"
    done = reporter("deliveries", "resolve", one, "--resend")
    assert done.code == 3
    assert done.out.startswith("review: mail to a@example.com: planned: ")
    assert "451 busy; tried again at 2026-11-02 08:00" in done.out
    (record,) = deliveries.all_of(ledger)
    assert record.deadline == LATER + timedelta(days=1)


def test_without_a_mail_server_it_waits_for_one(
    project: Path, ledger: Ledger, reporter: Reporter
) -> None:
    settings = project / "reporter.yaml"
    settings.write_text(settings.read_text().partition("mail:")[0])
    one = plan(ledger, "a@example.com", State.HELD)
    done = reporter("deliveries", "resolve", one, "--resend")
    assert done.code == 3
    assert "planned: the project has no mail server; write mail: " in done.out


@pytest.mark.parametrize(
    ("state", "option", "said"),
    [
        (
            State.SENT,
            "--resend",
            "was sent on 2026-11-02 07:00 UTC: what is sent is not sent again",
        ),
        (State.SENT, "--sent", "was sent on 2026-11-02 07:00 UTC"),
        (State.PLANNED, "--resend", "is planned: nobody has received it yet"),
        (State.SENDING, "--sent", "is being handed over since 2026-11-02 07:00 UTC\n"),
        (State.SENDING, "--resend", "or it is unknown before 2026-11-02 09:00 UTC"),
        (State.SKIPPED, "--sent", "was skipped, and nothing was made for it: too few rows"),
        (State.HELD, "--sent", "is held and was never handed over: too few rows\n  hint: --resend"),
    ],
)
def test_what_may_not_be_resolved_so(
    ledger: Ledger, reporter: Reporter, *, state: State, option: str, said: str
) -> None:
    one = plan(ledger, "a@example.com", state)
    before = deliveries.all_of(ledger)
    done = reporter("deliveries", "resolve", one, option)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: delivery {one[:8]} ")
    assert said in done.err
    assert deliveries.all_of(ledger) == before


def test_what_is_not_kept_cannot_be_sent(ledger: Ledger, reporter: Reporter) -> None:
    one = plan(ledger, "a@example.com", State.FAILED, parcel=None)
    done = reporter("deliveries", "resolve", one, "--resend")
    assert done.code == 1
    assert f"what delivery {one[:8]} would hand over is not kept any more" in done.err


def test_one_whose_process_has_died_is_resolved_at_once(
    ledger: Ledger, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = plan(ledger, "a@example.com", State.SENDING)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=3))
    listed = reporter("deliveries").out
    assert "its process has not come back: unknown from the next delivery on" in listed
    assert reporter("deliveries", "resolve", one, "--sent").code == 0
    states = [event.state for event in deliveries.events_of(ledger, one)]
    assert states == [State.PLANNED, State.SENDING, State.UNKNOWN, State.SENT]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("resolve", "abcd"), "say either --sent or --resend"),
        (("resolve", "abcd", "--sent", "--resend"), "say either --sent or --resend"),
        (("resolve", "--sent"), "Missing argument 'ID...'"),
        (("--json", "show", "abcd"), "options come behind show"),
        (("--state", "gone"), "'gone' is not one of 'planned'"),
    ],
)
def test_mistakes_of_usage(reporter: Reporter, arguments: tuple[str, ...], said: str) -> None:
    done = reporter("deliveries", *arguments)
    assert (done.code, said in done.err) == (2, True), done.err
