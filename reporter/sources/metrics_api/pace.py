"""Requests evenly spaced in time, so that an API's published rate is never passed."""

import asyncio
from typing import Final

from aiolimiter import AsyncLimiter

_SLACK: Final = 1.02
"""Requests arrive less evenly than they leave: in any second of the API's there may be only as
many as are allowed, so a second of ours has two per cent fewer."""


class Pace:
    """Gives turns, one after the other.

    Args:
        rate: requests a second, at most.
    """

    def __init__(self, rate: float) -> None:
        # Buckets for one: larger ones would let a burst through after every rest.
        self._beginning = AsyncLimiter(1, _SLACK / rate)
        self._writing = AsyncLimiter(1, _SLACK / rate)
        self._order = asyncio.Lock()
        self._resumes = 0.0

    async def turn(self) -> None:
        """Wait until a request may be begun."""
        async with self._order:
            while True:
                # Pauses come first: turns taken during one would all be used when it ends.
                await asyncio.sleep(max(0.0, self._left()))
                await self._beginning.acquire()
                if self._left() <= 0:
                    return

    async def write(self) -> None:
        """Wait until a request that has its turn and its connection may be written.

        One that must open a connection first is overtaken by those that need not: without this
        the two would be written in one moment. It is a short wait; a pause does not belong here,
        for connections do not stay open through it.
        """
        await self._writing.acquire()

    def pause(self, seconds: float) -> None:
        """Give no turns for a while: the API asks for it. A longer pause stays."""
        self._resumes = max(self._resumes, asyncio.get_running_loop().time() + seconds)

    def _left(self) -> float:
        return self._resumes - asyncio.get_running_loop().time()
