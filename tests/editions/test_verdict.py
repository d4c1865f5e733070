"""What becomes of each delivery, and whether the data are complete."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from reporter import wiring
from reporter.editions.verdict import Decision, incomplete, verdict
from reporter.pipeline import Asked, Tools, ask, composed
from reporter.plan.preparation import Request
from reporter.settings import load_project
from reporter.spec.schedule import CloseGate

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SEND = Decision("send")
EMPTY = "the period has no calls"
# Five calls in October; of four outbound ones two were answered and one met an engaged line.
TARGETS = "targets: {ANSWER_RATE: {atLeast: 0.6}, BUSY_RATE: {atMost: 0.5}}\n"
MET = "targets: {ANSWER_RATE: {atLeast: 0.5}}\n"
UNKNOWN = "targets: {ANSWER_RATE: {atLeast: 0.5}, ANSWER_SEIZURE_RATIO: {atLeast: 0.5}}\n"


def asked(project: Path, text: str, **keys: str) -> Asked:
    settings, mistakes = load_project(project / "reporter.yaml")
    assert settings is not None, mistakes
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text(encoding="utf-8") + text, encoding="utf-8")
    request = msgspec.structs.replace(Request(now=NOW), **keys)
    tools = Tools(wiring.open_source, wiring.RENDERERS)
    return asyncio.run(ask(spec, settings, request, tools, progress=lambda _: None))


def mail(**keys: str) -> str:
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return f"delivery:\n  - {{type: email, to: [ops@example.com]{more}}}\n"


def decision(project: Path, text: str, *, changed: bool = True, **keys: str) -> Decision:
    made = asked(project, text, **keys)
    (found,) = verdict(made, composed(made), changed=changed)
    return found


def skipped(reason: str) -> Decision:
    return Decision("skip", reason)


def test_without_a_condition_it_goes_out(project: Path) -> None:
    assert decision(project, mail()) == SEND


def test_without_deliveries_nothing_is_decided(project: Path) -> None:
    made = asked(project, "")
    assert verdict(made, composed(made)) == ()


@pytest.mark.parametrize(
    "when",
    [
        "ANSWER_RATE == 0.5",
        "ANSWER_RATE <= 50% and TOTAL_CALL_COUNT > 4",
        "TOTAL_CALL_COUNT - TOTAL_ATTEMPTED_CALL_COUNT == 1",
        "changed",
        "not noData",
        "anyTargetMissed",
        "ANSWER_SEIZURE_RATIO < 0.1 or ANSWER_RATE > 0.1",
    ],
)
def test_a_condition_that_holds(project: Path, when: str) -> None:
    assert decision(project, TARGETS + mail(when=f'"{when}"')) == SEND


@pytest.mark.parametrize(
    ("targets", "when", "reason"),
    [
        (
            "",
            "ANSWER_RATE<.5",
            "its condition does not hold: ANSWER_RATE < 0.5",
        ),
        ("", "noData", "its condition does not hold: noData"),
        (MET, "anyTargetMissed", "its condition does not hold: anyTargetMissed"),
        (
            TARGETS,
            "not anyTargetMissed",
            "its condition does not hold: not anyTargetMissed",
        ),
        (
            "",
            "ANSWER_SEIZURE_RATIO < 0.5",
            (
                "its condition cannot be decided: ANSWER_SEIZURE_RATIO < 0.5"
                " (ANSWER_SEIZURE_RATIO has no value)"
            ),
        ),
        (
            "",
            "not (ANSWER_SEIZURE_RATIO < TOTAL_SEIZED_CALL_COUNT)",
            (
                "its condition cannot be decided:"
                " not ANSWER_SEIZURE_RATIO < TOTAL_SEIZED_CALL_COUNT"
                " (ANSWER_SEIZURE_RATIO, TOTAL_SEIZED_CALL_COUNT have no value)"
            ),
        ),
        (
            UNKNOWN,
            "not anyTargetMissed",
            (
                "its condition cannot be decided: not anyTargetMissed"
                " (ANSWER_SEIZURE_RATIO has no value)"
            ),
        ),
        (
            "",
            "1 / (TOTAL_CALL_COUNT - 5) > 2",
            "its condition cannot be decided: 1 / (TOTAL_CALL_COUNT - 5) > 2",
        ),
    ],
)
def test_a_condition_that_does_not_hold_or_is_not_known(
    project: Path, targets: str, when: str, reason: str
) -> None:
    when = when.replace("<.5", " < 0.5")
    assert decision(project, targets + mail(when=f'"{when}"')) == skipped(reason)


def test_what_has_not_changed(project: Path) -> None:
    assert decision(project, mail(when="changed"), changed=False) == skipped(
        "its condition does not hold: changed"
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, Decision("hold", EMPTY)),
        ({"whenEmpty": "hold"}, Decision("hold", EMPTY)),
        ({"whenEmpty": "skip"}, Decision("skip", EMPTY)),
        ({"whenEmpty": "send"}, SEND),
        ({"when": "changed"}, Decision("hold", EMPTY)),
        ({"when": "changed", "whenEmpty": "send"}, SEND),
        ({"when": "noData"}, SEND),
        ({"when": "noData or ANSWER_RATE < 0.5"}, SEND),
        (
            {"when": "ANSWER_RATE < 0.5", "whenEmpty": "send"},
            skipped(
                "its condition cannot be decided: ANSWER_RATE < 0.5 (ANSWER_RATE has no value)"
            ),
        ),
        ({"when": "not noData"}, skipped("its condition does not hold: not noData")),
    ],
)
def test_an_empty_report(project: Path, keys: dict[str, str], expected: Decision) -> None:
    assert decision(project, mail(**keys), as_of="2026-09-01") == expected


def test_empty_is_without_calls_under_the_filters_of_the_report(project: Path) -> None:
    made = asked(project, mail(), filters=(("directions", "INBOUND"), ("countryIds", "2")))
    assert verdict(made, composed(made)) == (Decision("hold", EMPTY),)


def test_a_failed_check_holds_before_anything_else(project: Path) -> None:
    text = "checks: [{type: rows, atLeast: 6}, {type: range, metric: BUSY_RATE, atMost: 0.1}]\n"
    reason = (
        "The period has 5 calls; at least 6 are expected."
        " Busy rate is 25.0%; at most 10% is expected."
    )
    assert decision(project, text + mail(when="noData", whenEmpty="skip")) == Decision(
        "hold", reason
    )


def test_a_warning_holds_nothing(project: Path) -> None:
    assert (
        decision(project, "checks: [{type: rows, atLeast: 6, severity: warn}]\n" + mail()) == SEND
    )


def test_each_delivery_is_decided_by_itself(project: Path) -> None:
    made = asked(
        project,
        "delivery:\n"
        "  - {type: email, name: a, to: [a@example.com], when: ANSWER_RATE < 0.1}\n"
        "  - {type: email, name: b, to: [b@example.com]}\n"
        "  - {type: email, name: c, to: [c@example.com], when: ANSWER_RATE > 0.1}\n",
    )
    kinds = [one.kind for one in verdict(made, composed(made))]
    assert kinds == ["skip", "send", "send"]


# The gate


@pytest.mark.parametrize(
    ("slack", "expected"),
    [
        (
            "0m",
            (
                "the data of 'calls' end at 2026-10-31 23:30 UTC; they are waited for through"
                " 2026-11-01 00:00 UTC"
            ),
        ),
        (
            "29m",
            (
                "the data of 'calls' end at 2026-10-31 23:30 UTC; they are waited for through"
                " 2026-10-31 23:31 UTC"
            ),
        ),
        ("30m", None),
        ("2d", None),
    ],
)
def test_data_are_waited_for_through_the_end_of_the_period(
    project: Path, slack: str, expected: str | None
) -> None:
    assert incomplete(asked(project, mail()), CloseGate(slack=slack)) == expected


def test_a_later_call_completes_the_period(project: Path) -> None:
    with (project / "calls.csv").open("a", encoding="utf-8") as file:
        file.write("n1,2026-11-01T00:00:00Z,INBOUND,1,Croatia,,,UNDELIVERABLE,BUSY\n")
    assert incomplete(asked(project, mail()), CloseGate()) is None


def test_a_source_without_data_is_waited_for(project: Path) -> None:
    head, *_ = (project / "calls.csv").read_text(encoding="utf-8").splitlines()
    (project / "calls.csv").write_text(head + "\n", encoding="utf-8")
    assert incomplete(asked(project, mail()), CloseGate()) == (
        "the source 'calls' has no data; they are waited for through 2026-11-01 00:00 UTC"
    )


def test_every_source_that_is_asked_is_waited_for(project: Path) -> None:
    """The other book of a reconciliation ends a day earlier."""
    lines = (project / "calls.csv").read_text(encoding="utf-8").splitlines()
    (project / "book.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    file = project / "reporter.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "sources:\n", "sources:\n  book: {type: calls, path: book.csv}\n"
        ),
        encoding="utf-8",
    )
    spec = project / "report_specs/review.yaml"
    section = (
        "  - {type: reconciliation, title: Books, against: book, metrics: [TOTAL_CALL_COUNT]}\n"
    )
    spec.write_text(
        spec.read_text(encoding="utf-8").replace("outputs:", section + "outputs:"),
        encoding="utf-8",
    )
    found = incomplete(asked(project, mail()), CloseGate(slack="1h"))
    assert found is not None
    assert found.startswith("the data of 'book' end at 2026-10-02 11:00 UTC")
