"""Running what is asynchronous so that Ctrl-C stops it at once."""

import asyncio
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")


def run(running: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run``, but an interruption is raised wherever the program is.

    By itself asyncio only cancels what is awaited: pages being laid out would be finished and
    written first.
    """
    before = signal.signal(signal.SIGINT, _interrupted)
    try:
        return asyncio.run(running)
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
