"""Messages for people in a chat: Slack's incoming webhooks, and chats that understand the same.

The text alone says everything, for notifications and for chats that know no blocks. Names and
figures come from data: they are escaped, so that nothing in them calls anybody or hides a link.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from reporter import clock
from reporter.dates import duration
from reporter.delivery.base import Chat, Handover, Link, NotTaken, Parcel, Reading, Receipt
from reporter.delivery.post import GATEWAY_TIMEOUT, Post
from reporter.settings import SlackChannel as Settings

_BAD_GATEWAY: Final = 502
_LONGEST_HEADER: Final = 150
_LONGEST_SECTION: Final = 3000
_LONGEST_FIELD: Final = 2000
_LONGEST_TEXT: Final = 4000
_FIELDS: Final = 10
_MOST_READINGS: Final = 2 * _FIELDS
_MOST_NOTICES: Final = 10
_MOST_LINKS: Final = 10
_LONGEST_LINK: Final = 2000


class _Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text object.

    Attributes:
        verbatim: whether names and addresses in it stay as they are.
    """

    type: str
    text: str
    verbatim: bool = False


class _Header(msgspec.Struct, frozen=True, tag_field="type", tag="header"):
    """The title."""

    text: _Text


class _Section(msgspec.Struct, frozen=True, tag_field="type", tag="section", omit_defaults=True):
    """A paragraph, or figures in two columns."""

    text: _Text | None = None
    fields: tuple[_Text, ...] = ()


class _Context(msgspec.Struct, frozen=True, tag_field="type", tag="context"):
    """Small print."""

    elements: tuple[_Text, ...]


class _Message(msgspec.Struct, frozen=True):
    """The whole message."""

    text: str
    blocks: tuple[_Header | _Section | _Context, ...]


def message(chat: Chat) -> bytes:
    """The body: always the same for the same delivery."""
    content = _Message(_cut("\n".join(_lines(chat)), _LONGEST_TEXT), tuple(_blocks(chat)))
    return msgspec.json.encode(content)


def _lines(chat: Chat) -> Iterator[str]:
    """What is read without blocks."""
    facts = chat.facts
    yield _escaped(chat.text.strip())
    for one in facts.readings[:_MOST_READINGS]:
        yield f"{_escaped(one.label)}: {_escaped(_figure(one))}"
    if facts.edition:
        for notice in facts.notices[:_MOST_NOTICES]:
            yield _escaped(notice)
    yield from map(_linked, _shown(facts.links))


def _blocks(chat: Chat) -> Iterator[_Header | _Section | _Context]:
    facts = chat.facts
    yield _Header(_Text("plain_text", _cut(_escaped(facts.title or facts.report), _LONGEST_HEADER)))
    if facts.edition and chat.text not in ("", facts.title, f"{facts.title}: {facts.period}"):
        yield _Section(_markdown(_escaped(chat.text)))
    readings = facts.readings[:_MOST_READINGS]
    for start in range(0, len(readings), _FIELDS):
        yield _Section(fields=tuple(map(_field, readings[start : start + _FIELDS])))
    for notice in filter(None, facts.notices[:_MOST_NOTICES]):
        yield _Section(_markdown(_escaped(notice)))
    links = _shown(facts.links)
    if links:
        yield _Section(_markdown("\n".join(map(_linked, links))))
    about = " · ".join(map(_escaped, filter(None, (facts.burst, facts.period, _zone(chat)))))
    if about:
        yield _Context((_markdown(about),))


def _zone(chat: Chat) -> str:
    return chat.facts.timezone if chat.facts.period else ""


def _field(reading: Reading) -> _Text:
    label = _escaped(reading.label).replace("*", "∗")  # it would end the bold print
    return _markdown(f"*{label}*\n{_escaped(_figure(reading))}", _LONGEST_FIELD)


def _figure(reading: Reading) -> str:
    return f"{reading.text} ({reading.change})" if reading.change else reading.text


def _shown(links: tuple[Link, ...]) -> tuple[Link, ...]:
    return tuple(link for link in links if len(link.url) <= _LONGEST_LINK)[:_MOST_LINKS]


def _linked(link: Link) -> str:
    """Slack's form of a link; a bar or an angle would end the address too early."""
    url = link.url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    return f"<{url.replace('&', '&amp;')}|{_escaped(link.name).replace('|', '∣')}>"


def _markdown(text: str, longest: int = _LONGEST_SECTION) -> _Text:
    return _Text("mrkdwn", _cut(text, longest), verbatim=True)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, longest: int) -> str:
    """The text, shortened without leaving half an entity or half a link at its end."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    for opens, closes in (("&", ";"), ("<", ">")):
        begun = kept.rfind(opens)
        if begun > kept.rfind(closes):
            kept = kept[:begun]
    return f"{kept}…"


class SlackChannel:
    """An incoming webhook of the project file.

    Args:
        name: of the channel.
        settings: of it.
        now: the clock.
    """

    repeatable = False

    def __init__(
        self, name: str, settings: Settings, *, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._name = name
        # A chat cannot tell that it has seen a message already, so gateways are not believed.
        self._post = Post(
            f"chat {name!r}",
            settings.url,
            duration(settings.timeout),
            now=now,
            unsure=frozenset({_BAD_GATEWAY, GATEWAY_TIMEOUT}),
        )

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        """Send one message.

        Raises:
            NotTaken: it was not taken.
            Uncertain: it was sent, and there was no answer.
        """
        if not isinstance(parcel, Chat):
            raise NotTaken(f"{self._name} is a chat, and this no message for one", retry=False)
        return self._post.send(message(parcel), {}, handover.begin)

    def close(self) -> None:
        """Let go of connections."""
        self._post.close()
