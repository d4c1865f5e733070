"""Every word of a report that comes neither from its spec nor from its data, by language."""

from reporter.words.load import load_words
from reporter.words.model import Words

__all__ = ["Words", "load_words"]
