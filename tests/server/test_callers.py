"""How often each caller may ask."""

import asyncio
from http import HTTPStatus
from pathlib import Path

import pytest
from live import ALL, SHOP, PostBox, served, write_project

from reporter.server.callers import Callers
from reporter.server.dispatch import Patience
from reporter.server.violations import Refused
from reporter.settings import ServedApi, ServedKey


def served_api(rate: float) -> ServedApi:
    keys = (ServedKey(key="one"), ServedKey(key="two", account="shop"))
    return ServedApi(source="calls", keys=keys, requests_per_second=rate)


@pytest.mark.parametrize(("rate", "at_once", "wait"), [(3.0, 3, "1"), (0.25, 1, "4")])
def test_each_caller_has_a_rate(rate: float, at_once: int, wait: str) -> None:
    async def ask() -> None:
        callers = Callers(served_api(rate))
        one, two = (callers.known([f"App {key}"]) for key in ("one", "two"))
        assert (one.account, two.account) == (None, "shop")
        assert one.digest != two.digest
        for _ in range(at_once):
            await callers.admit(one)
        with pytest.raises(Refused) as refused:
            await callers.admit(one)
        assert refused.value.status is HTTPStatus.TOO_MANY_REQUESTS
        assert refused.value.headers == (("Retry-After", wait),)
        await callers.admit(two)

    asyncio.run(ask())


def test_a_caller_may_ask_again_after_a_while() -> None:
    async def ask() -> None:
        callers = Callers(served_api(20.0))
        one = callers.known(["App one"])
        for _ in range(20):
            await callers.admit(one)
        with pytest.raises(Refused):
            await callers.admit(one)
        await asyncio.sleep(0.08)
        await callers.admit(one)

    asyncio.run(ask())


def test_too_many_requests_are_told_when_to_come_again(tmp_path: Path, post_box: PostBox) -> None:
    write_project(tmp_path, post_box.port)
    project = tmp_path / "reporter.yaml"
    project.write_text(project.read_text().replace("100000", "0.01"))
    with served(tmp_path, post_box, Patience()) as live:
        where = f"{live.url}/metrics/1/requests/{'A' * 32}"
        assert live.client.get(where, headers=ALL).status_code == 404
        for answer in (live.client.get(where, headers=ALL), live.post({}, ALL)):
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "100"
            assert answer.json()["errorCode"] == "E429"
        assert live.client.get(where, headers=SHOP).status_code == 404
        assert live.client.get(f"{live.url}/health").status_code == 200
