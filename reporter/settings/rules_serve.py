"""What must hold for our own Metrics API. One function per rule."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from reporter.diagnostics import Diagnostic, Location, Path, Severity
from reporter.settings.callback_urls import beginning
from reporter.settings.calls import CallsSource
from reporter.settings.model import ProjectFile
from reporter.settings.serve import ServedApi
from reporter.yamltree import Tree

_API: Final[Path] = ("serve", "metricsApi")


def serve_mistakes(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Everything that is wrong with what the project serves."""
    served = file.serve.metrics_api
    if served is not None:
        for rule in _RULES:
            yield from rule(served, file, tree)


def _callers(served: ServedApi, _file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Somebody may ask."""
    if not served.keys and not served.users:
        yield Diagnostic(
            "no-callers",
            "nobody may ask the Metrics API",
            tree.location(_API, of_key=True),
            expected="at least one entry under keys or users",
        )


def _callbacks(served: ServedApi, _file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Results may go somewhere, and it is clear where."""
    if not served.callbacks:
        yield Diagnostic(
            "no-callbacks",
            "results may be sent nowhere",
            tree.location(_API, of_key=True),
            expected="at least one beginning of a URL under callbacks",
        )
    for index, text in enumerate(served.callbacks):
        try:
            beginning(text)
        except ValueError as error:
            yield Diagnostic(
                "wrong-callback",
                f"the beginning of callback URLs {error}",
                _unquoted((*_API, "callbacks", index), tree)
                if "@" in text
                else tree.location((*_API, "callbacks", index)),
                expected="one like https://reports.example.com/ or https://*.example.org/hooks/",
                found=None if "@" in text else text,
            )


def _credentials(served: ServedApi, _file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Everybody has credentials of their own, and none are empty."""
    keys = [one.key for one in served.keys]
    yield from _distinct("keys", "key", keys, tree)
    yield from _distinct("users", "username", [one.username for one in served.users], tree)
    for kind, field, secrets in (
        ("keys", "key", keys),
        ("users", "password", [one.password for one in served.users]),
    ):
        for index, secret in enumerate(secrets):
            if not secret or secret != secret.strip():
                yield Diagnostic(
                    "empty-secret",
                    f"the {field} is empty, or begins or ends with a space",
                    _unquoted((*_API, kind, index), tree),
                    expected="a text without spaces around it",
                )


def _distinct(kind: str, field: str, values: Sequence[str], tree: Tree) -> Iterator[Diagnostic]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Diagnostic(
                "credentials-twice",
                f"the {field} is the same as that of {kind}[{values.index(value)}]",
                _unquoted((*_API, kind, index), tree),
                expected=f"each {field} once",
            )


def _vocabulary(served: ServedApi, file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """The API speaks of calls, in the words of the built-in catalog and its extensions."""
    source = file.sources.get(served.source)
    if isinstance(source, CallsSource) and source.catalog is not None:
        yield Diagnostic(
            "served-catalog",
            f"the API knows calls only, and the source {served.source} has a catalog of its own",
            tree.location((*_API, "source")),
            expected="a source without `catalog`",
        )


def _accounts(served: ServedApi, file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Who is confined to an account may want to see those below it."""
    source = file.sources.get(served.source)
    accounts = [*(one.account for one in served.keys), *(one.account for one in served.users)]
    confined = any(account is not None for account in accounts)
    if isinstance(source, CallsSource) and source.accounts is None and confined:
        yield Diagnostic(
            "no-accounts-file",
            f"the source {served.source} does not say which accounts stand below others:"
            " callers see their own account alone",
            tree.location((*_API, "source")),
            severity=Severity.WARNING,
            expected=f"`accounts` at the source {served.source}",
        )


def _unquoted(path: Path, tree: Tree) -> Location:
    """The place without its column: no line is shown that may have a secret in it."""
    return msgspec.structs.replace(tree.location(path), column=None)


_RULES: Final[tuple[Callable[[ServedApi, ProjectFile, Tree], Iterator[Diagnostic]], ...]] = (
    _callers,
    _callbacks,
    _credentials,
    _vocabulary,
    _accounts,
)
