"""An SFTP server and an S3 server on real sockets, with what they hold."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh


class _Accounts(asyncssh.SSHServer):
    """One user with a password."""

    def __init__(self, lines: list[asyncssh.SSHServerConnection]) -> None:
        self._lines = lines

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._lines.append(conn)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's signature
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("reports", "hunter2")


class _Old(asyncssh.SFTPServer):
    """Knows no posix-rename, and renames to free names only."""

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002
        raise asyncssh.SFTPOpUnsupported("not known here")


class SftpServer:
    """Runs in a thread of its own.

    Attributes:
        folder: what it shows as ``/``.
        known_hosts: its line of such a file.
    """

    def __init__(self, folder: Path, *, old: bool) -> None:
        self.folder = folder
        self.port = 0
        self.known_hosts = ""
        self._old = old
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._done = asyncio.Event()
        key = asyncssh.generate_private_key("ssh-ed25519")
        kind = _Old if self._old else asyncssh.SFTPServer
        lines: list[asyncssh.SSHServerConnection] = []
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Accounts(lines),
            server_host_keys=[key],
            sftp_factory=lambda channel: kind(channel, chroot=str(self.folder)),
        )
        self.port = server.get_port()
        public = key.export_public_key().decode().strip()
        self.known_hosts = f"[127.0.0.1]:{self.port} {public}\n"
        self._ready.set()
        await self._done.wait()
        server.close()
        for line in lines:
            line.abort()
            await line.wait_closed()
        await server.wait_closed()
        await asyncio.sleep(0.01)  # transports close a moment later


@contextmanager
def sftp(folder: Path, *, old: bool = False) -> Iterator[SftpServer]:
    server = SftpServer(folder, old=old)
    try:
        yield server
    finally:
        server.stop()
