"""Rules on who receives a report, and how."""

from collections.abc import Iterator

from reporter.diagnostics import Diagnostic
from reporter.plan.rules.case import Case
from reporter.settings.mailbox import mailbox
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


def recipients(case: Case) -> Iterator[Diagnostic]:
    """Recipients are mail addresses, each once."""
    for index, delivery in enumerate(case.spec.delivery):
        if not isinstance(delivery, EmailDelivery):
            continue
        known: set[str] = set()
        for key in ("to", "cc", "bcc"):
            for number, text in enumerate(getattr(delivery, key)):
                path = ("delivery", index, key, number)
                try:
                    address = mailbox(text).address.lower()
                except ValueError:
                    yield case.problem(
                        path,
                        "wrong-address",
                        f"{text!r} is no mail address",
                        expected="name@example.com, or Name <name@example.com>",
                    )
                    continue
                if address in known:
                    yield case.warning(path, "repeated-recipient", f"{text} stands here already")
                known.add(address)
