"""Sentences by key, with placeholders and plural forms, and labels in the report's language."""

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Final, Literal, Self
from unicodedata import bidirectional

import msgspec

PLURAL_FORMS: Final = ("zero", "one", "two", "few", "many", "other")
"""Of the CLDR. Which of them a language has, and for which numbers, is its own rule."""
COUNT: Final = "count"
"""The placeholder whose value chooses the plural form."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class Count(msgspec.Struct, frozen=True):
    """A whole number that chooses a plural form, and how it is written (``1,204``)."""

    number: int
    text: str

    def __str__(self) -> str:
        return self.text


class Sentence(msgspec.Struct, frozen=True):
    """A text with ``{name}`` in the place of values.

    Attributes:
        language: BCP 47; its plural rule chooses among the forms.
        forms: by plural form; ``other`` alone where nothing is counted.
    """

    language: str
    forms: Mapping[str, str]

    def values(self) -> frozenset[str]:
        """The names of the values that it takes; ``count`` too where it only chooses the form."""
        names = frozenset(name for text in self.forms.values() for name in placeholders(text))
        return names | {COUNT} if len(self.forms) > 1 else names

    def written(self, values: Mapping[str, object]) -> str:
        """The text of the form that fits, with its values.

        Raises:
            KeyError: a value is missing.
        """
        form = self.forms["other"]
        if len(self.forms) > 1:
            form = self.forms.get(_plural_form(self.language, values[COUNT]), form)
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), form)


class Said(str):
    """A sentence of the program in English that knows how it came about.

    So what is found out where no report's language is known can be said in it later.
    """

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, object]

    def __new__(cls, words: "Words", key: str, **values: object) -> Self:
        """The sentence of a key in ``words``; tuples of texts are listed."""
        said = super().__new__(cls, words.say(key, **words.joined(values)))
        said.key, said.values = key, values
        return said


class Label(msgspec.Struct, frozen=True):
    """What people read in the place of a catalog's text.

    Attributes:
        standard: whether it is one of ours, which stands for our own catalog's text alone.
    """

    text: str
    standard: bool


LabelPath = tuple[str, ...]
"""Where a label stands: ``("metrics", "ANSWER_RATE", "label")``, ``("members", "DIRECTION",
"INBOUND")``."""
Labels = Mapping[LabelPath, Label]
ListStyle = Literal["standard", "or"]


class Words(msgspec.Struct, frozen=True):
    """The words of one language. Templates read a sentence without values as ``words.key``.

    Attributes:
        language: BCP 47, of the sentences: the report's, or English where there are none in it.
        sentences: by key.
        right_to_left: whether its script runs so. Then a value in another script is a text of its
            own in its sentence, so that what stands around it keeps its place.
    """

    language: str
    sentences: Mapping[str, Sentence]
    right_to_left: bool = False

    def __getitem__(self, key: str) -> str:
        """The sentence of a key that takes no values.

        Raises:
            KeyError: there is no such key, or it needs a value.
        """
        return self.say(key)

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its values filled in.

        ``count``, a whole number or a ``Count``, chooses the plural form.

        Raises:
            KeyError: there is no such key, or it needs a value that is not given.
        """
        if self.right_to_left:
            values = {name: _isolated(value) for name, value in values.items()}
        return self.sentences[key].written(values)

    def listed(self, texts: Iterable[str], style: ListStyle = "standard") -> str:
        """Texts as the language joins them: ``A, B and C``; with the style ``or``: ``A or B``."""
        from babel.lists import format_list  # noqa: PLC0415 - checks need no Babel

        return str(format_list(list(texts), style=style, locale=_babel_name(self.language)))

    def again(self, text: str) -> str:
        """A sentence of the program in these words; any other text as it is."""
        return self.say(text.key, **self.joined(text.values)) if isinstance(text, Said) else text

    def joined(self, values: Mapping[str, object]) -> dict[str, object]:
        """Values with tuples of texts listed."""
        return {n: self.listed(v) if isinstance(v, tuple) else v for n, v in values.items()}

    def row(self, texts: Iterable[str]) -> str:
        """Texts in a row, without a word between them: ``A, B, C``; empty where there are none."""
        parts = tuple(texts)
        return reduce(lambda a, b: self.say("row", first=a, next=b), parts) if parts else ""


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the values that a text takes, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def _isolated(value: object) -> object:
    """A value that has letters from left to right, between marks that hold it together."""
    if isinstance(value, str) and any(bidirectional(c) == "L" for c in value if c != "\u200e"):
        return f"\u2068{value}\u2069"
    return value


def _plural_form(language: str, value: object) -> str:
    from babel import Locale  # noqa: PLC0415 - checks need no Babel

    number = value.number if isinstance(value, Count) else value
    if not isinstance(number, int):
        raise TypeError(f"{COUNT} is a whole number, found {number!r}")
    return str(Locale.parse(_babel_name(language)).plural_form(number))


def _babel_name(language: str) -> str:
    return language.replace("-", "_")
