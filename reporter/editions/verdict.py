"""Whether an edition may go out: decided for each of its deliveries, with the reason."""

from typing import Literal

import msgspec

from reporter.data.answer import Answer
from reporter.data.condition import Condition, Fact, facts_of, holds, metrics_of, parse, text_of
from reporter.data.formula import Number
from reporter.data.table import number_or_none
from reporter.dates import duration, minute
from reporter.document.model import Document
from reporter.plan.planner import of_deliveries
from reporter.portions import Asked
from reporter.spec.checks import CALLS
from reporter.spec.delivery import Delivery
from reporter.spec.model import Target
from reporter.spec.schedule import CloseGate


class Decision(msgspec.Struct, frozen=True):
    """What becomes of one delivery.

    Attributes:
        kind: ``hold``: a person decides; ``skip``: it is as it should be that nothing goes.
        reason: why it is not sent, as a sentence.
    """

    kind: Literal["send", "hold", "skip"]
    reason: str = ""


def verdict(asked: Asked, document: Document, *, changed: bool = True) -> tuple[Decision, ...]:
    """The decision on every delivery of the spec, in order.

    What failed a check is held; what is empty does as the delivery says; then its condition
    decides.

    Args:
        asked: the edition with its numbers.
        document: of it.
        changed: whether its numbers are not those of the edition that was issued before.
    """
    edition = asked.prepared.edition
    whole = of_deliveries(asked.prepared.plan, asked.answers)
    figures = _Figures(whole, edition.spec.targets, changed)
    return tuple(_decision(one, document, figures) for one in edition.spec.delivery)


def incomplete(asked: Asked, gate: CloseGate) -> str | None:
    """Why the data are not complete, as a sentence; None where they reach the end of the period.

    Of several sources the one counts whose data end first.
    """
    edition, plan = asked.prepared.edition, asked.prepared.plan
    wanted = edition.interval.until - duration(gate.slack)
    for source, query, answer in zip(plan.sources, plan.queries, asked.answers, strict=True):
        if query.interval.until < edition.interval.until:
            continue  # the comparison period
        through = answer.data_through
        if through is None:
            return (
                f"the source {source!r} has no data; they are waited for through"
                f" {minute(wanted)} UTC"
            )
        if through < wanted:
            return (
                f"the data of {source!r} end at {minute(through)} UTC; they are waited for through"
                f" {minute(wanted)} UTC"
            )
    return None


class _Figures(msgspec.Struct, frozen=True):
    """What conditions ask.

    Attributes:
        whole: figures of the whole period; None where no delivery asks for any.
    """

    whole: Answer | None
    targets: dict[str, Target]
    changed: bool

    def value(self, name: str) -> Number | None:
        """A metric over the whole period; None where it has no value, or is not asked for."""
        if self.whole is None or name not in {one.name for one in self.whole.table.columns}:
            return None
        (value,) = self.whole.table.values(name)
        return number_or_none(value)

    def fact(self, fact: Fact) -> bool | None:
        """A fact; None where it cannot be known."""
        match fact:
            case Fact.CHANGED:
                return self.changed
            case Fact.NO_DATA:
                return self.is_empty()
            case Fact.ANY_TARGET_MISSED:
                missed = [self._misses(name, target) for name, target in self.targets.items()]
                return True if True in missed else None if None in missed else False

    def is_empty(self) -> bool | None:
        """Whether there are no calls; None where the catalog does not count them."""
        calls = self.value(CALLS)
        return None if calls is None else calls == 0

    def _misses(self, name: str, target: Target) -> bool | None:
        value = self.value(name)
        if value is None:
            return None
        return (target.at_least is not None and value < target.at_least) or (
            target.at_most is not None and value > target.at_most
        )


def _decision(delivery: Delivery, document: Document, figures: _Figures) -> Decision:
    if document.held:
        return Decision("hold", " ".join(document.held))
    if figures.is_empty() and delivery.when_empty != "send":
        kind: Literal["hold", "skip"] = "hold" if delivery.when_empty == "hold" else "skip"
        if delivery.when is None or not _asks_for_nothing(parse(delivery.when)):
            return Decision(kind, "the period has no calls")
    if delivery.when is None:
        return Decision("send")
    return _by_condition(parse(delivery.when), figures)


def _asks_for_nothing(condition: Condition) -> bool:
    """Whether a condition speaks of an empty report itself, and so decides what becomes of it."""
    return Fact.NO_DATA in facts_of(condition)


def _by_condition(condition: Condition, figures: _Figures) -> Decision:
    found = holds(condition, figures.value, figures.fact)
    if found:
        return Decision("send")
    text = text_of(condition)
    if found is not None:
        return Decision("skip", f"its condition does not hold: {text}")
    return Decision("skip", f"its condition cannot be decided: {text}{_why(condition, figures)}")


def _why(condition: Condition, figures: _Figures) -> str:
    """What a condition would need to know; a quotient may have no value all the same."""
    asked = [*metrics_of(condition)]
    facts = facts_of(condition)
    if Fact.ANY_TARGET_MISSED in facts:
        asked += figures.targets
    if Fact.NO_DATA in facts:
        asked.append(CALLS)
    unknown = [name for name in dict.fromkeys(asked) if figures.value(name) is None]
    if not unknown:
        return ""
    return f" ({', '.join(unknown)} {'has' if len(unknown) == 1 else 'have'} no value)"
