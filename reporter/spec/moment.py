"""Days and instants as people write them in a spec."""

import re
from datetime import date, datetime
from typing import Final

from reporter.dates import parse_instant, time_zone

# The Metrics API writes offsets as +0000, ISO 8601 with its colons as +00:00.
_SHORT_OFFSET: Final = re.compile(r"(?<=[T ]\d{2}:\d{2})(.*[+-]\d{2})(\d{2})\Z", re.ASCII)
_DAY: Final = len("2026-10-01")


def moment(text: str) -> date | datetime:
    """``2026-10-01`` as a date, ``2026-10-01T08:00`` as an instant, aware if it has an offset.

    Raises:
        ValueError: the text is neither; the message says what would be.
    """
    normal = _SHORT_OFFSET.sub(r"\1:\2", text)
    parse_instant(normal, time_zone("UTC"))  # only to say what is wrong, where something is
    return date.fromisoformat(text) if len(text) == _DAY else datetime.fromisoformat(normal)
