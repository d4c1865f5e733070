"""Runs a relay: LEDGER DIES PORT LARGEST SECRET. Prints its port when it is ready."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from reporter import clock
from reporter.callbacks.body import MIB, Limits
from reporter.callbacks.inbox import Inbox
from reporter.callbacks.relay import Relay
from reporter.callbacks.routes import Receiving, receiver_app
from reporter.callbacks.serving import Server, configured, listen_on
from reporter.ledger import Ledger
from reporter.ledger.slots import Acceptance


class MortalInbox(Inbox):
    """Kills the process before a body is written, or after it has been, before it is answered."""

    dies = "never"

    async def accept(self, token: str, body: bytes | bytearray) -> Acceptance:
        if self.dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        accepted = await super().accept(token, body)
        if self.dies == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return accepted


async def relay(ledger: Path, dies: str, port: str, largest: str, secret: str) -> None:
    with listen_on(f"127.0.0.1:{port}", "serve.listen") as listening:
        number = listening.getsockname()[1]
        async with MortalInbox(Ledger(ledger)) as inbox:
            inbox.dies = dies
            url = f"http://127.0.0.1:{number}"
            receiving = Receiving(
                inbox,
                Limits(largest=int(largest) * MIB),
                Relay(inbox, secret=secret, public_url=url, now=clock.now),
            )
            server = Server(configured(receiver_app(receiving), lifespan="off"), receiving.stop)
            print(number, flush=True)  # noqa: T201 - whoever started it reads it
            await server.serve([listening])


if __name__ == "__main__":
    asyncio.run(relay(Path(sys.argv[1]), *sys.argv[2:]))
