"""Rules on the checks of the data, and on what a schedule waits for."""

from collections.abc import Iterator

from reporter.dates import PeriodName, duration, is_to_date
from reporter.diagnostics import Diagnostic
from reporter.plan.rules.case import Case
from reporter.plan.rules.rates import rate_mistakes
from reporter.settings import MetricsApiSource
from reporter.spec.checks import CALLS, RangeCheck, RejectedCheck, RowsCheck


def ranges(case: Case) -> Iterator[Diagnostic]:
    """A range has bounds that a value can keep."""
    for index, check in enumerate(case.spec.checks):
        if not isinstance(check, RangeCheck):
            continue
        if check.at_least is None and check.at_most is None:
            yield case.problem(
                ("checks", index),
                "empty-range",
                "the range has no bounds",
                expected="atLeast, atMost or both",
            )
        elif (
            check.at_least is not None
            and check.at_most is not None
            and check.at_least > check.at_most
        ):
            yield case.problem(
                ("checks", index),
                "impossible-range",
                "no value lies in the range",
                expected="atLeast not above atMost",
                found=f"atLeast {check.at_least:g}, atMost {check.at_most:g}",
            )
        for key, bound in (("atLeast", check.at_least), ("atMost", check.at_most)):
            if bound is not None:
                yield from rate_mistakes(case, ("checks", index, key), check.metric, bound)


def countable(case: Case) -> Iterator[Diagnostic]:
    """What a check counts is counted by the source."""
    for index, check in enumerate(case.spec.checks):
        if isinstance(check, RowsCheck) and case.catalog.metric(CALLS) is None:
            yield case.problem(
                ("checks", index),
                "nothing-counts-calls",
                f"the catalog {case.catalog.name} has no {CALLS}, which rows are counted by",
                expected="{type: range, metric: …, atLeast: 1} of a metric that the catalog has",
            )
        if isinstance(check, RejectedCheck) and isinstance(case.source(), MetricsApiSource):
            yield case.warning(
                ("checks", index),
                "nothing-rejected",
                "a Metrics API keeps records that cannot be used to itself, so this always holds",
                hint="take it out, or ask a source of type calls",
            )


def repeated(case: Case) -> Iterator[Diagnostic]:
    """A check stands once."""
    for index, check in enumerate(case.spec.checks):
        earlier = case.spec.checks.index(check)
        if earlier != index:
            yield case.warning(
                ("checks", index),
                "repeated-check",
                "the same check stands above",
                hint=f"the other one stands in line {case.tree.location(('checks', earlier)).line}",
            )


def waiting(case: Case) -> Iterator[Diagnostic]:
    """What is waited for has not come yet when the report is due."""
    gate = case.spec.schedule.wait_for_data if case.spec.schedule is not None else None
    if gate is None:
        return
    path = ("schedule", "waitForData")
    if isinstance(case.spec.period, PeriodName) and is_to_date(case.spec.period):
        yield case.warning(
            path,
            "nothing-to-wait-for",
            "the period ends at the moment when the report is due, so every report has to wait",
            of_key=True,
            expected="a period that is over, like last_month",
            hint="take waitForData out; a freshness check tells of data that end too early",
        )
    if duration(gate.every) > duration(gate.deadline):
        yield case.warning(
            (*path, "every"),
            "waits-once",
            "it is looked but once: the deadline is over before the next time",
            expected=f"no more than the deadline, {gate.deadline}",
            found=gate.every,
        )
