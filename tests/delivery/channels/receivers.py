"""HTTP receivers on real sockets: they count what arrives, and break off where they are told to."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from reporter.delivery.base import Facts, Handover, Link, Reading

PLANNED_AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef"
FACTS = Facts(
    edition="e" * 32,
    report="review",
    title="Calls & more",
    period="October 2026",
    since=datetime(2026, 10, 1, tzinfo=UTC),
    until=datetime(2026, 11, 1, tzinfo=UTC),
    timezone="Europe/Zagreb",
    revision="final",
    language="en-GB",
    readings=(
        Reading("TOTAL_CALL_COUNT", "Calls", "1,234", 1234, "+3.2 %"),
        Reading("ANSWER_RATE", "Answer rate", "56.7 %", 0.5671234, ""),
        Reading("BUSY_RATE", "Busy", "–", None, ""),
    ),
    notices=("The last day is not complete.",),
    links=(Link("review.pdf", "https://reports.example.com/a/review.pdf?x=1&y=2"),),
)

Cut = Literal[
    "",
    "at once",
    "after the head",
    "after the body",
    "silent",
    "in the answer",
    "in its words",
    "ever so slowly",
    "its words ever so slowly",
    "unasked",
]


class Posted(Struct, frozen=True):
    """One request that arrived whole."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Takes requests one by one.

    Attributes:
        answer: what it says.
        cut: where it breaks off instead.
        posted: the requests that arrived whole.
        connections: how often it was called.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
        self.cut: Cut = ""
        self.posted: list[Posted] = []
        self.connections = 0
        self.release = threading.Event()
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        scheme = "http" if self._context is None else "https"
        return f"{scheme}://localhost:{self.port}/hooks/T0PSECRET?token=h1dden"

    def says(
        self, status: int, text: str = "", *, kind: str = "text/plain", head: str = ""
    ) -> None:
        content = text.encode()
        self.answer = (
            f"HTTP/1.1 {status} Because\r\nContent-Type: {kind}\r\n{head}"
            f"Content-Length: {len(content)}\r\n\r\n"
        ).encode() + content

    def close(self) -> None:
        self.release.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the one who waits
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with line, suppress(OSError):
                line.settimeout(5)
                if self._context is None:
                    self._talk(line)
                else:
                    with self._context.wrap_socket(line, server_side=True) as secure:
                        self._talk(secure)

    def _talk(self, line: socket.socket) -> None:
        if self.cut == "at once":
            _reset(line)
            return
        if self.cut == "unasked":
            line.sendall(self.answer)
            line.recv(1)
            return
        head = b""
        while b"\r\n\r\n" not in head:
            sign = line.recv(1)
            if not sign:
                return
            head += sign
        if self.cut == "after the head":
            _reset(line)
            return
        posted = _read(line, head)
        self.posted.append(posted)
        self._reply(line)

    def _reply(self, line: socket.socket) -> None:
        match self.cut:
            case "after the body":
                _reset(line)
            case "silent":
                self.release.wait(5)
            case "in the answer":
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-")
            case "in its words":
                line.sendall(self.answer.replace(b"Length: 2", b"Length: 9"))
            case "ever so slowly":
                self._drip(line, b"HTTP/1.1 200 OK\r\nX-Padding: ")
            case "its words ever so slowly":
                self._drip(line, self.answer.replace(b"Length: 2", b"Length: 9000"))
            case _:
                line.sendall(self.answer)

    def _drip(self, line: socket.socket, beginning: bytes) -> None:
        """A byte now and then, for as long as anybody listens."""
        line.sendall(beginning)
        while not self.release.wait(0.1):
            line.sendall(b"x")


def _read(line: socket.socket, head: bytes) -> Posted:
    first, *fields = head.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
    body = b""
    while len(body) < int(headers["content-length"]):
        body += line.recv(65536)
    return Posted(first.split()[1], headers, body)


def _reset(line: socket.socket) -> None:
    """Break off so that whoever writes notices at once."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    if isinstance(line, ssl.SSLSocket):
        line.detach()
    line.close()


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(context)
    try:
        yield receiver
    finally:
        receiver.close()


class Begun:
    """Counts how often it was begun, and how much had arrived then."""

    def __init__(self, receiver: Receiver | None = None) -> None:
        self.seen: list[int] = []
        self._receiver = receiver

    def __call__(self) -> None:
        self.seen.append(0 if self._receiver is None else len(self._receiver.posted))


def handover(begin: Begun | None = None, recipient: str = "portal") -> Handover:
    return Handover(id=ID, recipient=recipient, planned_at=PLANNED_AT, begin=begin or Begun())
