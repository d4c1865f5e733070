"""What is said to requests that are wrong, and what HTTP asks of a server."""

import gzip
import json
import re
import time
from typing import Any

import httpx
import pytest
from live import ALL, GROUP, QUERY, SHOP, USER, Live, asking

from reporter.server.contract import request_schema
from reporter.server.structure import NoJson, parsed


def violations(answer: httpx.Response) -> dict[str, str]:
    error = answer.json()
    assert set(error) == {"errorCode", "description", "action", "violations", "resources"}
    assert error["errorCode"] == f"E{answer.status_code}"
    assert error["resources"] == []
    found = {one["property"]: one["violation"] for one in error["violations"]}
    assert len(found) == len(error["violations"])
    return found


def refused(live: Live, **changed: object) -> dict[str, str]:
    """The violations of a ``request`` in which something is changed."""
    answer = live.post({"callbackUrl": live.box.url("x"), "request": {**asking(), **changed}})
    assert answer.status_code == 400, answer.text
    return violations(answer)


def test_all_violations_are_said_at_once(live: Live) -> None:
    body = {
        "callbackUrl": "https://elsewhere.example/",
        "callbackURL": "x",
        "request": {
            "filterBy": {
                "sentSince": "2026-13-01T00:00:00.000+0000",
                "channelCodes": ["VOICE", "VOICE_VIDEO", "VOICE_VIDEO"],
                "directions": [],
                "countryIds": [1, "2", 2**31, 1.5, True],
                "communicationIds": [2**63],
                "includeSubaccounts": "yes",
                "timeToAnswer": [{"from": "SECONDS_5", "to": "SECONDS_5"}, {"form": "DAYS_1"}],
                "platforms": [{}, {"applicationId": ""}],
                "direction": ["OUTBOUND"],
            },
            "aggregateBy": ["COUNTRY", "DAY"],
            "metrics": [],
        },
    }
    answer = live.post(body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    found = violations(answer)
    assert {name: text.partition(";")[0] for name, text in found.items()} == {
        "callbackUrl": "is not among the URLs that this server may call",
        "callbackURL": "is not known",
        "request.aggregateBy[0]": 'has no value "COUNTRY"',
        "request.filterBy.channelCodes[0]": 'has no value "VOICE"',
        "request.filterBy.channelCodes[2]": 'stands twice: "VOICE_VIDEO"',
        "request.filterBy.communicationIds[0]": (
            "must be at most 9223372036854775807, not 9223372036854775808"
        ),
        "request.filterBy.countryIds[1]": 'must be a whole number, not "2"',
        "request.filterBy.countryIds[2]": "must be at most 2147483647, not 2147483648",
        "request.filterBy.countryIds[3]": "must be a whole number, not 1.5",
        "request.filterBy.countryIds[4]": "must be a whole number, not true",
        "request.filterBy.direction": "is not known",
        "request.filterBy.directions": "must not be empty",
        "request.filterBy.includeSubaccounts": 'must be true or false, not "yes"',
        "request.filterBy.platforms[0]": "must not be empty",
        "request.filterBy.platforms[1].applicationId": "must not be empty",
        "request.filterBy.sentSince": "is no instant of the calendar",
        "request.filterBy.sentUntil": "is required",
        "request.filterBy.timeToAnswer[0]": "from must be before to",
        "request.filterBy.timeToAnswer[1].form": "is not known",
        "request.metrics": "must not be empty",
    }
    assert found["request.filterBy.direction"].endswith("did you mean directions?")
    assert "did you mean VOICE_VIDEO?" in found["request.filterBy.channelCodes[0]"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], {"": "must be an object, not []"}),
        ("null", {"": 'must be an object, not "null"'}),
        ({}, {"callbackUrl": "is required", "request": "is required"}),
        (
            {"callbackUrl": 1, "request": None},
            {
                "callbackUrl": "must be a text, not 1",
                "request": "must be an object, not null",
            },
        ),
        (
            {"callbackUrl": "", "request": {"filterBy": []}},
            {
                "callbackUrl": "must not be empty",
                "request.aggregateBy": "is required",
                "request.metrics": "is required",
                "request.filterBy": "must be an object, not []",
            },
        ),
    ],
)
def test_bodies_of_another_shape(live: Live, body: object, wrong: dict[str, str]) -> None:
    answer = live.post(body)
    assert answer.status_code == 400
    assert violations(answer) == wrong


@pytest.mark.parametrize(
    ("since", "until", "wrong"),
    [
        ("2026-09-01", None, "must be written like 2026-10-01T08:00:00.000+0000"),
        ("2026-09-01T00:00:00", None, "must be written like 2026-10-01T08:00:00.000+0000"),
        ("2026-09-01 00:00:00Z", None, "must be written like 2026-10-01T08:00:00.000+0000"),
        ("2026-09-01T00:00:00.Z", None, "must be written like 2026-10-01T08:00:00.000+0000"),
        ("２026-09-01T00:00:00Z", None, "must be written like 2026-10-01T08:00:00.000+0000"),
        ("2026-09-01T00:00:00+1", None, "must be written like 2026-10-01T08:00:00.000+0000"),
        ("2026-02-30T00:00:00Z", None, "is no instant of the calendar"),
        ("2026-09-01T24:00:00Z", None, "is no instant of the calendar"),
        ("2026-09-01T00:00:60Z", None, "is no instant of the calendar"),
        ("2026-09-01T00:00:00+24:00", None, "is no instant of the calendar"),
        ("2026-09-01T00:00:00+00:60", None, "is no instant of the calendar"),
        ("0000-01-01T00:00:00Z", None, "is no instant of the calendar"),
        ("0001-01-01T00:00:00+14:00", None, "is no instant of the calendar"),
        ("1969-12-31T23:59:59.999Z", None, "must lie in the years 1970 to 2999"),
        ("1970-01-01T00:00:00+00:01", None, "must lie in the years 1970 to 2999"),
        ("2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z", "must be later than sentSince"),
        ("2026-10-01T00:00:00.00001Z", "2026-10-01T00:00:00.00001Z", "must be later"),
        ("2026-10-01T01:00:00+01:00", "2026-10-01T00:00:00Z", "must be later than sentSince"),
        ("2026-10-01T00:00:00Z", "2026-09-01T00:00:00Z", "must be later than sentSince"),
    ],
)
def test_instants_that_are_none(live: Live, since: str, until: str | None, wrong: str) -> None:
    asked = asking(since=since, until=until or "2026-10-01T00:00:00Z")
    found = refused(live, filterBy=asked["filterBy"])
    name = "request.filterBy.sentUntil" if until else "request.filterBy.sentSince"
    assert set(found) == {name}
    assert wrong in found[name]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("1970-01-01T00:00:00.000+0000", "2999-12-31T23:59:59.999999999Z"),
        ("2026-09-01t00:00:00z", "2026-09-01T00:00:00.001-0000"),
        ("2026-09-01T00:00:00.00001Z", "2026-09-01T00:00:00.00002Z"),
    ],
)
def test_instants_that_are_fine(live: Live, since: str, until: str) -> None:
    for by in ((), ("YEAR",), ("WEEK_SUNDAY_START",)):
        assert live.result(asking(by=by, since=since, until=until))["status"] == "SUCCESS"


def test_lists_of_thousands_are_refused_at_once(live: Live) -> None:
    many = [{"applicationId": str(number)} for number in range(20_000)]
    filters = {**asking()["filterBy"], "platforms": many, "nonsense": list(range(50_000))}
    found = refused(live, filterBy=filters)
    assert found == {
        "request.filterBy.platforms": "has more than 1000 values",
        "request.filterBy.nonsense": "has more than 1000 values",
    }
    found = refused(live, filterBy={**asking()["filterBy"], "platforms": many[:201]})
    assert found == {"request.filterBy.platforms": "has more than 200 values"}
    unknown = {f"nonsense{number}": 1 for number in range(20_000)}
    assert len(refused(live, filterBy={**asking()["filterBy"], **unknown})) == 100


def test_what_is_quoted_is_short(live: Live) -> None:
    answer = live.post(
        {"callbackUrl": live.box.url("x"), "x" * 100_000: 1, "request": "y" * 100_000}
    )
    assert len(answer.content) < 1000
    assert answer.json()["violations"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "is no JSON: line 1, column 1"),
        (b"{", "is no JSON: line 1, column 2"),
        (b'{"a": 1,\n}', "is no JSON: line 2, column 1"),
        (b'{"a": NaN}', "is no JSON: NaN is no number of it"),
        (b'{"a": -Infinity}', "is no JSON: -Infinity is no number of it"),
        (b'{"a": 1, "a": 2}', 'has the key "a" twice in one object'),
        (b'{"a": "\\ud800"}', "is not encoded in UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
        (b"1" * 5000, "is no JSON"),
        (b"\xff\xfe{\x00}\x00", "the body is not UTF-8"),
        (b'{"a": "\xe9"}', "the body is not UTF-8"),
        (b"\xef\xbb\xbf{}", "is no JSON: line 1, column 1"),
    ],
    ids=range(13),
)
def test_bodies_that_are_no_json(live: Live, body: bytes, wrong: str) -> None:
    headers = {**ALL, "Content-Type": "application/json"}
    answer = live.client.post(f"{live.url}{QUERY}", content=body, headers=headers)
    assert answer.status_code == 400
    assert violations(answer) == {"": wrong}


def test_a_key_that_stands_twice_among_many_is_found_at_once() -> None:
    body = ",".join(f'"{number}": 1' for number in (*range(50_000), 49_999)).encode()
    began = time.monotonic()
    with pytest.raises(NoJson, match='has the key "49999" twice in one object'):
        parsed(b"{%b}" % body)
    assert time.monotonic() - began < 2  # meanwhile nobody else is answered


def test_strange_texts_are_values_like_others(live: Live) -> None:
    strange = ["'; DROP TABLE calls; --", "\u0000", "\U0001f4de", '"', "%", "\\", "N/A", "x" * 1000]
    result = live.result(asking(statuses=strange))
    assert result["response"]["rows"] == [["VOICE_VIDEO", 0]]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "",
        "application/json; charset=latin-1",
        "multipart/form-data",
    ],
)
def test_other_types_of_body(live: Live, content_type: str) -> None:
    answer = live.client.post(
        f"{live.url}{QUERY}", content=b"{}", headers={**ALL, "Content-Type": content_type}
    )
    assert answer.status_code == 415
    assert "content type" in violations(answer)[""]


def test_packed_bodies(live: Live) -> None:
    body = json.dumps({"callbackUrl": live.box.url("packed"), "request": asking()}).encode()
    headers = {**ALL, "Content-Type": "application/json;charset=UTF-8"}
    url = f"{live.url}{QUERY}"
    packed = {**headers, "Content-Encoding": "gzip"}
    assert live.client.post(url, content=gzip.compress(body), headers=packed).status_code == 201
    bomb = gzip.compress(b" " * 50_000_000)
    assert live.client.post(url, content=bomb, headers=packed).status_code == 413
    other = {**headers, "Content-Encoding": "br"}
    assert live.client.post(url, content=body, headers=other).status_code == 415


def test_bodies_that_are_too_large(live: Live) -> None:
    headers = {**ALL, "Content-Type": "application/json"}
    answer = live.client.post(f"{live.url}{QUERY}", content=b" " * (2**20 + 1), headers=headers)
    assert answer.status_code == 413
    assert violations(answer) == {"": "the body is larger than 1048576 bytes"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "App"},
        {"Authorization": "App wrong"},
        {"Authorization": "App sees-everything-and-more"},
        {"Authorization": "sees-everything"},
        {"Authorization": "Bearer sees-everything"},
        {"Authorization": "IBSSO sees-everything"},
        {"Authorization": "Basic sees-everything"},
        {"Authorization": "Basic YW5uYTp3cm9uZw=="},
        {"Authorization": "Basic /////w=="},
        {"Authorization": "Basic YW5uYQ=="},
    ],
)
def test_who_has_no_credentials_is_told_so(live: Live, headers: dict[str, str]) -> None:
    for answer in (
        live.client.get(f"{live.url}/metrics/1/requests/{'A' * 32}", headers=headers),
        live.client.post(f"{live.url}{QUERY}", content=b"no json", headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("App, Basic")
        assert violations(answer) == {}


def test_two_headers_of_credentials_are_none(live: Live) -> None:
    twice = [("Authorization", "App sees-everything"), ("Authorization", "App sees-the-shop")]
    answer = live.client.get(f"{live.url}/metrics/1/requests/{'A' * 32}", headers=twice)
    assert answer.status_code == 401


def test_credentials_in_every_spelling_of_their_scheme(live: Live) -> None:
    for headers in (ALL, {"authorization": "app  sees-everything"}, USER):
        assert live.post({}, headers).status_code == 400


@pytest.mark.parametrize(
    ("headers", "accounts", "outside"),
    [
        (GROUP, ["rival"], [0]),
        (GROUP, ["shop", "rival", "group", "nobody"], [1, 3]),
        (SHOP, ["group"], [0]),
        (SHOP, ["office", "till"], [0]),
        (SHOP, ["SHOP"], [0]),
        (SHOP, ["shop "], [0]),
        (USER, ["group"], [0]),
    ],
)
def test_accounts_of_others_are_forbidden(
    live: Live, headers: dict[str, str], accounts: list[str], outside: list[int]
) -> None:
    for below in (True, False):
        asked = asking(accountKeys=accounts, includeSubaccounts=below)
        answer = live.post({"callbackUrl": live.box.url("x"), "request": asked}, headers)
        assert answer.status_code == 403
        assert violations(answer) == {
            f"request.filterBy.accountKeys[{index}]": "is not your account, nor below it"
            for index in outside
        }


def test_a_query_is_known_to_its_caller_alone(live: Live) -> None:
    path = live.box.new_path()
    answer = live.post({"callbackUrl": live.box.url(path), "request": asking()}, SHOP)
    assert answer.status_code == 201
    name = answer.json()["requestId"]
    assert re.fullmatch(r"[0-9A-F]{32}", name)
    where = live.url + answer.headers["location"]
    assert where.endswith(f"/metrics/1/requests/{name}")
    live.box.wait(f"/{path}")
    assert live.client.get(where, headers=SHOP).json() == {"requestId": name, "status": "SUCCESS"}
    for others in (ALL, GROUP, USER):
        answer = live.client.get(where, headers=others)
        assert answer.status_code == 404
        assert violations(answer) == {"requestId": "names no query of yours"}
    answer = live.client.get(where.lower(), headers=SHOP)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (QUERY, "OPTIONS, POST"),
        ("/metrics/1/requests/x", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
    ],
)
def test_methods(live: Live, path: str, allowed: str) -> None:
    answer = live.client.options(live.url + path)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allowed, b"")
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        if method not in allowed:
            answer = live.client.request(method, live.url + path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
            assert method == "HEAD" or violations(answer) == {}
    if "HEAD" in allowed and "requests" not in path:
        answer = live.client.head(live.url + path)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/", "/x", "/health/", f"{QUERY}/", "/metrics/1/requests/", "/%00"]
)
def test_paths_that_are_none(live: Live, path: str) -> None:
    answer = live.client.get(live.url + path, headers=ALL)
    assert answer.status_code == 404
    assert violations(answer) == {}


def test_the_document_is_served(live: Live) -> None:
    served: dict[str, Any] = live.client.get(f"{live.url}/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    assert served["servers"] == [{"url": "/"}]
    request_schema().check_schema(request_schema().schema)
