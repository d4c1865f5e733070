"""What a hostile API does to a run, and what the user is told. Never half an answer."""

import asyncio
import socket
from pathlib import Path

import pytest
from hostile import (
    Acts,
    Says,
    Seen,
    accepted,
    always,
    error,
    failed,
    in_turn,
    post,
    result,
    says,
)
from rig import Rig, ask, value

from reporter.callbacks.body import Limits
from reporter.callbacks.listener import Listener
from reporter.errors import ReceiverError, SourceError
from reporter.ledger import Ledger
from reporter.settings import OAuth2
from reporter.sources.metrics_api.session import AskRefused

ABOUT = "source 'api': TOTAL_CALL_COUNT from 2026-10-01 00:00 to 2026-11-01 00:00: "
LATER = "the API has a problem of its own: try again later"
STRANGE = (
    "nothing of it was used; the API may have changed, or something between us changes results"
)


def told(rig: Rig, **options: object) -> str:
    """The message and its hint; nothing is left but what the next run can use."""
    with pytest.raises(SourceError) as caught:
        rig.heard(ask(), **options)
    found = caught.value
    text = f"{found.message}\n{found.hint}"
    assert "geheim" not in text
    assert not [seen for seen in rig.api.submitted() if seen.callback_url in text]
    assert rig.kept("results") == 0
    assert found.message.startswith("source 'api': ")
    return (
        text.removeprefix(ABOUT)
        .replace(f"127.0.0.1:{rig.api.port}/metrics/1/query-aggregate-data", "QUERY")
        .replace(f"127.0.0.1:{rig.api.port}/metrics/1/requests", "REQUESTS")
    )


def nothing_is_left(rig: Rig) -> bool:
    return (rig.kept("submissions"), rig.kept("slots")) == (0, 0)


def answered(body: bytes) -> Acts:
    """An API whose callbacks carry this."""
    return lambda _seen, number: says(201, {"requestId": f"R{number}"}, after=body)


# Submitting


def test_a_storm_of_429_is_weathered_with_the_pauses_it_asks_for(rig: Rig) -> None:
    storm = [error(429, "Too many", headers={"Retry-After": "1"})] + [error(429, "Too many")] * 8
    rig.api.posts = in_turn(*storm, then=accepted)
    assert value(rig.heard(ask())[ask()]) == 42
    first, second, *others = [seen.at for seen in rig.api.submitted()]
    assert second - first > 0.95
    assert len(others) == 8
    # What was only throttled was not accepted: one slot served for all.
    assert len({seen.callback_url for seen in rig.api.submitted()}) == 1
    assert nothing_is_left(rig)


def test_a_pause_beyond_the_deadline_is_not_waited_for(rig: Rig) -> None:
    rig.api.posts = always(error(429, "Too many", headers={"Retry-After": "3600"}))
    assert told(rig) == (
        "POST QUERY answered 429 Too Many Requests: Too many, and asks to wait 3600 s\n"
        "`requestsPerSecond` of the source may be more than the API allows you"
    )
    assert len(rig.api.submitted()) == 1
    assert nothing_is_left(rig)


def test_500_twice_and_then_fine(rig: Rig) -> None:
    rig.api.posts = in_turn(error(500, "Oh"), error(502, "Oh"), then=accepted)
    assert value(rig.heard(ask())[ask()]) == 42
    # Each might have been accepted: each had a slot of its own, and the others are gone.
    assert len({seen.callback_url for seen in rig.api.submitted()}) == 3
    assert nothing_is_left(rig)


def test_500_for_ever(rig: Rig) -> None:
    rig.api.posts = always(error(500, "Something went wrong, geheim-key"))
    assert told(rig) == (
        "POST QUERY answered 500 Internal Server Error: Something went wrong, ***, at every one of"
        f" 3 tries\n{LATER}"
    )
    assert len(rig.api.submitted()) == 3
    assert nothing_is_left(rig)


def test_an_answer_that_is_slow_for_ever(rig: Rig) -> None:
    rig.timeout = 0.1
    rig.api.posts = always(says(201, {"requestId": "R1"}, delay=2.0))
    assert told(rig) == (
        "POST QUERY did not answer within 0.1 s, at every one of 3 tries\n"
        "`timeoutSeconds` of the source sets how long an answer may take"
    )
    assert nothing_is_left(rig)


def test_an_answer_that_is_cut_once_is_asked_for_again_with_another_slot(rig: Rig) -> None:
    def cut_first(seen: Seen, number: int) -> Says:
        if number > 1:
            return accepted(seen, number)
        # It was accepted all the same, and its result comes: nobody is confused by it.
        name = "R1"
        return says(201, {"requestId": name}, cut=3, before=result(seen, name))

    rig.api.posts = cut_first
    assert value(rig.heard(ask())[ask()]) == 42
    assert len({seen.callback_url for seen in rig.api.submitted()}) == 2
    assert nothing_is_left(rig)


def test_an_answer_that_is_always_cut(rig: Rig) -> None:
    rig.api.posts = always(Says(201, b'{"requestId": "R1"}', cut=4))
    assert told(rig) == (
        "POST QUERY: the connection broke before the whole answer had come: peer closed connection"
        " without sending complete message body (received 4 bytes, expected 19), at every one of"
        " 3 tries\ntry again later; something between may cut connections"
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            Says(200, b"<html><title>Log in</title>", kind="text/html"),
            (
                "POST QUERY answered 200 OK with text/html, expected JSON\ncheck `baseUrl`; a"
                " proxy, a firewall or a log-in page may answer in the API's place"
            ),
        ),
        (
            Says(201, b'{"requestId": "R1"}', kind="text/plain"),
            (
                "POST QUERY answered 201 Created with text/plain, expected JSON\ncheck `baseUrl`;"
                " a proxy, a firewall or a log-in page may answer in the API's place"
            ),
        ),
        (
            says(201, ["R1"]),
            (
                "POST QUERY answered 201 Created, expected an object with a `requestId`: Expected"
                " `object`, got `array`\ncheck `baseUrl`: this may be another service"
            ),
        ),
        (
            Says(201, b'"' + b"x" * 3_000_000 + b'"'),
            (
                "POST QUERY answered more than 1 MiB, which no answer of the API needs\n"
                "check `baseUrl`; a proxy, a firewall or a log-in page may answer in the API's"
                " place"
            ),
        ),
        (
            error(401, "Invalid login details"),
            (
                "POST QUERY answered 401 Unauthorized: Invalid login details\ncheck `auth` of the"
                " source: the key may be wrong, expired or revoked, or belong to another `baseUrl`"
            ),
        ),
    ],
)
def test_what_does_not_get_better_is_told_at_once(rig: Rig, answer: Says, expected: str) -> None:
    rig.api.posts = always(answer)
    assert told(rig) == expected
    assert len(rig.api.submitted()) == 1
    assert nothing_is_left(rig)


def test_a_token_that_expires_while_many_are_asked(rig: Rig) -> None:
    rig.auth = OAuth2("me", "geheim-secret")
    rig.api.tokens = lambda _seen, number: says(200, {"access_token": f"geheim-{number}"})

    def acts(seen: Seen, number: int) -> Says:
        valid = "Bearer geheim-1" if number <= 3 else "Bearer geheim-2"
        if seen.headers["authorization"] != valid:
            return error(401, "Token expired")
        return accepted(seen, number)

    rig.api.posts = acts
    asks = [ask(f"M{number}") for number in range(10)]
    assert {value(h) for h in rig.heard(*asks).values()} == {42}
    assert len([seen for seen in rig.api.seen if seen.path.endswith("/token")]) == 2


def test_401_for_ever_with_tokens(rig: Rig) -> None:
    rig.auth = OAuth2("me", "geheim-secret")
    rig.api.tokens = lambda _seen, number: says(200, {"access_token": f"geheim-{number}"})
    rig.api.posts = always(error(401, "Token geheim-2 expired"))
    assert told(rig) == (
        "POST QUERY answered 401 Unauthorized: Token *** expired\ncheck `auth` of the source:"
        " the key may be wrong, expired or revoked, or belong to another `baseUrl`"
    )
    assert len(rig.api.submitted()) == 2


def test_what_is_not_accepted_names_the_ask(rig: Rig) -> None:
    rig.api.posts = always(error(400, "Cannot be processed", ("request.metrics", "no such")))
    with pytest.raises(AskRefused) as caught:
        rig.heard(ask())
    assert caught.value.ask == ask()
    assert nothing_is_left(rig)


def test_nobody_listens(rig: Rig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        rig.api.port = free.getsockname()[1]
    assert told(rig) == (
        "POST QUERY: no connection: All connection attempts failed, at every one of 3 tries\n"
        "check `baseUrl`, the network, and HTTPS_PROXY if there is a proxy"
    )
    assert nothing_is_left(rig)


# Waiting


def test_the_callback_may_come_before_the_201(rig: Rig) -> None:
    rig.api.posts = lambda seen, _number: says(
        201, {"requestId": "R1"}, before=result(seen, "R1"), delay=0.1
    )
    assert value(rig.heard(ask())[ask()]) == 42
    assert len(rig.api.submitted()) == 1


def test_a_request_that_never_finishes(rig: Rig) -> None:
    rig.api.posts = always(says(201, {"requestId": "R1"}))
    assert told(rig, deadline=0.6) == (
        "source 'api': gave up after 0.6 s: 1 of 1 result has not come. TOTAL_CALL_COUNT from"
        " 2026-10-01 00:00 to 2026-11-01 00:00: request R1 is still in progress, says the API\n"
        "`deadlineSeconds` of the source sets how long a run waits; what arrives at a relay later"
        " is used by the next run"
    )
    looks = [seen.at for seen in rig.api.of("GET")]
    assert 1 <= len(looks) <= 8
    assert rig.kept("submissions") == 1


def test_some_never_finish(rig: Rig) -> None:
    def acts(seen: Seen, number: int) -> Says:
        if seen.asked["metrics"] == ["M2"]:
            return says(201, {"requestId": f"R{number}"})
        return accepted(seen, number)

    rig.api.posts = acts
    with pytest.raises(SourceError, match=r"1 of 3 results have not come\. M2 from 2026-10-01"):
        rig.heard(ask("M1"), ask("M2"), ask("M3"), deadline=1.5)
    # What came is remembered: the next run asks for the rest alone.
    rig.api.posts = accepted
    before = len(rig.api.submitted())
    rig.heard(ask("M1"), ask("M2"), ask("M3"))
    assert [seen.asked["metrics"] for seen in rig.api.submitted()[before:]] == [["M2"]]


def test_failed_by_its_status(rig: Rig) -> None:
    rig.api.posts = always(says(201, {"requestId": "R1"}))
    rig.api.looks = always(
        says(200, {"requestId": "R1", "status": "FAILED", "failureMessage": "geheim-key: no data"})
    )
    less = "ask for less at once (a shorter period, fewer dimensions), or try again later"
    assert told(rig) == f"the API gave up request R1: ***: no data\n{less}"
    assert nothing_is_left(rig)
    rig.api.looks = always(says(200, {"requestId": "R1", "status": "FAILED"}))
    assert told(rig) == f"the API gave up request R1, and does not say why\n{less}"


def test_failed_by_callback(rig: Rig) -> None:
    rig.api.posts = answered(failed("R1", "Could not load data for geheim-key"))
    assert told(rig) == (
        "the API gave up request R1: Could not load data for ***\n"
        "ask for less at once (a shorter period, fewer dimensions), or try again later"
    )
    assert nothing_is_left(rig)


def test_delivered_but_not_here_is_asked_once_more(rig: Rig) -> None:
    rig.api.posts = in_turn(says(201, {"requestId": "R1"}), then=accepted)
    rig.api.looks = always(says(200, {"requestId": "R1", "status": "SUCCESS"}))
    assert value(rig.heard(ask())[ask()]) == 42
    assert len(rig.api.submitted()) == 2


def test_delivered_but_never_here(rig: Rig) -> None:
    rig.api.posts = lambda _seen, number: says(201, {"requestId": f"R{number}"})
    rig.api.looks = lambda seen, _number: says(
        200, {"requestId": seen.path[-2:], "status": "SUCCESS"}
    )
    assert told(rig) == (
        "the API says that request R2 succeeded and its result was sent, but nothing has"
        " arrived\ncan the API reach `callback.publicUrl` (or the relay) from outside? a firewall"
        " or a proxy may keep its POST away; `reporter sources test` finds out"
    )
    assert len(rig.api.submitted()) == 2
    assert nothing_is_left(rig)


def test_delivered_a_little_late(rig: Rig) -> None:
    posted: list[Seen] = []
    rig.api.posts = lambda seen, _number: (posted.append(seen), says(201, {"requestId": "R1"}))[1]

    def looks(_seen: Seen, _number: int) -> Says:
        return Says(
            200,
            b'{"requestId": "R1", "status": "SUCCESS"}',
            after=result(posted[0], "R1"),
            to=posted[0].callback_url,
        )

    rig.api.looks = looks
    assert value(rig.heard(ask())[ask()]) == 42
    assert len(posted) == 1


def test_a_request_that_the_api_forgets(rig: Rig) -> None:
    rig.api.posts = in_turn(says(201, {"requestId": "R1"}), then=accepted)
    rig.api.looks = always(error(404, "not found"))
    assert value(rig.heard(ask())[ask()]) == 42
    assert len(rig.api.submitted()) == 2


def test_a_status_that_cannot_be_had(rig: Rig) -> None:
    rig.api.posts = always(says(201, {"requestId": "R1"}))
    rig.api.looks = always(error(503, "Oh"))
    assert told(rig) == (
        f"GET REQUESTS/R1 answered 503 Service Unavailable: Oh, at every one of 3 tries\n{LATER}"
    )


# Receiving


def test_a_result_of_another_request(rig: Rig) -> None:
    rig.api.posts = lambda seen, _number: says(
        201, {"requestId": "R1"}, after=result(seen, "geheim-key")
    )
    assert told(rig) == (f"the result that came is of request ***, expected that of R1\n{STRANGE}")
    assert nothing_is_left(rig)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {
                "columns": [
                    {"columnName": "CHANNEL_CODE", "columnDataType": "STRING"},
                    {"columnName": "BUSY_CALL_COUNT", "columnDataType": "INTEGER"},
                ]
            },
            ("expected the columns TOTAL_CALL_COUNT too, found CHANNEL_CODE, BUSY_CALL_COUNT"),
        ),
        ({"rows": [["VOICE_VIDEO"]]}, "row 1: expected 2 values, found 1"),
        ({"rows": [["VOICE_VIDEO", 1, 2]]}, "row 1: expected 2 values, found 3"),
        ({"totalRows": 2}, "expected 2 rows (totalRows), found 1"),
    ],
)
def test_a_result_of_another_shape(rig: Rig, changed: dict[str, object], expected: str) -> None:
    rig.api.posts = lambda seen, _number: says(
        201, {"requestId": "R1"}, after=result(seen, "R1", **changed)
    )
    assert told(rig) == f"the result that came cannot be used: {expected}\n{STRANGE}"
    assert nothing_is_left(rig)


def test_a_result_that_is_none_is_not_even_received(rig: Rig) -> None:
    rig.api.posts = answered(b'{"requestId": "R1", "status": "SUCCESS"}')
    rig.api.looks = lambda seen, _number: says(
        200, {"requestId": seen.path[-2:], "status": "SUCCESS"}
    )
    assert told(rig).startswith("the API says that request R2 succeeded and its result was sent")
    assert set(rig.api.callbacks) == {400}


# The whole batch


def test_the_first_failure_ends_the_others(rig: Rig) -> None:
    def acts(seen: Seen, number: int) -> Says:
        if seen.asked["metrics"] == ["M7"]:
            return error(403, "Not you")
        return says(201, {"requestId": f"R{number}"})

    rig.api.posts = acts
    with pytest.raises(SourceError, match=r"^source 'api': M7 from .* answered 403 Forbidden"):
        rig.heard(*(ask(f"M{number}") for number in range(10)), deadline=30.0)
    assert rig.kept("results") == 0


def test_a_ctrl_c_leaves_nothing_open_and_what_arrives_later_is_of_use(
    rig: Rig, tmp_path: Path
) -> None:
    rig.api.posts = always(says(201, {"requestId": "R1"}))

    async def interrupted() -> None:
        def press() -> None:
            if rig.api.submitted() and rig.kept("submissions"):
                raise KeyboardInterrupt
            asyncio.get_running_loop().call_later(0.05, press)

        press()
        await rig.session(deadline=30.0).replies([ask()])

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(interrupted())
    assert tmp_path.exists()
    assert rig.kept("submissions") == 1
    assert post(rig.api.submitted()[0].callback_url, b"{}") == "ConnectionRefusedError"


class Forgetful(Listener):
    """A receiver that cannot be told to forget, as a relay that has gone away."""

    async def close(self, slot: str) -> None:
        raise ReceiverError(f"the relay is gone, and {slot} with it")


def test_a_receiver_that_cannot_be_told_is_no_reason_to_fail(rig: Rig) -> None:
    limits = Limits(largest=2**20)
    forgetful = Forgetful("127.0.0.1:0", None, Ledger(rig.file), limits=limits, now=rig.clock)
    assert value(rig.heard(ask(), receiver=forgetful)[ask()]) == 42
    assert rig.kept("submissions") == 0


def test_a_port_that_is_taken(rig: Rig) -> None:
    taken = Listener(f"127.0.0.1:{rig.api.port}", None, Ledger(rig.file), limits=Limits(largest=1))
    with pytest.raises(ReceiverError, match=r"callback\.listen"):
        rig.heard(ask(), receiver=taken)
    assert rig.api.seen == []
