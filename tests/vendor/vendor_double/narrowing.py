"""The vendor's filters: which records a request is about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from vendor_double.grouping import BOUNDS, waited
from vendor_double.records import Record
from vendor_double.vocabulary import BUCKET_NAMES

Json = dict[str, Any]

_LISTS: Final = {
    "channelCodes": "channel",
    "capabilities": "capability",
    "directions": "direction",
    "senders": "sender",
    "senderTypes": "sender_type",
    "communicationIds": "communication_id",
    "networkIds": "network_id",
    "countryIds": "country_id",
    "statusGroups": "status_group",
    "statuses": "status",
    "errorGroups": "error_group",
    "errorCodes": "error_code",
}
_SINGLE: Final = {"applicationId": "application_id", "entityId": "entity_id"}


def below(keys: Iterable[str], parents: Mapping[str, str | None]) -> set[str]:
    """Accounts with their sub-accounts, however deep."""
    found = set(keys)
    grown = True
    while grown:
        children = {child for child, parent in parents.items() if parent in found}
        grown = not children <= found
        found |= children
    return found


def about(
    records: Sequence[Record],
    filter_by: Json,
    own_account: str | None,
    parents: Mapping[str, str | None],
) -> list[Record]:
    """The records that all filters but the times let through.

    Args:
        records: all that there are.
        filter_by: a valid ``filterBy``.
        own_account: of whoever asks, where no accounts are asked for; None: all.
        parents: account to the account above it.
    """
    keys = filter_by.get("accountKeys") or ([own_account] if own_account else None)
    if keys is not None and filter_by.get("includeSubaccounts", False):
        keys = below(keys, parents)
    return [
        record
        for record in records
        if (keys is None or record.account_key in keys)
        and all(_lets_through(name, value, record) for name, value in filter_by.items())
    ]


def _lets_through(name: str, value: Any, record: Record) -> bool:
    if name in ("accountKeys", "includeSubaccounts", "sentSince", "sentUntil") or value in ("", []):
        return True
    if name in _LISTS:
        return getattr(record, _LISTS[name], None) in value
    if name in _SINGLE:
        return bool(getattr(record, _SINGLE[name], None) == value)
    if name == "timeToAnswer":
        return any(_within(span, waited(record)) for span in value)
    if name == "platforms":
        return any(_on(pair, record) for pair in value)
    return False  # a filter of other channels: no record here has what it looks for


def _within(span: Json, wait: int | None) -> bool:
    if wait is None:
        return False
    low = BOUNDS[BUCKET_NAMES.index(span["from"])] if "from" in span else None
    high = BOUNDS[BUCKET_NAMES.index(span["to"])] if "to" in span else None
    return (low is None or wait >= low) and (high is None or wait < high)


def _on(pair: Json, record: Record) -> bool:
    return all(getattr(record, _SINGLE[name], None) == value for name, value in pair.items())
