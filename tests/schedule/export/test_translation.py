"""Whatever can be said in another language says the same there."""

import re
import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from readers import (
    days_of,
    fired_by_calendar,
    fired_by_five_fields,
    kubernetes_star,
    offset_of,
    posix_star,
)

from reporter.errors import UserError
from reporter.plan.rules.cron import cron_mistake
from reporter.schedule.due import firings
from reporter.schedule.export.expression import expression
from reporter.schedule.export.posix import posix
from reporter.schedule.export.systemd import on_calendar
from reporter.schedule.export.utc import utc_lines

ZONES = [
    "UTC",
    "Europe/Zagreb",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "America/St_Johns",
    "Pacific/Kiritimati",
]
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def ranges(first: int, last: int) -> st.SearchStrategy[str]:
    ends = st.tuples(st.integers(first, last), st.integers(first, last)).map(sorted)
    return ends.map(lambda pair: f"{pair[0]}-{pair[1]}")


def fields(first: int, last: int, *more: str, least_step: int = 2) -> st.SearchStrategy[str]:
    number = st.integers(first, last).map(str)
    step = st.integers(least_step, last)
    part = st.one_of(
        number,
        number,
        ranges(first, last),
        st.tuples(ranges(first, last), step).map(lambda pair: f"{pair[0]}/{pair[1]}"),
        st.tuples(number, step).map(lambda pair: f"{pair[0]}/{pair[1]}"),
        step.map(lambda number: f"*/{number}"),
        *([st.sampled_from(more)] if more else []),
    )
    return st.lists(part, min_size=1, max_size=3).map(",".join)


STAR = st.just("*")
NTH = tuple(f"{day}#{n}" for day in (0, 3, "FRI", 7) for n in range(1, 6))
LAST = ("5L", "0L", "7L")


def crons(*, special: bool = False) -> st.SearchStrategy[str]:
    days = fields(1, 31, *(("L", "LW") if special else ()))
    weekdays = fields(0, 7, *NAMES, *((*NTH, *LAST) if special else ()))
    parts = st.tuples(
        st.integers(0, 59).map(str) | fields(0, 59, least_step=20),
        fields(0, 23, least_step=5) | STAR,
        STAR | days,
        STAR | STAR | fields(1, 12, *MONTHS),
        STAR | weekdays,
    )
    return parts.map(" ".join).filter(lambda text: cron_mistake(text) is None and _sparse(text))


def _sparse(cron: str) -> bool:
    """Few enough a day to look at months of them; and due at all."""
    try:
        read = expression(cron)
    except Exception:  # noqa: BLE001 - what is never due is another rule's business
        return False
    return len(read.minutes) * len(read.hours) <= 48


def due(cron: str, zone: ZoneInfo, days: list[date]) -> set[datetime]:
    """The wall times at which we are due on these days."""
    if not days:
        return set()
    since = datetime.combine(days[0], time(), zone)
    until = datetime.combine(days[-1] + timedelta(days=1), time(), zone)
    return {one.wall for one in firings(cron, zone, since, until) if one.wall.date() in set(days)}


BEGINS = st.dates(date(2026, 1, 1), date(2028, 1, 1))


@given(cron=crons(), zone=st.sampled_from(ZONES).map(ZoneInfo), begin=BEGINS)
def test_cron(cron: str, zone: ZoneInfo, begin: date) -> None:
    try:
        line = posix(expression(cron), "cron", stars_demand_both=True)
    except UserError:
        reject()
    assert re.fullmatch(r"[\d*/,-]+( [\d*/,-]+){4}", line)
    days = days_of(begin, 70, zone)
    assert due(line, zone, days) == due(cron, zone, days)
    # As its manual says it, too.
    read = fired_by_five_fields(line, days, starred=lambda field: field.startswith("*"))
    assert read == due(cron, zone, days)


@given(cron=crons(), zone=st.sampled_from(ZONES).map(ZoneInfo), begin=BEGINS)
def test_kubernetes(cron: str, zone: ZoneInfo, begin: date) -> None:
    try:
        line = posix(expression(cron), "Kubernetes")
    except UserError:
        reject()
    days = days_of(begin, 70, zone)
    assert fired_by_five_fields(line, days, starred=kubernetes_star) == due(cron, zone, days)


@given(cron=crons(), zone=st.sampled_from(ZONES).map(ZoneInfo), begin=BEGINS)
def test_github(cron: str, zone: ZoneInfo, begin: date) -> None:
    now = datetime.combine(begin, time(), UTC)
    try:
        lines = utc_lines(expression(cron), zone, now, "GitHub")
    except UserError:
        reject()
    days = days_of(begin + timedelta(days=2), 90, zone)
    around = [begin + timedelta(days=number) for number in range(95)]
    found: list[datetime] = []
    for line in lines:
        for wall in fired_by_five_fields(line.cron, around, starred=posix_star):
            at = wall.replace(tzinfo=UTC)
            if not line.offsets or offset_of(at, zone) in line.offsets:
                found.append(at.astimezone(zone).replace(tzinfo=None))
    there = [wall for wall in found if wall.date() in set(days)]
    assert len(there) == len(set(there))
    assert set(there) == due(cron, zone, days)


@given(cron=crons(special=True), zone=st.sampled_from(ZONES).map(ZoneInfo), begin=BEGINS)
def test_systemd(cron: str, zone: ZoneInfo, begin: date) -> None:
    try:
        lines = on_calendar(expression(cron), zone.key)
    except UserError:
        reject()
    days = days_of(begin, 70, zone)
    read = {wall for line in lines for wall in fired_by_calendar(line, days)}
    assert read == due(cron, zone, days)


SYSTEMD = shutil.which("systemd-analyze")


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not there to be asked")
@settings(max_examples=20)
@given(cron=crons(special=True), zone=st.sampled_from(ZONES).map(ZoneInfo), begin=BEGINS)
def test_systemd_itself(cron: str, zone: ZoneInfo, begin: date) -> None:
    assert SYSTEMD is not None
    try:
        lines = on_calendar(expression(cron), zone.key)
    except UserError:
        reject()
    days = set(days_of(begin, 70, zone))
    since = datetime.combine(begin, time(), zone) - timedelta(seconds=1)
    read: set[datetime] = set()
    reached = []
    for line in lines:
        base = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        done = subprocess.run(
            [SYSTEMD, "calendar", f"--base-time={base}", "--iterations=40", line],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
            env={"TZ": "UTC", "LC_ALL": "C.UTF-8"},
        )
        said = re.findall(r"(?:elapse|#\d+): \w{3} (\S+ \S+) UTC", done.stdout)
        at = [datetime.strptime(one, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) for one in said]
        read |= {one.astimezone(zone).replace(tzinfo=None) for one in at}
        if len(at) == 40:
            reached.append(at[-1].astimezone(zone).date())
    days -= {day for day in days if reached and day >= min(reached)}
    expected = due(cron, zone, sorted(days))
    assert {wall for wall in read if wall.date() in days} == expected


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 7 1 * *", "0 7 1 * *"),
        ("*/15 8-18 * JAN-MAR,10 MON-FRI", "*/15 8-18 * 1-3,10 1-5"),
        ("5/20 */6 1-31 * 5-7", "5,25,45 */6 * * *"),
        ("0 7 */2 * MON", "0 7 */2 * 1"),
        ("0 7 1,15 * */2", "0 7 1,15 * */2"),
        ("0 7 * * 7", "0 7 * * 0"),
    ],
)
def test_crontabs(cron: str, said: str) -> None:
    assert posix(expression(cron), "cron", stars_demand_both=True) == said


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 7 L * *", ["*-*~01 07:00:00 UTC"]),
        ("0 7 LW * *", ["Mon,Tue,Wed,Thu,Fri *-*~01 07:00:00 UTC", "Fri *-*~02,03 07:00:00 UTC"]),
        ("0 7 * * FRI#1", ["Fri *-*-01..07 07:00:00 UTC"]),
        ("0 7 1 * 5L", ["*-*-01 07:00:00 UTC", "Fri *-*~07/1 07:00:00 UTC"]),
        ("*/30 * 1 2-4 *", ["*-02..04-01 *:00,30:00 UTC"]),
    ],
)
def test_calendars(cron: str, said: list[str]) -> None:
    assert list(on_calendar(expression(cron), "UTC")) == said


@pytest.mark.parametrize("cron", ["0 7 L * *", "0 7 LW * *", "0 7 * * FRI#1", "0 7 * * 5L"])
def test_days_without_a_number(cron: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for write in (
        lambda: posix(expression(cron), "cron", stars_demand_both=True),
        lambda: posix(expression(cron), "Kubernetes"),
        lambda: utc_lines(expression(cron), ZoneInfo("UTC"), now, "GitHub"),
    ):
        with pytest.raises(UserError, match="has no word for") as refused:
            write()
        assert "schedule once" in str(refused.value.hint)


@pytest.mark.parametrize(
    "cron", ["*/2,5 * * * *", "0 7 */2,4 * MON", "0 7 */2 * 5L", "0 7 L * */2,5#1"]
)
def test_what_demands_two_things(cron: str) -> None:
    read = expression(cron)
    if cron.startswith("*"):
        assert posix(read, "cron").startswith("0,2,4-6,8")
        return
    with pytest.raises(UserError):
        posix(read, "cron", stars_demand_both=True)
    with (
        pytest.raises(UserError, match="either")
        if "," in cron and "#" not in cron
        else (pytest.raises(UserError))
    ):
        posix(read, "Kubernetes") if "L" not in cron else on_calendar(read, "UTC")


@pytest.mark.parametrize(
    ("cron", "zone"),
    [
        ("0 0 1 * *", "Europe/Zagreb"),
        ("0 23 31 * *", "America/New_York"),
        ("0 7 29 * *", "Asia/Tokyo"),
        ("0 7 * 3 *", "Asia/Tokyo"),
        ("0 7 2 3 MON", "Asia/Tokyo"),
    ],
)
def test_another_month_in_utc(cron: str, zone: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(UserError, match="which may lie in another month"):
        utc_lines(expression(cron), ZoneInfo(zone), now, "GitHub")
