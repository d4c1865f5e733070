"""Rules on outputs, deliveries and the schedule, which are declared here and done elsewhere."""

import re
from collections.abc import Iterator
from typing import Final

from reporter.diagnostics import Diagnostic
from reporter.plan.rules.case import Case
from reporter.plan.rules.cron import cron_mistake


def outputs(case: Case) -> Iterator[Diagnostic]:
    """A report comes out somewhere."""
    if not case.spec.outputs:
        yield case.problem(
            ("outputs",), "no-outputs", "the report has no outputs", expected="pdf, html, xlsx"
        )


def attachments(case: Case) -> Iterator[Diagnostic]:
    """What is attached is made, and attached once."""
    for index, delivery in enumerate(case.spec.delivery):
        for number, name in enumerate(delivery.attach):
            path = ("delivery", index, "attach", number)
            if name not in case.spec.outputs:
                yield case.problem(
                    path,
                    "attachment-not-made",
                    f"{name} is not among the report's outputs",
                    expected=f"one of {', '.join(case.spec.outputs)}",
                    hint=f"add {name} to outputs",
                )
            if name in delivery.attach[:number]:
                yield case.warning(path, "repeated-attachment", f"{name} is attached already")


_ADDRESS: Final = r"[^\s@<>,;\"()\[\]\\]+@[^\s@<>,;\"()\[\]\\]+"


def recipients(case: Case) -> Iterator[Diagnostic]:
    """Recipients are mail addresses, each once."""
    for index, delivery in enumerate(case.spec.delivery):
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


def schedule(case: Case) -> Iterator[Diagnostic]:
    """A schedule has times at which it is due."""
    if case.spec.schedule is None:
        return
    mistake = cron_mistake(case.spec.schedule.cron)
    if mistake is not None:
        yield case.problem(
            ("schedule", "cron"),
            "wrong-cron",
            mistake,
            expected="minute, hour, day of month, month, day of week, like 0 7 1 * *",
        )
