"""What a source of type ``metrics_api`` and the server must fulfil. One function per rule."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import msgspec

from reporter.diagnostics import Diagnostic, Location, Path, Severity
from reporter.settings.addresses import (
    EXPECTED_ADDRESS,
    EXPECTED_URL,
    flaw_of_address,
    flaw_of_url,
    is_unprotected,
    may_hold_credentials,
)
from reporter.settings.metrics_api import (
    ApiKeyAuth,
    BasicAuth,
    Callback,
    MetricsApiSource,
    OAuth2,
    TokenAuth,
)
from reporter.settings.model import ProjectFile
from reporter.yamltree import Tree

_WAYS: Final = "listen and publicUrl, or relay and secret"


def api_mistakes(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Everything that is wrong with the project's Metrics APIs, and with its own."""
    for name, source in file.sources.items():
        if isinstance(source, MetricsApiSource):
            for rule in _RULES:
                yield from rule(("sources", name), source, tree)
    yield from _serve(file, tree)


def _base_url(path: Path, source: MetricsApiSource, tree: Tree) -> Iterator[Diagnostic]:
    """The API is a server, not a page of it."""
    yield from _url((*path, "baseUrl"), source.base_url, tree, with_path=False)


def _token_url(path: Path, source: MetricsApiSource, tree: Tree) -> Iterator[Diagnostic]:
    """Tokens come from a server."""
    if isinstance(source.auth, OAuth2) and source.auth.token_url is not None:
        yield from _url((*path, "auth", "tokenUrl"), source.auth.token_url, tree, with_path=True)


def _way_back(path: Path, source: MetricsApiSource, tree: Tree) -> Iterator[Diagnostic]:
    """Results reach us by a listener or by a relay, and by one of them only."""
    callback = source.callback
    place = (*path, "callback")
    own = {"listen": callback.listen, "publicUrl": callback.public_url}
    relayed = {"relay": callback.relay, "secret": callback.secret}
    given = [key for key, value in (own | relayed).items() if value is not None]
    if any(key in given for key in own) and any(key in given for key in relayed):
        yield Diagnostic(
            "two-ways-back",
            "results come back by a listener or by a relay, not by both",
            tree.location(place, of_key=True),
            expected=_WAYS,
            found=", ".join(given),
        )
        return
    wanted = relayed if any(key in given for key in relayed) else own
    missing = [key for key in wanted if key not in given]
    if missing:
        yield Diagnostic(
            "no-way-back",
            f"nothing says how results come back: there is no {' and no '.join(missing)}",
            tree.location(place, of_key=True),
            expected=_WAYS,
            found=", ".join(given) or "neither",
        )


def _callback_addresses(path: Path, source: MetricsApiSource, tree: Tree) -> Iterator[Diagnostic]:
    """A listener has an address and a URL, a relay a URL."""
    callback: Callback = source.callback
    if callback.listen is not None:
        yield from _address((*path, "callback", "listen"), callback.listen, tree)
    for key, url in (("publicUrl", callback.public_url), ("relay", callback.relay)):
        if url is not None:
            yield from _url((*path, "callback", key), url, tree, with_path=True)


def _data_since(path: Path, source: MetricsApiSource, tree: Tree) -> Iterator[Diagnostic]:
    """Data begins on a day."""
    try:
        date.fromisoformat(source.data_since)
        valid = len(source.data_since) == len("2025-05-15")
    except ValueError:
        valid = False
    if not valid:
        yield Diagnostic(
            "wrong-day",
            f"{source.data_since!r} is no day",
            tree.location((*path, "dataSince")),
            expected="a day such as 2025-05-15",
        )


def _secrets(path: Path, source: MetricsApiSource, tree: Tree) -> Iterator[Diagnostic]:
    """Secrets stand elsewhere, and the file refers to them."""
    match source.auth:
        case ApiKeyAuth():
            key = "key"
        case BasicAuth():
            key = "password"
        case TokenAuth():
            key = "token"
        case OAuth2():
            key = "clientSecret"
    yield from _secret((*path, "auth", key), tree)
    if source.callback.secret is not None:
        place = (*path, "callback", "secret")
        yield from _secret(place, tree)
        yield from _relay_secret(place, source.callback.secret, tree)


_RULES: Final[tuple[Callable[[Path, MetricsApiSource, Tree], Iterator[Diagnostic]], ...]] = (
    _base_url,
    _token_url,
    _way_back,
    _callback_addresses,
    _data_since,
    _secrets,
)


def _serve(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """The server has an address, and answers for call records of the project."""
    serve = file.serve
    yield from _address(("serve", "listen"), serve.listen, tree)
    if serve.public_url is not None:
        yield from _url(("serve", "publicUrl"), serve.public_url, tree, with_path=True)
    if serve.relay_secret is not None:
        yield from _secret(("serve", "relaySecret"), tree)
        yield from _relay_secret(("serve", "relaySecret"), serve.relay_secret, tree)
    for kind, key in (("keys", "key"), ("users", "password")):
        entries = getattr(serve.metrics_api, kind) if serve.metrics_api is not None else ()
        for index in range(len(entries)):
            yield from _secret(("serve", "metricsApi", kind, index, key), tree)


def _url(path: Path, url: str, tree: Tree, *, with_path: bool) -> Iterator[Diagnostic]:
    flaw = flaw_of_url(url, with_path=with_path)
    if flaw is not None:
        secret = may_hold_credentials(url)
        yield Diagnostic(
            "wrong-url",
            f"{path[-1]} is not the URL of a server: {flaw}",
            _unquoted(tree.location(path)) if secret else tree.location(path),
            expected=EXPECTED_URL,
            found=None if secret else url,
        )
    elif is_unprotected(url):
        yield Diagnostic(
            "unprotected-url",
            "over http:// everybody on the way can read secrets and results",
            tree.location(path),
            severity=Severity.WARNING,
            expected="https://",
            found=url,
        )


def _address(path: Path, text: str, tree: Tree) -> Iterator[Diagnostic]:
    flaw = flaw_of_address(text)
    if flaw is not None:
        yield Diagnostic(
            "wrong-address",
            f"nobody can listen there: {flaw}",
            tree.location(path),
            expected=EXPECTED_ADDRESS,
            found=text,
        )


def _secret(path: Path, tree: Tree) -> Iterator[Diagnostic]:
    if path not in tree.origins:
        yield Diagnostic(
            "plain-secret",
            f"the {path[-1]} stands in the file itself",
            _unquoted(tree.location(path)),
            severity=Severity.WARNING,
            expected="a reference: ${env:NAME} or ${file:path}",
            hint="whoever reads the repository reads it too: change it when you have moved it",
        )


def _relay_secret(path: Path, secret: str, tree: Tree) -> Iterator[Diagnostic]:
    """It travels in a header. An empty one would open the relay to everybody."""
    sendable = secret.isascii() and secret.isprintable() and secret == secret.strip()
    if not secret or not sendable:
        yield Diagnostic(
            "wrong-secret",
            f"the {path[-1]} is empty, or cannot be sent as it is",
            _unquoted(tree.location(path)),
            expected="letters, digits and signs of ASCII, without spaces around them",
            hint="is there a line break or a space too much in the file or variable?",
        )


def _unquoted(location: Location) -> Location:
    """The place without its column: no line is shown that has a secret in it."""
    return msgspec.structs.replace(location, column=None)
