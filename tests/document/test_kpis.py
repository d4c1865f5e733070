"""Cards: value, change, target, course, sample, note."""

from datetime import date

import msgspec
import pytest
from handmade import (
    ANSWERED,
    ATTEMPTED,
    BUSY,
    DAY,
    RATE,
    answer,
    asked,
    block_of,
    count,
    local,
    rates,
)

from reporter.data.table import Table
from reporter.dates import Grain
from reporter.document.model import Goalpost, KpiCard
from reporter.document.values import Tone
from reporter.spec.model import Target
from reporter.spec.sections import KpiSection

NBSP = "\N{NO-BREAK SPACE}"
NOW, THEN = rates((), [(12345, 7555)]), rates((), [(10000, 6000)])


def card(name: str, now: Table, then: Table | None = None, **more: object) -> KpiCard:
    (found,) = block_of(KpiSection(metrics=(name,)), asked(now, then), **more).cards
    return found


def test_a_count_against_the_month_before() -> None:
    found = card("ATTEMPTED", NOW, THEN)
    assert (found.label, found.description) == ("Attempted calls", "All attempts.")
    assert (found.value.value, found.value.text) == (12345, "12,345")
    assert found.change is not None
    assert found.change.previous.text == "10,000"
    assert (found.change.absolute.value, found.change.absolute.text) == (2345, "+2,345")
    assert found.change.relative.text == "+23.5%"
    assert found.change.relative.value == pytest.approx(0.2345)
    assert found.change.tone is Tone.NEUTRAL  # nobody said that more is better


def test_a_percentage_changes_by_percent_points() -> None:
    found = card("ANSWER_RATE", NOW, THEN)
    assert found.value.text == "61.2%"
    assert found.change is not None
    assert found.change.absolute.text == f"+1.2{NBSP}pp"
    assert found.change.relative.value is None
    assert found.change.relative.text == "–"
    assert found.change.tone is Tone.GOOD
    assert found.sample is not None
    assert (found.sample.label, found.sample.count.text) == ("Attempted calls", "12,345")


@pytest.mark.parametrize(
    ("now", "then", "tone"),
    [
        (5, 4, Tone.BAD),
        (4, 5, Tone.GOOD),
        (4, 4, Tone.NEUTRAL),
        (4, None, Tone.NEUTRAL),
        (None, 4, Tone.NEUTRAL),
    ],
)
def test_tone_follows_the_direction_of_good(now: int | None, then: int | None, tone: Tone) -> None:
    found = card("BUSY", Table((BUSY,), ((now,),)), Table((BUSY,), ((then,),)))
    assert found.change is not None
    assert found.change.tone is tone


def test_a_change_too_small_to_be_shown_is_neither_good_nor_bad() -> None:
    found = card("ANSWER_RATE", rates((), [(100000, 50001)]), rates((), [(100000, 50000)]))
    assert found.change is not None
    assert found.change.absolute.text == f"0.0{NBSP}pp"
    assert found.change.tone is Tone.NEUTRAL


def test_nothing_before_gives_no_relative_change() -> None:
    found = card("ATTEMPTED", NOW, rates((), [(0, 0)]))
    assert found.change is not None
    assert (found.change.absolute.text, found.change.relative.text) == ("+12,345", "–")


def test_a_loss_relates_to_the_size_of_what_was() -> None:
    column = msgspec.structs.replace(ATTEMPTED, name="BALANCE")
    found = card("BALANCE", Table((column,), ((50,),)), Table((column,), ((-100,),)))
    assert found.change is not None
    assert found.change.relative.text == "+150.0%"


def test_without_comparison_there_is_no_change() -> None:
    assert card("ATTEMPTED", NOW).change is None


@pytest.mark.parametrize(
    ("target", "post", "tone"),
    [
        (
            Target(at_least=0.6),
            Goalpost(text="Target ≥ 60%", value=0.6, bound="atLeast", met=True),
            Tone.GOOD,
        ),
        (
            Target(at_least=0.625),
            Goalpost(text="Target ≥ 62.5%", value=0.625, bound="atLeast", met=False),
            Tone.BAD,
        ),
        (
            Target(at_most=0.6),
            Goalpost(text="Target ≤ 60%", value=0.6, bound="atMost", met=False),
            Tone.BAD,
        ),
        (
            Target(at_least=0.5, at_most=0.7),
            Goalpost(text="Target ≥ 50%, ≤ 70%", value=0.5, bound="atLeast", met=True),
            Tone.GOOD,
        ),
        (Target(), None, Tone.NEUTRAL),
    ],
)
def test_targets(target: Target, post: Goalpost | None, tone: Tone) -> None:
    found = card("ANSWER_RATE", NOW, targets={"ANSWER_RATE": target})
    assert found.target == post
    assert found.value.tone is tone


def test_a_target_is_met_exactly_at_its_bound() -> None:
    found = card("ANSWER_RATE", THEN, targets={"ANSWER_RATE": Target(at_least=0.6)})
    assert found.target is not None
    assert found.target.met is True


def test_no_value_neither_meets_nor_misses_a_target() -> None:
    empty = rates((), [(0, 0)])
    found = card("ANSWER_RATE", empty, targets={"ANSWER_RATE": Target(at_least=0.6)})
    assert found.target is not None
    assert found.target.met is None
    assert found.value.tone is Tone.NEUTRAL
    assert found.value.text == "–"
    assert found.sample is not None
    assert (found.sample.label, found.sample.count.text) == ("Attempted calls", "0")


def test_the_course_has_a_cell_for_every_day() -> None:
    days = rates((DAY,), [(date(2026, 10, 30), 8, 2), (date(2026, 10, 1), 4, 3)])
    answers = asked(NOW, series=answer(days, data_through=local(2026, 10, 30, 18)))
    block = block_of(KpiSection(metrics=("ATTEMPTED", "ANSWER_RATE"), sparkline=Grain.DAY), answers)
    attempted, rate = block.cards
    assert [cell.text for cell in attempted.course] == ["4", *["0"] * 28, "8", "–"]
    assert [cell.text for cell in rate.course] == ["75.0%", *["–"] * 28, "25.0%", "–"]
    assert [cell.text for cell in rate.course_steps][::10] == [
        "1 Oct",
        "11 Oct",
        "21 Oct",
        "31 Oct",
    ]


def test_a_series_without_steps_is_no_course() -> None:
    block = block_of(KpiSection(metrics=("ATTEMPTED",)), asked(NOW, series=answer(NOW)))
    assert block.cards[0].course == ()


def test_an_unavailable_metric_is_a_dash_with_a_reason() -> None:
    seized = count("SEIZED", "Seized calls", unavailable="the files have no column ringing_at")
    rate = msgspec.structs.replace(RATE, unavailable="No answers here.")
    table = Table((ATTEMPTED, ANSWERED, seized, rate), ((5, 0, None, None),))
    found = card("SEIZED", table, table)
    assert (found.value.text, found.note) == ("–", "the files have no column ringing_at.")
    assert found.change is not None
    assert found.change.absolute.text == "–"
    found = card("ANSWER_RATE", table)
    assert (found.sample, found.note) == (None, "No answers here.")


def test_an_answer_without_its_row_has_no_value() -> None:
    assert card("ATTEMPTED", rates((), [])).value.text == "–"
