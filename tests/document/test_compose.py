"""The whole document: order, names, provenance, definitions."""

from pathlib import Path

import pytest
from handmade import (
    COUNTRY,
    OCTOBER,
    SEPTEMBER,
    answer,
    asked,
    composed,
    edition,
    local,
    rates,
)

from reporter.data.answer import Narrowings, SectionAnswers
from reporter.document.compose import compose, slug
from reporter.document.model import (
    Definition,
    KpiBlock,
    NoticeBlock,
    Provenance,
    TableBlock,
    TextBlock,
)
from reporter.errors import UserError
from reporter.spec.query import QuerySpec
from reporter.spec.sections import KpiSection, TableSection, TextSection
from reporter.words import load_words

NOW = rates((), [(10, 5)])
TABLE = TableSection(
    title="By country", query=QuerySpec(metrics=("ANSWERED",), aggregate_by=("COUNTRY_NAME",))
)
BY_COUNTRY = asked(rates((COUNTRY,), [("a", 10, 5)]))


def test_blocks_stand_in_the_order_of_the_sections_with_names_of_their_own() -> None:
    made = edition(
        KpiSection(metrics=("ATTEMPTED",)),
        TABLE,
        TextSection(markdown="Hello"),
        TABLE,
        TextSection(markdown="Bye"),
        TableSection(title="By country 2", query=TABLE.query),
        KpiSection(metrics=("ANSWER_RATE",), title="Übersicht — {{ period.label }}"),
    )
    document = composed(
        made, asked(NOW), BY_COUNTRY, None, BY_COUNTRY, None, BY_COUNTRY, asked(NOW)
    )
    assert [(block.name, type(block)) for block in document.blocks] == [
        ("kpis", KpiBlock),
        ("by-country", TableBlock),
        ("text", TextBlock),
        ("by-country-2", TableBlock),
        ("text-2", TextBlock),
        ("by-country-2-2", TableBlock),
        ("ubersicht-october-2026", KpiBlock),
    ]
    assert document.blocks[-1].title == "Übersicht — October 2026"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("By country", "by-country"),
        ("  Čakovec & Đakovo: 100% ", "cakovec-akovo-100"),
        ("../../etc/passwd", "etc-passwd"),
        ("التقرير", ""),
        ("x" * 59 + " yz", "x" * 59),
    ],
)
def test_slug(title: str, name: str) -> None:
    assert slug(title) == name


def test_titles_are_filled_in() -> None:
    made = edition(
        TextSection(markdown="{{ title }}"),
        title="Voice & Video: {{ period.label }}",
        description="{{ title }} against {{ comparison.label }}, *plain*",
    )
    document = composed(made, None)
    assert document.title == "Voice & Video: October 2026"
    assert document.subtitle == "Voice & Video: October 2026 against September 2026, *plain*"
    assert document.blocks[0].markdown == r"Voice \& Video: October 2026"
    assert document.language == "en-GB"


def test_provenance() -> None:
    made = edition(KpiSection(metrics=("ANSWER_RATE", "ATTEMPTED")), TABLE, TABLE)
    document = composed(made, asked(NOW, NOW), BY_COUNTRY, BY_COUNTRY)
    assert document.provenance == Provenance(
        report="monthly-review",
        interval=OCTOBER,
        timezone="Europe/Zagreb",
        period="October 2026",
        interval_text="1 Oct 2026, 00:00 – 1 Nov 2026, 00:00 Europe/Zagreb",
        comparison="September 2026",
        comparison_interval=SEPTEMBER,
        filters=(("Channels", "VOICE_VIDEO"),),
        source="calls",
        data_through=local(2026, 11, 5),
        data_through_text="5 Nov 2026, 00:00 Europe/Zagreb",
        spec_commit="abc1234",
        version="1.2.3",
        stamp=OCTOBER.until,
        definitions=(
            Definition(
                "ANSWER_RATE",
                "Answer rate",
                "How many attempts were answered.",
                "ANSWERED / ATTEMPTED",
            ),
            Definition("ATTEMPTED", "Attempted calls", "All attempts."),
            Definition("ANSWERED", "Answered calls", ""),
        ),
    )


def test_metrics_of_texts_are_defined_too() -> None:
    made = edition(TextSection(markdown="{{ kpi('ATTEMPTED').text }}"), TextSection(markdown="x"))
    definitions = composed(made, asked(NOW), None).provenance.definitions
    assert definitions == (Definition("ATTEMPTED", "Attempted calls", "All attempts."),)


def test_a_report_of_texts_alone_has_asked_nothing() -> None:
    document = composed(edition(TextSection(markdown="x")), None)
    assert document.notices == ()
    assert document.provenance.data_through is None
    assert document.provenance.data_through_text == "–"
    assert document.provenance.rejected == 0


def test_an_unknown_locale_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="there is no locale 'klingon'"):
        composed(edition(TextSection(markdown="x"), locale="klingon"), None)


def test_a_section_that_asks_needs_its_answer() -> None:
    with pytest.raises(TypeError, match=r"sections\[0\] asks for metrics and has no answer"):
        composed(edition(TABLE), None)
    with pytest.raises(ValueError, match="zip"):
        composed(edition(TABLE), BY_COUNTRY, BY_COUNTRY)


def test_the_same_input_gives_the_same_document() -> None:
    made = edition(TABLE, KpiSection(metrics=("ATTEMPTED",)))
    turned = SectionAnswers(
        current=answer(rates((COUNTRY,), [("b", 1, 1), ("a", 10, 5), (None, 2, 1)]))
    )
    again = SectionAnswers(
        current=answer(rates((COUNTRY,), [(None, 2, 1), ("a", 10, 5), ("b", 1, 1)]))
    )
    assert composed(made, turned, asked(NOW)) == composed(made, again, asked(NOW))


def test_a_notice_without_title_is_named_notice() -> None:
    from handmade import ATTEMPTED, dimension  # noqa: PLC0415 - here only

    from reporter.data.table import Table  # noqa: PLC0415 - here only

    network = dimension("NETWORK_NAME", "Network", unavailable="no column")
    asks = TableSection(query=QuerySpec(metrics=("ATTEMPTED",), aggregate_by=("NETWORK_NAME",)))
    (block,) = composed(edition(asks), asked(Table((network, ATTEMPTED), ()))).blocks
    assert isinstance(block, NoticeBlock)
    assert block.name == "notice"


def test_a_block_says_which_records_alone_it_is_about() -> None:
    made = edition(TABLE, TABLE, TextSection(markdown="Hello"), comparison=None)
    direction = (("Direction", "Outbound"), ("Country", "1, 2"))
    document = compose(
        made,
        (BY_COUNTRY, BY_COUNTRY, None),
        words=load_words("en-GB", Path()),
        filters=Narrowings(sections=((), direction, direction)),
        spec_commit=None,
        version="1",
        stamp=made.interval.until,
    )
    everything, narrowed, text = document.blocks
    assert isinstance(everything, TableBlock)
    assert isinstance(narrowed, TableBlock)
    assert everything.notes == ()
    assert narrowed.notes == ("Filters: Direction: Outbound; Country: 1, 2.",)
    assert isinstance(text, TextBlock)
