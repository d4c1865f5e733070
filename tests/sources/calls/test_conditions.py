"""What a query's conditions let through."""

from collections.abc import Callable

import msgspec
import pytest
from call_project import Ask, Project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.catalog.model import Catalog
from reporter.plan.model import Condition, InSpans, OfAccounts, OneOf, OneOfPairs, Span
from reporter.sources.calls.accounts import account_tree

CALLS = """\
call_id,account_key,sent_at,direction,sender,answered_at,network_id,application_id,entity_id
1,A,2026-10-05 10:00:00,OUTBOUND,x,2026-10-05 10:00:05,7,p,q
2,B,2026-10-05 11:00:00,OUTBOUND,"it's ""so"" x",,7,p,
3,C,2026-10-06 10:00:00,INBOUND,\\ % _,2026-10-06 10:00:00,,,q
4,,2026-10-06 10:00:00,OUTBOUND,,2026-10-09 11:00:00,9,p,r
"""
ACCOUNTS = "account_key,parent_key,name\nA,,Root\nB,A,Below\nC,B,Far below\nD,,Other\n"


Passing = Callable[..., list[object]]


@pytest.fixture(autouse=True)
def calls(project: Project) -> None:
    project.text("calls.csv", CALLS)
    project.text("accounts.csv", ACCOUNTS)


@pytest.fixture
def passing(project: Project, ask: Ask) -> Passing:
    """The senders of the calls that pass some conditions."""

    def run(*conditions: Condition, **more: object) -> list[object]:
        query = ask(by=["SENDER"], where=conditions)
        return [row[0] for row in project.rows(query, path="calls.csv", **more)]

    return run


def one_of(catalog: Catalog, name: str, *values: str | int) -> OneOf:
    return OneOf(catalog.filter(name), values)


def test_one_of_texts(passing: Passing, catalog: Catalog) -> None:
    assert passing(one_of(catalog, "directions", "INBOUND")) == ["\\ % _"]
    assert passing(one_of(catalog, "senders", "x", 'it\'s "so" x')) == ['it\'s "so" x', "x"]


def test_one_of_numbers(passing: Passing, catalog: Catalog) -> None:
    assert passing(one_of(catalog, "networkIds", 7, 8)) == ['it\'s "so" x', "x"]
    assert passing(one_of(catalog, "networkIds", "9")) == [None]
    assert passing(one_of(catalog, "networkIds", 10**30)) == []


def test_a_number_for_a_text_is_a_text(passing: Passing, catalog: Catalog) -> None:
    assert passing(one_of(catalog, "senders", 38591)) == []


def test_no_value_equals_nothing(passing: Passing, catalog: Catalog) -> None:
    assert passing(one_of(catalog, "senders", "")) == []
    assert passing(one_of(catalog, "senders")) == []


def test_another_channel_finds_nothing(passing: Passing, catalog: Catalog) -> None:
    assert passing(one_of(catalog, "channelCodes", "SMS")) == []
    assert len(passing(one_of(catalog, "channelCodes", "VOICE_VIDEO"))) == 4


def test_conditions_are_all_to_hold(passing: Passing, catalog: Catalog) -> None:
    conditions = (one_of(catalog, "networkIds", 7), one_of(catalog, "senders", "x", "\\ % _"))
    assert passing(*conditions) == ["x"]


@pytest.mark.parametrize(
    "value",
    [
        "' OR '1'='1",
        "x'; DROP TABLE checked; --",
        "\\' OR 1=1 --",
        "\x00",
        "x\x00",
        "{{x}}",
        "$1",
        "?",
        "/* */",
        "\N{FULLWIDTH APOSTROPHE} OR 1=1",
    ],
)
def test_values_are_never_sql(passing: Passing, catalog: Catalog, value: str) -> None:
    assert passing(one_of(catalog, "senders", value)) == []
    pairs = OneOfPairs(catalog.filter("platforms"), ((("applicationId", value),),))
    assert passing(pairs) == []
    assert (
        passing(OfAccounts(catalog.filter("accountKeys"), (value,), with_subaccounts=False)) == []
    )


@pytest.mark.unmeasured
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\n")))
def test_any_text_finds_itself_and_nothing_else(
    project: Project, ask: Ask, catalog: Catalog, value: str
) -> None:
    quoted = value.replace('"', '""')
    content = (
        "sent_at,direction,sender\n2026-10-05 10:00:00,OUTBOUND,other\n"
        f'2026-10-05 10:00:00,OUTBOUND,"{quoted}"\n'
    )
    project.text("any.csv", content)
    query = ask(by=["SENDER"], where=[one_of(catalog, "senders", value)])
    found = project.rows(query, path="any.csv")
    assert found == ([(value, 2 if value == "other" else 1)] if value else [])


def spans(catalog: Catalog, *bounds: tuple[str | None, str | None]) -> InSpans:
    return InSpans(
        catalog.filter("timeToAnswer"),
        catalog.dimension("TIME_TO_ANSWER"),
        tuple(Span(since, until) for since, until in bounds),
    )


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([("SECONDS_5", "SECONDS_10")], ["x"]),
        ([("SECONDS_4", "SECONDS_5")], []),
        ([(None, "SECONDS_5")], ["\\ % _"]),
        ([("SECONDS_1", None)], ["x", None]),
        ([(None, None)], ["\\ % _", "x", None]),
        ([("SECONDS_0", "SECONDS_1"), ("DAYS_3", None)], ["\\ % _", None]),
        ([], []),
    ],
)
def test_spans_of_buckets(
    passing: Passing,
    catalog: Catalog,
    bounds: list[tuple[str | None, str | None]],
    expected: list[str | None],
) -> None:
    assert passing(spans(catalog, *bounds)) == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([{"applicationId": "p", "entityId": "q"}], ["x"]),
        ([{"applicationId": "p"}], ['it\'s "so" x', "x", None]),
        ([{"entityId": "q"}], ["\\ % _", "x"]),
        ([{"applicationId": "p", "entityId": "r"}, {"entityId": "q"}], ["\\ % _", "x", None]),
        ([], []),
    ],
)
def test_pairs(
    passing: Passing, catalog: Catalog, pairs: list[dict[str, str]], expected: list[str | None]
) -> None:
    condition = OneOfPairs(catalog.filter("platforms"), tuple(tuple(p.items()) for p in pairs))
    assert passing(condition) == expected


def accounts(catalog: Catalog, *keys: str, below: bool = False) -> OfAccounts:
    return OfAccounts(catalog.filter("accountKeys"), keys, below)


def test_accounts(passing: Passing, catalog: Catalog) -> None:
    assert passing(accounts(catalog, "A")) == ["x"]
    assert passing(accounts(catalog, "A", "C")) == ["\\ % _", "x"]
    assert len(passing(accounts(catalog))) == 4


def test_accounts_and_all_below_them(passing: Passing, catalog: Catalog) -> None:
    known = {"accounts": "accounts.csv"}
    assert passing(accounts(catalog, "A", below=True), **known) == ["\\ % _", 'it\'s "so" x', "x"]
    assert passing(accounts(catalog, "B", below=True), **known) == ["\\ % _", 'it\'s "so" x']
    assert passing(accounts(catalog, "Z", below=True), **known) == []
    assert len(passing(accounts(catalog, below=True), **known)) == 4


def test_accounts_from_parquet(project: Project, passing: Passing, catalog: Catalog) -> None:
    project.parquet("a.parquet", "SELECT 'B' AS account_key, 'A' AS parent_key, 'x' AS name")
    found = passing(accounts(catalog, "A", below=True), accounts="a.parquet")
    assert found == ['it\'s "so" x', "x"]


def test_the_source_answers_for_its_own_account(passing: Passing, catalog: Catalog) -> None:
    own = {"account": "B", "accounts": "accounts.csv"}
    assert passing(**own) == ['it\'s "so" x']
    assert passing(accounts(catalog), **own) == ['it\'s "so" x']
    assert passing(accounts(catalog, below=True), **own) == ["\\ % _", 'it\'s "so" x']
    assert passing(accounts(catalog, "A"), **own) == ["x"]


def test_a_ring_of_accounts_is_walked_once() -> None:
    tree = account_tree([("A", "B"), ("B", "C"), ("C", "A"), ("D", None), ("E", "E")])
    assert tree.with_all_below(["A"]) == ("A", "B", "C")
    assert tree.with_all_below(["E", "D", "D"]) == ("D", "E")


def test_a_filter_that_compares_nothing_is_our_mistake(passing: Passing, catalog: Catalog) -> None:
    bare = msgspec.structs.replace(catalog.filter("senders"), expression=None)
    with pytest.raises(TypeError, match="the filter senders compares nothing"):
        passing(OneOf(bare, ("x",)))


def test_spans_of_what_has_no_buckets_are_our_mistake(passing: Passing, catalog: Catalog) -> None:
    spans_ = InSpans(catalog.filter("timeToAnswer"), catalog.dimension("SENDER"), ())
    with pytest.raises(TypeError, match="SENDER has no buckets"):
        passing(spans_)
