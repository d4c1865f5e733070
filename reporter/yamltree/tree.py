"""YAML text as plain data, with the place of every value.

Scalars are read by the core schema of YAML 1.2: ``on``, ``no``, ``12:30:00`` and ``2026-10-01``
are texts. What makes YAML surprising is a mistake here: repeated keys, tags, keys that are no
texts, several documents, merge keys, numbers that are not finite.
"""

import re
from collections.abc import Mapping
from math import isfinite
from pathlib import Path as FilePath
from typing import Final, NoReturn

import msgspec
import yaml

from reporter.diagnostics import Diagnostic, Location, Path
from reporter.yamltree.nodes import MAPPING, PLAIN, QUOTED, SEQUENCE, composed, too_deep

MAX_BYTES: Final = 2_000_000
"""No file of ours is larger; a larger one is some other file."""
MAX_VALUES: Final = 100_000
"""How many values a file may have with its aliases written out."""
MAX_DEPTH: Final = 50

Place = tuple[int, int]
"""Line and column, both from 1."""


class Tree(msgspec.Struct, frozen=True):
    """Plain data and where each part of it stands.

    Attributes:
        file: as the user named it.
        data: dicts, lists and scalars (YAML 1.2 core: ``on`` and ``no`` are texts).
        values: path to (line, column) of the value, both from 1.
        keys: path to (line, column) of the key in front of the value.
        origins: path to what stands in the file where ``data`` has something else there
            (``${env:NAME}``); such a value is never printed.
        literals: texts after ``|``, whose lines are lines of the file.
    """

    file: str
    data: object
    values: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    origins: Mapping[Path, str] = {}
    literals: frozenset[Path] = frozenset()

    def location(self, path: Path, *, of_key: bool = False) -> Location:
        """The place of a value (or of its key); of the nearest enclosing one where it is absent."""
        for length in range(len(path), -1, -1):
            part = path[:length]
            place = (self.keys.get(part) if of_key else None) or self.values.get(part)
            if place is not None:
                return Location(self.file, place[0], place[1], path)
        return Location(self.file, 1, 1, path)

    def line_within(self, path: Path, line: int) -> Location:
        """The place of a line of a text, from 1, where the text keeps its lines."""
        start = self.location(path)
        if path not in self.literals or start.line is None:
            return start
        return Location(self.file, start.line + line, 1, path)


def read(path: FilePath, name: str) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The tree of a file and what is wrong with it.

    The tree is None where there is nothing to go on with. A tree beside mistakes (a repeated
    key) is good for finding more of them, and for nothing else.

    Args:
        path: the file.
        name: how the user named it.
    """
    try:
        content = bounded(path)
    except OSError as error:
        return None, (_unreadable(name, error),)
    if len(content) > MAX_BYTES:
        return None, (_too_large(name),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(content, error, name),)
    return partial(text, name)


def bounded(path: FilePath) -> bytes:
    """The content of a file, or of one that is too large so much that it is seen to be.

    Devices and pipes have no size that could be asked for.
    """
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def parse(text: str, file: str) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The tree, or None and what is wrong with the text.

    Repeated keys, tags, several documents and alias bombs are mistakes.
    """
    tree, mistakes = partial(text, file)
    return (None if mistakes else tree), mistakes


def partial(text: str, file: str) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The tree as far as there is one, and all that is wrong with the text."""
    if too_deep(text):
        return None, (_problem("too-deep", "the values are nested too deeply", file, (1, 1)),)
    try:
        root = composed(text)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        from reporter.yamltree.syntax import explained  # noqa: PLC0415 - only for broken files

        return None, (explained(error, text, file),)
    builder = _Builder(file)
    try:
        data = builder.value(root, ()) if root is not None else None
    except _TooMuchError as error:
        return None, (*builder.mistakes, error.diagnostic)
    mistakes = tuple(builder.mistakes)
    if data is None and not mistakes:
        return None, (_problem("empty-file", "the file is empty", file, (1, 1)),)
    if any(mistake.code != "yaml-repeated-key" for mistake in mistakes):
        return None, mistakes  # what stands elsewhere may follow from it
    literals = frozenset(builder.literals)
    return Tree(file, data, builder.values, builder.keys, literals=literals), mistakes


class _TooMuchError(Exception):
    """The file cannot be expanded."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class _Builder:
    """Nodes into plain data; collects places and mistakes."""

    def __init__(self, file: str) -> None:
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.mistakes: list[Diagnostic] = []
        self.literals: list[Path] = []
        self._file = file
        self._count = 0
        self._open: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> object:
        """The data of a node."""
        self._check_size(node, path)
        self.values[path] = _place(node)
        if node.tag not in (PLAIN, QUOTED, MAPPING, SEQUENCE):
            self._mistake(
                "tag",
                f"the tag {_short_tag(node.tag)} is not allowed",
                node,
                path,
                hint="write the value without a tag; quotes make a text",
            )
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _check_size(self, node: yaml.Node, path: Path) -> None:
        self._count += 1
        if id(node) in self._open:
            self._stop("recursive-alias", "the alias stands inside its own value", node)
        if self._count > MAX_VALUES:
            self._stop(
                "too-many-values",
                f"the file has more than {MAX_VALUES} values with its aliases written out",
                node,
            )
        if len(path) > MAX_DEPTH:
            self._stop("too-deep", f"the values are nested more than {MAX_DEPTH} levels deep", node)

    def _stop(self, code: str, message: str, node: yaml.Node) -> NoReturn:
        raise _TooMuchError(_problem(code, message, self._file, _place(node)))

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> object:
        if node.style == "|":
            self.literals.append(path)
        if node.tag != PLAIN:
            return node.value
        try:
            return plain_scalar(node.value)
        except ValueError:
            self._mistake(
                "not-finite",
                f"{node.value[:20]} is no number that can be used",
                node,
                path,
                hint="a text stands in quotes",
            )
            return 0

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            inner = (*path, key)
            if key in data:
                self._repeated(key, key_node, inner)
                continue
            self.keys[inner] = _place(key_node)
            data[key] = self.value(value_node, inner)
        return data

    def _key(self, node: yaml.Node, path: Path) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._mistake(
                "key-not-text", "a key is a text, not a list or a mapping", node, path,
                hint="a value that begins with { or [ may need quotes",
            )  # fmt: skip
            return None
        key = self._scalar(node, path)
        if not isinstance(key, str):
            self._mistake(
                "key-not-text",
                f"the key {node.value or 'without text'} is no text",
                node,
                path,
                hint=f'put it in quotes: "{node.value}"',
            )
            return None
        if node.tag == PLAIN and key == "<<":
            self._mistake(
                "merge-key", "merge keys (<<) are not part of YAML 1.2", node, path,
                hint="repeat the keys, or use an alias as a whole value",
            )  # fmt: skip
            return None
        return key

    def _repeated(self, key: str, node: yaml.Node, path: Path) -> None:
        line, column = self.keys[path]
        self._mistake(
            "repeated-key",
            f"the key {key!r} stands here for the second time",
            node,
            path,
            hint=f"it stands first in line {line}, column {column}",
        )

    def _mistake(
        self, code: str, message: str, node: yaml.Node, path: Path, *, hint: str | None = None
    ) -> None:
        self.mistakes.append(_problem(code, message, self._file, _place(node), path, hint=hint))


_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MAX_DIGITS: Final = 300


def plain_scalar(text: str) -> str | float | bool | None:
    """The value of a scalar without quotes, by the core schema of YAML 1.2.

    Raises:
        ValueError: a number that is infinite, not a number, or absurdly long.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > _MAX_DIGITS:
            raise ValueError("too many digits")
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text[2:] if base != 10 else text, base)  # noqa: PLR2004 - ten is the usual base
    if _FLOAT.fullmatch(text):
        number = float(text)  # a ValueError of its own for .inf and .nan
        if not isfinite(number):
            raise ValueError("not finite")
        return number
    return text


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _problem(
    code: str, message: str, file: str, place: Place, path: Path = (), *, hint: str | None = None
) -> Diagnostic:
    return Diagnostic(f"yaml-{code}", message, Location(file, *place, path), hint=hint)


def _too_large(name: str) -> Diagnostic:
    return Diagnostic(
        "file-too-large",
        f"the file is larger than {MAX_BYTES // 1_000_000} MB",
        Location(name),
        hint="is it the right file?",
    )


def _unreadable(name: str, error: OSError) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        return Diagnostic("file-not-found", "there is no such file", Location(name))
    if isinstance(error, IsADirectoryError):
        return Diagnostic("not-a-file", "this is a folder, not a file", Location(name))
    reason = (error.strerror or type(error).__name__).lower()
    return Diagnostic("file-unreadable", f"the file cannot be read: {reason}", Location(name))


def _not_utf8(content: bytes, error: UnicodeDecodeError, name: str) -> Diagnostic:
    before = content[: error.start].decode("utf-8", "replace")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Diagnostic(
        "file-not-utf8",
        "the file is not UTF-8 text",
        Location(name, line, column),
        found=f"the byte 0x{content[error.start]:02x}",
        hint="save the file as UTF-8",
    )
