from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from reporter.artifacts import publish, stem_of
from reporter.dates import Interval, PeriodName
from reporter.errors import RenderError, UserError
from reporter.output.base import Artifact
from reporter.spec.edition import Edition, Revision
from reporter.spec.model import ReportSpec
from reporter.spec.sections import TextSection


def edition(since: str, until: str, timezone: str = "UTC") -> Edition:
    interval = Interval(datetime.fromisoformat(since), datetime.fromisoformat(until))
    return Edition(
        spec=ReportSpec(version=1, name="review", title="R", sections=(TextSection(markdown="x"),)),
        source="calls",
        timezone=timezone,
        locale="en-GB",
        as_of=datetime(2026, 11, 1, tzinfo=UTC),
        period=PeriodName.LAST_MONTH,
        interval=interval,
        comparison=None,
        parameters={},
    )


@pytest.mark.parametrize(
    ("since", "until", "stem"),
    [
        ("2026-10-31T00:00Z", "2026-11-01T00:00Z", "review-2026-10-31"),
        ("2026-10-01T00:00Z", "2026-11-01T00:00Z", "review-2026-10"),
        ("2026-12-01T00:00Z", "2027-01-01T00:00Z", "review-2026-12"),
        ("2026-10-01T00:00Z", "2027-01-01T00:00Z", "review-2026-Q4"),
        ("2026-01-01T00:00Z", "2027-01-01T00:00Z", "review-2026"),
        ("2026-09-01T00:00Z", "2026-12-01T00:00Z", "review-2026-09-01_2026-11-30"),
        ("2026-07-01T00:00Z", "2027-07-01T00:00Z", "review-2026-07-01_2027-06-30"),
        ("2026-10-02T00:00Z", "2026-11-01T00:00Z", "review-2026-10-02_2026-10-31"),
        ("2026-10-01T00:00Z", "2026-10-31T00:00Z", "review-2026-10-01_2026-10-30"),
        ("2026-10-01T00:00Z", "2026-10-15T12:00Z", "review-2026-10-01_2026-10-15"),
        ("2026-10-01T08:00Z", "2026-10-01T12:00Z", "review-2026-10-01_2026-10-01"),
    ],
)
def test_files_are_called_after_report_and_period(since: str, until: str, stem: str) -> None:
    assert stem_of(edition(since, until)) == stem


@pytest.mark.parametrize(
    ("revision", "stem"),
    [
        (Revision(), "review-2026-10"),
        (Revision("provisional"), "review-2026-10-provisional"),
        (Revision("restatement", 1), "review-2026-10-restatement-1"),
        (Revision("restatement", 12), "review-2026-10-restatement-12"),
    ],
    ids=str,
)
def test_no_issue_takes_the_name_of_another(revision: Revision, stem: str) -> None:
    october = edition("2026-10-01T00:00Z", "2026-11-01T00:00Z")
    assert stem_of(msgspec.structs.replace(october, revision=revision)) == stem


def test_the_days_are_those_of_the_reports_zone() -> None:
    october = edition("2026-09-30T22:00Z", "2026-10-31T23:00Z", "Europe/Zagreb")
    assert stem_of(october) == "review-2026-10"


def test_a_day_that_has_no_midnight() -> None:
    # In Havana the clocks of 8 March 2026 go from 23:59 to 01:00.
    day = edition("2026-03-08T05:00Z", "2026-03-09T04:00Z", "America/Havana")
    assert stem_of(day) == "review-2026-03-08"


def test_a_folder_whose_name_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot write to .*: File name too long$"):
        publish([artifact("a.csv")], tmp_path / ("a" * 300))


def test_a_link_that_leads_nowhere_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "gone")
    with pytest.raises(UserError, match="it is a file, not a folder"):
        publish([artifact("a.csv")], tmp_path / "out")


def artifact(name: str, text: str = "x") -> Artifact:
    return Artifact(name, "text/plain", text.encode())


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_all_files_appear(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    files = publish([artifact("x.txt", "1"), artifact("y.txt", "2")], out)
    assert files == (out / "x.txt", out / "y.txt")
    assert [file.read_text() for file in files] == ["1", "2"]
    assert names(out) == ["x.txt", "y.txt"]


def test_older_files_are_replaced_and_keep_no_rights(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("old")
    publish([artifact("x.txt", "new")], tmp_path)
    assert (tmp_path / "x.txt").read_text() == "new"
    fresh = tmp_path / "fresh"
    fresh.write_text("")
    assert (tmp_path / "x.txt").stat().st_mode == fresh.stat().st_mode


def test_where_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("old")
    (tmp_path / "y.txt").mkdir()
    with pytest.raises(UserError) as refused:
        publish([artifact("x.txt", "new"), artifact("y.txt")], tmp_path)
    assert refused.value.message == (
        f"cannot write to {tmp_path}: {tmp_path / 'y.txt'}: a folder of this name lies there"
    )
    assert (tmp_path / "x.txt").read_text() == "old"
    assert names(tmp_path) == ["x.txt", "y.txt"]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(UserError, match="it is a file, not a folder"):
        publish([artifact("x.txt")], out)
    assert out.read_text() == "mine"


def test_a_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="Not a directory"):
        publish([artifact("x.txt")], tmp_path / "out" / "deeper")


@pytest.mark.parametrize("name", ["../x.txt", "a/x.txt", "/etc/x.txt", "..", ""])
def test_no_file_leaves_the_folder(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(RenderError, match="cannot name an artifact"):
        publish([artifact("x.txt"), artifact(name)], out)
    assert not out.exists()


def test_two_artifacts_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(RenderError):
        publish([artifact("x.txt"), artifact("x.txt")], tmp_path)
    assert names(tmp_path) == []


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, _: bytes) -> int:
        path.open("wb").close()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish([artifact("x.txt")], tmp_path)
    assert names(tmp_path) == []
