"""A relay in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Self

from reporter.ledger import Ledger

SECRET = "open sesame, and nothing else"  # noqa: S105 - of the tests


class RelayRun:
    """Started when entered, killed when left.

    Args:
        ledger: of the relay.
        dies: at which moment of the first callback it kills itself.
        port: to listen on; 0: any.
        largest: MiB of a body.
    """

    def __init__(
        self, ledger: Ledger, *, dies: str = "never", port: int = 0, largest: int = 8
    ) -> None:
        script = Path(__file__).with_name("relay_process.py")
        self._command = (sys.executable, script, ledger.path, dies, str(port), str(largest), SECRET)

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def peak_memory(self) -> float:
        """MiB that the process has had at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024
