import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporter import wiring
from reporter.document.model import Document
from reporter.output.base import Artifact, Branding
from reporter.pipeline import Stage

Reporter = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-01")


def kpis(file: Path) -> dict[str, Any]:
    """The values of a report's cards, by metric."""
    blocks = json.loads(file.read_text())["blocks"]
    (block,) = (block for block in blocks if block["type"] == "kpis")
    return {card["name"]: card["value"] for card in block["cards"]}


def test_it_says_where_each_file_lies(project: Path, reporter: Reporter) -> None:
    done = reporter("run", "report_specs/review.yaml", *AS_OF)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "out/review-2026-10.json\nout/review-2026-10-kpis.csv\nout/review-2026-10-by-country.csv\n"
    )
    assert kpis(project / "out/review-2026-10.json") == {
        "TOTAL_CALL_COUNT": 5,
        "ANSWER_RATE": 0.5,
    }


def test_a_report_may_be_named(project: Path, reporter: Reporter) -> None:
    done = reporter("run", "review", *AS_OF, "--out", "there/deep", "--format", "csv, csv")
    assert done.code == 0
    assert sorted(file.name for file in (project / "there/deep").iterdir()) == [
        "review-2026-10-by-country.csv",
        "review-2026-10-kpis.csv",
    ]


def test_a_report_may_be_named_from_afar(
    project: Path,
    reporter: Reporter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    file = str(project / "reporter.yaml")
    done = reporter("run", "review", *AS_OF, "--project", file, "--format", "json")
    assert (done.code, done.out) == (0, "out/review-2026-10.json\n")
    assert (elsewhere / "out/review-2026-10.json").is_file()


def test_the_same_edition_is_the_same_bytes(project: Path, reporter: Reporter) -> None:
    reporter("run", "review", *AS_OF, "--out", "a")
    reporter("run", "review", *AS_OF, "--out", "b")
    first = {file.name: file.read_bytes() for file in (project / "a").iterdir()}
    second = {file.name: file.read_bytes() for file in (project / "b").iterdir()}
    assert first == second


@pytest.mark.parametrize(
    ("options", "stem", "calls"),
    [
        (("--period", "yesterday"), "review-2026-10-31", 1),
        (("--period", "last_quarter", "--as-of", "2026-11-01"), "review-2026-Q3", 2),
        (("--period", "last_year", "--as-of", "2027-01-01"), "review-2026", 7),
        (("--period", '{"last": 2, "unit": "months"}'), "review-2026-09-01_2026-10-31", 7),
        (("--since", "2026-10-01", "--until", "2026-10-03"), "review-2026-10-01_2026-10-02", 4),
        (("--period", "month_to_date", "--as-of", "2026-10-02T10:30"), None, 3),
        (("--param", "country=2"), "review-2026-10", 1),
        (("--filter", "directions=INBOUND"), "review-2026-10", 1),
        (("--filter", "countryIds=1,2", "--filter", "direction=OUTBOUND"), "review-2026-10", 3),
        (("--filter", "channelCodes=SMS"), "review-2026-10", 0),
    ],
)
def test_what_the_command_line_settles(
    options: tuple[str, ...], stem: str | None, calls: int, project: Path, reporter: Reporter
) -> None:
    done = reporter("run", "review", *AS_OF, *options, "--format", "json")
    assert done.code == 0
    file = project / done.out.strip()
    assert file.stem == (stem or "review-2026-10-01_2026-10-02")
    assert kpis(file)["TOTAL_CALL_COUNT"] == calls


def test_another_source(project: Path, reporter: Reporter) -> None:
    settings = (project / "reporter.yaml").read_text()
    (project / "reporter.yaml").write_text(
        settings.replace("defaults", "  old: {type: calls, path: old.csv}\ndefaults")
    )
    lines = (project / "calls.csv").read_text().splitlines()
    (project / "old.csv").write_text("\n".join(lines[:4]))
    done = reporter("run", "review", *AS_OF, "--source", "old", "--format", "json")
    assert done.code == 0
    assert kpis(project / "out/review-2026-10.json")["TOTAL_CALL_COUNT"] == 1


def test_what_the_maker_should_know(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text().replace("ANSWER_RATE]\n    spark", "ANSWER_SEIZURE_RATIO]\n    spark")
    spec.write_text(text + "schedule: {cron: '0 7 1 * *'}\n")
    with (project / "calls.csv").open("a") as file:
        file.write("o6,2026-10-05T08:00:00Z,SIDEWAYS,1,Croatia,,,DELIVERED,BUSY\n")
    done = reporter("run", "review", *AS_OF, "--param", "country=1")
    assert done.code == 0
    assert done.err == (
        "review: note: 1 record of October 2026 could not be used and is not counted. The first:"
        " calls.csv, row 8 (o6): direction is not one of OUTBOUND, INBOUND: SIDEWAYS.\n"
        "review: note: Answer seizure ratio has no values:"
        " the source 'calls' has no column ringing_at\n"
    )


def test_warnings_of_the_spec_are_shown(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text().replace("period: last_month\n", ""))
    done = reporter("run", "review", *AS_OF, "--period", "last_month")
    assert done.code == 0
    assert done.err.startswith(
        "report_specs/review.yaml:1:1: warning: the report says no period [no-period]\n"
    )


# What is wrong


def test_mistakes_of_the_spec(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text().replace("[COUNTRY_NAME]", "[COUNTRY]"))
    done = reporter("run", "review", *AS_OF)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("report_specs/review.yaml:20:21: error: there is no dimension ")
    assert not (project / "out").exists()


def test_a_spec_that_is_no_yaml(project: Path, reporter: Reporter) -> None:
    (project / "report_specs/review.yaml").write_text("a: [")
    done = reporter("run", "review")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("report_specs/review.yaml:1:")


def test_all_mistakes_of_the_arguments_come_at_once(reporter: Reporter) -> None:
    done = reporter(
        *("run", "review", "--as-of", "november", "--param", "county=x"),
        *("--filter", "direction=UP", "--filter", "sentSince=2026-10-01", "--filter", "senders="),
    )
    assert done.code == 1
    assert done.err == (
        "--as-of: error: as-of is a day or an instant: 'november' is neither a date (2026-11-01)"
        " nor a date-time (2026-11-01T09:30, 2026-11-01T09:30:00+01:00) [no-moment]\n"
        "\n"
        "--filter direction: error: direction has no value 'UP' [unknown-filter-value]\n"
        "  expected: one of OUTBOUND, INBOUND\n"
        '  found: "UP"\n'
        "\n"
        "--filter senders: error: senders lacks a value [filter-argument]\n"
        "  expected: VALUE[,VALUE...], or JSON that begins with [ or {\n"
        "  found: \n"
        "\n"
        "--filter sentSince: error: sentSince is the period [filter-is-period]\n"
        "  hint: give --since and --until\n"
        "\n"
        "--param county: error: report review has no parameter 'county' [unknown-parameter]\n"
        "  expected: one of country\n"
        "  found: county\n"
        "  hint: did you mean 'country'?\n"
    )


def test_arguments_that_no_spec_could_understand(reporter: Reporter) -> None:
    done = reporter(
        *("run", "review", "--period", "last_mont", "--filter", "senders", "--param", "=1"),
        *("--param", "country=1", "--param", "country=2"),
    )
    assert done.code == 1
    assert done.err == (
        "--filter: error: --filter takes NAME=VALUE [no-name]\n"
        "  expected: NAME=VALUE\n"
        "  found: senders\n"
        "\n"
        "--param: error: --param takes NAME=VALUE [no-name]\n"
        "  expected: NAME=VALUE\n"
        "  found: =1\n"
        "\n"
        "--param country: error: parameter country is given twice [parameter-twice]\n"
        "\n"
        "--period: error: there is no period 'last_mont' [unknown-period]\n"
        "  expected: one of today, yesterday, last_7_days, last_30_days, this_week, last_week,"
        " month_to_date, last_month, quarter_to_date, last_quarter, year_to_date, last_year\n"
        "  hint: did you mean 'last_month'?\n"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--period", "last_month", "--since", "2026-10-01"),
            "--period: error: --period and --since/--until exclude each other [period-twice]\n",
        ),
        (
            ("--since", "2026-10-01"),
            "--until: error: --since and --until go together [half-period]\n",
        ),
        (
            ("--since", "2026-10-01", "--until", "2026-13-01"),
            "--until: error: '2026-13-01' does not exist: month must be in 1..12 [no-moment]\n",
        ),
        (
            ("--since", "2026-10-02", "--until", "2026-10-01"),
            (
                "--period: error: the period ends (2026-10-01) no later than it begins (2026-10-02)"
                " [wrong-period]\n"
            ),
        ),
        (
            ("--period", '{"last": 2}'),
            (
                "--period: error: this is no period: a period is {last: N, unit: UNIT} or"
                " {since: DAY, until: DAY} [unknown-period]\n"
                '  expected: JSON such as {"last": 3, "unit": "months"}\n'
            ),
        ),
        (
            ("--period", "{"),
            (
                "--period: error: this is no period: Expecting property name enclosed in double"
                " quotes: line 1 column 2 (char 1) [unknown-period]\n"
                '  expected: JSON such as {"last": 3, "unit": "months"}\n'
            ),
        ),
        (
            ("--period", '{"a":' * 20_000),
            (
                "--period: error: this is no period: maximum recursion depth exceeded while"
                " decoding a JSON object from a unicode string [unknown-period]\n"
                '  expected: JSON such as {"last": 3, "unit": "months"}\n'
            ),
        ),
        (
            ("--param", "country=\udcff"),
            "--param: error: the argument is not UTF-8 text [not-utf8]\n",
        ),
        (
            ("--source", "call"),
            (
                "--source: error: there is no source 'call' in the project [unknown-source]\n"
                "  expected: one of calls\n"
                "  hint: did you mean 'calls'?\n"
            ),
        ),
        (
            ("--filter", "capabilities=PHONE", "--filter", "channelCode=SMS"),
            (
                "--filter capabilities: error: capabilities applies to VOICE_VIDEO only"
                " [filter-channel]\n"
                "  expected: channelCodes: [VOICE_VIDEO]\n"
                "  found: channelCodes: [SMS]\n"
            ),
        ),
    ],
)
def test_one_mistake_of_the_arguments(
    options: tuple[str, ...], message: str, reporter: Reporter
) -> None:
    done = reporter("run", "review", *AS_OF, *options)
    assert (done.code, done.out, done.err) == (1, "", message)


def test_a_capability_of_the_spec_beside_a_channel_of_the_command_line(
    project: Path, reporter: Reporter
) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text().replace("sections:", "  capabilities: [PHONE]\nsections:", 1)
    spec.write_text(text)
    done = reporter("run", "review", *AS_OF, "--filter", "channelCode=SMS")
    assert done.code == 1
    assert "report_specs/review.yaml:10:" in done.err
    assert "capabilities applies to VOICE_VIDEO only [filter-channel]" in done.err


def test_the_interval_may_stand_among_the_filters(project: Path, reporter: Reporter) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text().replace("period: last_month\n", "")
    text = text.replace("  country: {type: integer}", "  end: {type: string}")
    bounds = '  sentSince: "2026-10-01"\n  sentUntil: {param: end}'
    spec.write_text(text.replace("  countryIds: {param: country}", bounds))
    done = reporter("run", "review", *AS_OF, "--format", "json", "--param", "end=2026-10-02")
    assert (done.code, done.out) == (0, "out/review-2026-10-01.json\n")
    done = reporter("run", "review", *AS_OF, "--format", "json")
    assert (done.code, done.out) == (0, "out/review-2026-10.json\n")
    done = reporter("run", "review", *AS_OF, "--param", "end=soon")
    assert done.code == 1
    assert done.err == (
        "report_specs/review.yaml:9:14: error: sentUntil takes one day or instant [filter-value]\n"
        "  9 |   sentUntil: {param: end}\n"
        "    |              ^\n"
        "  expected: a day (2026-10-01) or an instant (2026-10-01T08:00:00Z)\n"
        '  found: "soon"\n'
    )


def test_a_parameters_value_that_its_filter_does_not_take(
    project: Path, reporter: Reporter
) -> None:
    spec = project / "report_specs/review.yaml"
    text = spec.read_text().replace("{type: integer}", "{type: string}")
    spec.write_text(text.replace("countryIds: {param: country}", "directions: [{param: country}]"))
    done = reporter("run", "review", *AS_OF, "--param", "country=INBOUND", "--format", "json")
    assert done.code == 0
    done = reporter("run", "review", *AS_OF, "--param", "country=UP")
    assert done.code == 1
    assert done.err == (
        "report_specs/review.yaml:9:16: error: directions has no value 'UP'"
        " [unknown-filter-value]\n"
        "  9 |   directions: [{param: country}]\n"
        "    |                ^\n"
        "  expected: one of OUTBOUND, INBOUND\n"
        '  found: "UP"\n'
    )


def test_one_report_that_fails_does_not_keep_the_others(project: Path, reporter: Reporter) -> None:
    (project / "broken.yaml").write_text(
        (project / "report_specs/review.yaml").read_text().replace("version: 1", "version: 1\nx: 1")
    )
    (project / "reporter.yaml").write_text(
        (project / "reporter.yaml")
        .read_text()
        .replace("defaults", "  gone: {type: calls, path: gone.csv}\ndefaults")
    )
    (project / "gone.yaml").write_text(
        (project / "report_specs/review.yaml").read_text().replace("name: review", "name: gone")
        + "source: gone\n"
    )
    done = reporter(
        *("run", "revue", "broken.yaml", "gone.yaml", "review", *AS_OF, "--format", "json")
    )
    assert done.code == 3
    assert done.out == "out/review-2026-10.json\n"
    assert done.err.startswith(
        "revue: error: there is no such spec [no-spec]\n"
        "  expected: a file, or the name of a report in report_specs/\n"
        "  hint: did you mean 'review'?\n"
        "broken.yaml:2:1: error: "
    )
    assert "error: source 'gone': " in done.err


def test_a_spec_that_is_not_there(reporter: Reporter) -> None:
    done = reporter("run", "elsewhere/nothing.yaml")
    assert (done.code, done.err) == (
        1,
        (
            "elsewhere/nothing.yaml: error: there is no such spec [no-spec]\n"
            "  expected: a file, or the name of a report in report_specs/\n"
        ),
    )


def test_a_folder_that_is_a_file(reporter: Reporter) -> None:
    done = reporter("run", "review", *AS_OF, "--out", "calls.csv")
    assert (done.code, done.out, done.err) == (
        1,
        "",
        (
            "review: error: cannot write to calls.csv: it is a file, not a folder\n"
            "  hint: name another folder with --out\n"
        ),
    )


def test_a_wrong_project_file(project: Path, reporter: Reporter) -> None:
    (project / "reporter.yaml").write_text("version: 2\n")
    done = reporter("run", "review")
    assert done.code == 1
    assert done.err.startswith("reporter.yaml:1:10: error: ")


def test_a_wrong_catalog_of_the_project(project: Path, reporter: Reporter) -> None:
    with (project / "reporter.yaml").open("a") as file:
        file.write("catalogs: [own.yaml]\n")
    (project / "own.yaml").write_text("version: 1\nname: own\nx: 1\n")
    done = reporter("run", "review", *AS_OF)
    assert (done.code, done.out) == (1, "")
    assert "own.yaml:3:1: error: " in done.err
    assert "report_specs" not in done.err


def test_a_format_that_there_is_not(reporter: Reporter) -> None:
    done = reporter("run", "review", "--format", "pdf,docx")
    assert done.code == 2
    assert (
        "Invalid value for '--format': 'docx': choose from pdf, html, xlsx, csv, json, mail."
        in done.err
    )


def test_a_hint_of_what_fails_is_shown(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    done = reporter("run", "review", *AS_OF)
    assert (done.code, done.err) == (
        1,
        (
            "review: error: SOURCE_DATE_EPOCH is a whole number of seconds since 1970,"
            " found 'soon'\n"
            "  hint: take it out of the environment, or set it to the date of the last commit\n"
        ),
    )


def test_two_reports_of_one_name_are_not_made(project: Path, reporter: Reporter) -> None:
    spec = (project / "report_specs/review.yaml").read_text()
    (project / "other.yaml").write_text(spec)
    done = reporter("run", "review", "none", "other.yaml", *AS_OF)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[0] == (
        "report_specs/review.yaml:2:7: error: two reports have the name 'review' [repeated-name]"
    ) or done.err.splitlines()[0] == (
        "other.yaml:2:7: error: two reports have the name 'review' [repeated-name]"
    )
    assert not (project / "out").exists()
    assert reporter("run", "review", "review", *AS_OF, "--format", "json").code == 0


def test_debug_shows_where_a_report_failed(reporter: Reporter) -> None:
    assert "Traceback" not in reporter("run", "review", "--param", "x=1").err
    done = reporter("--debug", "run", "review", "--param", "x=1")
    assert done.code == 1
    assert "Traceback (most recent call last)" in done.err


class Interrupting:
    """A renderer during whose work somebody presses Ctrl-C."""

    def render(self, _document: Document, stem: str, _branding: Branding) -> tuple[Artifact, ...]:
        os.kill(os.getpid(), signal.SIGINT)
        return (Artifact(f"{stem}.json", "application/json", b"{}"),)


def test_an_interruption_leaves_nothing_behind(
    project: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(wiring.RENDERERS, "json", lambda _spec: Interrupting())
    before = signal.getsignal(signal.SIGINT)
    done = reporter("run", "review", "review", *AS_OF)
    assert (done.code, done.out, done.err.strip()) == (130, "", "")
    assert not (project / "out").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_on_a_terminal(
    project: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.cli.options.is_watched", lambda _: True)
    done = reporter("run", "review", *AS_OF, "--param", "country=1", "--format", "json")
    assert done.code == 0
    assert done.out == "out/review-2026-10.json\n"
    lines = [f"review: {stage} ..." for stage in Stage]
    assert done.err == "".join(f"{line}\r{' ' * len(line)}\r" for line in lines)
    assert (project / done.out.strip()).is_file()


def test_progress_makes_room_for_a_failure(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.cli.options.is_watched", lambda _: True)
    done = reporter("run", "review", "--param", "x=1")
    line = "review: reading the spec ..."
    assert done.code == 1
    assert done.err.startswith(f"{line}\r{' ' * len(line)}\r--param x: error: ")
