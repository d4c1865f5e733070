"""A file of words is wrong: everything at once, with its place and what was meant."""

from pathlib import Path

import pytest

from reporter.words import known_sentences
from reporter.words.file import read_words


def mistakes(folder: Path, text: str) -> list[tuple[str, str, int | None, str | None, str | None]]:
    (folder / "de.yaml").write_text(text, encoding="utf-8")
    file = read_words(folder / "de.yaml", "de.yaml", known_sentences())
    return [(d.code, d.message, d.location.line, d.expected, d.hint) for d in file.mistakes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "totl: Summe",
            ("unknown-sentence", "there is no sentence 'totl'", 1, None, "did you mean total?"),
        ),
        (
            'span: "{frist} bis {last}"',
            (
                "unknown-placeholder",
                "span has no value {frist}",
                1,
                "{first}, {last}",
                "did you mean {first}?",
            ),
        ),
        (
            'total: "Summe {sum}"',
            ("unknown-placeholder", "total has no value {sum}", 1, "a text without values", None),
        ),
        (
            'days:\n  one: "{count} Tag"',
            (
                "no-other-form",
                "days has no form 'other', which stands for all numbers without one of their own",
                2,
                "other: TEXT",
                None,
            ),
        ),
        (
            'days:\n  other: "{count} Tage"\n  singular: "{count} Tag"',
            (
                "unknown-plural-form",
                "there is no plural form 'singular'",
                3,
                "one of zero, one, two, few, many, other",
                None,
            ),
        ),
        (
            'days:\n  other: "{count} Tage"\n  one: "{cuont} Tag"',
            (
                "unknown-placeholder",
                "days has no value {cuont}",
                3,
                "{count}",
                "did you mean {count}?",
            ),
        ),
        (
            "total: {one: Summe, other: Summen}",
            (
                "not-counted",
                "nothing is counted in total, so it has no plural forms",
                1,
                "a text",
                None,
            ),
        ),
        ("total: 12", ("wrong-type", "this is the number 12", 1, "a text", "put it in quotes")),
        ("total: [a]", ("wrong-type", "this is a list of 1", 1, "a text", None)),
        ('total: ""', ("wrong-type", "this is the text ''", 1, "a text", None)),
        ("- total", ("wrong-type", "this is a list of 1", 1, "a mapping (key: value)", None)),
        (
            "labels: {metric: {}}",
            (
                "unknown-kind-of-label",
                "there is no kind of label 'metric'",
                1,
                None,
                "did you mean metrics?",
            ),
        ),
        (
            "labels:\n  metrics: {ANSWER_RATE: {lable: Quote}}",
            (
                "unknown-text-of-a-label",
                "there is no text of a label 'lable'",
                2,
                None,
                "did you mean label?",
            ),
        ),
        (
            "labels:\n  metrics: {ANSWER_RATE: Quote}",
            ("wrong-type", "this is the text 'Quote'", 2, "a mapping (key: value)", None),
        ),
        (
            "labels:\n  members:\n    DIRECTION: {INBOUND: 1}",
            ("wrong-type", "this is the number 1", 3, "a text", "put it in quotes"),
        ),
    ],
)
def test_a_mistake(
    text: str, expected: tuple[str, str, int | None, str | None, str | None], tmp_path: Path
) -> None:
    assert mistakes(tmp_path, text) == [expected]


def test_all_at_once_and_what_is_right_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "de.yaml").write_text("total: Summe\nothr: Rest\nspan: 3\n", encoding="utf-8")
    file = read_words(tmp_path / "de.yaml", "de.yaml", known_sentences())
    assert [d.code for d in file.mistakes] == ["unknown-sentence", "wrong-type"]
    assert [file.sentences[key].written({}) for key in file.sentences] == ["Summe"]


def test_what_is_no_yaml_or_no_file(tmp_path: Path) -> None:
    assert [code for code, *_ in mistakes(tmp_path, "total: [")] == ["yaml-syntax"]
    missing = read_words(tmp_path / "fr.yaml", "fr.yaml", known_sentences())
    assert [d.code for d in missing.mistakes] == ["file-not-found"]
    assert missing.tree is None
