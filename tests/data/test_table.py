from datetime import UTC, date, datetime

import pytest

from reporter.data.table import (
    Column,
    Format,
    Kind,
    Role,
    Row,
    Sum,
    Table,
    Value,
    number_or_none,
)

COUNTRY = Column(name="COUNTRY_NAME", kind=Kind.TEXT, role=Role.DIMENSION, label="Country")
CALLS = Column(
    name="CALLS",
    kind=Kind.INTEGER,
    role=Role.METRIC,
    label="Calls",
    format=Format.INTEGER,
    roll_up=Sum(),
)


def test_a_table_finds_its_columns_and_values() -> None:
    table = Table((COUNTRY, CALLS), (("Croatia", 3), (None, 4)))
    assert table.dimensions == (COUNTRY,)
    assert table.metrics == (CALLS,)
    assert table.index("CALLS") == 1
    assert table.column("CALLS") is CALLS
    assert table.values("CALLS") == (3, 4)
    assert table.with_rows([("Greece", 1)]).rows == (("Greece", 1),)
    with pytest.raises(KeyError):
        table.index("NOBODY")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((("Croatia",),), "row 0 has 1 values, expected 2"),
        ((("Croatia", 1), ("Greece", 1, 2)), "row 1 has 3 values, expected 2"),
        ((("Croatia", 1.5),), r"column CALLS: 1.5 is no integer value"),
        ((("Croatia", True),), r"column CALLS: True is no integer value"),
        (((7, 1),), r"column COUNTRY_NAME: 7 is no text value"),
    ],
)
def test_a_table_is_checked_when_it_is_made(rows: tuple[Row, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Table((COUNTRY, CALLS), rows)


def test_a_column_name_stands_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Table((COUNTRY, COUNTRY), ())


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        (Kind.NUMBER, 1, True),
        (Kind.NUMBER, 1.5, True),
        (Kind.NUMBER, float("nan"), False),
        (Kind.NUMBER, float("inf"), False),
        (Kind.DATE, date(2026, 10, 1), True),
        (Kind.DATE, datetime(2026, 10, 1, tzinfo=UTC), False),
        (Kind.DATE_TIME, datetime(2026, 10, 1, tzinfo=UTC), True),
        (Kind.DATE_TIME, datetime(2026, 10, 1), False),  # noqa: DTZ001 - the mistake itself
        (Kind.DATE_TIME, date(2026, 10, 1), False),
        (Kind.TEXT, None, True),
    ],
)
def test_each_kind_takes_its_own_values(kind: Kind, value: Value, *, fits: bool) -> None:
    column = Column(name="X", kind=kind, role=Role.DIMENSION, label="X")
    if fits:
        assert Table((column,), ((value,),)).values("X") == (value,)
    else:
        with pytest.raises(ValueError, match="column X"):
            Table((column,), ((value,),))


def test_a_metric_and_only_a_metric_rolls_up() -> None:
    with pytest.raises(ValueError, match="rolls up"):
        Column(name="X", kind=Kind.INTEGER, role=Role.METRIC, label="X")
    with pytest.raises(ValueError, match="rolls up"):
        Column(name="X", kind=Kind.TEXT, role=Role.DIMENSION, label="X", roll_up=Sum())


@pytest.mark.parametrize("value", ["1", True, date(2026, 1, 1)])
def test_a_metric_cell_is_a_number_or_nothing(value: Value) -> None:
    assert number_or_none(None) is None
    assert number_or_none(2.5) == 2.5
    with pytest.raises(TypeError, match="expected a number"):
        number_or_none(value)
