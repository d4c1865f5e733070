"""The words of a language: the project's own in the place of ours, a wider language's after it.

For ``de-AT`` a key is looked up in the project's ``de-AT.yaml``, in ours, in the project's
``de.yaml``, in ours, and last in English.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from reporter.diagnostics import Diagnostic, Invalid, has_errors
from reporter.resources import templates
from reporter.words.file import WordsFile, read_words
from reporter.words.model import Label, LabelPath, Labels, Said, Sentence, Words

ENGLISH: Final = "en"
_OUR_ENGLISH: Final = "en-GB"
"""How lists are joined where English stands in for another language: ``A, B and C``."""
FOLDER: Final = Path("templates") / "words"
_SUFFIX: Final = ".yaml"
_SCRIPT: Final = 4
"""The length of a script's code (``zh-Hant``); other parts are written in capitals."""


def load_words(language: str, folder: Path) -> Words:
    """The words of a language.

    Args:
        language: BCP 47 (``en-GB``).
        folder: the project's; the files in its ``templates/words`` go before ours.

    Raises:
        Invalid: a file of the project is wrong; with all that is.
    """
    sentences: dict[str, Sentence] = {}
    files = tuple(file for file, _ in _files(language, folder))
    for file in files:
        sentences = {**file.sentences, **sentences}
    spoken = next(file.language for file in files if file.sentences)
    if _base(language) == _base(spoken):
        spoken = language
    if spoken == ENGLISH:
        spoken = _OUR_ENGLISH
    return Words(spoken, sentences, right_to_left=_is_right_to_left(spoken))


def load_labels(language: str, folder: Path) -> Labels:
    """The labels of catalogs in a language; none where the catalog's own hold.

    Raises:
        Invalid: as above.
    """
    labels: dict[LabelPath, Label] = {}
    for file, is_ours in _files(language, folder):
        found = {path: Label(text, is_ours) for path, text in file.labels.items()}
        labels = {**found, **labels}
    return labels


def project_words(folder: Path, shown: Path, language: str | None = None) -> tuple[WordsFile, ...]:
    """The files of words of a project, with what is wrong with them.

    Args:
        folder: the project's.
        shown: the same as the user would name it.
        language: only those that a report in it uses; None: all.
    """
    names = sorted(path.stem for path in (folder / FOLDER).glob(f"*{_SUFFIX}"))
    wanted = names if language is None else [n for n in _wider(language) if n in names]
    return tuple(_of_project(name, folder, shown) for name in wanted)


def known_sentences() -> Mapping[str, Sentence]:
    """Every sentence that there is, in English."""
    return _ours(ENGLISH).sentences


def said(key: str, /, **values: object) -> Said:
    """A sentence in English that can be said again in the words of a report."""
    return Said(Words(_OUR_ENGLISH, known_sentences()), key, **values)


def _files(language: str, folder: Path) -> Iterator[tuple[WordsFile, bool]]:
    """The files to look a key up in, in order, and which of them are ours."""
    mistakes: list[Diagnostic] = []
    found: list[tuple[WordsFile, bool]] = []
    for name in _wider(language):
        own, ours = (f / f"{name}{_SUFFIX}" for f in (folder / FOLDER, templates() / "words"))
        if own.is_file() and own.resolve() != ours.resolve():
            file = _of_project(name, folder, folder)
            mistakes += file.mistakes
            found.append((file, False))
        if ours.is_file():
            found.append((_ours(name), True))
    if has_errors(mistakes):
        raise Invalid(mistakes)
    yield from found


def _wider(language: str) -> tuple[str, ...]:
    """The language, each wider one, and English at last: ``de-AT``, ``de``, ``en``."""
    first, *rest = language.split("-")
    parts = [first.lower(), *(p.title() if len(p) == _SCRIPT else p.upper() for p in rest)]
    names = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*names, ENGLISH]))


def _is_right_to_left(language: str) -> bool:
    from babel import Locale  # noqa: PLC0415 - checks need no Babel

    return str(Locale.parse(language, sep="-").text_direction) == "rtl"


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()


def _of_project(language: str, folder: Path, shown: Path) -> WordsFile:
    name = FOLDER / f"{language}{_SUFFIX}"
    return read_words(folder / name, str(shown / name), known_sentences())


@cache
def _ours(language: str) -> WordsFile:
    """A file of ours, read once in a process. It is taken as it is: tests hold it right."""
    path = templates() / "words" / f"{language}{_SUFFIX}"
    return read_words(path, path.name)
