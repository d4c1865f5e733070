"""Our Metrics API and the vendor's double answer the same requests over the same records alike.

Both are asked over HTTP by the same plain client, and both post to the same callback.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import call_files
import pytest
from call_files import PARQUET, USUAL
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from post_box import PostBox, send
from random_calls import FILTER_VALUES, PARENTS
from reference import CallRecord, cut, is_bad
from serving import SECRETS, serve_settings, server_process, write_yaml
from some_calls import some_calls
from two_ways import as_vendor_calls
from vendor_double import Behaviour, Credentials, Double
from vendor_double.schema import checker
from vendor_double.vocabulary import AGGREGATES, CHANNEL_NAMES, METRICS

CALLS: Final = some_calls(250)
DOCUMENT: Final = Path(__file__).parents[2] / "schemas" / "metrics-api.openapi.json"
wrong_with: Final = checker(json.loads(DOCUMENT.read_text("utf-8")), "QueryAggregateDataResult")
pytestmark = pytest.mark.slow

PATH: Final = "/metrics/1/query-aggregate-data"

_CHANNELS: Final = st.lists(st.sampled_from(sorted(CHANNEL_NAMES)), max_size=2, unique=True).map(
    lambda names: list(dict.fromkeys(["VOICE_VIDEO", *names]))
)


@dataclass(frozen=True, slots=True)
class Both:
    """Our server and the double."""

    ours: str
    double: Double
    box: PostBox


def _last_hour(calls: list[CallRecord]) -> datetime:
    last = max(call.sent_at for call in map(cut, calls) if call.sent_at and not is_bad(call))
    return last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("two-servers")
    call_files.write(CALLS, folder / "calls", PARQUET, USUAL)
    call_files.accounts(PARENTS, folder / "accounts.csv")
    calls = {"type": "calls", "path": f"calls.{PARQUET.suffix}", "accounts": "accounts.csv"}
    behaviour = Behaviour(widened="step", empty_row=True, finalised=_last_hour(CALLS))
    credentials = Credentials(app_key=SECRETS["SERVED_KEY"])
    ours = as_vendor_calls(CALLS)
    with (
        PostBox() as box,
        Double(ours, behaviour, credentials=credentials, parents=PARENTS) as double,
    ):
        serve = serve_settings(box.url.partition("?")[0])
        write_yaml(folder / "serve.yaml", sources={"calls": calls}, serve=serve)
        with server_process(folder, serve["listen"]):
            yield Both(f"http://{serve['listen']}", double, box)


def _answered(url: str, body: Any) -> tuple[int, Any]:
    headers = {
        "Authorization": f"App {SECRETS['SERVED_KEY']}",
        "Content-Type": "application/json",
    }
    status, said, _ = send("POST", url + PATH, json.dumps(body), headers)
    return status, said


def _result(url: str, body: Any, box: PostBox) -> Any:
    status, said = _answered(url, body)
    assert status == 201, (said, body)
    result = box.take()
    assert not wrong_with(result)
    assert result["requestId"] == said["requestId"]
    assert result["status"] == "SUCCESS", result
    return result["response"]


def _as_groups(response: Any, names: list[str]) -> Counter[tuple[Any, ...]]:
    """The rows, their values in the order of ``names``."""
    there = [column["columnName"] for column in response["columns"]]
    assert response["totalRows"] == len(response["rows"])
    assert all(len(row) == len(there) for row in response["rows"])
    at = [there.index(name) for name in names]
    return Counter(tuple(_plain(row[n]) for n in at) for row in response["rows"])


def _plain(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """What may be asked of the API: every metric, every dimension, every filter of calls."""
    hours = st.integers(-30 * 24, 36 * 24)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    since, until = sorted(draw(st.lists(hours, min_size=2, max_size=2, unique=True)))
    names = draw(st.lists(st.sampled_from(sorted(FILTER_VALUES)), max_size=2, unique=True))
    filter_by = {name: draw(FILTER_VALUES[name]) for name in names}
    for name in ("applicationId", "entityId"):
        if name in filter_by:
            filter_by[name] = filter_by[name][0]
    for name, value in filter_by.items():
        if isinstance(value, list):
            filter_by[name] = [item for n, item in enumerate(value) if item not in value[:n]]
    if "accountKeys" in filter_by:
        filter_by["includeSubaccounts"] = draw(st.booleans())
    filter_by["channelCodes"] = draw(_CHANNELS)
    filter_by["sentSince"] = _instant(start + timedelta(hours=since))
    filter_by["sentUntil"] = _instant(start + timedelta(hours=until))
    dimension = st.sampled_from(sorted(AGGREGATES - {"ACCOUNT_NAME", "COUNTRY_CODE"}))
    return {
        "metrics": draw(st.lists(st.sampled_from(sorted(METRICS)), min_size=1, unique=True)),
        "aggregateBy": draw(st.lists(dimension, max_size=3, unique=True)),
        "filterBy": filter_by,
    }


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(request=requests())
def test_the_same_answers(request: dict[str, Any], both: Both) -> None:
    body = {"callbackUrl": both.box.url, "request": request}
    theirs = _result(both.double.url, body, both.box)
    ours = _result(both.ours, body, both.box)
    assert ours["requestedPeriod"] == theirs["requestedPeriod"]
    columns = {c["columnName"]: c["columnDataType"] for c in theirs["columns"]}
    found = {c["columnName"]: c["columnDataType"] for c in ours["columns"]}
    assert found == columns
    names = sorted(columns)
    assert _as_groups(ours, names) == _as_groups(theirs, names), request


WRONG: Final[dict[str, dict[str, Any]]] = {
    "no metric": {"metrics": []},
    "a metric that is none": {"metrics": ["TOTAL_CALL_COUNT", "ANSWER_RAT"]},
    "no dimensions": {"aggregateBy": None},
    "a dimension that is none": {"aggregateBy": ["MINUTE"]},
    "no filters": {"filterBy": None},
    "a channel that is none": {"filterBy": {"channelCodes": ["PIGEON"]}},
    "no channel": {"filterBy": {"channelCodes": []}},
    "an end before the beginning": {"filterBy": {"sentUntil": "2026-02-01T00:00:00.000+0000"}},
    "no time": {"filterBy": {"sentSince": "yesterday"}},
    "a day that is none": {"filterBy": {"sentSince": "2026-02-30T00:00:00.000+0000"}},
    "a text for a number": {"filterBy": {"countryIds": ["219"]}},
    "a number for a text": {"filterBy": {"senders": [5]}},
    "a large number": {"filterBy": {"networkIds": [2**31]}},
    "a bucket that is none": {"filterBy": {"timeToAnswer": [{"from": "SECONDS_6"}]}},
    "a pair of numbers": {"filterBy": {"platforms": [{"applicationId": 5}]}},
    "two of the same": {"filterBy": {"directions": ["INBOUND", "INBOUND"]}},
    "a text for yes": {"filterBy": {"includeSubaccounts": "yes"}},
}


@pytest.mark.parametrize("name", [*WRONG])
def test_the_same_refusals(name: str, both: Both) -> None:
    filter_by = {
        "channelCodes": ["VOICE_VIDEO"],
        "sentSince": "2026-03-01T00:00:00.000+0000",
        "sentUntil": "2026-04-01T00:00:00.000+0000",
    }
    request: dict[str, Any] = {
        "metrics": ["TOTAL_CALL_COUNT"],
        "aggregateBy": ["DAY"],
        "filterBy": filter_by,
    }
    change = WRONG[name]
    for key, value in change.items():
        request[key] = filter_by | value if isinstance(value, dict) else value
    body = {"callbackUrl": both.box.url, "request": request}
    status, said = _answered(both.double.url, body)
    our_status, our_said = _answered(both.ours, body)
    assert (status, our_status) == (400, 400)
    assert _places(our_said) & _places(said), (our_said, said)


def _places(said: Any) -> set[str]:
    """Where the violations are, whether of an item or of its list."""
    return {violation["property"].partition("[")[0] for violation in said["violations"]}
