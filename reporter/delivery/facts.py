"""What every message says of an edition, whichever way it goes."""

from collections.abc import Iterator

from reporter.delivery.base import Facts, Link, Reading
from reporter.document.model import Document, KpiBlock, KpiCard


def facts(
    document: Document,
    *,
    edition: str,
    revision: str = "final",
    burst: str | None = None,
    links: tuple[Link, ...] = (),
) -> Facts:
    """The facts of an edition.

    Args:
        document: of it.
        edition: its id.
        revision: as it is remembered.
        burst: the label of the value that it is about.
        links: where its files can be read.
    """
    origin = document.provenance
    return Facts(
        edition=edition,
        report=origin.report,
        title=document.title,
        period=origin.period,
        since=origin.interval.since,
        until=origin.interval.until,
        timezone=origin.timezone,
        revision=revision,
        language=document.language,
        burst=burst,
        readings=tuple(_readings(document)),
        notices=document.notices,
        links=links,
    )


def _readings(document: Document) -> Iterator[Reading]:
    """The cards of the report, each metric once, where it first stands.

    Cards that are about some of the records alone are not the report's figures.
    """
    cards: dict[str, KpiCard] = {}
    for block in document.blocks:
        if isinstance(block, KpiBlock) and not block.narrowed:
            for card in block.cards:
                cards.setdefault(card.name, card)
    for card in cards.values():
        yield Reading(card.name, card.label, card.value.text, _number(card), _change(card))


def _number(card: KpiCard) -> float | int | None:
    value = card.value.value
    return value if isinstance(value, int | float) else None


def _change(card: KpiCard) -> str:
    """The relative change; of a percentage, which has none, the percent points."""
    if card.change is None:
        return ""
    relative, absolute = card.change.relative, card.change.absolute
    if relative.value is not None:
        return relative.text
    return absolute.text if absolute.value is not None else ""
