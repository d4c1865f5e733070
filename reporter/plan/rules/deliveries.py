"""Rules on who receives a report, and how."""

import re
from collections.abc import Iterator
from typing import Final

from reporter.diagnostics import Diagnostic
from reporter.plan.rules.case import Case
from reporter.spec.delivery import EmailDelivery


def attachments(case: Case) -> Iterator[Diagnostic]:
    """What is attached is made, and attached once."""
    for index, delivery in enumerate(case.spec.delivery):
        attached = getattr(delivery, "attach", ())
        for number, name in enumerate(attached):
            path = ("delivery", index, "attach", number)
            if name not in case.spec.outputs:
                yield case.problem(
                    path,
                    "attachment-not-made",
                    f"{name} is not among the report's outputs",
                    expected=f"one of {', '.join(case.spec.outputs)}",
                    hint=f"add {name} to outputs",
                )
            if name in attached[:number]:
                yield case.warning(path, "repeated-attachment", f"{name} is attached already")


_ADDRESS: Final = r"[^\s@<>,;\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\]+"


def recipients(case: Case) -> Iterator[Diagnostic]:
    """Recipients are mail addresses, each once."""
    for index, delivery in enumerate(case.spec.delivery):
        if not isinstance(delivery, EmailDelivery):
            continue
        for number, address in enumerate(delivery.to):
            path = ("delivery", index, "to", number)
            if not re.fullmatch(_ADDRESS, address):
                yield case.problem(
                    path,
                    "wrong-address",
                    f"{address!r} is no mail address",
                    expected="name@example.com",
                )
            if address in delivery.to[:number]:
                yield case.warning(path, "repeated-recipient", f"{address} stands here already")
