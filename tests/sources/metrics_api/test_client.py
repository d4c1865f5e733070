"""What the client makes of an API's answers, over a real connection."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread
from typing import TypeVar

import httpx
import pytest
from hostile import HostileApi, Says, always, error, in_turn, says

from reporter.errors import UserError
from reporter.settings import ApiKeyAuth, Auth, BasicAuth, OAuth2, TokenAuth
from reporter.sources.metrics_api.auth import credentials
from reporter.sources.metrics_api.client import Client, Progress
from reporter.sources.metrics_api.exchange import LARGEST, Exchange
from reporter.sources.metrics_api.failures import Failure, Lost, NotAccepted, Transient
from reporter.sources.metrics_api.model import Violation
from reporter.sources.metrics_api.pace import Pace

T = TypeVar("T")

KEY = ApiKeyAuth("geheim-1")
NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)
OAUTH = OAuth2("me", "geheim-2")
QUERY_PATH = "/metrics/1/query-aggregate-data"


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def using(
    url: str,
    use: Callable[[Client], Awaitable[T]],
    *,
    auth: Auth = KEY,
    timeout: float = 5.0,
    clock: Clock | None = None,
    pace: Pace | None = None,
) -> T:
    """What a client that is open meanwhile is used for."""
    now = clock or Clock()

    async def used() -> T:
        async with httpx.AsyncClient(timeout=httpx.Timeout(None, connect=timeout)) as http:
            exchange = Exchange(http, pace or Pace(1000), timeout=timeout, now=now)
            return await use(Client(url, exchange, credentials(auth, url, place="auth", now=now)))

    return asyncio.run(used())


def submit(client: Client) -> Awaitable[str]:
    callback = "geheim-t"
    body = f'{{"callbackUrl": "http://127.0.0.1:1/{callback}", "request": {{}}}}'
    return client.submit(body.encode(), secret=callback)


def failure(api: HostileApi, **options: object) -> Failure:
    """What a submission fails with; its texts carry no secret."""
    with pytest.raises(Failure) as caught:
        using(api.url, submit, **options)  # type: ignore[arg-type]
    found = caught.value
    assert "geheim" not in f"{found.message}{found.hint}"
    assert found.message.startswith(f"POST 127.0.0.1:{api.port}/") or "GET" in found.message
    return found


def message(api: HostileApi, **options: object) -> str:
    found = failure(api, **options)
    hint = f"\n{found.hint}" if found.hint else ""
    return f"{found.message}{hint}".replace(f"127.0.0.1:{api.port}{QUERY_PATH}", "QUERY").replace(
        f"127.0.0.1:{api.port}/auth/1/oauth2/token", "ACCESS"
    )


@pytest.fixture
def good(api: HostileApi) -> HostileApi:
    api.posts = always(says(201, {"requestId": "R1", "anything": "else"}))
    return api


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        (KEY, "App geheim-1"),
        (TokenAuth("geheim-3"), "IBSSO geheim-3"),
        (BasicAuth("Aladdin", "openSesame"), "Basic QWxhZGRpbjpvcGVuU2VzYW1l"),
        (BasicAuth("Žiga", "š:č"), "Basic xb1pZ2E6xaE6xI0="),
    ],
)
def test_who_asks_is_said_with_every_request(good: HostileApi, auth: Auth, header: str) -> None:
    assert using(good.url, submit, auth=auth) == "R1"
    (seen,) = good.seen
    assert (seen.method, seen.path) == ("POST", QUERY_PATH)
    assert seen.headers["authorization"] == header
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["content-type"] == "application/json"
    assert seen.body.startswith(b'{"callbackUrl"')


def test_the_base_url_may_have_a_path(good: HostileApi) -> None:
    assert using(f"{good.url}/under/here", submit) == "R1"
    assert good.seen[0].path == f"/under/here{QUERY_PATH}"


def test_where_a_request_is(api: HostileApi) -> None:
    api.looks = in_turn(
        says(200, {"requestId": "a/b ?", "status": "IN_PROGRESS"}),
        says(200, {"requestId": "a/b ?", "status": "FAILED", "failureMessage": "no"}),
        then=always(says(200, {"requestId": "c", "status": "SUCCESS"})),
    )

    async def looked(client: Client) -> list[Progress]:
        return [await client.progress("a/b ?"), await client.progress("a/b ?")]

    assert using(api.url, looked) == [
        Progress("a/b ?", "IN_PROGRESS"),
        Progress("a/b ?", "FAILED", "no"),
    ]
    assert api.seen[0].path == "/metrics/1/requests/a%2Fb%20%3F"
    with pytest.raises(Failure, match="answered 200 OK with the status of 'c'"):
        using(api.url, lambda client: client.progress("a/b ?"))


def test_a_request_that_the_api_has_forgotten(api: HostileApi) -> None:
    api.looks = always(error(404, "not found"))
    with pytest.raises(Lost, match="404 Not Found: the API does not know the request that it"):
        using(api.url, lambda client: client.progress("R1"))


def test_what_the_api_does_not_accept(api: HostileApi) -> None:
    api.posts = always(
        error(
            400,
            "Request cannot be processed.",
            ("request.metrics", "geheim-1 is no metric"),
            ("callbackUrl", "no /geheim-t"),
        )
    )
    found = failure(api)
    assert isinstance(found, NotAccepted)
    assert found.message.endswith(
        f"{QUERY_PATH} answered 400 Bad Request: Request cannot be processed."
    )
    assert found.violations == (
        Violation("request.metrics", "*** is no metric"),
        Violation("callbackUrl", "no /***"),
    )
    api.posts = always(Says(422, b"<html>", kind="text/html"))
    found = failure(api)
    assert isinstance(found, NotAccepted)
    assert found.message.endswith(
        "answered 422 Unprocessable Entity: the answer is text/html, not JSON"
    ) or found.message.endswith(
        "answered 422 Unprocessable Content: the answer is text/html, not JSON"
    )
    assert found.violations == ()


PROXY = "check `baseUrl`; a proxy, a firewall or a log-in page may answer in the API's place"
OTHER = "check `baseUrl`: this may be another service"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            error(401, "Invalid logic geheim-1"),
            (
                "POST QUERY answered 401 Unauthorized: Invalid logic ***\ncheck `auth` of the"
                " source: the key may be wrong, expired or revoked, or belong to another `baseUrl`"
            ),
        ),
        (
            error(403, "x" * 1000),
            (
                f"POST QUERY answered 403 Forbidden: {'x' * 300}…\nthe credentials are known but"
                " may not do this: give them the scope metrics:manage, and check whether this"
                " machine's address is allowed"
            ),
        ),
        (
            Says(404, b"<html>", kind="text/html; charset=utf-8"),
            (
                "POST QUERY answered 404 Not Found: the answer is text/html, not JSON\n"
                "check `baseUrl`: there is no Metrics API at this address"
            ),
        ),
        (
            Says(302, headers={"Location": "https://elsewhere/"}, kind=""),
            (
                "POST QUERY answered 302 Found\nredirects are not followed, for the credentials"
                " would go where they lead: write the address that holds into `baseUrl`"
            ),
        ),
        (
            Says(418, b"[]"),
            (
                "POST QUERY answered 418 I'm a Teapot\n"
                "check `baseUrl`; if it is right, tell the API's support"
            ),
        ),
        (
            Says(799, b"{}"),
            "POST QUERY answered 799\nthe API has a problem of its own: try again later",
        ),
        (
            Says(201, b"<html>", kind="text/html"),
            f"POST QUERY answered 201 Created with text/html, expected JSON\n{PROXY}",
        ),
        (
            Says(201, b"{}", kind=""),
            f"POST QUERY answered 201 Created with no content type, expected JSON\n{PROXY}",
        ),
        (
            Says(201, b'{"requestId": 1}', kind="application/problem+json"),
            (
                f"POST QUERY answered 201 Created, expected an object with a `requestId`:"
                f" Expected `str`, got `int` - at `$.requestId`\n{OTHER}"
            ),
        ),
        (
            Says(201, b'{"requestId": "R'),
            (
                f"POST QUERY answered 201 Created, expected an object with a `requestId`:"
                f" Input data was truncated\n{OTHER}"
            ),
        ),
        (
            says(201, {"requestId": "x" * 201}),
            (
                f"POST QUERY answered 201 Created, expected a `requestId` of up to 200"
                f" characters, found 201\n{OTHER}"
            ),
        ),
        (
            Says(200, b" " * (LARGEST + 1)),
            f"POST QUERY answered more than 1 MiB, which no answer of the API needs\n{PROXY}",
        ),
        (
            Says(200, b"{}" * 10, cut=5),
            (
                "POST QUERY: the connection broke before the whole answer had come: peer closed"
                " connection without sending complete message body (received 5 bytes, expected"
                " 20)\n"
                "try again later; something between may cut connections"
            ),
        ),
        (
            error(503, "Sorry geheim-1"),
            (
                "POST QUERY answered 503 Service Unavailable: Sorry ***\n"
                "the API has a problem of its own: try again later"
            ),
        ),
        (
            error(429, "Too many requests sent."),
            (
                "POST QUERY answered 429 Too Many Requests: Too many requests sent.\n"
                "`requestsPerSecond` of the source may be more than the API allows you"
            ),
        ),
    ],
)
def test_what_the_user_is_told(api: HostileApi, answer: Says, expected: str) -> None:
    api.posts = always(answer)
    assert message(api) == expected
    assert len(api.seen) == 1


@pytest.mark.parametrize("slow", [{"delay": 5.0}, {"drip": 0.05}])
def test_an_answer_that_takes_too_long(api: HostileApi, slow: dict[str, float]) -> None:
    api.posts = always(says(201, {"requestId": "R1"}, **slow))
    found = failure(api, timeout=0.2)
    assert isinstance(found, Transient)
    assert found.perhaps_accepted
    assert found.message.endswith(f"{QUERY_PATH} did not answer within 0.2 s")
    assert found.hint == "`timeoutSeconds` of the source sets how long an answer may take"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Transient) as caught:
        using(f"http://127.0.0.1:{port}", submit)
    assert not caught.value.perhaps_accepted
    assert caught.value.message == (
        f"POST 127.0.0.1:{port}{QUERY_PATH}: no connection: All connection attempts failed"
    )
    assert caught.value.hint == (
        "check `baseUrl`, the network, and HTTPS_PROXY if there is a proxy"
    )


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(Transient, match=r"^POST nobody\.invalid/.*: no connection: \[Errno"):
        using("https://nobody.invalid", submit)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW + timedelta(seconds=90)), 90.0),
        ("Sun, 01 Nov 2026 12:00:05 -0000", 5.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("soon", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("-7", None),
        ("٧", None),
        ("", None),
    ],
)
def test_how_long_an_api_asks_to_wait(api: HostileApi, header: str, seconds: float | None) -> None:
    api.posts = always(
        error(429, "busy", headers={"Retry-After": header.encode().decode("latin-1")})
    )
    found = failure(api)
    assert isinstance(found, Transient)
    assert (found.throttled, found.perhaps_accepted) == (True, False)
    assert found.retry_after == seconds


def test_a_pause_that_is_asked_for_is_one_for_all(api: HostileApi) -> None:
    api.posts = in_turn(
        error(429, "busy", headers={"Retry-After": "1"}),
        then=always(says(201, {"requestId": "R"})),
    )

    async def both(client: Client) -> str:
        with pytest.raises(Transient):
            await submit(client)
        return await submit(client)

    assert using(api.url, both) == "R"
    first, second = api.seen
    assert 0.95 < second.at - first.at < 3


def test_a_token_is_asked_for_once_for_all_and_renewed_before_it_ends(good: HostileApi) -> None:
    clock = Clock()
    good.tokens = lambda _seen, number: says(
        200, {"access_token": f"geheim-{number}", "expires_in": 3600, "token_type": "Bearer"}
    )

    async def used(client: Client) -> None:
        await asyncio.gather(*(submit(client) for _ in range(5)))
        clock.now += timedelta(seconds=3539)
        await submit(client)
        clock.now += timedelta(seconds=1)
        await submit(client)

    using(good.url, used, auth=OAUTH, clock=clock)
    token, *_ = good.seen
    assert token.path == "/auth/1/oauth2/token"
    assert "authorization" not in token.headers
    assert token.headers["content-type"] == "application/x-www-form-urlencoded"
    assert token.form == {
        "grant_type": ["client_credentials"],
        "client_id": ["me"],
        "client_secret": ["geheim-2"],
    }
    headers = [seen.headers["authorization"] for seen in good.submitted()]
    assert headers == ["Bearer geheim-1"] * 6 + ["Bearer geheim-2"]


def test_a_token_that_is_not_accepted_is_renewed_once(api: HostileApi) -> None:
    api.tokens = lambda _seen, number: says(200, {"access_token": f"geheim-token-{number}"})
    api.posts = in_turn(error(401, "expired"), then=always(says(201, {"requestId": "R1"})))
    assert using(api.url, submit, auth=OAUTH) == "R1"
    assert [seen.headers["authorization"] for seen in api.submitted()] == [
        "Bearer geheim-token-1",
        "Bearer geheim-token-2",
    ]
    api.seen.clear()
    api.posts = always(error(401, "geheim-token-2 is not accepted, nor was geheim-2"))
    assert message(api, auth=OAUTH).startswith(
        "POST QUERY answered 401 Unauthorized: *** is not accepted, nor was ***\ncheck"
    )
    assert len(api.submitted()) == 2


def test_a_short_lived_token_serves_for_half_of_its_life(good: HostileApi) -> None:
    clock = Clock()
    good.tokens = lambda _seen, number: says(
        200, {"access_token": f"geheim-{number}", "expires_in": 10}
    )

    async def used(client: Client) -> None:
        for _ in range(3):
            await submit(client)
            clock.now += timedelta(seconds=3)

    using(good.url, used, auth=OAUTH, clock=clock)
    assert [seen.headers["authorization"] for seen in good.submitted()] == [
        "Bearer geheim-1",
        "Bearer geheim-1",
        "Bearer geheim-2",
    ]


def test_an_empty_password_spoils_no_message(api: HostileApi) -> None:
    api.posts = always(error(401, "who are you?"))
    assert message(api, auth=BasicAuth("me", "")).startswith(
        "POST QUERY answered 401 Unauthorized: who are you?"
    )


@pytest.mark.parametrize("seconds", [1e300, -1e300, 2**63, 0])
def test_a_token_that_holds_for_ever_or_not_at_all(good: HostileApi, seconds: float) -> None:
    good.tokens = lambda _seen, number: says(
        200, {"access_token": f"geheim-{number}", "expires_in": seconds}
    )
    using(good.url, submit, auth=OAUTH)
    assert [seen.headers["authorization"] for seen in good.submitted()] == ["Bearer geheim-1"]


CHECK = "check `auth.clientId`, `auth.clientSecret` and `auth.tokenUrl`"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            says(401, {"error": "invalid_client", "error_description": "geheim-2 is wrong"}),
            (
                f"POST ACCESS answered 401 Unauthorized: no token is given out: *** is wrong\n"
                f"{CHECK}"
            ),
        ),
        (
            says(400, {"error": "invalid_client"}),
            (
                f"POST ACCESS answered 400 Bad Request: no token is given out: invalid_client\n"
                f"{CHECK}"
            ),
        ),
        (
            Says(404, b"<html>", kind="text/html"),
            f"POST ACCESS answered 404 Not Found: no token is given out\n{CHECK}",
        ),
        (
            says(200, {"access_token": 1}),
            (
                "POST ACCESS answered 200 OK, but with no token: Expected `str`, got `int` - at"
                " `$.access_token`\ncheck `auth.tokenUrl`"
            ),
        ),
        (
            Says(200, b"<html>", kind="text/html"),
            f"POST ACCESS answered 200 OK with text/html, expected JSON\n{PROXY}",
        ),
        (
            error(500, "Oh"),
            (
                "POST ACCESS answered 500 Internal Server Error\n"
                "the API has a problem of its own: try again later"
            ),
        ),
    ],
)
def test_no_token(good: HostileApi, answer: Says, expected: str) -> None:
    good.tokens = always(answer)
    assert message(good, auth=OAUTH) == expected
    assert good.submitted() == []


def test_a_token_may_come_from_elsewhere(good: HostileApi) -> None:
    good.tokens = always(says(200, {"access_token": "geheim-t"}))
    elsewhere = OAuth2("me", "geheim-2", f"{good.url}/other/token")
    assert using(good.url, submit, auth=elsewhere) == "R1"
    assert good.seen[0].path == "/other/token"


def test_accounts_are_told_apart_without_telling_who_they_are() -> None:
    asking = [
        ApiKeyAuth("one"),
        ApiKeyAuth("two"),
        TokenAuth("one"),
        BasicAuth("one", "x"),
        OAuth2("one", "x"),
    ]
    known = [
        credentials(auth, "https://x", place="sources.api.auth", now=Clock()).identity
        for auth in asking
    ]
    assert len(set(known)) == len(asking)
    assert all(len(identity) == 64 for identity in known)
    again = credentials(
        BasicAuth("one", "another password"), "https://x", place="sources.api.auth", now=Clock()
    )
    assert again.identity == known[3]


@pytest.mark.parametrize("key", ["geheim\n", "geheim 1", "geheim-č", "", "ge\x00heim"])
def test_a_key_that_cannot_be_sent_is_not_shown_either(key: str) -> None:
    with pytest.raises(UserError) as caught:
        credentials(ApiKeyAuth(key), "https://x", place="sources.api.auth", now=Clock())
    assert caught.value.message == (
        "`sources.api.auth.key` has characters that cannot be sent: only letters, digits and signs"
        " of ASCII can"
    )


def test_a_token_that_cannot_be_sent(good: HostileApi) -> None:
    good.tokens = always(says(200, {"access_token": "geheim\r\nX: y"}))
    with pytest.raises(Failure, match=r"^the token from http://\S+ has characters that cannot"):
        using(good.url, submit, auth=OAUTH)


@pytest.fixture
def strange_https() -> Iterator[int]:
    """A port behind which somebody has a certificate of his own making."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(__file__).with_name("self-signed.pem"))
    listening = socket.create_server(("127.0.0.1", 0))

    def shake_hands() -> None:
        with listening, suppress(OSError):  # ssl.SSLError is one
            caller, _ = listening.accept()
            with caller, context.wrap_socket(caller, server_side=True) as secured:
                secured.recv(1)

    thread = Thread(target=shake_hands)
    thread.start()
    yield listening.getsockname()[1]
    thread.join()


def test_a_certificate_that_is_not_trusted(strange_https: int) -> None:
    with pytest.raises(Failure) as caught:
        using(f"https://127.0.0.1:{strange_https}", submit)
    assert not isinstance(caught.value, Transient)
    assert caught.value.message == (
        f"POST 127.0.0.1:{strange_https}{QUERY_PATH}: the server's certificate is not trusted:"
        " self-signed certificate"
    )
    assert caught.value.hint == (
        "check `baseUrl`; name the authority of a company's own certificates in the environment"
        " variable SSL_CERT_FILE"
    )
