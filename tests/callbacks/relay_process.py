"""`reporter serve`, but it kills itself when it gets a callback.

The first argument says at which moment: ``before`` the body is written, or ``after`` it is and
before that is answered. The others are those of `reporter serve`.
"""

import os
import signal
import sys

from reporter.callbacks.inbox import Inbox
from reporter.cli import main
from reporter.ledger.slots import Acceptance

accept = Inbox.accept


async def die_before(_inbox: Inbox, _token: str, _body: bytes | bytearray) -> Acceptance:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


async def die_after(inbox: Inbox, token: str, body: bytes | bytearray) -> Acceptance:
    await accept(inbox, token, body)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


if __name__ == "__main__":
    Inbox.accept = {"before": die_before, "after": die_after}[sys.argv[1]]  # type: ignore[method-assign]
    main(["serve", *sys.argv[2:]])
