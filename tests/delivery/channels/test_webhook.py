import base64
import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from receivers import FACTS, ID, Begun, Cut, Receiver, handover, receiving

from reporter.delivery.base import Announcement, Bundle, Handover, NotTaken, Uncertain
from reporter.delivery.webhook import WebhookChannel, message
from reporter.settings import WebhookChannel as Settings

NOW = datetime(2026, 11, 1, 6, 0, 5, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SAID = Announcement(facts=FACTS, files=(("review.pdf", "application/pdf", "ab" * 32, 12345),))
Opener = Callable[..., WebhookChannel]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with ExitStack() as stack:

        def open_(url: str, secret: str | None = SECRET, timeout: str = "5s") -> WebhookChannel:
            settings = Settings(url=url, secret=secret, timeout=timeout)
            channel = WebhookChannel("portal", settings, now=lambda: NOW)
            stack.callback(channel.close)
            return channel

        yield open_


def checked_signature(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the page of Standard Webhooks says, written from its text."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    versions = dict(part.split(",", 1) for part in headers["webhook-signature"].split(" "))
    return hmac.compare_digest(versions["v1"], expected)


def test_a_message_is_posted_once_and_signed(receiver: Receiver, opened: Opener) -> None:
    begun = Begun(receiver)
    receipt = opened(receiver.url).deliver(SAID, handover(begun))
    assert receipt.text == "200 ok"
    (posted,) = receiver.posted
    assert begun.seen == [0]  # nothing had arrived so far
    assert posted.path == "/hooks/T0PSECRET?token=h1dden"
    assert posted.headers["content-type"] == "application/json"
    assert posted.headers["webhook-id"] == ID
    assert posted.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert checked_signature(SECRET, posted.headers, posted.body)
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert not checked_signature(other, posted.headers, posted.body)
    assert not checked_signature(SECRET, posted.headers, posted.body + b" ")
    assert json.loads(posted.body) == {
        "type": "report.issued",
        "id": ID,
        "timestamp": "2026-11-01T06:00:00Z",
        "data": {
            "edition": "e" * 32,
            "report": "review",
            "title": "Calls & more",
            "period": {
                "label": "October 2026",
                "since": "2026-10-01T00:00:00Z",
                "until": "2026-11-01T00:00:00Z",
                "timezone": "Europe/Zagreb",
            },
            "revision": "final",
            "language": "en-GB",
            "burst": None,
            "readings": [
                {
                    "name": "TOTAL_CALL_COUNT",
                    "label": "Calls",
                    "value": 1234,
                    "text": "1,234",
                    "change": "+3.2 %",
                },
                {
                    "name": "ANSWER_RATE",
                    "label": "Answer rate",
                    "value": 0.5671234,
                    "text": "56.7 %",
                    "change": "",
                },
                {"name": "BUSY_RATE", "label": "Busy", "value": None, "text": "–", "change": ""},
            ],
            "notices": ["The last day is not complete."],
            "files": [
                {
                    "name": "review.pdf",
                    "mediaType": "application/pdf",
                    "sha256": "ab" * 32,
                    "size": 12345,
                }
            ],
            "links": [
                {
                    "name": "review.pdf",
                    "url": "https://reports.example.com/a/review.pdf?x=1&y=2",
                }
            ],
        },
    }


def test_the_example_of_standard_webhooks() -> None:
    """The signature that its specification prints."""
    from reporter.delivery.webhook import signature  # noqa: PLC0415 - beside its use
    from reporter.settings.signing import signing_key  # noqa: PLC0415

    key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    said = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_attempt_says_the_same(receiver: Receiver, opened: Opener) -> None:
    channel = opened(receiver.url)
    receiver.says(503, "later")
    with pytest.raises(NotTaken):
        channel.deliver(SAID, handover())
    receiver.says(204)
    assert channel.deliver(SAID, handover()).text == "204"
    first, second = receiver.posted
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == ID
    assert receiver.connections == 2


def test_a_word_to_the_owner_has_a_type_of_its_own() -> None:
    from msgspec.structs import replace  # noqa: PLC0415 - beside its use

    told = Announcement(facts=replace(FACTS, edition="", period=""), files=())
    assert json.loads(message(told, handover()))["type"] == "report.attention"


def test_without_a_secret_nothing_is_signed(receiver: Receiver, opened: Opener) -> None:
    opened(receiver.url, None).deliver(SAID, handover())
    (posted,) = receiver.posted
    assert posted.headers["webhook-id"] == ID
    assert "webhook-signature" not in posted.headers


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        (400, False),
        (401, False),
        (404, False),
        (410, False),
        (408, True),
        (425, True),
        (429, True),
        (500, True),
        (502, True),
        (503, True),
        (302, False),
        (307, False),
    ],
)
def test_answers_that_refuse(
    receiver: Receiver,
    opened: Opener,
    status: int,
    retry: bool,  # noqa: FBT001 - a case
) -> None:
    elsewhere = "Location: http://localhost:1/T0PSECRET\r\n" if status < 400 else ""
    receiver.says(status, "we do not know /hooks/T0PSECRET?token=h1dden", head=elsewhere)
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url).deliver(SAID, handover())
    assert refused.value.retry is retry
    assert str(status) in refused.value.message
    assert "T0PSECRET" not in refused.value.message + str(refused.value.hint)
    assert "h1dden" not in refused.value.message
    assert len(receiver.posted) == 1


def test_a_gateway_without_an_answer_leaves_it_open(receiver: Receiver, opened: Opener) -> None:
    receiver.says(504)
    with pytest.raises(Uncertain, match="504"):
        opened(receiver.url).deliver(SAID, handover())


def test_a_page_is_not_repeated(receiver: Receiver, opened: Opener) -> None:
    receiver.says(503, "<html><title>Sorry</title>", kind="text/html; charset=utf-8")
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url).deliver(SAID, handover())
    assert refused.value.message == "webhook 'portal': 503 Because"


def test_a_long_answer_is_shortened(receiver: Receiver, opened: Opener) -> None:
    receiver.says(400, "no\n" * 5000)
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url).deliver(SAID, handover())
    assert len(refused.value.message) < 250
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 01 Nov 2026 06:01:05 GMT", timedelta(minutes=1)),
        ("Sun, 01 Nov 2026 06:01:05 -0000", timedelta(minutes=1)),
        ("Sun, 01 Nov 2026 05:00:00 GMT", timedelta()),
        ("soon", None),
        ("", None),
        ("Sun, 01 Nov 99999999999999999999 06:00:00 GMT", None),
        ("Sun, 01 Nov 2026 06:00:00 +99999999999999999999", None),
        pytest.param("9" * 5000, timedelta(seconds=999_999_999), id="many digits"),
    ],
)
def test_when_to_come_again(
    receiver: Receiver, opened: Opener, said: str, after: timedelta | None
) -> None:
    receiver.says(429, head=f"Retry-After: {said}\r\n")
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url).deliver(SAID, handover())
    assert (refused.value.retry, refused.value.after) == (True, after)


@pytest.mark.parametrize("cut", ["after the body", "in the answer", "silent"])
def test_no_answer_to_what_was_sent_leaves_it_open(
    receiver: Receiver, opened: Opener, cut: Cut
) -> None:
    receiver.cut = cut
    channel = opened(receiver.url, timeout="5s" if cut != "silent" else "1s")
    with pytest.raises(Uncertain) as unsure:
        channel.deliver(SAID, handover())
    assert len(receiver.posted) == 1
    assert "T0PSECRET" not in unsure.value.message


def test_an_answer_that_never_ends_is_not_waited_for(receiver: Receiver, opened: Opener) -> None:
    receiver.cut = "ever so slowly"
    began = time.monotonic()
    with pytest.raises(Uncertain, match="there was none in time"):
        opened(receiver.url, timeout="1s").deliver(SAID, handover())
    assert time.monotonic() - began < 4
    assert len(receiver.posted) == 1


def test_words_that_never_end_are_not_waited_for(receiver: Receiver, opened: Opener) -> None:
    receiver.cut = "its words ever so slowly"
    began = time.monotonic()
    receipt = opened(receiver.url, timeout="1s").deliver(SAID, handover())
    assert time.monotonic() - began < 4
    assert receipt.text.startswith("200 okxx")


def test_the_status_is_what_counts(receiver: Receiver, opened: Opener) -> None:
    receiver.cut = "in its words"
    assert opened(receiver.url).deliver(SAID, handover()).text == "200 ok"


@pytest.mark.parametrize("cut", ["at once", "after the head"])
def test_a_message_that_was_not_sent_whole_was_not_taken(
    receiver: Receiver, opened: Opener, cut: Cut
) -> None:
    receiver.cut = cut
    large = Announcement(facts=FACTS, files=tuple(("n" * 200, "m", "s", i) for i in range(100_000)))
    begun = Begun()
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url).deliver(large, handover(begun))
    assert refused.value.retry
    assert receiver.posted == []
    assert len(begun.seen) <= 1


def test_nobody_there(opened: Opener) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    begun = Begun()
    with pytest.raises(NotTaken) as refused:
        opened(f"http://127.0.0.1:{port}/T0PSECRET").deliver(SAID, handover(begun))
    assert refused.value.retry
    assert refused.value.message == "webhook 'portal': Connection refused"
    assert begun.seen == []


@pytest.mark.parametrize(
    ("url", "retry", "why"),
    [
        ("http://nowhere.invalid/T0PSECRET", True, "its host has no address"),
        ("http://localhost:T0PSECRET/", False, "its url is no URL"),
        ("ftp://localhost/T0PSECRET", False, "its url is no URL of HTTP"),
    ],
)
def test_nowhere(opened: Opener, url: str, retry: bool, why: str) -> None:  # noqa: FBT001 - a case
    begun = Begun()
    with pytest.raises(NotTaken) as refused:
        opened(url).deliver(SAID, handover(begun))
    assert (refused.value.message, refused.value.retry) == (f"webhook 'portal': {why}", retry)
    assert begun.seen == []


def test_whoever_has_lost_a_delivery_sends_nothing(receiver: Receiver, opened: Opener) -> None:
    class Lost(Exception):
        """Somebody else has it."""

    def begin() -> None:
        raise Lost

    lost = Handover(id=ID, recipient="portal", planned_at=NOW, begin=begin)
    with pytest.raises(Lost):
        opened(receiver.url).deliver(SAID, lost)
    assert receiver.posted == []


def test_other_parcels_are_not_for_it(receiver: Receiver, opened: Opener) -> None:
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url).deliver(Bundle(facts=FACTS, path="", files=()), handover())
    assert not refused.value.retry
    assert receiver.connections == 0


@pytest.mark.parametrize("trusted", [True, False])
def test_certificates_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Opener, *, trusted: bool
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    (authority if trusted else stranger).cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    begun = Begun()
    with receiving(context) as secure:
        channel = opened(secure.url)
        if trusted:
            assert channel.deliver(SAID, handover(begun)).text == "200 ok"
            assert len(secure.posted) == 1
            return
        with pytest.raises(NotTaken) as refused:
            channel.deliver(SAID, handover(begun))
        assert refused.value.retry
        assert "certificate is not trusted" in refused.value.message
        assert (secure.posted, begun.seen) == ([], [])


def test_a_server_without_tls(receiver: Receiver, opened: Opener) -> None:
    receiver.cut = "unasked"
    with pytest.raises(NotTaken) as refused:
        opened(receiver.url.replace("http:", "https:")).deliver(SAID, handover())
    assert refused.value.retry
    assert "no TLS connection" in refused.value.message
    assert receiver.posted == []
