"""What a report says of numbers that have changed, and of being not the last word."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    COUNTRY,
    DAY,
    OCTOBER,
    RATE,
    SEPTEMBER,
    answer,
    asked,
    edition,
    local,
    rates,
)

from reporter.data.answer import Narrowings
from reporter.data.restated import Differences, Restated, Restatement, Unlisted
from reporter.document.compose import compose
from reporter.document.model import Document, TableBlock
from reporter.spec.edition import Edition, Revision
from reporter.spec.sections import KpiSection
from reporter.words import load_words

CARDS = KpiSection(title="In short", metrics=("ATTEMPTED",))
TABLE = rates((), [(100, 60)])
FINAL = Revision()
MADE = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)  # in Zagreb the day after


def moved(then: object, now: object, **more: object) -> Restatement:
    return Restatement(
        **{"metric": ATTEMPTED, "interval": OCTOBER, "then": then, "now": now} | more
    )


def since(*found: Restatement, **more: object) -> Restated:
    unlisted = more.pop("unlisted", ())
    return Restated(
        **{
            "kind": "final",
            "interval": OCTOBER,
            "made_at": MADE,
            "replaced": True,
            "differences": Differences(40, found, unlisted),
        }
        | more
    )


def issued(
    *restated: Restated, revision: Revision = FINAL, made: Edition | None = None
) -> Document:
    made = msgspec.structs.replace(made or edition(CARDS), revision=revision)
    return compose(
        made,
        (asked(TABLE, TABLE),),
        words=load_words(made.locale, Path()),
        filters=Narrowings(sections=((),)),
        spec_commit=None,
        version="1",
        stamp=OCTOBER.until,
        restated=restated,
    )


def table(document: Document) -> TableBlock:
    (found,) = (block for block in document.blocks if isinstance(block, TableBlock))
    return found


def rows(block: TableBlock) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in block.rows]


# Which issue it is


def test_a_final_report_says_nothing_of_being_final() -> None:
    document = issued()
    assert (document.revision, document.mark, document.notices) == ("final", "", ())
    assert document.provenance.period == "October 2026"


def test_a_provisional_report_says_so() -> None:
    document = issued(revision=Revision("provisional"))
    assert (document.revision, document.mark) == ("provisional", "Provisional")
    assert document.provenance.period == "October 2026 · Provisional"
    assert document.notices == (
        (
            "Provisional: the source calls has data up to 5 Nov 2026, 00:00 Europe/Zagreb. The"
            " final report follows."
        ),
    )


def test_a_provisional_report_without_data() -> None:
    made = msgspec.structs.replace(edition(CARDS), revision=Revision("provisional"))
    document = compose(
        made,
        (msgspec.structs.replace(asked(TABLE), current=answer(TABLE, data_through=None)),),
        words=load_words("en-GB", Path()),
        filters=Narrowings(sections=((),)),
        spec_commit=None,
        version="1",
        stamp=OCTOBER.until,
    )
    assert document.notices[0] == (
        "Provisional: the source calls has no data. The final report follows."
    )


def test_a_restatement_has_what_has_changed_at_the_top() -> None:
    document = issued(since(moved(90, 100)), revision=Revision("restatement", 2))
    assert (document.revision, document.mark) == ("restatement 2", "Restatement 2")
    assert document.provenance.period == "October 2026 · Restatement 2"
    assert document.notices == (
        "1 number of October 2026 has changed since the report of 2 Nov 2026.",
    )
    assert [block.name for block in document.blocks] == ["restated-october-2026", "in-short"]


def test_what_has_changed_of_another_period_stands_at_the_end() -> None:
    of_september = since(
        moved(90, 100, interval=SEPTEMBER), interval=SEPTEMBER, replaced=False, kind="provisional"
    )
    document = issued(of_september)
    assert [block.title for block in document.blocks] == ["In short", "Restated: September 2026"]
    assert document.notices == (
        "1 number of September 2026 has changed since the report of 2 Nov 2026.",
    )
    both = issued(since(moved(1, 2)), of_september, revision=Revision("restatement", 1))
    assert [block.title for block in both.blocks] == [
        "Restated: October 2026",
        "In short",
        "Restated: September 2026",
    ]


def test_a_final_report_after_a_provisional_one() -> None:
    document = issued(since(moved(90, 100), moved(1, 2), kind="provisional"))
    assert document.mark == ""
    assert document.notices == (
        "Final: 2 numbers of October 2026 have changed since the provisional report of 2 Nov 2026.",
    )
    assert [block.name for block in document.blocks] == ["in-short", "restated-october-2026"]


def test_a_final_report_like_the_provisional_one() -> None:
    document = issued(since(kind="provisional"))
    assert document.notices == (
        "Final: no number of October 2026 has changed since the provisional report of 2 Nov 2026.",
    )
    assert len(document.blocks) == 1


@pytest.mark.parametrize(
    ("kind", "notice"),
    [
        (
            "final",
            (
                "Numbers of October 2026 have changed since the report of 2 Nov 2026. Which ones is"
                " no longer known."
            ),
        ),
        (
            "provisional",
            (
                "Final: this report of October 2026 stands in the place of the provisional one of 2"
                " Nov 2026."
            ),
        ),
    ],
)
def test_where_the_numbers_have_been_forgotten(kind: str, notice: str) -> None:
    document = issued(since(kind=kind, differences=None))
    assert document.notices == (notice,)
    assert len(document.blocks) == 1


def test_a_section_keeps_its_name_whatever_is_added() -> None:
    cards = msgspec.structs.replace(CARDS, title="Restated: October 2026")
    document = issued(since(moved(1, 2)), revision=Revision("restatement", 1), made=edition(cards))
    assert [block.name for block in document.blocks] == [
        "restated-october-2026-2",
        "restated-october-2026",
    ]


# The table


def test_the_table() -> None:
    block = table(
        issued(
            since(
                moved(12000, 12345),
                moved(0.6, 0.612, metric=RATE),
                moved(100, 90, group=((COUNTRY, "Croatia"), (DAY, local(2026, 10, 2).date()))),
                moved(5, 6, group=((COUNTRY, None),), narrowing=(("Direction", "Outbound"),)),
                moved(7, 8, narrowing=(("Direction", "Outbound"),)),
                moved(3, 4, metric=ANSWERED, source="vendor"),
                moved(9, 8, interval=SEPTEMBER),
                moved(0, 4),
            )
        )
    )
    assert [head.label for head in block.heads] == [
        "Metric",
        "Group",
        "Said on 2 Nov 2026",
        "Now",
        "Difference",
        "Relative",
    ]
    assert rows(block) == [
        ["Attempted calls", "Whole period", "12,000", "12,345", "+345", "+2.9%"],
        ["Answer rate", "Whole period", "60.0%", "61.2%", "+1.2\N{NO-BREAK SPACE}pp", "–"],
        ["Attempted calls", "Country: Croatia; Day: 2 Oct 2026", "100", "90", "-10", "-10.0%"],
        ["Attempted calls", "Country: N/A; Direction: Outbound", "5", "6", "+1", "+20.0%"],
        ["Attempted calls", "Direction: Outbound", "7", "8", "+1", "+14.3%"],
        ["Answered calls, vendor", "Whole period", "3", "4", "+1", "+33.3%"],
        ["Attempted calls, September 2026", "Whole period", "9", "8", "-1", "-11.1%"],
        ["Attempted calls", "Whole period", "0", "4", "+4", "–"],
    ]
    assert [cell.value for cell in block.rows[0].cells[2:]] == [12000, 12345, 345, 345 / 12000]
    assert block.notes == ("8 of 40 numbers that both reports give have changed.",)
    assert {cell.tone for row in block.rows for cell in row.cells} == {"neutral"}


def test_a_dash_that_became_a_number_is_named() -> None:
    block = table(
        issued(
            since(
                moved(None, 0.5, metric=RATE),
                moved(None, 3),
                moved(0.25, None, metric=RATE),
            )
        )
    )
    assert rows(block) == [
        ["Answer rate", "Whole period", "–", "50.0%", "–", "–"],
        ["Attempted calls", "Whole period", "–", "3", "–", "–"],
        ["Answer rate", "Whole period", "25.0%", "–", "–", "–"],
    ]
    assert block.notes[1:] == (
        "2 of them had no value before.",
        "1 of them has no value any more.",
    )


def test_no_more_than_twenty_are_listed() -> None:
    block = table(issued(since(*(moved(n, n + 1) for n in range(1, 1301)))))
    assert len(block.rows) == 20
    assert block.notes == (
        "1,300 of 40 numbers that both reports give have changed.",
        "Not listed are 1,280 more.",
    )
    exactly = table(issued(since(*(moved(n, n + 1) for n in range(1, 21)))))
    assert len(exactly.notes) == 1


def test_tables_too_large_to_be_compared_are_named() -> None:
    unlisted = (Unlisted(RATE, (DAY,)), Unlisted(ATTEMPTED, (COUNTRY, DAY)), Unlisted(RATE, (DAY,)))
    titles = "Answer rate by Day; Attempted calls by Country and Day"
    with_others = table(issued(since(moved(1, 2), unlisted=unlisted)))
    assert with_others.notes[-1] == (
        f"Also changed, but too large to be compared number by number: {titles}."
    )
    alone = issued(since(unlisted=unlisted, replaced=False))
    assert len(alone.blocks) == 1
    assert alone.notices[0].startswith("Numbers of October 2026 have changed since the report of")
    assert "Answer rate by Day" in alone.notices[0]


@pytest.mark.parametrize(
    ("locale", "notice", "head", "mark"),
    [
        (
            "de-DE",
            "3 Zahlen für Oktober 2026 haben sich seit dem Bericht vom 02.11.2026 geändert.",
            "Stand 02.11.2026",
            "Berichtigung 1",
        ),
        (
            "hr-HR",
            "Od izvještaja od 2. stu 2026. za listopad 2026. promijenila su se 3 broja.",
            "Navedeno 2. stu 2026.",
            "Ispravak 1",
        ),
    ],
)
def test_in_other_languages(locale: str, notice: str, head: str, mark: str) -> None:
    document = issued(
        since(moved(1, 2), moved(2, 3), moved(3, 4)),
        revision=Revision("restatement", 1),
        made=edition(CARDS, locale=locale),
    )
    assert document.notices == (notice,)
    assert table(document).heads[2].label == head
    assert document.mark == mark
