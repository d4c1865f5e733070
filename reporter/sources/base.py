"""What a source is."""

from collections.abc import Sequence
from typing import Protocol

from reporter.data.answer import Answer
from reporter.plan.model import Query


class Source(Protocol):
    """Answers queries.

    Attributes:
        name: as in the project file.
    """

    name: str

    def explain(self, queries: Sequence[Query]) -> tuple[str, ...]:
        """What would be asked of the engine, as text, one per query. Opens the source.

        Raises:
            SourceError: the source cannot be read.
        """
        ...

    async def fetch(self, queries: Sequence[Query]) -> tuple[Answer, ...]:
        """The answers to a batch of queries, in its order.

        A metric or dimension that the source has no columns for is in the table all the same,
        without values and with ``Column.unavailable`` set.

        Raises:
            SourceError: the source cannot be read, or not as the project file says.
        """
        ...
