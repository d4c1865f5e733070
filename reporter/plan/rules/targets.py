"""Rules on targets."""

from collections.abc import Iterator

from reporter.data.condition import Fact, facts_of
from reporter.diagnostics import Diagnostic
from reporter.plan.rules.case import Case
from reporter.plan.rules.names import metric_mistake
from reporter.plan.rules.queries import shown_metrics
from reporter.plan.rules.rates import rate_mistakes


def targets(case: Case) -> Iterator[Diagnostic]:
    """A target is of a metric that the report shows, or a condition asks of, and can be met."""
    shown = shown_metrics(case)
    asked = any(Fact.ANY_TARGET_MISSED in facts_of(one) for one in case.conditions.values())
    for name, target in case.spec.targets.items():
        path = ("targets", name)
        mistake = metric_mistake(case, path, name, of_key=True)
        if mistake is not None:
            yield mistake
        elif name not in shown and not asked:
            yield case.warning(
                path,
                "unused-target",
                f"no section shows {name}, so its target is seen nowhere",
                of_key=True,
            )
        if target.at_least is None and target.at_most is None:
            yield case.problem(
                path, "empty-target", "the target says nothing", expected="atLeast or atMost"
            )
        elif (
            target.at_least is not None
            and target.at_most is not None
            and target.at_least > target.at_most
        ):
            yield case.problem(
                path,
                "impossible-target",
                "no value meets the target",
                expected="atLeast not above atMost",
                found=f"atLeast {target.at_least:g}, atMost {target.at_most:g}",
            )
        for key, bound in (("atLeast", target.at_least), ("atMost", target.at_most)):
            if bound is not None:
                yield from rate_mistakes(case, (*path, key), name, bound)
