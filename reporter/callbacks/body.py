"""Reading bodies that strangers send: bounded in size, time and memory, and checked before use."""

import asyncio
import codecs
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import Final, Protocol

import msgspec
from starlette.datastructures import Headers
from starlette.types import Receive

from reporter.callbacks.answers import Refusal, unavailable

MIB: Final = 2**20
_SMALL: Final = MIB
"""Bytes up to which a body is read beside many others."""
_PIECE: Final = 2**16
"""Bytes that are inflated at once: a few can become very many."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_MEDIA_TYPE: Final = "application/json"
_CHARSETS: Final = ("utf-8", "utf8", "us-ascii")
_CODINGS: Final = ("identity", "gzip", "x-gzip")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is taken at once.

    Attributes:
        largest: bytes of one body, on the wire and after inflation.
        bodies: that are read at the same time; more wait for their turn.
        large_bodies: of these, those over a MiB. So all bodies together take no more memory than
            ``bodies`` MiB and ``large_bodies`` of the largest.
        silence: seconds within which the next bytes must come.
        seconds: within which the whole body must have come.
    """

    largest: int
    bodies: int = 256
    large_bodies: int = 4
    silence: float = 20.0
    seconds: float = 300.0


class CutOffError(Exception):
    """The caller went away before the whole body was there: nobody is left to be answered."""


class Head(msgspec.Struct, frozen=True):
    """What a body says of itself.

    Attributes:
        length: in bytes on the wire; None where it does not say.
        packed: whether it is gzip.
    """

    length: int | None
    packed: bool


def head_of(headers: Headers, limits: Limits) -> Head:
    """What the headers say of a body of JSON.

    Raises:
        Refusal: a body like this is not read at all.
    """
    media_type, *parameters = headers.get("content-type", "").lower().split(";")
    named = dict(_named(parameter) for parameter in parameters)
    if media_type.strip() != _MEDIA_TYPE or named.get("charset", "utf-8") not in _CHARSETS:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the content type must be {_MEDIA_TYPE}, in UTF-8",
            unread=True,
        )
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in _CODINGS:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "the content encoding must be gzip, or none",
            unread=True,
        )
    length = headers.get("content-length")
    if length is not None and int(length) > limits.largest:  # the parser lets only digits pass
        raise _too_large(limits)
    return Head(None if length is None else int(length), coding != "identity")


class BodyReader:
    """Reads bodies, many at a time. One for all of them: it holds what they share.

    Args:
        limits: of each, and of all together.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._places = asyncio.Semaphore(limits.bodies)
        self._large_places = asyncio.Semaphore(limits.large_bodies)
        self._running: set[asyncio.Timeout] = set()
        self._stopped = False

    def stop(self) -> None:
        """Give up what is being read; nothing is read any more."""
        self._stopped = True
        for timeout in self._running:
            timeout.reschedule(0)

    @asynccontextmanager
    async def read(self, head: Head, receive: Receive) -> AsyncIterator[bytearray]:
        """A whole body, inflated, in UTF-8. Its place in memory is its own inside the context.

        Raises:
            Refusal: it is too large, comes too slowly, or is spoilt.
            CutOffError: the caller went away.
        """
        async with AsyncExitStack() as places:
            async with self._in_time():
                await places.enter_async_context(self._places)
                body = await self._collected(head, receive, places)
            yield body

    async def _collected(self, head: Head, receive: Receive, places: AsyncExitStack) -> bytearray:
        body = bytearray()
        taken = 0
        unpacking: _Unpacking = _Gzip() if head.packed else _Plain()
        text = codecs.getincrementaldecoder("utf-8")()
        spacious = head.length is not None and head.length > _SMALL
        if spacious:
            await places.enter_async_context(self._large_places)
        more = True
        while more:
            async with asyncio.timeout(self.limits.silence):
                message = await receive()
            if message["type"] == "http.disconnect":
                raise CutOffError
            more = message.get("more_body", False)
            chunk = message.get("body", b"")
            taken += len(chunk)
            for piece in unpacking.pieces(chunk):
                if max(taken, len(body) + len(piece)) > self.limits.largest:
                    raise _too_large(self.limits)
                if not spacious and len(body) + len(piece) > _SMALL:
                    await places.enter_async_context(self._large_places)
                    spacious = True
                _decoded(text, piece)
                body += piece
        unpacking.end()
        _decoded(text, b"", final=True)
        return body

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(0 if self._stopped else self.limits.seconds) as timeout:
                self._running.add(timeout)
                try:
                    yield
                finally:
                    self._running.discard(timeout)
        except TimeoutError:
            if self._stopped:
                raise unavailable("the server is stopping") from None
            raise Refusal(
                HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly", unread=True
            ) from None


class _Unpacking(Protocol):
    """Makes plain bytes of those on the wire."""

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk contains, little by little. There is always at least one piece."""
        ...

    def end(self) -> None:
        """Nothing more comes.

        Raises:
            Refusal: something should.
        """
        ...


class _Plain:
    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def end(self) -> None:
        pass


class _Gzip:
    def __init__(self) -> None:
        self._inflating = zlib.decompressobj(_GZIP)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        try:
            yield self._inflating.decompress(chunk, _PIECE)
            while self._inflating.unconsumed_tail:
                yield self._inflating.decompress(self._inflating.unconsumed_tail, _PIECE)
        except zlib.error:
            raise _no_gzip() from None
        if self._inflating.unused_data:
            raise _no_gzip()

    def end(self) -> None:
        if not self._inflating.eof:
            raise _no_gzip()


def _decoded(text: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> None:
    try:
        text.decode(piece, final)
    except UnicodeDecodeError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is not UTF-8", unread=True) from None


def _named(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return name.strip(), value.strip().strip('"')


def _too_large(limits: Limits) -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"the body is larger than {limits.largest} bytes",
        unread=True,
    )


def _no_gzip() -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "the body is not gzip, though it says so", unread=True)
