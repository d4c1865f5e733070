"""Ports of this machine that nobody listens on."""

import socket
from random import SystemRandom


def free_port() -> int:
    """One below those that the system gives to clients, so that nobody gets it in between."""
    while True:
        port = SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def way_back() -> dict[str, str]:
    """A ``callback`` of a project file: a listener on this machine."""
    port = free_port()
    return {"listen": f"127.0.0.1:{port}", "publicUrl": f"http://127.0.0.1:{port}"}
