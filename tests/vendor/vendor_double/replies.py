"""What the API answers to a request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vendor_double.refusals import Violation

_ERRORS: Final = {
    400: ("E400", "Request cannot be processed."),
    401: ("E401", "The request lacks valid authentication credentials."),
    404: ("E404", "There is no such resource."),
    429: ("E429", "Too many requests sent."),
    500: ("E500", "Something went wrong."),
}


def _nothing() -> None:
    """Nothing follows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what is to be done once it is sent."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)
    after: Callable[[], None] = _nothing
    wrong: tuple[str, ...] = ()


def error(status: int, found: Sequence[Violation] = ()) -> Reply:
    """A refusal, with what it is about."""
    code, description = _ERRORS[status]
    body = {
        "errorCode": code,
        "description": description,
        "action": "Check the request.",
        "violations": [{"property": where, "violation": what} for where, what in found],
        "resources": [],
    }
    return Reply(status, body)
