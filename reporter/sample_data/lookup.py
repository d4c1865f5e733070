"""The world as tables of slots: a drawn number is a slot, a slot is a row.

A thing with a larger share has more slots. So a weighted choice is one join on a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product, repeat
from typing import Final, NamedTuple, TypeVar

from reporter.sample_data.model import (
    STEPS_OF_A_SPREAD,
    Country,
    Line,
    Mix,
    Network,
    Outcome,
    Reach,
    Spread,
    World,
)

SLOTS: Final = 1000
"""Of each choice; as in ``records.sql``."""

_SCALE: Final = 1000
"""Keeps the parts of a share apart when it is divided in whole numbers."""

T = TypeVar("T")


class RouteRow(NamedTuple):
    """A country and network."""

    slot: int
    country_id: int
    country_name: str
    network_id: int
    network_name: str
    mix: int
    pace: int
    talk: int


class LineRow(NamedTuple):
    """A stream of calls with one of its senders and entities."""

    slot: int
    account_key: str
    direction: str
    capability: str
    sender: str | None
    sender_type: str | None
    application_id: str | None
    entity_id: str | None
    knows_network: bool
    knows_country: bool
    mix: int | None
    talk: int
    amd: int
    campaign: int | None
    ringing: int


class OutcomeRow(NamedTuple):
    """An outcome of one mix; slots are numbered through all mixes."""

    slot: int
    rings: bool
    answered: bool
    status_group: str
    status: str
    error_group: str
    error_code: str
    hangup: str | None
    outcome_talk: int | None


class SpreadRow(NamedTuple):
    """A step of a distribution; slots are numbered through all spreads."""

    slot: int
    least: int
    width: int


def route_rows(world: World) -> tuple[RouteRow, ...]:
    """Which country and network a call goes to."""
    mixes = _numbers(world.mixes)
    choices = [
        (
            country.share * network.share * _SCALE // sum(n.share for n in country.networks),
            _route_row(country, network, mixes),
        )
        for country in world.countries
        for network in country.networks
    ]
    return tuple(row._replace(slot=slot) for slot, row in enumerate(_slots(choices)))


def line_rows(world: World) -> tuple[LineRow, ...]:
    """Which stream a call belongs to."""
    mixes, spreads = _numbers(world.mixes), _numbers(world.spreads)
    choices = [
        (
            line.share * _SCALE // (len(line.senders) * len(line.entities)),
            _line_row(line, sender, entity, mixes, spreads),
        )
        for line in world.lines
        for sender, entity in product(line.senders, line.entities)
    ]
    return tuple(row._replace(slot=slot) for slot, row in enumerate(_slots(choices)))


def outcome_rows(world: World) -> tuple[OutcomeRow, ...]:
    """How calls end, mix by mix."""
    outcomes = {outcome.name: outcome for outcome in world.outcomes}
    spreads = _numbers(world.spreads)
    return tuple(
        _outcome_row(number * SLOTS + slot, outcome, spreads)
        for number, mix in enumerate(world.mixes)
        for slot, outcome in enumerate(
            _slots([(share, outcomes[name]) for name, share in mix.shares.items()])
        )
    )


def spread_rows(world: World) -> tuple[SpreadRow, ...]:
    """The deciles of all spreads."""
    return tuple(
        SpreadRow(number * STEPS_OF_A_SPREAD + step, least, greatest - least)
        for number, spread in enumerate(world.spreads)
        for step, (least, greatest) in enumerate(pairwise(spread.points))
    )


def mix_number(world: World, name: str) -> int:
    """The place of a mix among all."""
    return _numbers(world.mixes)[name]


def spread_number(world: World, name: str) -> int:
    """The place of a spread among all."""
    return _numbers(world.spreads)[name]


def _numbers(things: Sequence[Mix | Spread]) -> dict[str, int]:
    return {thing.name: number for number, thing in enumerate(things)}


def _route_row(country: Country, network: Network, mixes: Mapping[str, int]) -> RouteRow:
    return RouteRow(
        slot=0,
        country_id=country.id,
        country_name=country.name,
        network_id=network.id,
        network_name=network.name,
        mix=mixes[network.mix],
        pace=network.pace,
        talk=network.talk,
    )


def _line_row(
    line: Line,
    sender: tuple[str | None, str | None],
    entity: str | None,
    mixes: Mapping[str, int],
    spreads: Mapping[str, int],
) -> LineRow:
    return LineRow(
        slot=0,
        account_key=line.account,
        direction=line.direction,
        capability=line.capability,
        sender=sender[0],
        sender_type=sender[1],
        application_id=line.application,
        entity_id=entity,
        knows_network=line.reach is Reach.NETWORK,
        knows_country=line.reach is not Reach.NOTHING,
        mix=None if line.mix is None else mixes[line.mix],
        talk=spreads[line.talk],
        amd=line.amd,
        campaign=line.campaign,
        ringing=line.ringing,
    )


def _outcome_row(slot: int, outcome: Outcome, spreads: Mapping[str, int]) -> OutcomeRow:
    return OutcomeRow(
        slot=slot,
        rings=outcome.rings,
        answered=outcome.answered,
        status_group=outcome.status_group,
        status=outcome.status,
        error_group=outcome.error_group,
        error_code=outcome.error_code,
        hangup=outcome.hangup,
        outcome_talk=None if outcome.talk is None else spreads[outcome.talk],
    )


def _slots(choices: Sequence[tuple[int, T]]) -> Iterator[T]:
    """Each thing as often as its weight says; ``SLOTS`` in all."""
    total = sum(weight for weight, _ in choices)
    passed = given = 0
    for weight, thing in choices:
        passed += weight
        upto = SLOTS * passed // total
        yield from repeat(thing, upto - given)
        given = upto
