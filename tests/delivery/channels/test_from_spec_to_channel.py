"""``reporter run --deliver`` into a folder, to a webhook and into a chat."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from receivers import Receiver, receiving

Reporter = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-01")
CHANNELS = """\
channels:
  archive: {{type: folder, url: published, publicUrl: "https://reports.example.com/voice/"}}
  portal: {{type: webhook, url: "{portal}"}}
  ops: {{type: slack, url: "{ops}"}}
"""
DELIVERY = """\
delivery:
  - {type: folder, to: archive, path: "{{ report }}/{{ period.label }}", attach: [json]}
  - {type: webhook, to: portal}
  - {type: slack, to: ops, text: "Look: {{ title }}"}
"""


@pytest.fixture
def chat() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def delivering(project: Path, receiver: Receiver, chat: Receiver) -> Path:
    settings = project / "reporter.yaml"
    settings.write_text(settings.read_text() + CHANNELS.format(portal=receiver.url, ops=chat.url))
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text() + DELIVERY)
    return project


def test_each_is_reached_once(
    delivering: Path, reporter: Reporter, receiver: Receiver, chat: Receiver
) -> None:
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == 0, done.err
    (file,) = [path for path in (delivering / "published").rglob("*") if path.is_file()]
    assert file == delivering / "published/review/October 2026/review-2026-10.json"
    (posted,) = receiver.posted
    data = json.loads(posted.body)["data"]
    assert data["links"] == [
        {
            "name": file.name,
            "url": "https://reports.example.com/voice/review/October%202026/review-2026-10.json",
        }
    ]
    described = {one["name"]: one for one in data["files"]}[file.name]
    assert described["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert described["size"] == file.stat().st_size
    assert {one["name"]: one["value"] for one in data["readings"]} == {
        "TOTAL_CALL_COUNT": 5,
        "ANSWER_RATE": 0.5,
    }
    (said,) = chat.posted
    content = json.loads(said.body)
    assert content["text"].startswith("Look: Monthly review\n")
    assert data["links"][0]["url"] in content["text"]

    again = reporter("run", "review", *AS_OF, "--deliver")
    assert again.code == 0
    assert (len(receiver.posted), len(chat.posted)) == (1, 1)


def test_what_nobody_knows_is_not_sent_again(
    delivering: Path, reporter: Reporter, receiver: Receiver, chat: Receiver
) -> None:
    receiver.cut = "after the body"
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == 3
    assert "T0PSECRET" not in done.err + done.out
    receiver.cut = ""
    again = reporter("run", "review", *AS_OF, "--deliver")
    assert again.code == 3
    assert (len(receiver.posted), len(chat.posted)) == (1, 1)
    listed = json.loads(reporter("deliveries", "--json").out)
    states = {one["recipient"]: one["state"] for one in listed}
    assert states == {"archive": "sent", "portal": "unknown", "ops": "sent"}
    ledger = b"".join(path.read_bytes() for path in (delivering / ".reporter").iterdir())
    assert b"T0PSECRET" not in ledger


def test_a_rehearsal_opens_nothing(
    delivering: Path, reporter: Reporter, receiver: Receiver, chat: Receiver
) -> None:
    done = reporter("run", "review", *AS_OF, "--deliver", "--dry-run", "--out", "rehearsed")
    assert done.code == 0
    assert (receiver.connections, chat.connections) == (0, 0)
    assert not (delivering / "published").exists()
    assert not (delivering / ".reporter").exists()


def test_a_name_from_the_period_cannot_lead_elsewhere(
    delivering: Path, reporter: Reporter, receiver: Receiver
) -> None:
    spec = delivering / "report_specs/review.yaml"
    path = "{{ report }}/{{ period.label }}"
    spec.write_text(spec.read_text().replace(path, "{{ '..' }}/{{ report }}"))
    done = reporter("run", "review", *AS_OF, "--deliver")
    assert done.code == 1
    assert "delivery[0].path: '../review' leads out of the channel's folder" in done.err
    assert receiver.posted == []


def test_without_a_path_files_lie_in_the_channels_own_folder(
    delivering: Path, reporter: Reporter, receiver: Receiver
) -> None:
    spec = delivering / "report_specs/review.yaml"
    spec.write_text(spec.read_text().replace(', path: "{{ report }}/{{ period.label }}"', ""))
    reporter("run", "review", *AS_OF, "--deliver")
    assert (delivering / "published/review-2026-10.json").is_file()
    (link,) = json.loads(receiver.posted[0].body)["data"]["links"]
    assert link["url"] == "https://reports.example.com/voice/review-2026-10.json"
