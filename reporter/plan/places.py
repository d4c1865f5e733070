"""Where the parts of an edition's queries stand: in the spec, or on the command line."""

from collections.abc import Iterable

from reporter.catalog.model import Catalog, FilterKind
from reporter.diagnostics import Location, Path
from reporter.plan.demands import judged_by
from reporter.plan.filter_reading import filter_named, is_pair_key
from reporter.plan.filters import FilterBy, check_filters, own_filters
from reporter.plan.model import Scalar, Whole
from reporter.spec.edition import Edition
from reporter.spec.model import PeriodSpan, ReportSpec
from reporter.spec.sections import (
    CalloutSection,
    ChartSection,
    KpiSection,
    ReconciliationSection,
    Section,
    TableSection,
    TextSection,
)
from reporter.templating import mentioned_metrics
from reporter.yamltree import Tree

Asker = int | Whole
"""Who asks a query: a section, by its number, or what the report is judged by."""


class Places:
    """The places of one edition.

    Args:
        edition: whose queries.
        tree: of its spec.
        catalog: that of the spec's source.
        period: where the period was given, if not in the spec.
    """

    def __init__(
        self, edition: Edition, tree: Tree, catalog: Catalog, *, period: Location | None = None
    ) -> None:
        self._edition = edition
        self._tree = tree
        self._catalog = catalog
        self._period = period

    def asker(self, asker: Asker) -> Location:
        """The query of a section, or what asks where it has none of its own."""
        return self._tree.location(self._asking(asker))

    def metric(self, asker: Asker, name: str) -> Location:
        """Where a metric is named; who asks where it is not."""
        if isinstance(asker, Whole):
            return self._judged(asker, name)
        section = self._section(asker)
        if isinstance(section, TextSection | CalloutSection):
            return self._tree.location(("sections", asker, "markdown"))
        return self._listed(asker, "metrics", name, written_metrics(section))

    def dimension(self, asker: Asker, name: str) -> Location:
        """Where a section names a dimension, or its steps of time; who asks where it does not."""
        if isinstance(asker, Whole):
            return self.asker(asker)
        section = self._section(asker)
        if isinstance(section, KpiSection) and section.sparkline is not None:
            return self._tree.location(("sections", asker, "sparkline"))
        if isinstance(section, ReconciliationSection) and section.by is not None:
            return self._tree.location(("sections", asker, "by"))
        written = section.query.aggregate_by if isinstance(section, _WITH_QUERY) else ()
        return self._listed(asker, "aggregateBy", name, written)

    def part(self, asker: Asker, key: str) -> Location:
        """A key of a query; the query where it does not have it."""
        return self._tree.location((*self._asking(asker), key), of_key=True)

    def filter(self, asker: Asker, name: str, value: Scalar | None = None) -> Location:
        """Where a filter of a query is given: nearest first, with it, above, outside.

        Args:
            asker: whose query.
            name: of the filter or of a key of it.
            value: which of its values; None for the filter as a whole.
        """
        levels: list[tuple[Path, FilterBy]] = [
            ((*self._asking(asker), "filterBy"), self._own_filters(asker)),
            (("filterBy",), self._edition.spec.filter_by),
        ]
        for path, level in levels:
            for written in self._spellings(name, level):
                place: Path = (*path, written)
                given = level[written]
                if isinstance(given, tuple) and value in given:
                    place = (*place, given.index(value))
                return self._tree.location(place)
        for outer in self._edition.filters:
            for written in self._spellings(name, outer):
                return Location(f"--filter {written}")
        return self.asker(asker)

    def period(self, end: str = "since") -> Location:
        """Where the period is given, with its beginning (``since``) or its end (``until``)."""
        if self._period is not None:
            return self._period
        spec = self._edition.spec
        if isinstance(spec.period, PeriodSpan) and spec.period.since is not None:
            return self._tree.location(("period", end))
        wanted = FilterKind.UNTIL if end == "until" else FilterKind.SINCE
        for written in spec.filter_by:
            known = filter_named(written, self._catalog)
            if known is not None and known.kind is wanted:
                return self._tree.location(("filterBy", written))
        return self._tree.location(("period",))

    def comparison(self) -> Location:
        """Where the comparison is asked for."""
        return self._tree.location(("compareTo",))

    def _section(self, number: int) -> Section:
        return self._edition.spec.sections[number]

    def _asking(self, asker: Asker) -> Path:
        match asker:
            case Whole(check=int(check)):
                return ("checks", check)
            case int(number):
                inner = ("query",) if isinstance(self._section(number), _WITH_QUERY) else ()
                return ("sections", number, *inner)
            case _:
                return ("delivery",)

    def _own_filters(self, asker: Asker) -> FilterBy:
        match asker:
            case Whole(check=int(check)):
                return check_filters(self._edition.spec.checks[check])
            case int(number):
                return own_filters(self._section(number))
            case _:
                return {}

    def _judged(self, asker: Whole, name: str) -> Location:
        """Where a check names a metric, or the condition of a delivery, or a target."""
        if asker.check is not None:
            return self._tree.location(("checks", asker.check, "metric"))
        for number, delivery in enumerate(self._edition.spec.delivery):
            if delivery.when is not None and name in judged_by(delivery.when):
                return self._tree.location(("delivery", number, "when"))
        if name in self._edition.spec.targets:
            return self._tree.location(("targets", name), of_key=True)
        return self.asker(asker)

    def _listed(self, number: int, key: str, name: str, written: tuple[str, ...]) -> Location:
        path = self._asking(number)
        if name in written:
            return self._tree.location((*path, key, written.index(name)))
        return self.part(number, key) if written else self._tree.location(path)

    def _spellings(self, name: str, level: FilterBy) -> Iterable[str]:
        """How a ``filterBy`` writes a filter: by its name, an alias, or a key of its pairs."""
        known = filter_named(name, self._catalog)
        if known is None:
            return
        for written in level:
            same = filter_named(written, self._catalog) == known
            if same or is_pair_key(written, known):
                yield written


_WITH_QUERY = ChartSection | TableSection


def named_metrics(asker: Asker, spec: ReportSpec) -> tuple[str, ...]:
    """The metrics that a query is asked for."""
    return asker.metrics if isinstance(asker, Whole) else written_metrics(spec.sections[asker])


def written_metrics(section: Section) -> tuple[str, ...]:
    """The metrics that a section names."""
    match section:
        case KpiSection() | ReconciliationSection():
            return section.metrics
        case ChartSection() | TableSection():
            return section.query.metrics
        case TextSection() | CalloutSection():
            return mentioned_metrics(section.markdown)
        case _:
            return ()
