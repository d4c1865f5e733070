"""What stands around the numbers: order of rows, types, spellings, filled steps, limits."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from asking import Printed, project, query, read, words
from hypothesis import given
from hypothesis import strategies as st
from natural_order import natural
from random_calls import EVERYTHING, ZONES, looking, sources
from reference import DIMENSIONS, METRICS, TIME_STEPS, CallRecord
from reference_answers import Question, Source, ask

from reporter.cli.entry import _run

ALL: Final = Question(
    metrics=tuple(METRICS),
    dimensions=(),
    filters={},
    since=EVERYTHING[0],
    until=EVERYTHING[1],
    timezone="UTC",
)


@pytest.mark.slow
@looking(5)
@given(sources(), st.data(), st.sampled_from(ZONES))
def test_rows_stand_in_the_natural_order_of_their_dimensions(
    source: Source, data: st.DataObject, zone: str
) -> None:
    several = st.lists(st.sampled_from(DIMENSIONS), min_size=2, max_size=2, unique=True)
    pair = data.draw(several.filter(lambda names: not set(names) <= set(TIME_STEPS)))
    with TemporaryDirectory() as folder:
        project(source, Path(folder))
        for names in (pair, pair[:1], ["TIME_TO_ANSWER"], ["STATUS_GROUP", "STATUS"]):
            asked = replace(
                ALL, metrics=("TOTAL_CALL_COUNT",), dimensions=tuple(names), timezone=zone
            )
            found = [row[:-1] for row in query(asked, Path(folder)).rows]
            assert found == sorted(
                found, key=lambda row: [natural(n, v) for n, v in zip(names, row, strict=True)]
            )


@pytest.mark.slow
@looking(1)
@given(sources())
def test_every_column_says_what_its_values_are(source: Source) -> None:
    integers = {"COMMUNICATION", "NETWORK_ID", "COUNTRY_ID"}
    numbers = {"ANSWER_SEIZURE_RATIO", "ANSWER_RATE", "BUSY_RATE", "TOTAL_CALL_DURATION"}
    with TemporaryDirectory() as folder:
        project(source, Path(folder))
        for name in (*DIMENSIONS,):
            found = query(replace(ALL, dimensions=(name,)), Path(folder))
            usual = "date" if name in TIME_STEPS else "text"
            odd = {"HOUR": "datetime"} | dict.fromkeys(integers, "integer")
            assert found.kinds[0] == odd.get(name, usual)
            assert found.kinds[1:] == tuple(
                "number" if metric in numbers else "integer" for metric in METRICS
            )
            for row in found.rows:
                assert all(
                    kind == "number" or value is None or isinstance(value, int)
                    for kind, value in zip(found.kinds[1:], row[1:], strict=True)
                )


# A few calls, by hand

NOON: Final = datetime(2026, 7, 1, 12, tzinfo=UTC)


def _call(number: int, sent_at: datetime = NOON, **given: object) -> CallRecord:
    return CallRecord(call_id=str(number), sent_at=sent_at, direction="OUTBOUND", **given)  # type: ignore[arg-type]


CALLS: Final = (
    _call(1, account_key="a", application_id="x", entity_id="1", sender="1,5"),
    _call(2, account_key="b", application_id="x", entity_id="2", sender="null"),
    _call(3, account_key="c", application_id="y", entity_id="1", sender="007"),
    _call(4, sent_at=NOON + timedelta(days=1), communication_id=2**63 - 1),
    replace(_call(5), direction="INBOUND", communication_id=2**63 - 2),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parents = {"a": None, "b": "a", "c": "b"}
    return project(Source(calls=CALLS, parents=parents), tmp_path_factory.mktemp("few"))


def _said(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> Printed:
    code = _run([*words(replace(ALL, metrics=("TOTAL_CALL_COUNT",)), folder), *more])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return read(printed.out, printed.err)


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (["direction=INBOUND"], 1),
        (["channelCode=VOICE_VIDEO"], 5),
        (["directions=INBOUND", "directions=OUTBOUND"], 5),
        (["directions=INBOUND", "accountKeys=a"], 0),
        (["applicationId=x", "entityId=1"], 1),
        (['platforms=[{"applicationId":"x"},{"entityId":"1"}]'], 3),
        (['platforms={"applicationId":"y","entityId":"1"}'], 1),
        (['platforms=[{"applicationId":"x"}]', "entityId=1"], 1),
        (['senders=["1,5"]'], 1),
        (["senders=1,5"], 0),
        (["senders=007"], 1),
        (["senders=7"], 0),
        (["senders=null"], 1),
        (["communicationIds=9223372036854775807"], 1),
        (["accountKeys=a"], 1),
        (["accountKeys=a", "includeSubaccounts=true"], 3),
        (["accountKeys=a", "includeSubaccounts=false"], 1),
        (["includeSubaccounts=true"], 5),
        (["accountKeys=b,zzz", "includeSubaccounts=true"], 2),
    ],
)
def test_filters_as_people_write_them(
    said: list[str], count: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [word for one in said for word in ("--filter", one)]
    assert _said(folder, capsys, *options).rows == ((count,),)


@pytest.mark.parametrize("since", ["sentSince", "sentSinces"])
def test_the_interval_may_be_given_as_filters(
    since: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = words(replace(ALL, metrics=("TOTAL_CALL_COUNT",), timezone="Asia/Kolkata"), folder)
    place = said.index("--since")
    said[place : place + 4] = [
        "--filter",
        f"{since}=2026-07-02",
        "--filter",
        "sentUntil=2026-07-02T17:30:00.001",
    ]
    assert _run(said) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [[1]]


def test_bare_days_are_local(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Noon in UTC is the next day on Kiritimati."""
    said = _said(
        folder,
        capsys,
        *("--since", "2026-07-02", "--until", "2026-07-03", "--timezone", "Pacific/Kiritimati"),
        *("--by", "DAY"),
    )
    assert said.rows == ((date(2026, 7, 2), 4),)


def test_another_channel_with_a_capability_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = replace(ALL, filters={"channelCodes": ["SMS"], "capabilities": ["PHONE"]})
    assert _run(words(asked, folder)) == 1
    assert "capabilities" in capsys.readouterr().err


def test_two_week_starts_are_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = replace(ALL, dimensions=("WEEK_MONDAY_START", "WEEK_SUNDAY_START"))
    assert _run(words(asked, folder)) == 1
    assert "WEEK_SUNDAY_START" in capsys.readouterr().err


def test_a_coarser_time_step_is_left_out_and_said_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _said(folder, capsys, "--by", "YEAR,DAY")
    assert said.columns == ("DAY", "TOTAL_CALL_COUNT")
    assert "YEAR" in said.notes


def test_an_order_of_ones_own_and_a_limit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by = ("--by", "SENDER", "--order-by", "TOTAL_CALL_COUNT:desc", "--limit", "3")
    said = _said(folder, capsys, *by)
    # Equal counts stand in the order of the senders; calls without sender are a group.
    assert said.rows == ((None, 2), ("007", 1), ("1,5", 1))


@pytest.mark.parametrize(
    ("zone", "turn"),
    [
        ("Europe/Zagreb", datetime(2026, 10, 25, 1, tzinfo=UTC)),
        ("Europe/Zagreb", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 11, 1, 4, 30, tzinfo=UTC)),
        ("Pacific/Chatham", datetime(2026, 9, 26, 14, tzinfo=UTC)),
        ("Pacific/Chatham", datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("step", ["HOUR", "DAY"])
def test_a_filled_series_has_exactly_the_steps_in_which_a_call_could_be(
    zone: str, turn: datetime, step: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A call every minute over three days tells which steps there are; then all but three go."""
    minutes = [_call(n, turn + timedelta(minutes=n)) for n in range(-2000, 2000)]
    since, until = turn - timedelta(minutes=2000), turn + timedelta(minutes=2000)
    asked = Question(
        metrics=("TOTAL_CALL_COUNT",),
        dimensions=(step,),
        filters={},
        since=since,
        until=until,
        timezone=zone,
    )
    every = ask(Source(calls=minutes), asked).rows
    few = Source(calls=(minutes[0], minutes[2000], minutes[-1]))
    project(few, tmp_path)
    assert _run([*words(asked, tmp_path), "--fill"]) == 0
    found = read(capsys.readouterr().out)
    assert sorted(str(row[0]) for row in found.rows) == sorted(str(row[0]) for row in every)
    assert sum(row[1] for row in found.rows) == 3  # type: ignore[misc]
