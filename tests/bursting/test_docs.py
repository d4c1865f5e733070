"""docs/bursting.md: its report and its recipients are valid together."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from reporter.cli.check import command

TEXT = (Path(__file__).parents[2] / "docs" / "bursting.md").read_text(encoding="utf-8")


def test_the_example_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (spec,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (recipients,) = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    (tmp_path / "recipients.csv").write_text(recipients, encoding="utf-8")
    (tmp_path / "reporter.yaml").write_text(
        "version: 1\nsources: {calls: {type: calls, path: calls.csv}}\n"
        "mail: {host: smtp.example.com, from: reports@example.com}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(command, ["spec.yaml"], catch_exceptions=False)
    assert result.output == "1 spec, no problems.\n"
