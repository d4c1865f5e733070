"""``/relay/slots``: slots for runs elsewhere, which hold a secret."""

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from reporter.callbacks.answers import (
    Refusal,
    answer,
    log,
    peer,
    refused,
    unavailable,
    wrong_method,
)
from reporter.callbacks.body import BodyReader, CutOffError, Limits, head_of
from reporter.callbacks.inbox import Inbox
from reporter.errors import LedgerError

MARK: Final = "reporter-relay"
"""A header of everything that a relay says: who sees it has not been answered by a proxy."""
LONGEST_WAIT: Final = 60.0
"""Seconds that a run may have a request wait for its result."""
LONGEST_LIFE: Final = timedelta(days=7)
"""How long a slot may be open."""

_ORDER: Final = Limits(largest=4096, silence=10.0, seconds=20.0)
_SECONDS: Final = re.compile(r"\d{1,6}(\.\d{1,6})?")

Handler = Callable[[Scope, Receive], Awaitable[Response]]


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens a slot."""

    expires: datetime


_order: Final = msgspec.json.Decoder(Order)


class Relay:
    """Opens slots for who knows the secret, and hands over what they have got.

    - ``POST /relay/slots`` with ``{"expires": INSTANT}``: 201 with a slot's ``id`` and ``url``
    - ``GET /relay/slots/{id}?wait=SECONDS``: 200 with the result as it was posted; 204 where none
      came within that time; 404 where there is no such slot
    - ``DELETE /relay/slots/{id}``: 204, the slot is forgotten

    Args:
        inbox: the slots.
        secret: of the relay.
        public_url: how an API reaches the callbacks of this server.
        now: what time it is.
    """

    def __init__(
        self, inbox: Inbox, *, secret: str, public_url: str, now: Callable[[], datetime]
    ) -> None:
        self._inbox = inbox
        self._secret = secret.encode()
        self._public_url = public_url.rstrip("/")
        self._now = now
        self._reader = BodyReader(_ORDER)

    def stop(self) -> None:
        """Give up what is being read."""
        self._reader.stop()

    @property
    def routes(self) -> tuple[BaseRoute, ...]:
        """For a Starlette application."""
        one = {"GET": self._collect, "DELETE": self._close}
        return (
            Route("/relay/slots", _Guarded(self._admit, {"POST": self._open}), name="slots"),
            Route("/relay/slots/{id}", _Guarded(self._admit, one), name="slot"),
        )

    def _admit(self, headers: Headers) -> None:
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(secret.strip().encode(), self._secret)
        if scheme.lower() != "bearer" or not right:
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "the relay's secret is missing or wrong",
                unread=True,
                headers={"www-authenticate": "Bearer"},
            )

    async def _open(self, scope: Scope, receive: Receive) -> Response:
        head = head_of(Headers(scope=scope), _ORDER)
        async with self._reader.read(head, receive) as body:
            try:
                order = _order.decode(body)
            except (msgspec.DecodeError, RecursionError):
                raise _wrong_order() from None
        now = self._now()
        if order.expires.tzinfo is None or not now < order.expires <= now + LONGEST_LIFE:
            raise _wrong_order()
        opened = await self._inbox.open(order.expires)
        url = callback_url(self._public_url, opened.token)
        return answer(HTTPStatus.CREATED, {"id": opened.id, "url": url})

    async def _collect(self, scope: Scope, _receive: Receive) -> Response:
        text = QueryParams(scope["query_string"]).get("wait", "0")
        if not _SECONDS.fullmatch(text):
            raise Refusal(HTTPStatus.BAD_REQUEST, "`wait` must be a number of seconds")
        slot = scope["path_params"]["id"]
        if not await self._inbox.knows(slot):
            raise Refusal(HTTPStatus.NOT_FOUND, "there is no such slot")
        body = await self._inbox.received(slot, wait=min(float(text), LONGEST_WAIT))
        if body is None and self._inbox.stopped:
            raise unavailable("the relay is stopping")
        if body is None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        return Response(body, media_type="application/json")

    async def _close(self, scope: Scope, _receive: Receive) -> Response:
        await self._inbox.close(scope["path_params"]["id"])
        return Response(status_code=HTTPStatus.NO_CONTENT)


class _Guarded:
    """An ASGI application for one path that only who knows the secret gets into."""

    def __init__(self, admit: Callable[[Headers], None], handlers: Mapping[str, Handler]) -> None:
        self._admit = admit
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._admit(Headers(scope=scope))
            if scope["method"] not in self._handlers:
                raise wrong_method(", ".join(self._handlers))
            response = await self._handlers[scope["method"]](scope, receive)
        except Refusal as refusal:
            log.warning("relay: %s refused: %s", peer(scope), refusal.reason)
            response = refused(refusal)
        except LedgerError as error:
            log.error("relay: %s refused: %s", peer(scope), error)
            response = refused(unavailable("the ledger cannot be used"))
        except CutOffError:
            return
        response.headers[MARK] = "1"
        await response(scope, receive, send)


def callback_url(public_url: str, token: str) -> str:
    """What an API is told to call."""
    return f"{public_url}/callbacks/{token}"


def _wrong_order() -> Refusal:
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "the body must be an object with `expires`: an instant with an offset from UTC, to come"
        f" within {LONGEST_LIFE.days} days",
    )
