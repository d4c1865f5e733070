"""The catalog of voice and video: complete, sound, and exact in every corner of its meaning."""

import re
from itertools import pairwise, product
from pathlib import Path

import duckdb
import jsonschema
import pytest

from reporter import yamltree
from reporter.catalog import builtin
from reporter.catalog.builtin import FILE, built_in
from reporter.catalog.file import CatalogFile
from reporter.catalog.model import Aggregate, Attribute, Buckets, Calculation, FilterKind, Ratio
from reporter.catalog.resolve import whole
from reporter.catalog.rules import problems
from reporter.data.formula import parse
from reporter.data.table import Format, Goal, Kind, Member
from reporter.schema import derived, structured


def names(text: str) -> list[str]:
    return text.split()


METRICS = names(
    """
    TOTAL_CALL_COUNT TOTAL_ATTEMPTED_CALL_COUNT TOTAL_SEIZED_CALL_COUNT TOTAL_ANSWERED_CALL_COUNT
    AMD_PROCESSED_CALL_COUNT ANSWERED_BY_PERSON_CALL_COUNT ANSWERED_BY_VOICE_DETECTION_CALL_COUNT
    TOTAL_RECEIVED_CALL_COUNT
    NOT_ANSWERED_CALL_COUNT CANCELED_CALL_COUNT FAILED_CALL_COUNT BUSY_CALL_COUNT
    ANSWER_SEIZURE_RATIO ANSWER_RATE BUSY_RATE HUNG_UP_COUNT NORMAL_HUNG_UP_COUNT
    ERROR_HUNG_UP_COUNT TOTAL_CALL_DURATION
    """
)
DIMENSIONS = names(
    """
    ACCOUNT_KEY HOUR DAY WEEK_SATURDAY_START WEEK_SUNDAY_START WEEK_MONDAY_START MONTH QUARTER YEAR
    TIME_TO_ANSWER CHANNEL_CODE CHANNEL_NAME CAPABILITY DIRECTION SENDER SENDER_TYPE COMMUNICATION
    NETWORK_ID NETWORK_NAME COUNTRY_ID COUNTRY_NAME APPLICATION_ID ENTITY_ID STATUS_GROUP STATUS
    ERROR_GROUP ERROR_CODE
    """
)
FILTERS = names(
    """
    accountKeys includeSubaccounts sentSinces sentUntil timeToAnswer statusGroups statuses
    errorGroups errorCodes direction channelCode capabilities senders senderTypes communicationIds
    networkIds countryIds applicationId entityId
    sentSince directions channelCodes platforms
    """
)
CAPABILITIES = ["PHONE", "WEBRTC", "SIPTRUNK", "VIBER_BC", "WHATSAPP_BC"]
CATALOG = built_in()


def test_every_metric_is_there_and_nothing_else_is_listed() -> None:
    assert [m.name for m in CATALOG.metrics if not m.internal] == METRICS
    assert {m.name for m in CATALOG.metrics if m.internal} == {
        "OUTBOUND_ANSWERED_CALL_COUNT",
        "PENDING_CALL_COUNT",
        "CALL_DURATION_MILLISECONDS",
    }


def test_every_dimension_is_there() -> None:
    assert [d.name for d in CATALOG.dimensions] == DIMENSIONS
    integers = {d.name for d in CATALOG.dimensions if d.kind is Kind.INTEGER}
    assert integers == {"COMMUNICATION", "NETWORK_ID", "COUNTRY_ID"}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_there_in_both_spellings(name: str) -> None:
    assert CATALOG.filter(name) is not None


def test_no_filter_is_there_that_nobody_asked_for() -> None:
    assert {n for f in CATALOG.filters for n in (f.name, *f.aliases)} == set(FILTERS)


def test_every_capability_is_there() -> None:
    columns = {c.name: c for c in CATALOG.records.columns}
    dimension = CATALOG.dimension("CAPABILITY")
    assert dimension is not None

    assert [c.code for c in CATALOG.capabilities] == CAPABILITIES
    assert list(columns["capability"].values) == CAPABILITIES
    assert dimension.members == tuple(Member(c.code, c.label) for c in CATALOG.capabilities)


def test_the_file_follows_the_schema_and_the_rules() -> None:
    schema = derived(CatalogFile, title="Catalog", identifier="catalog")
    tree, mistakes = yamltree.parse(FILE.read_text(encoding="utf-8"), FILE.name)
    assert mistakes == ()
    assert tree is not None

    jsonschema.Draft202012Validator(schema).validate(tree.data)
    file, found = structured(tree, CatalogFile, "catalog.schema.json")

    assert found == ()
    assert file is not None
    assert problems(file, None) == ()


def test_it_is_read_once() -> None:
    assert built_in() is built_in()


def test_a_broken_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "voice_video.yaml"
    broken.write_text("name: [", encoding="utf-8")
    monkeypatch.setattr(builtin, "FILE", broken)

    with pytest.raises(AssertionError, match="no YAML"):
        built_in.__wrapped__()


def test_a_whole_catalog_describes_its_records() -> None:
    with pytest.raises(ValueError, match="does not describe its records"):
        whole(CatalogFile(version=1, name="mine", label="Mine"))


def test_operands_stand_before_their_users() -> None:
    seen: set[str] = set()
    for metric in CATALOG.metrics:
        assert set(metric.operands()) <= seen
        seen.add(metric.name)


def test_every_entry_says_what_it_means() -> None:
    for entry in (*CATALOG.metrics, *CATALOG.dimensions, *CATALOG.filters):
        assert entry.label
        assert entry.description.endswith(".")
    for metric in CATALOG.metrics:
        assert metric.group
        percent = isinstance(metric.definition, Ratio)
        assert (metric.format is Format.PERCENT) == percent


def test_the_direction_of_good() -> None:
    bad = {m.name for m in CATALOG.metrics if m.goal is Goal.DOWN}
    good = {m.name for m in CATALOG.metrics if m.goal is Goal.UP}

    assert bad == {
        "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT",
        "NOT_ANSWERED_CALL_COUNT",
        "CANCELED_CALL_COUNT",
        "FAILED_CALL_COUNT",
        "BUSY_CALL_COUNT",
        "BUSY_RATE",
        "ERROR_HUNG_UP_COUNT",
    }
    assert good == {
        "OUTBOUND_ANSWERED_CALL_COUNT",
        "TOTAL_SEIZED_CALL_COUNT",
        "TOTAL_ANSWERED_CALL_COUNT",
        "ANSWERED_BY_PERSON_CALL_COUNT",
        "ANSWER_SEIZURE_RATIO",
        "ANSWER_RATE",
    }


def test_ratios_and_duration() -> None:
    definitions = {m.name: m.definition for m in CATALOG.metrics}

    answered = "OUTBOUND_ANSWERED_CALL_COUNT"
    attempted = "TOTAL_ATTEMPTED_CALL_COUNT"
    assert definitions["ANSWER_RATE"] == Ratio(answered, attempted)
    assert definitions["ANSWER_SEIZURE_RATIO"] == Ratio(answered, "TOTAL_SEIZED_CALL_COUNT")
    assert definitions["BUSY_RATE"] == Ratio("BUSY_CALL_COUNT", attempted)
    assert definitions["TOTAL_CALL_DURATION"] == Calculation(
        parse("CALL_DURATION_MILLISECONDS / 1000")
    )


SECONDS = (0, 1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50)
MINUTES = (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 45)
HOURS = (1, 6, 12, 18)
DAYS = (1, 2, 3)


def test_the_buckets_of_time_to_answer() -> None:
    dimension = CATALOG.dimension("TIME_TO_ANSWER")
    assert dimension is not None
    assert isinstance(dimension.definition, Buckets)

    assert [(b.name, b.since) for b in dimension.definition.buckets] == [
        *((f"SECONDS_{n}", n * 1_000) for n in SECONDS),
        *((f"MINUTES_{n}", n * 60_000) for n in MINUTES),
        *((f"HOURS_{n}", n * 3_600_000) for n in HOURS),
        *((f"DAYS_{n}", n * 86_400_000) for n in DAYS),
    ]
    assert dimension.members[5] == Member("SECONDS_5", "5–10 s")
    assert dimension.members[-1] == Member("DAYS_3", "3 d and more")


UNITS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


def test_the_labels_of_the_buckets_say_their_bounds() -> None:
    dimension = CATALOG.dimension("TIME_TO_ANSWER")
    assert dimension is not None
    assert isinstance(dimension.definition, Buckets)
    buckets = dimension.definition.buckets

    for bucket, following in pairwise(buckets):
        said = re.fullmatch(r"(\d+)–(\d+) (s|min|h|d)", bucket.label)
        assert said is not None
        unit = UNITS[said[3]]
        assert (int(said[1]) * unit, int(said[2]) * unit) == (bucket.since, following.since)


def test_the_channel_of_a_call() -> None:
    channel = CATALOG.filter("channelCodes")
    code, name = CATALOG.dimension("CHANNEL_CODE"), CATALOG.dimension("CHANNEL_NAME")
    assert channel is not None
    assert code is not None
    assert name is not None

    assert code.definition == Attribute("'VOICE_VIDEO'")
    assert name.definition == Attribute("'Voice and Video'")
    assert channel.required
    assert channel.closed
    assert channel.default == ("VOICE_VIDEO",)
    assert channel.expression == "'VOICE_VIDEO'"
    assert {f.name for f in CATALOG.filters if f.required} == {
        "channelCodes",
        "sentSince",
        "sentUntil",
    }
    assert {f.name: f.channels for f in CATALOG.filters if f.channels} == {
        "capabilities": ("VOICE_VIDEO",)
    }


def test_what_the_filters_take() -> None:
    special = {f.name: f.kind for f in CATALOG.filters if f.kind is not FilterKind.VALUES}

    assert special == {
        "accountKeys": FilterKind.ACCOUNTS,
        "includeSubaccounts": FilterKind.SUBACCOUNTS,
        "sentSince": FilterKind.SINCE,
        "sentUntil": FilterKind.UNTIL,
        "timeToAnswer": FilterKind.SPANS,
        "platforms": FilterKind.PAIRS,
    }
    integers = {f.name for f in CATALOG.filters if f.type is Kind.INTEGER}
    assert integers == {"communicationIds", "networkIds", "countryIds"}
    closed = {f.name for f in CATALOG.filters if f.closed}
    assert closed == {"statusGroups", "errorGroups", "directions", "capabilities", "channelCodes"}


CORNERS = list(
    product(
        ("OUTBOUND", "INBOUND"),
        (None, "2026-10-01 00:00:02"),  # ringing_at
        (None, "2026-10-01 00:00:05"),  # answered_at
        (None, "2026-10-01 00:01:05.250"),  # ended_at
        (None, 59.5),  # billed_seconds
        (None, "NO_ANSWER", "BUSY", "CANCELLED", "SOMETHING_NEW"),
        (None, "PENDING", "REJECTED"),  # status_group
        (None, "HUMAN", "MACHINE"),
        (None, "NORMAL", "ERROR"),
    )
)
COLUMNS = (
    "direction VARCHAR, ringing_at TIMESTAMP, answered_at TIMESTAMP, ended_at TIMESTAMP,"
    " billed_seconds DOUBLE, status VARCHAR, status_group VARCHAR, amd_result VARCHAR,"
    " hangup VARCHAR"
)


def literal(value: str | float | None) -> str:
    return "NULL" if value is None else repr(value)


@pytest.fixture(scope="module")
def corners() -> dict[str, list[int]]:
    """Per aggregate of the catalog: what each corner case adds to it."""
    rows = ", ".join(f"({n}, {', '.join(map(literal, c))})" for n, c in enumerate(CORNERS))
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE corners (number INTEGER, {COLUMNS})")
    connection.execute(f"INSERT INTO corners VALUES {rows}")  # noqa: S608 - literals of this file
    found = {}
    for metric in CATALOG.metrics:
        if isinstance(metric.definition, Aggregate):
            part = metric.definition.of or "1"
            where = metric.definition.where or "true"
            sql = f"SELECT CASE WHEN {where} THEN {part} ELSE 0 END FROM corners ORDER BY number"  # noqa: S608 - from the catalog
            found[metric.name] = [row[0] for row in connection.execute(sql).fetchall()]
    connection.close()
    return found


def test_every_outbound_call_has_exactly_one_outcome(corners: dict[str, list[int]]) -> None:
    outcomes = (
        "OUTBOUND_ANSWERED_CALL_COUNT",
        "NOT_ANSWERED_CALL_COUNT",
        "BUSY_CALL_COUNT",
        "CANCELED_CALL_COUNT",
        "FAILED_CALL_COUNT",
        "PENDING_CALL_COUNT",
    )
    for number, attempted in enumerate(corners["TOTAL_ATTEMPTED_CALL_COUNT"]):
        assert sum(corners[name][number] for name in outcomes) == attempted, CORNERS[number]


def test_every_call_is_attempted_or_received(corners: dict[str, list[int]]) -> None:
    for number, one in enumerate(corners["TOTAL_CALL_COUNT"]):
        attempted = corners["TOTAL_ATTEMPTED_CALL_COUNT"][number]
        assert one == 1 == attempted + corners["TOTAL_RECEIVED_CALL_COUNT"][number]


def test_what_each_corner_counts_as(corners: dict[str, list[int]]) -> None:
    for number, corner in enumerate(CORNERS):
        direction, ringing, answered, ended, billed, status, group, amd, hangup = corner
        outbound, rang, picked_up = (
            direction == "OUTBOUND",
            ringing is not None,
            answered is not None,
        )
        lost = outbound and not picked_up
        other = status not in ("NO_ANSWER", "BUSY", "CANCELLED")
        length = 59_500 if billed is not None else 60_250 if ended is not None else 0
        expected = {
            "TOTAL_CALL_COUNT": True,
            "TOTAL_ATTEMPTED_CALL_COUNT": outbound,
            "TOTAL_RECEIVED_CALL_COUNT": not outbound,
            "TOTAL_SEIZED_CALL_COUNT": outbound and (rang or picked_up),
            "TOTAL_ANSWERED_CALL_COUNT": picked_up,
            "OUTBOUND_ANSWERED_CALL_COUNT": outbound and picked_up,
            "AMD_PROCESSED_CALL_COUNT": amd is not None,
            "ANSWERED_BY_PERSON_CALL_COUNT": outbound and picked_up and amd == "HUMAN",
            "ANSWERED_BY_VOICE_DETECTION_CALL_COUNT": outbound and picked_up and amd == "MACHINE",
            "NOT_ANSWERED_CALL_COUNT": lost
            and (status == "NO_ANSWER" or (status == "CANCELLED" and rang)),
            "BUSY_CALL_COUNT": lost and status == "BUSY",
            "CANCELED_CALL_COUNT": lost and status == "CANCELLED" and not rang,
            "FAILED_CALL_COUNT": lost and other and group != "PENDING",
            "PENDING_CALL_COUNT": lost and other and group == "PENDING",
            "HUNG_UP_COUNT": hangup is not None,
            "NORMAL_HUNG_UP_COUNT": hangup == "NORMAL",
            "ERROR_HUNG_UP_COUNT": hangup == "ERROR",
            "CALL_DURATION_MILLISECONDS": length if picked_up else 0,
        }
        assert {name: values[number] for name, values in corners.items()} == expected, corner


def test_what_marks_a_bad_record() -> None:
    good = {
        "sent_at": "TIMESTAMP '2026-10-01 00:00:00'",
        "answered_at": "TIMESTAMP '2026-10-01 00:00:05'",
        "ended_at": "TIMESTAMP '2026-10-01 00:00:05'",
        "billed_seconds": "0.0",
        "direction": "'OUTBOUND'",
    }
    null = {name: f"CAST(NULL AS {kind})" for name, kind in (
        ("answered_at", "TIMESTAMP"), ("ended_at", "TIMESTAMP"), ("billed_seconds", "DOUBLE"),
    )}  # fmt: skip
    bad = {
        "it is neither outbound nor inbound": {"direction": "CAST(NULL AS VARCHAR)"},
        "it was answered before it was placed": {
            "answered_at": "TIMESTAMP '2026-09-30 23:59:59.999'"
        },
        "it ended before it was answered": {"ended_at": "TIMESTAMP '2026-10-01 00:00:04.999'"},
        "its billed duration is negative": {"billed_seconds": "-0.001"},
    }

    assert broken(good) == []
    assert broken(good | null) == []
    for reason, change in bad.items():
        assert broken(good | change) == [reason]
    assert set(bad) == {reason for _, reason in CATALOG.records.checks}


def broken(record: dict[str, str]) -> list[str]:
    """The reasons for which a record is bad; null counts as fulfilled."""
    values = ", ".join(f"{sql} AS {name}" for name, sql in record.items())
    checks = ", ".join(f"coalesce({condition}, true)" for condition, _ in CATALOG.records.checks)
    sql = f"SELECT {checks} FROM (SELECT {values})"  # noqa: S608 - literals of this file
    with duckdb.connect() as connection:
        (row,) = connection.execute(sql).fetchall()
    reasons = [reason for _, reason in CATALOG.records.checks]
    return [reason for reason, fulfilled in zip(reasons, row, strict=True) if not fulfilled]
