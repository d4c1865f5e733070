"""Call records of March 2026 that have a bit of everything, the same ones every time."""

from datetime import UTC, datetime, timedelta
from random import Random

from random_calls import ACCOUNTS, COMMUNICATIONS, COUNTRIES, ERRORS, NETWORKS, SENDERS, STATUSES
from reference import BUCKETS, CallRecord


def some_calls(number: int, seed: int = 7) -> list[CallRecord]:
    """So many calls, most of them in March, a few days of them around its change of clocks."""
    chance = Random(seed)  # noqa: S311 - nothing secret about it
    return [_call(chance, f"call-{n}") for n in range(number)]


def _call(chance: Random, call_id: str) -> CallRecord:
    if chance.random() < 0.3:
        sent = datetime(2026, 3, 28, 22, tzinfo=UTC) + timedelta(minutes=chance.randrange(480))
    else:
        sent = datetime(2026, 2, 28, tzinfo=UTC) + timedelta(minutes=chance.randrange(34 * 1440))
    sent += timedelta(milliseconds=chance.randrange(60_000))
    status_group, status = chance.choice(STATUSES)
    error_group, error_code = chance.choice(ERRORS)
    network_id, network_name = chance.choice(NETWORKS)
    country_id, country_name = chance.choice(COUNTRIES)
    wait = timedelta(milliseconds=chance.choice((*BUCKETS.values(), chance.randrange(90_000))))
    answered = sent + wait if chance.random() < 0.5 else None
    length = timedelta(milliseconds=chance.randrange(400_000))
    return CallRecord(
        call_id=call_id,
        account_key=chance.choice(ACCOUNTS),
        sent_at=sent,
        direction=chance.choice(("OUTBOUND", "OUTBOUND", "OUTBOUND", "INBOUND")),
        capability=chance.choice(
            ("PHONE", "PHONE", "WEBRTC", "SIPTRUNK", "VIBER_BC", "WHATSAPP_BC", None)
        ),
        sender=chance.choice((*SENDERS, None)),
        sender_type=chance.choice(("ALPHANUMERIC", "SHORT_CODE", None)),
        communication_id=chance.choice(COMMUNICATIONS),
        network_id=network_id,
        network_name=network_name,
        country_id=country_id,
        country_name=country_name,
        application_id=chance.choice(("app", "App", None)),
        entity_id=chance.choice(("brand-1", "brand-2", None)),
        ringing_at=sent + timedelta(seconds=1) if chance.random() < 0.6 else None,
        answered_at=answered,
        ended_at=(answered or sent) + length if chance.random() < 0.9 else None,
        status_group=status_group,
        status=status,
        error_group=error_group,
        error_code=error_code,
        amd_result=chance.choice(("HUMAN", "MACHINE", None)),
        hangup=chance.choice(("NORMAL", "ERROR", None)),
    )
