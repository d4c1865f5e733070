"""What must hold for channels, and for who is told when something fails. One function per rule."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from reporter.dates import duration
from reporter.diagnostics import Diagnostic, Location, Path, Severity, nearest
from reporter.settings.addresses import EXPECTED_URL, flaw_of_url, is_unprotected
from reporter.settings.channels import FolderChannel, SlackChannel, WebhookChannel
from reporter.settings.mailbox import mailbox
from reporter.settings.model import ProjectFile
from reporter.settings.signing import signing_key
from reporter.yamltree import Tree

_SECRET_OPTIONS: Final = frozenset({"passphrase", "password", "secret", "token"})


def channel_mistakes(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Everything that is wrong with the channels and with who is told."""
    for rule in _RULES:
        yield from rule(file, tree)


def _folders(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """A folder is a path, or a URL that can be written to; who may do so stands under options."""
    for name, channel in file.channels.items():
        if not isinstance(channel, FolderChannel):
            continue
        flaw = _flaw_of_folder(channel.url)
        if flaw is not None:
            yield Diagnostic(
                "wrong-folder",
                f"the url of a folder: {flaw}",
                _unquoted(("channels", name, "url"), tree),
                expected="a folder like published, or a URL like s3://bucket/reports"
                " or sftp://host/reports",
            )


def _flaw_of_folder(url: str) -> str | None:
    scheme, colon, rest = url.partition("://")
    if not colon:
        return None if url.strip() else "it is empty"
    if "::" in url:
        return "it is a chain of several"
    if scheme in ("http", "https"):
        return "nothing can be written over HTTP"
    if "@" in rest.partition("/")[0]:
        return "it holds credentials, which belong under options"
    return None if rest.strip("/") else "it names no folder"


def _public_urls(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Readers reach a folder by a URL that they can open."""
    for name, channel in file.channels.items():
        if not isinstance(channel, FolderChannel) or channel.public_url is None:
            continue
        flaw = flaw_of_url(channel.public_url, with_path=True)
        if flaw is not None:
            path = ("channels", name, "publicUrl")
            yield Diagnostic(
                "wrong-url",
                f"publicUrl: {flaw}",
                _unquoted(path, tree),
                expected=EXPECTED_URL,
            )


def _addresses(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Messages go to a URL, encrypted. It may be secret, so it is not shown."""
    for name, channel in file.channels.items():
        if not isinstance(channel, WebhookChannel | SlackChannel):
            continue
        place = _unquoted(("channels", name, "url"), tree)
        server, _, _ = channel.url.partition("?")  # a token may stand there
        flaw = flaw_of_url(server, with_path=True)
        if flaw is not None:
            yield Diagnostic("wrong-url", f"the url: {flaw}", place, expected=EXPECTED_URL)
        elif is_unprotected(server):
            yield Diagnostic(
                "unprotected-url",
                "over http:// everybody on the way can read messages",
                place,
                severity=Severity.WARNING,
                expected="https://",
            )


def _secrets(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """A secret that signs is in the form that receivers know."""
    for name, channel in file.channels.items():
        if isinstance(channel, WebhookChannel) and channel.secret is not None:
            try:
                signing_key(channel.secret)
            except ValueError as error:
                yield Diagnostic(
                    "wrong-secret",
                    f"the secret cannot sign: {error}",
                    _unquoted(("channels", name, "secret"), tree),
                    expected="whsec_ and the base64 of 24 to 64 random bytes",
                    hint='make one:  echo "whsec_$(openssl rand -base64 32)"',
                )


def _plain_secrets(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Secrets stand elsewhere. Whoever knows a chat's address can write to the chat."""
    for name, channel in file.channels.items():
        match channel:
            case FolderChannel(options=options):
                keys: list[tuple[str, ...]] = [
                    ("options", key) for key in options if key in _SECRET_OPTIONS
                ]
            case WebhookChannel(secret=secret):
                keys = [] if secret is None else [("secret",)]
            case SlackChannel():
                keys = [("url",)]
        for key in keys:
            path: Path = ("channels", name, *key)
            if path not in tree.origins:
                yield Diagnostic(
                    "plain-secret",
                    f"the {path[-1]} stands in the file itself",
                    _unquoted(path, tree),
                    severity=Severity.WARNING,
                    expected="a reference: ${env:NAME} or ${file:path}",
                    hint="whoever reads the repository reads it too: change it when you have"
                    " moved it",
                )


def _timeouts(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """An answer takes time."""
    for name, channel in file.channels.items():
        if not isinstance(channel, FolderChannel) and not duration(channel.timeout):
            yield Diagnostic(
                "no-time",
                "no answer comes in no time",
                _unquoted(("channels", name, "timeout"), tree),
                expected="a length of time such as 30s",
            )


def _told(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Who is told can be reached: by the mail server, by a webhook or a chat of the file."""
    talking = tuple(n for n, c in file.channels.items() if not isinstance(c, FolderChannel))
    for index, name in enumerate(file.notify.channels):
        path: Path = ("notify", "channels", index)
        if name not in file.channels:
            near = nearest(name, talking)
            yield Diagnostic(
                "unknown-channel",
                f"there is no channel {name!r}",
                tree.location(path),
                expected=_one_of(talking),
                hint=f"did you mean {near!r}?" if near else None,
            )
        elif name not in talking:
            yield Diagnostic(
                "notified-folder",
                f"{name} is a folder, which tells nobody",
                tree.location(path),
                expected=_one_of(talking),
            )
    for index, text in enumerate(file.notify.email):
        try:
            mailbox(text)
        except ValueError:
            yield Diagnostic(
                "wrong-address",
                f"{text!r} is no mail address",
                tree.location(("notify", "email", index)),
                expected="name@example.com",
            )
    if file.notify.email and file.mail is None:
        yield Diagnostic(
            "no-mail-server",
            "mail is to be sent, and there is no server for it",
            tree.location(("notify", "email"), of_key=True),
            expected="mail: {host: smtp.example.com, from: reports@example.com}",
        )


def _one_of(names: tuple[str, ...]) -> str:
    return f"one of {', '.join(names)}" if names else "a channel of type webhook or slack"


def _unquoted(path: Path, tree: Tree) -> Location:
    """The place without its column: no line is shown that may have a secret in it."""
    return msgspec.structs.replace(tree.location(path), column=None)


_RULES: Final[tuple[Callable[[ProjectFile, Tree], Iterator[Diagnostic]], ...]] = (
    _folders,
    _public_urls,
    _addresses,
    _secrets,
    _plain_secrets,
    _timeouts,
    _told,
)
