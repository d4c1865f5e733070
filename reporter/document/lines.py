"""One-line texts of a spec beside the document: subjects, folders, chat messages."""

from reporter.document.frame import frame_of
from reporter.document.text import TextWriter
from reporter.spec.edition import Edition
from reporter.words import Words


def line(text: str, edition: Edition, words: Words, *, title: str, place: str) -> str:
    """A text with its values filled in, in one line.

    Args:
        text: Jinja, with what titles may use, and ``title`` itself.
        edition: what the values are of.
        words: of the report's language.
        title: the document's.
        place: where the text stands in the spec (``delivery[0].subject``).

    Raises:
        UserError: it cannot be filled in; names the place.
    """
    written = TextWriter(frame=frame_of(edition, words), title=title).plain(text, place)
    return " ".join(written.split())
