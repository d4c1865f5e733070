"""Remembered numbers: what two lists have in common, and where they differ."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.data.readings import (
    About,
    Figures,
    Group,
    Moved,
    Readings,
    ReadingsError,
    compared,
    decoded,
    encoded,
    fingerprint,
    readings,
)

OCTOBER = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)
NOVEMBER = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
STEPS = 4
GROUPS = st.tuples(
    st.integers(0, STEPS - 1), st.one_of(st.none(), st.sampled_from(("A", "B")), st.integers(0, 2))
)
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
)


def about(question: str, metric: str = "CALLS", interval: object = OCTOBER) -> About:
    return About(question, metric, *interval)


def figures(question: str = "q", *numbers: tuple[Group, object], **more: object) -> Figures:
    interval = more.pop("interval", OCTOBER)
    return Figures(
        about=about(question, interval=interval),
        **{"current": True, "missing": 0, "numbers": numbers, **more},
    )


@st.composite
def tables(draw: st.DrawFn, question: str) -> Figures:
    numbers = draw(st.dictionaries(GROUPS, NUMBERS, max_size=6))
    return Figures(
        about=about(question),
        current=True,
        missing=0 if question < "c" else None,
        step=0,
        steps=draw(st.integers(0, STEPS)),
        numbers=tuple(numbers.items()),
    )


@st.composite
def lists(draw: st.DrawFn) -> Readings:
    names = draw(st.sets(st.sampled_from("abcd")))
    return readings([draw(tables(name)) for name in sorted(names)])


# By hand


def number(table: Figures, group: Group) -> tuple[str, object]:
    """What a reader is told of a group: nothing for want of data, or a number, or no value."""
    for known, value in table.numbers:
        if known == group:
            return "said", value
    place = group[0]
    assert isinstance(place, int)
    return ("untold", None) if place >= table.steps else ("said", table.missing)


def by_hand(then: Readings, now: Readings) -> tuple[int, dict[tuple[str, Group], object]]:
    """How many numbers are compared, and those that differ."""
    count, differ = 0, {}
    for old in then.figures:
        for new in now.figures:
            if old.about.question != new.about.question:
                continue
            for group in {g for g, _ in (*old.numbers, *new.numbers)}:
                told, before = number(old, group)
                _, after = number(new, group)
                if told == "said":
                    count += 1
                    if before != after:
                        differ[old.about.question, group] = (before, after)
    return count, differ


@given(lists(), lists())
def test_what_differs_is_what_differs_by_hand(then: Readings, now: Readings) -> None:
    found = compared(then, now)
    count, differ = by_hand(then, now)
    assert found.count == count
    assert {(m.about.question, m.group): (m.then, m.now) for m in found.moved} == differ
    assert len(found.moved) == len(differ)
    assert found.same == (not differ)


@given(lists())
def test_a_list_does_not_differ_from_itself(said: Readings) -> None:
    assert compared(said, said).same
    assert compared(decoded(encoded(said)), said).same


@given(lists(), st.randoms(use_true_random=False))
def test_the_order_in_which_numbers_come_means_nothing(said: Readings, chance: Random) -> None:
    mixed = []
    for one in said.figures:
        numbers = list(one.numbers)
        chance.shuffle(numbers)
        mixed.append(msgspec.structs.replace(one, numbers=tuple(numbers)))
    chance.shuffle(mixed)
    again = readings(mixed)
    assert again == said
    assert encoded(again) == encoded(said)
    assert fingerprint(again) == fingerprint(said)


@given(lists(), lists())
def test_the_fingerprint_is_that_of_the_numbers(one: Readings, other: Readings) -> None:
    def plain(said: Readings) -> Mapping[str, object]:
        return {f.about.question: f.numbers for f in said.figures}

    assert (fingerprint(one) == fingerprint(other)) == (plain(one) == plain(other))


@given(lists())
def test_numbers_are_remembered_exactly(said: Readings) -> None:
    assert decoded(encoded(said)) == said


def test_the_fingerprint_knows_no_intervals_but_which_of_the_two_it_is() -> None:
    october = readings([figures("q", ((0,), 5)), figures("r", ((), 2))])
    november = readings(
        [
            figures("q", ((0,), 5), interval=NOVEMBER),
            figures("r", ((), 2), interval=NOVEMBER),
        ]
    )
    before = readings(
        [figures("q", ((0,), 5), current=False), figures("r", ((), 2), current=False)]
    )
    assert fingerprint(october) == fingerprint(november)
    assert fingerprint(october) != fingerprint(before)
    assert not compared(october, november).count


def test_one_number_is_written_in_one_way() -> None:
    one = readings([figures("q", ((), 5.0)), figures("r", ((), -0.0))])
    other = readings([figures("q", ((), 5)), figures("r", ((), 0))])
    assert fingerprint(one) == fingerprint(other)
    assert encoded(one) == encoded(other)
    assert compared(one, other).same


def test_ratios_of_the_same_numbers_are_the_same() -> None:
    then = readings([figures("q", *(((n,), n / (n + 3)) for n in range(1, 200)))])
    now = readings([figures("q", *(((n,), (2 * n) / (2 * (n + 3))) for n in range(1, 200)))])
    assert compared(then, now).same


def test_a_question_that_only_one_asks_is_not_compared() -> None:
    then = readings([figures("q", ((), 5))])
    now = readings([figures("r", ((), 7)), figures("q", ((), 9), interval=NOVEMBER)])
    found = compared(then, now)
    assert (found.count, found.moved) == (0, ())


def test_a_group_that_has_gone_counts_nothing() -> None:
    then = readings([figures("q", (("A",), 5), (("B",), 2))])
    now = readings([figures("q", (("A",), 5))])
    assert compared(then, now).moved == (Moved(about("q"), ("B",), 2, 0),)


def test_a_group_that_is_new_had_nothing() -> None:
    then = readings([figures("q"), figures("r", missing=None)])
    now = readings([figures("q", (("A",), 5)), figures("r", (("A",), 0.5), missing=None)])
    assert {(m.then, m.now) for m in compared(then, now).moved} == {(0, 5), (None, 0.5)}


def test_steps_without_data_were_not_said() -> None:
    told = {"step": 0, "steps": 2}
    then = readings([figures("q", ((0,), 5), **told)])
    now = readings([figures("q", ((0,), 5), ((1,), 3), ((2,), 4), step=0, steps=3)])
    found = compared(then, now)
    assert found.moved == (Moved(about("q"), (1,), 0, 3),)
    assert found.count == 2


def test_steps_without_data_any_more_have_no_value() -> None:
    then = readings([figures("q", ((2,), 4), step=0, steps=3)])
    now = readings([figures("q", step=0, steps=1)])
    assert compared(then, now).moved == (Moved(about("q"), (2,), 4, None),)


def test_a_step_that_is_none_of_the_interval_is_said() -> None:
    odd = figures("q", (("2026-12-01",), 4), step=0, steps=3)
    assert not odd.untold(("2026-12-01",))


# Large tables


def test_large_tables_are_remembered_by_their_digest() -> None:
    large = figures("large", *(((n,), n) for n in range(50)))
    small = figures("small", *(((n,), n) for n in range(3)))
    whole = figures("whole", ((), 7))
    said = readings([large, small, whole], most=10)
    assert [(one.about.question, len(one.numbers)) for one in said.figures] == [
        ("large", 0),
        ("small", 3),
        ("whole", 1),
    ]
    assert said.cut == 1
    assert readings([large, small, whole], most=54).cut == 0
    assert decoded(encoded(said)) == said


def test_of_a_large_table_it_is_known_whether_it_has_changed() -> None:
    rows = [((n,), n) for n in range(50)]
    then = readings([figures("q", *rows)], most=10)
    same = compared(then, readings([figures("q", *rows[::-1])], most=10))
    assert same.same
    assert same.count == 0
    # Today it may be remembered in full: the earlier digest is all there is.
    assert compared(then, readings([figures("q", *rows)])).same
    other = compared(then, readings([figures("q", *rows, ((50,), 1))]))
    assert other.unlisted == (about("q"),)
    assert not other.same
    assert fingerprint(then) == fingerprint(readings([figures("q", *rows)]))


def test_of_a_large_table_with_more_steps_than_there_were_nothing_is_known() -> None:
    rows = [((n,), n) for n in range(50)]
    then = readings([figures("q", *rows, step=0, steps=50)], most=10)
    now = readings([figures("q", *rows, ((50,), 1), step=0, steps=51)], most=10)
    assert compared(then, now).same


@pytest.mark.parametrize(
    ("remembered", "message"),
    [
        (b"2abc", "written in the format b'2', expected b'1': a later version of Reporter wrote"),
        (b"", "written in the format b''"),
        (b"1abc", "the numbers of an earlier edition cannot be read"),
        (b"1" + zlib.compress(b'{"figures": 7}'), "cannot be read: Expected"),
    ],
)
def test_what_is_no_list_of_numbers(remembered: bytes, message: str) -> None:
    with pytest.raises(ReadingsError) as failed:
        decoded(remembered)
    assert message in failed.value.message
