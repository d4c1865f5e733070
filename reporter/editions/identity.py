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
    return " ".join((*parameters, *_filters(edition)))


def _settled(edition: Edition) -> list[Any]:
    return [_given(edition.parameters), _filters(edition)]


def _filters(edition: Edition) -> list[str]:
    # The order in which filters are given means nothing: all of them hold. Nor does that of their
    # values: one of them has to be met.
    return sorted(_encoded(_unordered(msgspec.to_builtins(one))) for one in edition.filters)


def _unordered(value: Any) -> Any:  # noqa: ANN401 - what JSON takes
    """The same with each list in an order of its own, and nothing twice."""
    if isinstance(value, dict):
        return {name: _unordered(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        parts = [_unordered(part) for part in value]
        return list({_encoded(part): part for part in sorted(parts, key=_encoded)}.values())
    return value


def _encoded(value: Any) -> str:  # noqa: ANN401 - what JSON takes
    return msgspec.json.encode(value, order="deterministic").decode()


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An optional parameter that is not set is as good as one that the spec does not have yet."""
    return {name: value for name, value in parameters.items() if value is not None}


def _digest(*parts: Any) -> str:  # noqa: ANN401 - what JSON takes
    return hashlib.sha256(_encoded(parts).encode()).hexdigest()[:32]
