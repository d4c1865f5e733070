"""SFTP servers are known by their keys, like TLS servers by their certificates.

fsspec accepts any key; here a server must stand in a file of known hosts, as ``ssh`` keeps it.
"""

import base64
import hashlib
from pathlib import Path
from typing import Final

import paramiko

from reporter.delivery.base import NotTaken

OF_THE_USER: Final = Path("~/.ssh/known_hosts")


class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
    """Accepts the keys that stand in a file.

    Args:
        file: in the format of OpenSSH.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def missing_host_key(
        self,
        client: paramiko.SSHClient,  # noqa: ARG002 - paramiko's signature
        hostname: str,
        key: paramiko.PKey,
    ) -> None:
        """Look for the key of a server.

        Args:
            client: that connects.
            hostname: ``host``, or ``[host]:port`` where the port is not 22.
            key: what the server has shown.

        Raises:
            NotTaken: it stands in no line of the file, or another one stands there.
        """
        if self._keys().check(hostname, key):
            return
        digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
        raise NotTaken(
            f"the key of the SFTP server {hostname} ({key.get_name()}, SHA256:{digest})"
            f" is not in {self._file}",
            retry=False,
            hint="ask its operator whether the key is right, and add the line that"
            " `ssh-keyscan` prints; options.known_hosts of the channel names another file",
        )

    def _keys(self) -> paramiko.HostKeys:
        try:
            return paramiko.HostKeys(str(self._file))
        except OSError:
            return paramiko.HostKeys()  # no file, no known hosts
