"""Where the numbers of a report come from, and what they mean."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from reporter.data.answer import Narrowing, SectionAnswers
from reporter.data.formula import text_of
from reporter.data.table import Column, Derived
from reporter.document.frame import Frame
from reporter.document.model import Definition, Provenance
from reporter.document.notices import currents, rejections
from reporter.document.values import NO_VALUE
from reporter.spec.sections import Section
from reporter.spec.shown import shown_metrics


def provenance(
    frame: Frame,
    answers: Sequence[SectionAnswers | None],
    *,
    filters: Narrowing,
    spec_commit: str | None,
    version: str,
    stamp: datetime,
) -> Provenance:
    """The provenance of a report. Of several data-throughs the earliest counts."""
    edition = frame.edition
    asked = currents([answer for answer in answers if answer is not None])
    through = min((a.data_through for a in asked if a.data_through is not None), default=None)
    rejected = rejections(asked)
    return Provenance(
        report=edition.spec.name,
        interval=edition.interval,
        timezone=edition.timezone,
        period=frame.period,
        interval_text=frame.times.interval(edition.interval),
        comparison=frame.comparison,
        comparison_interval=edition.comparison,
        filters=filters,
        source=edition.source,
        data_through=through,
        data_through_text=NO_VALUE if through is None else frame.times.instant(through),
        spec_commit=spec_commit,
        version=version,
        stamp=stamp,
        rejected=rejected.count,
        rejected_examples=tuple((e.place, e.reason) for e in rejected.examples),
        definitions=tuple(_definitions(edition.spec.sections, answers)),
    )


def _definitions(
    sections: Sequence[Section], answers: Sequence[SectionAnswers | None]
) -> Iterator[Definition]:
    """Each metric once, where it is first shown."""
    columns: dict[str, Column] = {}
    for section, answer in zip(sections, answers, strict=True):
        if answer is not None:
            for name in shown_metrics(section):
                columns.setdefault(name, answer.current.table.column(name))
    for name, column in columns.items():
        derived = column.roll_up
        formula = text_of(derived.formula) if isinstance(derived, Derived) else ""
        yield Definition(name, column.label, column.description, formula)
