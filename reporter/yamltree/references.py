"""``${env:NAME}`` and ``${file:path}`` in the texts of a tree.

A replaced value may be a secret: its place is remembered, so that no message prints it.
"""

import re
from pathlib import Path as FilePath
from typing import Final

import msgspec

from reporter import environment
from reporter.diagnostics import Diagnostic, Path
from reporter.yamltree.tree import MAX_BYTES, Tree, bounded

_REFERENCE: Final = r"\$(\$\{)|\$\{(?:([A-Za-z]+):)?([^}]*)(\}?)"


def with_references(tree: Tree, folder: FilePath) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """The tree with references replaced, and those that could not be.

    Args:
        tree: as read.
        folder: what the paths of ``${file:...}`` are relative to.
    """
    resolver = _Resolver(tree, folder)
    data = resolver.value(tree.data, ())
    return (
        msgspec.structs.replace(tree, data=data, origins=resolver.origins),
        tuple(resolver.mistakes),
    )


def variables_in(tree: Tree) -> tuple[str, ...]:
    """The environment variables whose values stand in a tree now, in the order of the alphabet."""
    references = (
        found for text in tree.origins.values() for found in re.finditer(_REFERENCE, text)
    )
    return tuple(sorted({found[3] for found in references if found[2] == "env"}))


def without_values(diagnostic: Diagnostic, tree: Tree) -> Diagnostic:
    """The diagnostic with the reference where it speaks of a value that came from one."""
    path = diagnostic.location.path
    origin, value = tree.origins.get(path), tree.data
    if origin is None:
        return diagnostic
    for part in path:
        value = value[part]  # type: ignore[index]  # the path leads through lists and mappings

    def hidden(text: str) -> str:
        return text.replace(repr(value), repr(origin)).replace(str(value), origin)

    return msgspec.structs.replace(
        diagnostic,
        message=hidden(diagnostic.message),
        found=None if diagnostic.found is None else hidden(diagnostic.found),
        hint=None,  # a near name tells of the value
    )


class _Resolver:
    """One walk over one tree."""

    def __init__(self, tree: Tree, folder: FilePath) -> None:
        self.origins: dict[Path, str] = {}
        self.mistakes: list[Diagnostic] = []
        self._tree = tree
        self._folder = folder

    def value(self, data: object, path: Path) -> object:
        if isinstance(data, dict):
            return {key: self.value(part, (*path, key)) for key, part in data.items()}
        if isinstance(data, list):
            return [self.value(part, (*path, i)) for i, part in enumerate(data)]
        if isinstance(data, str) and "${" in data:
            return self._text(data, path)
        return data

    def _text(self, text: str, path: Path) -> str:
        def replaced(found: re.Match[str]) -> str:
            if found[1]:
                return found[1]
            self.origins[path] = text
            return self._resolved(found, path)

        return re.sub(_REFERENCE, replaced, text)

    def _resolved(self, found: re.Match[str], path: Path) -> str:
        kind, name, end = found[2], found[3], found[4]
        if not end or not name:
            return self._mistake(found[0], path, "bad-reference", "the reference is not complete")
        match kind:
            case "env":
                value = environment.variable(name)
                if value is None:
                    return self._mistake(
                        found[0], path, "missing-variable",
                        f"the environment variable {name} is not set",
                    )  # fmt: skip
                return value
            case "file":
                return self._content(found[0], name, path)
            case _:
                return self._mistake(
                    found[0], path, "bad-reference", "there is no such kind of reference"
                )

    def _content(self, reference: str, name: str, path: Path) -> str:
        file = self._folder / name
        try:
            content = bounded(file)
            if len(content) > MAX_BYTES:
                return self._mistake(
                    reference, path, "bad-reference", f"the file {name} is too large"
                )
            return content.decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            return self._mistake(
                reference, path, "missing-file", f"the file {name} cannot be read: {reason}"
            )

    def _mistake(self, reference: str, path: Path, code: str, message: str) -> str:
        self.mistakes.append(
            Diagnostic(
                code,
                message,
                self._tree.location(path),
                expected="${env:NAME} or ${file:path}; $${ for the signs themselves",
                found=reference,
            )
        )
        return reference
