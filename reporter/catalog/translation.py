"""A catalog in the language of a report: other labels and descriptions, the same definitions."""

from typing import Final, TypeVar

import msgspec

from reporter.catalog.builtin import METRICS_API, built_in
from reporter.catalog.model import Attribute, Buckets, Catalog, Dimension, Filter, Metric
from reporter.data.table import Member
from reporter.words import LabelPath, Labels

_Named = TypeVar("_Named", Metric, Dimension, Filter)
_MEMBERS: Final = "members"
_TEXTS: Final = ("label", "description")


def translated(catalog: Catalog, labels: Labels) -> Catalog:
    """The catalog with the labels of a language.

    A label of ours holds only where the catalog says what our own catalog says: what a project
    words in its own way stays so.
    """
    if not labels:
        return catalog
    translation = _Translation(labels, texts(_ours(catalog)))
    dimensions = tuple(translation.dimension(one) for one in catalog.dimensions)
    return msgspec.structs.replace(
        catalog,
        metrics=tuple(translation.named("metrics", one) for one in catalog.metrics),
        dimensions=dimensions,
        filters=tuple(translation.filter(one, catalog.dimensions) for one in catalog.filters),
    )


def _ours(catalog: Catalog) -> Catalog:
    """Our own catalog, as far as the words of a catalog may come from it."""
    if catalog.name != METRICS_API:
        return built_in()
    from reporter.catalog.metrics_api import standard  # noqa: PLC0415 - most reports are of calls

    return standard()


class _Translation:
    """The labels of a language, and what our own catalog says in English."""

    def __init__(self, labels: Labels, ours: dict[LabelPath, str]) -> None:
        self._labels = labels
        self._ours = ours

    def text(self, path: LabelPath, text: str) -> str:
        label = self._labels.get(path)
        if label is None or (label.standard and self._ours.get(path) != text):
            return text
        return label.text

    def named(self, section: str, one: _Named) -> _Named:
        texts = {part: self.text((section, one.name, part), getattr(one, part)) for part in _TEXTS}
        return msgspec.structs.replace(one, **texts)

    def dimension(self, one: Dimension) -> Dimension:
        found = self.named("dimensions", one)
        definition = one.definition
        if isinstance(definition, Buckets):
            buckets = tuple(
                msgspec.structs.replace(b, label=self.text((_MEMBERS, one.name, b.name), b.label))
                for b in definition.buckets
            )
            definition = msgspec.structs.replace(definition, buckets=buckets)
        return msgspec.structs.replace(
            found, definition=definition, members=self._members(one.name, one.members)
        )

    def filter(self, one: Filter, dimensions: tuple[Dimension, ...]) -> Filter:
        """A filter's values are those of the dimension that it compares."""
        found = self.named("filters", one)
        values = self._members(_compared(one, dimensions), one.values)
        return msgspec.structs.replace(found, values=values)

    def _members(self, dimension: str, members: tuple[Member, ...]) -> tuple[Member, ...]:
        return tuple(
            Member(m.value, self.text((_MEMBERS, dimension, m.value), m.label)) for m in members
        )


def texts(catalog: Catalog) -> dict[LabelPath, str]:
    """Every text of a catalog that can be translated, by its place."""
    found: dict[LabelPath, str] = {}
    for section, all_of in (
        ("metrics", catalog.metrics),
        ("dimensions", catalog.dimensions),
        ("filters", catalog.filters),
    ):
        for one in all_of:
            found |= {(section, one.name, part): getattr(one, part) for part in _TEXTS}
    members = [(_compared(one, catalog.dimensions), one.values) for one in catalog.filters]
    for dimension in catalog.dimensions:
        members.append((dimension.name, dimension.members))
        if isinstance(dimension.definition, Buckets):
            named = (Member(bucket.name, bucket.label) for bucket in dimension.definition.buckets)
            members.append((dimension.name, tuple(named)))
    found |= {(_MEMBERS, name, m.value): m.label for name, labelled in members for m in labelled}
    return found


def _compared(one: Filter, dimensions: tuple[Dimension, ...]) -> str:
    """The dimension whose values a filter takes."""
    for dimension in dimensions:
        definition = dimension.definition
        if isinstance(definition, Attribute) and definition.expression == one.expression:
            return dimension.name
    return one.dimension or ""
