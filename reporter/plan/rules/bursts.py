"""Rules on bursts: what editions are told apart by, and who receives which."""

import re
from collections.abc import Iterator

import msgspec

from reporter.catalog import metrics_api
from reporter.catalog.model import Catalog, TimeStep
from reporter.diagnostics import Diagnostic, Path
from reporter.plan.metrics_api.mistakes import apis_of
from reporter.plan.rules.case import Case
from reporter.plan.rules.names import unknown_dimension
from reporter.plan.rules.texts import code, lines, markdowns
from reporter.spec.delivery import EmailDelivery
from reporter.spec.recipients import read_recipients

_BY: Path = ("burst", "by")


def dimension(case: Case) -> Iterator[Diagnostic]:
    """Editions are told apart by a dimension, not by time, that every source knows."""
    if case.spec.burst is None:
        return
    name = case.spec.burst.by
    known = case.catalog.dimension(name)
    if known is None:
        yield unknown_dimension(case, _BY, name)
    elif isinstance(known.definition, TimeStep):
        yield case.problem(
            _BY,
            "burst-by-time",
            f"{name} is a step of time, and an edition covers its whole period",
            expected="a dimension such as ACCOUNT_KEY",
            hint="write it under aggregateBy, or take a shorter period with a schedule",
        )
    else:
        yield from _unknown_elsewhere(case, name)


def recipients(case: Case) -> Iterator[Diagnostic]:
    """A recipients file says who receives what, and nothing else."""
    burst = case.spec.burst
    if burst is None or burst.recipients is None or case.project is None:
        return
    known = case.catalog.dimension(burst.by)
    if known is None:
        return  # said already
    _, found = read_recipients(burst.recipients, case.project.folder, burst.by, known.kind)
    for one in found:
        place = one.location
        if place.line is None:
            place = case.tree.location(("burst", "recipients"))
        yield msgspec.structs.replace(one, location=place)


def addressed(case: Case) -> Iterator[Diagnostic]:
    """A mail goes to somebody."""
    burst = case.spec.burst
    if burst is not None and burst.recipients is not None:
        return
    for index, delivery in enumerate(case.spec.delivery):
        if isinstance(delivery, EmailDelivery) and not (delivery.to or delivery.cc or delivery.bcc):
            yield case.problem(
                ("delivery", index),
                "no-recipient",
                "the mail goes to nobody",
                expected="to: [name@example.com]",
                hint=(
                    "write to, or burst: {by: ACCOUNT_KEY, recipients: recipients.csv}"
                    if burst is None
                    else "write to, or recipients under burst: a CSV file with the addresses of"
                    " each value"
                ),
            )


def texts(case: Case) -> Iterator[Diagnostic]:
    """A text speaks of the burst's value where there is one."""
    if case.spec.burst is not None:
        return
    for path, text in (*lines(case), *markdowns(case)):
        # {% if burst %} may well stand around it.
        if "{%" not in text and any(re.search(r"\bburst\.", part) for part in code(text)):
            yield case.problem(
                path,
                "no-burst",
                "the text speaks of the burst's value, but the report has no burst",
                expected="burst: {by: ACCOUNT_KEY}, at the top of the spec",
            )


def _unknown_elsewhere(case: Case, name: str) -> Iterator[Diagnostic]:
    """A source that cannot tell records apart would answer for all of them alike."""
    apis = {} if case.project is None else apis_of(case.project)
    own = None if case.project is None else case.spec.source or case.project.file.defaults.source
    catalogs: dict[str, Catalog] = {**case.others, **({} if own is None else {own: case.catalog})}
    told = {one.name for one in metrics_api.standard().dimensions}
    for source, catalog in catalogs.items():
        if source in apis and name not in told:
            why = "a Metrics API cannot group by it"
        elif catalog.dimension(name) is None:
            why = f"the catalog {catalog.name} does not have it"
        else:
            continue
        yield case.problem(
            _BY,
            "burst-not-in-source",
            f"the source {source} cannot tell records apart by {name}: {why}",
            expected="a dimension of every source that the report asks",
        )
