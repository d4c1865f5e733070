"""Answering queries together, and what becomes of those that cannot be answered."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
from live import asking

from reporter.catalog.load import built_in
from reporter.data.answer import Answer
from reporter.data.table import Table
from reporter.dates import Interval
from reporter.errors import SourceError
from reporter.ledger import Ledger
from reporter.ledger.served_requests import Accepted, ServedRequests, State, Status
from reporter.plan.columns import dimension_column, metric_column
from reporter.plan.model import Query
from reporter.server import results, work
from reporter.server.accounts import AccountsFile
from reporter.server.work import Records, Workshop
from reporter.settings import CallsSource

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Counting:
    """A source that counts nothing, remembers what it was asked, and fails as it is told."""

    name = "calls"

    def __init__(self) -> None:
        self.asked: list[list[Query]] = []
        self.failure: Callable[[Query], Exception | None] = lambda _query: None

    def explain(self, _queries: Sequence[Query]) -> tuple[str, ...]:
        raise NotImplementedError

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        self.asked.append(list(queries))
        for query in queries:
            failure = self.failure(query)
            if failure is not None:
                raise failure
        return tuple(
            Answer(
                table=Table(
                    (
                        *(dimension_column(d) for d in query.dimensions),
                        *(metric_column(m) for m in query.metrics),
                    ),
                    (tuple(0 for _ in query.metrics),) if not query.dimensions else (),
                ),
                interval=query.interval,
                data_through=NOW,
            )
            for query in queries
        )


class Bench:
    """A workshop over a ledger, and what came out of it."""

    def __init__(self, folder: Path, *, end: datetime | None = None) -> None:
        self.requests = ServedRequests(Ledger(folder / "ledger.sqlite"))
        self.source = Counting()
        self.accounts = AccountsFile("calls", CallsSource(path="x.csv"), folder)
        self.end = end

    def answered(self, *requests: dict[str, Any], attempts: int = 0) -> list[dict[str, Any]]:
        with self.requests.held():
            for number, request in enumerate(requests):
                accepted = Accepted(
                    id=str(number),
                    caller="anna",
                    account=None,
                    request=msgspec.json.encode(request),
                    callback_url="http://x/",
                )
                at = NOW + timedelta(seconds=number)
                assert self.requests.accept(accepted, at, most=100).result(10)
            for _ in range(attempts):
                self.requests.begin((), most=1).result(10)
            asyncio.run(self._work(len(requests)))
            parcels = self.requests.due(NOW, busy=(), full=(), most=100).result(10)
        return [json.loads(parcel.result) for parcel in sorted(parcels, key=lambda p: p.id)]

    async def _work(self, many: int) -> None:
        done = asyncio.Event()
        records = Records(self.source, self.accounts, built_in(), self.end)

        def finished() -> None:
            states = [self.requests.state(str(n), "anna").result(10) for n in range(many)]
            if all(state is not None and state.status != Status.IN_PROGRESS for state in states):
                done.set()

        shop = Workshop(self.requests, records, now=lambda: NOW, finished=finished)
        task = asyncio.create_task(shop.work())
        async with asyncio.timeout(10):
            await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def of_country(number: int) -> dict[str, Any]:
    return asking(countryIds=[number])


def failing_for(country: int, error: Exception) -> Callable[[Query], Exception | None]:
    return lambda query: error if f"values=({country},)" in repr(query.conditions) else None


def test_queries_that_wait_are_asked_together(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    answers = bench.answered(*(of_country(number) for number in range(20)))
    assert [len(queries) for queries in bench.source.asked] == [16, 4]
    assert {answer["status"] for answer in answers} == {"SUCCESS"}
    assert [answer["response"]["rows"] for answer in answers] == [[["VOICE_VIDEO", 0]]] * 20


@pytest.mark.parametrize(
    ("error", "message", "log"),
    [
        (
            SourceError("calls", "/secret/place/calls.csv: cannot be read"),
            "The call records could not be read, or lack what a filter compares.",
            "query 1: source 'calls': /secret/place/calls.csv: cannot be read",
        ),
        (
            ZeroDivisionError("secret"),
            "The server failed.",
            "query 1: a bug of ours: ZeroDivisionError: secret",
        ),
    ],
)
def test_one_that_fails_fails_alone_and_tells_no_secrets(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    message: str,
    log: str,
) -> None:
    bench = Bench(tmp_path)
    bench.source.failure = failing_for(1, error)
    answers = bench.answered(*(of_country(number) for number in range(3)))
    assert [answer["status"] for answer in answers] == ["SUCCESS", "FAILED", "SUCCESS"]
    assert answers[1] == {"requestId": "1", "status": "FAILED", "failureMessage": message}
    assert log in caplog.text
    assert "secret" not in json.dumps(answers)
    with bench.requests.held():
        assert bench.requests.state("1", "anna").result(10) == State(Status.FAILED, message)


def test_one_over_which_the_server_was_killed_often_is_not_tried_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    answers = bench.answered(of_country(0), of_country(1), attempts=3)
    assert answers[0]["failureMessage"].startswith("The server could not finish the query.")
    assert answers[1]["status"] == "SUCCESS"
    assert [len(queries) for queries in bench.source.asked] == [1]


def test_one_that_a_server_was_stopped_over_often_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    records = Records(bench.source, bench.accounts, built_in(), None)

    async def stopped_while_counting() -> None:
        counting = asyncio.Event()

        async def fetch(_queries: Sequence[Query]) -> tuple[Answer, ...]:
            counting.set()
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr(bench.source, "fetch", fetch)
        shop = Workshop(bench.requests, records, now=lambda: NOW, finished=lambda: None)
        task = asyncio.create_task(shop.work())
        async with asyncio.timeout(10):
            await counting.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with bench.requests.held():
        accepted = Accepted(
            id="x",
            caller="anna",
            account=None,
            request=msgspec.json.encode(of_country(0)),
            callback_url="http://x/",
        )
        assert bench.requests.accept(accepted, NOW, most=100).result(10)
        for _ in range(5):
            asyncio.run(stopped_while_counting())
        (again,) = bench.requests.begin((), most=1).result(10)
    assert again.attempts == 0


def test_one_that_this_version_does_not_understand_fails(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    answers = bench.answered({**of_country(0), "metrics": ["OF_YESTERDAY"]}, of_country(1))
    assert answers[0]["failureMessage"] == "The query is not accepted any more. Submit it again."
    assert answers[1]["status"] == "SUCCESS"


def test_results_without_end_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MOST_ROWS", 0)
    (answer,) = Bench(tmp_path).answered(of_country(0))
    assert answer["status"] == "FAILED"
    assert "rows" in answer["failureMessage"]


def test_records_beyond_what_is_said_to_be_complete_are_not_counted(tmp_path: Path) -> None:
    bench = Bench(tmp_path, end=datetime(2026, 9, 10, 8, 30, tzinfo=UTC))
    (answer,) = bench.answered(asking(by=("DAY",)))
    ((query,),) = bench.source.asked
    assert query.interval.until == datetime(2026, 9, 10, 8, tzinfo=UTC)
    assert answer["response"]["requestedPeriod"] == {
        "sentSince": "2026-09-01T00:00:00.000+0000",
        "sentUntil": "2026-09-10T08:00:00.000+0000",
    }


@pytest.mark.parametrize(
    ("through", "hour"),
    [
        (datetime(2026, 9, 10, 7, 59, 59, 999000, tzinfo=UTC), 8),
        (datetime(2026, 9, 10, 8, tzinfo=UTC), 9),  # that record is of the hour that it begins
        (datetime(2026, 9, 10, 8, 0, 0, 1, tzinfo=UTC), 9),
        (datetime(2026, 9, 10, 10, 59, tzinfo=timezone(timedelta(hours=2))), 9),
        (datetime(2026, 9, 10, 12, tzinfo=UTC), 10),
        (datetime(2026, 9, 10, 5, tzinfo=UTC), 6),
        (None, 6),
    ],
)
def test_the_period_ends_with_the_hour_of_the_data(through: datetime | None, hour: int) -> None:
    since = datetime(2026, 9, 10, 6, tzinfo=UTC)
    asked = Interval(since, since.replace(hour=10))
    assert results.covered(asked, through) == Interval(since, since.replace(hour=hour))


def test_a_ledger_that_fails_for_a_while_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "_PAUSE_SECONDS", 0.01)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    requests = ServedRequests(ledger)
    records = Records(
        Counting(), AccountsFile("calls", CallsSource(path="x.csv"), tmp_path), built_in(), None
    )

    async def main() -> None:
        with ledger.transaction() as connection:
            connection.execute("ALTER TABLE served_requests RENAME TO away")
        done = asyncio.Event()
        shop = Workshop(requests, records, now=lambda: NOW, finished=done.set)
        task = asyncio.create_task(shop.work())
        while "cannot be read or written" not in caplog.text:  # noqa: ASYNC110 - it is a log
            await asyncio.sleep(0.005)
        with ledger.transaction() as connection:
            connection.execute("ALTER TABLE away RENAME TO served_requests")
        accepted = Accepted(
            id="A",
            caller="anna",
            account=None,
            request=msgspec.json.encode(asking()),
            callback_url="http://x/",
        )
        await asyncio.wrap_future(requests.accept(accepted, NOW, most=1))
        shop.wake()
        async with asyncio.timeout(10):
            await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with requests.held():
        asyncio.run(main())
