import pytest

from reporter.plan.rules.cron import cron_mistake


@pytest.mark.parametrize(
    "text",
    [
        "0 7 1 * *",
        "*/15 8-18,20 LW JAN-MAR,10 MON-FRI",
        "0 0 L * *",
        "59 23 31 12 7",
        "0 7 * * fri#1",
        "0 7 * * 5L",
        "5/10 * * * *",
        "0 7 29 FEB *",
        "0 7 31 3,4 *",
    ],
)
def test_readable(text: str) -> None:
    assert cron_mistake(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 7 1 *", "a cron expression has 5 fields, this one 4"),
        ("60 7 1 * *", "the minute cannot be '60'; it runs from 0 to 59"),
        ("0 24 1 * *", "the hour cannot be '24'; it runs from 0 to 23"),
        ("0 7 0 * *", "the day of month cannot be '0'; it runs from 1 to 31"),
        ("0 7 1 13 *", "the month cannot be '13'; it runs from 1 to 12, or JAN to DEC"),
        ("0 7 1 * MO", "the day of week cannot be 'MO'; it runs from 0 to 7, or SUN to SAT"),
        ("0 7 5-1 * *", "the day of month cannot be '5-1'; it runs from 1 to 31"),
        ("*/0 * * * *", "the minute cannot be '*/0'; it runs from 0 to 59"),
        ("1, * * * *", "the minute cannot be '1,'; it runs from 0 to 59"),
        ("٣ * * * *", "the minute cannot be '٣'; it runs from 0 to 59"),
        ("0 7 31 FEB *", "there is no day 31 in month FEB"),
        ("0 7 30 2 *", "there is no day 30 in month 2"),
        ("0 7 31 4 *", "there is no day 31 in month 4"),
    ],
)
def test_unreadable(text: str, said: str) -> None:
    assert cron_mistake(text) == said
