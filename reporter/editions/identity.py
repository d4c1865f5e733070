"""What makes an edition the one that it is: what is made once, and delivered once.

Two runs that agree in report, interval, time zone, parameters, filters and burst value are about
the same; the *series*. Each of its issues has a revision. What a run happens to be called with
(a file's path, an ``--as-of`` that gives the same interval) is no part of it.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import msgspec

from reporter.spec.edition import Edition, Revision


def series_of(edition: Edition) -> str:
    """The digest of what an edition is about, the same in all processes and for all time."""
    interval = edition.interval
    burst = edition.burst
    return _digest(
        "series 1",
        edition.spec.name,
        interval.since.astimezone(UTC).isoformat(),
        interval.until.astimezone(UTC).isoformat(),
        edition.timezone,
        _settled(edition),
        None if burst is None else [burst.dimension, burst.value],
    )


def edition_id(series: str, revision: Revision) -> str:
    """The digest of one issue of a series."""
    return _digest("edition 1", series, str(revision))


def settled_text(edition: Edition) -> str:
    """The parameters and filters of a run, for people; empty where there are none."""
    parameters = [f"{name}={value}" for name, value in sorted(_given(edition.parameters).items())]
    filters = [msgspec.json.encode(one, order="deterministic").decode() for one in edition.filters]
    return " ".join((*parameters, *sorted(filters)))


def _settled(edition: Edition) -> list[Any]:
    # The order in which filters are given means nothing: all of them hold.
    filters = sorted(
        msgspec.json.encode(f, order="deterministic").decode() for f in edition.filters
    )
    return [_given(edition.parameters), filters]


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An optional parameter that is not set is as good as one that the spec does not have yet."""
    return {name: value for name, value in parameters.items() if value is not None}


def _digest(*parts: Any) -> str:  # noqa: ANN401 - what JSON takes
    encoded = msgspec.json.encode(parts, order="deterministic")
    return hashlib.sha256(encoded).hexdigest()[:32]
