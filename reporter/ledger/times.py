"""Instants in the ledger: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def stored(instant: datetime) -> int:
    """An aware instant as it is stored, cut to milliseconds."""
    return (instant - BEGINNING) // timedelta(milliseconds=1)


def instant(milliseconds: int) -> datetime:
    """A stored instant."""
    return BEGINNING + timedelta(milliseconds=milliseconds)
