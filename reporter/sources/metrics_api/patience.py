"""How long failures that may pass are put up with: retries with jittered back-off."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import stamina
from stamina import instrumentation

from reporter.sources.metrics_api.failures import Transient

T = TypeVar("T")

# It would print a line for each retry; what came of them is told at the end.
instrumentation.set_on_retry_hooks(())


class Patience(msgspec.Struct, frozen=True):
    """Times in seconds, and numbers of tries.

    Attributes:
        attempts: how often a request is made, not counting those that were throttled.
        first_wait: before the second try; it doubles from try to try.
        longest_wait: between two tries, unless the API asks for more.
        jitter: up to so much is added, so that many do not come back at once.
        first_look: after so long a result is asked about that has not come.
        longest_look: these looks become rarer, up to this.
        grace: how long a result that the API has sent may take to arrive.
    """

    attempts: int = 6
    first_wait: float = 0.5
    longest_wait: float = 20.0
    jitter: float = 1.0
    first_look: float = 5.0
    longest_look: float = 30.0
    grace: float = 10.0


async def patiently(
    call: Callable[[], Awaitable[T]], patience: Patience, left: Callable[[], float]
) -> T:
    """What a call returns, as soon as it does not fail any more.

    Args:
        call: made again and again.
        patience: how often, and after what waits.
        left: seconds until it would be too late in any case.

    Raises:
        Transient: the last one, where patience ended.
    """
    tries = 0

    def goes_on(failure: Exception) -> bool | float:
        nonlocal tries
        if not isinstance(failure, Transient):
            return False
        tries += not failure.throttled
        if tries >= patience.attempts:
            return False
        if failure.retry_after is None:
            return True
        # Who asks for more time than there is gets no second request.
        return failure.retry_after if failure.retry_after < left() else False

    async for attempt in stamina.retry_context(
        on=goes_on,
        attempts=None,  # counted above
        timeout=None,  # the caller's deadline holds
        wait_initial=patience.first_wait,
        wait_max=patience.longest_wait,
        wait_jitter=patience.jitter,
    ):
        with attempt:
            return await call()
    raise AssertionError  # pragma: no cover - the loop returns or raises
