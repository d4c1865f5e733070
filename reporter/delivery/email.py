"""Mail by SMTP, so that it is always known how far a message has come.

A server takes a message when it answers the final dot. Whatever fails before the dot was sent has
delivered nothing; once it is sent, only the answer tells. That is why the end of the message is
sent here by hand: ``smtplib`` sends body and dot together.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from reporter.dates import duration
from reporter.delivery.base import Handover, Letter, NotTaken, Parcel, Receipt, Uncertain
from reporter.delivery.message import MEGABYTE, Message, message
from reporter.settings import Mail

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_LINE_OF_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class EmailChannel:
    """The project's mail server. One connection takes many messages.

    Args:
        settings: of the server.
        folder: the project's, which ``caFile`` is relative to.
    """

    repeatable = False

    def __init__(self, settings: Mail, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._timeout = duration(settings.timeout).total_seconds()
        self._server: smtplib.SMTP | None = None

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        """Hand over one mail.

        Raises:
            NotTaken: nobody has received it.
            Uncertain: the connection broke after the whole message had been sent.
        """
        if not isinstance(parcel, Letter):
            raise NotTaken("this is no mail", retry=False)
        server, mail = self._addressed(parcel, handover)
        try:
            with _explained("before the message"):
                handover.begin()
                _command(server, "DATA", "", accepted=(354,))
            receipt = _sent(server, mail.content)
        except BaseException:
            self._drop()  # in the middle of a message a connection is of no use any more
            raise
        if mail.left_out:
            return Receipt(f"{receipt.text}; without {', '.join(mail.left_out)}: too large")
        return receipt

    def close(self) -> None:
        """Take leave of the server."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _addressed(self, letter: Letter, handover: Handover) -> tuple[smtplib.SMTP, Message]:
        """A server that has accepted sender and recipients, and what it will be given.

        A connection that has been idle may be dead: then a new one is made. Nothing has been
        handed over so far.
        """
        if self._server is not None:
            with suppress(NotTaken):
                return self._introduced(self._server, letter, handover)
            self._drop()
        self._server = self._connected()
        try:
            return self._introduced(self._server, letter, handover)
        except NotTaken:
            self._drop()
            raise

    def _introduced(
        self, server: smtplib.SMTP, letter: Letter, handover: Handover
    ) -> tuple[smtplib.SMTP, Message]:
        mail = self._message(server, letter, handover)
        if mail.international and not server.has_extn("smtputf8"):
            raise NotTaken(
                "the mail server takes no addresses with letters beyond ASCII before the @",
                retry=False,
            )
        options = ["SMTPUTF8"] if mail.international else []
        if server.has_extn("size"):
            options.append(f"SIZE={len(mail.content)}")
        with _explained("before the message"):
            _command(server, "RSET", "")
            _command(server, "MAIL", " ".join((f"FROM:<{mail.sender}>", *options)))
            for recipient in mail.recipients:
                _command(server, "RCPT", f"TO:<{recipient}>", about=recipient)
        return server, mail

    def _message(self, server: smtplib.SMTP, letter: Letter, handover: Handover) -> Message:
        largest = int(self._settings.largest_message * MEGABYTE)
        announced = server.esmtp_features.get("size", "").split()
        if announced and announced[0].isdecimal() and int(announced[0]) > 0:
            largest = min(largest, int(announced[0]))
        try:
            return message(letter, handover, sender=self._settings.from_, largest=largest)
        except ValueError as error:
            raise NotTaken(str(error), retry=False) from error

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        port = settings.port or _PORTS[settings.security]
        place = f"{settings.host}:{port}"
        server: smtplib.SMTP | None = None
        try:
            with _explained(f"with the mail server {place}"):
                server = self._greeted(settings.host, port)
                server.ehlo_or_helo_if_needed()
                if settings.security == "starttls":
                    self._secure(server, place)
                self._log_in(server, place)
        except BaseException:
            if server is not None:
                server.close()
            raise
        return server

    def _greeted(self, host: str, port: int) -> smtplib.SMTP:
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=self._context())
        return smtplib.SMTP(host, port, timeout=self._timeout)

    def _secure(self, server: smtplib.SMTP, place: str) -> None:
        if not server.has_extn("starttls"):
            raise NotTaken(
                f"the mail server {place} offers no STARTTLS",
                retry=False,
                hint="write security: tls under mail in reporter.yaml if it is encrypted from the"
                " beginning",
            )
        server.starttls(context=self._context())
        server.ehlo()

    def _log_in(self, server: smtplib.SMTP, place: str) -> None:
        settings = self._settings
        if settings.username is None:
            return
        try:
            server.login(settings.username, settings.password or "")
        except smtplib.SMTPNotSupportedError as error:
            raise NotTaken(f"the mail server {place} takes no passwords", retry=False) from error
        except smtplib.SMTPAuthenticationError as error:
            raise NotTaken(
                f"the mail server {place} does not accept user name and password"
                f" ({_said(error.smtp_code, error.smtp_error)})",
                retry=_is_passing(error.smtp_code),
                hint="see mail.username and mail.password in reporter.yaml",
            ) from error

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            path = self._folder / self._settings.ca_file
            try:
                context.load_verify_locations(path)
            except OSError as error:
                raise NotTaken(f"mail.caFile {path}: {error}", retry=False) from error
        return context


@contextmanager
def _explained(when: str) -> Iterator[None]:
    """What fails before a message is on its way, as a delivery that was not taken."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise NotTaken(
            f"{when}: its certificate is not trusted: {error.verify_message}",
            retry=False,
            hint="is mail.host the name in the certificate? mail.caFile names your own authority",
        ) from error
    except smtplib.SMTPResponseException as error:
        raise NotTaken(
            f"{when}: {_said(error.smtp_code, error.smtp_error)}",
            retry=_is_passing(error.smtp_code),
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise NotTaken(f"{when}: {why or type(error).__name__}", retry=True) from error


def _command(
    server: smtplib.SMTP,
    name: str,
    argument: str,
    *,
    accepted: tuple[int, ...] = (250, 251, 252),
    about: str = "",
) -> None:
    code, text = server.docmd(name, argument)
    _check(code, text, f"{about}: " if about else "", accepted=accepted)


def _check(code: int, text: bytes, about: str, *, accepted: tuple[int, ...]) -> None:
    if code not in accepted:
        raise NotTaken(f"{about}{_said(code, text)}", retry=_is_passing(code))


def _sent(server: smtplib.SMTP, content: bytes) -> Receipt:
    """Send a message that the server waits for.

    Raises:
        NotTaken: it broke before the final dot, or the server refused.
        Uncertain: it broke after it.
    """
    body = _LINE_OF_DOT.sub(b"..", content)
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    line = server.sock
    if line is None:
        raise NotTaken("before the message: the connection is closed", retry=True)
    # Not server.send: it says the same of a time-out, of which nothing is known, and of a
    # connection that is known to be dead.
    with _explained("inside the message"):
        line.sendall(body)
    try:
        line.sendall(b".\r\n")
    except TimeoutError as error:
        raise Uncertain("no answer while the end of the message was sent") from error
    except OSError as error:
        # The system did not take the three bytes, so the server has not seen the end.
        raise NotTaken(f"before the end of the message: {error}", retry=True) from error
    try:
        code, text = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Uncertain(
            f"the connection broke after the whole message had been sent: {error}"
        ) from error
    if 200 <= code < 300:  # noqa: PLR2004 - what SMTP calls success
        return Receipt(_said(code, text))
    if 400 <= code < 600:  # noqa: PLR2004 - what SMTP calls failure
        raise NotTaken(_said(code, text), retry=_is_passing(code))
    raise Uncertain(f"an answer that is none came to the whole message: {_said(code, text)}")


def _is_passing(code: int) -> bool:
    """Whether the server may say otherwise later; where it was cut off, it may."""
    return not 500 <= code < 600  # noqa: PLR2004 - what SMTP calls a permanent failure


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {words}".split()) if code > 0 else (words or "no answer")
