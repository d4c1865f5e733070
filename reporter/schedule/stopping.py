"""Stopping when a signal says so: after the hand-over at hand; making is broken off."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Whether the schedule is to end, and the pauses that end with it."""

    def __init__(self) -> None:
        self.requested = False
        self._breakable = False
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT for as long as this lasts; in the main thread.

        The second of them interrupts whatever is going on.
        """
        before = [(number, signal.signal(number, self._heard)) for number in _SIGNALS]
        waker = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(waker)
            for number, handler in before:
                signal.signal(number, handler)
            os.close(self._waker)
            os.close(self._woken)

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """What may be broken off at any point: a signal raises KeyboardInterrupt in it."""
        self._breakable = True
        try:
            if self.requested:
                raise KeyboardInterrupt
            yield
        finally:
            self._breakable = False

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than until a signal comes."""
        select.select([self._woken], [], [], max(0.0, seconds))

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        again = self.requested
        self.requested = True
        if self._breakable or again:
            raise KeyboardInterrupt
