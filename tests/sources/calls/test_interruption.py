"""Ctrl-C while the engine works in its thread."""

import asyncio
import logging

import pytest
from call_project import Ask, Project


@pytest.mark.parametrize("after", [0.1, 0.2, 0.25, 0.3])
def test_the_engine_is_left_before_it_is_closed(
    project: Project, ask: Ask, caplog: pytest.LogCaptureFixture, after: float
) -> None:
    rows = "".join(f"c{n},2026-10-05 10:00:00,OUTBOUND\n" for n in range(1_500_000))
    project.text("calls.csv", "call_id,sent_at,direction\n" + rows)
    source = project.source(path="calls.csv")

    async def interrupted() -> None:
        def press() -> None:
            raise KeyboardInterrupt

        asyncio.get_running_loop().call_later(after, press)
        await source.fetch([ask()])

    with caplog.at_level(logging.ERROR, logger="asyncio"), pytest.raises(KeyboardInterrupt):
        asyncio.run(interrupted())
    assert caplog.text == ""
