"""``reporter run --deliver``, over a real SMTP server that counts what it receives."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postbox import Postbox, parsed, served_to

Reporter = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-01")
DELIVERY = """\
delivery:
  - type: email
    to: [board@example.com, "Ana Horvat <ana@example.com>"]
    attach: [json]
"""


@pytest.fixture
def postbox(project: Path) -> Iterator[Postbox]:
    with served_to(project) as box:
        yield box


def with_(project: Path, text: str) -> None:
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text() + text)


def late_call(project: Path) -> None:
    with (project / "calls.csv").open("a") as file:
        file.write("o6,2026-10-05T08:00:00Z,OUTBOUND,1,Croatia,,,UNDELIVERABLE,BUSY\n")


def test_each_recipient_receives_a_mail_of_their_own_once(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    with_(project, DELIVERY)
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert (done.code, postbox.counts) == (0, {"board@example.com": 1, "ana@example.com": 1})
    message = postbox.to("ana@example.com")
    assert "board" not in message.as_string().lower()
    assert message["Subject"] == "Monthly review: October 2026"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "review-2026-10.json"
    assert (project / "out/review-2026-10.json").is_file()
    again = reporter("run", "review", *AS_OF, "--deliver")
    assert again.code == 0
    assert postbox.counts == {"board@example.com": 1, "ana@example.com": 1}


@pytest.mark.parametrize("retry_for", ["0s", "1s"])
def test_what_is_never_to_be_tried_again_is_delivered_all_the_same(
    project: Path, reporter: Reporter, postbox: Postbox, retry_for: str
) -> None:
    # Making it takes longer than that; and of a burst, all others are made before it goes.
    with_(project, DELIVERY + f'schedule: {{cron: "0 7 1 * *", retryFor: {retry_for}}}\n')
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert (done.code, postbox.counts) == (0, {"board@example.com": 1, "ana@example.com": 1})


def test_numbers_that_changed_are_sent_only_when_asked(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    with_(project, DELIVERY)
    reporter("run", "review", *AS_OF, "--deliver")
    late_call(project)
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert postbox.counts == {"board@example.com": 1, "ana@example.com": 1}
    assert "--restate" in done.err
    done = reporter("run", "review", *AS_OF, "--deliver", "--restate")
    assert done.code == 0
    assert postbox.counts == {"board@example.com": 2, "ana@example.com": 2}
    last = postbox.messages[-1]
    assert "restatement 1" in last["Subject"].lower()
    content = json.loads((project / "out/review-2026-10-restatement-1.json").read_text())
    assert "restat" in json.dumps(content).lower()
    reporter("run", "review", *AS_OF, "--deliver", "--restate")
    assert postbox.counts == {"board@example.com": 2, "ana@example.com": 2}


def test_one_refused_recipient_stops_nobody_else(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    with_(project, DELIVERY)
    postbox.answers["RCPT board@example.com"] = "550 no such mailbox"
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == 3
    assert "board@example.com" in done.err
    assert "no such mailbox" in done.err
    assert postbox.counts == {"ana@example.com": 1}


def test_an_empty_report_is_held(project: Path, reporter: Reporter, postbox: Postbox) -> None:
    with_(project, DELIVERY)
    done = reporter("run", "review", "--as-of", "2025-01-01", "--deliver")
    assert (done.code, postbox.counts) == (4, {})
    assert "held" in done.err


@pytest.mark.parametrize(
    ("condition", "sent"),
    [("ANSWER_RATE < 0.9", True), ("ANSWER_RATE > 0.9", False), ("noData", False)],
)
def test_a_condition_decides(
    condition: str, project: Path, reporter: Reporter, postbox: Postbox, *, sent: bool
) -> None:
    with_(project, DELIVERY + f"    when: {condition}\n")
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == (0 if sent else 4)
    assert len(postbox.arrived) == (2 if sent else 0)


def test_a_failed_check_holds_it_until_a_person_sends_it(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    with_(project, DELIVERY + "checks:\n  - {type: rows, atLeast: 100}\n")
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert (done.code, postbox.counts) == (4, {})
    listed = json.loads(reporter("deliveries", "--json").out)
    assert {one["state"] for one in listed} == {"held"}
    resolved = reporter("deliveries", "resolve", listed[0]["id"], "--resend")
    assert resolved.code == 0
    reporter("run", "review", *AS_OF, "--deliver")
    assert sum(postbox.counts.values()) == 1


def test_it_waits_for_data(project: Path, reporter: Reporter, postbox: Postbox) -> None:
    with_(project, DELIVERY + "schedule: {cron: 0 7 1 * *, waitForData: {slack: 0m}}\n")
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert (done.code, postbox.counts) == (4, {})
    done = reporter("run", "review", *AS_OF, "--deliver", "--provisional")
    assert len(postbox.arrived) == 2
    assert "provisional" in postbox.messages[0]["Subject"].lower()
    with (project / "calls.csv").open("a") as file:
        file.write("n1,2026-11-01T08:00:00Z,OUTBOUND,1,Croatia,,,UNDELIVERABLE,BUSY\n")
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == 0
    assert postbox.counts == {"board@example.com": 2, "ana@example.com": 2}
    assert "provisional" not in postbox.messages[-1]["Subject"].lower()


def test_a_dry_run_opens_nothing(project: Path, reporter: Reporter, postbox: Postbox) -> None:
    with_(project, DELIVERY)
    done = reporter("run", "review", *AS_OF, "--deliver", "--dry-run")
    assert (done.code, postbox.counts) == (0, {})
    assert not (project / ".reporter").exists()
    written = sorted((project / "out").glob("*.eml"))
    assert len(written) == 2
    message = parsed(written[0].read_bytes())
    assert message["Subject"] == "Monthly review: October 2026"
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert postbox.counts == {"board@example.com": 1, "ana@example.com": 1}


def test_figures_of_some_calls_alone_are_not_told_as_the_reports(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    cards = (
        "  - {type: kpis, metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], filterBy: {countryIds: [2]}}"
    )
    spec = project / "report_specs" / "review.yaml"
    before = spec.read_text(encoding="utf-8")
    spec.write_text(before.replace("sections:\n", f"sections:\n{cards}\n", 1), encoding="utf-8")
    with_(project, "delivery: [{type: webhook, to: portal}]\n")
    settings = project / "reporter.yaml"
    channel = "channels: {portal: {type: webhook, url: 'http://127.0.0.1:1/'}}\n"
    settings.write_text(settings.read_text() + channel)
    assert reporter("run", "review", *AS_OF, "--deliver", "--dry-run").code == 0
    assert postbox.counts == {}
    (path,) = (project / "out").glob("*.message.json")
    readings = json.loads(path.read_text(encoding="utf-8"))["facts"]["readings"]
    assert {one["name"]: one["value"] for one in readings}["TOTAL_CALL_COUNT"] == 5


def test_recipients_whose_names_files_cannot_have_get_a_file_each(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    to = "[a+b@example.com, a-b@example.com, ana@pošta.example, '\"A B\" <c@example.com>']"
    with_(project, f"delivery: [{{type: email, to: {to}}}]\n")
    done = reporter("run", "review", *AS_OF, "--deliver", "--dry-run")
    assert (done.code, postbox.counts) == (0, {})
    written = (project / "out").glob("*.eml")
    shown = [parsed(path.read_bytes())["To"] for path in written]
    assert sorted(shown) == [
        "A B <c@example.com>",
        "a+b@example.com",
        "a-b@example.com",
        "ana@xn--pota-h6a.example",
    ]


@pytest.mark.parametrize("option", ["--dry-run", "--restate", "--provisional"])
def test_options_of_delivering_need_it(option: str, project: Path, reporter: Reporter) -> None:
    done = reporter("run", "review", *AS_OF, option)
    assert done.code == 2
    assert "--deliver" in done.err
    assert not (project / "out").exists()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--format", "pdf"), "--format"),
        (("--dry-run", "--restate"), "--restate"),
        (("--dry-run", "--provisional"), "--provisional"),
    ],
)
def test_options_that_would_mean_nothing_are_refused(
    options: tuple[str, ...], named: str, project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    with_(project, DELIVERY)
    done = reporter("run", "review", *AS_OF, "--deliver", *options)
    assert (done.code, postbox.counts) == (2, {})
    assert named in done.err
    assert not (project / "out").exists()
    assert not (project / ".reporter").exists()


def test_warnings_are_told_as_of_a_run(project: Path, reporter: Reporter, postbox: Postbox) -> None:
    with_(project, "checks: [{type: rows, atLeast: 1}, {type: rows, atLeast: 1}]\n")
    plain = reporter("run", "review", *AS_OF)
    assert "warning" in plain.err
    with_(project, DELIVERY)
    for options in ((), ("--dry-run",)):
        done = reporter("run", "review", *AS_OF, "--deliver", *options)
        assert done.code == 0
        assert plain.err in done.err
    assert sum(postbox.counts.values()) == 2


def test_progress_leaves_no_trace(
    project: Path, reporter: Reporter, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.cli.options.is_watched", lambda _: True)
    with_(project, "burst: {by: COUNTRY_NAME}\n" + DELIVERY)
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert sum(postbox.counts.values()) == 6
    assert "review: rendering 2 of 3 ...\r" in done.err
    seen = [line.rpartition("\r")[2] for line in done.err.split("\n")]
    assert not [line for line in seen if "..." in line]


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_an_edition_that_cannot_be_made_keeps_no_other(
    options: tuple[str, ...], project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    spec = project / "report_specs/review.yaml"
    wrong = "{% if burst.value == 'Austria' %}{{ 1 // 0 }}{% endif %}Calls"
    spec.write_text(spec.read_text().replace("Monthly review", wrong))
    with_(project, "burst: {by: COUNTRY_NAME}\n" + DELIVERY)
    done = reporter("run", "review", *AS_OF, "--deliver", *options)
    assert done.code == 1
    assert "review: Austria: error: title, line 1: integer division or modulo by zero" in done.err
    assert "traceback" not in done.err.lower()
    made = {path.name for path in (project / "out").glob("*.json")}
    assert made == {"review_croatia_2026-10.json", "review_n-a_2026-10.json"}
    if options:
        assert len(list((project / "out").glob("*.eml"))) == 4
        assert postbox.counts == {}
    else:
        assert postbox.counts == {"board@example.com": 2, "ana@example.com": 2}


def test_nothing_to_deliver_is_said(project: Path, reporter: Reporter) -> None:
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == 1
    assert "delivery" in done.err
    assert project.exists()


def test_a_burst_goes_to_its_own_recipients(
    project: Path, reporter: Reporter, postbox: Postbox
) -> None:
    with_(
        project,
        "burst: {by: COUNTRY_NAME, recipients: recipients.csv}\n"
        "delivery: [{type: email, attach: [json]}]\n",
    )
    (project / "recipients.csv").write_text(
        "COUNTRY_NAME,to\nCroatia,hr@example.com\nAustria,at@example.com;at2@example.com\n"
        "Italy,it@example.com\n"
    )
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert postbox.counts == {"hr@example.com": 1, "at@example.com": 1, "at2@example.com": 1}
    assert done.code == 4  # that of Italy is empty, and held
    assert "Italy" in done.err
    mine = postbox.to("hr@example.com")
    assert mine["Subject"] == "Monthly review: October 2026: Croatia"
    (attached,) = mine.iter_attachments()
    text = mine.as_string() + attached.get_content().decode()
    assert "Austria" not in text
    assert "Italy" not in text
    again = reporter("run", "review", *AS_OF, "--deliver")
    assert again.code == 4
    assert sum(postbox.counts.values()) == 3
