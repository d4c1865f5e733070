"""Instants in the ledger: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def stored(instant: datetime) -> int:
    """An aware instant as it is stored, cut to milliseconds."""
    return (instant - _BEGINNING) // timedelta(milliseconds=1)


def instant(milliseconds: int) -> datetime:
    """A stored instant."""
    return _BEGINNING + timedelta(milliseconds=milliseconds)
