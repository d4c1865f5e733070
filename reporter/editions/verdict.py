"""Whether an edition may go out: decided for each of its deliveries, with the reason."""

from typing import Literal

import msgspec

from reporter.document.model import Document
from reporter.pipeline import Asked


class Decision(msgspec.Struct, frozen=True):
    """What becomes of one delivery.

    Attributes:
        kind: ``hold``: a person decides; ``skip``: it is as it should be that nothing goes.
        reason: why it is not sent, as a sentence.
    """

    kind: Literal["send", "hold", "skip"]
    reason: str = ""


def verdict(asked: Asked, document: Document) -> tuple[Decision, ...]:
    """The decision on every delivery of the spec, in order."""
    held = " ".join(document.held)
    every = Decision("hold", held) if held else Decision("send")
    return tuple(every for _ in asked.prepared.edition.spec.delivery)
