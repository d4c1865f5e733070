"""The receiver of a run that cannot be reached itself: it collects its results from a relay."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import httpx
import msgspec
import stamina
from stamina import instrumentation

from reporter.callbacks.base import Slot
from reporter.callbacks.relay import LONGEST_WAIT, MARK, Order
from reporter.errors import ReceiverError

# It would print a line for each retry; what came of them is told at the end.
instrumentation.set_on_retry_hooks(())

_POOLS: Final = 20
_POOL_SIZE: Final = 25
"""Connections of a pool. Each result that is waited for takes one, and with every request httpx
compares all connections of a pool with each other: a single pool of hundreds would do little else.
"""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """With a relay that does not answer.

    Attributes:
        attempts: of one request.
        pause: seconds before the second attempt; they grow, with some chance in them.
        timeout: seconds for connecting, and for the next bytes of an answer.
        wait: seconds that the relay is asked to hold a request until a result is there. Proxies
            give up on requests that take longer than half a minute or so.
    """

    attempts: int = 7
    pause: float = 0.25
    timeout: float = 15.0
    wait: float = 25.0


class RelayClient:
    """Takes slots of a relay, and what they have received.

    Args:
        url: of the relay.
        secret: that opens it.
        largest: bytes of a result.
        patience: with a relay that does not answer.

    Attributes:
        name: the relay's URL.
    """

    def __init__(
        self, url: str, secret: str, *, largest: int, patience: Patience | None = None
    ) -> None:
        self.name = url.rstrip("/")
        self._secret = secret
        self._largest = largest
        self._patience = patience or Patience()

    async def __aenter__(self) -> Self:
        """Nothing is asked yet."""
        verify = httpx.create_ssl_context()
        async with AsyncExitStack() as opened:
            self._pools = [_Pool(verify) for _ in range(_POOLS)]
            for pool in self._pools:
                await opened.enter_async_context(pool.client)
            self._opened = opened.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._opened.aclose()

    async def open(self, expires: datetime) -> Slot:
        """A new slot, on the relay's disk before this returns.

        Raises:
            ReceiverError: the relay gives none.
        """
        answer = await self._ask("POST", "", content=msgspec.json.encode(Order(expires)))
        if answer.status != HTTPStatus.CREATED:
            raise self._unexpected(answer)
        try:
            return msgspec.json.decode(answer.content, type=Slot)
        except msgspec.DecodeError as error:
            raise self._no_relay(answer) from error

    async def received(self, slot: str, *, wait: float) -> bytes | None:
        """The body that was posted to a slot; None if none came within ``wait`` seconds.

        Raises:
            ReceiverError: the relay cannot be asked.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            left = max(0.0, min(until - loop.time(), self._patience.wait, LONGEST_WAIT))
            answer = await self._ask("GET", f"/{slot}?wait={left:.3f}", wait=left)
            if answer.status == HTTPStatus.OK:
                return answer.content
            if answer.status == HTTPStatus.NOT_FOUND:
                # Nothing will come. Whoever asks again and again shall not do so without pause.
                await asyncio.sleep(until - loop.time())
            elif answer.status != HTTPStatus.NO_CONTENT:
                raise self._unexpected(answer)
            if loop.time() >= until:
                return None

    async def close(self, slot: str) -> None:
        """Forget a slot.

        Raises:
            ReceiverError: the relay cannot be told.
        """
        answer = await self._ask("DELETE", f"/{slot}")
        if answer.status != HTTPStatus.NO_CONTENT:
            raise self._unexpected(answer)

    async def _ask(
        self, method: str, path: str, *, content: bytes = b"", wait: float = 0.0
    ) -> "_Answer":
        """What the relay says, when it comes to say something."""
        patience = self._patience
        timeout = httpx.Timeout(patience.timeout, read=patience.timeout + wait)
        headers = {"authorization": f"Bearer {self._secret}"}
        request = httpx.Request(
            method,
            f"{self.name}/relay/slots{path}",
            content=content,
            headers=headers | ({"content-type": "application/json"} if content else {}),
            extensions={"timeout": timeout.as_dict()},
        )
        try:
            async for attempt in stamina.retry_context(
                on=_FailedError,
                attempts=patience.attempts,
                timeout=None,
                wait_initial=patience.pause,
                wait_max=20 * patience.pause,
                wait_jitter=patience.pause,
            ):
                with attempt:
                    return await self._once(request)
        except _FailedError as failure:
            raise ReceiverError(
                f"the relay {self.name} does not answer: {failure}",
                hint="is `reporter serve` running there, and is `callback.relay` its URL?",
            ) from failure
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _once(self, request: httpx.Request) -> "_Answer":
        try:
            async with min(self._pools, key=_busy).sent(request) as response:
                answer = _Answer(response.status_code, await self._content(response))
        except httpx.HTTPError as error:
            raise _FailedError(str(error) or type(error).__name__) from error
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _FailedError(f"status {answer.status}")
        if MARK not in response.headers:
            raise self._no_relay(answer)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise ReceiverError(
                f"the relay {self.name} does not accept the secret",
                hint="`callback.secret` must be what `serve.relaySecret` is there",
            )
        return answer

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > self._largest:
                raise ReceiverError(
                    f"the relay {self.name} has a result of more than {self._largest} bytes",
                    hint="raise `callback.largestResult`, or ask for less",
                )
        return bytes(content)

    def _no_relay(self, answer: "_Answer") -> ReceiverError:
        return ReceiverError(
            f"{self.name} answers, with status {answer.status}, but is no relay",
            hint=(
                "`callback.relay` must be the URL of a `reporter serve` that has a `relaySecret`;"
                " a proxy must pass on /relay/ and /callbacks/"
            ),
        )

    def _unexpected(self, answer: "_Answer") -> ReceiverError:
        said = answer.content[:300].decode(errors="replace")
        return ReceiverError(f"the relay {self.name} answers with status {answer.status}: {said}")


class _Answer(msgspec.Struct, frozen=True):
    """What a relay said."""

    status: int
    content: bytes


class _Pool:
    """Some connections.

    Attributes:
        busy: requests that are on their way.
    """

    def __init__(self, verify: ssl.SSLContext) -> None:
        self.busy = 0
        self.client = httpx.AsyncClient(
            verify=verify,
            limits=httpx.Limits(max_connections=_POOL_SIZE, max_keepalive_connections=_POOL_SIZE),
        )

    @asynccontextmanager
    async def sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """The answer to a request; its body is still to be read."""
        self.busy += 1
        try:
            response = await self.client.send(request, stream=True)
            try:
                yield response
            finally:
                await response.aclose()
        finally:
            self.busy -= 1


def _busy(pool: _Pool) -> int:
    return pool.busy


class _FailedError(Exception):
    """One attempt failed; there may be others."""
