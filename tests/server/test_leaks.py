"""No combination of credentials and filters shows a record of another's account."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.catalog.load import built_in
from reporter.server.accounts import AccountsFile
from reporter.server.questions import question
from reporter.server.reading import remembered
from reporter.server.violations import Refused
from reporter.settings import CallsSource as Settings
from reporter.sources.calls.source import CallsSource

PARENTS: Final[Mapping[str, str | None]] = {
    "root": None,
    "north": "root",
    "north-1": "north",
    "north-1-a": "north-1",
    "south": "root",
    "alone": None,
    "ring-1": "ring-2",
    "ring-2": "ring-1",
}
ACCOUNTS: Final = (*PARENTS, "in no file")
"""In the records; each of them has calls, one more than the one before it."""


def below(account: str) -> set[str]:
    """The account and all below it, counted from the bottom: whose ancestor it is."""
    found = {account}
    for key in PARENTS:
        above: str | None = key
        for _ in PARENTS:
            above = PARENTS.get(above) if above is not None else None
            if above == account:
                found.add(key)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("accounts")
    rows = [f"{key},{parent or ''},{key}" for key, parent in PARENTS.items()]
    (made / "accounts.csv").write_text("\n".join(("account_key,parent_key,name", *rows)) + "\n")
    calls = ["call_id,account_key,sent_at,direction,country_id"]
    for number, key in enumerate((*ACCOUNTS, ""), start=1):
        calls += [
            f"{key}-{call},{key},2026-09-{call:02}T08:00:00Z,OUTBOUND,{call % 2}"
            for call in range(1, number + 1)
        ]
    (made / "calls.csv").write_text("\n".join(calls) + "\n")
    return made


_keys = st.lists(st.sampled_from((*ACCOUNTS, "nobody")), min_size=1, max_size=4, unique=True)
_asked = st.fixed_dictionaries(
    {"caller": st.sampled_from((None, *ACCOUNTS, "without calls"))},
    optional={
        "accountKeys": _keys,
        "includeSubaccounts": st.booleans(),
        "countryIds": st.sampled_from([[0], [1], [0, 1]]),
        "channelCodes": st.sampled_from([["VOICE_VIDEO"], ["SMS"], ["SMS", "VOICE_VIDEO"]]),
    },
)


def wanted(asked: Mapping[str, Any]) -> set[str] | None:
    """The accounts that a query is about; None: all there are. Refused: not said here."""
    keys = asked.get("accountKeys") or ([asked["caller"]] if asked["caller"] else None)
    if keys is None:
        return None
    if asked.get("includeSubaccounts"):
        return set().union(*(below(key) for key in keys))
    return set(keys)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(_asked, min_size=15, max_size=30))
def test_only_records_of_accounts_that_the_caller_may_see(
    folder: Path, batch: list[dict[str, Any]]
) -> None:
    source_settings = Settings(path="calls.csv", accounts="accounts.csv")
    accounts = AccountsFile("calls", source_settings, folder)
    catalog = built_in()
    meant = []
    for asked in batch:
        caller = asked["caller"]
        filters = {name: value for name, value in asked.items() if name != "caller"}
        body = {
            "filterBy": {
                "channelCodes": ["VOICE_VIDEO"],
                "sentSince": "2026-09-01T00:00:00Z",
                "sentUntil": "2026-10-01T00:00:00Z",
                **filters,
            },
            "aggregateBy": ["ACCOUNT_KEY"],
            "metrics": ["TOTAL_CALL_COUNT"],
        }
        query = remembered(msgspec.json.encode(body))
        keys = set(asked.get("accountKeys", ()))
        if caller is not None and not keys <= below(caller):
            with pytest.raises(Refused) as refused:
                accounts.counted(query, caller)
            assert refused.value.status == 403
            continue
        counted = accounts.counted(query, caller)
        meant.append((asked, question(query, counted, catalog).query))
    source = CallsSource("calls", source_settings, folder, catalog)
    answers = asyncio.run(source.fetch([query for _, query in meant]))
    for (asked, _), answer in zip(meant, answers, strict=True):
        shown: dict[str | None, int] = {}
        for row in answer.table.rows:
            account, count = row[0], row[-1]
            assert account is None or isinstance(account, str)
            assert isinstance(count, int)
            shown[account] = count
        if asked["caller"] is not None:
            assert set(shown) <= below(asked["caller"])
        assert shown == expected(asked)


def expected(asked: Mapping[str, Any]) -> dict[str | None, int]:
    """Counted one by one."""
    if "VOICE_VIDEO" not in asked.get("channelCodes", ["VOICE_VIDEO"]):
        return {}
    seen = wanted(asked)
    found: dict[str | None, int] = {}
    for number, key in enumerate((*ACCOUNTS, None), start=1):
        if seen is not None and key not in seen:
            continue
        countries = asked.get("countryIds", [0, 1])
        count = sum(call % 2 in countries for call in range(1, number + 1))
        if count:
            found[key] = count
    return found


def test_the_accounts_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_key,parent_key\nshop,group\n")
    accounts = AccountsFile("calls", Settings(path="x.csv", accounts="accounts.csv"), tmp_path)
    query = remembered(_below_query())
    assert accounts.counted(query, "group").keys == ("group", "shop")
    (tmp_path / "accounts.csv").write_text("account_key,parent_key\nshop,group\ntill,shop\n")
    assert accounts.counted(query, "group").keys == ("group", "shop", "till")


def _below_query() -> bytes:
    return msgspec.json.encode(
        {
            "filterBy": {
                "channelCodes": ["VOICE_VIDEO"],
                "sentSince": "2026-09-01T00:00:00Z",
                "sentUntil": "2026-10-01T00:00:00Z",
                "includeSubaccounts": True,
            },
            "aggregateBy": [],
            "metrics": ["TOTAL_CALL_COUNT"],
        }
    )


def test_without_accounts_file_nobody_knows_of_sub_accounts(tmp_path: Path) -> None:
    query = remembered(_below_query())
    alone = AccountsFile("calls", Settings(path="x.csv"), tmp_path)
    with pytest.raises(Refused) as refused:
        alone.counted(query, "shop")
    assert refused.value.status == 400
    assert refused.value.violations[0].property == "request.filterBy.includeSubaccounts"
    assert alone.counted(query, None).keys is None
    narrow = msgspec.structs.replace(query, with_subaccounts=False)
    assert alone.counted(narrow, "shop").keys == ("shop",)


def test_the_account_of_the_source_counts_where_nobody_is_asked_for(tmp_path: Path) -> None:
    query = msgspec.structs.replace(remembered(_below_query()), with_subaccounts=False)
    own = AccountsFile("calls", Settings(path="x.csv", account="shop"), tmp_path)
    assert own.counted(query, None).keys == ("shop",)
    assert own.counted(query, "group").keys == ("group",)
    other = msgspec.structs.replace(query, accounts=("rival",))
    assert own.counted(other, None).keys == ("rival",)
