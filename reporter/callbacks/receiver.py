"""``POST /callbacks/{token}``: where an API delivers a result."""

import asyncio
import logging
import re
from http import HTTPStatus
from typing import Final, Literal

import msgspec
from starlette.datastructures import Headers
from starlette.responses import Response
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
from reporter.callbacks.body import BodyReader, CutOffError, head_of
from reporter.callbacks.inbox import Inbox
from reporter.errors import LedgerError
from reporter.ledger.slots import Verdict

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 bits as they are written in a URL."""
_CHECKED_AT_ONCE: Final = 2**20
"""Bytes of JSON that are checked without leaving the event loop: more would hold up the others."""

_STRANGERS: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
"""What anybody can bring about is no news; what goes wrong with a token that was given out is."""


class _Result(msgspec.Struct, rename="camel"):
    """As much of a result as each must have; the rest is judged by whoever asked for it."""

    request_id: str
    status: Literal["SUCCESS", "FAILED"]
    response: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_result: Final = msgspec.json.Decoder(_Result)


class CallbackEndpoint:
    """Puts what is posted to a token into its slot. An ASGI application, for one path.

    Answers 200 when the body is on the disk, and to the same body again; 409 to another one; 404
    where there is no such token, or no longer. Nothing but a 200 changes anything.

    Args:
        inbox: the slots.
        reader: of the bodies.
    """

    def __init__(self, inbox: Inbox, reader: BodyReader) -> None:
        self._inbox = inbox
        self._reader = reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing where the caller is gone."""
        try:
            response = await self._answer(scope, receive)
        except Refusal as refusal:
            level = logging.INFO if refusal.status in _STRANGERS else logging.WARNING
            log.log(level, "callback from %s refused: %s", peer(scope), refusal.reason)
            response = refused(refusal)
        except LedgerError as error:
            log.error("callback from %s refused: %s", peer(scope), error)
            response = refused(unavailable("the result cannot be kept"))
        except CutOffError:
            log.warning("callback from %s refused: it was cut off", peer(scope))
            return
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if scope["method"] != "POST":
            raise wrong_method("POST")
        token = scope["path_params"]["token"]
        # Before anything of the body is read: strangers take up no room.
        if not _TOKEN.fullmatch(token) or not await self._inbox.admits(token):
            raise _unknown()
        head = head_of(Headers(scope=scope), self._reader.limits)
        async with self._reader.read(head, receive) as body:
            if len(body) > _CHECKED_AT_ONCE:
                await asyncio.to_thread(_check, body)
            else:
                _check(body)
            accepted = await self._inbox.accept(token, body)
            size = len(body)
        if accepted.verdict is Verdict.UNKNOWN:  # closed, or expired, while the body came
            raise _unknown()
        if accepted.verdict is Verdict.ANOTHER:
            raise Refusal(HTTPStatus.CONFLICT, "another result was received before")
        again = " again" if accepted.verdict is Verdict.REPEATED else ""
        log.info("callback from %s: %d bytes for %s%s", peer(scope), size, accepted.slot, again)
        return answer(HTTPStatus.OK, {"status": "received"})


def _check(body: bytearray) -> None:
    try:
        result = _result.decode(body)
    except msgspec.ValidationError:
        raise _no_result() from None
    except (msgspec.DecodeError, RecursionError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is not JSON, or not all of it") from None
    if result.status == "SUCCESS" and (
        result.response is msgspec.UNSET or memoryview(result.response)[0] != ord("{")
    ):
        raise _no_result()


def _unknown() -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "there is no such place for a result", unread=True)


def _no_result() -> Refusal:
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "the body must be an object with `requestId` (text), `status` (SUCCESS or FAILED),"
        " and with SUCCESS a `response` (an object)",
    )
