"""Where the parts of an edition's queries stand: in the spec, or on the command line."""

from collections.abc import Iterable

from reporter.catalog.model import Catalog, FilterKind
from reporter.diagnostics import Location, Path
from reporter.plan.filter_reading import filter_named, is_pair_key
from reporter.plan.filters import FilterBy, own_filters
from reporter.plan.model import Scalar
from reporter.spec.edition import Edition
from reporter.spec.model import PeriodSpan
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

    def section(self, number: int) -> Location:
        """The query of a section, or the section where it has none of its own."""
        return self._tree.location(self._asking(number))

    def metric(self, number: int, name: str) -> Location:
        """Where a section names a metric; the section where it does not."""
        section = self._section(number)
        if isinstance(section, TextSection | CalloutSection):
            return self._tree.location(("sections", number, "markdown"))
        return self._listed(number, "metrics", name, written_metrics(section))

    def dimension(self, number: int, name: str) -> Location:
        """Where a section names a dimension, or its steps of time."""
        section = self._section(number)
        if isinstance(section, KpiSection) and section.sparkline is not None:
            return self._tree.location(("sections", number, "sparkline"))
        if isinstance(section, ReconciliationSection) and section.by is not None:
            return self._tree.location(("sections", number, "by"))
        written = section.query.aggregate_by if isinstance(section, _WITH_QUERY) else ()
        return self._listed(number, "aggregateBy", name, written)

    def part(self, number: int, key: str) -> Location:
        """A key of a section's query; the query where it does not have it."""
        return self._tree.location((*self._asking(number), key), of_key=True)

    def filter(self, number: int, name: str, value: Scalar | None = None) -> Location:
        """Where a filter of a section is given: nearest first, in the section, above, outside.

        Args:
            number: of the section.
            name: of the filter or of a key of it.
            value: which of its values; None for the filter as a whole.
        """
        own = own_filters(self._section(number))
        levels: list[tuple[Path, FilterBy]] = [
            ((*self._asking(number), "filterBy"), own),
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
        return self.section(number)

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

    def _asking(self, number: int) -> Path:
        inner = ("query",) if isinstance(self._section(number), _WITH_QUERY) else ()
        return ("sections", number, *inner)

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
