"""The digest of a question: what is part of it, and that it stays as it is."""

from datetime import UTC, datetime

import msgspec
import pytest

from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Bucket,
    Buckets,
    Calculation,
    Dimension,
    Filter,
    FilterKind,
    Function,
    Metric,
    Named,
    PairKey,
    Ratio,
    Reported,
    TimeStep,
)
from reporter.data.formula import parse
from reporter.data.table import Format, Goal, Kind, Member
from reporter.dates import Grain, Interval
from reporter.plan.meaning import question_of
from reporter.plan.model import InSpans, OfAccounts, OneOf, OneOfPairs, Query, Span
from reporter.spec.edition import BurstValue


def metric(name: str, definition: object, **more: object) -> Metric:
    return Metric(name=name, label=name, description="", definition=definition, **more)


def dimension(name: str, definition: object, **more: object) -> Dimension:
    return Dimension(
        name=name, label=name, description="", kind=Kind.TEXT, definition=definition, **more
    )


def known(name: str, **more: object) -> Filter:
    return Filter(
        name=name,
        label=name,
        description="",
        **{"kind": FilterKind.VALUES, "expression": name} | more,
    )


ALL = metric("ALL", Aggregate(Function.COUNT))
GOOD = metric("GOOD", Aggregate(Function.COUNT, where="answered_at IS NOT NULL"))
RATE = metric("RATE", Ratio("GOOD", "ALL"), format=Format.PERCENT)
BAD = metric("BAD", Calculation(parse("ALL - GOOD")))
SAID = metric("SAID", Reported(additive=True))
COUNTRY = dimension("COUNTRY", Attribute("country_name"))
DAY = dimension("DAY", TimeStep(Grain.DAY))
TIME = dimension("TIME", Buckets("ring", (Bucket("S0", "0 s", 0), Bucket("S5", "5 s", 5))))
GIVEN = dimension("GIVEN", Named())
CONDITIONS = (
    OneOf(known("country"), (1, 2)),
    OfAccounts(known("account", kind=FilterKind.ACCOUNTS), ("a",), with_subaccounts=True),
    InSpans(known("time", dimension="TIME", kind=FilterKind.SPANS), TIME, (Span("S0", None),)),
    OneOfPairs(
        known("platform", kind=FilterKind.PAIRS, keys=(PairKey("applicationId", "app"),)),
        ((("applicationId", "x"),),),
    ),
)
QUERY = Query(
    metrics=(ALL, GOOD, RATE, BAD, SAID),
    dimensions=(COUNTRY, DAY, TIME, GIVEN),
    conditions=CONDITIONS,
    interval=Interval(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    timezone="Europe/Zagreb",
)


def with_(**changes: object) -> Query:
    return msgspec.structs.replace(QUERY, **changes)


def redefined(name: str, **changes: object) -> Query:
    replace = msgspec.structs.replace
    return with_(
        metrics=tuple(replace(m, **changes) if m.name == name else m for m in QUERY.metrics)
    )


def question(query: Query = QUERY, name: str = "RATE", source: str = "calls") -> str:
    return question_of(source, query, next(m for m in query.metrics if m.name == name))


@pytest.mark.parametrize(
    "same",
    [
        with_(dimensions=QUERY.dimensions[::-1]),
        with_(conditions=CONDITIONS[::-1]),
        with_(metrics=(ALL, GOOD, RATE)),
        with_(interval=Interval(QUERY.interval.until, datetime(2026, 12, 1, tzinfo=UTC))),
        redefined("RATE", label="Quote", description="...", format=Format.DECIMAL, goal=Goal.UP),
        redefined("GOOD", label="Angenommen"),
        redefined("BAD", definition=Calculation(parse("ALL - GOOD - 1"))),
        with_(
            dimensions=(
                msgspec.structs.replace(COUNTRY, label="Land", members=(Member("1", "Eins"),)),
                DAY,
                msgspec.structs.replace(
                    TIME,
                    definition=Buckets("ring", (Bucket("S0", "bis 5 s", 0), Bucket("S5", "", 5))),
                ),
                GIVEN,
            )
        ),
        with_(
            conditions=(
                OneOf(known("country", values=(Member("1", "Eins"),)), (1, 2)),
                *CONDITIONS[1:],
            )
        ),
    ],
)
def test_words_and_order_are_no_part_of_it(same: Query) -> None:
    assert question(same) == question()


@pytest.mark.parametrize(
    "other",
    [
        with_(timezone="UTC"),
        with_(dimensions=(COUNTRY, DAY, TIME)),
        with_(
            dimensions=(dimension("COUNTRY", Attribute("upper(country_name)")), DAY, TIME, GIVEN)
        ),
        with_(dimensions=(COUNTRY, dimension("DAY", TimeStep(Grain.HOUR)), TIME, GIVEN)),
        with_(
            dimensions=(
                COUNTRY,
                DAY,
                dimension("TIME", Buckets("ring", (Bucket("S0", "", 0), Bucket("S5", "", 6)))),
                GIVEN,
            )
        ),
        with_(conditions=CONDITIONS[1:]),
        with_(conditions=(OneOf(known("country"), (1,)), *CONDITIONS[1:])),
        with_(conditions=(OneOf(known("country", expression="id"), (1, 2)), *CONDITIONS[1:])),
        with_(
            conditions=(
                CONDITIONS[0],
                msgspec.structs.replace(CONDITIONS[1], with_subaccounts=False),
                *CONDITIONS[2:],
            )
        ),
        with_(
            conditions=(
                *CONDITIONS[:2],
                msgspec.structs.replace(CONDITIONS[2], spans=(Span("S5", None),)),
                CONDITIONS[3],
            )
        ),
        with_(
            conditions=(
                *CONDITIONS[:3],
                msgspec.structs.replace(CONDITIONS[3], pairs=((("applicationId", "y"),),)),
            )
        ),
        redefined("GOOD", definition=Aggregate(Function.COUNT, where="hangup IS NULL")),
        redefined("ALL", definition=Aggregate(Function.COUNT_DISTINCT, of="sender")),
        redefined("RATE", definition=Ratio("ALL", "GOOD")),
    ],
)
def test_what_decides_about_a_number_is_part_of_it(other: Query) -> None:
    assert question(other) != question()


def test_who_is_asked_is_part_of_it() -> None:
    assert question(source="other") != question()


def test_a_formula_and_its_operands_are_part_of_it() -> None:
    changed = redefined("BAD", definition=Calculation(parse("ALL - 2 * GOOD")))
    assert question(changed, "BAD") != question(name="BAD")
    operand = redefined("GOOD", definition=Aggregate(Function.COUNT))
    assert question(operand, "BAD") != question(name="BAD")
    assert question(redefined("SAID", definition=Reported()), "SAID") != question(name="SAID")


def test_what_an_edition_is_about_is_part_of_it() -> None:
    values = [
        None,
        BurstValue("A", None, "none", "none"),
        BurstValue("A", "x", "X", "x"),
        BurstValue("B", "x", "", "x"),
    ]
    found = {question_of("calls", QUERY, ALL, value) for value in values}
    assert len(found) == len(values)
    renamed = BurstValue("A", "x", "another label", "x")
    assert question_of("calls", QUERY, ALL, renamed) in found


def test_it_stays_as_it_is() -> None:
    """A ledger of years ago is read by it: another digest would make every number a new one."""
    assert {name: question(name=name) for name in ("ALL", "RATE", "BAD", "SAID")} == {
        "ALL": "81cb575db49f57e66e93b57f8dcd35a8",
        "RATE": "508ff2b0e7c0464ff9aef239493cb97b",
        "BAD": "959acf1932b7ed0b693bb41cba812774",
        "SAID": "1f56ef3432cb27614607edf0f54d769f",
    }
