"""The vocabulary of a Metrics API: calls, and the traffic of its other channels.

Calls are in the words of the catalog that a project's call records have too, so that a spec says
the same of both. Everything else is *reported*: the API knows how it comes about, nobody else.
"""

from functools import cache
from typing import Final

import msgspec

from reporter.catalog.builtin import METRICS_API, built_in, messaging
from reporter.catalog.model import Catalog, Metric, Named, Reported
from reporter.catalog.resolve import extended
from reporter.data.table import Member

LABEL: Final = "Metrics API"
VOICE_AND_VIDEO: Final = "VOICE_VIDEO"
CHANNELS: Final = "channelCodes"
"""The filter that names channels; its values are all that there are."""
NOT_TOLD: Final = frozenset({"PENDING_CALL_COUNT"})
"""Building blocks of metrics of calls that an API keeps to itself."""
_CAPABILITIES: Final = "capabilities"
_CAPABILITY: Final = "CAPABILITY"
_WITH_CAPABILITIES: Final = (
    *(VOICE_AND_VIDEO, "VIBER", "LINE", "KAKAO", "ZALO"),
    *("FACEBOOK", "INSTAGRAM"),
)
"""The channels that have several flavours."""


@cache
def standard() -> Catalog:
    """What a Metrics API tells, without the words of any project."""
    return with_messaging(built_in())


def with_messaging(base: Catalog) -> Catalog:
    """A catalog of calls with the words of the other channels behind its own."""
    whole = extended(base, messaging())
    members = tuple(Member(c.code, c.label) for c in whole.capabilities)
    return msgspec.structs.replace(
        whole,
        name=METRICS_API,
        label=LABEL,
        dimensions=tuple(
            msgspec.structs.replace(d, members=members) if d.name == _CAPABILITY else d
            for d in whole.dimensions
        ),
        filters=tuple(
            msgspec.structs.replace(f, values=members, channels=_WITH_CAPABILITIES)
            if f.name == _CAPABILITIES
            else f
            for f in whole.filters
        ),
    )


def measures(metric: Metric, channel: str, catalog: Catalog) -> bool:
    """Whether a metric says anything of a channel.

    What is computed from calls speaks of voice and video alone, what is reported of all the
    others, unless it names its channels; what is derived, of the channels of all its operands.
    """
    if metric.channels:
        return channel in metric.channels
    operands = metric.operands()
    if operands:
        found = (catalog.metric(name) for name in operands)
        return all(measures(one, channel, catalog) for one in found if one is not None)
    return isinstance(metric.definition, Reported) == (channel != VOICE_AND_VIDEO)


def of_channel(catalog: Catalog, channel: str) -> Catalog:
    """What can be asked about one channel; the building blocks of its metrics too."""
    return msgspec.structs.replace(
        catalog,
        metrics=tuple(m for m in catalog.metrics if measures(m, channel, catalog)),
        dimensions=tuple(
            d
            for d in catalog.dimensions
            if channel != VOICE_AND_VIDEO or not isinstance(d.definition, Named)
        ),
        filters=tuple(f for f in catalog.filters if not f.channels or channel in f.channels),
        capabilities=catalog.capabilities if channel in _WITH_CAPABILITIES else (),
    )


def channels(catalog: Catalog) -> tuple[str, ...]:
    """The codes of all channels that a catalog knows."""
    known = catalog.filter(CHANNELS)
    return () if known is None else tuple(member.value for member in known.values)


def is_known(name: str) -> bool:
    """Whether a Metrics API has a word of that name beyond those of calls."""
    file = messaging()
    return name in file.metrics or name in file.dimensions or name in file.filters
