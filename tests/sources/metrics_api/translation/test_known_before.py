"""What the translation refuses the check knows before, and the other way round."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from round_trip import SETTINGS, query_of

from reporter.catalog.metrics_api import standard
from reporter.diagnostics import Severity
from reporter.errors import SourceError
from reporter.plan.metrics_api.limits import Asked, limits
from reporter.plan.model import Query
from reporter.settings import MetricsApiSource
from reporter.sources.metrics_api.translation import translate, unavailable

ZONES = ("UTC", "Europe/London", "Europe/Zagreb", "Asia/Kolkata", "Australia/Lord_Howe")
METRICS = tuple(m.name for m in standard().metrics)
DIMENSIONS = ("HOUR", "DAY", "WEEK_MONDAY_START", "MONTH", "CHANNEL_CODE", "SENDER")
_SINCE = datetime(2026, 9, 28, tzinfo=UTC)


def is_refused(query: Query, settings: MetricsApiSource) -> bool:
    try:
        translate(query, "api", settings)
    except SourceError:
        return True
    return False


@given(data=st.data())
@settings(max_examples=300)
def test_the_check_knows_what_the_translation_refuses(data: st.DataObject) -> None:
    draw = data.draw
    dimensions = draw(st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True))
    steps = [name for name in dimensions if name in DIMENSIONS[:4]]
    metrics = draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True))
    minutes = st.sampled_from([0, 0, 0, 30, 60, 22 * 60, 3 * 24 * 60, 4 * 24 * 60])
    since = _SINCE + timedelta(minutes=draw(minutes))
    channels = draw(
        st.lists(
            st.sampled_from(["VOICE_VIDEO", "SMS", "EMAIL"]), min_size=1, max_size=3, unique=True
        )
    )
    scale = draw(st.sampled_from(["auto", "percent"]))
    query = query_of(
        *metrics,
        by=[name for name in dimensions if name not in steps[1:]],
        where=[{"channelCodes": tuple(channels)}],
        since=since,
        until=since + timedelta(days=draw(st.integers(1, 40)), minutes=draw(minutes)),
        timezone=draw(st.sampled_from(ZONES)),
    )
    changed = msgspec.structs.replace(SETTINGS, ratio_scale=scale)
    asked = Asked(
        query=query, names=tuple(metrics), settings=changed, catalog=standard(), known=True
    )
    known = list(limits(asked))
    refused = is_refused(query, changed)
    assert refused == any(limit.severity is Severity.ERROR for limit in known), known
    without = {column.name for column in unavailable(query, "api")}
    assert without.intersection(metrics) == {
        limit.name for limit in known if limit.code == "not-in-metrics-api"
    }
