"""What holds for every record, and what there is to see in them."""

from pathlib import Path

import duckdb
import pytest

from reporter.catalog.load import built_in
from reporter.sample_data.chance import mix
from reporter.sample_data.folder import Sample
from reporter.sample_data.world import world


def rows(calls: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return calls.execute(query).fetchall()


def number(calls: duckdb.DuckDBPyConnection, query: str) -> float:
    ((value,),) = rows(calls, query)
    assert isinstance(value, int | float)
    return value


def test_there_are_as_many_calls_as_asked_for(calls: duckdb.DuckDBPyConnection) -> None:
    assert number(calls, "SELECT count(*) FROM calls") == 60_000
    assert number(calls, "SELECT count(DISTINCT call_id) FROM calls") == 60_000


def test_a_file_holds_its_month_in_order(calls: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        calls,
        """SELECT regexp_extract(filename, 'month=([0-9-]+)', 1) AS file,
               count(*) FILTER (strftime(sent_at, '%Y-%m') <> file),
               count(*) FILTER (sent_at < earlier), min(sent_at)::DATE::VARCHAR
           FROM (SELECT *, lag(sent_at) OVER (PARTITION BY filename ORDER BY file_row_number)
                 AS earlier FROM calls)
           GROUP BY file ORDER BY file""",
    ) == [
        ("2026-08", 0, 0, "2026-08-01"),
        ("2026-09", 0, 0, "2026-09-01"),
        ("2026-10", 0, 0, "2026-10-01"),
    ]


def test_the_columns_are_the_canonical_ones(sample: Sample) -> None:
    expected = [column.name for column in built_in().records.columns if not column.optional]
    found = duckdb.read_parquet(str(sample.calls[0]), hive_partitioning=False)
    assert set(expected) <= set(found.columns)
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert {types[name] for name in types if name.endswith("_at")} == {"TIMESTAMP"}
    assert {types["network_id"], types["country_id"]} == {"INTEGER"}
    assert types["communication_id"] == "BIGINT"


@pytest.mark.parametrize(
    "law",
    [
        "sent_at < '2026-11-01' AND sent_at >= '2026-08-01'",
        "ringing_at IS NULL OR ringing_at > sent_at",
        "answered_at IS NULL OR answered_at > coalesce(ringing_at, sent_at)",
        "ended_at IS NULL OR ended_at > coalesce(answered_at, ringing_at, sent_at)",
        # Nothing is known of what happens after the records were taken.
        "coalesce(ended_at, answered_at, ringing_at, sent_at) < '2026-11-01'",
        "epoch_us(sent_at) % 1000 = 0 AND coalesce(epoch_us(ended_at), 0) % 1000 = 0",
        "(answered_at IS NOT NULL) = (status_group = 'DELIVERED')",
        "(ended_at IS NULL) = (hangup IS NULL)",
        "hangup IS DISTINCT FROM 'NORMAL' OR answered_at IS NOT NULL",
        "hangup IS DISTINCT FROM 'NORMAL' OR error_group = 'OK'",
        "hangup IS DISTINCT FROM 'ERROR' OR error_group IN ('OPERATOR_ERRORS', 'HANDSET_ERRORS')",
        "amd_result IS NULL OR (direction = 'OUTBOUND' AND answered_at IS NOT NULL)",
        "error_code IS DISTINCT FROM 'MACHINE_DETECTED' OR amd_result = 'MACHINE'",
        "(error_group IS NULL) = (error_code IS NULL)",
        "error_group IS NOT NULL OR status_group = 'PENDING' OR ended_at IS NULL",
        "status_group <> 'PENDING' OR (answered_at IS NULL AND ended_at IS NULL)",
        "(status = 'NO_ANSWER') = coalesce(error_code = 'NO_ANSWER', false)",
        "(status = 'BUSY') = coalesce(error_code = 'BUSY', false)",
        "(status = 'CANCELLED') = coalesce(error_code = 'CANCELLED', false)",
        "status <> 'BUSY' OR ringing_at IS NULL",
        "(network_id IS NULL) = (network_name IS NULL)",
        "(country_id IS NULL) = (country_name IS NULL)",
        "network_id IS NULL OR country_id IS NOT NULL",
        "network_id IS NOT NULL OR capability NOT IN ('PHONE', 'SIPTRUNK')",
        "(sender IS NULL) = (sender_type IS NULL)",
        "communication_id IS NULL OR direction = 'OUTBOUND'",
    ],
)
def test_every_record_is_consistent(calls: duckdb.DuckDBPyConnection, law: str) -> None:
    broken = rows(calls, f"SELECT * FROM calls WHERE NOT coalesce({law}, false)")  # noqa: S608 - laws stand above
    assert broken == []


@pytest.mark.parametrize(
    "seen",
    [
        "status_group = 'PENDING'",
        "ringing_at IS NULL AND answered_at IS NOT NULL",
        "status = 'CANCELLED' AND ringing_at IS NULL AND direction = 'OUTBOUND'",
        "status = 'CANCELLED' AND ringing_at IS NOT NULL AND direction = 'OUTBOUND'",
        "status_group = 'EXPIRED'",
        "status_group = 'REJECTED'",
        "hangup = 'ERROR' AND answered_at IS NOT NULL",
        "hangup = 'ERROR' AND answered_at IS NULL",
        "amd_result = 'HUMAN'",
        "amd_result = 'MACHINE'",
        "network_id IS NULL AND country_id IS NOT NULL",
        "country_id IS NULL",
        "sender IS NULL",
        "application_id IS NULL",
        "application_id IS NOT NULL AND entity_id IS NULL",
        "communication_id IS NOT NULL",
        "error_group = 'HANDSET_ERRORS'",
        "error_code = 'MAX_DURATION_REACHED' AND ended_at - answered_at >= INTERVAL 1 HOUR",
    ],
)
def test_every_kind_of_record_is_there(calls: duckdb.DuckDBPyConnection, seen: str) -> None:
    assert number(calls, f"SELECT count(*) FROM calls WHERE {seen}") > 0  # noqa: S608 - see above


@pytest.mark.parametrize(
    ("column", "dimension"),
    [
        ("status_group", "STATUS_GROUP"),
        ("status", "STATUS"),
        ("error_group", "ERROR_GROUP"),
        ("error_code", "ERROR_CODE"),
        ("sender_type", "SENDER_TYPE"),
        ("direction", "DIRECTION"),
    ],
)
def test_every_name_is_one_of_the_catalog(
    calls: duckdb.DuckDBPyConnection, column: str, dimension: str
) -> None:
    known = built_in().dimension(dimension)
    assert known is not None
    query = f"SELECT DISTINCT {column} FROM calls WHERE {column} IS NOT NULL"  # noqa: S608 - see above
    assert {value for (value,) in rows(calls, query)} <= {m.value for m in known.members}


def test_all_capabilities_are_used_both_ways(calls: duckdb.DuckDBPyConnection) -> None:
    found = rows(calls, "SELECT DISTINCT capability, direction FROM calls")
    assert {capability for capability, _ in found} == {c.code for c in built_in().capabilities}
    assert len(found) == 10


def test_there_are_twelve_countries_with_two_to_four_networks(
    calls: duckdb.DuckDBPyConnection,
) -> None:
    networks = rows(
        calls,
        """SELECT count(DISTINCT network_id) FROM calls
           WHERE country_id IS NOT NULL GROUP BY country_id""",
    )
    assert len(networks) == 12
    assert all(2 <= count <= 4 for (count,) in networks if isinstance(count, int))


def test_networks_differ_in_quality(calls: duckdb.DuckDBPyConnection) -> None:
    good, poor = rows(
        calls,
        """SELECT avg((answered_at IS NOT NULL)::INT), avg((status = 'BUSY')::INT),
               avg(epoch_ms(answered_at) - epoch_ms(sent_at))
           FROM calls
           WHERE direction = 'OUTBOUND' AND network_name IN ('Triglavka', 'Tramontana Tel')
           GROUP BY network_name ORDER BY network_name DESC""",
    )
    assert float(str(good[0])) > float(str(poor[0])) + 0.2
    assert float(str(good[1])) < float(str(poor[1])) - 0.04
    assert float(str(good[2])) < float(str(poor[2])) - 2000


def test_accounts_are_those_of_the_tree(calls: duckdb.DuckDBPyConnection) -> None:
    keys = {account.key for account in world().accounts}
    assert {key for (key,) in rows(calls, "SELECT DISTINCT account_key FROM calls")} == keys


def test_days_are_busy_and_nights_and_weekends_quiet(calls: duckdb.DuckDBPyConnection) -> None:
    night, day = rows(
        calls,
        """SELECT count(*) FROM calls WHERE hour(sent_at + INTERVAL 2 HOUR) IN (2, 10)
               AND sent_at < '2026-10-25' GROUP BY hour(sent_at) ORDER BY hour(sent_at)""",
    )
    assert int(str(day[0])) > 30 * int(str(night[0]))
    weekend = number(calls, "SELECT count(*) FROM calls WHERE isodow(sent_at) > 5") / 2
    workday = number(calls, "SELECT count(*) FROM calls WHERE isodow(sent_at) <= 5") / 5
    assert weekend < workday / 2


def test_there_are_more_calls_each_month(calls: duckdb.DuckDBPyConnection) -> None:
    august, september, october = (
        int(str(count))
        for (count,) in rows(
            calls, "SELECT count(*) FROM calls GROUP BY month(sent_at) ORDER BY month(sent_at)"
        )
    )
    assert august < september < october


def test_an_incident_is_there_to_discover(calls: duckdb.DuckDBPyConnection) -> None:
    # Rheinruf, from 20 October 06:00 in Zagreb for 34 hours.
    query = """
        SELECT avg((answered_at IS NOT NULL)::INT), avg((error_group = 'OPERATOR_ERRORS')::INT)
        FROM calls
        WHERE direction = 'OUTBOUND' AND (network_id = 4410) = ?
            AND (sent_at >= '2026-10-20 04:00' AND sent_at < '2026-10-21 14:00') = ?
    """
    found = {
        (network, during): calls.execute(query, [network, during]).fetchone()
        for network in (True, False)
        for during in (True, False)
    }
    answered, broken = found[True, True] or (1, 0)
    assert answered < 0.25
    assert broken > 0.7
    for others in [(True, False), (False, True), (False, False)]:
        answered, broken = found[others] or (0, 1)
        assert answered > 0.55
        assert broken < 0.1


def test_numbers_are_drawn_in_python_as_in_sql(calls: duckdb.DuckDBPyConnection) -> None:
    drawn = mix(0 ^ mix(7))
    second = mix((drawn + 12 * 0x9E37_79B9) & 0xFFFF_FFFF)
    first = rows(calls, "SELECT call_id FROM calls ORDER BY filename, file_row_number LIMIT 1")
    assert first == [(f"{drawn << 32 | second:x}",)]


def test_mixing_loses_nothing() -> None:
    assert len({mix(number) for number in range(50_000)}) == 50_000
    assert all(0 <= mix(number) < 2**32 for number in (0, 1, 2**31, 2**32 - 1))


def test_the_accounts_file_is_a_tree(sample: Sample) -> None:
    lines = Path(sample.accounts).read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [
        "account_key,parent_key,name",
        "MARINA-GROUP,,Marina Group",
        "MARINA-RETAIL,MARINA-GROUP,Marina Retail",
    ]
    keys = [line.split(",")[0] for line in lines[1:]]
    assert {line.split(",")[1] for line in lines[1:]} <= {"", *keys}
