"""What the YAML parser cannot read, in words and with what to do about it."""

import unicodedata
from typing import Final

import yaml

from reporter.diagnostics import Diagnostic, Location

_TAB: Final = ("a tab stands where spaces are expected", "indent with spaces")
_QUOTES: Final = "put the value in quotes"

_UNCLOSED: Final = "found unexpected end of stream"
_NO_VALUE: Final = "did not find expected node content"
_END: Final = "end"
_DOCUMENT: Final = "but found another document"

_WORDS: Final = {
    "mapping values are not allowed in this context": (
        "a second ': ' stands in one line, or the line is indented too far",
        "put a value that contains ': ' in quotes, or align the key with its neighbours",
    ),
    "block sequence entries are not allowed in this context": (
        "a list item ('- ') stands where none can",
        "begin the list in a line of its own below the key",
    ),
    "did not find expected ',' or ']'": ("a list is not closed", "close it with ]"),
    "did not find expected ',' or '}'": (
        "a mapping in braces is not closed, or a comma is missing in it",
        "separate keys with commas and close with }",
    ),
    "did not find expected key": (
        "the line does not fit its neighbours",
        "align it with the keys above, or indent it under one of them",
    ),
    "did not find expected '-' indicator": (
        "a key stands among list items",
        "indent it under an item, or begin it at the column of the list's own key",
    ),
    _END: ("the file ends where a value is expected", "close the brackets"),
    _NO_VALUE: (
        "a value is missing or a bracket stands where none can",
        _QUOTES,
    ),
    _UNCLOSED: ("a quoted text is not closed", "close the quotes"),
    "found unknown escape character": (
        "there is no such escape in a text in double quotes",
        "write the backslash twice, or use single quotes",
    ),
    "found undefined alias": (
        "the alias has no anchor before it",
        "put a text that begins with * in quotes",
    ),
    _DOCUMENT: (
        "the file holds more than one document",
        "one file holds one; take out the line ---",
    ),
    "could not find expected ':'": (
        "the line is neither a key nor a value",
        "write 'key: value', and put a long text in quotes or after |",
    ),
    "found character that cannot start any token": (
        "a value cannot begin with this sign",
        _QUOTES,
    ),
    "found duplicate anchor": ("the anchor stands twice", "give it another name"),
}


def explained(
    error: yaml.MarkedYAMLError | yaml.reader.ReaderError, text: str, file: str
) -> Diagnostic:
    """The parser's complaint as a diagnostic."""
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(text, file)
    problem = error.problem or error.context or "this is no YAML"
    began, mark = error.context_mark, error.problem_mark or error.context_mark
    if problem == _UNCLOSED:
        mark = began  # the end of the file is no place to look at
    line, column = _inside(text, mark.line + 1, mark.column + 1) if mark else (1, 1)
    if mark is not None and line <= mark.line and problem == _NO_VALUE:
        problem = _END
    message, hint = _in_words(problem, text, line)
    if began is not None and began.line + 1 < line and problem not in (_UNCLOSED, _DOCUMENT):
        message += f" (it begins in line {began.line + 1})"
    return Diagnostic("yaml-syntax", message, Location(file, line, column), hint=hint)


def _in_words(problem: str, text: str, line: int) -> tuple[str, str | None]:
    lines = text.splitlines()
    content = lines[line - 1] if line <= len(lines) else ""
    indent = content[: len(content) - len(content.lstrip())]
    if "\t" in indent:
        return _TAB
    return _WORDS.get(problem, (f"this is no YAML: {problem}", None))


def _inside(text: str, line: int, column: int) -> tuple[int, int]:
    """The place, moved back from behind the end of the text to its last line."""
    lines = text.rstrip().splitlines() or [""]
    if line > len(lines):
        return len(lines), len(lines[-1]) + 1
    return line, column


def _unprintable(text: str, file: str) -> Diagnostic:
    position = next((i for i, sign in enumerate(text) if _forbidden(sign)), 0)
    before = text[:position]
    return Diagnostic(
        "yaml-control-character",
        "the text contains a control character",
        Location(file, before.count("\n") + 1, position - before.rfind("\n")),
        found=f"U+{ord(text[position]):04X}",
        hint="take it out, or write it as an escape in double quotes",
    )


def _forbidden(sign: str) -> bool:
    """Whether YAML allows the character nowhere."""
    if sign in "\t\n\r\x85":
        return False
    return unicodedata.category(sign) in ("Cc", "Cs") or sign in "\ufffe\uffff"
