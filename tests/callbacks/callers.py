"""Who calls, byte by byte: what an HTTP library would never send can be sent."""

import asyncio
import json
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

RESULT = b'{"requestId": "r1", "status": "SUCCESS", "response": {"rows": [[1]]}}'
JSON = {"Content-Type": "application/json"}


class Said(msgspec.Struct, frozen=True):
    """What a server answered; status 0: it closed the connection without a word."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> str:
        return str(json.loads(self.body)["error"])


def head(url: str, headers: Mapping[str, str], *, method: str = "POST") -> bytes:
    """The head of a request; Content-Length and the like are the caller's business."""
    parts = urlsplit(url)
    lines = [f"{method} {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(url: str, body: bytes = RESULT, *, method: str = "POST", **headers: str) -> bytes:
    """A request as it should be, but for the headers that are given (``content_type=...``)."""
    said = JSON | {"Content-Length": str(len(body)), "Connection": "close"}
    said |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    return head(url, said, method=method) + body


async def send(url: str, *data: bytes, pause: float = 0) -> Said:
    """Send bytes to where a URL points and read until the server closes the connection.

    Args:
        url: its host and port.
        data: the pieces that are sent.
        pause: seconds after each piece.
    """
    with await _connected(url) as connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(30):
            sending = asyncio.create_task(_write(connection, data, pause))
            answer = b""
            with suppress(ConnectionError):
                while chunk := await loop.sock_recv(connection, 65536):
                    answer += chunk
            sending.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await sending
    return _said(answer)


async def hang_up(url: str, data: bytes) -> Said:
    """Send bytes and close the connection without waiting for an answer."""
    with await _connected(url) as connection:
        await _write(connection, (data,), 0)
    return Said(0, {}, b"")


async def _connected(url: str) -> socket.socket:
    # A stream would forget what the server said before it closed the connection on a sender.
    parts = urlsplit(url)
    assert parts.hostname is not None
    family = socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET
    connection = socket.socket(family)
    connection.settimeout(0)
    try:
        await asyncio.get_running_loop().sock_connect(connection, (parts.hostname, parts.port))
    except OSError:
        connection.close()
        raise
    return connection


async def _write(connection: socket.socket, data: Iterable[bytes], pause: float) -> None:
    for piece in data:
        await asyncio.get_running_loop().sock_sendall(connection, piece)
        await asyncio.sleep(pause)


def _said(answer: bytes) -> Said:
    if not answer:
        return Said(0, {}, b"")
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Said(int(first.split()[1]), headers, body)
