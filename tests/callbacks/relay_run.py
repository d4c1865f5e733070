"""A relay in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Self

from reporter.ledger import Ledger

SECRET = "open-sesame-and-nothing-else"  # noqa: S105 - of the tests
PROJECT = """\
version: 1
ledger: {ledger}
serve:
  listen: "127.0.0.1:0"
  relaySecret: "{secret}"
  largestResult: 8
"""


class RelayRun:
    """`reporter serve`, started when entered, killed when left.

    Args:
        ledger: of the relay.
        dies: at which moment of the first callback it kills itself, if it does.
        port: to listen on; 0: any.
    """

    def __init__(self, ledger: Ledger, *, dies: str | None = None, port: int = 0) -> None:
        project = ledger.path.with_name("reporter.yaml")
        project.write_text(PROJECT.format(ledger=ledger.path.name, secret=SECRET))
        script = Path(__file__).with_name("relay_process.py")
        serve = ("-m", "reporter", "serve") if dies is None else (script, dies)
        listen = ("--listen", f"127.0.0.1:{port}")
        self._command = (sys.executable, *serve, "--project", project, *listen)
        self._log = ledger.path.with_name("log")

    def __enter__(self) -> Self:
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                return self
        self.process.wait()
        raise AssertionError(self._log.read_text())

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has written."""
        return self._log.read_text()

    @property
    def peak_memory(self) -> float:
        """MiB that the process has had at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024
