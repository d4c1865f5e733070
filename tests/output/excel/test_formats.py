"""Number formats by locale."""

import msgspec
import pytest
from making import count

from reporter.data.table import Format
from reporter.document.model import Document
from reporter.document.values import Cell
from reporter.output.excel.formats import Sign, formats_of, is_flat, marked, stored, unsigned


@pytest.mark.parametrize(
    ("language", "currency", "code"),
    [
        ("en-GB", "GBP", "[$£]#,##0.00"),
        ("en-US", "EUR", "[$€]#,##0.00"),
        ("de-DE", "EUR", "#,##0.00 [$€]"),
        ("de-CH", "CHF", "[$CHF] #,##0.00"),
        ("ja-JP", "JPY", "[$￥]#,##0"),
        ("en-GB", None, "#,##0.00"),
    ],
)
def test_amounts_carry_their_currency_where_the_locale_puts_it(
    language: str, currency: str | None, code: str, document: Document
) -> None:
    document = msgspec.structs.replace(document, language=language, currency=currency)
    formats = formats_of(document)
    assert formats.number(Format.CURRENCY) == code
    assert formats.number(Format.CURRENCY, Sign.CHANGE) == f"+{code};-{code};{code}"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("hr-HR", "dd. mm. yyyy."),
        ("ko-KR", "yyyy. m. d."),
        ("he-IL", "d.m.yyyy"),
        ("ar-EG", "d/m/yyyy"),
        ("fa-IR", "yyyy/m/d"),
    ],
)
def test_days_are_written_in_the_order_of_the_locale(
    language: str, code: str, document: Document
) -> None:
    assert formats_of(msgspec.structs.replace(document, language=language)).date == code


def test_a_number_without_a_format_is_general(document: Document) -> None:
    assert formats_of(document).number(None) == "General"


def test_a_sign_stands_before_every_part_of_a_format() -> None:
    assert marked("0.0%", "✓") == '"✓ "0.0%'
    assert marked("+0;-0;0", "✗") == '"✗ "+0;"✗ "-0;"✗ "0'


def test_a_flat_change_has_no_sign() -> None:
    assert is_flat(Cell(value=0.0001, text="0.0%"))
    assert not is_flat(Cell(value=0, text="0"))
    assert not is_flat(count(5))
    assert unsigned("+0.0%;-0.0%;0.0%") == "0.0%;0.0%"


def test_what_a_sheet_holds() -> None:
    assert stored(86_400, Format.DURATION) == 1.0
    assert stored("a", None) == "a"
    assert stored(None, None) is None
    assert stored(True, None) is True  # noqa: FBT003
    assert stored(5, Format.INTEGER) == 5
