"""The lines at the head of a message.

Written here, since the standard library loses spaces between words where a long subject has both
ASCII and other letters (Python 3.11), and folds differently from version to version: a message is
always the same bytes.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Final

from reporter.settings.mailbox import Mailbox

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What could begin a new line."""
_LONGEST: Final = 60
"""Of a text that stands as it is; with its name it has fewer than the 78 letters of a line."""
_BYTES: Final = 39
"""In one encoded word: so a line has fewer than 76 letters."""
_PLAIN: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*"
)


def text_header(name: str, text: str) -> str:
    """A line of free text, such as the subject."""
    said = one_line(text)
    return f"{name}: {said if _stands(said) else _encoded(said)}\r\n"


def address_header(name: str, boxes: Iterable[Mailbox]) -> str:
    """A line of addresses, each in a line of its own."""
    return f"{name}: " + ",\r\n ".join(map(_address, boxes)) + "\r\n"


def one_line(text: str) -> str:
    """A text without anything that could begin another header."""
    return _CONTROL.sub(" ", text).strip()


def _address(box: Mailbox) -> str:
    name = one_line(box.name)
    if not name:
        return box.address
    if not _stands(name):
        return f"{_encoded(name)}\r\n <{box.address}>"
    if not _PLAIN.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{box.address}>"


def _stands(text: str) -> bool:
    return text.isascii() and len(text) <= _LONGEST and "=?" not in text and "  " not in text


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047); readers put them together without the spaces between them."""
    return "\r\n ".join(
        f"=?utf-8?b?{base64.b64encode(part.encode()).decode()}?=" for part in _parts(text)
    )


def _parts(text: str) -> Iterator[str]:
    """So much of a text as fits into one word; no character is cut."""
    part, size = "", 0
    for sign in text:
        more = len(sign.encode())
        if size + more > _BYTES:
            yield part
            part, size = "", 0
        part, size = part + sign, size + more
    yield part
