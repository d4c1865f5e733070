"""``reporter sources test`` over a hostile API: which link of the chain is broken."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hostile import HostileApi, Says, always, error, failed, says

Reporter = Callable[..., Any]
KEY = "geheim-key"
NOBODYS = "/metrics/1/requests/" + "0" * 32
UNKNOWN = error(404, "there is no such request")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    return number


class Chain:
    """What is tested: an API, and the settings of a source."""

    def __init__(self, api: HostileApi, reporter: Reporter, project: Path) -> None:
        self.api = api
        self.base = api.url
        self.port = free_port()
        self.public = f"http://127.0.0.1:{self.port}"
        self.auth = f"{{type: apiKey, key: {KEY}}}"
        self.deadline = 5.0
        self._reporter = reporter
        self._project = project
        api.looks = always(UNKNOWN)

    def findings(self) -> dict[str, tuple[str, str]]:
        (self._project / "reporter.yaml").write_text(
            "version: 1\n"
            "sources:\n"
            "  api:\n"
            "    type: metrics_api\n"
            f"    baseUrl: {self.base}\n"
            f"    auth: {self.auth}\n"
            f"    callback: {{listen: '127.0.0.1:{self.port}', publicUrl: '{self.public}'}}\n"
            f"    deadlineSeconds: {self.deadline}\n"
        )
        done = self._reporter("sources", "test", "--json")
        assert KEY not in done.out + done.err
        found = json.loads(done.out)["api"]
        broken = any(one["state"] == "failed" for one in found)
        assert done.code == (3 if broken else 0)
        assert all(one["hint"] for one in found if one["state"] == "failed")
        return {one["what"]: (one["state"], one["text"]) for one in found}


@pytest.fixture
def chain(api: HostileApi, reporter: Reporter, project: Path) -> Chain:
    return Chain(api, reporter, project)


def states(found: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {what: state for what, (state, _) in found.items()}


def test_everything_works(chain: Chain) -> None:
    found = chain.findings()
    assert found.pop("query")[1].startswith("the calls of an hour came back in ")
    assert found == {
        "address": ("ok", f"{chain.base} answers"),
        "key": ("ok", "accepted"),
        "callback": ("ok", f"{chain.public}/callbacks/ leads to this machine"),
    }
    assert [seen.path for seen in chain.api.of("GET")] == [NOBODYS]
    assert chain.api.submitted()[0].asked["metrics"] == ["TOTAL_CALL_COUNT"]


def test_nothing_is_left_in_the_ledger(chain: Chain, project: Path) -> None:
    chain.findings()
    from reporter.ledger import Ledger  # noqa: PLC0415 - only here

    with Ledger(project / ".reporter/ledger.sqlite").transaction() as connection:
        for table in ("slots", "submissions"):
            count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            assert (table, count) == (table, 0)


def test_an_address_at_which_nobody_is(chain: Chain) -> None:
    chain.base = f"http://127.0.0.1:{free_port()}"
    found = chain.findings()
    assert "no connection" in found["address"][1]
    assert states(found) == {
        "address": "failed",
        "key": "skipped",
        "callback": "ok",
        "query": "skipped",
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Says(404, b"<html>Not here</html>", "text/html"), "not as a Metrics API does it"),
        (Says(404, b"{}"), "not as a Metrics API does it"),
        (Says(200, b"<html>Log in</html>", "text/html"), "answered 200 OK with text/html"),
        (says(200, {"name": "something else"}), "expected an object with `requestId`"),
        (error(503, "back soon"), "answered 503 Service Unavailable: back soon"),
        (Says(302, headers={"Location": "https://elsewhere"}), "answered 302 Found"),
    ],
)
def test_something_else_answers(chain: Chain, answer: Says, said: str) -> None:
    chain.api.looks = always(answer)
    found = chain.findings()
    assert states(found)["address"] == "failed"
    assert said in found["address"][1]
    assert states(found)["query"] == "skipped"


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted(chain: Chain, status: int) -> None:
    chain.api.looks = always(error(status, f"no entry with {KEY}"))
    found = chain.findings()
    assert states(found) == {
        "address": "ok",
        "key": "failed",
        "callback": "ok",
        "query": "skipped",
    }
    assert f"answered {status}" in found["key"][1]


def test_a_client_that_gets_no_token(chain: Chain) -> None:
    chain.auth = "{type: oauth2, clientId: me, clientSecret: hush}"
    chain.api.tokens = always(error(401, "who is that?"))
    found = chain.findings()
    assert states(found)["key"] == "failed"
    assert "no token is given out: who is that?" in found["key"][1]


def test_settings_that_cannot_be_used(chain: Chain) -> None:
    chain.auth = '{type: apiKey, key: "two words"}'
    found = chain.findings()
    assert states(found) == {"settings": "failed"}


def test_a_port_that_is_taken(chain: Chain) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        chain.port = taken.getsockname()[1]
        found = chain.findings()
    assert states(found) == {"address": "ok", "key": "ok", "callback": "failed", "query": "skipped"}


def test_a_public_url_that_leads_nowhere_from_here_may_do_so_from_outside(chain: Chain) -> None:
    """As behind a router that does not lead its own network back in."""
    inside = f"http://127.0.0.1:{chain.port}"
    chain.public = f"http://127.0.0.1:{free_port()}"
    accepts = chain.api.posts

    def through_the_router(seen: Any, number: int) -> Says:  # noqa: ANN401 - as the API has it
        said = accepts(seen, number)
        path = seen.callback_url.removeprefix(chain.public)
        return Says(said.status, said.body, after=said.after, to=inside + path)

    chain.api.posts = through_the_router
    found = chain.findings()
    assert states(found) == {"address": "ok", "key": "ok", "callback": "note", "query": "ok"}
    assert "as seen from this machine: " in found["callback"][1]


@contextmanager
def stranger(answer: bytes) -> Iterator[str]:
    """Something that answers every POST in the same way."""
    with HostileApi() as other:
        other.posts = lambda _seen, _number: Says(int(answer[:3]), answer[4:])
        yield other.url


@pytest.mark.parametrize(
    ("answer", "why"), [(b"200 ok", "something else answers there"), (b"404 no", "404")]
)
def test_a_public_url_that_leads_elsewhere(chain: Chain, answer: bytes, why: str) -> None:
    with stranger(answer) as url:
        chain.public = url
        chain.api.posts = always(error(400, "Not so.", ("callbackUrl", "not there")))
        found = chain.findings()
    assert states(found) == {"address": "ok", "key": "ok", "callback": "note", "query": "failed"}
    assert why in found["callback"][1]
    assert found["query"][1].endswith("answered 400 Bad Request: Not so; callbackUrl: not there")


def test_a_query_that_fails(chain: Chain) -> None:
    chain.api.posts = lambda seen, number: says(
        201, {"requestId": f"R{number}"}, after=failed(f"R{number}", f"no luck with {seen.method}")
    )
    found = chain.findings()
    assert states(found)["query"] == "failed"
    assert "no luck with POST" in found["query"][1]


def test_a_result_that_never_comes(chain: Chain) -> None:
    chain.deadline = 0.5
    chain.api.posts = always(says(201, {"requestId": "R1"}))
    found = chain.findings()
    assert states(found)["query"] == "failed"
    assert "gave up after 0.5 s" in found["query"][1]
