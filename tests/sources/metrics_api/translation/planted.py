"""A few calls by hand, and an API whose answers about them are changed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from plain_calls import Call
from round_trip import Api

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = datetime(2026, 10, 3, tzinfo=UTC)
Change = Callable[[dict[str, Any]], None]


def _call(hour: int, **changes: object) -> Call:
    call = Call(
        sent_at=SINCE + timedelta(hours=hour),
        outbound=True,
        rang=True,
        to_answer=1000,
        lasted=60_000,
        status="DELIVERED",
        status_group="DELIVERED",
        amd=None,
        hangup="NORMAL",
        account="A",
        sender="x",
        country=1,
        application=None,
        entity=None,
    )
    return msgspec.structs.replace(call, **changes)


LOST = {"to_answer": None, "status": "BUSY", "status_group": "UNDELIVERABLE"}
CALLS = (
    *(_call(hour) for hour in (0, 1, 1, 30)),
    *(_call(hour, **LOST) for hour in (0, 1, 30, 31)),
    _call(1, outbound=False),
)


def changed(api: Api, change: Change, *, outbound: bool | None = None) -> Api:
    """An API whose responses are changed: all, or those (not) to requests for outbound calls."""

    def answer(request: bytes) -> bytes:
        body = msgspec.json.decode(api(request))
        filters = msgspec.json.decode(request)["request"]["filterBy"]
        if outbound is None or outbound == ("directions" in filters):
            change(body["response"])
        return msgspec.json.encode(body)

    return answer


def where(response: dict[str, Any], column: str) -> int:
    return [c["columnName"] for c in response["columns"]].index(column)
