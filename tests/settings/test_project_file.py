from pathlib import Path

import pytest
from babel.core import get_global

from reporter.settings import (
    CallsSource,
    CsvLayout,
    Defaults,
    Project,
    ProjectFile,
    Theme,
    find_project,
    load_project,
    names,
    read_project,
)
from reporter.settings.names import is_locale, is_time_zone, nearest_locale, nearest_time_zone


def test_a_whole_project_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTER_TEST_FOLDER", "cdr")
    (tmp_path / "colour").write_text("#112233\n", encoding="utf-8")
    file = tmp_path / "reporter.yaml"
    file.write_text(
        """\
version: 1
sources:
  pbx:
    type: calls
    path: "${env:REPORTER_TEST_FOLDER}/*.csv"
    timezone: Europe/Zagreb
    deduplicate: true
    csv: {columns: [start, answer], delimiter: ";", nullValues: ["-"]}
    columns: {sent_at: start, direction: "'OUTBOUND'"}
    values: {status: {"NO ANSWER": NO_ANSWER, X: null}}
    account: MAIN
    dataThrough: "2026-11-01T00:00:00+01:00"
defaults: {source: pbx, timezone: Europe/Zagreb, locale: hr-HR}
theme: {logo: logo.svg, accent: "${file:colour}"}
""",
        encoding="utf-8",
    )
    project, diagnostics = load_project(file)
    assert diagnostics == ()
    assert project == Project(
        tmp_path,
        ProjectFile(
            version=1,
            sources={
                "pbx": CallsSource(
                    path="cdr/*.csv",
                    timezone="Europe/Zagreb",
                    deduplicate=True,
                    csv=CsvLayout(columns=("start", "answer"), delimiter=";", null_values=("-",)),
                    columns={"sent_at": "start", "direction": "'OUTBOUND'"},
                    values={"status": {"NO ANSWER": "NO_ANSWER", "X": None}},
                    account="MAIN",
                    data_through="2026-11-01T00:00:00+01:00",
                )
            },
            defaults=Defaults(source="pbx", timezone="Europe/Zagreb", locale="hr-HR"),
            theme=Theme(logo="logo.svg", accent="#112233"),
        ),
        file,
    )


def test_without_a_file_there_is_an_empty_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_project(None) == (Project(tmp_path, ProjectFile(version=1)), ())
    assert read_project(None).tree is None


def test_a_project_is_found_from_below(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_project(deep) is None
    (tmp_path / "reporter.yaml").mkdir()
    assert find_project(deep) is None
    (tmp_path / "a" / "reporter.yaml").write_text("version: 1\n", encoding="utf-8")
    assert find_project(deep) == tmp_path / "a" / "reporter.yaml"
    assert find_project(tmp_path / "a") == tmp_path / "a" / "reporter.yaml"


def test_a_broken_file_gives_no_project(tmp_path: Path) -> None:
    for text in ("version: [", "version: 2\n", "version: 1\ndefaults: {locale: xx}\n"):
        (tmp_path / "reporter.yaml").write_text(text, encoding="utf-8")
        project, diagnostics = load_project(tmp_path / "reporter.yaml")
        assert project is None
        assert len(diagnostics) == 1


@pytest.mark.parametrize(
    "setting",
    [
        "defaults: {timezone: '${env:REPORTER_TEST_SECRET}'}",
        "defaults: {locale: '${env:REPORTER_TEST_SECRET}'}",
        "defaults: {source: '${env:REPORTER_TEST_SECRET}'}",
        "sources: {a: {type: calls, path: x, timezone: '${env:REPORTER_TEST_SECRET}'}}",
        "sources: {a: {type: calls, path: x, dataThrough: '${env:REPORTER_TEST_SECRET}'}}",
        "theme: {accent: '${env:REPORTER_TEST_SECRET}'}",
    ],
)
def test_no_message_tells_what_a_reference_stands_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("REPORTER_TEST_SECRET", "hush'hush")
    (tmp_path / "reporter.yaml").write_text(f"version: 1\n{setting}\n", encoding="utf-8")
    _, (mistake,) = load_project(tmp_path / "reporter.yaml")
    assert "hush" not in repr(mistake)
    assert "${env:REPORTER_TEST_SECRET}" in repr(mistake)


@pytest.mark.parametrize("name", ["en-GB", "hr", "hr-HR", "zh-CN", "zh-Hans-CN", "pt-BR"])
def test_locales(name: str) -> None:
    assert is_locale(name)


@pytest.mark.parametrize(
    "name", ["", "xx", "en-XX", "en_GB", "english", "../en", "en GB", "root ", "ñ"]
)
def test_no_locales(name: str) -> None:
    assert not is_locale(name)


def test_near_names() -> None:
    assert nearest_locale("en-GBB") == "en-GB"
    assert nearest_locale("?") is None
    assert is_time_zone("Europe/Zagreb")
    assert not is_time_zone("Europe")
    assert nearest_time_zone("Europe/Zagrb") == "Europe/Zagreb"
    assert nearest_time_zone("Zagreb") == "Europe/Zagreb"
    assert nearest_time_zone("?") is None


def test_currencies_that_are_known_without_asking_are_known_to_the_cldr() -> None:
    assert get_global("all_currencies").keys() >= names._OFTEN
    assert all(map(names.is_currency, [*names._OFTEN, "XCG", "DEM"]))
    assert not names.is_currency("EUX")
