"""Mail by SMTP, so that it is always known how far a message has come.

A server takes a message when it answers the final dot. Whatever fails before the dot was sent has
delivered nothing; once it is sent, only the answer tells.
"""

import base64
import binascii
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reporter.dates import duration
from reporter.delivery.base import Handover, Letter, NotTaken, Parcel, Receipt, Uncertain
from reporter.delivery.message import MEGABYTE, Message, message
from reporter.delivery.smtp import Conversation, EncryptedConversation
from reporter.settings import Mail
from reporter.settings.addresses import is_this_machine

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_ACCEPTED: Final = (250, 251, 252)
_GO_ON: Final = 354
_DIGITS: Final = 18


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
        self._patience = duration(settings.timeout).total_seconds()
        self._place = f"mail server {settings.host}:{settings.port or _PORTS[settings.security]}"
        self._server: Conversation | None = None

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
            handover.begin()
            receipt = self._sent(server, mail.content)
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
            server.leave()

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _addressed(self, letter: Letter, handover: Handover) -> tuple[Conversation, Message]:
        """A server that has accepted sender and recipients, and what it will be given.

        A connection that has been idle may be dead, and some servers take so many messages from
        one and no more: then a new one is made. Nothing has been handed over so far.
        """
        if self._server is not None and self._is_ready(self._server):
            try:
                return self._introduced(self._server, letter, handover)
            except NotTaken as refused:
                if not refused.retry:
                    raise
        self._drop()
        self._server = self._connected()
        return self._introduced(self._server, letter, handover)

    def _is_ready(self, server: Conversation) -> bool:
        """Whether a connection takes another message; a refusal says nothing of that message."""
        try:
            self._command(server, "RSET", "", "a connection that was used before")
        except NotTaken:
            return False
        return True

    def _introduced(
        self, server: Conversation, letter: Letter, handover: Handover
    ) -> tuple[Conversation, Message]:
        mail = self._message(server, letter, handover)
        options = ["SMTPUTF8"] if mail.international else []
        if mail.international and not server.has_extn("smtputf8"):
            raise NotTaken(
                f"{self._place} takes no addresses with letters beyond ASCII before the @",
                retry=False,
            )
        if server.has_extn("size"):
            options.append(f"SIZE={len(mail.content)}")
        server.command_encoding = "utf-8" if mail.international else "ascii"
        sender = " ".join((f"FROM:<{mail.sender}>", *options))
        self._command(server, "MAIL", sender, f"sender {mail.sender}")
        for recipient in mail.recipients:
            self._command(server, "RCPT", f"TO:<{recipient}>", f"recipient {recipient}")
        return server, mail

    def _message(self, server: Conversation, letter: Letter, handover: Handover) -> Message:
        largest = int(self._settings.largest_message * MEGABYTE)
        announced = server.esmtp_features.get("size", "").split()
        if announced and announced[0].isdecimal():
            # Of more digits than those it is no limit.
            largest = min(largest, int(announced[0][:_DIGITS]) or largest)
        try:
            return message(letter, handover, sender=self._settings.from_, largest=largest)
        except ValueError as error:
            raise NotTaken(str(error), retry=False) from error

    def _connected(self) -> Conversation:
        settings = self._settings
        server: Conversation | None = None
        try:
            with self._explained("greeting"):
                server = self._greeted()
                server.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                self._secure(server)
            if settings.username is not None:
                self._log_in(server, settings.username, settings.password or "")
        except BaseException:
            if server is not None:
                server.close()
            raise
        return server

    def _greeted(self) -> Conversation:
        host, port = self._settings.host, self._settings.port or _PORTS[self._settings.security]
        if self._settings.security == "tls":
            return EncryptedConversation(
                host, port, patience=self._patience, context=self._context()
            )
        return Conversation(host, port, patience=self._patience)

    def _secure(self, server: Conversation) -> None:
        if not server.has_extn("starttls"):
            raise NotTaken(
                f"{self._place} offers no STARTTLS",
                retry=False,
                hint="write security: tls under mail in reporter.yaml if it is encrypted from the"
                " beginning",
            )
        with self._explained("STARTTLS"):
            server.starttls(context=self._context())
            server.ehlo_or_helo_if_needed()

    def _log_in(self, server: Conversation, user: str, password: str) -> None:
        settings = self._settings
        if settings.security == "none" and not is_this_machine(settings.host):
            raise NotTaken(
                f"{self._place}: user name and password are not sent unencrypted",
                retry=False,
                hint="write security: starttls, or tls, under mail in reporter.yaml",
            )
        if not server.offered_passwords():
            raise NotTaken(f"{self._place} takes no user name and password", retry=False)
        try:
            with self._explained("logging in"):
                server.log_in(user, password)
        except NotTaken as refused:
            cause = refused.__cause__
            if not isinstance(cause, smtplib.SMTPAuthenticationError):
                raise
            said = self._said(cause.smtp_code, cause.smtp_error)
            raise NotTaken(
                f"{self._place} does not accept user name and password: {said}",
                retry=refused.retry,
                hint="see username and password under mail in reporter.yaml",
            ) from None

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            path = self._folder / self._settings.ca_file
            try:
                context.load_verify_locations(path)
            except OSError as error:
                why = error.strerror or str(error)
                raise NotTaken(f"mail.caFile {path}: {why}", retry=False) from error
        return context

    def _command(self, server: Conversation, name: str, argument: str, step: str) -> None:
        with self._explained(step):
            code, text = server.docmd(name, argument)
        if code not in _ACCEPTED:
            raise self._refusal(code, text, step)

    def _sent(self, server: Conversation, content: bytes) -> Receipt:
        """Send a message whose sender and recipients have been accepted.

        Raises:
            NotTaken: it broke before the final dot, or the server refused.
            Uncertain: it broke after it.
        """
        with self._explained("before the message"):
            code, text = server.docmd("DATA")
        if code != _GO_ON:
            raise self._refusal(code, text, "before the message")
        with self._explained("inside the message"):
            server.send_text(content)
        try:
            server.send_end()
        except TimeoutError as error:
            raise Uncertain(
                f"{self._place}: it took no more while the end of the message was sent"
            ) from error
        except OSError as error:
            # The system did not take the three bytes, so the server has not seen the end.
            raise NotTaken(
                f"{self._place}, at the end of the message: {self._reason(error)}", retry=True
            ) from error
        try:
            code, text = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise Uncertain(
                f"{self._place}: the whole message was sent, and no answer came:"
                f" {self._reason(error)}"
            ) from error
        if 200 <= code < 300:  # noqa: PLR2004 - what SMTP calls success
            return Receipt(self._said(code, text))
        if 400 <= code < 600:  # noqa: PLR2004 - what SMTP calls failure
            raise self._refusal(code, text, "the message")
        raise Uncertain(
            f"{self._place}: the whole message was sent, and what came is no answer to it:"
            f" {self._said(code, text)}"
        )

    def _refusal(self, code: int, text: bytes | str, step: str) -> NotTaken:
        said = self._said(code, text)
        return NotTaken(f"{self._place}, {step}: {said}", retry=_is_passing(code))

    @contextmanager
    def _explained(self, step: str) -> Iterator[None]:
        """What fails before the end of a message was sent, as a delivery that was not taken."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise NotTaken(
                f"{self._place}: its certificate is not trusted: {error.verify_message}",
                retry=False,
                hint="host under mail in reporter.yaml must be a name in the certificate; caFile"
                " names an authority of your own",
            ) from error
        except smtplib.SMTPResponseException as error:
            raise self._refusal(error.smtp_code, error.smtp_error, step) from error
        except UnicodeError as error:
            raise NotTaken(f"{self._place}, {step}: {error}", retry=False) from error
        except binascii.Error as error:
            raise NotTaken(
                f"{self._place}, {step}: what it says is no Base64", retry=True
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(
                f"{self._place}, {step}: {self._reason(error)}",
                retry=True,
                hint=_ON_SECURITY if step in {"greeting", "STARTTLS"} else None,
            ) from error

    def _reason(self, error: Exception) -> str:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return self._discreet(text)

    def _said(self, code: int, text: bytes | str) -> str:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        said = " ".join(f"{code} {words}".split()) if code > 0 else (words or "no answer")
        return self._discreet(said)

    def _discreet(self, said: str) -> str:
        """A server's words without what it was told, which some repeat."""
        user, password = self._settings.username or "", self._settings.password or ""
        whole = f"\0{user}\0{password}"
        told = (*(base64.b64encode(text.encode()).decode() for text in (whole, password)), password)
        for secret in told if password else ():
            said = said.replace(secret, "***")
        return said


_ON_SECURITY: Final = (
    "do host, port and security under mail in reporter.yaml belong together? starttls is usual at"
    " port 587, tls at 465"
)


def _is_passing(code: int) -> bool:
    """Whether the server may say otherwise later; where it was cut off, it may."""
    return not 500 <= code < 600  # noqa: PLR2004 - what SMTP calls a permanent failure
