"""The four ways of saying who asks."""

import asyncio
import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlencode

import msgspec

from reporter.errors import UserError
from reporter.settings import ApiKeyAuth, Auth, BasicAuth, OAuth2, TokenAuth
from reporter.sources.metrics_api.exchange import (
    Exchange,
    Got,
    json_or_failure,
    refuse_temporary,
    shown,
)
from reporter.sources.metrics_api.failures import Denied, Failure

_EARLY: Final = timedelta(seconds=60)
"""So long before its end a token is renewed; one that is short-lived after half of its life."""

_LONGEST_LIFE: Final = 365 * 86400.0
"""Seconds. Some say "for ever" with numbers that no calendar has room for."""


class Credentials(Protocol):
    """Who asks.

    Attributes:
        identity: digest of what names the account that is asked for, to tell remembered results
            of one account from those of another.
        secrets: texts that must not be shown.
    """

    identity: str
    secrets: tuple[str, ...]

    async def header(self, exchange: Exchange) -> str:
        """The value of ``Authorization``.

        Raises:
            Failure: none is given out.
        """
        ...

    def renewable(self, header: str) -> bool:
        """Whether another header may be accepted where this one was not."""
        ...


class Fixed:
    """One header for all requests.

    Args:
        scheme: ``App``, ``Basic``, ``IBSSO``.
        value: what follows it.
        identity: what names the account.
        secrets: texts that must not be shown.
    """

    def __init__(self, scheme: str, value: str, *, identity: str, secrets: tuple[str, ...]) -> None:
        self.identity = _digest(scheme, identity)
        self.secrets = secrets
        self._header = f"{scheme} {value}"

    async def header(self, exchange: Exchange) -> str:  # noqa: ARG002 - nothing is asked for it
        """Always the same."""
        return self._header

    def renewable(self, header: str) -> bool:  # noqa: ARG002 - whatever it is
        """There is no other."""
        return False


class _Given(msgspec.Struct, frozen=True):
    """What a token URL answers."""

    access_token: str
    expires_in: float | None = None


class _Refusal(msgspec.Struct, frozen=True):
    """Why a token URL gives no token: as the standard says, or as the API says it."""

    error: str = ""
    error_description: str = ""
    description: str = ""


class ClientCredentials:
    """A token that is asked for, and renewed before it expires.

    Args:
        settings: of the project file.
        token_url: where tokens are given out.
        now: what time it is.
    """

    def __init__(self, settings: OAuth2, token_url: str, *, now: Callable[[], datetime]) -> None:
        self.identity = _digest("OAuth2", settings.client_id)
        self.secrets: tuple[str, ...] = (settings.client_secret,)
        self._url = token_url
        self._form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": settings.client_id,
                "client_secret": settings.client_secret,
            }
        ).encode()
        self._now = now
        self._asking = asyncio.Lock()
        self._header: str | None = None
        self._renews: datetime | None = None

    async def header(self, exchange: Exchange) -> str:
        """The header with a token that holds.

        Raises:
            Failure: none is given out.
        """
        async with self._asking:  # many requests wait for one token
            if self._header is None or (self._renews is not None and self._now() >= self._renews):
                self._take(await self._given(exchange))
            return self._header or ""

    def renewable(self, header: str) -> bool:
        """A token may end before its time; the next header has another."""
        if header == self._header:
            self._header = None
        return True

    async def _given(self, exchange: Exchange) -> _Given:
        request = exchange.request(
            "POST", self._url, content=self._form, kind="application/x-www-form-urlencoded"
        )
        got = await exchange.send(request)
        refuse_temporary(got)
        if got.status != HTTPStatus.OK:
            raise Denied(
                f"{got.said}: no token is given out{self._reason(got)}",
                hint="check `auth.clientId`, `auth.clientSecret` and `auth.tokenUrl`",
            )
        try:
            return msgspec.json.decode(json_or_failure(got), type=_Given)
        except msgspec.MsgspecError as error:
            raise Failure(
                f"{got.said}, but with no token: {error}", hint="check `auth.tokenUrl`"
            ) from error

    def _reason(self, got: Got) -> str:
        try:
            why = msgspec.json.decode(got.body, type=_Refusal)
        except msgspec.MsgspecError:
            return ""
        text = shown(why.error_description or why.description or why.error, self.secrets)
        return f": {text}" if text else ""

    def _take(self, given: _Given) -> None:
        if not _fits_a_header(given.access_token):
            raise Failure(
                f"the token from {self._url} has characters that cannot be sent",
                hint="check `auth.tokenUrl`",
            )
        self.secrets = (*self.secrets[:1], given.access_token)
        self._header = f"Bearer {given.access_token}"
        self._renews = None
        if given.expires_in is not None:
            life = timedelta(seconds=min(max(0.0, given.expires_in), _LONGEST_LIFE))
            self._renews = self._now() + max(life / 2, life - _EARLY)


def credentials(
    auth: Auth, base_url: str, *, place: str, now: Callable[[], datetime]
) -> Credentials:
    """Who asks, as the project file says.

    Args:
        auth: of the source.
        base_url: of the API, without a slash at its end.
        place: where ``auth`` stands in the file.
        now: what time it is.

    Raises:
        UserError: a key or token cannot be sent.
    """
    match auth:
        case ApiKeyAuth(key):
            _check_sendable(key, f"{place}.key")
            return Fixed("App", key, identity=key, secrets=(key,))
        case TokenAuth(token):
            _check_sendable(token, f"{place}.token")
            return Fixed("IBSSO", token, identity=token, secrets=(token,))
        case BasicAuth(username, password):
            pair = base64.b64encode(f"{username}:{password}".encode()).decode()
            # The account is the same with another password.
            return Fixed("Basic", pair, identity=username, secrets=(password, pair))
        case OAuth2():
            url = auth.token_url or f"{base_url}/auth/1/oauth2/token"
            return ClientCredentials(auth, url, now=now)


def _digest(scheme: str, identity: str) -> str:
    return sha256(f"{scheme} {identity}".encode()).hexdigest()


def _check_sendable(secret: str, setting: str) -> None:
    if not _fits_a_header(secret):
        raise UserError(
            f"`{setting}` has characters that cannot be sent: only letters, digits and signs of"
            " ASCII can",
            hint="is there a line break or a space too much in the file or variable?",
        )


def _fits_a_header(value: str) -> bool:
    """Whether it can be sent as it is; what cannot would be printed by the one who refuses it."""
    return value.isascii() and value.isprintable() and " " not in value and value != ""
