"""Mail servers on real sockets, where the mail is to break: by the password, or where told."""

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "reports", "hunter2"


def known_user(
    _server: SMTP, _session: Session, _envelope: Envelope, way: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword), way
    right = (data.login.decode(), data.password.decode()) in {(USER, PASSWORD), (USER, "šifra")}
    return AuthResult(success=right, handled=right, auth_data=data.login.decode())


class Cut(Enum):
    """Where a connection breaks."""

    NOWHERE = auto()
    AT_CONNECT = auto()
    AFTER_GREETING = auto()
    AT_EHLO = auto()
    AT_MAIL = auto()
    AT_RCPT = auto()
    AT_DATA = auto()
    AFTER_GO_AHEAD = auto()
    IN_BODY = auto()
    BEFORE_DOT = auto()
    AFTER_DOT_TAKEN = auto()
    AFTER_DOT_LOST = auto()
    HALF_ANSWER_TAKEN = auto()
    HALF_ANSWER_LOST = auto()
    AFTER_ANSWER = auto()
    SILENT_AT_CONNECT = auto()
    SILENT_AT_MAIL = auto()
    SILENT_AFTER_DOT_TAKEN = auto()
    SILENT_AFTER_DOT_LOST = auto()


TAKEN = {
    Cut.NOWHERE,
    Cut.AFTER_DOT_TAKEN,
    Cut.HALF_ANSWER_TAKEN,
    Cut.AFTER_ANSWER,
    Cut.SILENT_AFTER_DOT_TAKEN,
}
"""Where the server has the message."""
SILENT = {cut for cut in Cut if cut.name.startswith("SILENT")}


class CuttingServer:
    """A server that breaks each connection where it is told to, and counts what it has taken.

    It believes only in lines: a message is what stands before a line with a single dot.

    Attributes:
        cuts: one for each connection to come; after them it works.
        hard: whether it resets connections instead of closing them.
        dribbles: the seconds between two bytes of every answer.
        greeting: what it says first.
        ways: of giving a password, that it offers.
        echoes: whether it repeats what it does not understand.
        breaks_login: whether it hangs up when somebody logs in.
        answers: what it says instead, by the first word of a line; ``*``: to any other. The line
            itself stands in it for ``{line}``; what begins with ``...`` has no end.
    """

    def __init__(self) -> None:
        self.cuts: list[Cut] = []
        self.hard = False
        self.dribbles = 0.0
        self.greeting = "220 test"
        self.ways = ""
        self.echoes = False
        self.breaks_login = False
        self.answers: dict[str, str] = {}
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0
        self.broken = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(address for address, _ in self.taken))

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            cut = self.cuts.pop(0) if self.cuts else Cut.NOWHERE
            self._start(self._serve, line, cut)

    def _serve(self, line: socket.socket, cut: Cut) -> None:
        line.settimeout(0.05)
        try:
            with suppress(_Cut, OSError):
                _Session(self, line, cut).run()
        finally:
            if self.hard:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
            self.broken.set()

    def stopped(self) -> bool:
        return self._stop.is_set()


class _Cut(Exception):
    """The connection breaks here."""


class _Session:
    def __init__(self, server: CuttingServer, line: socket.socket, cut: Cut) -> None:
        self._server, self._line, self._cut = server, line, cut
        self._read = b""

    def run(self) -> None:
        self._at(Cut.AT_CONNECT, Cut.SILENT_AT_CONNECT)
        self._say(self._server.greeting)
        self._at(Cut.AFTER_GREETING)
        recipients: list[str] = []
        while True:
            command = self._line_of(b"\r\n").decode()
            if self._answered(command):
                continue
            match command.partition(" ")[0].upper():
                case "EHLO":
                    self._at(Cut.AT_EHLO)
                    ways = f"250-AUTH {self._server.ways}\r\n" if self._server.ways else ""
                    self._say(f"250-test\r\n{ways}250 SIZE 10000000")
                case "AUTH":
                    if self._server.breaks_login:
                        raise _Cut
                    self._say(f"535 what is {command}" if self._server.echoes else "535 no")
                case "MAIL":
                    self._at(Cut.AT_MAIL, Cut.SILENT_AT_MAIL)
                    recipients = []
                    self._say("250 OK")
                case "RCPT":
                    self._at(Cut.AT_RCPT)
                    recipients.append(command.partition("<")[2].partition(">")[0])
                    self._say("250 OK")
                case "DATA":
                    self._at(Cut.AT_DATA)
                    self._say("354 go on")
                    self._data(recipients)
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 OK")

    def _answered(self, command: str) -> bool:
        known = {"EHLO", "MAIL", "RCPT", "DATA", "QUIT"}
        word = command.partition(" ")[0].upper()
        answer = self._server.answers.get(word)
        if answer is None and word not in known:
            answer = self._server.answers.get("*")
        if answer is None:
            return False
        endless = answer.startswith("...")
        self._say(answer.removeprefix("...").replace("{line}", command))
        while endless and not self._server.stopped():
            self._say(answer.removeprefix("..."))
        return True

    def _data(self, recipients: list[str]) -> None:
        self._at(Cut.AFTER_GO_AHEAD)
        if self._cut is Cut.IN_BODY:
            self._more()
            raise _Cut
        if self._cut is Cut.BEFORE_DOT:
            while b"\r\n--=_" not in self._read or not self._read.endswith(b"--\r\n"):
                self._more()
            raise _Cut
        content = self._line_of(b"\r\n.\r\n") + b"\r\n"
        if self._cut in TAKEN:
            self._server.taken += [(address, content) for address in recipients]
        self._at(Cut.AFTER_DOT_TAKEN, Cut.AFTER_DOT_LOST)
        self._at(Cut.SILENT_AFTER_DOT_TAKEN, Cut.SILENT_AFTER_DOT_LOST)
        if self._cut in {Cut.HALF_ANSWER_TAKEN, Cut.HALF_ANSWER_LOST}:
            self._line.sendall(b"25")
            raise _Cut
        self._say("250 taken")
        self._at(Cut.AFTER_ANSWER)

    def _at(self, *cuts: Cut) -> None:
        if self._cut in cuts:
            while self._cut in SILENT:
                self._more()
            raise _Cut

    def _say(self, text: str) -> None:
        answer = f"{text}\r\n".encode()
        if not self._server.dribbles:
            self._line.sendall(answer)
            return
        for byte in answer:
            time.sleep(self._server.dribbles)
            self._line.sendall(bytes([byte]))

    def _line_of(self, end: bytes) -> bytes:
        while end not in self._read:
            self._more()
        found, _, self._read = self._read.partition(end)
        return found

    def _more(self) -> None:
        """Read on, until the client or the test ends it."""
        while not self._server.stopped():
            with suppress(TimeoutError):
                more = self._line.recv(65536)
                if not more:
                    raise _Cut
                self._read += more
                return
        raise _Cut
