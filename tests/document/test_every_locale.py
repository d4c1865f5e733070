"""Numbers, amounts, dates and axes in every locale that the CLDR has."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_precision, get_currency_symbol, parse_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.data.table import Format
from reporter.dates import Grain, Interval
from reporter.document.format import NumberWriter, locale_of, rounded
from reporter.document.labels import TimeWriter
from reporter.output.charts.axis import axis
from reporter.settings.names import is_locale
from reporter.words import load_words

NAMES = tuple(sorted(name.replace("_", "-") for name in locale_identifiers() if name != "root"))
LOCALES = st.sampled_from(NAMES)
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "HUF", "CLF", "XAF", "EGP"])
VALUES = st.integers(-(10**15), 10**15) | st.floats(-1e12, 1e12, allow_nan=False)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside it
ZONE = ZoneInfo("Europe/Zagreb")


def read(text: str, writer: NumberWriter) -> Decimal:
    """The number in a text, by Babel's own reading of it; the sign may stand anywhere."""
    symbols = writer.locale.number_symbols["latn"]
    core = re.search(r"[0-9].*[0-9]|[0-9]", text)
    assert core is not None, text
    minus = symbols["minusSign"].strip("\u200e\u200f\u061c")
    sign = -1 if minus in text.replace(core[0], "") else 1
    kept = "".join(c for c in core[0] if unicodedata.category(c) != "Cf")
    return sign * parse_decimal(kept, locale=writer.locale)


def test_there_are_very_many() -> None:
    assert len(NAMES) > 900
    assert all(map(is_locale, NAMES))


@settings(deadline=None)
@given(name=LOCALES, value=VALUES, form=st.sampled_from(Format), code=CURRENCIES)
def test_a_number_reads_back(name: str, value: float, form: Format, code: str) -> None:
    writer = NumberWriter(locale_of(name), code)
    for text in (writer.text(value, form), writer.difference(value, form)):
        assert not any(c.isdigit() and not c.isascii() for c in text)
        if form is Format.DURATION:
            clock = text.rpartition(":")[0].rpartition(":")[0]
            hours = abs(int(rounded(value, form))) // 3600
            assert abs(read(clock, writer)) == hours
            continue
        symbol = get_currency_symbol(code, writer.locale)
        bare = text.replace(symbol, " ") if form is Format.CURRENCY else text
        shown = rounded(value, form, code) * (100 if form is Format.PERCENT else 1)
        assert read(bare.replace("pp", ""), writer) == shown, text


@settings(deadline=None)
@given(name=LOCALES, code=CURRENCIES, value=VALUES)
def test_an_amount_has_the_places_and_the_symbol_of_its_currency(
    name: str, code: str, value: float
) -> None:
    writer = NumberWriter(locale_of(name), code)
    text = writer.text(value, Format.CURRENCY)
    symbol = get_currency_symbol(code, writer.locale)
    assert symbol in text
    decimal = writer.locale.number_symbols["latn"]["decimal"]
    places = get_currency_precision(code)
    digits = re.findall(r"[0-9]+", text.replace(symbol, " "))
    assert decimal in text.replace(symbol, " ") or places == 0
    assert places == 0 or len(digits[-1]) == places


@settings(deadline=None)
@given(name=LOCALES, value=VALUES, form=st.sampled_from(Format), code=CURRENCIES)
def test_a_change_has_its_sign_where_the_locale_puts_it(
    name: str, value: float, form: Format, code: str
) -> None:
    """A rise and a fall of the same size differ in nothing but the sign."""
    writer = NumberWriter(locale_of(name), code)
    symbols = writer.locale.number_symbols["latn"]
    up, down = (writer.difference(v, form) for v in (abs(value), -abs(value)))
    if rounded(value, form, code) == 0:
        assert up == down
    else:
        assert up.replace(symbols["plusSign"], symbols["minusSign"]) == down
        assert up != down


@settings(deadline=None)
@given(
    name=LOCALES,
    low=st.floats(-1e9, 1e9),
    span=st.floats(0.01, 1e9),
    form=st.sampled_from(Format),
    code=CURRENCIES,
)
def test_the_marks_of_an_axis_tell_its_values_apart(
    name: str, low: float, span: float, form: Format, code: str
) -> None:
    marks = axis([low, low + span], form, name, currency=code, from_zero=True).ticks
    texts = [mark.text for mark in marks]
    assert len(set(texts)) == len(texts), texts
    assert all(re.search("[0-9]", text) for text in texts)
    assert not any(c.isdigit() and not c.isascii() for text in texts for c in text)


@settings(deadline=None)
@given(name=LOCALES, since=MOMENTS, days=st.integers(0, 800), hours=st.integers(0, 23))
def test_times_are_written(name: str, since: datetime, days: int, hours: int) -> None:
    writer = TimeWriter(locale_of(name), ZONE, load_words("en-GB", Path()))
    interval = Interval(since, since + timedelta(days=days, hours=hours))
    assert writer.period(interval)
    assert writer.interval(interval).endswith("Europe/Zagreb")
    for grain in Grain:
        step = since if grain is Grain.HOUR else since.date()
        for text in (writer.step(step, grain), writer.axis_step(step, grain, interval)):
            # Some languages count their quarters and months by name, in digits of their own.
            assert re.search("[0-9]", text)


@pytest.mark.parametrize("name", NAMES)
def test_whole_months_quarters_and_years_have_names(name: str) -> None:
    writer = TimeWriter(locale_of(name), ZONE, load_words("en-GB", Path()))
    texts = []
    for first, last in (
        (date(2026, 10, 1), date(2026, 11, 1)),
        (date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 1, 1), date(2027, 1, 1)),
        (date(2025, 1, 1), date(2027, 1, 1)),
        (date(2026, 8, 1), date(2026, 11, 1)),
        (date(2026, 8, 3), date(2026, 8, 20)),
    ):
        ends = (datetime(d.year, d.month, d.day, tzinfo=ZONE) for d in (first, last))
        texts.append(writer.period(Interval(*ends)))
    assert len(set(texts)) == len(texts)
    years = [re.findall(r"20\d\d|[0-9]{4}", text) for text in texts]
    assert all(years), texts
