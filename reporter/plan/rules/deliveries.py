"""Rules on who receives a report, and how."""

from collections.abc import Iterator

from reporter.diagnostics import Diagnostic, Path
from reporter.plan.rules.case import Case
from reporter.spec.delivery import name_of


def attachments(case: Case) -> Iterator[Diagnostic]:
    """What is attached is made."""
    for index, delivery in enumerate(case.spec.delivery):
        for number, name in enumerate(getattr(delivery, "attach", ())):
            path = ("delivery", index, "attach", number)
            if name not in case.spec.outputs:
                yield case.problem(
                    path,
                    "attachment-not-made",
                    f"{name} is not among the report's outputs",
                    expected=f"one of {', '.join(case.spec.outputs)}",
                    hint=f"add {name} to outputs",
                )


def names(case: Case) -> Iterator[Diagnostic]:
    """Each delivery has a name of its own: what was delivered is remembered under it."""
    known: set[str] = set()
    for index, delivery in enumerate(case.spec.delivery):
        name = name_of(delivery)
        if name in known:
            path: Path = ("delivery", index)
            yield case.problem(
                path if delivery.name is None else (*path, "name"),
                "repeated-delivery",
                f"there is a delivery {name} already",
                expected="a name of its own, such as name: board",
            )
        known.add(name)
