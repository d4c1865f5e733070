"""Mail addresses as people write them: ``Ana Horvat <ana@example.com>``."""

import re
from typing import Final

import msgspec

_PART: Final = r"[^\s@<>,;:\"()\[\]\\.\x00-\x1f\x7f]+"
_SPEC: Final = re.compile(rf"{_PART}(?:\.{_PART})*@{_PART}(?:\.{_PART})*")
_NAMED: Final = re.compile(r"([^<>]*)<([^<>]*)>\s*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
"""What could begin a new header."""


class Mailbox(msgspec.Struct, frozen=True):
    """A parsed address.

    Attributes:
        name: what stands before it; empty where nothing does.
        local: what stands before the ``@``.
        domain: in ASCII, as servers know it, in small letters.
    """

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """The address alone."""
        return f"{self.local}@{self.domain}"


def mailbox(text: str) -> Mailbox:
    """The address that a text gives.

    Raises:
        ValueError: it gives none, or more than one.
    """
    if _CONTROL.search(text):
        raise ValueError("a mail address has no line breaks")
    named = _NAMED.fullmatch(text)
    name, spec = ("", text) if named is None else named.groups()
    spec = spec.strip()
    if not _SPEC.fullmatch(spec) or not spec.isprintable():
        raise ValueError(f"{text!r} is no mail address")
    local, _, domain = spec.rpartition("@")
    try:
        known = _in_ascii(domain)
    except UnicodeError as error:
        raise ValueError(f"{text!r} is no mail address: {domain!r} is no domain") from error
    return Mailbox(name.strip().strip('"').strip(), local, known)


def _in_ascii(domain: str) -> str:
    """A domain as servers know it (IDNA 2008; Python's own codec reads ``ß`` as ``ss``).

    Raises:
        UnicodeError: it can be none.
    """
    if domain.isascii():
        return domain.encode("idna").decode("ascii").lower()
    import idna  # noqa: PLC0415 - few domains need its tables

    return idna.encode(domain, uts46=True).decode("ascii")
