"""The last sheet: where the numbers come from and what they mean."""

from reporter.output.excel.book import Book
from reporter.output.excel.cover import Lines, facts
from reporter.output.excel.sheet import Sheet


def fill_about(book: Book, sheet: Sheet) -> None:
    """Source, interval, filters, spec, rejected records, and the meaning of every metric."""
    said, words = book.document.provenance, book.words
    lines = Lines(book, sheet)
    lines.wide(words.say("about"), book.body.but(size=14, bold=True), room=6)
    lines.space(8)
    origin = (
        (words.say("timezone"), said.timezone),
        (words.say("source"), said.source),
        (words.say("report"), said.report),
        (words.say("spec_commit"), said.spec_commit or words.say("not_in_version_control")),
        (words.say("rejected"), f"{said.rejected}"),
        (words.say("generated_by"), f"Reporter {said.version}"),
    )
    for label, value in (*facts(said, words), *origin):
        lines.pair(label, value)
    if said.definitions:
        lines.heading(words.say("definitions"))
        for definition in said.definitions:
            meaning = "\n".join(
                part for part in (definition.description, definition.formula) if part
            )
            lines.pair(f"{definition.label}\n{definition.name}", meaning)
    if said.rejected_examples:
        lines.heading(words.say("rejected_examples"))
        for place, reason in said.rejected_examples:
            lines.pair(place, reason)
