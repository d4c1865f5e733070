"""What is asked, and what is not asked twice."""

from datetime import timedelta

from hostile import Acts, Says, Seen, result, says
from rig import NOW, OCTOBER, Rig, ask, value

from reporter.callbacks.body import Limits
from reporter.callbacks.listener import Listener
from reporter.dates import Interval
from reporter.ledger import Ledger
from reporter.ledger.times import stored
from reporter.settings import ApiKeyAuth, BasicAuth

TRIMMED = {
    "requestedPeriod": {
        "sentSince": "2026-10-01T00:00:00.000+0000",
        "sentUntil": "2026-10-31T00:00:00.000+0000",
    }
}


def answering(**changed: object) -> Acts:
    """An API whose results are changed."""

    def acts(seen: Seen, number: int) -> Says:
        name = f"R{number}"
        return says(201, {"requestId": name}, after=result(seen, name, **changed))

    return acts


def test_it_asks_and_hears(rig: Rig) -> None:
    one, other = ask(), ask("BUSY_CALL_COUNT", "TOTAL_CALL_COUNT")
    heard = rig.heard(one, other)
    assert {key: (value(h), h.filled_at) for key, h in heard.items()} == {
        one: (42, None),
        other: (42, None),
    }
    assert heard[one].reply.period == OCTOBER
    assert len(rig.api.submitted()) == 2
    assert rig.api.callbacks == [200, 200]
    assert (rig.kept("submissions"), rig.kept("slots"), rig.kept("results")) == (0, 0, 2)


def test_what_was_over_is_asked_once_for_ever(rig: Rig) -> None:
    rig.heard(ask())
    rig.now += timedelta(days=400)
    heard = rig.heard(ask(), ask("BUSY_CALL_COUNT"))
    assert heard[ask()].filled_at == NOW
    assert value(heard[ask()]) == 42
    assert heard[ask("BUSY_CALL_COUNT")].filled_at is None
    assert [seen.asked["metrics"] for seen in rig.api.submitted()] == [
        ["TOTAL_CALL_COUNT"],
        ["BUSY_CALL_COUNT"],
    ]


def test_where_all_is_remembered_nothing_is_opened(rig: Rig) -> None:
    rig.heard(ask())
    # This port is taken: opening it would fail.
    taken = Listener(f"127.0.0.1:{rig.api.port}", None, Ledger(rig.file), limits=Limits(largest=1))
    assert rig.heard(ask(), receiver=taken)[ask()].filled_at == NOW
    assert len(rig.api.submitted()) == 1


def test_a_refresh_asks_again_and_is_remembered(rig: Rig) -> None:
    rig.heard(ask())
    rig.api.posts = answering(rows=[["VOICE_VIDEO", 43]])
    rig.now += timedelta(hours=1)
    assert value(rig.heard(ask(), refresh=True)[ask()]) == 43
    again = rig.heard(ask())[ask()]
    assert (value(again), again.filled_at) == (43, rig.now)


def test_a_refresh_that_is_not_final_is_not_covered_by_what_was(rig: Rig) -> None:
    rig.heard(ask())
    rig.api.posts = answering(**TRIMMED)
    rig.heard(ask(), refresh=True)
    assert rig.heard(ask())[ask()].filled_at is None


def test_what_is_not_over_is_asked_again(rig: Rig) -> None:
    today = ask(interval=Interval(NOW - timedelta(hours=12), NOW + timedelta(seconds=1)))
    until_now = ask(interval=Interval(NOW - timedelta(hours=12), NOW))
    for _ in range(2):
        rig.heard(today, until_now)
    assert len(rig.api.submitted()) == 3
    assert rig.kept("results") == 1


def test_what_was_trimmed_at_its_end_is_asked_again(rig: Rig) -> None:
    rig.api.posts = answering(**TRIMMED)
    for _ in range(2):
        reply = rig.heard(ask())[ask()].reply
        assert reply.period.until == OCTOBER.until - timedelta(days=1)
    assert len(rig.api.submitted()) == 2
    assert rig.kept("results") == 0


def test_another_account_and_another_api_have_memories_of_their_own(rig: Rig) -> None:
    rig.heard(ask())
    rig.auth = ApiKeyAuth("geheim-other")
    assert rig.heard(ask())[ask()].filled_at is None
    rig.auth = BasicAuth("somebody", "geheim")
    rig.heard(ask())
    rig.auth = BasicAuth("somebody", "geheim-changed")
    assert rig.heard(ask())[ask()].filled_at == NOW
    assert b"geheim" not in rig.file.read_bytes()


def test_what_this_version_cannot_read_is_asked_again(rig: Rig) -> None:
    rig.heard(ask())
    with Ledger(rig.file).transaction() as connection:
        connection.execute("UPDATE results SET body = ?", (b'{"requestId": "R1", "status": "?"}',))
    assert value(rig.heard(ask())[ask()]) == 42
    assert len(rig.api.submitted()) == 2


def left_behind(rig: Rig, *, receiver: str = "here") -> None:
    """A submission whose result was received, as a run that was killed leaves it."""
    session = rig.session()
    key = session._key(ask())
    with Ledger(rig.file).transaction() as connection:
        connection.execute(
            "INSERT INTO slots (id, token_hash, opened_at, expires_at, body, received_at)"
            " VALUES ('s', x'00', 0, 99999999999999, ?, 0)",
            (_received(),),
        )
        connection.execute(
            "INSERT OR REPLACE INTO submissions VALUES (?, 's', ?, 'R9', ?)",
            (key, receiver, stored(rig.now)),
        )


def _received(**changed: object) -> bytes:
    body = b'{"request": {"filterBy": {"sentSince": "2026-10-01T00:00:00.000+0000", "sentUntil":'
    body += (
        b' "2026-11-01T00:00:00.000+0000"}, "aggregateBy": [], "metrics": ["TOTAL_CALL_COUNT"]}}'
    )
    return result(
        Seen("POST", "/", {}, body, 0.0), "R9", **{"rows": [["VOICE_VIDEO", 7]], **changed}
    )


def test_what_a_run_that_was_killed_received_is_used(rig: Rig) -> None:
    left_behind(rig)
    assert value(rig.heard(ask())[ask()]) == 7
    assert rig.api.seen == []
    assert (rig.kept("submissions"), rig.kept("slots"), rig.kept("results")) == (0, 0, 1)


def test_a_refresh_does_not_use_it(rig: Rig) -> None:
    left_behind(rig)
    assert value(rig.heard(ask(), refresh=True)[ask()]) == 42


def test_not_what_lies_elsewhere_or_is_too_old_or_has_not_come(rig: Rig) -> None:
    left_behind(rig, receiver="https://relay")
    assert value(rig.heard(ask())[ask()]) == 42
    for change in ("UPDATE slots SET body = NULL", "UPDATE submissions SET submitted_at = 0"):
        with Ledger(rig.file).transaction() as connection:
            connection.execute("DELETE FROM results")
            connection.execute("DELETE FROM slots")
        left_behind(rig)
        with Ledger(rig.file).transaction() as connection:
            connection.execute(change)
        assert value(rig.heard(ask())[ask()]) == 42
    assert len(rig.api.submitted()) == 3


def test_not_what_is_no_answer_or_not_final(rig: Rig) -> None:
    bodies = [b"{", _received(rows=[[]]), _received(**TRIMMED), _received().replace(b"R9", b"R8")]
    for body in bodies:
        with Ledger(rig.file).transaction() as connection:
            connection.execute("DELETE FROM results")
            connection.execute("DELETE FROM slots")
        left_behind(rig)
        with Ledger(rig.file).transaction() as connection:
            connection.execute("UPDATE slots SET body = ?", (body,))
        assert value(rig.heard(ask())[ask()]) == 42
    assert len(rig.api.submitted()) == len(bodies)
