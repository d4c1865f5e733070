"""What is wrong with a request, and how the API says that something went wrong."""

from http import HTTPStatus
from typing import Final

import msgspec

SAID: Final[dict[HTTPStatus, tuple[str, str]]] = {
    HTTPStatus.BAD_REQUEST: (
        "The request is not valid.",
        "Correct what the violations say.",
    ),
    HTTPStatus.UNAUTHORIZED: (
        "The credentials are missing or wrong.",
        "Send `Authorization: App KEY`, or a user name and password.",
    ),
    HTTPStatus.FORBIDDEN: (
        "The credentials do not open what is asked for.",
        "Leave these accounts out, or use other credentials.",
    ),
    HTTPStatus.NOT_FOUND: ("There is no such thing.", "Check the address."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "The address does not take this method.",
        "Use one of those that Allow names.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "The body is larger than 1 MiB.",
        "Ask for less at once.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "The body is not of type application/json.",
        "Send JSON, and say so in Content-Type.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "There are too many requests at once.",
        "Wait as long as Retry-After says.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "The server failed.",
        "Try again later; tell who runs the server.",
    ),
}
"""What went wrong and what to do about it, for every status that the API answers with."""


class Violation(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Attributes:
        property: the place in the request (``request.metrics[0]``); empty: all of it.
        violation: what is wrong there.
    """

    property: str
    violation: str


class Resource(msgspec.Struct, frozen=True):
    """Where to read on."""

    name: str
    url: str


class ApiError(msgspec.Struct, frozen=True, rename="camel"):
    """The body of every response that is no success."""

    error_code: str
    description: str
    action: str
    violations: tuple[Violation, ...] = ()
    resources: tuple[Resource, ...] = ()


class Refused(Exception):
    """A request is not done.

    Args:
        status: of the response.
        violations: all that is wrong.
        headers: of the response.
    """

    def __init__(
        self,
        status: HTTPStatus,
        violations: tuple[Violation, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.violations = violations
        self.headers = headers


def api_error(status: HTTPStatus, violations: tuple[Violation, ...] = ()) -> ApiError:
    """What the API says to a status; also to one that only a server's insides answer with."""
    description, action = SAID.get(status, (f"{status.phrase}.", "Check the request."))
    return ApiError(f"E{status.value}", description, action, violations)
