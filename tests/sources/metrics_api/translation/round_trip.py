"""From queries to answers, over the bytes that would go over the wire."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

import jsonschema
import msgspec
from plain_api import Manner, posted
from plain_calls import Call

from reporter.catalog.metrics_api import standard
from reporter.catalog.model import Catalog
from reporter.data.answer import Answer
from reporter.dates import Interval
from reporter.plan.filters import FilterBy, stacked
from reporter.plan.model import Query
from reporter.plan.planner import with_operands
from reporter.resources import schemas
from reporter.settings import ApiKeyAuth, Callback, MetricsApiSource
from reporter.sources.metrics_api.answering import answers
from reporter.sources.metrics_api.model import Ask, Reply, Success
from reporter.sources.metrics_api.translation import translate, united
from reporter.sources.metrics_api.wire import read_result, reply_of, request_body

SETTINGS = MetricsApiSource(
    base_url="https://api.example.com", auth=ApiKeyAuth(key="k"), callback=Callback()
)
CALLBACK = "https://reports.example.com/callbacks/1"
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""When all is over that is asked about."""
Api = Callable[[bytes], bytes]
"""Takes the body of a request, gives that of its result."""


def query_of(
    *metrics: str,
    by: Iterable[str] = (),
    where: Sequence[FilterBy] = (),
    since: datetime,
    until: datetime,
    timezone: str = "UTC",
    catalog: Catalog | None = None,
) -> Query:
    """A query as the planner would make it."""
    catalog = catalog or standard()
    conditions, problems = stacked(where or ({},), catalog, {})
    assert not problems
    dimensions = [catalog.dimension(name) for name in by]
    return Query(
        metrics=with_operands(metrics, catalog),
        dimensions=tuple(d for d in dimensions if d is not None),
        conditions=conditions,
        interval=Interval(since, until),
        timezone=timezone,
    )


def over(calls: Iterable[Call], manner: Manner | None = None) -> Api:
    """An API over calls."""
    calls = tuple(calls)
    return lambda request: posted(request, calls, manner)


def asked(
    queries: Sequence[Query],
    api: Api,
    *,
    strict: bool = True,
    now: datetime = LATER,
    **settings: object,
) -> tuple[Answer, ...]:
    """The answers to queries.

    Args:
        queries: all in one batch.
        api: who answers.
        strict: whether the requests must be such as the API's document allows; words that a
            project adds are not among them.
        now: when they are asked.
        settings: of the source.
    """
    changed = msgspec.structs.replace(SETTINGS, **settings)
    translations = [translate(query, "api", changed) for query in queries]
    sent = united(ask for translation in translations for ask in translation.asks)
    bodies = {ask: request_body(ask, CALLBACK) for ask in sent.values()}
    if strict:
        for body in bodies.values():
            _request_schema().validate(json.loads(body))
    replies = {ask: _reply(ask, api(body)) for ask, body in bodies.items()}
    return answers(translations, replies, now=now)


def _reply(ask: Ask, body: bytes) -> Reply:
    result = read_result(body)
    assert isinstance(result, Success)
    return reply_of(ask, result.response)


@cache
def _request_schema() -> jsonschema.Draft202012Validator:
    document = json.loads((schemas() / "metrics-api.openapi.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(
        {
            "$ref": "#/components/schemas/QueryAggregateDataRequest",
            "components": document["components"],
        },
        format_checker=None,
    )


def table(answer: Answer) -> Mapping[tuple[object, ...], Mapping[str, object]]:
    """The metrics of an answer by the values of its dimensions."""
    width = len(answer.table.dimensions)
    names = [column.name for column in answer.table.metrics]
    found = {row[:width]: dict(zip(names, row[width:], strict=True)) for row in answer.table.rows}
    assert len(found) == len(answer.table.rows)
    return found
