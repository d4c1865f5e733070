"""A conversation with a mail server, in which the end of a message is a step of its own.

``smtplib`` sends a message and its final dot together, and bounds each read alone: a server that
says a byte now and then would hold it for ever. Here an answer has one deadline as a whole.
"""

import base64
import io
import re
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from typing import Final

_LINE_OF_DOT: Final = re.compile(rb"^\.", re.MULTILINE)
_CHUNK: Final = 1 << 16
_LONGEST: Final = 600.0
"""Seconds that the text of a message may take; deliveries are leased for longer."""
_LARGEST: Final = 1 << 18
"""Bytes of one answer; the list of what a server can do has some hundred."""
_GOODBYE: Final = 5.0
"""Seconds that a leave may take: nothing depends on it."""
_REFUSED: Final = 400
PASSWORDS: Final = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})
"""The ways of giving a password that are known here."""


class _Answer(io.RawIOBase):
    """What a server says, up to an instant.

    Args:
        line: the connection.

    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._until = 0.0
        self._room = 0

    def awaited(self, seconds: float) -> None:
        """The next answer begins: it may take so long."""
        self._until = time.monotonic() + seconds
        self._room = _LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self._room <= 0:
            raise OSError("its answer does not end")
        self._line.settimeout(left)
        count = self._line.recv_into(buffer)
        self._room -= count
        return count


class Conversation(smtplib.SMTP):
    """One connection to a mail server.

    Args:
        host: its name.
        port: its port.
        patience: seconds that any of its answers may take.

    Raises:
        smtplib.SMTPException: it does not greet.
        OSError: it cannot be reached.
    """

    def __init__(self, host: str, port: int, *, patience: float) -> None:
        self._patience = patience
        self._answer: _Answer | None = None
        super().__init__(host, port, timeout=patience)

    def getreply(self) -> tuple[int, bytes]:
        """The next answer: its code, -1 where there is none in it, and its text.

        Raises:
            smtplib.SMTPException: there is none, or it is too long.
        """
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        if self.file is None or self._answer is None:  # at the beginning, and after STARTTLS
            self._answer = _Answer(self.sock)
            self.file = io.BufferedReader(self._answer)
        self._answer.awaited(self._patience)
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self._patience)

    def log_in(self, user: str, password: str) -> None:
        """Give user name and password, in UTF-8 where ASCII does not do.

        Raises:
            smtplib.SMTPException: they are not accepted, or there is no way to give them.
        """
        offered = self.offered_passwords()
        if (user + password).isascii():
            self.login(user, password)
        elif "PLAIN" not in offered:
            raise smtplib.SMTPNotSupportedError("it takes passwords in ASCII alone")
        else:
            given = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            code, text = self.docmd("AUTH", f"PLAIN {given}")
            if code != 235:  # noqa: PLR2004 - what SMTP calls logged in
                raise smtplib.SMTPAuthenticationError(code, text)

    def offered_passwords(self) -> frozenset[str]:
        """The ways of giving a password that the server and we know."""
        return PASSWORDS & set(self.esmtp_features.get("auth", "").upper().split())

    def send_text(self, content: bytes) -> None:
        """Send a message for which the server waits, without the final dot.

        Raises:
            smtplib.SMTPResponseException: it refused in the middle.
            OSError: it could not be sent; the server has not seen its end.
        """
        line = self._open()
        body = memoryview(_LINE_OF_DOT.sub(b"..", content))
        until = time.monotonic() + max(_LONGEST, self._patience)
        try:
            for start in range(0, len(body), _CHUNK):
                # Not self.send: it says the same of a time-out and of a connection that is dead.
                line.settimeout(min(self._patience, max(until - time.monotonic(), 0.001)))
                line.sendall(body[start : start + _CHUNK])
        except TimeoutError:
            raise
        except OSError:
            self._raise_refusal()
            raise
        line.settimeout(self._patience)

    def send_end(self) -> None:
        """Send the final dot.

        Raises:
            TimeoutError: it may have been sent.
            OSError: the system did not take it, so the server has not seen it.
        """
        self._open().sendall(b".\r\n")

    def leave(self) -> None:
        """Say goodbye, but do not wait long for it."""
        self._patience = min(self._patience, _GOODBYE)
        with suppress(smtplib.SMTPException, OSError):
            self.quit()
        self.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        # Else the final dot waits until the server has confirmed what came before: 40 ms a mail.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _open(self) -> socket.socket:
        if self.sock is None:
            raise ConnectionError("the connection is closed")
        return self.sock

    def _raise_refusal(self) -> None:
        """What a server said before it hung up, as where a message is too large for it."""
        self._patience = min(self._patience, _GOODBYE)
        with suppress(smtplib.SMTPServerDisconnected):
            code, text = self.getreply()
            if code >= _REFUSED:
                raise smtplib.SMTPResponseException(code, text)


class EncryptedConversation(Conversation):
    """The same, encrypted from the beginning.

    Args:
        host: its name.
        port: its port.
        patience: seconds that any of its answers may take.
        context: which certificates are trusted.
    """

    def __init__(self, host: str, port: int, *, patience: float, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(host, port, patience=patience)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = super()._get_socket(host, port, timeout)
        try:
            return self._context.wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise
