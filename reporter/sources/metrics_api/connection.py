"""Clients as the project file describes them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from typing import Final

import httpx
import msgspec

from reporter.settings import MetricsApiSource as Settings
from reporter.settings import OAuth2
from reporter.sources.metrics_api.address import checked_address
from reporter.sources.metrics_api.auth import Credentials, credentials
from reporter.sources.metrics_api.client import Client
from reporter.sources.metrics_api.exchange import Exchange
from reporter.sources.metrics_api.pace import Pace

_CONNECTING: Final = 10.0
"""Seconds that a connection may take, if a request may take longer."""


class Connection(msgspec.Struct, frozen=True):
    """An API and who asks it.

    Attributes:
        settings: of the source.
        base_url: of the API, without a slash at its end.
        credentials: who asks.
        now: what time it is.
    """

    settings: Settings
    base_url: str
    credentials: Credentials
    now: Callable[[], datetime]

    @property
    def account(self) -> str:
        """Digest of whose numbers are asked for; nobody learns from it who that is."""
        return sha256(f"{self.base_url} {self.credentials.identity}".encode()).hexdigest()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Client]:
        """A client, open as long as it is used."""
        timeout = self.settings.timeout_seconds
        async with httpx.AsyncClient(
            follow_redirects=False,
            # The exchange times the whole request; connections are not limited in number, for
            # those who wait for one would be behind time.
            timeout=httpx.Timeout(None, connect=min(_CONNECTING, timeout)),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        ) as http:
            pace = Pace(self.settings.requests_per_second)
            exchange = Exchange(http, pace, timeout=timeout, now=self.now)
            yield Client(self.base_url, exchange, self.credentials)


def connection_of(name: str, settings: Settings, *, now: Callable[[], datetime]) -> Connection:
    """The connection that the project file describes. Nothing is sent.

    Args:
        name: of the source.
        settings: of the source.
        now: what time it is.

    Raises:
        UserError: an address or a key cannot be used.
    """
    place, auth = f"sources.{name}", settings.auth
    base_url = checked_address(settings.base_url, f"{place}.baseUrl", path_is_base=True)
    if isinstance(auth, OAuth2) and auth.token_url is not None:
        checked_address(auth.token_url, f"{place}.auth.tokenUrl", path_is_base=False)
    asking = credentials(auth, base_url, place=f"{place}.auth", now=now)
    return Connection(settings, base_url, asking, now)
