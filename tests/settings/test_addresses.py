"""What is plainly wrong with URLs and addresses, and what is not."""

from pathlib import Path

import pytest

from reporter.settings import load_project
from reporter.settings.addresses import (
    flaw_of_address,
    flaw_of_url,
    is_this_machine,
    is_unprotected,
    may_hold_credentials,
)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.api.infobip.com",
        "https://example.org/",
        "HTTPS://example.org:443",
        "http://127.0.0.1:8085",
        "http://[::1]:8085",
        "https://xn--bcher-kva.example",
    ],
)
def test_urls_of_servers(url: str) -> None:
    assert flaw_of_url(url, with_path=False) is None


@pytest.mark.parametrize(
    ("url", "flaw"),
    [
        ("", "it does not begin with https:// or http://"),
        ("example.org", "it does not begin with https:// or http://"),
        ("//example.org", "it does not begin with https:// or http://"),
        ("ftp://example.org", "it does not begin with https:// or http://"),
        ("https://:443", "it names no host"),
        ("https://example.org:0", "there is no port 0"),
        ("https://example.org:70000", "it is no URL"),
        ("https://[::1", "it is no URL"),
        ("https://me@example.org", "it holds credentials"),
        ("https://me:secret@example.org", "it holds credentials"),
        ("https://exa mple.org", "it holds spaces"),
        ("https://example.org/metrics", "it has a path"),
        ("https://example.org/?a=b", "it has a query"),
        ("https://example.org/#a", "it has a fragment"),
    ],
)
def test_what_is_wrong_with_a_url(url: str, flaw: str) -> None:
    assert flaw_of_url(url, with_path=False) == flaw


def test_a_server_may_lie_below_a_path() -> None:
    assert flaw_of_url("https://example.org/hooks/", with_path=True) is None
    assert flaw_of_url("https://example.org/hooks?x", with_path=True) == "it has a query"


def test_a_url_that_may_hold_a_password_is_not_shown() -> None:
    assert may_hold_credentials("https://me:hunter2@example.org")
    assert may_hold_credentials("https://me:hun/ter2@example.org")
    assert not may_hold_credentials("https://example.org/metrics")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", False),
        ("http://example.org", True),
        ("http://10.0.0.1", False),
        ("http://8.8.8.8", True),
        ("http://relay:8085", False),
        ("http://localhost:8085", False),
        ("http://127.8.8.8", False),
        ("http://[::1]", False),
        ("http://localhost.example.org", True),
    ],
)
def test_what_can_be_read_on_the_way(url: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_unprotected(url) is expected


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("0.0.0.0:8085", None),
        ("localhost:0", None),
        ("[::]:8085", None),
        ("8085", "it has no port"),
        ("localhost", "it has no port"),
        ("localhost:", "its port is no number up to 65535"),
        ("localhost:http", "its port is no number up to 65535"),
        ("localhost:65536", "its port is no number up to 65535"),
        ("localhost:٨", "its port is no number up to 65535"),
        ("::1:8085", "an IPv6 address stands in brackets, such as [::]:8085"),
        (":8085", "it names no host"),
        ("[]:8085", "it names no host"),
        ("a b:8085", "it names no host"),
        ("me@host:8085", "it names no host"),
    ],
)
def test_what_is_wrong_with_an_address(text: str, flaw: str | None) -> None:
    assert flaw_of_address(text) == flaw


WHOLE = """\
version: 1
sources:
  listened:
    type: metrics_api
    baseUrl: https://example.org
    auth: {type: oauth2, clientId: us, clientSecret: "${env:SECRET_OF_A_TEST}"}
    callback: {listen: "0.0.0.0:8085", publicUrl: "https://reports.example.org/hooks"}
  relayed:
    type: metrics_api
    baseUrl: "${env:URL_OF_A_TEST}"
    auth: {type: apiKey, key: "${env:SECRET_OF_A_TEST}"}
    callback: {relay: "https://reports.example.org", secret: "${env:SECRET_OF_A_TEST}"}
    dataSince: 2025-05-15
"""


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECRET_OF_A_TEST", "hunter2")
    monkeypatch.setenv("URL_OF_A_TEST", "https://example.org")
    (tmp_path / "reporter.yaml").write_text(WHOLE, encoding="utf-8")
    return tmp_path / "reporter.yaml"


def test_nothing_is_said_of_sources_that_are_right(whole: Path) -> None:
    project, mistakes = load_project(whole)
    assert mistakes == ()
    assert project is not None
    assert list(project.file.sources) == ["listened", "relayed"]


@pytest.mark.parametrize("url", ["https://hush.example/hush", "hush", "https://me:hush@x.example"])
def test_no_message_tells_a_url_that_is_a_reference(
    whole: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("URL_OF_A_TEST", url)
    _, (mistake,) = load_project(whole)
    assert mistake.code == "wrong-url"
    assert "hush" not in repr(mistake)


@pytest.mark.parametrize("secret", ["", " ", "hunter2\n", " hunter2", "hünter2", "hunter2\x7f"])
def test_a_relay_has_a_secret_that_can_be_sent(
    whole: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    served = "serve: {relaySecret: '${env:RELAY_SECRET_OF_A_TEST}'}\n"
    text = WHOLE.replace('secret: "${env:SECRET_OF', 'secret: "${env:RELAY_SECRET_OF')
    whole.write_text(text + served, encoding="utf-8")
    monkeypatch.setenv("RELAY_SECRET_OF_A_TEST", secret)
    project, mistakes = load_project(whole)
    assert project is None
    assert [(d.code, d.location.dotted()) for d in mistakes] == [
        ("wrong-secret", "sources.relayed.callback.secret"),
        ("wrong-secret", "serve.relaySecret"),
    ]
    assert "nter" not in repr(mistakes)


def test_a_secret_in_the_file_is_told_but_not_shown(whole: Path) -> None:
    text = WHOLE.replace("${env:SECRET_OF_A_TEST}", "hunter2")
    whole.write_text(text, encoding="utf-8")
    project, mistakes = load_project(whole)
    assert project is not None  # it works, and should not stay so
    assert [d.code for d in mistakes] == ["plain-secret"] * 3
    assert all(d.location.line is not None and d.location.column is None for d in mistakes)
    assert "hunter2" not in repr(mistakes)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        *(("localhost", True), ("LOCALHOST", True), ("127.0.0.1", True), ("127.1.2.3", True)),
        *(("::1", True), ("10.0.0.1", False), ("mail", False), ("localhost.example.com", False)),
        *(("evil.localhost", False), ("192.168.1.1", False), ("", False)),
    ],
)
def test_what_does_not_leave_this_machine(host: str, *, near: bool) -> None:
    assert is_this_machine(host) == near
