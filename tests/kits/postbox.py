"""A mail server on a real socket, which works and counts."""

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """What arrived, and for whom.

    Attributes:
        arrived: a recipient and a message each, in order.
        answers: what is said to a command, by its name, or by ``RCPT`` and an address.
        sessions: how many connections greeted.
        options: of the last sender.
        secured: whether the last message came encrypted.
        pause: seconds that it takes over a recipient, and before and after it takes a message.
    """

    def __init__(self) -> None:
        self.port = 0
        self.arrived: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}
        self.sessions = 0
        self.options: list[str] = []
        self.secured = False
        self.pause = 0.0
        self.user: str | None = None

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(address for address, _ in self.arrived))

    @property
    def recipients(self) -> list[str]:
        return [address for address, _ in self.arrived]

    @property
    def messages(self) -> list[EmailMessage]:
        return [parsed(content) for _, content in self.arrived]

    def to(self, address: str) -> EmailMessage:
        (content,) = (content for known, content in self.arrived if known == address)
        return parsed(content)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        host: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = host
        self.sessions += 1
        return responses if "EHLO" not in self.answers else [self.answers["EHLO"]]

    async def handle_MAIL(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from, self.options = address, options
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        await asyncio.sleep(self.pause)
        for key in ("RCPT", f"RCPT {address}"):
            if key in self.answers:
                return self.answers[key]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(  # noqa: N802
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        return self.answers.get("RSET", "250 OK")

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.pause)
        answer = self.answers.get("DATA", "250 2.0.0 taken")
        if answer.startswith("250"):
            content = envelope.original_content
            assert isinstance(content, bytes)
            self.arrived += [(address, content) for address in envelope.rcpt_tos]
            self.secured, self.user = session.ssl is not None, session.auth_data
        await asyncio.sleep(self.pause)
        return answer


class PostOffice(SMTP):
    """Refuses even ``DATA`` itself where it is told to."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        refusal = self.event_handler.answers.get("before DATA")
        if refusal is None:
            await super().smtp_DATA(arg)
        else:
            await self.push(refusal)


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


@contextmanager
def served(*, tls: ssl.SSLContext | None = None, **options: object) -> Iterator[Postbox]:
    """A server at a port of its own.

    Args:
        tls: encrypted from the beginning.
        options: of aiosmtpd's ``SMTP``.
    """
    box = Postbox()
    loop = asyncio.new_event_loop()
    protocols: list[PostOffice] = []

    def protocol() -> PostOffice:
        made = PostOffice(box, loop=loop, hostname="mail.test", **options)
        protocols.append(made)
        return made

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0, ssl=tls))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server, protocols), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def served_to(project: Path) -> Iterator[Postbox]:
    """A server that the project in this folder sends its mails by."""
    settings = project / "reporter.yaml"
    before = settings.read_text().partition("mail:")[0]
    with served() as box:
        settings.write_text(
            f"{before}mail: {{host: 127.0.0.1, port: {box.port},"
            " security: none, from: r@example.com}\n"
        )
        yield box


async def _closed(server: asyncio.Server, protocols: list[PostOffice]) -> None:
    server.close()
    for protocol in protocols:
        if protocol.transport is not None:
            protocol.transport.abort()
    await asyncio.sleep(0.01)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
