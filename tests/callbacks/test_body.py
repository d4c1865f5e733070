"""Bodies in any pieces, packed or not: whole and within the bound, or refused."""

import asyncio
import gzip
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message

from reporter.callbacks.answers import Refusal
from reporter.callbacks.body import BodyReader, CutOffError, Head, Limits

LARGEST = 3000


def messages(wire: bytes, cuts: list[int], *, cut_off: bool = False) -> Iterator[Message]:
    """What a server passes on when these bytes come in these pieces."""
    ends = sorted({min(cut, len(wire)) for cut in cuts} | {len(wire)})
    begins = [0, *ends[:-1]]
    for begin, end in zip(begins, ends, strict=True):
        more = cut_off or end < len(wire)
        yield {"type": "http.request", "body": wire[begin:end], "more_body": more}
    yield {"type": "http.disconnect"}


def read(reader: BodyReader, head: Head, said: Iterator[Message]) -> bytes:
    async def receive() -> Message:
        return next(said)

    async def reading() -> bytes:
        async with reader.read(head, receive) as body:
            return bytes(body)

    return asyncio.run(reading())


BODIES = st.one_of(
    st.text(max_size=1500).map(str.encode),
    st.binary(max_size=40),
    st.integers(LARGEST - 2, LARGEST + 2).map(lambda size: b"x" * size),
    st.integers(0, 2).map(lambda size: b" " * (100_000 + size)),
)
CUTS = st.lists(st.integers(0, LARGEST), max_size=12)


@settings(max_examples=60)
@given(plain=BODIES, cuts=CUTS, packed=st.booleans())
def test_a_whole_body_is_what_was_sent(plain: bytes, cuts: list[int], *, packed: bool) -> None:
    wire = gzip.compress(plain) if packed else plain
    reader = BodyReader(Limits(largest=LARGEST))
    said = messages(wire, cuts)
    try:
        plain.decode()
    except UnicodeDecodeError:
        expected = HTTPStatus.BAD_REQUEST
    else:
        expected = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if expected is HTTPStatus.REQUEST_ENTITY_TOO_LARGE and max(len(wire), len(plain)) <= LARGEST:
        assert read(reader, Head(None, packed), said) == plain
        return
    with pytest.raises(Refusal) as caught:
        read(reader, Head(None, packed), said)
    assert caught.value.status is expected


@given(plain=st.text(max_size=300).map(str.encode), cuts=CUTS, packed=st.booleans(), data=st.data())
def test_a_body_that_is_cut_off_is_none(
    plain: bytes, cuts: list[int], data: st.DataObject, *, packed: bool
) -> None:
    wire = gzip.compress(plain) if packed else plain
    left = wire[: data.draw(st.integers(0, len(wire)))]
    # Half a character at its end is no wrong one.
    with pytest.raises(CutOffError):
        read(
            BodyReader(Limits(largest=LARGEST)),
            Head(None, packed),
            messages(left, cuts, cut_off=True),
        )


@given(plain=st.binary(min_size=1, max_size=300), data=st.data())
def test_gzip_that_ends_early_is_refused(plain: bytes, data: st.DataObject) -> None:
    wire = gzip.compress(plain)
    left = wire[: data.draw(st.integers(0, len(wire) - 1))]
    with pytest.raises(Refusal, match=r"not gzip|not UTF-8"):
        read(BodyReader(Limits(largest=LARGEST)), Head(None, packed=True), messages(left, [7]))


def test_after_the_stop_nothing_is_read() -> None:
    async def reading() -> None:
        reader = BodyReader(Limits(largest=LARGEST))
        reader.stop()

        async def receive() -> Message:
            await asyncio.sleep(60)
            raise AssertionError

        with pytest.raises(Refusal, match="the server is stopping"):
            async with reader.read(Head(None, packed=False), receive):
                raise AssertionError

    asyncio.run(reading())


def test_who_leaves_gives_its_place_to_the_next() -> None:
    """Also when it was refused, cut off or cancelled."""
    large = Head(2 * 2**20, packed=False)

    async def reading() -> None:
        reader = BodyReader(Limits(largest=3 * 2**20, bodies=1, large_bodies=1, seconds=5))
        for said in (
            messages(b"\xff", []),
            messages(b"x", [], cut_off=True),
            messages(b" " * (4 * 2**20), []),
            messages(b"x", []),
        ):

            async def receive(said: Iterator[Message] = said) -> Message:
                return next(said)

            try:
                async with reader.read(large, receive) as body:
                    assert body == b"x"
            except (Refusal, CutOffError):
                continue
            return
        raise AssertionError

    asyncio.run(reading())
