import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reporter.cli import options
from reporter.cli.check import command

PROJECT = "version: 1\nsources:\n  calls: {type: calls, path: calls.csv}\n"
SPEC = """\
version: 1
name: NAME
title: Calls
source: calls
period: last_month
sections:
  - {type: kpis, metrics: [METRIC]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def write(path: Path, *, name: str = "first", metric: str = "ANSWER_RATE", more: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = SPEC.replace("NAME", name, 1).replace("METRIC", metric) + more
    path.write_text(text, encoding="utf-8")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)


def test_the_specs_of_the_project_are_checked_by_default(folder: Path) -> None:
    write(folder / "report_specs/b.yaml", name="b")
    write(folder / "report_specs/deep/er/a.yml", name="a")
    (folder / "report_specs/readme.md").write_text("no spec", encoding="utf-8")
    result = check()
    assert (result.output, result.return_value) == ("2 specs, no problems.\n", 0)


def test_from_below_the_project_it_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "report_specs/b.yaml", metric="ANSWER_RAT")
    monkeypatch.chdir(folder / "report_specs")
    result = check()
    assert result.return_value == 1
    assert result.output.startswith("../report_specs/b.yaml:7:28: error: there is no metric")
    assert result.output.endswith("\n\n1 spec, 1 error.\n")


def test_all_problems_of_all_files_are_shown_at_once(folder: Path) -> None:
    write(folder / "a.yaml", metric="ANSWER_RAT")
    write(folder / "b.yaml", name="b", more="titel: x\n")
    write(folder / "c.yaml", name="c", more="locale: xx-YY\n")
    result = check("a.yaml", "b.yaml", "c.yaml", "none.yaml")
    assert result.return_value == 1
    for place in ("a.yaml:7:28", "b.yaml:8:1", "c.yaml:8:9", "none.yaml: error: there is no such"):
        assert place in result.output
    assert result.output.endswith("3 specs, 4 errors.\n")


def test_two_reports_of_one_name(folder: Path) -> None:
    write(folder / "report_specs/a.yaml")
    write(folder / "report_specs/b.yaml")
    (folder / "report_specs/broken.yaml").write_text("name: first\n", encoding="utf-8")
    result = check("report_specs")
    assert "report_specs/b.yaml:2:7: error: two reports have the name 'first'" in result.output
    assert "the other one is report_specs/a.yaml" in result.output
    result = check("report_specs/a.yaml", "report_specs/a.yaml")
    assert result.output == "1 spec, no problems.\n"


def test_warnings_fail_only_when_strict(folder: Path) -> None:
    write(folder / "a.yaml", more="targets: {BUSY_RATE: {atMost: 0.1}}\n")
    assert check("a.yaml").return_value == 0
    assert check("a.yaml", "--strict").return_value == 1
    assert check("a.yaml").output.endswith("1 spec, 1 warning.\n")


def test_a_broken_project_does_not_hide_broken_specs(folder: Path) -> None:
    (folder / "reporter.yaml").write_text("version: 2\n", encoding="utf-8")
    write(folder / "report_specs/a.yaml", more="titel: x\n")
    write(folder / "report_specs/b.yaml", metric="ANSWER_RAT")
    result = check()
    assert "reporter.yaml:1:10: error: 'version'" in result.output
    assert "report_specs/a.yaml:8:1: error: there is no key 'titel'" in result.output
    assert "ANSWER_RAT" not in result.output  # words are known by the project
    (folder / "reporter.yaml").write_text("version: [", encoding="utf-8")
    result = check()
    assert "reporter.yaml:1:11: error: the file ends where a value" in result.output
    assert "report_specs/a.yaml:8:1: error: there is no key 'titel'" in result.output


def test_a_broken_catalog_does_not_make_its_words_unknown(folder: Path) -> None:
    (folder / "reporter.yaml").write_text(PROJECT + "catalogs: [mine.yaml]\n", encoding="utf-8")
    (folder / "mine.yaml").write_text("version: 1\nname: mine\nlable: x\n", encoding="utf-8")
    write(folder / "a.yaml", metric="MY_METRIC")
    result = check("a.yaml")
    assert result.return_value == 1
    assert "mine.yaml:3:1: error: there is no key 'lable'" in result.output
    assert "MY_METRIC" not in result.output


def test_the_words_of_the_projects_catalog_are_known(folder: Path) -> None:
    (folder / "reporter.yaml").write_text(PROJECT + "catalogs: [mine.yaml]\n", encoding="utf-8")
    (folder / "mine.yaml").write_text(
        "version: 1\nname: mine\nlabel: Mine\nextends: voice_video\n"
        "metrics:\n  MY_METRIC: {label: Mine, description: Mine., formula: ANSWER_RATE * 2}\n",
        encoding="utf-8",
    )
    write(folder / "a.yaml", metric="MY_METRIC")
    assert check("a.yaml").output == "1 spec, no problems.\n"
    # The project file and its catalogs are checked, but not as specs.
    result = check("reporter.yaml", "mine.yaml", "a.yaml", ".")
    assert result.output == "1 spec, no problems.\n"


def test_without_a_project_a_source_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.yaml")
    assert "warning: there is no reporter.yaml here" in check("a.yaml").output
    text = SPEC.replace("source: calls\n", "").replace("METRIC", "ANSWER_RATE").replace("NAME", "a")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert "expected: source: NAME, and a reporter.yaml" in check("a.yaml").output
    (tmp_path / "reporter.yaml").write_text(PROJECT, encoding="utf-8")
    assert "expected: source: calls\n" in check("a.yaml").output
    (tmp_path / "reporter.yaml").write_text(
        PROJECT + "defaults: {source: calls}\n", encoding="utf-8"
    )
    assert check("a.yaml").output == "1 spec, no problems.\n"


def test_folders_without_specs(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = check("empty")
    assert result.return_value == 0
    assert "empty: warning: there are no specs in this folder" in result.output
    result = check()
    assert result.return_value == 1
    assert "report_specs: error: there is no such file or folder" in result.output


def test_a_named_project_file_that_is_not_there(folder: Path) -> None:
    write(folder / "a.yaml")
    result = check("--project", "other.yaml", "a.yaml")
    assert result.return_value == 1
    assert result.output.startswith("other.yaml: error: there is no such file")


@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_formats_for_machines_have_nothing_else_in_them(folder: Path, format_: str) -> None:
    write(folder / "a.yaml", metric="ANSWER_RAT")
    result = check("a.yaml", "--format", format_)
    assert result.return_value == 1
    if format_ == "github":
        assert result.output.startswith("::error file=a.yaml,line=7,col=28,title=unknown-metric::")
        assert len(result.output.splitlines()) == 1
    else:
        assert json.loads(result.output)


def test_colours_only_on_a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert options.wants_colour(Terminal()) is True  # type: ignore[arg-type]
    monkeypatch.setenv("NO_COLOR", "1")
    assert options.wants_colour(Terminal()) is False  # type: ignore[arg-type]
    write(folder / "a.yaml", metric="ANSWER_RAT")
    assert "\x1b" not in check("a.yaml").output


def test_words_of_the_project_are_checked(folder: Path) -> None:
    write(folder / "report_specs/a.yaml")
    words = folder / "templates" / "words"
    words.mkdir(parents=True)
    (words / "de.yaml").write_text(
        "totl: Summe\nlabels:\n  metrics: {ANSWER_RAT: {label: Annahmequote}}\n"
        "  members:\n    DIRECTIONS: {INBOUND: Eingehend}\n",
        encoding="utf-8",
    )
    (words / "german.yaml").write_text("total: Summe\n", encoding="utf-8")
    result = check()
    assert result.return_value == 1
    assert result.output == (
        "templates/words/de.yaml:1:1: error: there is no sentence 'totl' [unknown-sentence]\n"
        "  1 | totl: Summe\n"
        "    | ^\n"
        "  hint: did you mean total?\n"
        "\n"
        "templates/words/de.yaml:3:13: error: there is no metric 'ANSWER_RAT' [unknown-metric]\n"
        "  3 |   metrics: {ANSWER_RAT: {label: Annahmequote}}\n"
        "    |             ^\n"
        "  expected: a name of one of the project's catalogs\n"
        "  hint: did you mean ANSWER_RATE?\n"
        "\n"
        "templates/words/de.yaml:5:5: error: there is no dimension 'DIRECTIONS'"
        " [unknown-dimension]\n"
        "  5 |     DIRECTIONS: {INBOUND: Eingehend}\n"
        "    |     ^\n"
        "  expected: a name of one of the project's catalogs\n"
        "  hint: did you mean DIRECTION?\n"
        "\n"
        "templates/words/german.yaml:1:1: error: there is no locale 'german' [unknown-locale]\n"
        "  1 | total: Summe\n"
        "    | ^\n"
        "  expected: a language, or a language and a country, such as en-GB or hr\n"
        "\n"
        "1 spec, 4 errors.\n"
    )


def test_mail_needs_a_server(folder: Path) -> None:
    write(
        folder / "a.yaml",
        more="outputs: [pdf]\ndelivery:\n  - {type: email, to: [ana@example.com]}\n",
    )
    result = check("a.yaml")
    assert result.return_value == 1
    assert result.output == (
        "a.yaml:10:12: error: the project has no mail server [no-mail-server]\n"
        "  10 |   - {type: email, to: [ana@example.com]}\n"
        "     |            ^\n"
        "  expected: mail: {host: smtp.example.com, from: reports@example.com} in reporter.yaml\n"
        "\n1 spec, 1 error.\n"
    )
    mail = "mail: {host: localhost, from: r@example.com, caFile: ca.pem}\n"
    (folder / "reporter.yaml").write_text(PROJECT + mail, encoding="utf-8")
    assert "no-certificates" in check("a.yaml").output
    (folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    assert check("a.yaml").return_value == 0


def test_what_depends_on_a_broken_project_is_not_said_of_its_specs(folder: Path) -> None:
    (folder / "reporter.yaml").write_text(PROJECT + "nonsense: 1\n", encoding="utf-8")
    delivery = "delivery:\n  - {type: email, to: [ana@example.com], template: none.html.j2}\n"
    write(folder / "a.yaml", more=delivery)
    output = check("a.yaml").output
    assert "[unknown-key]" in output
    assert "template" not in output
    assert "no-mail-server" not in output
