from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.catalog.load import built_in
from reporter.plan.filters import (
    Bounds,
    FilterProblem,
    conditions_of,
    described,
    filter_named,
    interval_bounds,
    printed,
    stacked,
    unset,
)
from reporter.plan.model import InSpans, OfAccounts, OneOf, OneOfPairs, Span
from reporter.words import load_words

FilterBy = Mapping[str, Any]
Anything = Any  # what YAML or the command line may hold
CATALOG = built_in()
WORDS = load_words("en-GB", Path())
BUCKETS = CATALOG.dimension("TIME_TO_ANSWER")


def read(filter_by: FilterBy, **parameters: Anything) -> Anything:
    """The conditions of a sound ``filterBy``."""
    conditions, problems = conditions_of(filter_by, CATALOG, parameters)
    assert problems == ()
    return conditions


def wrong(filter_by: FilterBy, **parameters: Anything) -> FilterProblem:
    """The one problem of a ``filterBy``."""
    _, problems = conditions_of(filter_by, CATALOG, parameters)
    assert len(problems) == 1, problems
    return problems[0]


def one_of(name: str, *values: str | int) -> OneOf:
    known = CATALOG.filter(name)
    assert known is not None
    return OneOf(known, values)


def accounts(*keys: str, with_subaccounts: bool = False) -> OfAccounts:
    known = CATALOG.filter("accountKeys")
    assert known is not None
    return OfAccounts(known, keys, with_subaccounts)


def test_a_single_value_is_a_list_of_one() -> None:
    assert read({"directions": "OUTBOUND"}) == read({"directions": ("OUTBOUND",)})
    assert read({"directions": "OUTBOUND"}) == (one_of("directions", "OUTBOUND"),)


def test_a_list_from_json_is_as_good_as_a_tuple() -> None:
    assert read({"countryIds": [2, 1]}) == (one_of("countryIds", 1, 2),)


def test_values_are_sorted_and_each_kept_once() -> None:
    assert read({"countryIds": (10, 9, 10)}) == (one_of("countryIds", 9, 10),)


@pytest.mark.parametrize(
    ("alias", "name", "value"),
    [
        ("direction", "directions", "INBOUND"),
        ("channelCode", "channelCodes", "VOICE_VIDEO"),
    ],
)
def test_the_pages_spellings_mean_the_apis_filters(alias: str, name: str, value: str) -> None:
    assert read({alias: value}) == read({name: (value,)})


def test_application_and_entity_are_filters_of_their_own() -> None:
    assert read({"applicationId": "app", "entityId": "shop"}) == (
        one_of("applicationId", "app"),
        one_of("entityId", "shop"),
    )


def test_the_order_of_filters_does_not_matter() -> None:
    first = {"countryIds": (1,), "directions": ("INBOUND",)}
    second = {"directions": ("INBOUND",), "countryIds": (1,)}
    assert read(first) == read(second)


@given(st.permutations([1, 2, 3, 3, 5]), st.booleans())
def test_equal_filters_give_equal_conditions(values: list[int], alias: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    name = "direction" if alias else "directions"
    filter_by: FilterBy = {"countryIds": tuple(values), name: ("OUTBOUND",)}
    assert read(filter_by) == (
        one_of("countryIds", 1, 2, 3, 5),
        one_of("directions", "OUTBOUND"),
    )


def test_accounts_and_subaccounts_are_one_condition() -> None:
    assert read({"accountKeys": ("B", "A")}) == (accounts("A", "B"),)
    assert read({"accountKeys": "A", "includeSubaccounts": True}) == (
        accounts("A", with_subaccounts=True),
    )
    assert read({"includeSubaccounts": True}) == (accounts(with_subaccounts=True),)
    assert read({"includeSubaccounts": False}) == ()


def test_spans_stand_in_order_each_once() -> None:
    known = CATALOG.filter("timeToAnswer")
    assert known is not None
    assert BUCKETS is not None
    assert read(
        {
            "timeToAnswer": (
                {"from": "MINUTES_1"},
                {"from": "SECONDS_5", "to": "SECONDS_10"},
                {"to": "SECONDS_1"},
                {"to": "SECONDS_1"},
            )
        }
    ) == (
        InSpans(
            known,
            BUCKETS,
            (Span(None, "SECONDS_1"), Span("SECONDS_5", "SECONDS_10"), Span("MINUTES_1", None)),
        ),
    )


def test_pairs_may_leave_a_key_out() -> None:
    known = CATALOG.filter("platforms")
    assert known is not None
    assert read(
        {"platforms": ({"entityId": "e", "applicationId": "a"}, {"applicationId": "a"})}
    ) == (
        OneOfPairs(known, ((("applicationId", "a"),), (("applicationId", "a"), ("entityId", "e")))),
    )


def test_a_parameter_stands_for_a_filter_or_for_one_of_its_values() -> None:
    assert read({"countryIds": {"param": "country"}}, country=385) == (one_of("countryIds", 385),)
    assert read({"countryIds": (1, {"param": "country"})}, country=385) == (
        one_of("countryIds", 1, 385),
    )
    assert read({"includeSubaccounts": {"param": "all"}}, all=True) == (
        accounts(with_subaccounts=True),
    )


def test_an_unset_parameter_drops_the_filter() -> None:
    assert read({"countryIds": {"param": "country"}}, country=None) == ()
    assert read({"accountKeys": {"param": "account"}}, account=None) == ()
    assert read({"includeSubaccounts": {"param": "all"}}, all=None) == ()
    assert read({"countryIds": (1, {"param": "country"})}, country=None) == (
        one_of("countryIds", 1),
    )


def test_an_unset_parameter_is_printed() -> None:
    filter_by: FilterBy = {
        "countryIds": {"param": "country"},
        "directions": "INBOUND",
        "sentUntil": {"param": "country"},  # the period, which is printed by itself
    }
    assert unset(filter_by, CATALOG, {"country": None}, WORDS) == (
        ("Country", "all (parameter country not set)"),
    )
    assert unset(filter_by, CATALOG, {"country": 385}, WORDS) == ()


def test_the_ends_of_the_interval_are_no_conditions() -> None:
    assert read({"sentSince": "2026-10-01", "sentUntil": "2026-11-01"}) == ()


PROBLEMS: list[tuple[dict[str, Any], FilterProblem]] = [
    (
        {"direction": "UP"},
        FilterProblem(
            name="direction",
            code="unknown-filter-value",
            message="direction has no value 'UP'",
            expected="one of OUTBOUND, INBOUND",
            found='"UP"',
        ),
    ),
    (
        {"capabilities": ("PHONE", "WEB_RTC")},
        FilterProblem(
            name="capabilities",
            index=1,
            code="unknown-filter-value",
            message="capabilities has no value 'WEB_RTC'",
            expected="one of PHONE, WEBRTC, SIPTRUNK, VIBER_BC, WHATSAPP_BC",
            found='"WEB_RTC"',
            hint="did you mean 'WEBRTC'?",
        ),
    ),
    (
        {"countryIds": ("385",)},
        FilterProblem(
            name="countryIds",
            index=0,
            code="filter-value",
            message="countryIds takes whole numbers",
            expected="a whole number",
            found='"385"',
            hint="write 385 without quotes",
        ),
    ),
    (
        {"countryIds": True},
        FilterProblem(
            name="countryIds",
            code="filter-value",
            message="countryIds takes whole numbers",
            expected="a whole number",
            found="true",
        ),
    ),
    (
        {"accountKeys": 12},
        FilterProblem(
            name="accountKeys",
            code="filter-value",
            message="accountKeys takes texts",
            expected="a text",
            found="12",
            hint='write "12" in quotes',
        ),
    ),
    (
        {"senders": ({"from": "x"},)},
        FilterProblem(
            name="senders",
            index=0,
            code="filter-value",
            message="senders takes texts",
            expected="a text",
            found="{from: x}",
        ),
    ),
    (
        {"senders": ()},
        FilterProblem(
            name="senders",
            code="filter-empty",
            message="senders names no value",
            expected="at least one value",
            hint="leave the filter out to have all records",
        ),
    ),
    (
        {"includeSubaccounts": "yes"},
        FilterProblem(
            name="includeSubaccounts",
            code="filter-value",
            message="includeSubaccounts takes true or false",
            expected="true or false",
            found='"yes"',
        ),
    ),
    (
        {"includeSubaccounts": (True, False)},
        FilterProblem(
            name="includeSubaccounts",
            code="filter-value",
            message="includeSubaccounts takes true or false",
            expected="true or false",
            found="2 values",
        ),
    ),
    (
        {"directions": "INBOUND", "direction": "OUTBOUND"},
        FilterProblem(
            name="direction",
            code="filter-twice",
            message="direction and directions are the same filter",
            hint="write the values of both in one list",
        ),
    ),
    (
        {"timeToAnswer": "SECONDS_5"},
        FilterProblem(
            name="timeToAnswer",
            code="filter-value",
            message="timeToAnswer takes spans",
            expected="{from: BUCKET, to: BUCKET}, where one of the two may be missing",
            found='"SECONDS_5"',
        ),
    ),
    (
        {"timeToAnswer": ({"from": "SECONDS_5", "to": "SECONDS_5"},)},
        FilterProblem(
            name="timeToAnswer",
            index=0,
            code="empty-span",
            message="timeToAnswer: nothing lies in the span, as to is exclusive",
            expected="a from before its to",
            found="{from: SECONDS_5, to: SECONDS_5}",
        ),
    ),
    (
        {"platforms": ({"applicationId": 5},)},
        FilterProblem(
            name="platforms",
            index=0,
            code="filter-value",
            message="platforms takes objects with applicationId or entityId or both",
            expected="{applicationId: TEXT, entityId: TEXT}",
            found="{applicationId: 5}",
        ),
    ),
    (
        {"platforms": "app"},
        FilterProblem(
            name="platforms",
            code="filter-value",
            message="platforms takes objects with applicationId or entityId or both",
            expected="{applicationId: TEXT, entityId: TEXT}",
            found='"app"',
        ),
    ),
    (
        {"capabilities": "PHONE", "channelCodes": ("SMS",)},
        FilterProblem(
            name="capabilities",
            code="filter-channel",
            message="capabilities applies to VOICE_VIDEO only",
            expected="channelCodes: [VOICE_VIDEO]",
            found="channelCodes: [SMS]",
        ),
    ),
    (
        {"countryIds": {"param": "land"}},
        FilterProblem(
            name="countryIds",
            code="unknown-parameter",
            message="there is no parameter 'land'",
            expected="a parameter of this report",
            found="land",
            hint="declare it under parameters",
        ),
    ),
]


@pytest.mark.parametrize(
    ("filter_by", "problem"), PROBLEMS, ids=[f"{p.name}-{p.code}" for _, p in PROBLEMS]
)
def test_what_is_wrong_is_explained(filter_by: dict[str, Any], problem: FilterProblem) -> None:
    assert wrong(filter_by) == problem


def test_an_unknown_filter_brings_the_nearest_name() -> None:
    problem = wrong({"countryId": 1})
    assert (problem.code, problem.message) == (
        "unknown-filter",
        "there is no filter 'countryId'",
    )
    assert problem.hint == "did you mean 'countryIds'?"


def test_an_unknown_parameter_brings_the_nearest_name() -> None:
    problem = wrong({"countryIds": ({"param": "contry"},)}, country=1)
    assert (problem.index, problem.expected, problem.hint) == (
        0,
        "one of country",
        "did you mean 'country'?",
    )


def test_both_ends_of_a_span_are_checked() -> None:
    _, problems = conditions_of(
        {"timeToAnswer": ({"from": "SECOND_5", "to": "HOUR"},)}, CATALOG, {}
    )
    assert [(p.message, p.found, p.hint) for p in problems] == [
        ("timeToAnswer: from names no bucket", '"SECOND_5"', "did you mean 'SECONDS_5'?"),
        ("timeToAnswer: to names no bucket", '"HOUR"', "did you mean 'HOURS_6'?"),
    ]


def test_a_wrong_value_does_not_hide_the_right_ones() -> None:
    conditions, problems = conditions_of({"directions": ("UP", "INBOUND")}, CATALOG, {})
    assert conditions == (one_of("directions", "INBOUND"),)
    assert len(problems) == 1


def test_a_parameters_value_is_checked_like_any_other() -> None:
    assert wrong({"directions": {"param": "way"}}, way="UP").message == (
        "directions has no value 'UP'"
    )
    assert wrong({"countryIds": {"param": "country"}}, country=1.5).found == "1.5"


# Several levels


def stack(levels: Sequence[FilterBy]) -> Anything:
    conditions, problems = stacked(levels, CATALOG, {})
    assert problems == ()
    return {c for c in conditions if c.filter.name != "channelCodes"}


def test_levels_are_anded_never_replaced() -> None:
    assert stack([{"countryIds": (1, 2)}, {"countryIds": 2}, {"directions": "INBOUND"}]) == {
        one_of("countryIds", 1, 2),
        one_of("countryIds", 2),
        one_of("directions", "INBOUND"),
    }


def test_the_same_condition_on_two_levels_is_one() -> None:
    assert stack([{"countryIds": 1}, {"countryIds": (1,)}]) == {one_of("countryIds", 1)}


def test_the_channel_defaults_to_voice_and_video() -> None:
    assert stacked([], CATALOG, {}) == ((one_of("channelCodes", "VOICE_VIDEO"),), ())
    assert stacked([{"channelCode": "SMS"}, {}], CATALOG, {}) == (
        (one_of("channelCodes", "SMS"),),
        (),
    )


def test_subaccounts_of_the_report_hold_for_the_accounts_of_a_query() -> None:
    assert stack([{"includeSubaccounts": True}, {"accountKeys": "A"}]) == {
        accounts(with_subaccounts=True),
        accounts("A", with_subaccounts=True),
    }


def test_a_query_never_widens_the_accounts_of_the_report() -> None:
    assert stack([{"accountKeys": "A"}, {"includeSubaccounts": True}]) == {
        accounts(with_subaccounts=True),
        accounts("A"),
    }


def test_a_query_has_the_last_word_on_its_own_subaccounts() -> None:
    assert stack(
        [{"includeSubaccounts": True}, {"accountKeys": "A", "includeSubaccounts": False}]
    ) == {accounts(with_subaccounts=True), accounts("A")}


def test_a_capability_of_a_query_beside_another_channel_of_the_report() -> None:
    _, problems = stacked([{"channelCodes": "SMS"}, {"capabilities": "PHONE"}], CATALOG, {})
    assert [(p.name, p.code) for p in problems] == [("capabilities", "filter-channel")]


def test_another_channel_of_a_query_beside_a_capability_of_the_report() -> None:
    _, problems = stacked([{"capabilities": "PHONE"}, {"channelCode": "SMS"}], CATALOG, {})
    assert [(p.name, p.code) for p in problems] == [("capabilities", "filter-channel")]


# The interval


def test_no_ends_give_no_interval() -> None:
    assert interval_bounds({"directions": "UP"}, CATALOG, {}) == (None, ())


def test_ends_are_days_or_instants() -> None:
    assert interval_bounds(
        {"sentSinces": "2026-10-01", "sentUntil": "2026-11-01T00:00:00.000+0000"}, CATALOG, {}
    ) == (Bounds(date(2026, 10, 1), datetime(2026, 11, 1, tzinfo=UTC)), ())


def test_an_end_may_be_a_parameter() -> None:
    filter_by: FilterBy = {"sentSince": {"param": "start"}}
    assert interval_bounds(filter_by, CATALOG, {"start": "2026-10-01"}) == (
        Bounds(date(2026, 10, 1)),
        (),
    )
    assert interval_bounds(filter_by, CATALOG, {"start": None}) == (None, ())


@pytest.mark.parametrize(
    ("value", "found"),
    [("yesterday", '"yesterday"'), (2026, "2026"), (("2026-10-01", "2026-10-02"), "2 values")],
)
def test_an_end_that_is_no_moment(value: Anything, found: str) -> None:
    bounds, problems = interval_bounds({"sentSince": value}, CATALOG, {})
    assert bounds is None
    assert problems == (
        FilterProblem(
            name="sentSince",
            code="filter-value",
            message="sentSince takes one day or instant",
            expected="a day (2026-10-01) or an instant (2026-10-01T08:00:00Z)",
            found=found,
        ),
    )


# In print


def test_conditions_read_like_a_sentence() -> None:
    conditions = read(
        {
            "accountKeys": ("B", "A"),
            "includeSubaccounts": True,
            "countryIds": (1, 2),
            "directions": "INBOUND",
            "platforms": ({"applicationId": "a", "entityId": "e"}, {"entityId": "f"}),
            "timeToAnswer": (
                {"from": "SECONDS_5", "to": "SECONDS_15"},
                {"from": "SECONDS_20", "to": "SECONDS_25"},
                {"to": "SECONDS_2"},
                {"from": "DAYS_2"},
            ),
        }
    )
    assert dict(described(conditions, WORDS)) == {
        "Accounts": "A, B, with sub-accounts",
        "Country": "1, 2",
        "Direction": "Inbound",
        "Platforms": "applicationId a and entityId e or entityId f",
        "Time to answer": "0–1 s to 1–2 s, 5–10 s to 10–15 s, 20–25 s, 2–3 d to 3 d and more",
    }


def test_the_sources_own_accounts_have_a_name() -> None:
    assert described(read({"includeSubaccounts": True}), WORDS) == (
        ("Accounts", "the source's own, with sub-accounts"),
    )


def test_what_is_printed_on_the_report() -> None:
    levels: list[FilterBy] = [{"countryIds": {"param": "country"}}, {"directions": "OUTBOUND"}]
    assert printed(levels, CATALOG, {"country": None}, WORDS) == (
        ("Channel", "Voice and Video"),
        ("Direction", "Outbound"),
        ("Country", "all (parameter country not set)"),
    )


@pytest.mark.parametrize(("dimension", "error"), [("NOTHING", LookupError), ("SENDER", TypeError)])
def test_spans_over_what_has_no_buckets_are_a_bug(dimension: str, error: type[Exception]) -> None:
    filters = tuple(
        msgspec.structs.replace(f, dimension=dimension) if f.name == "timeToAnswer" else f
        for f in CATALOG.filters
    )
    catalog = msgspec.structs.replace(CATALOG, filters=filters)
    with pytest.raises(error):
        conditions_of({"timeToAnswer": {"to": "SECONDS_5"}}, catalog, {})


def test_a_key_of_pairs_without_a_filter_of_its_own_names_the_pairs() -> None:
    filters = tuple(f for f in CATALOG.filters if f.name not in ("applicationId", "entityId"))
    catalog = msgspec.structs.replace(CATALOG, filters=filters)
    pairs = catalog.filter("platforms")
    assert pairs is not None
    assert filter_named("entityId", catalog) == pairs
    assert conditions_of({"applicationId": "a", "entityId": ("e", 5)}, catalog, {}) == (
        (
            OneOfPairs(pairs, ((("applicationId", "a"),),)),
            OneOfPairs(pairs, ((("entityId", "e"),),)),
        ),
        (
            FilterProblem(
                name="entityId",
                index=1,
                code="filter-value",
                message="entityId takes texts",
                expected="a text",
                found="5",
                hint='write "5" in quotes',
            ),
        ),
    )
