"""What others say, fit to be shown: one short line, and none of our secrets in it."""

from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 200
_HIDDEN: Final = "***"


def discreet(text: str, secrets: Iterable[str]) -> str:
    """The text in one line, without what is secret.

    Args:
        text: of an error, or of an answer.
        secrets: what must not be seen; empty ones hide nothing.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
