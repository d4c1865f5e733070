import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reporter import __version__
from reporter.cli.mistakes import as_github, as_json, as_sarif, as_text
from reporter.diagnostics import Diagnostic, Location, Severity

ERROR = Diagnostic(
    "unknown-metric",
    "there is no metric ANSWER_RAT",
    Location("spec.yaml", 2, 5, ("sections", 0, "metrics", 1)),
    expected="a metric",
    found="ANSWER_RAT",
    hint="did you mean ANSWER_RATE?",
)
WARNING = Diagnostic(
    "no-period", "the report says no period", Location("spec.yaml"), Severity.WARNING
)
NASTY = Diagnostic(
    "x",
    "100 % of\nlines: a, b\r\x1b[31m",
    Location("a folder/b:c,d%.yaml", 1, 1),
    hint="::error::",
)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_text_shows_the_line_and_marks_the_place(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("first: line\n  - ANSWER_RAT\n", encoding="utf-8")
    assert as_text([ERROR, WARNING]) == (
        "spec.yaml: warning: the report says no period [no-period]\n"
        "\n"
        "spec.yaml:2:5: error: there is no metric ANSWER_RAT [unknown-metric]\n"
        "  2 |   - ANSWER_RAT\n"
        "    |     ^\n"
        "  expected: a metric\n"
        "  found: ANSWER_RAT\n"
        "  hint: did you mean ANSWER_RATE?"
    )


def test_text_commands_no_terminal_and_is_no_longer_than_a_reader() -> None:
    odd = Diagnostic("x", "odd", Location("a\x1b[31m.yaml", 1), found="[" * 9999)
    assert as_text([odd]) == f"a [31m.yaml:1: error: odd [x]\n  found: {'[' * 500}…"


def test_sarif_names_files_whose_names_are_no_text() -> None:
    odd = Diagnostic("x", "odd", Location("d\udcff.yaml"))
    assert '"uri": "d%FF.yaml"' in as_sarif([odd])


def test_text_does_without_the_line(tmp_path: Path) -> None:
    assert as_text([ERROR]).splitlines()[1] == "  expected: a metric"
    (tmp_path / "spec.yaml").write_text("only one line\n", encoding="utf-8")
    assert as_text([ERROR]).splitlines()[1] == "  expected: a metric"
    (tmp_path / "spec.yaml").write_text("first\n   \n", encoding="utf-8")
    assert as_text([ERROR]).splitlines()[1] == "  expected: a metric"


def test_a_long_line_is_cut_around_the_place(tmp_path: Path) -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    (tmp_path / "spec.yaml").write_text(line, encoding="utf-8")
    _, shown, mark, *_ = as_text([Diagnostic("c", "m", Location("spec.yaml", 1, 301))]).splitlines()
    assert len(shown) <= 126
    assert shown[mark.index("^") :].startswith("HERE")


def test_text_has_colours_where_they_are_asked_for() -> None:
    assert "\x1b[" not in as_text([ERROR])
    assert "\x1b[31m" in as_text([ERROR], colour=True)
    assert "\x1b[33m" in as_text([WARNING], colour=True)


def test_nothing_in_a_file_commands_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("a: \x1b[2J\tb\n", encoding="utf-8")
    text = as_text([Diagnostic("c", "m \x1b]0;x\x07", Location("spec.yaml", 1, 4))], colour=True)
    assert "\x1b[2J" not in text
    assert "\x1b]0" not in text
    assert "\x1b" not in as_text([NASTY])


def test_json_has_every_key_of_every_diagnostic() -> None:
    assert json.loads(as_json([ERROR]))["diagnostics"] == [
        {
            "code": "unknown-metric",
            "severity": "error",
            "message": "there is no metric ANSWER_RAT",
            "file": "spec.yaml",
            "line": 2,
            "column": 5,
            "path": "sections[0].metrics[1]",
            "expected": "a metric",
            "found": "ANSWER_RAT",
            "hint": "did you mean ANSWER_RATE?",
        }
    ]
    assert json.loads(as_json([])) == {"diagnostics": []}


# The parts of SARIF 2.1.0 that we write, as the standard (OASIS, sections 3.13 to 3.30) has them.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"type": "object", "required": ["id"]},
                                    }
                                },
                            }
                        },
                    },
                    "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                },
            },
        },
    },
    "$defs": {
        "result": {
            "type": "object",
            "required": ["message", "ruleId", "ruleIndex", "level"],
            "additionalProperties": False,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"type": "object", "required": ["text"]},
                "locations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation"],
                                "properties": {
                                    "artifactLocation": {
                                        "properties": {
                                            "uri": {"type": "string", "pattern": r"^[^\s\\]+$"}
                                        }
                                    },
                                    "region": {
                                        "required": ["startLine"],
                                        "properties": {
                                            "startLine": {"type": "integer", "minimum": 1},
                                            "startColumn": {"type": "integer", "minimum": 1},
                                        },
                                    },
                                },
                            },
                            "logicalLocations": {"type": "array"},
                        },
                    },
                },
            },
        }
    },
}


def test_sarif_is_as_the_standard_says() -> None:
    log = json.loads(as_sarif([ERROR, WARNING, NASTY]))
    assert list(Draft202012Validator(SARIF).iter_errors(log)) == []
    run = log["runs"][0]
    assert run["tool"]["driver"]["version"] == __version__
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[r["ruleIndex"]] for r in run["results"]] == [r["ruleId"] for r in run["results"]]
    nasty, warning, error = run["results"]
    assert nasty["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "a%20folder/b%3Ac%2Cd%25.yaml"
    )
    assert warning["level"] == "warning"
    assert "region" not in warning["locations"][0]["physicalLocation"]
    assert error["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 5}
    assert error["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "sections[0].metrics[1]"}
    ]
    assert error["message"]["text"] == (
        "there is no metric ANSWER_RAT; expected: a metric; found: ANSWER_RAT;"
        " hint: did you mean ANSWER_RATE?"
    )
    assert list(Draft202012Validator(SARIF).iter_errors(json.loads(as_sarif([])))) == []


def test_github_annotations_are_one_line_each() -> None:
    assert as_github([ERROR, WARNING]).splitlines() == [
        "::warning file=spec.yaml,title=no-period::the report says no period",
        (
            "::error file=spec.yaml,line=2,col=5,title=unknown-metric::"
            "there is no metric ANSWER_RAT;"
            " expected: a metric; found: ANSWER_RAT; hint: did you mean ANSWER_RATE?"
        ),
    ]
    assert as_github([NASTY]) == (
        "::error file=a folder/b%3Ac%2Cd%25.yaml,line=1,col=1,title=x::"
        "100 %25 of%0Alines: a, b%0D\x1b[31m; hint: ::error::"
    )
    assert as_github([]) == ""
