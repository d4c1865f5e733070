"""Sentences: placeholders, plural forms, rows; which file a key comes from."""

from pathlib import Path

import pytest

from reporter.diagnostics import Invalid
from reporter.words import Count, Words, load_labels, load_words, said


def written(folder: Path, language: str, text: str) -> None:
    path = folder / "templates" / "words" / f"{language}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def german(tmp_path: Path) -> Words:
    return load_words("de-DE", tmp_path)


def test_a_sentence_with_its_values(german: Words) -> None:
    assert german["total"] == "Gesamt"
    assert german.say("with_subaccounts", accounts="A, B") == "A, B, mit Unterkonten"
    with pytest.raises(KeyError, match="accounts"):
        german.say("with_subaccounts")
    with pytest.raises(KeyError, match="nonsense"):
        german["nonsense"]


def test_a_value_is_never_read_as_a_placeholder(german: Words) -> None:
    assert german.say("label_and_value", label="{value}", value="{label}") == "{value}: {label}"


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("en-GB", 0, "0 days"),
        ("en-GB", 1, "1 day"),
        ("de-DE", 2, "2 Tage"),
        ("hr-HR", 1, "1 dan"),
        ("hr-HR", 2, "2 dana"),
        ("hr-HR", 11, "11 dana"),
        ("hr-HR", 21, "21 dan"),
    ],
)
def test_the_language_chooses_the_plural_form(
    language: str, number: int, text: str, tmp_path: Path
) -> None:
    assert load_words(language, tmp_path).say("days", count=number) == text


def test_a_count_is_written_as_the_report_writes_it(german: Words) -> None:
    assert german.say("days", count=Count(1204, "1.204")) == "1.204 Tage"
    assert german.say("days", count=Count(1, "1")) == "1 Tag"
    with pytest.raises(TypeError, match="count is a whole number, found '1'"):
        german.say("days", count="1")


def test_a_form_that_the_language_has_and_the_file_has_not(tmp_path: Path) -> None:
    written(tmp_path, "hr", 'days: {one: "{count} danak", other: "{count} danaka"}')
    croatian = load_words("hr", tmp_path)
    assert [croatian.say("days", count=n) for n in (1, 2, 5)] == [
        "1 danak",
        "2 danaka",
        "5 danaka",
    ]


def test_lists_are_joined_as_the_language_joins_them(german: Words, tmp_path: Path) -> None:
    english = load_words("en-GB", tmp_path)
    assert english.listed(["A", "B", "C"]) == "A, B and C"
    assert german.listed(["A", "B", "C"]) == "A, B und C"
    assert german.listed(["A", "B"], "or") == "A oder B"
    assert german.row(["A", "B", "C"]) == "A, B, C"
    assert german.row([]) == german.listed([]) == ""


def test_a_key_comes_from_the_project_and_from_the_narrower_language_first(tmp_path: Path) -> None:
    written(tmp_path, "de-AT", "other: Übrige (AT)")
    written(tmp_path, "de", "other: Übrige\ntotal: Summe")
    written(tmp_path, "en", "logo: Our logo")
    austrian = load_words("de-AT", tmp_path)
    assert (austrian["other"], austrian["total"]) == ("Übrige (AT)", "Summe")
    assert austrian["period"] == "Zeitraum"
    german = load_words("de-DE", tmp_path)
    assert (german["other"], german["total"], german["logo"]) == ("Übrige", "Summe", "Logo")
    assert load_words("en-US", tmp_path)["logo"] == "Our logo"


def test_a_language_that_there_are_no_words_in_is_english(tmp_path: Path) -> None:
    finnish = load_words("fi-FI", tmp_path)
    assert (finnish.language, finnish["total"]) == ("en-GB", "Total")
    assert finnish.listed(["A", "B"]) == "A and B"
    written(tmp_path, "fi", "total: Yhteensä")
    finnish = load_words("fi-FI", tmp_path)
    assert (finnish.language, finnish["total"], finnish["other"]) == ("fi-FI", "Yhteensä", "Other")
    # The form is chosen by the rule of the language that the sentence is in.
    assert finnish.say("days", count=1) == "1 day"


def test_a_file_is_found_by_the_usual_spelling_of_its_language(tmp_path: Path) -> None:
    written(tmp_path, "zh-Hant", "total: 總計")
    written(tmp_path, "pt-BR", "total: Total geral")
    assert load_words("zh-hant-tw", tmp_path)["total"] == "總計"
    assert load_words("pt-br", tmp_path)["total"] == "Total geral"


def test_a_sentence_that_was_said_in_english_is_said_again(german: Words) -> None:
    sentence = said("no_columns", count=2, source="pbx", columns=("a", "b"))
    assert sentence == "the source 'pbx' has no columns a and b"
    assert german.again(sentence) == "die Quelle „pbx“ hat keine Spalten a und b"
    assert german.again("any other text") == "any other text"


def test_labels_of_the_project_and_ours(tmp_path: Path) -> None:
    written(tmp_path, "de", "labels: {metrics: {ANSWER_RATE: {label: Abhebequote}}}")
    labels = load_labels("de-DE", tmp_path)
    own = labels["metrics", "ANSWER_RATE", "label"]
    assert (own.text, own.standard) == ("Abhebequote", False)
    ours = labels["members", "DIRECTION", "INBOUND"]
    assert (ours.text, ours.standard) == ("Eingehend", True)
    assert load_labels("en-GB", tmp_path) == {}


def test_a_wrong_file_of_the_project_stops_what_uses_it(tmp_path: Path) -> None:
    written(tmp_path, "de", "totals: Summe")
    for load in (load_words, load_labels):
        with pytest.raises(Invalid) as caught:
            load("de-DE", tmp_path)
        assert [d.code for d in caught.value.diagnostics] == ["unknown-sentence"]
    assert load_words("en-GB", tmp_path)["total"] == "Total"
