"""One file of words: sentences by key at its top, labels of a catalog under ``labels``.

::

    total: Gesamt
    days: {one: "{count} Tag", other: "{count} Tage"}
    labels:
      metrics: {ANSWER_RATE: {label: Annahmequote, description: "..."}}
      dimensions: {COUNTRY: {label: Land}}
      members: {DIRECTION: {INBOUND: Eingehend}}
      filters: {countryIds: {label: Land}}
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from reporter import yamltree
from reporter.diagnostics import Diagnostic, nearest
from reporter.diagnostics import Path as Place
from reporter.schema.words import in_words, listed
from reporter.words.model import COUNT, PLURAL_FORMS, LabelPath, Sentence, placeholders
from reporter.yamltree import Tree

LABELS: Final = "labels"
MEMBERS: Final = "members"
NAMED: Final = ("metrics", "dimensions", "filters")
TEXTS: Final = ("label", "description")
_SECTIONS: Final = (*NAMED, MEMBERS)


class WordsFile(msgspec.Struct, frozen=True):
    """What stands in a file of words, as far as it is right.

    Attributes:
        language: BCP 47, by its name.
        sentences: by key.
        labels: by their place under ``labels``.
        tree: where everything stands; None where it is no YAML.
        mistakes: what is wrong with it, but for names of a catalog, which is not known here.
    """

    language: str
    sentences: Mapping[str, Sentence]
    labels: Mapping[LabelPath, str]
    tree: Tree | None
    mistakes: tuple[Diagnostic, ...]


def read_words(path: Path, name: str, known: Mapping[str, Sentence] | None = None) -> WordsFile:
    """A file of words and all that is wrong with it.

    Args:
        path: the file; its name is its language.
        name: how the user would name it.
        known: the sentences that there are, in English; None: all that stand in the file.
    """
    tree, mistakes = yamltree.read(path, name)
    if tree is None:
        return WordsFile(path.stem, {}, {}, None, mistakes)
    reading = _Reading(path.stem, tree, known)
    reading.top()
    return WordsFile(
        path.stem, reading.sentences, reading.labels, tree, (*mistakes, *reading.mistakes)
    )


class _Reading:
    """One walk over one file."""

    def __init__(self, language: str, tree: Tree, known: Mapping[str, Sentence] | None) -> None:
        self.sentences: dict[str, Sentence] = {}
        self.labels: dict[LabelPath, str] = {}
        self.mistakes: list[Diagnostic] = []
        self._language = language
        self._tree = tree
        self._known = known

    def top(self) -> None:
        for key, value in self._mapping((), self._tree.data):
            if key == LABELS:
                self._labels(value)
            elif self._known is not None and key not in self._known:
                self._unknown((key,), "sentence", key, (*self._known, LABELS))
            else:
                self._sentence(key, value)

    def _sentence(self, key: str, value: object) -> None:
        if isinstance(value, dict):
            forms = self._forms(key, value)
        else:
            forms = {"other": str(value)} if self._is_text((key,), value) else {}
        for form, text in forms.items():
            self._check_placeholders((key, form) if isinstance(value, dict) else (key,), text)
        if "other" in forms:
            self.sentences[key] = Sentence(self._language, forms)

    def _forms(self, key: str, value: dict[str, object]) -> dict[str, str]:
        if self._known is not None and COUNT not in self._known[key].values():
            self._mistake(
                "not-counted",
                f"nothing is counted in {key}, so it has no plural forms",
                (key,),
                expected="a text",
                found=in_words(value),
            )
            return {}
        forms: dict[str, str] = {}
        for form, text in value.items():
            if form not in PLURAL_FORMS:
                self._unknown((key, form), "plural form", form, PLURAL_FORMS)
            elif self._is_text((key, form), text):
                forms[form] = str(text)
        if "other" not in value:
            self._mistake(
                "no-other-form",
                f"{key} has no form 'other', which stands for all numbers without one of their own",
                (key,),
                expected="other: TEXT",
                found=in_words(value),
            )
        return forms

    def _check_placeholders(self, path: Place, text: str) -> None:
        if self._known is None:
            return
        takes = sorted(self._known[str(path[0])].values())
        for name in placeholders(text):
            if name not in takes:
                near = nearest(name, takes)
                self._mistake(
                    "unknown-placeholder",
                    f"{path[0]} has no value {{{name}}}",
                    path,
                    expected=", ".join(f"{{{one}}}" for one in takes) or "a text without values",
                    found=text,
                    hint=f"did you mean {{{near}}}?" if near else None,
                )

    def _labels(self, value: object) -> None:
        for section, names in self._mapping((LABELS,), value):
            path: Place = (LABELS, section)
            if section not in _SECTIONS:
                self._unknown(path, "kind of label", section, _SECTIONS)
                continue
            for name, texts in self._mapping(path, names):
                for part, text in self._mapping((*path, name), texts):
                    place = (*path, name, part)
                    if section != MEMBERS and part not in TEXTS:
                        self._unknown(place, "text of a label", part, TEXTS)
                    elif self._is_text(place, text):
                        self.labels[section, name, part] = str(text)

    def _mapping(self, path: Place, value: object) -> Iterator[tuple[str, object]]:
        if isinstance(value, dict):
            yield from value.items()
        else:
            self._wrong(path, value, "a mapping (key: value)")

    def _is_text(self, path: Place, value: object) -> bool:
        if isinstance(value, str) and value.strip():
            return True
        self._wrong(path, value, "a text")
        return False

    def _wrong(self, path: Place, value: object, expected: str) -> None:
        number = isinstance(value, int | float)
        self._mistake(
            "wrong-type",
            f"this is {in_words(value)}",
            path,
            expected=expected,
            hint="put it in quotes" if number and expected == "a text" else None,
        )

    def _unknown(self, path: Place, what: str, name: str, known: Sequence[str]) -> None:
        near = nearest(name, known)
        self._mistake(
            f"unknown-{what.replace(' ', '-')}",
            f"there is no {what} {name!r}",
            path,
            of_key=True,
            expected=None if near else listed("one of", tuple(known)),
            hint=f"did you mean {near}?" if near else None,
        )

    def _mistake(
        self,
        code: str,
        message: str,
        path: Place,
        *,
        of_key: bool = False,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        place = self._tree.location(path, of_key=of_key)
        self.mistakes.append(
            Diagnostic(code, message, place, expected=expected, found=found, hint=hint)
        )
