from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reporter.spec.moment import moment


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10-01T08:30", datetime(2026, 10, 1, 8, 30)),  # noqa: DTZ001 - local on purpose
        ("2026-10-01 08:30:01", datetime(2026, 10, 1, 8, 30, 1)),  # noqa: DTZ001 - same
        ("2026-10-01T08:30Z", datetime(2026, 10, 1, 8, 30, tzinfo=UTC)),
        ("2026-10-01T08:30:00.000+0000", datetime(2026, 10, 1, 8, 30, tzinfo=UTC)),
        (
            "2026-10-01T08:30-02:00",
            datetime(2026, 10, 1, 8, 30, tzinfo=timezone(timedelta(hours=-2))),
        ),
        (
            "2026-10-01T08:30-0230",
            datetime(2026, 10, 1, 8, 30, tzinfo=timezone(timedelta(hours=-2, minutes=-30))),
        ),
    ],
)
def test_days_and_instants(text: str, value: date | datetime) -> None:
    found = moment(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["", "today", "20261001", "2026-W40", "2026-13-01", "2026-10"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=repr(text)):
        moment(text)
