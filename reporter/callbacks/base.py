"""What a receiver is."""

from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

import msgspec


class Slot(msgspec.Struct, frozen=True):
    """A place for one result.

    Attributes:
        id: names it; opens nothing.
        url: what the API is told to call: carries a token that nobody can guess and that is
            good for one result.
    """

    id: str
    url: str


class Receiver(Protocol):
    """Takes results that an API posts, while it is open (``async with``).

    Attributes:
        name: who holds the slots, for the ledger: ``here``, or a relay's URL.
    """

    name: str

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def open(self, expires: datetime) -> Slot:
        """A new slot, on the disk before this returns.

        Raises:
            ReceiverError: it could not be opened.
        """
        ...

    async def received(self, slot: str, *, wait: float) -> bytes | None:
        """The body that was posted to a slot; None if none came within ``wait`` seconds.

        Asking again gives the same body. A slot that is not known never gets one.

        Raises:
            ReceiverError: the relay cannot be asked.
        """
        ...

    async def close(self, slot: str) -> None:
        """Forget a slot: its body is safe elsewhere, or no longer wanted.

        Raises:
            ReceiverError: the relay cannot be told.
        """
        ...
