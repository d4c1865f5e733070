"""What looking at a source finds out, one thing after the other."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

import msgspec


class State(StrEnum):
    """How one thing is."""

    OK = "ok"
    NOTE = "note"
    """It works, but somebody should know."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not looked at, since something before it failed."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at.

    Attributes:
        what: its name in a word or two (``records``).
        state: how it is.
        text: what was found, as a sentence without full stop.
        hint: what to do about it; None where there is nothing to do.
    """

    what: str
    state: State
    text: str
    hint: str | None = None


class Probe(Protocol):
    """Looks at a source without making a report."""

    def findings(self) -> AsyncIterator[Finding]:
        """What it finds, as soon as it knows; never raises what a user can do something about."""
        ...
