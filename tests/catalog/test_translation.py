"""Labels of a catalog in the language of a report."""

import msgspec

from reporter.catalog.builtin import built_in
from reporter.catalog.model import Buckets, Catalog
from reporter.catalog.translation import translated
from reporter.words import Label, LabelPath

BUILT_IN = built_in()


def german(*, standard: bool) -> Catalog:
    labels: dict[LabelPath, Label] = {
        ("metrics", "ANSWER_RATE", "label"): Label("Annahmequote", standard),
        ("metrics", "ANSWER_RATE", "description"): Label("Anteil.", standard),
        ("dimensions", "DIRECTION", "label"): Label("Richtung", standard),
        ("members", "DIRECTION", "INBOUND"): Label("Eingehend", standard),
        ("members", "TIME_TO_ANSWER", "DAYS_3"): Label("3 Tage und mehr", standard),
        ("filters", "directions", "label"): Label("Richtungen", standard),
    }
    return translated(BUILT_IN, labels)


def test_labels_change_and_definitions_stay() -> None:
    catalog = german(standard=True)
    metric, was = catalog.metric("ANSWER_RATE"), BUILT_IN.metric("ANSWER_RATE")
    assert metric is not None
    assert was is not None
    assert (metric.label, metric.description) == ("Annahmequote", "Anteil.")
    assert metric.definition == was.definition
    direction = catalog.dimension("DIRECTION")
    assert direction is not None
    assert direction.label == "Richtung"
    assert [m.label for m in direction.members] == ["Outbound", "Eingehend"]


def test_a_filter_reads_its_values_as_the_dimension_does() -> None:
    known = german(standard=True).filter("directions")
    assert known is not None
    assert known.label == "Richtungen"
    assert [m.label for m in known.values] == ["Outbound", "Eingehend"]


def test_buckets_have_labels_too() -> None:
    dimension = german(standard=True).dimension("TIME_TO_ANSWER")
    assert dimension is not None
    assert isinstance(dimension.definition, Buckets)
    assert dimension.definition.buckets[-1].label == "3 Tage und mehr"
    assert dimension.definition.buckets[-2].label == "2–3 d"


def test_ours_leave_alone_what_a_project_words_in_its_own_way() -> None:
    own = tuple(
        msgspec.structs.replace(metric, label="Pick-up rate") for metric in BUILT_IN.metrics
    )
    catalog = msgspec.structs.replace(BUILT_IN, metrics=own)
    path = ("metrics", "ANSWER_RATE", "label")
    for standard, label in ((True, "Pick-up rate"), (False, "Annahmequote")):
        found = translated(catalog, {path: Label("Annahmequote", standard)}).metric("ANSWER_RATE")
        assert found is not None
        assert found.label == label


def test_without_labels_nothing_changes() -> None:
    assert translated(BUILT_IN, {}) is BUILT_IN
