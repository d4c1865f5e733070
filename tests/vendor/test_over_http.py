"""The double as a server: who may ask, what is refused, how results come."""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from post_box import PostBox, send
from vendor_double import Behaviour, Call, Credentials, Double
from vendor_double.schema import checker

CALLS = [
    Call(sent_at=datetime(2026, 3, day, 8, tzinfo=UTC), direction="OUTBOUND") for day in (1, 2, 3)
]
KEY = {"Authorization": f"App {Credentials().app_key}", "Content-Type": "application/json"}
PATH = "/metrics/1/query-aggregate-data"


@pytest.fixture
def box() -> Iterator[PostBox]:
    with PostBox() as box:
        yield box


@pytest.fixture
def api() -> Iterator[Double]:
    with Double(CALLS) as api:
        yield api


def _body(box: PostBox, **request: Any) -> str:
    filters = {
        "channelCodes": ["VOICE_VIDEO"],
        "sentSince": "2026-03-01T00:00:00.000+0000",
        "sentUntil": "2026-04-01T00:00:00.000+0000",
    }
    usual = {"filterBy": filters, "aggregateBy": ["MONTH"], "metrics": ["TOTAL_CALL_COUNT"]}
    return json.dumps({"callbackUrl": box.url, "request": usual | request})


def _ask(api: Double, box: PostBox, headers: Mapping[str, str] = KEY, **request: Any) -> Any:
    return send("POST", api.url + PATH, _body(box, **request), headers)


def test_a_result_comes_once_to_the_callback(api: Double, box: PostBox) -> None:
    status, said, _ = _ask(api, box)
    assert status == 201
    assert box.take() == {
        "requestId": said["requestId"],
        "status": "SUCCESS",
        "response": {
            "requestedPeriod": {
                "sentSince": "2026-03-01T00:00:00.000+0000",
                "sentUntil": "2026-04-01T00:00:00.000+0000",
            },
            "totalRows": 1,
            "columns": [
                {"columnName": "CHANNEL_CODE", "columnDataType": "STRING"},
                {"columnName": "MONTH", "columnDataType": "DATE_TIME"},
                {"columnName": "TOTAL_CALL_COUNT", "columnDataType": "INTEGER"},
            ],
            "rows": [["VOICE_VIDEO", "2026-03-01T00:00:00.000+0000", 3]],
        },
    }
    api.settle()
    assert api.called_back == (200,)
    assert box.posted.empty()
    status, info, _ = send("GET", f"{api.url}/metrics/1/requests/{said['requestId']}", None, KEY)
    assert (status, info) == (200, {"requestId": said["requestId"], "status": "SUCCESS"})
    assert [(seen.method, seen.status) for seen in api.received] == [("POST", 201), ("GET", 200)]


def test_all_four_authentications(api: Double, box: PostBox) -> None:
    known = Credentials()
    pair = base64.b64encode(f"{known.username}:{known.password}".encode()).decode()
    form = {
        "grant_type": "client_credentials",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
    }
    status, given, _ = send("POST", f"{api.url}/auth/1/oauth2/token", urlencode(form))
    assert (status, given["token_type"], given["expires_in"]) == (200, "Bearer", 3600)
    for right in (
        f"App {known.app_key}",
        f"Basic {pair}",
        f"IBSSO {known.session}",
        f"Bearer {given['access_token']}",
    ):
        assert _ask(api, box, KEY | {"Authorization": right})[0] == 201
    api.gate.forget_tokens()
    for wrong in (
        "App other",
        "Basic !",
        "Basic b3Blbg==",
        "IBSSO",
        "Bearer",
        f"Bearer {given['access_token']}",
        known.app_key,
        "",
    ):
        status, said, _ = _ask(api, box, KEY | {"Authorization": wrong})
        assert (status, said["errorCode"]) == (401, "E401")


def test_the_token_endpoint_refuses_strangers(api: Double) -> None:
    url = f"{api.url}/auth/1/oauth2/token"
    form = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "x"}
    assert send("POST", url, urlencode(form))[:2] == (401, {"error": "invalid_client"})
    form["grant_type"] = "password"
    assert send("POST", url, urlencode(form))[0] == 400
    known = Credentials()
    pair = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
    by_header = {"Authorization": f"Basic {pair}"}
    assert send("POST", url, "grant_type=client_credentials", by_header)[0] == 200


def test_a_token_ages(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(token_seconds=0))
    known = Credentials()
    status, given = api.gate.token(
        urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": known.client_id,
                "client_secret": known.client_secret,
            }
        ),
        None,
        0,
    )
    assert status == 200
    assert _ask(api, box, KEY | {"Authorization": f"Bearer {given['access_token']}"})[0] == 401


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"metrics": []}, "request.metrics"),
        ({"metrics": ["ANSWER_RAT"]}, "request.metrics[0]"),
        ({"metrics": ["BUSY_RATE", "BUSY_RATE"]}, "request.metrics[1]"),
        ({"aggregateBy": None}, "request.aggregateBy"),
        ({"aggregateBy": ["DAY", "MINUTE"]}, "request.aggregateBy[1]"),
        ({"filterBy": None}, "request.filterBy"),
        ({"sort": 1}, "request.sort"),
    ],
)
def test_violations(api: Double, box: PostBox, change: dict[str, Any], path: str) -> None:
    status, said, _ = _ask(api, box, **change)
    assert status == 400
    assert [violation["property"] for violation in said["violations"]] == [path]


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("channelCodes", [], "channelCodes"),
        ("channelCodes", ["PIGEON"], "channelCodes[0]"),
        ("sentSince", "2026-03-01T00:00:00Z", "sentSince"),
        ("sentSince", "2026-02-30T00:00:00.000+0000", "sentSince"),
        ("sentSince", 5, "sentSince"),
        ("sentSince", "2026-04-01T00:00:00.000+0000", "sentUntil"),
        ("sentSince", "2025-05-14T23:59:59.999+0000", "sentSince"),
        ("directions", ["OUT"], "directions[0]"),
        ("countryIds", ["219"], "countryIds[0]"),
        ("countryIds", [2**31], "countryIds[0]"),
        ("communicationIds", [2**63 - 1, True], "communicationIds[1]"),
        ("senders", [5], "senders[0]"),
        ("senders", "ACME", "senders"),
        ("timeToAnswer", [{"from": "SECONDS_6"}], "timeToAnswer[0]"),
        ("timeToAnswer", [{"since": "SECONDS_5"}], "timeToAnswer[0]"),
        ("platforms", [{"applicationId": None}], "platforms[0]"),
        ("includeSubaccounts", "yes", "includeSubaccounts"),
        ("entityId", 1, "entityId"),
        ("country", [1], "country"),
    ],
)
def test_violations_of_filters(
    api: Double, box: PostBox, name: str, value: object, path: str
) -> None:
    filters = {
        "channelCodes": ["VOICE_VIDEO"],
        "sentSince": "2026-03-01T00:00:00.000+0000",
        "sentUntil": "2026-04-01T00:00:00.000+0000",
        name: value,
    }
    status, said, _ = _ask(api, box, filterBy=filters)
    assert status == 400
    assert [violation["property"] for violation in said["violations"]] == [
        f"request.filterBy.{path}"
    ]


def test_a_capability_of_another_channel(api: Double, box: PostBox) -> None:
    filters = {
        "channelCodes": ["SMS"],
        "capabilities": ["PHONE"],
        "sentSince": "2023-03-01T00:00:00.000+0000",
        "sentUntil": "2026-04-01T00:00:00.000+0000",
    }
    said = _ask(api, box, filterBy=filters)[1]
    assert said["violations"] == [
        {"property": "request.filterBy.capabilities", "violation": "applies only to VOICE_VIDEO"}
    ]


@pytest.mark.parametrize(
    ("body", "headers"),
    [("[]", KEY), ("{", KEY), ('{"callbackUrl": "x"}', KEY), ("", {"Authorization": "App x"})],
)
def test_bodies_that_are_none(api: Double, body: str, headers: dict[str, str]) -> None:
    assert send("POST", api.url + PATH, body, headers)[0] in (400, 401)


def test_a_body_that_is_not_called_json(api: Double, box: PostBox) -> None:
    headers = KEY | {"Content-Type": "text/plain"}
    assert _ask(api, box, headers)[1]["violations"][0]["violation"] == "must be application/json"


def test_paths_that_are_none(api: Double) -> None:
    assert send("POST", f"{api.url}/metrics/2/query", "{}", KEY)[0] == 404
    status, said, _ = send("GET", f"{api.url}/metrics/1/requests/NONE", None, KEY)
    assert status == 404
    assert said["violations"][0]["property"] == "requestId"


def test_the_schema_is_asked_too(box: PostBox) -> None:
    document = {
        "components": {
            "schemas": {
                "Request": {"properties": {"request": {"$ref": "#/components/schemas/Few"}}},
                "Few": {"properties": {"metrics": {"maxItems": 1}}},
            }
        }
    }
    with Double(CALLS, check=checker(document, "Request")) as api:
        assert _ask(api, box)[0] == 201
        status, said, _ = _ask(api, box, metrics=["BUSY_RATE", "ANSWER_RATE"])
    assert status == 400
    assert said["violations"][0]["violation"].startswith("$.request.metrics: ")
    assert [len(seen.wrong) for seen in api.asked] == [0, 1]


def test_storms_and_breakdowns_pass(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(throttled=2, broken=1, retry_after="3"))
    answers = [_ask(api, box) for _ in range(4)]
    assert [answer[0] for answer in answers] == [429, 429, 500, 201]
    assert answers[0][2]["Retry-After"] == "3"
    api.behave(Behaviour(throttled=1, retry_after=None))
    assert "Retry-After" not in _ask(api, box)[2]


def test_a_rate_is_kept(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(per_second=2))
    assert [_ask(api, box)[0] for _ in range(3)] == [201, 201, 429]
    time.sleep(1.05)
    assert _ask(api, box)[0] == 201


def test_callbacks_twice_never_and_early(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(callbacks="twice"))
    _ask(api, box)
    assert box.take() == box.take()
    api.behave(Behaviour(callbacks="never"))
    request_id = _ask(api, box)[1]["requestId"]
    api.settle()
    assert box.posted.empty()
    assert send("GET", f"{api.url}/metrics/1/requests/{request_id}", None, KEY)[1]["status"] == (
        "SUCCESS"
    )
    api.behave(Behaviour(callbacks="before the answer"))
    assert _ask(api, box)[0] == 201
    assert not box.posted.empty()


def test_a_late_callback_is_in_progress_until_then(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(callback_delay=0.2))
    request_id = _ask(api, box)[1]["requestId"]
    url = f"{api.url}/metrics/1/requests/{request_id}"
    assert send("GET", url, None, KEY)[1]["status"] == "IN_PROGRESS"
    box.take()
    assert send("GET", url, None, KEY)[1]["status"] == "SUCCESS"


def test_failure_and_refusal(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(failure="Could not load data"))
    request_id = _ask(api, box)[1]["requestId"]
    failed = {
        "requestId": request_id,
        "status": "FAILED",
        "failureMessage": "Could not load data",
    }
    assert box.take() == failed
    assert send("GET", f"{api.url}/metrics/1/requests/{request_id}", None, KEY)[1] == failed
    api.behave(Behaviour(refused=("request.metrics", "not for you")))
    status, said, _ = _ask(api, box)
    assert status == 400
    assert said["violations"] == [{"property": "request.metrics", "violation": "not for you"}]


def test_a_callback_that_nobody_answers(api: Double, box: PostBox) -> None:
    gone = json.loads(_body(box)) | {"callbackUrl": "http://127.0.0.1:1/"}
    assert send("POST", api.url + PATH, json.dumps(gone), KEY)[0] == 201
    deadline = time.monotonic() + 5
    while not api.called_back and time.monotonic() < deadline:
        time.sleep(0.01)
    assert api.called_back == (None,)


def test_records_are_changed_between_two_behaviours(api: Double, box: PostBox) -> None:
    api.behave(Behaviour(), CALLS[:1])
    _ask(api, box)
    assert box.take()["response"]["rows"][0][-1] == 1
