"""Rules on outputs, deliveries and the schedule, which are declared here and done elsewhere."""

import re
from collections.abc import Iterator
from typing import Final

from reporter.diagnostics import Diagnostic, nearest
from reporter.plan.rules.case import Case
from reporter.plan.rules.cron import cron_mistake


def outputs(case: Case) -> Iterator[Diagnostic]:
    """A report comes out somewhere."""
    if not case.spec.outputs:
        yield case.problem(
            ("outputs",), "no-outputs", "the report has no outputs", expected="pdf, html, xlsx"
        )


_WORKBOOK: Final = ".xlsx"


def excel_template(case: Case) -> Iterator[Diagnostic]:
    """The workbook that is filled lies among the project's templates, and is made."""
    name, path = case.spec.xlsx.template, ("xlsx", "template")
    if name is None or case.project is None:
        return
    folder = (case.project.folder / "templates").resolve()
    file = (folder / name).resolve()
    if not file.is_relative_to(folder) or file.suffix.lower() != _WORKBOOK:
        yield case.problem(
            path,
            "wrong-template",
            f"{name!r} is no workbook in the project's templates/",
            expected="the name of an .xlsx file in templates/",
        )
    elif not file.is_file():
        near = nearest(name, (found.name for found in sorted(folder.glob(f"*{_WORKBOOK}"))))
        yield case.problem(
            path,
            "no-template",
            f"there is no file {name!r} in the project's templates/",
            hint=f"did you mean {near!r}?" if near else f"put it into {folder.name}/",
        )
    if "xlsx" not in case.spec.outputs:
        yield case.warning(
            path,
            "template-not-used",
            "the template is not used: the report makes no workbook",
            hint="add xlsx to outputs",
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
