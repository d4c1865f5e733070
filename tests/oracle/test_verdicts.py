"""Whether a report goes out, decided a second time in plain Python from the records themselves."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from asking import project
from hypothesis import given
from hypothesis import strategies as st
from random_calls import FILTER_VALUES, filters, intervals, looking, sources
from reference import METRICS, CallRecord, cut, each_once, is_bad
from reference_answers import FilterValue, Source
from report_reference import conditions

from reporter import wiring
from reporter.editions.verdict import incomplete, verdict
from reporter.pipeline import Tools, ask, composed
from reporter.plan.preparation import Request
from reporter.settings import load_project
from reporter.spec.schedule import CloseGate

Json = Any
Number = int | float
Half = float
"""1 true, 0 false, a half not known: ``and`` is the least, ``or`` the most, ``not`` 1 less it."""
NAMES: Final = (*METRICS, "TALKED_EACH")
MAIL: Final = {"host": "localhost", "security": "none", "from": "reports@example.com"}
LENGTHS: Final = {"30m": 1_800, "6h": 21_600, "2d": 172_800, "999d": 999 * 86_400}
WIDE: Final = ("directions", "capabilities", "networkIds", "countryIds", "statusGroups")


@dataclass(frozen=True)
class Facts:
    """What is true of a report, from the records.

    Attributes:
        figures: every metric over the period under the report's filters.
    """

    figures: Mapping[str, Number | None]
    missed: Half
    changed: bool

    @property
    def empty(self) -> bool:
        return self.figures["TOTAL_CALL_COUNT"] == 0


Clause = tuple[str, Callable[[Facts], Half]]
"""A condition as it is written, and what it comes to."""


def figures(calls: Sequence[CallRecord]) -> dict[str, Number | None]:
    found = {name: metric(calls) for name, metric in METRICS.items()}
    talked, answered = found["TOTAL_CALL_DURATION"], found["TOTAL_ANSWERED_CALL_COUNT"]
    each = talked / answered if talked is not None and answered else None
    return {**found, "TALKED_EACH": each}


def missed(targets: Mapping[str, Mapping[str, Number]], known: Mapping[str, Number | None]) -> Half:
    return max(
        (0.5 if known[name] is None else float(outside(known[name], target["atLeast"])))
        for name, target in targets.items()
    )


def outside(value: Number | None, least: Number | None = None, most: Number | None = None) -> bool:
    """No value lies in no range."""
    return value is None or not (
        (least is None or least <= value) and (most is None or value <= most)
    )


@st.composite
def comparisons(draw: st.DrawFn, known: Mapping[str, Number | None]) -> Clause:
    """A metric against a number, often its very own, or against another metric."""
    name, other = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
    sign = draw(st.sampled_from(("<", "<=", ">", ">=", "==", "!=")))
    own = known[name]
    numbers = [0, 1, 2, 3, 0.5, 0.25, *([own, own] if own is not None else [])]
    number = draw(st.sampled_from(numbers))
    right, value = draw(
        st.sampled_from(
            [
                (repr(number), lambda _: number),
                (other, lambda facts: facts.figures[other]),
                ("50%", lambda _: 0.5),
            ]
        )
    )
    signs: Mapping[str, Callable[[Number, Number], bool]] = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
    }

    def holds(facts: Facts) -> Half:
        a, b = facts.figures[name], value(facts)
        return 0.5 if a is None or b is None else float(signs[sign](a, b))

    return f"{name} {sign} {right}", holds


FACTS: Final[tuple[Clause, ...]] = (
    ("noData", lambda facts: float(facts.empty)),
    ("anyTargetMissed", lambda facts: facts.missed),
    ("changed", lambda facts: float(facts.changed)),
)


def clauses(known: Mapping[str, Number | None]) -> st.SearchStrategy[Clause]:
    return st.recursive(
        st.one_of(comparisons(known), comparisons(known), st.sampled_from(FACTS)),
        lambda inner: st.one_of(
            st.builds(lambda a: (f"not ({a[0]})", lambda facts: 1 - a[1](facts)), inner),
            st.builds(_joined, st.just("and"), inner, inner),
            st.builds(_joined, st.just("or"), inner, inner),
        ),
        max_leaves=4,
    )


def _joined(word: str, a: Clause, b: Clause) -> Clause:
    least_or_most = min if word == "and" else max
    return f"({a[0]}) {word} ({b[0]})", lambda facts: least_or_most(a[1](facts), b[1](facts))


@st.composite
def ranges(draw: st.DrawFn, known: Mapping[str, Number | None]) -> dict[str, Json]:
    """Bounds on, above or below a value."""
    name = draw(st.sampled_from(NAMES))
    own = known[name]
    number = draw(st.sampled_from([0, 1, 5, 0.5, *([own] * 3 if own is not None else [])]))
    return {
        "type": "range",
        "metric": name,
        draw(st.sampled_from(("atLeast", "atMost"))): number,
        "severity": draw(st.sampled_from(("hold", "warn"))),
    }


@st.composite
def checks(
    draw: st.DrawFn, records: "Records", filter_by: Mapping[str, FilterValue]
) -> list[dict[str, Json]]:
    """None to three checks, many at the very bound of what holds."""
    own: dict[str, FilterValue] = {}
    if draw(st.booleans()):
        name = draw(st.sampled_from(WIDE))
        own = {name: draw(FILTER_VALUES[name])}
    known = records.figures(filter_by, own)
    number = int(known["TOTAL_CALL_COUNT"] or 0)
    kinds = (
        ranges(known).map(lambda one: {**one, "filterBy": own}),
        st.sampled_from((1, max(number, 1), number + 1)).map(
            lambda least: {"type": "rows", "atLeast": least, "filterBy": own}
        ),
        st.sampled_from(sorted(LENGTHS)).map(lambda n: {"type": "freshness", "within": n}),
        st.sampled_from((0, records.bad, max(records.bad - 1, 0))).map(
            lambda most: {"type": "rejected", "atMost": most}
        ),
    )
    found = draw(st.lists(st.one_of(*kinds), max_size=3))
    return [one for n, one in enumerate(found) if one not in found[:n]]


class Records:
    """A source's records as a report sees them."""

    def __init__(self, source: Source, since: datetime, until: datetime) -> None:
        calls = [cut(call) for call in source.calls]
        good = [call for call in calls if not is_bad(call)]
        self.source, self.since, self.until = source, since, until
        self.once = each_once(good) if source.deduplicate else good
        self.bad = sum(is_bad(call) and self._inside(call) for call in calls)
        self.through = max((c.sent_at for c in self.once if c.sent_at), default=None)

    def _inside(self, call: CallRecord) -> bool:
        return call.sent_at is None or self.since <= call.sent_at < self.until

    def figures(self, *levels: Mapping[str, FilterValue]) -> dict[str, Number | None]:
        tests = conditions(self.source, levels, {})
        kept = (call for call in self.once if self._inside(call))
        return figures([call for call in kept if all(test(call) for test in tests)])

    def ends_before(self, instant: datetime) -> bool:
        return self.through is None or self.through < instant


def fails(
    check: dict[str, Json],
    records: Records,
    filter_by: Mapping[str, FilterValue],
    as_of: datetime,
) -> bool:
    match check["type"]:
        case "rows":
            found = records.figures(filter_by, check["filterBy"])
            return outside(found["TOTAL_CALL_COUNT"], check["atLeast"])
        case "range":
            found = records.figures(filter_by, check["filterBy"])
            return outside(found[check["metric"]], check.get("atLeast"), check.get("atMost"))
        case "freshness":
            end = min(as_of, records.until)
            return records.ends_before(end - timedelta(seconds=LENGTHS[check["within"]]))
        case _:
            return records.bad > check["atMost"]


def decided(delivery: dict[str, Json], clause: Clause | None, facts: Facts, *, held: bool) -> str:
    if held:
        return "hold"
    speaks_of_it = clause is not None and "noData" in clause[0]
    if facts.empty and delivery["whenEmpty"] != "send" and not speaks_of_it:
        return str(delivery["whenEmpty"])
    return "send" if clause is None or clause[1](facts) == 1 else "skip"


@looking(40)
@given(sources(), filters(), st.data())
def test_every_verdict(
    source: Source,
    filter_by: dict[str, FilterValue],
    data: st.DataObject,
) -> None:
    changed = data.draw(st.booleans())
    since, until = data.draw(intervals(source.calls))
    as_of = until + timedelta(hours=data.draw(st.sampled_from((-30, -1, 0, 12))))
    if as_of <= since:
        as_of = until
    records = Records(source, since, until)
    known = records.figures(filter_by)
    targets = {
        name: {"atLeast": data.draw(st.sampled_from((0, 1, known[name] or 0.5)))}
        for name in data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
    }
    facts = Facts(known, missed(targets, known), changed)
    asked = data.draw(st.lists(st.one_of(st.none(), clauses(known)), min_size=1, max_size=3))
    judged = data.draw(checks(records, filter_by))
    deliveries = [
        {
            "type": "email",
            "name": f"mail-{number}",
            "to": ["ops@example.com"],
            "whenEmpty": data.draw(st.sampled_from(("hold", "skip", "send"))),
            **({} if clause is None else {"when": clause[0]}),
        }
        for number, clause in enumerate(asked)
    ]
    spec = {
        "version": 1,
        "name": "review",
        "title": "Review",
        "source": "calls",
        "timezone": "UTC",
        "period": {
            "since": since.astimezone(UTC).isoformat(),
            "until": until.astimezone(UTC).isoformat(),
        },
        "filterBy": filter_by,
        "metrics": {
            "TALKED_EACH": {
                "label": "Talked each",
                "formula": "TOTAL_CALL_DURATION / TOTAL_ANSWERED_CALL_COUNT",
            }
        },
        "targets": targets,
        "checks": judged,
        "delivery": deliveries,
        "sections": [{"type": "kpis", "metrics": ["TALKED_EACH", "ANSWER_RATE"]}],
    }
    failed = [one for one in judged if fails(one, records, filter_by, as_of)]
    held = [one for one in failed if one.get("severity", "hold") == "hold"]
    expected = [
        decided(delivery, clause, facts, held=bool(held))
        for delivery, clause in zip(deliveries, asked, strict=True)
    ]
    with TemporaryDirectory() as folder:
        path = project(source, Path(folder)) / "review.yaml"
        path.write_text(json.dumps(spec), encoding="utf-8")
        file = Path(folder) / "reporter.yaml"
        said = {"mail": MAIL, **json.loads(file.read_text(encoding="utf-8"))}
        file.write_text(json.dumps(said), encoding="utf-8")
        settings, _ = load_project(file)
        assert settings is not None
        made = asyncio.run(
            ask(
                path,
                settings,
                Request(now=as_of),
                Tools(wiring.open_source, wiring.RENDERERS),
                progress=lambda _: None,
            )
        )
        document = composed(made)
    assert len(document.held) == len(held), (document.held, held)
    assert set(document.held) <= set(document.notices)
    decisions = verdict(made, document, changed=changed)
    assert [one.kind for one in decisions] == expected, decisions
    for slack, seconds in LENGTHS.items():
        late = records.ends_before(until - timedelta(seconds=seconds))
        assert (incomplete(made, CloseGate(slack=slack)) is not None) == late
