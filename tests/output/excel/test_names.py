"""Names as Excel allows them."""

import pytest

from reporter.output.excel.names import Names, table_name, unique_heads


def test_sheet_names_are_allowed_and_unique() -> None:
    names = Names(taken=("Report",))
    names.reserve("About")
    titles = ["By country", "by COUNTRY", "a/b:c*[d]?", "x" * 40, "x" * 50, "", "History", "About"]
    found = [names.sheet(title) for title in titles]
    assert found == [
        *("By country", "by COUNTRY (2)", "a b c  d", "x" * 31, "x" * 27 + " (2)", "Sheet"),
        *("History (2)", "About (2)"),
    ]
    assert all(len(name) <= 31 for name in found)
    names.release("About")
    assert names.sheet("About") == "About"
    assert Names().sheet("x" * 30 + "' y") == "x" * 30


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("by-country", "by_country"),
        ("q3", "table_q3"),
        ("r1c1", "table_r1c1"),
        ("c", "table_c"),
        ("7-days", "table_7_days"),
        ("", "table"),
        ("Länder", "Länder"),
    ],
)
def test_a_tables_name_is_one_that_formulas_can_say(name: str, expected: str) -> None:
    assert table_name(name) == expected


def test_table_names_are_unique() -> None:
    names = Names()
    assert [names.table("a-b"), names.table("A_b")] == ["a_b", "A_b_2"]


def test_heads_are_unique() -> None:
    assert unique_heads(["Change", "", "change", "Change"]) == (
        *("Change", "Column", "change (2)", "Change (3)"),
    )
    long = unique_heads(["x" * 300, "x" * 300, "a\n b"])
    assert long == ("x" * 255, "x" * 251 + " (2)", "a b")
