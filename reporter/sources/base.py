"""What a source is."""

from collections.abc import Sequence
from typing import Protocol

from reporter.data.answer import Answer
from reporter.data.table import Column
from reporter.errors import SourceError
from reporter.plan.model import Query, Refusal


class Refused(SourceError):
    """A source does not accept queries; what it says points at places of the spec.

    Args:
        source: the source's name.
        message: what happened, as a sentence.
        refusals: each with the query that it is about.
        hint: what to do about it.
    """

    def __init__(
        self,
        source: str,
        message: str,
        refusals: Sequence[Refusal],
        *,
        hint: str | None = None,
    ) -> None:
        super().__init__(source, message, hint=hint)
        self.refusals = tuple(refusals)


class Source(Protocol):
    """Answers queries.

    Attributes:
        name: as in the project file.
        language: what ``explain`` speaks: ``sql``, ``http``.
    """

    name: str
    language: str

    def explain(self, queries: Sequence[Query]) -> tuple[str, ...]:
        """What ``fetch`` would ask, as text, one per query. Files are opened, nothing is sent.

        Raises:
            SourceError: the source cannot be read, or cannot be asked this.
        """
        ...

    def unavailable(self, queries: Sequence[Query]) -> tuple[Column, ...]:
        """The columns that ``fetch`` would leave without values, each once. Nothing is sent.

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
