"""Doing something small again and again beside something long."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta


@contextmanager
def pulse(beat: Callable[[], None], every: timedelta) -> Iterator[None]:
    """Call ``beat`` from a thread of its own, every so often, for as long as this lasts.

    Args:
        beat: must not raise.
        every: how often.
    """
    over = threading.Event()

    def beating() -> None:
        while not over.wait(every.total_seconds()):
            beat()

    thread = threading.Thread(target=beating, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
