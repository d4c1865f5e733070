"""One mistake in a catalog file, not yet located; and the mistakes that every part can have."""

from collections.abc import Iterable, Iterator

import msgspec

from reporter.diagnostics import Path, nearest


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake.

    Attributes:
        code: as in a diagnostic; so are message, expected, found and hint.
        path: where in the file.
        of_key: whether the key there is wrong rather than its value.
    """

    code: str
    path: Path
    message: str
    of_key: bool = False
    expected: str | None = None
    found: str | None = None
    hint: str | None = None


def unknown(thing: str, name: str, known: Iterable[str], path: Path) -> Problem:
    """A reference to something that there is not."""
    near = nearest(name, known)
    return Problem(
        code=f"unknown-{thing}",
        path=path,
        message=f"there is no {thing} {name!r}",
        expected=f"a {thing} of this catalog",
        found=name,
        hint=f"did you mean {near!r}?" if near else None,
    )


def taken(name: str, names: set[str], path: Path) -> Iterator[Problem]:
    """A name that something else has; the name then belongs to ``names``."""
    if name in names:
        yield Problem(
            code="name-taken",
            path=path,
            of_key=isinstance(path[-1], str),
            message=f"the name {name} is taken",
            expected="a name of its own",
            found=name,
        )
    names.add(name)


def exactly_one(entry: msgspec.Struct, keys: tuple[str, ...], path: Path) -> Iterator[Problem]:
    """None or several of keys that exclude each other."""
    given = [key for key in keys if getattr(entry, key) not in (None, False)]
    if len(given) != 1:
        yield Problem(
            code="exactly-one",
            path=path,
            of_key=True,
            message=f"{path[-1]} is defined {'more than once' if given else 'by nothing'}",
            expected=f"exactly one of {', '.join(keys)}" if len(keys) > 1 else keys[0],
            found=", ".join(given) or "none",
        )


def left_out(
    entry: msgspec.Struct, keys: tuple[str, ...], path: Path, because: str
) -> Iterator[Problem]:
    """Keys that mean nothing here."""
    for key in keys:
        if getattr(entry, key):
            yield Problem(
                code="key-without-meaning",
                path=(*path, key),
                of_key=True,
                message=f"{key} means nothing here: {because}",
                expected=f"no {key}",
            )
