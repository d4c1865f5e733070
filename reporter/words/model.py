"""Sentences by key, with placeholders and plural forms."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class Words(msgspec.Struct, frozen=True):
    """The words of one language.

    Attributes:
        language: BCP 47.
        sentences: by key; ``{name}`` stands for a value.
    """

    language: str
    sentences: Mapping[str, str]

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its values filled in.

        Raises:
            KeyError: there is no such key, or it needs a value that is not given.
        """
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), self.sentences[key])
