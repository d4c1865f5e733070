"""The catalog's expressions, parsed, and which of them a source has the columns for."""

from collections.abc import Iterable, Mapping

import msgspec
from sqlglot import exp

from reporter.catalog.model import (
    Aggregate,
    Attribute,
    Buckets,
    Calculation,
    Catalog,
    Dimension,
    Metric,
    Named,
    Ratio,
    Reported,
    Sql,
    TimeStep,
)
from reporter.data.formula import references
from reporter.diagnostics import nearest
from reporter.errors import SourceError
from reporter.sources.calls import sql
from reporter.sources.calls.expressions import ExpressionError, columns_of, parsed, tied
from reporter.words import said


class Vocabulary(msgspec.Struct, frozen=True):
    """A catalog over the columns of one source.

    Attributes:
        source: the source's name, for messages.
        catalog: whose words they are.
        available: the columns of the layout that the source has, optional ones always.
    """

    source: str
    catalog: Catalog
    available: frozenset[str]

    def expression(self, text: Sql, whose: str) -> exp.Expr:
        """An expression over the records.

        Raises:
            SourceError: it is none, or uses a column that the layout does not have.
        """
        return tied(self.parsed(text, whose), lambda name: sql.column(name, sql.RECORDS))

    def parsed(self, text: Sql, whose: str) -> exp.Expr:
        """An expression, not yet tied to a relation."""
        try:
            tree = parsed(text)
        except ExpressionError as error:
            raise SourceError(
                self.source,
                f"{whose} of the catalog {self.catalog.name!r}: {error}: {text}",
            ) from error
        known = {column.name for column in self.catalog.records.columns}
        for name in columns_of(tree):
            if name not in known:
                near = nearest(name, known)
                raise SourceError(
                    self.source,
                    f"{whose} of the catalog {self.catalog.name!r} uses the column {name!r},"
                    " which its records do not have",
                    hint=f"did you mean {near!r}?" if near else None,
                )
        return tree

    def columns_of_metric(self, metric: Metric, others: Mapping[str, Metric]) -> tuple[str, ...]:
        """The columns that a metric needs, those of what it is derived from too."""
        match metric.definition:
            case Aggregate(_, of, where):
                whose = f"the metric {metric.name}"
                texts = [text for text in (of, where) if text is not None]
                return _each(n for t in texts for n in columns_of(self.parsed(t, whose)))
            case Ratio(numerator, denominator):
                names: tuple[str, ...] = (numerator, denominator)
            case Calculation(formula):
                names = references(formula)
            case Reported():
                return ()
        return _each(n for o in names for n in self.columns_of_metric(others[o], others))

    def columns_of_dimension(self, dimension: Dimension) -> tuple[str, ...]:
        """The columns that a dimension needs."""
        match dimension.definition:
            case TimeStep():
                return (self.catalog.records.time,)
            case Named():
                return ()
            case Buckets(expression) | Attribute(expression):
                return columns_of(self.parsed(expression, f"the dimension {dimension.name}"))

    def missing(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the columns that the source does not have."""
        return tuple(name for name in columns if name not in self.available)

    def why_no_metric(self, metric: Metric, others: Mapping[str, Metric]) -> str | None:
        """Why a metric is not available; None where it is."""
        if _is_reported(metric, others):
            return said("reported_only", source=self.source)
        return self.why_not(self.columns_of_metric(metric, others))

    def why_no_dimension(self, dimension: Dimension) -> str | None:
        """Why a dimension is not available; None where it is."""
        if isinstance(dimension.definition, Named):
            return said("reported_only", source=self.source)
        return self.why_not(self.columns_of_dimension(dimension))

    def why_not(self, columns: tuple[str, ...]) -> str | None:
        """Why something that needs these columns is not available; None where it is."""
        missing = self.missing(columns)
        if not missing:
            return None
        return said("no_columns", count=len(missing), source=self.source, columns=missing)


def _is_reported(metric: Metric, others: Mapping[str, Metric]) -> bool:
    """Whether a metric, or one that it is derived from, is computed elsewhere."""
    if isinstance(metric.definition, Reported):
        return True
    return any(_is_reported(others[name], others) for name in metric.operands())


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
