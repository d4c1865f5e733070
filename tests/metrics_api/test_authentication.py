"""Every way of saying who asks, over real HTTP."""

import json
from pathlib import Path
from typing import Final

import pytest
from some_calls import some_calls
from two_ways import as_vendor_calls, ask, same, sayable, simple, write_project
from vendor_double import Behaviour, Credentials, Double

CALLS: Final = sayable(some_calls(20))
KNOWN: Final = Credentials()
QUESTION: Final = simple("TOTAL_CALL_COUNT ANSWER_RATE", "DAY")

RIGHT: Final = {
    "apiKey": ({"type": "apiKey", "key": "${env:VENDOR_KEY}"}, "App"),
    "basic": (
        {"type": "basic", "username": KNOWN.username, "password": "${env:VENDOR_PASSWORD}"},
        "Basic",
    ),
    "ibsso": ({"type": "ibsso", "token": "${env:VENDOR_SESSION}"}, "IBSSO"),
    "oauth2": (
        {
            "type": "oauth2",
            "clientId": KNOWN.client_id,
            "clientSecret": "${env:VENDOR_SECRET}",
        },
        "Bearer",
    ),
}


@pytest.mark.parametrize("name", [*RIGHT])
def test_all_four(name: str, vendor: Double, tmp_path: Path) -> None:
    auth, scheme = RIGHT[name]
    vendor.behave(Behaviour(), as_vendor_calls(CALLS))
    folder = write_project(tmp_path / "project", CALLS, vendor, auth=auth)
    same([QUESTION], folder)
    assert {seen.headers["authorization"].split()[0] for seen in vendor.asked} == {scheme}
    assert {seen.status for seen in vendor.received} == {200, 201} - (
        set() if name == "oauth2" else {200}
    )


@pytest.mark.parametrize("name", [*RIGHT])
def test_a_wrong_secret(
    name: str, vendor: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run says that it was not let in, and not with what it tried."""
    wrong = "not-the-right-one-5a17"
    for variable in ("VENDOR_KEY", "VENDOR_PASSWORD", "VENDOR_SESSION", "VENDOR_SECRET"):
        monkeypatch.setenv(variable, wrong)
    vendor.behave(Behaviour(), as_vendor_calls(CALLS))
    folder = write_project(tmp_path / "project", CALLS, vendor, auth=RIGHT[name][0])
    said = ask(QUESTION, folder, "api")
    assert said.code == 3
    assert said.out == ""
    assert "401" in said.err
    assert wrong not in said.err
    assert vendor.called_back == ()


def test_a_token_that_is_forgotten_is_fetched_again(vendor: Double, tmp_path: Path) -> None:
    vendor.behave(Behaviour(token_seconds=1), as_vendor_calls(CALLS))
    folder = write_project(tmp_path / "project", CALLS, vendor, auth=RIGHT["oauth2"][0])
    same([QUESTION], folder)
    vendor.gate.forget_tokens()
    same([simple("BUSY_RATE", "HOUR")], folder)
    tokens = [seen for seen in vendor.received if seen.path.endswith("/token")]
    assert len(tokens) >= 2
    assert all("client_secret" not in json.dumps(seen.body) for seen in vendor.asked)
