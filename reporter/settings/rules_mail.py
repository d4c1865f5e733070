"""What must hold for the mail server. One function per rule."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Final

from reporter.dates import duration
from reporter.diagnostics import Diagnostic, Path, Severity
from reporter.settings.addresses import is_this_machine
from reporter.settings.mail import Mail
from reporter.settings.mailbox import mailbox
from reporter.settings.model import ProjectFile
from reporter.yamltree import Tree

_MAIL: Final[Path] = ("mail",)
_SHORTEST: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(minutes=5)
_PEM: Final = b"-----BEGIN CERTIFICATE-----"
_NO_HOST: Final = frozenset("/@[]")


def mail_mistakes(file: ProjectFile, tree: Tree, folder: FilePath) -> Iterator[Diagnostic]:
    """Everything that is wrong with the mail server of a project file.

    Args:
        file: its structure is right.
        tree: where everything in it stands.
        folder: the project's.
    """
    if file.mail is not None:
        for rule in _RULES:
            yield from rule(file.mail, tree, folder)


def _sender(mail: Mail, tree: Tree, _folder: FilePath) -> Iterator[Diagnostic]:
    """Mails come from one address."""
    try:
        mailbox(mail.from_)
    except ValueError:
        yield Diagnostic(
            "wrong-sender",
            f"{mail.from_!r} is no mail address",
            tree.location((*_MAIL, "from")),
            expected="reports@example.com, or Reports <reports@example.com>",
        )


def _host(mail: Mail, tree: Tree, _folder: FilePath) -> Iterator[Diagnostic]:
    """A host is a name, or an IP address; its port stands apart."""
    name, colon, port = mail.host.rpartition(":")
    if colon and ":" not in name and port.isdecimal():
        yield Diagnostic(
            "wrong-host",
            f"the host {mail.host!r} has its port in it",
            tree.location((*_MAIL, "host")),
            expected=f"host: {name}, port: {port}",
        )
    elif not _can_be_host(mail.host):
        yield Diagnostic(
            "wrong-host",
            f"{mail.host!r} is no host",
            tree.location((*_MAIL, "host")),
            expected="a name such as smtp.example.com",
        )


def _can_be_host(text: str) -> bool:
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return not any(sign.isspace() or not sign.isprintable() or sign in _NO_HOST for sign in text)


def _credentials(mail: Mail, tree: Tree, _folder: FilePath) -> Iterator[Diagnostic]:
    """A user name and a password go together, and not unencrypted."""
    if (mail.username is None) != (mail.password is None):
        has, lacks = "username", "password"
        if mail.username is None:
            has, lacks = lacks, has
        yield Diagnostic(
            "half-credentials",
            f"there is a {has}, but no {lacks}",
            tree.location((*_MAIL, has), of_key=True),
            expected="both username and password, or neither",
        )
    elif mail.username is not None and mail.security == "none" and not is_this_machine(mail.host):
        yield Diagnostic(
            "unprotected-password",
            f"the password would go to {mail.host} unencrypted",
            tree.location((*_MAIL, "security")),
            expected="security: starttls, or tls",
        )


def _port(mail: Mail, tree: Tree, _folder: FilePath) -> Iterator[Diagnostic]:
    """At the usual ports encryption begins as it usually does."""
    usual = {465: "tls", 587: "starttls"}.get(mail.port or 0)
    if usual is not None and mail.security not in {usual, "none"}:
        yield Diagnostic(
            "unusual-port",
            f"servers rarely speak {mail.security} at port {mail.port}",
            tree.location((*_MAIL, "port")),
            severity=Severity.WARNING,
            hint=f"write security: {usual}, or leave the port out",
        )


def _ca_file(mail: Mail, tree: Tree, folder: FilePath) -> Iterator[Diagnostic]:
    """Certificates to trust are there."""
    if mail.ca_file is None:
        return
    place = tree.location((*_MAIL, "caFile"))
    try:
        content = (folder / mail.ca_file).read_bytes()
    except OSError as error:
        yield Diagnostic(
            "no-certificates",
            f"{mail.ca_file} cannot be read: {error.strerror}",
            place,
            expected="a file of certificates, relative to the project file",
        )
        return
    if _PEM not in content:
        yield Diagnostic(
            "no-certificates",
            f"there are no certificates in {mail.ca_file}",
            place,
            expected=f"PEM, which begins with {_PEM.decode()}",
        )


def _timeout(mail: Mail, tree: Tree, _folder: FilePath) -> Iterator[Diagnostic]:
    """The server has time to answer, and a delivery ends."""
    if not _SHORTEST <= duration(mail.timeout) <= _LONGEST:
        yield Diagnostic(
            "wrong-timeout",
            f"an answer cannot take {mail.timeout}",
            tree.location((*_MAIL, "timeout")),
            expected="from 1s to 5m",
        )


_RULES: Final[tuple[Callable[[Mail, Tree, FilePath], Iterator[Diagnostic]], ...]] = (
    _sender,
    _host,
    _credentials,
    _port,
    _ca_file,
    _timeout,
)
