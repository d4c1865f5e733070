"""The benchmarks run, and their statements by hand find the numbers of the report."""

import asyncio
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import bursting
import callbacks
import excel
import gallery
import long_table
import metrics_api
import monthly_review
import startup
from processes import in_turns, run

pytestmark = pytest.mark.slow

FORMATS = ("pdf", "html", "xlsx", "csv", "json", "mail")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(monthly_review, "WORK", tmp_path)
    return tmp_path


def test_the_monthly_review_has_the_numbers_that_are_found_by_hand_and_every_stage(
    work: Path,
) -> None:
    sample, taken = monthly_review.sample_data(20_000)
    assert taken is not None
    assert monthly_review.sample_data(20_000) == (sample, None)

    done = {name: [run(*c)] for name, c in monthly_review.commands_over(sample).items()}
    (by_hand,) = done["by hand"]
    report = monthly_review.report_of(work / "out")

    assert len(list(monthly_review.differences(report, by_hand))) > 300
    report["blocks"][0]["cards"][0]["value"] += 1
    with pytest.raises(SystemExit, match="TOTAL_CALL_COUNT"):
        list(monthly_review.differences(report, by_hand))

    titles = [row[0] for row in monthly_review.rows(done)]
    assert "stage: fetch" in titles
    assert [title for title in titles if title.startswith("stage: render")] == [
        f"stage: render {name}" for name in FORMATS
    ]


def test_the_table_of_workbooks_has_every_writer() -> None:
    done = {name: [run(*command)] for name, command in excel.commands(5_000).items()}
    lines = excel.lines(done)
    assert [line[0] for line in lines] == list(excel.COMMANDS)
    assert all(float(line[-1]) > 0 for line in lines[1:])


def test_the_table_of_long_tables_has_every_engine() -> None:
    ways = ("document", "ours", "weasyprint", "chromium")
    done = {name: [run(*command)] for name, command in long_table.commands(250, ways).items()}
    lines = long_table.lines(done)
    assert [line[0] for line in lines] == list(long_table.WAYS)
    assert [line[4] for line in lines if line[0] == long_table.OURS] == ["1.0 (1.0)"]
    assert all(float(line[-1]) > 0 for line in lines[1:])


def test_start_up_measures_whole_processes() -> None:
    done = in_turns(1, {"empty": ("-c", "pass")})
    assert [len(runs) for runs in done.values()] == [1]
    assert startup.heavy_imports(("-c", "import asyncio")) == "asyncio"
    with pytest.raises(RuntimeError, match="exit code 3"):
        run("-c", "raise SystemExit(3)")


def test_the_table_of_the_gallery_has_every_format(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "WORK", work)
    sample, _ = monthly_review.sample_data(1_000)
    spec = gallery.ROOT / "report_specs" / "executive-one-pager.yaml"
    done = {name: [run(*c)] for name, c in gallery.commands_over(sample, spec).items()}
    found = list(gallery.rows(done))
    assert [row[0] for row in found] == [
        gallery.QUERY,
        *(f"`run`, {name}" for name in FORMATS),
        "`run`, all that it names",
    ]
    assert found[0][-2:] == ("1.0 (1.0)", "1.0")
    assert all(int(row[4]) > 0 for row in found[1:])


def test_many_queries_to_a_metrics_api_keep_within_its_rate() -> None:
    *asked, remembered = metrics_api.rows(30, 100, (0.0, 0.05))
    assert [row[0] for row in asked] == [
        "30 queries, 100 a second, answers after 0 ms",
        "30 queries, 100 a second, answers after 50 ms",
    ]
    assert all(0 < int(row[3]) <= 30 and float(row[2]) >= 1 for row in asked)
    assert remembered[3] == "0"
    assert metrics_api.most_in_a_second([0.0, 0.5, 0.99, 1.0, 1.4, 1.98]) == 4


def test_the_table_of_callbacks_has_both_paces() -> None:
    done = callbacks.rounds(100, 500, 1_000)
    found = [one.line(title) for title, one in done.items()]
    assert [line[0] for line in found] == ["500 per second", "as fast as it goes"]
    assert {line[1] for line in found} == {"100"}
    assert {one.lost for one in done.values()} == {0}


def test_a_callback_that_is_not_found_again_is_lost(tmp_path: Path) -> None:
    class Forgetful(callbacks.Caller):
        async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
            if method == "POST" and b"r7" in body:
                body = body.replace(b"r7", b"r8")
            return await super().ask(method, path, body)

    relay = callbacks.Relay(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callbacks, "Caller", Forgetful)
        done = asyncio.run(callbacks.measured(relay, callbacks.bodies(10, 100), None))
    assert done.lost == 1


def test_a_burst_is_measured_against_single_runs(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert work.exists()
    spec = bursting.ROOT / "report_specs" / "executive-one-pager.yaml"
    monkeypatch.setattr(bursting, "SPEC", spec)
    folder = bursting.project_of(300, 3)
    found = list(bursting.rows(folder, 3, bursting.some(3, 1)))
    assert [row[0] for row in found] == [
        "data: one burst",
        "data: 3 single runs",
        "whole command, html: one burst",
        "whole command, html: 3 single runs",
    ]
    one, three = (int(row[4]) for row in found[:2])
    assert 0 < one < three
