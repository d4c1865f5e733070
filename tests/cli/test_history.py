"""``reporter history``: editions, what came of them, and what is forgotten of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reporter import clock
from reporter.ledger import Ledger, deliveries, editions
from reporter.ledger.deliveries import Planned, State
from reporter.ledger.editions import ArtifactRecord, EditionRecord

Reporter = Callable[..., Any]
MADE = datetime(2026, 11, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ledger(project: Path) -> Ledger:
    return Ledger(project / ".reporter/ledger.sqlite")


def issue(ledger: Ledger, name: str, **changed: object) -> None:
    values = {
        "id": name,
        "series": "s",
        "report": "review",
        "since": datetime(2026, 9, 30, 22, tzinfo=UTC),
        "until": datetime(2026, 10, 31, 23, tzinfo=UTC),
        "timezone": "Europe/Zagreb",
        "revision": "final",
        "made_at": MADE,
        "data_through": None,
        "spec_commit": None,
        "version": "1",
        "fingerprint": "f",
        "readings": b"numbers",
    }
    made = EditionRecord(**(values | changed))  # type: ignore[arg-type]
    file = ArtifactRecord(f"{name}.pdf", "application/pdf", "0" * 64, 10)
    with ledger.transaction() as connection:
        editions.insert(connection, made, (file,))
        parcel = deliveries.keep_parcel(connection, b"report")
        for recipient, state in (("a", State.HELD), ("b", State.HELD), ("c", State.SKIPPED)):
            planned = Planned(
                edition=name,
                report=made.report,
                name="mail",
                channel="email",
                recipient=recipient,
                parcel=parcel,
                state=state,
                deadline=MADE,
            )
            deliveries.plan(connection, [planned], MADE)


def test_editions_are_listed(ledger: Ledger, reporter: Reporter) -> None:
    issue(ledger, "first-edition")
    issue(
        ledger,
        "second-edition",
        burst="ACME",
        settled="country=1",
        revision="restatement 1",
        timezone="UTC",
        report="other",
        data_through=MADE,
    )
    done = reporter("history")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "edition   report  period                                zone           about         "
        "  revision       made (UTC)        files               deliveries\n"
        "first-ed  review  2026-10-01 to 2026-10-31              Europe/Zagreb                "
        "  final          2026-11-01 06:00  first-edition.pdf   2 held, 1 skipped\n"
        "second-e  other   2026-09-30T22:00 to 2026-10-31T23:00  UTC            ACME country=1"
        "  restatement 1  2026-11-01 06:00  second-edition.pdf  2 held, 1 skipped\n"
    )
    assert reporter("history", "other").out.count("\n") == 2
    (row,) = json.loads(reporter("history", "other", "--json").out)
    assert row == {
        "id": "second-edition",
        "series": "s",
        "report": "other",
        "since": "2026-09-30T22:00:00+00:00",
        "until": "2026-10-31T23:00:00+00:00",
        "timezone": "UTC",
        "settled": "country=1",
        "burst": "ACME",
        "revision": "restatement 1",
        "madeAt": "2026-11-01T06:00:00+00:00",
        "dataThrough": "2026-11-01T06:00:00+00:00",
        "specCommit": None,
        "version": "1",
        "held": "",
        "artifacts": [
            {
                "name": "second-edition.pdf",
                "mediaType": "application/pdf",
                "sha256": "0" * 64,
                "size": 10,
            }
        ],
        "deliveries": {"held": 2, "skipped": 1},
    }


def test_nothing_was_made_yet(project: Path, reporter: Reporter) -> None:
    done = reporter("history", "review", "--prune")
    assert (done.code, done.out) == (0, "")
    assert done.err == "no edition has been made to be delivered yet\n"
    assert reporter("history", "--json").out == "[]\n"
    assert not (project / ".reporter").exists()


def test_a_report_that_has_no_edition(ledger: Ledger, reporter: Reporter) -> None:
    issue(ledger, "first-edition")
    done = reporter("history", "revew")
    assert (done.code, done.err) == (
        1,
        (
            "error: no edition of 'revew' has been made to be delivered\n"
            "  hint: did you mean 'review'?\n"
        ),
    )
    assert "hint" not in reporter("history", "zzz").err


def test_old_contents_are_forgotten_and_no_edition(
    project: Path, ledger: Ledger, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(ledger, "first-edition")
    for record in deliveries.all_of(ledger, {State.HELD}):
        deliveries.resend(ledger, record.id, MADE, MADE + DAY)
        deliveries.claim(ledger, "me", MADE, DAY)
        deliveries.settle(ledger, record.id, "me", MADE, state=State.SENT, reason="")
    with (project / "reporter.yaml").open("a") as file:
        file.write("retention: {contentsDays: 10, readingsDays: 20}\n")
    monkeypatch.setattr(clock, "now", lambda: MADE + 10 * DAY)
    done = reporter("history", "--prune")
    assert done.code == 0
    assert done.out.endswith("first-edition.pdf  2 sent, 1 skipped\n")
    assert done.err.startswith(
        "forgotten: 1 contents, 0 results, the numbers of 0 editions; the ledger is "
    )
    monkeypatch.setattr(clock, "now", lambda: MADE + 20 * DAY)
    done = reporter("history", "--prune")
    assert "forgotten: 0 contents, 0 results, the numbers of 1 editions" in done.err
    (left,) = editions.of_report(ledger)
    assert left.readings is None
