"""From queries to asks: filters, steps, metrics; what cannot be asked is refused with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_api import passes
from round_trip import SETTINGS, query_of

from reporter.catalog.metrics_api import standard
from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Dimension,
    Filter,
    FilterKind,
    Function,
    Metric,
    Reported,
)
from reporter.data.table import Format, Kind
from reporter.errors import SourceError
from reporter.plan.filters import FilterBy
from reporter.plan.model import OneOf, Query
from reporter.sources.metrics_api.model import Ask, Listed, Pair, Span, Spans
from reporter.sources.metrics_api.translation import Translation, translate, unavailable, united

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
LOCAL = {
    "since": datetime(2026, 9, 30, 22, tzinfo=UTC),
    "until": datetime(2026, 10, 31, 23, tzinfo=UTC),
    "timezone": "Europe/Zagreb",
}


def translated(query: Query, **settings: object) -> Translation:
    return translate(query, "api", msgspec.structs.replace(SETTINGS, **settings))


def asks(*metrics: str, where: Sequence[FilterBy] = (), **query: object) -> tuple[Ask, ...]:
    """What is asked for metrics over October in UTC."""
    given = {"since": SINCE, "until": UNTIL, **query}
    return translated(query_of(*(metrics or ("TOTAL_CALL_COUNT",)), where=where, **given)).asks


def refusal(query: Query, **settings: object) -> str:
    """Why a query cannot be asked, and the hint."""
    with pytest.raises(SourceError) as caught:
        translated(query, **settings)
    return f"{caught.value}\n{caught.value.hint}"


# Metrics


def test_a_count_is_asked_by_its_name() -> None:
    (ask,) = asks("TOTAL_CALL_COUNT", "FAILED_CALL_COUNT")
    assert ask == Ask(
        interval=query_of("TOTAL_CALL_COUNT", since=SINCE, until=UNTIL).interval,
        channels=("VOICE_VIDEO",),
        metrics=("FAILED_CALL_COUNT", "TOTAL_CALL_COUNT"),
    )


def test_a_ratio_is_asked_with_its_counts_and_those_of_outbound_calls() -> None:
    whole, outbound = asks("ANSWER_RATE", by=["COUNTRY_NAME"])
    assert whole.metrics == ("ANSWER_RATE", "TOTAL_ATTEMPTED_CALL_COUNT")
    assert outbound.metrics == ("TOTAL_ANSWERED_CALL_COUNT",)
    assert (whole.lists, outbound.lists) == ((), (Listed("directions", ("OUTBOUND",)),))
    assert whole.dimensions == outbound.dimensions == ("COUNTRY_NAME",)


def test_outbound_calls_alone_are_asked_once() -> None:
    found = asks("ANSWER_RATE", where=[{"directions": ("OUTBOUND",)}])
    (sent,) = set(united(found).values())
    assert sent.metrics == (
        *("ANSWER_RATE", "TOTAL_ANSWERED_CALL_COUNT", "TOTAL_ATTEMPTED_CALL_COUNT"),
    )


def test_of_inbound_calls_no_outbound_ones_are_asked() -> None:
    (ask,) = asks("ANSWER_RATE", where=[{"directions": ("INBOUND",)}])
    assert ask.lists == (Listed("directions", ("INBOUND",)),)


def test_outbound_answered_calls_alone_still_have_all_groups() -> None:
    whole, _ = asks("OUTBOUND_ANSWERED_CALL_COUNT", by=["SENDER"])
    assert whole.metrics == ("TOTAL_CALL_COUNT",)


def test_a_duration_is_asked_by_its_own_name() -> None:
    (ask,) = asks("TOTAL_CALL_DURATION")
    assert ask.metrics == ("TOTAL_CALL_DURATION",)


def test_what_only_the_api_knows_is_asked_as_it_is() -> None:
    (ask,) = asks("DELIVERED_TRAFFIC_COUNT", where=[{"channelCodes": ("SMS", "EMAIL")}])
    assert ask.metrics == ("DELIVERED_TRAFFIC_COUNT",)
    assert ask.channels == ("EMAIL", "SMS")


def test_asks_that_differ_in_their_metrics_are_one() -> None:
    first, *_ = asks("TOTAL_CALL_COUNT", by=["STATUS", "SENDER"])
    second, *_ = asks("BUSY_CALL_COUNT", by=["SENDER", "STATUS"])
    other, *_ = asks("BUSY_CALL_COUNT", by=["SENDER"])
    found = united([first, second, other, first])
    both = msgspec.structs.replace(first, metrics=("BUSY_CALL_COUNT", "TOTAL_CALL_COUNT"))
    assert found == {first: both, second: both, other: other}


def test_what_the_api_does_not_know_is_not_asked() -> None:
    own = Metric(
        name="COST",
        label="Cost",
        description="",
        definition=Aggregate(Function.SUM, "price"),
        format=Format.DECIMAL,
    )
    other = msgspec.structs.replace(own, name="TOTAL_CALL_COUNT")
    query = query_of("PENDING_CALL_COUNT", "BUSY_CALL_COUNT", since=SINCE, until=UNTIL)
    query = msgspec.structs.replace(query, metrics=(own, other, *query.metrics))
    (ask,) = translated(query).asks
    assert ask.metrics == ("BUSY_CALL_COUNT",)
    names = [(column.name, str(column.unavailable)) for column in unavailable(query, "api")]
    reason = "a Metrics API does not know it, so the source 'api' has no values"
    assert names == [(name, reason) for name in ("COST", "TOTAL_CALL_COUNT", "PENDING_CALL_COUNT")]


def test_what_is_derived_from_the_unknown_is_unknown() -> None:
    pending = query_of("PENDING_CALL_COUNT", "ANSWER_RATE", since=SINCE, until=UNTIL)
    metrics = tuple(
        msgspec.structs.replace(m, definition=Aggregate(Function.COUNT, where="false"))
        if m.name == "TOTAL_ATTEMPTED_CALL_COUNT"
        else m
        for m in pending.metrics
    )
    query = msgspec.structs.replace(pending, metrics=metrics)
    assert {c.name for c in unavailable(query, "api")} == {
        *("PENDING_CALL_COUNT", "TOTAL_ATTEMPTED_CALL_COUNT", "ANSWER_RATE")
    }
    whole, outbound = translated(query).asks
    assert (whole.metrics, outbound.metrics) == (
        ("TOTAL_CALL_COUNT",),
        ("TOTAL_ANSWERED_CALL_COUNT",),
    )


def test_nothing_that_the_api_knows_is_not_asked_at_all() -> None:
    query = query_of("PENDING_CALL_COUNT", since=SINCE, until=UNTIL)
    assert translated(query).asks == ()
    price = Dimension(
        name="PRICE", label="", description="", kind=Kind.TEXT, definition=Attribute("price")
    )
    # Ours is over the column `sender`.
    other = msgspec.structs.replace(price, name="SENDER")
    for dimension in (price, other):
        query = query_of("TOTAL_CALL_COUNT", since=SINCE, until=UNTIL)
        query = msgspec.structs.replace(query, dimensions=(dimension,))
        assert translated(query).asks == ()
        assert [column.name for column in unavailable(query, "api")] == [dimension.name]


def test_groups_are_asked_for_without_any_metric_that_the_api_knows() -> None:
    (ask,) = asks("PENDING_CALL_COUNT", by=["STATUS"])
    assert (ask.dimensions, ask.metrics) == (("STATUS",), ("TOTAL_CALL_COUNT",))


def test_shares_without_counts_need_their_scale_said() -> None:
    query = query_of(
        "TRAFFIC_DELIVERY_RATE", where=[{"channelCodes": ("SMS",)}], since=SINCE, until=UNTIL
    )
    assert refusal(query) == (
        "source 'api': cannot ask for TRAFFIC_DELIVERY_RATE: no counts tell whether"
        " TRAFFIC_DELIVERY_RATE comes as 0.42 or as 42\n"
        "write ratioScale: fraction or percent in the source's settings"
    )
    assert translated(query, ratio_scale="percent").asks


# Filters


def lists(*where: FilterBy) -> tuple[Listed, ...]:
    (ask,) = asks(where=where)
    return ask.lists


def test_values_of_one_filter_are_intersected() -> None:
    report, section = {"countryIds": (3, 1, 2), "senders": ("y", "x")}, {"countryIds": (2, 3, 4)}
    assert lists(report, section) == (
        Listed("countryIds", (2, 3)),
        Listed("senders", ("x", "y")),
    )


@pytest.mark.parametrize(
    ("report", "section"),
    [
        ({"countryIds": (1,)}, {"countryIds": (2,)}),
        ({"channelCodes": ("SMS",)}, {"channelCodes": ("VOICE_VIDEO",)}),
        ({"applicationId": ("a",)}, {"platforms": ({"applicationId": "b"},)}),
        ({"accountKeys": ("A",)}, {"accountKeys": ("B",)}),
        ({"timeToAnswer": ({"to": "SECONDS_5"},)}, {"timeToAnswer": ({"from": "SECONDS_5"},)}),
    ],
)
def test_nobody_is_asked_where_nothing_is_left(report: FilterBy, section: FilterBy) -> None:
    assert asks(where=[report, section]) == ()


def test_nobody_is_asked_about_no_time() -> None:
    assert asks(until=SINCE) == ()


def test_accounts_and_those_below_them() -> None:
    (ask,) = asks(where=[{"includeSubaccounts": True}])
    assert (ask.lists, ask.with_subaccounts) == ((), True)
    (ask,) = asks(where=[{"accountKeys": ("B", "A"), "includeSubaccounts": True}])
    assert (ask.lists, ask.with_subaccounts) == ((Listed("accountKeys", ("A", "B")),), True)


@pytest.mark.parametrize(
    ("report", "section", "keys", "below"),
    [
        (("A", "B"), ("B", "C"), ("B",), False),
        (("A", "B", True), ("B",), ("B",), True),  # includeSubaccounts holds for narrower ones
        (("A", "B", True), ("A", "B", "C", True), ("A", "B"), True),
        (("A", "B"), ("A", True), None, None),
    ],
)
def test_accounts_of_two_levels(
    report: tuple[object, ...],
    section: tuple[object, ...],
    keys: tuple[str, ...] | None,
    below: bool | None,  # noqa: FBT001 - a parameter of the test
) -> None:
    where = [
        {
            "accountKeys": tuple(k for k in level if isinstance(k, str)),
            **({"includeSubaccounts": True} if True in level else {}),
        }
        for level in (report, section)
    ]
    if keys is None:
        query = query_of("TOTAL_CALL_COUNT", where=where, since=SINCE, until=UNTIL)
        assert refusal(query) == (
            "source 'api': cannot ask for TOTAL_CALL_COUNT: only the API knows which accounts are"
            " below others, so it cannot be asked for those that A, B and A have in common\n"
            "name the accounts in one place: in the report or in the section"
        )
        return
    (ask,) = asks(where=where)
    assert (ask.lists, ask.with_subaccounts) == ((Listed("accountKeys", keys),), below)


def test_spans_are_joined_and_begin_with_a_bucket() -> None:
    (ask,) = asks(
        where=[
            {"timeToAnswer": ({"to": "SECONDS_2"}, {"from": "SECONDS_1", "to": "SECONDS_4"})},
            {"timeToAnswer": ({"to": "SECONDS_3"}, {"from": "HOURS_1"})},
        ]
    )
    assert ask.spans == (Spans("timeToAnswer", (Span("SECONDS_0", "SECONDS_3"),)),)
    (ask,) = asks(where=[{"timeToAnswer": ({"to": "SECONDS_1"}, {"from": "DAYS_3"})}])
    assert ask.spans == (
        Spans("timeToAnswer", (Span("SECONDS_0", "SECONDS_1"), Span("DAYS_3", None))),
    )


def test_spans_of_messages() -> None:
    (ask,) = asks(
        "DELIVERED_TRAFFIC_COUNT",
        where=[{"channelCodes": ("SMS",), "timeToDeliver": ({"from": "SECONDS_5"},)}],
    )
    assert ask.spans == (Spans("timeToDeliver", (Span("SECONDS_5", None),)),)


def test_applications_and_entities_are_platforms() -> None:
    (ask,) = asks(where=[{"applicationId": ("b", "a")}, {"entityId": ("1",)}])
    assert ask.platforms == (Pair("a", "1"), Pair("b", "1"))
    assert ask.lists == ()
    (ask,) = asks(
        where=[
            {
                "platforms": (
                    {"applicationId": "a"},
                    {"applicationId": "a", "entityId": "1"},
                    {"entityId": "2"},
                )
            }
        ]
    )
    assert ask.platforms == (Pair(None, "2"), Pair("a", None))


_APPLICATIONS, _ENTITIES = st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"])
_LEVEL = st.fixed_dictionaries(
    {},
    optional={
        "applicationId": st.lists(_APPLICATIONS, min_size=1, unique=True).map(tuple),
        "entityId": st.lists(_ENTITIES, min_size=1, unique=True).map(tuple),
        "platforms": st.lists(
            st.fixed_dictionaries(
                {}, optional={"applicationId": _APPLICATIONS, "entityId": _ENTITIES}
            ).filter(bool),
            min_size=1,
            max_size=3,
        ).map(tuple),
    },
)


class Traffic(msgspec.Struct):
    """Where traffic comes from, as far as platforms tell."""

    application: str | None
    entity: str | None
    account: str = ""
    outbound: bool = True
    country: int = 1
    sender: str = ""
    status: str = ""


@given(where=st.lists(_LEVEL, max_size=3))
def test_platforms_let_through_what_all_filters_do(where: list[FilterBy]) -> None:
    found = asks(where=where)
    pairs = [
        {
            name: value
            for name, value in (("applicationId", p.application), ("entityId", p.entity))
            if value is not None
        }
        for ask in found
        for p in ask.platforms
    ]
    for traffic in (Traffic(a, e) for a in (None, "a", "b", "c") for e in (None, "1", "2", "3")):
        expected = all(passes(traffic, level) for level in where)
        through = bool(found) and (not pairs or passes(traffic, {"platforms": pairs}))
        assert through == expected


def test_a_filter_that_the_api_does_not_have() -> None:
    own = Filter(name="tariffs", label="", description="", kind=FilterKind.VALUES, expression="x")
    query = query_of("TOTAL_CALL_COUNT", since=SINCE, until=UNTIL)
    query = msgspec.structs.replace(query, conditions=(OneOf(own, ("a",)),))
    assert refusal(query) == (
        "source 'api': cannot ask for TOTAL_CALL_COUNT: a Metrics API has no filter tariffs\n"
        "take the filter out, or ask a source of type calls"
    )
    reported = msgspec.structs.replace(own, expression=None, dimension="TARIFF")
    (ask,) = translated(msgspec.structs.replace(query, conditions=(OneOf(reported, ("a",)),))).asks
    assert ask.lists == (Listed("tariffs", ("a",)),)
    assert ask.channels == ("VOICE_VIDEO",)  # the default where no condition says otherwise


# Time


@pytest.mark.parametrize(
    ("grain", "asked"),
    [("HOUR", "HOUR"), ("DAY", "DAY"), ("MONTH", "MONTH"), ("WEEK_MONDAY_START", "DAY")],
)
def test_steps_of_utc(grain: str, asked: str) -> None:
    (ask,) = asks(by=[grain])
    assert ask.dimensions == (asked,)


@pytest.mark.parametrize("grain", ["HOUR", "DAY", "WEEK_MONDAY_START", "MONTH", "YEAR"])
def test_steps_of_another_zone_are_asked_as_hours(grain: str) -> None:
    (ask,) = asks(by=[grain], **LOCAL)
    assert ask.dimensions == ("HOUR",)
    assert ask.interval.since == LOCAL["since"]


def test_steps_of_a_zone_that_is_utc_for_now() -> None:
    zone = {"timezone": "Europe/London"}
    january = {"since": datetime(2026, 1, 1, tzinfo=UTC), "until": datetime(2026, 2, 1, tzinfo=UTC)}
    (ask,) = asks(by=["MONTH"], **zone, **january)
    assert ask.dimensions == ("MONTH",)
    (ask,) = asks(by=["MONTH"], **zone)
    assert ask.dimensions == ("HOUR",)


def test_a_part_of_a_day_is_asked_as_hours() -> None:
    (ask,) = asks(by=["DAY"], until=SINCE + timedelta(hours=30))
    assert ask.dimensions == ("HOUR",)


def test_without_steps_any_interval_is_asked_to_the_millisecond() -> None:
    since, until = SINCE + timedelta(microseconds=1), UNTIL - timedelta(microseconds=1000)
    (ask,) = asks(since=since, until=until, timezone="Asia/Kolkata")
    assert ask.interval.since == SINCE + timedelta(milliseconds=1)
    assert ask.interval.until == until


def test_a_zone_that_is_not_made_of_hours() -> None:
    query = query_of(
        "TOTAL_CALL_COUNT", by=["DAY"], since=SINCE, until=UNTIL, timezone="Asia/Kolkata"
    )
    assert refusal(query) == (
        "source 'api': cannot ask for TOTAL_CALL_COUNT by DAY: the API counts in hours of UTC,"
        " and a DAY in Asia/Kolkata is not made of them\n"
        "write timezone: UTC, or take the time step out"
    )


@pytest.mark.parametrize("end", ["since", "until"])
def test_an_interval_that_ends_within_an_hour(end: str) -> None:
    moment = datetime(2026, 10, 7, 10, 30, tzinfo=UTC)
    given = {"since": SINCE, "until": UNTIL, end: moment}
    assert refusal(query_of("TOTAL_CALL_COUNT", by=["DAY"], **given)) == (
        "source 'api': cannot ask for TOTAL_CALL_COUNT by DAY: the API tells steps of time by"
        " whole hours, and one of this query begins or ends at 2026-10-07T10:30:00+00:00\n"
        "take a period of whole hours or days, or take the time step out"
    )


def test_clocks_that_change_within_an_hour() -> None:
    # Gaza, 2011-04-01: at one minute past midnight, from UTC+2 to UTC+3.
    query = query_of(
        "TOTAL_CALL_COUNT",
        by=["DAY"],
        since=datetime(2011, 3, 30, 22, tzinfo=UTC),
        until=datetime(2011, 4, 2, 21, tzinfo=UTC),
        timezone="Asia/Gaza",
    )
    assert "begins or ends at 2011-03-31T22:01:00+00:00" in refusal(query)


SMS = [{"channelCodes": ("SMS",)}]


def test_what_cannot_be_added_up_is_not_put_together_from_hours() -> None:
    query = query_of("UNIQUE_CLICKS_COUNT", by=["DAY"], where=SMS, **LOCAL)
    assert refusal(query) == (
        "source 'api': cannot ask for UNIQUE_CLICKS_COUNT by DAY: UNIQUE_CLICKS_COUNT cannot be"
        " added up, and a DAY in Europe/Zagreb of this interval is put together from steps of one"
        " HOUR of UTC\n"
        "write timezone: UTC with a period of whole steps, or take the step out"
    )
    assert asks("UNIQUE_CLICKS_COUNT", by=["DAY"], where=SMS)
    assert asks("UNIQUE_CLICKS_COUNT", where=SMS, **LOCAL)


def test_what_cannot_be_added_up_is_not_put_together_from_channels() -> None:
    both = [{"channelCodes": ("SMS", "EMAIL", "VOICE_VIDEO")}]
    given = {"where": both, "since": SINCE, "until": UNTIL}
    assert refusal(query_of("UNIQUE_CLICKS_COUNT", **given)) == (
        "source 'api': cannot ask for UNIQUE_CLICKS_COUNT: UNIQUE_CLICKS_COUNT cannot be added up,"
        " and the API tells it for each of EMAIL, SMS, VOICE_VIDEO\n"
        "add CHANNEL_CODE to aggregateBy and leave out totals, or ask for one channel"
    )
    assert asks("UNIQUE_CLICKS_COUNT", by=["CHANNEL_CODE"], where=both)


def test_a_metric_that_a_project_says_is_reported() -> None:
    own = Metric(name="HELD_COUNT", label="", description="", definition=Reported(additive=True))
    query = query_of("TOTAL_CALL_COUNT", since=SINCE, until=UNTIL)
    (ask,) = translated(msgspec.structs.replace(query, metrics=(own,))).asks
    assert ask.metrics == ("HELD_COUNT",)
    assert standard().metric("HELD_COUNT") is None
