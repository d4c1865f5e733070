"""What can go wrong between us and the API; ``session`` tells it with the query it is about."""

from reporter.sources.metrics_api.model import Violation


class Failure(Exception):
    """Something that will not pass by itself.

    Args:
        message: what happened: "POST host/path answered 403 ...".
        hint: what to check or do.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Transient(Failure):
    """Something that may pass by itself.

    Args:
        message: what happened.
        hint: what to check if it does not pass.
        retry_after: seconds that the API asks to wait.
        throttled: whether the API only has too much to do; that says nothing against a request.
        perhaps_accepted: whether the request may have been accepted all the same.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        retry_after: float | None = None,
        throttled: bool = False,
        perhaps_accepted: bool = True,
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.throttled = throttled
        self.perhaps_accepted = perhaps_accepted


class Denied(Failure):
    """The API does not take the credentials."""


class NotAccepted(Failure):
    """The API does not accept what it was asked.

    Args:
        message: what it says on the whole.
        violations: what it says against single parts.
    """

    def __init__(self, message: str, violations: tuple[Violation, ...]) -> None:
        super().__init__(message)
        self.violations = violations


class Lost(Failure):
    """A request that was accepted has come to nothing: it may be made once more."""
