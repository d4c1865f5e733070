"""The API's own words that mean something to us."""

from typing import Final

from reporter.dates import Grain

ACCOUNTS: Final = "accountKeys"
DIRECTIONS: Final = "directions"
OUTBOUND: Final = "OUTBOUND"
CHANNEL_CODE: Final = "CHANNEL_CODE"
STEPS: Final = frozenset(grain.value for grain in Grain)
"""The dimensions whose values are date-times."""
NUMBERED: Final = frozenset({"COMMUNICATION", "NETWORK_ID", "COUNTRY_ID"})
"""The dimensions whose values are whole numbers."""
NOTHING: Final = "N/A"
"""What stands where there is no value."""


def is_count(metric: str) -> bool:
    """Whether the values of a metric are whole and not below 0."""
    return metric.endswith("_COUNT")
