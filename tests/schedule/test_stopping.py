"""Signals: what may be broken off is, what is at hand is finished, a pause ends."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from reporter.schedule.pulse import pulse
from reporter.schedule.stopping import Stopping


@pytest.fixture
def stopping() -> Iterator[Stopping]:
    found = Stopping()
    with found.listening():
        yield found


def send(number: signal.Signals = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_at_hand_is_finished(stopping: Stopping, number: signal.Signals) -> None:
    send(number)
    assert stopping.requested
    with pytest.raises(KeyboardInterrupt):
        send(number)


def test_what_may_be_broken_off_is(stopping: Stopping) -> None:
    with pytest.raises(KeyboardInterrupt), stopping.breakable():
        send()
    with pytest.raises(KeyboardInterrupt), stopping.breakable():
        pytest.fail("it was asked to stop before")


def test_a_pause_ends_with_a_signal(stopping: Stopping) -> None:
    began = time.monotonic()
    threading.Timer(0.05, send).start()
    stopping.wait(20)
    assert time.monotonic() - began < 10
    assert stopping.requested
    stopping.wait(20)  # whoever waits after it does not
    assert time.monotonic() - began < 10


def test_a_pause_without_a_signal(stopping: Stopping) -> None:
    stopping.wait(0.01)
    stopping.wait(-1)
    assert not stopping.requested


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Stopping().listening():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_pulse_beats_until_it_is_over() -> None:
    beats: list[float] = []
    enough = threading.Event()

    def beat() -> None:
        beats.append(time.monotonic())
        if len(beats) == 3:
            enough.set()

    with pulse(beat, timedelta(milliseconds=5)):
        assert enough.wait(10)
    count = len(beats)
    time.sleep(0.03)
    assert len(beats) == count
