"""Random call records, questions and set-ups, chosen to hurt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from reference import BUCKETS, DIMENSIONS, METRICS, TIME_STEPS, CallRecord
from reference_answers import FilterValue, Question, Source

ZONES: Final = (
    "UTC",
    "Europe/Zagreb",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
)

TURNS: Final = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Zagreb: spring
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # Zagreb: autumn
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York: spring
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # New York: autumn, and a month's first day
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # Lord Howe: half an hour back
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe: half an hour forth
    datetime(2026, 2, 15, 2, tzinfo=UTC),  # Casablanca: Ramadan
    datetime(2026, 9, 26, 14, tzinfo=UTC),  # Chatham: three quarters past the hour
    datetime(2025, 12, 31, 23, tzinfo=UTC),  # a new year in Zagreb
    datetime(2026, 1, 1, tzinfo=UTC),  # a new year, a Thursday
    datetime(2026, 6, 30, 18, 30, tzinfo=UTC),  # a new quarter in Kolkata
    datetime(2026, 7, 31, 22, tzinfo=UTC),  # a new month, and a Saturday, in Zagreb
    datetime(2026, 8, 2, tzinfo=UTC),  # a Sunday
    datetime(2026, 8, 3, 4, tzinfo=UTC),  # a Monday in New York
    datetime(2028, 2, 29, tzinfo=UTC),  # a leap day
)
"""Instants around which calendars do something."""

_MICROSECONDS: Final = (0, 1, -1, 499, 500, 999, -999, 1000, -1000, 1001)
_STEPS: Final = (0, 1, 1_800, 3_600, 7_200, 43_200, 86_399, 86_400, 172_800)

_near: Final = st.builds(
    lambda seconds, sign, micro: timedelta(seconds=sign * seconds, microseconds=micro),
    st.one_of(st.sampled_from(_STEPS), st.integers(0, 4 * 86_400)),
    st.sampled_from((1, -1)),
    st.one_of(st.sampled_from(_MICROSECONDS), st.integers(0, 999_999)),
)

_wait: Final = st.builds(
    lambda bound, micro: timedelta(milliseconds=bound, microseconds=micro),
    st.one_of(st.sampled_from(tuple(BUCKETS.values())), st.integers(0, 90_000)),
    st.sampled_from(_MICROSECONDS),
)
"""From the bounds of the buckets and between them; a few are negative."""

SENDERS: Final = (
    "38591000111",
    "ACME",
    "acme",
    "O'Brien & Sons",
    'say "hello"',
    "'; DROP TABLE calls; --",
    "a,b",
    "a;b|c",
    "100%_",
    "C:\\temp\\n",
    "{curly} $1 ?",
    "日本語",
    "🎉📞",
    "caf\u00e9",
    "cafe\u0301",
    "straße",
    "STRASSE",
    "שלום",
    "=SUM(A1)",
    "null",
    "NULL",
    "N/A",
    "0",
    "007",
    "7",
    "[x]",
)
"""Every one is another sender."""

STATUSES: Final = (
    ("DELIVERED", "DELIVERED_TO_HANDSET"),
    ("UNDELIVERABLE", "NO_ANSWER"),
    ("UNDELIVERABLE", "BUSY"),
    ("UNDELIVERABLE", "CANCELLED"),
    ("PENDING", "PENDING_ENROUTE"),
    ("PENDING", "NO_ANSWER"),
    ("PENDING", None),
    ("REJECTED", "REJECTED_DND"),
    ("EXPIRED", "EXPIRED_EXPIRED"),
    ("REJECTED", "HEARD_OF_NEVER"),
    ("DELIVERED", "Ñandú\u2028 'x'"),
    ("UNDELIVERABLE", "no_answer"),
    (None, "BUSY"),
    (None, None),
)
ERRORS: Final = (
    ("OK", "NORMAL_HANGUP"),
    ("USER_ERRORS", "BUSY"),
    ("OPERATOR_ERRORS", "CONGESTION"),
    ("HANDSET_ERRORS", "MEDIA_ERROR"),
    ("OPERATOR_ERRORS", None),
    (None, None),
)
_spoilt: Final = st.sampled_from((*[None] * 30, "SOMETHING_NEW"))
NETWORKS: Final = ((21901, "A1"), (21902, "Telemach"), (21903, "A1"), (1, None), (None, None))
COUNTRIES: Final = ((219, "Croatia"), (65, "Germany"), (66, "Côte d'Ivoire"), (None, None))
COMMUNICATIONS: Final = (None, 0, 12354646546, 2**63 - 1, -(2**63), 2**53 + 1)
ACCOUNTS: Final = ("root", "north", "north-1", "north-1-a", "south", "stranger", None)
PARENTS: Final = {"root": None, "north": "root", "north-1": "north", "north-1-a": "north-1"} | {
    "south": "root",
    "ring-1": "ring-2",
    "ring-2": "ring-1",
}
"""A tree four levels deep, and two accounts that are each above the other."""


@st.composite
def calls(draw: st.DrawFn, turn: datetime, number: int) -> CallRecord:
    """One call near an instant. About one in ten contradicts itself."""
    placed = turn + draw(_near)
    sent = draw(st.sampled_from((*[placed] * 30, None)))
    rings = draw(st.booleans())
    answered = placed + draw(_wait) if draw(st.booleans()) else None
    length = draw(st.one_of(st.none(), st.just(timedelta(seconds=31)), _wait, _wait))
    group, status = draw(st.sampled_from(STATUSES))
    error_group, error = draw(st.sampled_from(ERRORS))
    network_id, network = draw(st.sampled_from(NETWORKS))
    country_id, country = draw(st.sampled_from(COUNTRIES))
    return CallRecord(
        call_id=f"call-{number}",
        account_key=draw(st.sampled_from(ACCOUNTS)),
        sent_at=sent,
        direction=draw(st.sampled_from((*("OUTBOUND", "INBOUND") * 8, "SIDEWAYS", None))),
        capability=draw(
            st.sampled_from(("PHONE", "WEBRTC", "SIPTRUNK", "VIBER_BC", "WHATSAPP_BC", None))
        ),
        sender=draw(st.one_of(st.none(), st.sampled_from(SENDERS))),
        sender_type=draw(st.sampled_from(("ALPHANUMERIC", "SHORT_CODE", None))),
        communication_id=draw(st.sampled_from(COMMUNICATIONS)),
        network_id=network_id,
        network_name=network,
        country_id=country_id,
        country_name=country,
        application_id=draw(st.sampled_from(("app", "App", None))),
        entity_id=draw(st.sampled_from(("brand-1", "brand-2", None))),
        ringing_at=placed + timedelta(seconds=1) if rings else None,
        answered_at=answered,
        ended_at=None if length is None else (answered or placed) + length,
        status_group=draw(_spoilt) or group,
        status=status,
        error_group=error_group,
        error_code=error,
        amd_result=draw(st.sampled_from(("HUMAN", "MACHINE", None))),
        hangup=draw(st.sampled_from(("NORMAL", "ERROR", None))),
    )


@st.composite
def call_lists(draw: st.DrawFn, most: int = 30) -> list[CallRecord]:
    """Calls around one turn, and a few around others."""
    turn = draw(st.sampled_from(TURNS))
    size = draw(st.integers(0, most))
    turns = [turn if draw(st.integers(0, 7)) else draw(st.sampled_from(TURNS)) for _ in range(size)]
    return [draw(calls(turn, number)) for number, turn in enumerate(turns)]


@st.composite
def call_lists_with_repeats(draw: st.DrawFn, most: int = 20) -> list[CallRecord]:
    """Calls of which some stand there again: unchanged, or in a later version."""
    once = draw(call_lists(most))
    repeats = [
        _version(draw, call, again) if draw(st.booleans()) else call
        for call in once
        for again in range(draw(st.integers(0, 2)))
    ]
    return list(draw(st.permutations(once + repeats)))


def _version(draw: st.DrawFn, call: CallRecord, again: int) -> CallRecord:
    """The call as heard of later, when it had ended (again)."""
    times = (call.sent_at, call.answered_at, call.ended_at)
    ended = max(filter(None, times), default=TURNS[0]) + timedelta(seconds=again + 1)
    status = draw(st.sampled_from(STATUSES))
    return replace(call, ended_at=ended, status_group=status[0], status=status[1])


# Questions


def _some(values: Sequence[str | int | None]) -> st.SearchStrategy[FilterValue]:
    known = [value for value in values if value is not None]
    lists = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
    return cast(st.SearchStrategy[FilterValue], lists)


_span: Final = st.builds(
    lambda bounds, drop: {
        key: name
        for key, name in zip(("from", "to"), sorted(bounds, key=list(BUCKETS).index), strict=True)
        if key != drop
    },
    st.lists(st.sampled_from(tuple(BUCKETS)), min_size=2, max_size=2, unique=True),
    st.sampled_from((None, None, "from", "to")),
)
_pair: Final = st.fixed_dictionaries(
    {},
    optional={
        "applicationId": st.sampled_from(("app", "App", "none such")),
        "entityId": st.sampled_from(("brand-1", "brand-2")),
    },
).filter(bool)

FILTER_VALUES: Final[Mapping[str, st.SearchStrategy[FilterValue]]] = {
    "accountKeys": _some(ACCOUNTS),
    "directions": _some(("OUTBOUND", "INBOUND")),
    "capabilities": _some(("PHONE", "WEBRTC", "SIPTRUNK", "VIBER_BC", "WHATSAPP_BC")),
    "channelCodes": st.just(["VOICE_VIDEO"]),
    "senders": _some((*SENDERS, "never seen")),
    "senderTypes": _some(("ALPHANUMERIC", "SHORT_CODE", "DOMAIN")),
    "communicationIds": _some((*COMMUNICATIONS, 5)),
    "networkIds": _some((21901, 21902, 21903, 1, 99)),
    "countryIds": _some((219, 65, 66, 99)),
    "statusGroups": _some(("PENDING", "UNDELIVERABLE", "DELIVERED", "EXPIRED", "REJECTED")),
    "statuses": _some(tuple(status for _, status in STATUSES)),
    "errorGroups": _some(("OK", "HANDSET_ERRORS", "USER_ERRORS", "OPERATOR_ERRORS")),
    "errorCodes": _some(tuple(code for _, code in ERRORS)),
    "applicationId": _some(("app", "App", "none such")),
    "entityId": _some(("brand-1", "brand-2")),
    "timeToAnswer": st.lists(_span, min_size=1, max_size=2),
    "platforms": st.lists(_pair, min_size=1, max_size=2),
}


@st.composite
def filters(draw: st.DrawFn) -> dict[str, FilterValue]:
    """Up to three filters, and sub-accounts."""
    names = draw(st.lists(st.sampled_from(tuple(FILTER_VALUES)), max_size=3, unique=True))
    given: dict[str, FilterValue] = {name: draw(FILTER_VALUES[name]) for name in names}
    if draw(st.integers(0, 3)) == 0:
        given["includeSubaccounts"] = draw(st.booleans())
    return given


@st.composite
def dimensions(draw: st.DrawFn) -> tuple[str, ...]:
    """None to three, of which at most one is a week."""
    weeks = [name for name in TIME_STEPS if name.startswith("WEEK")]
    names = draw(st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True))
    first_week = next((name for name in names if name in weeks), None)
    return tuple(name for name in names if name not in weeks or name == first_week)


@st.composite
def intervals(draw: st.DrawFn, among: Sequence[CallRecord]) -> tuple[datetime, datetime]:
    """Everything, or from one point to another: near calls, on them, or on midnights."""
    if draw(st.booleans()):
        return datetime(2025, 6, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    points = [turn + timedelta(days=days) for turn in TURNS for days in (-1, 0, 1)]
    points += [datetime(2026, month, 1, tzinfo=zone) for month in range(1, 13)]
    points += [_to_the_millisecond(call.sent_at) for call in among if call.sent_at]
    ends = draw(st.lists(st.sampled_from(points), min_size=2, max_size=2, unique=True))
    since, until = sorted(ends)
    return since, until


def _to_the_millisecond(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@st.composite
def questions(draw: st.DrawFn, among: Sequence[CallRecord]) -> Question:
    """Some metrics, some dimensions, some filters, some interval."""
    since, until = draw(intervals(among))
    metrics = st.lists(st.sampled_from(tuple(METRICS)), min_size=1, max_size=6, unique=True)
    return Question(
        metrics=tuple(draw(metrics)),
        dimensions=draw(dimensions()),
        filters=draw(filters()),
        since=since,
        until=until,
        timezone=draw(st.sampled_from(ZONES)),
    )


@st.composite
def sources(draw: st.DrawFn, most: int = 30) -> Source:
    """Some calls in some set-up; repeated ids only where they count once, or both."""
    deduplicate = draw(st.booleans())
    records = draw(call_lists_with_repeats(most * 2 // 3) if deduplicate else call_lists(most))
    return Source(
        calls=tuple(records),
        parents=PARENTS,
        deduplicate=deduplicate,
        account=draw(st.sampled_from((None, None, None, "north"))),
    )


EVERYTHING: Final = (datetime(2025, 6, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))


def looking(examples: int) -> settings:
    """Settings for this many examples, and in proportion more under a longer-looking profile."""
    usual = 100
    return settings(
        max_examples=max(1, examples * settings().max_examples // usual),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
