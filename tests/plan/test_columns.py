"""From the catalog's words to columns."""

import pytest

from reporter.catalog.builtin import built_in
from reporter.catalog.model import Aggregate, Function, Metric
from reporter.data.formula import parse
from reporter.data.table import AskAgain, Derived, Format, Goal, Greatest, Kind, Least, Role, Sum
from reporter.dates import Grain
from reporter.plan.columns import dimension_column, metric_column


def metric(name: str) -> Metric:
    found = built_in().metric(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kind", "format_", "roll_up", "sample"),
    [
        ("TOTAL_CALL_COUNT", Kind.INTEGER, Format.INTEGER, Sum(), None),
        ("CALL_DURATION_MILLISECONDS", Kind.INTEGER, Format.INTEGER, Sum(), None),
        (
            "ANSWER_RATE",
            Kind.NUMBER,
            Format.PERCENT,
            Derived(parse("OUTBOUND_ANSWERED_CALL_COUNT / TOTAL_ATTEMPTED_CALL_COUNT")),
            "TOTAL_ATTEMPTED_CALL_COUNT",
        ),
        (
            "TOTAL_CALL_DURATION",
            Kind.NUMBER,
            Format.DURATION,
            Derived(parse("CALL_DURATION_MILLISECONDS / 1000")),
            None,
        ),
    ],
)
def test_metrics_of_the_catalog(
    name: str, kind: Kind, format_: Format, roll_up: object, sample: str | None
) -> None:
    column = metric_column(metric(name))
    assert column.role is Role.METRIC
    assert (column.name, column.kind, column.format) == (name, kind, format_)
    assert (column.roll_up, column.sample) == (roll_up, sample)


@pytest.mark.parametrize(
    ("function", "roll_up"),
    [
        (Function.COUNT, Sum()),
        (Function.COUNT_DISTINCT, AskAgain()),
        (Function.SUM, Sum()),
        (Function.LEAST, Least()),
        (Function.GREATEST, Greatest()),
    ],
)
@pytest.mark.parametrize("format_", [Format.INTEGER, Format.DECIMAL])
def test_every_function(function: Function, roll_up: object, format_: Format) -> None:
    column = metric_column(
        Metric(
            name="X",
            label="x",
            description="An x.",
            definition=Aggregate(function, "sender"),
            format=format_,
            goal=Goal.DOWN,
        )
    )
    counts = function in {Function.COUNT, Function.COUNT_DISTINCT}
    whole = counts or format_ is Format.INTEGER
    assert column.kind is (Kind.INTEGER if whole else Kind.NUMBER)
    assert (column.roll_up, column.label, column.description, column.goal) == (
        roll_up,
        "x",
        "An x.",
        Goal.DOWN,
    )


def test_dimensions() -> None:
    columns = {d.name: dimension_column(d) for d in built_in().dimensions}
    assert {c.role for c in columns.values()} == {Role.DIMENSION}
    assert (columns["HOUR"].kind, columns["HOUR"].grain) == (Kind.DATE_TIME, Grain.HOUR)
    assert (columns["MONTH"].kind, columns["MONTH"].grain) == (Kind.DATE, Grain.MONTH)
    assert (columns["COUNTRY_ID"].kind, columns["COUNTRY_ID"].grain) == (Kind.INTEGER, None)
    assert [m.value for m in columns["DIRECTION"].members] == ["OUTBOUND", "INBOUND"]
    buckets = columns["TIME_TO_ANSWER"].members
    assert (buckets[0].value, buckets[0].label) == ("SECONDS_0", "0–1 s")
    assert (buckets[-1].value, buckets[-1].label) == ("DAYS_3", "3 d and more")
