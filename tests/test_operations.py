"""The container and docs/operations.md: their parts are the ones that there are."""

import configparser
import re
from pathlib import Path

import click
import yaml

from reporter.cli import deliveries, schedule
from reporter.ledger.deliveries import State

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_has_what_pdf_needs() -> None:
    """The packages that scripts/environment.sh brings for Pango."""
    script = (ROOT / "scripts/environment.sh").read_text(encoding="utf-8")
    packages = re.search(r"apt\+=\((libpango[^)]*)\)", script)
    assert packages is not None
    installed = re.search(r"--no-install-recommends((?:[ \\\n]+lib\S+)+)", DOCKERFILE)
    assert installed is not None
    assert set(re.findall(r"lib\S+", installed[1])) == set(packages[1].split())
    workflow = (ROOT / "templates/schedules/workflow.yml.j2").read_text(encoding="utf-8")
    assert packages[1] in workflow


def test_the_image_is_made_of_what_the_build_sees() -> None:
    seen = re.findall(
        r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert all((ROOT / name).exists() for name in seen)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    forced = re.findall(r'^(\w+) = "reporter/_\w+"$', project, re.MULTILINE)
    assert set(forced) == {"templates", "schemas"}
    assert {*forced, "reporter", "pyproject.toml", "README.md", "LICENSE"} <= set(seen)


def test_it_runs_as_somebody_and_keeps_the_ledger() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^VOLUME /project/.reporter$", DOCKERFILE, re.MULTILINE)
    assert re.search(r'^CMD \["schedule", "run", ', DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" not in DOCKERFILE


def test_the_commands_of_the_page_are_there() -> None:
    known = {
        name: set(group.list_commands(click.Context(group)))
        for name, group in (("schedule", schedule.command), ("deliveries", deliveries.command))
    }
    for command, word in re.findall(r"reporter (schedule|deliveries) (\w+)", PAGE):
        assert word in known[command], f"reporter {command} {word}"


def test_its_unit_and_its_alerts_can_be_read() -> None:
    text = re.search(r"<!-- unit -->\n```ini\n(.*?)```", PAGE, re.DOTALL)
    assert text is not None
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(text[1])
    assert unit["Service"]["ExecStart"].split()[1:3] == ["schedule", "run"]
    text = re.search(r"<!-- alerts -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert text is not None
    (group,) = yaml.safe_load(text[1])["groups"]
    numbers = (ROOT / "reporter/schedule/telemetry.py").read_text(encoding="utf-8")
    asked = {name for rule in group["rules"] for name in re.findall(r"reporter_\w+", rule["expr"])}
    asked |= set(re.findall(r"reporter_(?!ledger)\w+", PAGE))
    assert {name.removeprefix("reporter_") for name in asked} <= set(
        re.findall(r'gauge\(\s*"(\w+)"', numbers)
    )
    states = set(re.findall(r'state="(\w+)"|--state (\w+)', PAGE))
    assert {one or other for one, other in states} <= {state.value for state in State}
