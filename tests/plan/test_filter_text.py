import pytest

from reporter.catalog.load import built_in
from reporter.plan.filter_reading import FilterProblem
from reporter.plan.filter_text import from_text

CATALOG = built_in()


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("directions", "OUTBOUND", ("OUTBOUND",)),
        ("directions", "OUTBOUND, INBOUND", ("OUTBOUND", "INBOUND")),
        ("countryIds", "385,-1", (385, -1)),
        ("countryIds", "x1", ("x1",)),
        ("countryIds", '["385", 43]', (385, 43)),
        ("accountKeys", "12", ("12",)),
        ("includeSubaccounts", "true", (True,)),
        ("includeSubaccounts", "false", (False,)),
        ("includeSubaccounts", "yes", ("yes",)),
        ("senders", '["a,b"]', ("a,b",)),
        ("timeToAnswer", '{"to": "SECONDS_5"}', ({"to": "SECONDS_5"},)),
        ("platforms", '[{"entityId": "e"}]', ({"entityId": "e"},)),
        ("unheard", "of,it", ("of", "it")),
    ],
)
def test_texts_become_values(name: str, text: str, values: tuple[object, ...]) -> None:
    assert from_text([(name, text)], CATALOG) == ({name: values}, ())


def test_values_of_one_filter_are_alternatives_whatever_its_spelling() -> None:
    given = [("direction", "INBOUND"), ("directions", "OUTBOUND")]
    assert from_text(given, CATALOG) == ({"direction": ("INBOUND", "OUTBOUND")}, ())


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("senders", "", "senders lacks a value"),
        ("senders", "a,,b", "senders lacks a value"),
        ("senders", '["\\ud800"]', "senders has a text that is no Unicode"),
        ("senders", "[" * 100_000, "senders is nested too deeply"),
        ("senders", "[a]", "senders is no JSON: Expecting value: line 1 column 2 (char 1)"),
        (
            "senders",
            "[[1]]",
            "senders is no list of values: Expected `int | str | object`, got `array` - at `$[0]`",
        ),
    ],
)
def test_what_cannot_be_read_is_explained(name: str, text: str, message: str) -> None:
    filter_by, problems = from_text([(name, text)], CATALOG)
    assert filter_by == {}
    assert problems == (
        FilterProblem(
            name=name,
            code="filter-argument",
            message=message,
            expected="VALUE[,VALUE...], or JSON that begins with [ or {",
            found=text,
        ),
    )


def test_the_period_is_no_filter_of_the_command_line() -> None:
    assert from_text([("sentSinces", "2026-10-01")], CATALOG) == (
        {},
        (
            FilterProblem(
                name="sentSinces",
                code="filter-is-period",
                message="sentSinces is the period",
                hint="give --since and --until",
            ),
        ),
    )
