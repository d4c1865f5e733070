"""The receiver of a run that can be reached itself."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from reporter import clock
from reporter.callbacks.base import Slot
from reporter.callbacks.body import Limits
from reporter.callbacks.inbox import Inbox
from reporter.callbacks.relay import callback_url
from reporter.callbacks.routes import Receiving, receiver_app
from reporter.callbacks.serving import GuestServer, configured, listen_on
from reporter.errors import ReceiverError
from reporter.ledger import Ledger


class Listener:
    """Listens while it is open, and keeps what it gets in the project's ledger.

    What was received for a run that died is there for the next one, since they share the ledger.

    Args:
        address: host and port to listen on.
        public_url: how the API reaches that from outside; None: as it is, on this machine.
        ledger: where slots and results are kept.
        limits: of what is posted.
        now: what time it is.
    """

    name = "here"

    def __init__(
        self,
        address: str,
        public_url: str | None,
        ledger: Ledger,
        *,
        limits: Limits,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._address = address
        self._public_url = public_url
        self._limits = limits
        self._inbox = Inbox(ledger, now=now)

    async def __aenter__(self) -> Self:
        """Open the port.

        Raises:
            ReceiverError: it cannot be listened on.
            LedgerError: the ledger cannot be used.
        """
        async with AsyncExitStack() as opened:
            listening = opened.enter_context(listen_on(self._address, "callback.listen"))
            host, self.port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            self._base = (self._public_url or f"http://{shown}:{self.port}").rstrip("/")
            await opened.enter_async_context(self._inbox)
            receiving = Receiving(self._inbox, self._limits)
            self._server = GuestServer(
                configured(receiver_app(receiving), lifespan="off"), receiving.stop
            )
            self._serving = asyncio.create_task(self._server.serve([listening]))
            opened.push_async_callback(self._stop)
            ready = asyncio.ensure_future(self._server.ready.wait())
            await asyncio.wait((ready, self._serving), return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            self._opened = opened.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the port; what is being received at this moment is still taken."""
        await self._opened.aclose()

    async def open(self, expires: datetime) -> Slot:
        """A new slot, on the disk before this returns.

        Raises:
            LedgerError: it cannot be kept.
        """
        opened = await self._inbox.open(expires)
        return Slot(opened.id, callback_url(self._base, opened.token))

    async def received(self, slot: str, *, wait: float) -> bytes | None:
        """The body that was posted to a slot; None if none came within ``wait`` seconds.

        Raises:
            LedgerError: the ledger cannot be read.
            ReceiverError: nothing listens any more.
        """
        body = await self._inbox.received(slot, wait=wait)
        if body is None and self._inbox.stopped:
            raise ReceiverError(f"nothing listens on {self._address} any more")
        return body

    async def close(self, slot: str) -> None:
        """Forget a slot.

        Raises:
            LedgerError: the ledger cannot be written.
        """
        await self._inbox.close(slot)

    async def _stop(self) -> None:
        self._server.should_exit = True
        await asyncio.wait((self._serving,))
        if not self._serving.cancelled():
            self._serving.result()
