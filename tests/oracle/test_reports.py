"""Whole reports: every number that ``reporter run`` writes, against the reference."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_calls import looking
from random_reports import any_call, grains, worlds
from reference import METRICS, TIME_STEPS, CallRecord
from reference_answers import Source
from report_asking import Json, compare, files_of, made, set_up
from report_model import Asked, Cards, Grid, Picture, Report, Section, World
from report_reference import PERCENTS, books

ADDITIVE: Final = tuple(name for name in METRICS if name not in PERCENTS)


@looking(80)
@given(worlds())
def test_every_number_of_a_report(world: World) -> None:
    with TemporaryDirectory() as folder:
        set_up(world, Path(folder))
        compare(books(world), made(world.report, Path(folder)))


# What was wrong once; chance finds it late


def _call(number: int, month: int, day: int, country: str, hour: int = 12) -> CallRecord:
    sent = datetime(2026, month, day, hour, tzinfo=UTC)
    return CallRecord(call_id=str(number), sent_at=sent, direction="OUTBOUND", country_name=country)


DAYS: Final = (
    *((11, 1, "a"), (11, 1, "b"), (11, 2, "b"), (11, 2, "b"), (11, 4, "b")),
    *((10, 1, "a"), (10, 30, "a"), (10, 31, "a"), (10, 31, "b")),
)
FIRST_DAY: Final = Asked(
    metrics=("TOTAL_CALL_COUNT", "ANSWER_RATE"), dimensions=("DAY",), top=1, other=True
)


@pytest.mark.parametrize(
    "section",
    [
        # 31 October has no partner in November, and is of the other days all the same.
        Grid(asked=FIRST_DAY, totals=True, compare=True),
        Picture(kind="bar", asked=FIRST_DAY, compare=True),
        # An order by day does not choose among countries.
        Grid(
            asked=replace(FIRST_DAY, dimensions=("DAY", "COUNTRY_NAME"), order=(("DAY", True),)),
            compare=True,
        ),
        # The latest record is on a day's first instant: that day has values, of all countries.
        Grid(asked=replace(FIRST_DAY, dimensions=("DAY", "COUNTRY_NAME"), top=None)),
    ],
    ids=["table by day", "bars by day", "groups in order of days", "record at midnight"],
)
def test_what_was_wrong_once(section: Section, tmp_path: Path) -> None:
    calls = [_call(number, *day) for number, day in enumerate(DAYS)]
    report = Report(
        period="last_month",
        as_of=datetime(2026, 12, 1, tzinfo=UTC),
        timezone="UTC",
        compare_to="previous_period",
        sections=(section,),
    )
    world = World(Source(calls=[*calls, _call(99, 11, 10, "a", 0)]), None, report)
    set_up(world, tmp_path)
    compare(books(world), made(report, tmp_path))


# What must hold of any report, whatever the reference says


@looking(10)
@given(worlds(), st.data())
def test_what_is_shown_and_other_are_the_total_and_the_total_is_the_card(
    world: World, data: st.DataObject
) -> None:
    report = world.report
    names = ("COUNTRY_NAME", "SENDER", "STATUS", *grains(report, 40))
    first, second, third = data.draw(st.permutations(names))[:3]
    tables = tuple(
        Grid(
            asked=Asked(
                metrics=(*ADDITIVE, *PERCENTS),
                dimensions=dimensions,
                order=data.draw(st.sampled_from(((), (("TOTAL_CALL_DURATION", True),)))),
                top=data.draw(st.integers(1, 3)),
                other=True,
            ),
            totals=True,
            compare=report.compare_to is not None,
        )
        for dimensions in ((first,), (second,), (third, "DIRECTION"))
    )
    sections = (Cards(metrics=(*ADDITIVE, *PERCENTS)), *tables)
    with TemporaryDirectory() as folder:
        set_up(world, Path(folder))
        cards, *found = made(replace(report, sections=sections), Path(folder))["blocks"]
    for table in found:
        _holds_together(table, {card["name"]: card for card in cards["cards"]})


def _holds_together(table: Json, cards: Json) -> None:
    *parts, total = (row["values"] for row in table["rows"])
    by_time = any(column["name"] in TIME_STEPS for column in table["columns"])
    for place, column in enumerate(table["columns"]):
        if column["role"] not in ("metric", "previous"):
            continue
        now, card = column["role"] == "metric", cards[column["name"]]
        whole = card["value"] if now else card["change"]["previous"]
        assert total[place] == whole
        # Not every step of the comparison has a partner to stand beside.
        if column["name"] in ADDITIVE and (now or not by_time):
            assert sum(part[place] or 0 for part in parts) == pytest.approx(whole, abs=1e-6)


@looking(5)
@given(worlds(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_records_and_their_files_say_nothing(
    world: World, files: int, chance: Random
) -> None:
    calls = list(world.source.calls)
    chance.shuffle(calls)
    other = replace(world, source=replace(world.source, calls=tuple(calls)))
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        set_up(world, Path(one))
        set_up(other, Path(two), files)
        found, again = (made(world.report, Path(folder)) for folder in (one, two))
    for each in (found, again):
        del each["provenance"]["rejectedExamples"]  # they say where they stand
        each["notices"] = [text.split(" The first: ")[0] for text in each["notices"]]
    assert found == again


@looking(4)
@given(worlds(most=30))
def test_the_same_report_twice_is_the_same_bytes(world: World) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        set_up(world, folder)
        one, two = (
            {
                file.name: file.read_bytes()
                for file in files_of(world.report, folder, folder / out, "json,csv,html,xlsx")
            }
            for out in ("one", "two")
        )
    assert one == two


@pytest.mark.slow
def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    """The PDF too; a process orders sets in its own way."""
    report = Report(
        period="last_month",
        as_of=datetime(2026, 11, 1, tzinfo=ZoneInfo("Europe/Zagreb")),
        timezone="Europe/Zagreb",
        compare_to="previous_period",
        sections=(
            Cards(metrics=("TOTAL_CALL_COUNT", "ANSWER_RATE"), sparkline="DAY"),
            Grid(
                asked=Asked(
                    metrics=("TOTAL_CALL_COUNT", "ANSWER_RATE", "BUSY_RATE"),
                    dimensions=("SENDER",),
                    top=5,
                    other=True,
                ),
                totals=True,
                compare=True,
            ),
            Picture(
                kind="line", asked=Asked(metrics=("ANSWER_RATE",), dimensions=("DAY", "STATUS"))
            ),
        ),
    )
    chance = Random(1)  # noqa: S311 - any calls
    october = datetime(2026, 10, 1, tzinfo=ZoneInfo("Europe/Zagreb"))
    calls = [
        any_call(october + timedelta(hours=chance.randrange(-700, 740)), number, chance)
        for number in range(300)
    ]
    set_up(World(Source(calls=calls), None, report), tmp_path)
    (tmp_path / "report.yaml").write_text(report.spec("report"), encoding="utf-8")
    one, two = (_of_a_process(report, tmp_path, seed) for seed in ("1", "2"))
    assert {name.rsplit(".")[-1] for name in one} == {"json", "csv", "html", "xlsx", "pdf"}
    assert one == two


def _of_a_process(report: Report, folder: Path, seed: str) -> dict[str, bytes]:
    words = ["run", "report.yaml", *report.words(), "--format", "json,csv,html,xlsx,pdf"]
    subprocess.run(
        [sys.executable, "-m", "reporter", *words, "--out", seed],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    return {file.name: file.read_bytes() for file in (folder / seed).iterdir()}
