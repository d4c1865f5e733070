"""Numbers as text: the right digits in every locale, and one rule of rounding."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.table import Format
from reporter.document.format import NumberWriter, locale_of, rounded
from reporter.errors import UserError

ENGLISH = NumberWriter(locale_of("en-GB"))
NBSP = "\N{NO-BREAK SPACE}"
LOCALES = ["en-GB", "en-US", "de-DE", "hr-HR", "fr-FR", "sv-SE", "hi-IN", "ar-EG", "ja-JP"]
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NUMBERS = st.integers(-(10**40), 10**40) | FLOATS


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("en-GB", ["-12,345", "1,234.57", "61.2%", "1,234:00:09", "+1.2 pp"]),
        ("de-DE", ["-12.345", "1.234,57", "61,2 %", "1.234:00:09", "+1,2 pp"]),
        ("hr-HR", ["−12.345", "1.234,57", "61,2 %", "1.234:00:09", "+1,2 pp"]),  # a true minus
        ("fr-FR", ["-12 345", "1 234,57", "61,2 %", "1 234:00:09", "+1,2 pp"]),
        ("hi-IN", ["-12,345", "1,234.57", "61.2%", "1,234:00:09", "+1.2 pp"]),
    ],
)
def test_each_format_in_several_locales(locale: str, texts: list[str]) -> None:
    writer = NumberWriter(locale_of(locale))
    written = [
        writer.text(-12345, Format.INTEGER),
        writer.text(1234.565, Format.DECIMAL),
        writer.text(0.612, Format.PERCENT),
        writer.text(1234 * 3600 + 9, Format.DURATION),
        writer.difference(0.0123, Format.PERCENT),
    ]
    assert [" ".join(text.split()) for text in written] == texts


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (2.675, Format.DECIMAL, "2.68"),  # its binary value lies under the half
        (-2.675, Format.DECIMAL, "-2.68"),
        (1.005, Format.DECIMAL, "1.01"),
        (0.6125, Format.PERCENT, "61.3%"),  # half-even would say 61.2%
        (0.0005, Format.PERCENT, "0.1%"),
        (0.00049999, Format.PERCENT, "0.0%"),
        (0.5, Format.INTEGER, "1"),
        (2.5, Format.INTEGER, "3"),
        (-0.4, Format.INTEGER, "0"),
        (-0.0, Format.DECIMAL, "0.00"),
        (-0.0004, Format.PERCENT, "0.0%"),
        (-0.4, Format.DURATION, "0:00:00"),
        (59.5, Format.DURATION, "0:01:00"),
        (3599.5, Format.DURATION, "1:00:00"),
        (185, Format.DURATION, "0:03:05"),
        (-185, Format.DURATION, "-0:03:05"),
        (86400, Format.DURATION, "24:00:00"),
        (10**18, Format.INTEGER, "1,000,000,000,000,000,000"),
        (None, Format.INTEGER, "–"),
        (None, Format.PERCENT, "–"),
    ],
)
def test_rounding_is_half_up_of_the_written_number(
    value: float | None, form: Format, text: str
) -> None:
    assert ENGLISH.text(value, form) == text


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (100, Format.INTEGER, "+100"),
        (-100, Format.INTEGER, "-100"),
        (0, Format.INTEGER, "0"),
        (0.5, Format.DECIMAL, "+0.50"),
        (0.001, Format.DECIMAL, "0.00"),
        (61.0, Format.DURATION, "+0:01:01"),
        (0.056, Format.PERCENT, f"+5.6{NBSP}pp"),
        (-0.056, Format.PERCENT, f"-5.6{NBSP}pp"),
        (0.0001, Format.PERCENT, f"0.0{NBSP}pp"),
        (None, Format.PERCENT, "–"),
    ],
)
def test_differences_carry_their_sign(value: float | None, form: Format, text: str) -> None:
    assert ENGLISH.difference(value, form) == text


def test_relative_changes_carry_their_sign() -> None:
    assert ENGLISH.relative(0.1111) == "+11.1%"
    assert ENGLISH.relative(-1) == "-100.0%"
    assert ENGLISH.relative(0.0) == "0.0%"
    assert ENGLISH.relative(None) == "–"


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.6, Format.PERCENT, "60%"),
        (0.605, Format.PERCENT, "60.5%"),
        (0.12345678912, Format.PERCENT, "12.345679%"),
        (1000.0, Format.INTEGER, "1,000"),
        (2.5, Format.DECIMAL, "2.5"),
        (180, Format.DURATION, "0:03:00"),
        (0, Format.PERCENT, "0%"),
    ],
)
def test_targets_have_the_places_they_were_written_with(
    value: float, form: Format, text: str
) -> None:
    assert ENGLISH.target(value, form) == text


def test_decimal_takes_the_places_it_is_told() -> None:
    assert ENGLISH.decimal(1234.5678, 1) == "1,234.6"
    assert ENGLISH.decimal(None, 1) == "–"


def test_arabic_is_written_with_western_digits() -> None:
    assert NumberWriter(locale_of("ar-EG")).text(1234, Format.INTEGER).strip("\u200e\u200f") == (
        "1,234"
    )


@pytest.mark.parametrize("name", ["xx-YY", "en_GB", "", "english"])
def test_unknown_locale_is_the_users_mistake(name: str) -> None:
    with pytest.raises(UserError, match="there is no locale") as raised:
        locale_of(name)
    assert raised.value.hint == "Locales are named like en-GB, de-DE, hr-HR."


@given(
    value=NUMBERS,
    form=st.sampled_from([Format.INTEGER, Format.DECIMAL, Format.PERCENT]),
    locale=st.sampled_from(LOCALES),
)
def test_reading_a_text_back_gives_the_rounded_value(
    value: float, form: Format, locale: str
) -> None:
    writer = NumberWriter(locale_of(locale))
    text = writer.text(value, form)
    kept = "".join(c for c in text if not c.isspace() and c not in "%\u200e\u200f\u061c٪")
    with localcontext(prec=700):
        read = parse_decimal(kept.replace("−", "-"), locale=writer.locale)
        scaled = Decimal(repr(value)) * (100 if form is Format.PERCENT else 1)
        places = {Format.INTEGER: "1", Format.DECIMAL: "0.01", Format.PERCENT: "0.1"}[form]
        assert read == scaled.quantize(Decimal(places), rounding=ROUND_HALF_UP)


@given(seconds=NUMBERS)
def test_reading_a_duration_back_gives_the_rounded_seconds(seconds: float) -> None:
    text = ENGLISH.text(seconds, Format.DURATION)
    hours, minutes, left = text.lstrip("-").replace(",", "").split(":")
    read = int(hours) * 3600 + int(minutes) * 60 + int(left)
    assert int(minutes) < 60
    assert int(left) < 60
    assert rounded(seconds, Format.DURATION) == (-read if text.startswith("-") else read)


@given(value=NUMBERS, form=st.sampled_from(Format))
def test_zero_never_has_a_sign(value: float, form: Format) -> None:
    for text in (ENGLISH.text(value, form), ENGLISH.difference(value, form)):
        if not any(digit in text for digit in "123456789"):
            assert text[0] == "0"
