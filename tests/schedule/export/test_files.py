"""The files that ``reporter schedule export`` writes, read by those who read them elsewhere."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Reporter = Callable[..., Any]
SCHEDULE = 'schedule: {{cron: "{cron}"{more}}}\ntimezone: {zone}\n'


@pytest.fixture
def scheduled(project: Path) -> Callable[..., None]:
    """Gives the report of the project a schedule."""
    spec = project / "report_specs/review.yaml"
    plain = spec.read_text()

    def write(cron: str = "0 7 1 * *", zone: str = "Europe/Zagreb", more: str = "") -> None:
        spec.write_text(plain + SCHEDULE.format(cron=cron, zone=zone, more=more))

    write()
    return write


def test_a_crontab(project: Path, reporter: Reporter, scheduled: Callable[..., None]) -> None:  # noqa: ARG001 - it has a schedule
    done = reporter("schedule", "export", "review", "--to", "cron")
    lines = [line for line in done.out.splitlines() if line and not line.startswith("#")]
    assert done.code == 0
    assert lines[0] == "CRON_TZ=Europe/Zagreb"
    time, command = lines[1].split(" cd ")
    assert time == "0 7 1 * *"
    assert command.startswith(f"{project} && ")
    assert command.endswith("run report_specs/review.yaml --deliver")


def test_reports_of_several_zones(
    project: Path, reporter: Reporter, scheduled: Callable[..., None]
) -> None:
    scheduled()
    text = (project / "report_specs/review.yaml").read_text()
    other = text.replace("name: review", "name: other").replace("Europe/Zagreb", "Asia/Tokyo")
    (project / "report_specs/other.yaml").write_text(other)
    out = reporter("schedule", "export", "review", "other", "--to", "cron").out
    assert [line for line in out.splitlines() if line.startswith("CRON_TZ")] == [
        "CRON_TZ=Europe/Zagreb",
        "CRON_TZ=Asia/Tokyo",
    ]


def test_a_crontab_runs_in_strange_folders(
    tmp_path: Path, reporter: Reporter, scheduled: Callable[..., None]
) -> None:
    scheduled()
    strange = tmp_path / "100% 'ours' $HOME"
    strange.mkdir()
    for name in ("reporter.yaml", "calls.csv", "report_specs"):
        (tmp_path / name).rename(strange / name)
    project = strange / "reporter.yaml"
    spec = strange / "report_specs/review.yaml"
    done = reporter("schedule", "export", str(spec), "--to", "cron", "--project", str(project))
    (line,) = (line for line in done.out.splitlines() if line.startswith("0 7"))
    assert "%" not in line.replace("\\%", "")
    command = line.split(" ", 5)[5].replace("\\%", "%").partition(" && ")[0]
    where = subprocess.run(["sh", "-c", f"{command} && pwd"], capture_output=True, text=True)  # noqa: PLW1510, S607
    assert where.stdout.strip() == str(strange)
    units = reporter(
        "schedule", "export", str(spec), "--to", "systemd", "--project", str(project)
    ).out
    assert f"WorkingDirectory={tmp_path}/100%% 'ours' $HOME\n" in units


@pytest.mark.parametrize("catch_up", ["all", "latest", "none"])
def test_units(
    tmp_path: Path, reporter: Reporter, scheduled: Callable[..., None], catch_up: str
) -> None:
    scheduled("0 7 L * *", more=f", catchUp: {catch_up}, retryFor: 2h")
    done = reporter("schedule", "export", "review", "--to", "systemd", "--out", "units")
    assert done.out == "units/reporter-review.timer\nunits/reporter-review.service\n"
    assert ("note: review: catchUp: all" in done.err) is (catch_up == "all")
    timer = (tmp_path / "units/reporter-review.timer").read_text()
    service = (tmp_path / "units/reporter-review.service").read_text()
    assert "OnCalendar=*-*~01 07:00:00 Europe/Zagreb\n" in timer
    assert f"Persistent={'false' if catch_up == 'none' else 'true'}\n" in timer
    assert f"WorkingDirectory={tmp_path}\n" in service
    assert "run report_specs/review.yaml --deliver\n" in service
    assert "SuccessExitStatus=4\n" in service
    assert "StartLimitIntervalSec=7200\nStartLimitBurst=8\n" in service
    systemd = shutil.which("systemd-analyze")
    if systemd is not None:
        # The command need not be there for the tests.
        (tmp_path / "units/reporter-review.service").write_text(
            "\n".join(
                "ExecStart=/bin/true" if line.startswith("ExecStart") else line
                for line in service.splitlines()
            )
        )
        for unit in sorted((tmp_path / "units").iterdir()):
            verified = subprocess.run(
                [systemd, "verify", "--recursive-errors=no", unit],
                capture_output=True,
                text=True,
                check=False,
                timeout=20,
            )
            assert str(unit) not in verified.stderr
            assert unit.name not in verified.stderr


def test_a_cron_job(project: Path, reporter: Reporter, scheduled: Callable[..., None]) -> None:
    scheduled("30 7 * * MON-FRI,7", more=", catchUp: none")
    settings = project / "reporter.yaml"
    settings.write_text(settings.read_text() + "theme: {accent: '${env:ACCENT}'}\n")
    os.environ["ACCENT"] = "#112233"
    try:
        done = reporter(
            "schedule", "export", "review", "--to", "kubernetes", "--image", "example.com/ours:1"
        )
    finally:
        del os.environ["ACCENT"]
    claim, job = yaml.safe_load_all(done.out)
    assert claim["kind"] == "PersistentVolumeClaim"
    spec = job["spec"]
    assert (spec["schedule"], spec["timeZone"]) == ("30 7 * * 0-5", "Europe/Zagreb")
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] == 600
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == "example.com/ours:1"
    assert container["envFrom"] == [{"secretRef": {"name": "reporter"}}]
    assert container["volumeMounts"] == [{"name": "ledger", "mountPath": "/project/.reporter"}]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    for code, expected in ((0, 0), (4, 0), (3, 1), (1, 1)):
        assert _exit_code([*container["command"], *container["args"]], project, code) == expected
    assert (
        project / "arguments"
    ).read_text() == "run report_specs/review.yaml --deliver --out /tmp/out\n"


def _exit_code(command: list[str], folder: Path, code: int) -> int:
    """Of a command, with a ``reporter`` that ends with a code."""
    fake = folder / "bin"
    fake.mkdir(exist_ok=True)
    (fake / "reporter").write_text(f'#!/bin/sh\necho "$@" > {folder}/arguments\nexit {code}\n')
    (fake / "reporter").chmod(0o755)
    path = f"{fake}:{os.environ['PATH']}"
    return subprocess.run(command, env={"PATH": path}, check=False).returncode


def workflow(reporter: Reporter) -> Any:  # noqa: ANN401 - YAML is anything
    done = reporter("schedule", "export", "review", "--to", "github-actions")
    assert done.code == 0
    return yaml.safe_load(done.out)


@pytest.mark.parametrize(
    ("line", "now", "due"),
    [
        ("0 5 1 * *", "2026-07-01 05:00 UTC", "true"),
        ("0 6 1 * *", "2026-07-01 06:00 UTC", "false"),
        ("0 5 1 * *", "2026-12-01 05:00 UTC", "false"),
        ("0 6 1 * *", "2026-12-01 06:40 UTC", "true"),
        ("", "2026-12-01 11:00 UTC", "true"),
        # The clock went forward at 01:00 UTC.
        ("0 6 1 * *", "2026-03-29 01:30 UTC", "true"),
        ("0 6 1 * *", "2026-03-29 06:00 UTC", "false"),
    ],
)
def test_a_workflow_lets_the_right_line_through(  # noqa: PLR0917 - a case
    tmp_path: Path,
    reporter: Reporter,
    scheduled: Callable[..., None],
    line: str,
    now: str,
    due: str,
) -> None:
    scheduled()
    content = workflow(reporter)
    lines = {one["cron"] for one in content[True]["schedule"]}  # YAML 1.1 reads on as true
    assert lines == {"0 5 1 * *", "0 6 1 * *"}
    first = content["jobs"]["deliver"]["steps"][0]
    fake = tmp_path / "bin"
    fake.mkdir()
    real = shutil.which("date")
    # GNU date takes "3 hours ago" from the time that stands before it.
    (fake / "date").write_text(
        f'#!/bin/sh\ncase "$2" in now) exec {real} -d "{now}" "$3";;\n'
        f'*) exec {real} -d "{now} $2" "$3";; esac\n'
    )
    (fake / "date").chmod(0o755)
    env = {
        "PATH": f"{fake}:{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "LINE": line,
        "TZ": first["env"]["TZ"],
    }
    bash = shutil.which("bash")
    assert bash is not None
    subprocess.run([bash, "-e", "-c", first["run"]], env=env, check=True)
    assert (tmp_path / "output").read_text() == f"due={due}\n"


def test_a_workflow_keeps_the_ledger_whatever_becomes_of_the_run(
    reporter: Reporter, scheduled: Callable[..., None]
) -> None:
    scheduled(zone="UTC", more=", waitForData: {deadline: 2d}")
    content = workflow(reporter)
    assert content[True]["schedule"] == [{"cron": "0 7 1 * *"}]
    steps = content["jobs"]["deliver"]["steps"]
    save = steps[-1]
    assert save["uses"].startswith("actions/cache/save")
    assert save["if"].startswith("always()")
    assert "reporter run report_specs/review.yaml --deliver" in steps[-2]["run"]
    assert content["concurrency"]["group"] == "reporter-review"
    assert "waitForData" in reporter("schedule", "export", "review", "--to", "github-actions").err


def test_what_cannot_be_said(
    project: Path, reporter: Reporter, scheduled: Callable[..., None]
) -> None:
    scheduled("0 7 L * *")
    done = reporter("schedule", "export", "review", "--to", "cron")
    assert done.code == 1
    assert done.err == (
        "error: review (0 7 L * *): cron has no word for the last day of a month (L, LW)\n"
        "  hint: systemd can say it; so does Reporter itself: let your scheduler run"
        " `reporter schedule once` every few minutes\n"
    )
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text().partition("schedule:")[0])
    done = reporter("schedule", "export", "review", "--to", "cron")
    assert done.code == 1
    assert "review has no schedule" in done.err


@pytest.mark.parametrize("target", ["kubernetes", "github-actions"])
def test_a_ledger_among_other_files(
    project: Path, reporter: Reporter, scheduled: Callable[..., None], target: str
) -> None:
    scheduled()
    settings = project / "reporter.yaml"
    settings.write_text(settings.read_text() + "ledger: ledger.sqlite\n")
    done = reporter("schedule", "export", "review", "--to", target)
    assert done.code == 1
    assert "the ledger lies in the project's own folder" in done.err


def test_a_spec_of_another_place(
    project: Path,
    reporter: Reporter,
    scheduled: Callable[..., None],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    scheduled()
    there = tmp_path_factory.mktemp("there") / "review.yaml"
    (project / "report_specs/review.yaml").rename(there)
    done = reporter("schedule", "export", str(there), "--to", "cron")
    assert done.code == 1
    assert "lies outside the project" in done.err


def named(project: Path, name: str) -> None:
    text = (project / "report_specs/review.yaml").read_text()
    spec = project / f"report_specs/{name}.yaml"
    spec.write_text(text.replace("name: review", f"name: {name}"))


def test_a_report_that_is_given_twice_runs_once(
    reporter: Reporter,
    scheduled: Callable[..., None],  # noqa: ARG001 - it has a schedule
) -> None:
    done = reporter("schedule", "export", "review", "report_specs/review.yaml", "--to", "cron")
    assert done.code == 0
    assert done.out.count("--deliver") == 1


def test_two_reports_of_one_name_are_refused(
    project: Path,
    reporter: Reporter,
    scheduled: Callable[..., None],  # noqa: ARG001 - it has a schedule
) -> None:
    # Their editions have one key: what the one has delivered, the other would not.
    (project / "report_specs/other.yaml").write_text(
        (project / "report_specs/review.yaml").read_text()
    )
    done = reporter("schedule", "export", "review", "other", "--to", "systemd")
    assert done.code == 1
    assert "two reports have the name 'review'" in done.err


def test_a_report_named_like_the_ledger_of_kubernetes(
    project: Path,
    reporter: Reporter,
    scheduled: Callable[..., None],  # noqa: ARG001 - it has a schedule
    tmp_path: Path,
) -> None:
    named(project, "ledger")
    out = tmp_path / "files"
    done = reporter("schedule", "export", "ledger", "--to", "kubernetes", "--out", str(out))
    assert done.code == 0, done.err
    kinds = {yaml.safe_load(file.read_text())["kind"] for file in out.iterdir()}
    assert kinds == {"CronJob", "PersistentVolumeClaim"}


def test_long_names_that_begin_alike_are_two_jobs(
    project: Path,
    reporter: Reporter,
    scheduled: Callable[..., None],  # noqa: ARG001 - it has a schedule
) -> None:
    long = "calls-of-all-countries-and-of-all-campaigns-by-hour"
    for name in (f"{long}-asia", f"{long}-europe"):
        named(project, name)
    out = reporter("schedule", "export", f"{long}-asia", f"{long}-europe", "--to", "kubernetes").out
    jobs = [one["metadata"]["name"] for one in yaml.safe_load_all(out) if one["kind"] == "CronJob"]
    assert len(set(jobs)) == 2
    assert all(len(name) <= 52 for name in jobs)


def test_no_workflow_takes_the_ledger_of_another(
    project: Path,
    reporter: Reporter,
    scheduled: Callable[..., None],  # noqa: ARG001 - it has a schedule
) -> None:
    # GitHub gives the latest cache whose key begins so.
    named(project, "review-of-calls")
    found = {}
    for name in ("review", "review-of-calls"):
        out = reporter("schedule", "export", name, "--to", "github-actions").out
        steps = yaml.safe_load(out)["jobs"]["deliver"]["steps"]
        found[name] = next(
            step["with"] for step in steps if "cache/restore" in step.get("uses", "")
        )
    assert found["review"]["key"].startswith(found["review"]["restore-keys"])
    assert not found["review-of-calls"]["key"].startswith(found["review"]["restore-keys"])
