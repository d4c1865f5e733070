"""Every word of a report that comes neither from its spec nor from its data, by language."""

from reporter.words.file import WordsFile
from reporter.words.load import known_sentences, load_labels, load_words, project_words, said
from reporter.words.model import Count, Label, LabelPath, Labels, Sentence, Words

__all__ = [
    "Count",
    "Label",
    "LabelPath",
    "Labels",
    "Sentence",
    "Words",
    "WordsFile",
    "known_sentences",
    "load_labels",
    "load_words",
    "project_words",
    "said",
]
