"""The languages that come with Reporter are whole, and the program says what they have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporter.catalog.metrics_api import standard
from reporter.catalog.translation import texts
from reporter.words import known_sentences, load_labels
from reporter.words.file import read_words
from reporter.words.load import FOLDER

ROOT = Path(__file__).parents[2]
ENGLISH = known_sentences()
OTHERS = {"de": {"one", "other"}, "hr": {"one", "few", "other"}}
"""The plural forms that each needs for whole numbers."""
UNIVERSAL = {"OK", "SMS", "MMS", "RCS"}


def programs() -> Iterator[ast.AST]:
    for path in sorted((ROOT / "reporter").rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def of_words(node: ast.expr) -> bool:
    """``words``, ``frame.words``, ``document.words``, ``times.words``."""
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) == "words"


def said() -> Iterator[tuple[str, frozenset[str] | None]]:
    """Each key that the program says outright, with the names of its values, if they are known."""
    for node in programs():
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))) if of_words(value):
                yield key, frozenset()
            case ast.Call(func=ast.Attribute(attr="say") | ast.Name(id="say")) if node.args:
                if isinstance(node.args[0], ast.Constant):
                    names = [keyword.arg for keyword in node.keywords]
                    known = None if None in names else frozenset(map(str, names))
                    yield str(node.args[0].value), known


def templates() -> str:
    found = sorted((ROOT / "templates").rglob("*.j2"))
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def in_templates() -> Iterator[tuple[str, frozenset[str]]]:
    text = templates()
    for key in re.findall(r"\bwords\.([a-z_]+)\b(?!\()", text):
        yield key, frozenset()
    for key, values in re.findall(
        r'\bwords\.say\("([a-z_]+)"(?! ~)((?:[^()]|\([^()]*\))*)\)', text
    ):
        yield key, frozenset(re.findall(r"\b([a-z_]+)=(?!=)", values))


def test_every_key_that_is_said_is_there_with_these_values() -> None:
    for key, values in (*said(), *in_templates()):
        assert key in ENGLISH, key
        if values is not None:
            assert ENGLISH[key].values() == values, key


def test_every_key_that_is_there_is_said() -> None:
    constants = {
        node.value
        for node in programs()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    quoted = set(re.findall(r'"([a-z_]+)"', templates()))
    used = {key for key, _ in (*said(), *in_templates())} | constants | quoted
    begun = tuple(re.findall(r'"([a-z_]+_)" ~', templates()))
    assert {key for key in ENGLISH if not key.startswith(begun)} - used == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_sentence_with_the_same_values(language: str) -> None:
    file = read_words(ROOT / FOLDER / f"{language}.yaml", language, ENGLISH)
    assert file.mistakes == ()
    assert set(file.sentences) == set(ENGLISH)
    for key, sentence in file.sentences.items():
        lost = ENGLISH[key].values() - sentence.values()
        assert lost <= {"count"}, key
        assert len(sentence.forms) == 1 or set(sentence.forms) == OTHERS[language], key


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_labels_of_the_built_in_catalogs(language: str) -> None:
    labels = load_labels(language, ROOT / "nowhere")
    english = texts(standard())
    assert set(labels) <= set(english)
    missing = {
        path
        for path, text in english.items()
        if path not in labels
        if path[-1] != "description" or path[0] == "metrics"
        if path[0] != "members" or not _says_the_same_everywhere(path[1], text)
    }
    assert missing == set()


def _says_the_same_everywhere(dimension: str, text: str) -> bool:
    """Names of products, units, abbreviations."""
    products = dimension in {"CHANNEL_CODE", "CAPABILITY"}
    unit = re.fullmatch(r"[0-9]+–[0-9]+ (s|min|h)", text) is not None
    return products or unit or text in UNIVERSAL
