"""One JSON message to one HTTP address, so that it is known how far it came.

The connection is made first; only when it stands is ``begin`` called, directly before the first
byte. A message that was not written whole cannot have been taken, since its length stands at its
head. Once it is written whole, only the answer tells.

The library bounds each read alone: a server that says a byte now and then would hold it for ever.
Here each step has one deadline as a whole.
"""

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self
from urllib.parse import unquote

import httpx

from reporter import __version__
from reporter.delivery.base import NotTaken, Receipt, Uncertain
from reporter.delivery.discretion import discreet

_CONNECTING: Final = 10.0
_MOST_READ: Final = 2000
_PASSING: Final = frozenset({408, 425, 429})
GATEWAY_TIMEOUT: Final = 504
"""Said by a gateway that has passed a message on and had no answer itself."""
_DIGITS: Final = 9
"""Of a number of seconds: thirty years are as long as three hundred."""
_SHORTEST_SECRET: Final = 4
"""Shorter parts of an address are words, like v1."""
_SPEAKING: Final = ("text/plain", "application/json", "application/problem+json")


class Post:
    """Sends messages to one address.

    Each has a connection of its own: one that was kept may be dead, and that shows only when a
    message has been written into it.

    Args:
        name: of the channel, as in messages: ``webhook 'portal'``.
        url: where to; it may be secret.
        timeout: how long any step may take.
        now: the clock.
        unsure: what answers leave it open whether a message was taken.
    """

    def __init__(
        self,
        name: str,
        url: str,
        timeout: timedelta,
        *,
        now: Callable[[], datetime],
        unsure: frozenset[int] = frozenset({GATEWAY_TIMEOUT}),
    ) -> None:
        seconds = timeout.total_seconds()
        self._name = name
        self._url = url
        self._now = now
        self._unsure = unsure
        self._seconds = seconds
        self._client = httpx.Client(
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECTING)),
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
        )

    def send(self, body: bytes, headers: dict[str, str], begin: Callable[[], None]) -> Receipt:
        """Send one message.

        Raises:
            NotTaken: it was not taken.
            Uncertain: it was sent, and there was no answer.
        """
        progress = _Progress(begin, self._seconds)
        try:
            with (
                progress,
                self._client.stream(
                    "POST",
                    self._url,
                    content=body,
                    headers={
                        "Content-Type": "application/json",
                        "User-Agent": f"reporter/{__version__}",
                        **headers,
                    },
                    extensions={"trace": progress},
                ) as response,
            ):
                said = f"{response.status_code} {self._words(response)}".strip()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = _TOO_LATE if progress.late else self._hidden(_reason(error))
            if progress.whole:
                raise Uncertain(f"{self._name}: no answer to what was sent: {why}") from error
            broken = isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol)
            raise NotTaken(f"{self._name}: {why}", retry=not broken) from error
        return self._settled(response, said)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _settled(self, response: httpx.Response, said: str) -> Receipt:
        status = response.status_code
        if response.is_success:
            return Receipt(said)
        if status in self._unsure:
            raise Uncertain(f"{self._name}: {said}")
        if response.is_redirect:
            raise NotTaken(
                f"{self._name}: {status}: it leads elsewhere, where nothing is sent",
                retry=False,
                hint="write the address that it leads to",
            )
        passing = status in _PASSING or response.is_server_error
        raise NotTaken(
            f"{self._name}: {said}",
            retry=passing,
            after=self._after(response.headers.get("Retry-After", "")) if passing else None,
            hint=None if passing else "is its url in reporter.yaml right?",
        )

    def _words(self, response: httpx.Response) -> str:
        """The beginning of an answer in words; a page of HTML is none."""
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in _SPEAKING:
            return response.reason_phrase
        content = b""
        try:
            for chunk in response.iter_raw():
                content += chunk
                if len(content) >= _MOST_READ:
                    break
        except httpx.HTTPError:
            pass  # the status has come, and that is what counts
        return self._hidden(content[:_MOST_READ].decode("utf-8", "replace"))

    def _hidden(self, text: str) -> str:
        """What was said, without the address: answers like to repeat it."""
        path = self._url.partition("://")[2].partition("/")[2]
        parts = [part for part in re.split("[/?&=;]", path) if len(part) >= _SHORTEST_SECRET]
        return discreet(text, (self._url, path, *parts, *map(unquote, parts)))

    def _after(self, text: str) -> timedelta | None:
        """How long to wait, from a number of seconds or a date."""
        if text.isascii() and text.isdecimal():
            return timedelta(seconds=int(text[:_DIGITS]))
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, OverflowError):  # there are no days so far away
            return None
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        return max(at - self._now(), timedelta())


class _Progress:
    """Follows a request on its way. httpx calls it before and after each step.

    Args:
        begin: called directly before the first byte of the message.
        seconds: that each step may take, but for connecting, which has a bound of its own.

    Attributes:
        whole: whether the message has been written to its end.
        late: whether it was broken off since a step took too long.
    """

    def __init__(self, begin: Callable[[], None], seconds: float) -> None:
        self.whole = False
        self.late = False
        self._begin = begin
        self._begun = False
        self._seconds = seconds
        self._line: socket.socket | None = None
        self._alarm: threading.Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rest()

    def __call__(self, step: str, info: dict[str, Any]) -> None:
        self._rest()
        # A proxy is asked for a tunnel first: that is no message.
        if step.endswith("send_request_headers.started") and info["request"].method == b"POST":
            self._begin()
            self._begun = True
        elif self._begun and step.endswith("send_request_body.complete"):
            self.whole = True
        elif step.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._line = info["return_value"].get_extra_info("socket")
        if step.endswith(".started") and self._line is not None:
            self._watch(self._line)

    def _watch(self, line: socket.socket) -> None:
        self._alarm = threading.Timer(self._seconds, self._break_off, (line,))
        self._alarm.daemon = True
        self._alarm.start()

    def _rest(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _break_off(self, line: socket.socket) -> None:
        """Whoever reads sees the end. It is not closed: its number is not to be used anew."""
        self.late = True
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # an SSL socket's own forgets its state


_TOO_LATE: Final = "there was none in time"
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (httpx.InvalidURL, "its url is no URL"),
    (httpx.UnsupportedProtocol, "its url is no URL of HTTP"),
    (httpx.ConnectTimeout, "it took too long to connect"),
    (httpx.ReadTimeout, _TOO_LATE),
    (httpx.WriteTimeout, "the message was not taken in time"),
    (httpx.ProxyError, "the proxy refuses to connect"),
    (httpx.RemoteProtocolError, "the connection was closed, or what came is not HTTP"),
)


def _reason(error: Exception) -> str:
    """What went wrong, by kind: texts of libraries may quote the URL."""
    for kind, text in _REASONS:
        if isinstance(error, kind):
            return text
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case ssl.SSLCertVerificationError():
                return f"its certificate is not trusted: {cause.verify_message}"
            case ssl.SSLError():
                return "there is no TLS connection with it"
            case socket.gaierror():
                return "its host has no address"
            case OSError(strerror=str(text)):
                return text
        cause = cause.__cause__ or cause.__context__
    return f"it broke off ({type(error).__name__})"
