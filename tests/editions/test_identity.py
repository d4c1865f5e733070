"""An edition's key: the same for the same, another for anything else."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from reporter.dates import Interval, LastUnits, PeriodName, Unit
from reporter.editions.identity import edition_id, series_of, settled_text
from reporter.spec.edition import BurstValue, Edition, Revision
from reporter.spec.model import ReportSpec
from reporter.spec.sections import PageBreakSection

SPEC = ReportSpec(version=1, name="review", title="Review", sections=(PageBreakSection(),))
OCTOBER = Interval(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))
EDITION = Edition(
    spec=SPEC,
    source="calls",
    timezone="Europe/Zagreb",
    locale="en-GB",
    as_of=datetime(2026, 11, 1, 6, tzinfo=UTC),
    period=PeriodName.LAST_MONTH,
    interval=OCTOBER,
    comparison=None,
    parameters={"country": 219, "network": None},
    filters=({"capabilities": ["PHONE"]}, {"countryIds": [1, 2]}),
)


def with_(**changes: object) -> Edition:
    return msgspec.structs.replace(EDITION, **changes)


@pytest.mark.parametrize(
    "same",
    [
        with_(as_of=datetime(2026, 11, 20, tzinfo=UTC)),
        with_(period=LastUnits(1, Unit.MONTHS)),
        with_(
            interval=Interval(
                *(
                    t.astimezone(timezone(timedelta(hours=2)))
                    for t in (OCTOBER.since, OCTOBER.until)
                )
            )
        ),
        with_(parameters={"country": 219}),
        with_(parameters={"network": None, "country": 219}),
        with_(filters=EDITION.filters[::-1]),
        with_(filters=({"capabilities": ["PHONE"]}, {"countryIds": [2, 1, 2]})),
        with_(locale="hr"),
        with_(spec=msgspec.structs.replace(SPEC, title="Another title")),
    ],
)
def test_the_same_report_over_the_same_records(same: Edition) -> None:
    assert series_of(same) == series_of(EDITION)


@pytest.mark.parametrize(
    "other",
    [
        with_(spec=msgspec.structs.replace(SPEC, name="another")),
        with_(interval=Interval(OCTOBER.since, OCTOBER.until + timedelta(seconds=1))),
        with_(interval=Interval(OCTOBER.since - timedelta(seconds=1), OCTOBER.until)),
        with_(timezone="Europe/Berlin"),
        with_(parameters={"country": 220}),
        with_(parameters={"country": "219"}),
        with_(parameters={}),
        with_(filters=()),
        with_(filters=({"capabilities": ["PHONE"]}, {"countryIds": [2, 1, 3]})),
        with_(burst=BurstValue("ACCOUNT_KEY", "a", "A", "a")),
        with_(burst=BurstValue("ACCOUNT_KEY", None, "N/A", "n-a")),
    ],
)
def test_anything_else_is_another_one(other: Edition) -> None:
    assert series_of(other) != series_of(EDITION)


def test_a_burst_value_is_known_by_its_value_and_not_by_its_label() -> None:
    one, same, other = (
        series_of(with_(burst=BurstValue("ACCOUNT_KEY", value, label, "a")))
        for value, label in (("a", "A"), ("a", "Another"), ("b", "A"))
    )
    assert one == same != other


def test_each_revision_is_an_edition_of_its_own() -> None:
    revisions = (
        Revision(),
        Revision("provisional"),
        Revision("restatement", 1),
        Revision("restatement", 2),
    )
    ids = {edition_id(series_of(EDITION), revision) for revision in revisions}
    assert len(ids) == len(revisions)
    assert all(len(one) == 32 for one in ids)


def test_it_is_the_same_in_every_process() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(__file__.rpartition('/')[0])!r})\n"
        "from test_identity import EDITION, series_of\n"
        "print(series_of(EDITION))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    assert said.stdout.strip() == series_of(EDITION)


def test_what_a_run_settles_is_written_for_people() -> None:
    assert settled_text(EDITION) == ('country=219 {"capabilities":["PHONE"]} {"countryIds":[1,2]}')
    assert settled_text(with_(parameters={}, filters=())) == ""
