"""What callers are told: small answers in JSON."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Scope

log: Final = logging.getLogger("reporter.callbacks")
"""Who was refused and why. Neither tokens nor secrets, and nothing that a stranger wrote."""


class Refusal(Exception):
    """What somebody sent is not accepted.

    Args:
        status: of the answer.
        reason: for the caller and the log; quotes nothing of what was sent.
        unread: whether something of the body may have been left on the wire.
        headers: of the answer.
    """

    def __init__(
        self,
        status: HTTPStatus,
        reason: str,
        *,
        unread: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.unread = unread
        self.headers = dict(headers or {})


def wrong_method(allowed: str) -> Refusal:
    """This path is not there for that."""
    return Refusal(
        HTTPStatus.METHOD_NOT_ALLOWED,
        f"only {allowed} is answered here",
        unread=True,
        headers={"allow": allowed},
    )


def unavailable(reason: str) -> Refusal:
    """Not now."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE, reason, unread=True, headers={"retry-after": "5"}
    )


def answer(
    status: HTTPStatus, content: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Response:
    """A few words."""
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def refused(refusal: Refusal) -> Response:
    """The answer to what is not accepted.

    Where the body was not read to its end, the connection is closed: it would have to be read
    before the next request, however long it is.
    """
    closing = {"connection": "close"} if refusal.unread else {}
    return answer(refusal.status, {"error": refusal.reason}, refusal.headers | closing)


def peer(scope: Scope) -> str:
    """Who is calling, for the log."""
    client = scope.get("client")
    return "an unknown address" if client is None else str(client[0])
