"""Rules on outputs and the schedule, which are declared here and done elsewhere."""

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
