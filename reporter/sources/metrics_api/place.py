"""Which row of a result is meant."""

from datetime import datetime

import msgspec

Key = tuple[str | int | datetime | None, ...]
"""The values of a query's dimensions as the API told them, and last the channel."""


class Place(msgspec.Struct, frozen=True):
    """A row, as people find it: `` for COUNTRY_ID 1, STATUS N/A``.

    Attributes:
        names: of the dimensions that tell it from others; none where it is the only one.
        key: their values; there may be more of them than names.
    """

    names: tuple[str, ...]
    key: Key

    def __str__(self) -> str:
        if not self.names:
            return ""
        named = zip(self.names, map(_shown, self.key), strict=False)
        return f" for {', '.join(dict.fromkeys(f'{name} {value}' for name, value in named))}"


def _shown(value: str | int | datetime | None) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return "N/A" if value is None else value
