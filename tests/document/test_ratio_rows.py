"""Total and Other rows of ratios, where the sum and the mean of the shown ratios are wrong.

Each wrong answer stands beside the right one.
"""

from datetime import date
from statistics import mean

import pytest
from handmade import (
    COUNTRY,
    DAY,
    asked,
    block_of,
    rates,
    texts,
)

from reporter.data.table import Value
from reporter.document.model import TableBlock
from reporter.document.values import RowKind
from reporter.spec.query import QuerySpec, Top
from reporter.spec.sections import TableSection

ROWS = [
    ("Germany", 1000, 900),  # 90 %
    ("Croatia", 200, 100),  # 50 %
    ("Malta", 10, 1),  # 10 %
    ("Kosovo", 90, 9),  # 10 %
    ("Nauru", 0, 0),  # none
]
BEFORE = [
    ("Germany", 500, 100),  # 20 %
    ("Croatia", 100, 90),  # 90 %
    ("Malta", 300, 60),  # 20 %
    ("Kosovo", 100, 80),  # 80 %
]


def section(top: Top | None, *, compare: bool = False) -> TableSection:
    return TableSection(
        title="By country",
        query=QuerySpec(
            metrics=("ATTEMPTED", "ANSWER_RATE"), aggregate_by=("COUNTRY_NAME",), top=top
        ),
        totals=True,
        compare=compare,
    )


def rate_of(block: TableBlock, kind: RowKind, place: int = 2) -> Value:
    (row,) = [row for row in block.rows if row.kind is kind]
    return row.cells[place].value


def test_total_of_a_rate_is_the_rate_of_the_totals() -> None:
    block = block_of(section(None), asked(rates((COUNTRY,), ROWS)))
    total = rate_of(block, RowKind.TOTAL)
    assert total == 1010 / 1300 == pytest.approx(0.77692, abs=1e-5)
    rates_shown = [0.9, 0.5, 0.1, 0.1]
    assert mean(rates_shown) == pytest.approx(0.4)  # wrong
    assert sum(rates_shown) == pytest.approx(1.6)  # wrong: 160 %
    assert texts(block)[-1] == ["Total", "1,300", "77.7%"]


def test_rate_of_other_is_the_rate_of_what_is_left() -> None:
    block = block_of(section(Top(limit=2, other=True)), asked(rates((COUNTRY,), ROWS)))
    assert rate_of(block, RowKind.OTHER) == 10 / 100
    block = block_of(section(Top(limit=1, other=True)), asked(rates((COUNTRY,), ROWS)))
    assert rate_of(block, RowKind.OTHER) == 110 / 300 == pytest.approx(0.36667, abs=1e-5)
    rates_left = [0.5, 0.1, 0.1]
    assert mean(rates_left) == pytest.approx(0.23333, abs=1e-5)  # wrong
    assert sum(rates_left) == pytest.approx(0.7)  # wrong
    total = 1010 / 1300
    assert total - 0.9 == pytest.approx(-0.12308, abs=1e-5)  # wrong: the total less what is shown
    assert texts(block) == [
        ["Germany", "1,000", "90.0%"],
        ["Other", "300", "36.7%"],
        ["Total", "1,300", "77.7%"],
    ]


def test_other_of_the_comparison_is_the_complement_of_the_same_groups() -> None:
    block = block_of(
        section(Top(limit=2, other=True), compare=True),
        asked(rates((COUNTRY,), ROWS), rates((COUNTRY,), BEFORE)),
    )
    # wrong: September's own first two were Germany and Malta; the others then had
    assert (90 + 80) / (100 + 100) == 0.85
    # right: September without October's first two, Germany and Croatia
    assert rate_of(block, RowKind.OTHER, 5) == (60 + 80) / (300 + 100) == 0.35
    assert rate_of(block, RowKind.TOTAL, 5) == 330 / 1000
    assert texts(block) == [
        ["Germany", "1,000", "500", "+100.0%", "90.0%", "20.0%", "+70.0\N{NO-BREAK SPACE}pp"],
        ["Croatia", "200", "100", "+100.0%", "50.0%", "90.0%", "-40.0\N{NO-BREAK SPACE}pp"],
        ["Other", "100", "400", "-75.0%", "10.0%", "35.0%", "-25.0\N{NO-BREAK SPACE}pp"],
        ["Total", "1,300", "1,000", "+30.0%", "77.7%", "33.0%", "+44.7\N{NO-BREAK SPACE}pp"],
    ]


def test_other_by_day_and_country_is_one_row_per_day() -> None:
    first, second = date(2026, 10, 1), date(2026, 10, 2)
    table = rates(
        (DAY, COUNTRY),
        [
            (first, "Germany", 10, 9),
            (first, "Croatia", 100, 50),
            (first, "Malta", 10, 1),
            (second, "Germany", 1000, 900),
            (second, "Malta", 20, 4),
        ],
    )
    block = block_of(
        TableSection(
            query=QuerySpec(
                metrics=("ATTEMPTED", "ANSWER_RATE"),
                aggregate_by=("DAY", "COUNTRY_NAME"),
                top=Top(limit=1, other=True),
            )
        ),
        asked(table),
    )
    body = [row for row in texts(block)[:31] if row[2] != "0"]
    other = [row for row in texts(block)[31:] if row[2] != "0"]
    assert body == [
        ["1 Oct 2026", "Germany", "10", "90.0%"],  # first over the month, not on each day
        ["2 Oct 2026", "Germany", "1,000", "90.0%"],
    ]
    assert other == [
        ["1 Oct 2026", "Other", "110", "46.4%"],  # 51 of 110; wrong: the mean, 30.0%
        ["2 Oct 2026", "Other", "20", "20.0%"],
    ]
    assert len(block.rows) == 62
