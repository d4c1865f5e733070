"""Names that are the same in every project: time zones and locales."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from reporter import dates
from reporter.diagnostics import nearest

_OFTEN: Final = frozenset(
    {
        *("AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP"),
        *("EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD"),
        *("MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON"),
        *("RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "VND"),
        "ZAR",
    }
)
"""Currencies that are known without asking; the others cost Babel's import."""


def is_time_zone(name: str) -> bool:
    """Whether there is such an IANA zone."""
    try:
        dates.time_zone(name)
    except KeyError:
        return False
    return True


def nearest_time_zone(name: str) -> str | None:
    """The zone that was most likely meant; a city is enough."""
    zones = available_timezones()
    by_city = {zone.rpartition("/")[2]: zone for zone in sorted(zones)}
    near = nearest(name, zones)
    city = nearest(name.rpartition("/")[2], by_city)
    return near or (by_city[city] if city else None)


def is_locale(name: str) -> bool:
    """Whether the CLDR knows the locale, written with hyphens (``en-GB``).

    Looks for Babel's data file, which costs nothing, before it asks Babel itself, which also
    understands ``zh-CN`` and costs its import.
    """
    if not name.replace("-", "").isalnum() or not name.isascii():
        return False
    if any((folder / f"{name.replace('-', '_')}.dat").is_file() for folder in _locale_folders()):
        return True
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - rare, and slow to import

    try:
        Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def nearest_locale(name: str) -> str | None:
    """The locale that was most likely meant, written with hyphens."""
    known = {file.stem for folder in _locale_folders() for file in folder.glob("*.dat")}
    written = (locale.replace("_", "-") for locale in sorted(known - {"root"}))
    return nearest(name, (locale for locale in written if abs(len(locale) - len(name)) <= 1))


def is_currency(code: str) -> bool:
    """Whether the CLDR knows the currency (``EUR``), one of today or of the past."""
    if code in _OFTEN:
        return True
    from babel.core import get_global  # noqa: PLC0415 - rare, and slow to import

    return code in get_global("all_currencies")


def _locale_folders() -> Iterator[Path]:
    found = find_spec("babel")
    for place in (found.submodule_search_locations if found is not None else None) or ():
        yield Path(place) / "locale-data"
