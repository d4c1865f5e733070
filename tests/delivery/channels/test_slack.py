import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from receivers import FACTS, Begun, Receiver, handover

from reporter.delivery.base import Announcement, Chat, Link, NotTaken, Reading, Uncertain
from reporter.delivery.slack import SlackChannel, message
from reporter.settings import SlackChannel as Settings

SAID = Chat(facts=FACTS, text="Calls & more: October 2026")
Opener = Callable[..., SlackChannel]


@pytest.fixture
def opened() -> Iterator[Opener]:
    with ExitStack() as stack:

        def open_(receiver: Receiver, timeout: str = "5s") -> SlackChannel:
            channel = SlackChannel("ops", Settings(url=receiver.url, timeout=timeout))
            stack.callback(channel.close)
            return channel

        yield open_


def test_a_message_is_posted_once(receiver: Receiver, opened: Opener) -> None:
    begun = Begun(receiver)
    assert opened(receiver).deliver(SAID, handover(begun)).text == "200 ok"
    (posted,) = receiver.posted
    assert begun.seen == [0]
    assert json.loads(posted.body) == {
        "text": "Calls &amp; more: October 2026\n"
        "Calls: 1,234 (+3.2 %)\n"
        "Answer rate: 56.7 %\n"
        "Busy: –\n"
        "The last day is not complete.\n"
        "<https://reports.example.com/a/review.pdf?x=1&amp;y=2|review.pdf>",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Calls &amp; more"}},
            {
                "type": "section",
                "fields": [
                    {"type": "mrkdwn", "text": "*Calls*\n1,234 (+3.2 %)", "verbatim": True},
                    {"type": "mrkdwn", "text": "*Answer rate*\n56.7 %", "verbatim": True},
                    {"type": "mrkdwn", "text": "*Busy*\n–", "verbatim": True},
                ],
            },
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": "The last day is not complete.",
                    "verbatim": True,
                },
            },
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": "<https://reports.example.com/a/review.pdf?x=1&amp;y=2|review.pdf>",
                    "verbatim": True,
                },
            },
            {
                "type": "context",
                "elements": [
                    {"type": "mrkdwn", "text": "October 2026 · Europe/Zagreb", "verbatim": True}
                ],
            },
        ],
    }


def test_a_text_of_its_own_stands_below_the_title() -> None:
    blocks = json.loads(message(Chat(facts=FACTS, text="Look at this")))["blocks"]
    assert blocks[1]["text"]["text"] == "Look at this"


def test_a_word_to_the_owner_says_each_thing_once() -> None:
    told = replace(
        FACTS, edition="", period="", readings=(), links=(), title="review needs attention",
        notices=("It failed.", "It failed again."),
    )  # fmt: skip
    text = "review needs attention\n\nIt failed.\n\nIt failed again.\n"
    content = json.loads(message(Chat(facts=told, text=text)))
    assert content["text"] == text.strip()
    assert [block["type"] for block in content["blocks"]] == ["header", "section", "section"]


@pytest.mark.parametrize(
    ("status", "text", "error", "retry"),
    [
        (404, "no_service", NotTaken, False),
        (400, "invalid_blocks", NotTaken, False),
        (429, "rate_limited", NotTaken, True),
        (500, "rollup_error", NotTaken, True),
        (502, "bad", Uncertain, None),
        (504, "slow", Uncertain, None),
    ],
)
def test_what_a_chat_answers(
    receiver: Receiver,
    opened: Opener,
    *,
    status: int,
    text: str,
    error: type[Exception],
    retry: bool | None,
) -> None:
    receiver.says(status, text)
    with pytest.raises(error, match=text) as said:
        opened(receiver).deliver(SAID, handover())
    assert getattr(said.value, "retry", None) is retry
    assert len(receiver.posted) == 1


def test_a_cut_after_the_message_leaves_it_open(receiver: Receiver, opened: Opener) -> None:
    receiver.cut = "after the body"
    with pytest.raises(Uncertain):
        opened(receiver).deliver(SAID, handover())
    assert len(receiver.posted) == 1


def test_other_parcels_are_not_for_it(receiver: Receiver, opened: Opener) -> None:
    with pytest.raises(NotTaken):
        opened(receiver).deliver(Announcement(facts=FACTS, files=()), handover())
    assert receiver.connections == 0


TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["<!channel>", "<@U1>", "<https://evil.example|bank>", "a & b", "*_~`"]),
    st.sampled_from(["&", "<", ">", "x", "é"]).map(lambda sign: sign * 5000),
)
READINGS = st.builds(
    Reading, name=st.just("N"), label=TEXTS, text=TEXTS, value=st.none(), change=TEXTS
)
LINKS = st.builds(Link, name=TEXTS, url=TEXTS.map(lambda text: f"https://example.com/{text}"))


@given(
    title=TEXTS, period=TEXTS, text=TEXTS,
    readings=st.lists(READINGS, max_size=40).map(tuple),
    notices=st.lists(TEXTS, max_size=20).map(tuple),
    links=st.lists(LINKS, max_size=20).map(tuple),
)  # fmt: skip
def test_whatever_data_say_the_limits_hold_and_nobody_is_called(
    *,
    title: str,
    period: str,
    text: str,
    readings: tuple[Reading, ...],
    notices: tuple[str, ...],
    links: tuple[Link, ...],
) -> None:
    facts = replace(
        FACTS, title=title, period=period, readings=readings, notices=notices, links=links
    )
    content = json.loads(message(Chat(facts=facts, text=text)))
    blocks = content["blocks"]
    assert len(blocks) <= 50
    assert len(content["text"]) <= 4000
    for block in blocks:
        texts: list[dict[str, Any]] = [*block.get("fields", []), *block.get("elements", [])]
        assert len(texts) <= 10
        assert all(len(one["text"]) <= 2000 for one in block.get("fields", []))
        if "text" in block:
            texts.append(block["text"])
            assert len(block["text"]["text"]) <= (150 if block["type"] == "header" else 3000)
        for one in texts:
            assert one["text"]
            assert one["type"] == "plain_text" or one["verbatim"]
            sober(one["text"])
    sober(content["text"])


def sober(text: str) -> None:
    """Angles stand around our links only, ampersands begin entities only."""
    rest = re.sub(r"<https://example\.com/[^<>|]*\|[^<>|]*>", "", text)
    assert not re.search(r"[<>]", rest)
    assert not re.search(r"&(?!(amp|lt|gt);)", text)
