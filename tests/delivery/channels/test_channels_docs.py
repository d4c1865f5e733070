"""docs/channels.md: its message is the one that is sent, its code checks our signature."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from receivers import FACTS, ID, handover

from reporter.delivery.base import Announcement
from reporter.delivery.webhook import message, signature
from reporter.settings import load_project
from reporter.settings.signing import signing_key
from reporter.spec.load import load_spec

TEXT = (Path(__file__).parents[3] / "docs" / "channels.md").read_text(encoding="utf-8")
SAID = Announcement(facts=FACTS, files=(("review.pdf", "application/pdf", "ab" * 32, 12345),))
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
REST = """\
version: 1
name: review
title: Calls
period: last_month
sections:
  - {type: kpis, metrics: [TOTAL_CALL_COUNT]}
"""


def block(begin: str) -> str:
    found = re.search(re.escape(begin) + r"(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_message_is_the_one_that_is_sent() -> None:
    assert json.loads(block("<!-- message -->\n```json\n")) == json.loads(message(SAID, handover()))


def test_the_code_checks_our_signature() -> None:
    names: dict[str, Any] = {}
    exec(block("<!-- check -->\n```python\n"), names)  # noqa: S102 - what the page prints
    body = message(SAID, handover())
    headers = {"webhook-id": ID, "webhook-timestamp": "1793512805"}
    signed = signature(signing_key(SECRET), ID, headers["webhook-timestamp"], body)
    is_ours = names["is_ours"]
    assert is_ours(SECRET, headers | {"webhook-signature": signed}, body)
    assert not is_ours(SECRET, headers | {"webhook-signature": signed}, body + b" ")
    assert not is_ours(
        SECRET, headers | {"webhook-signature": signed, "webhook-timestamp": "1793512806"}, body
    )


def test_the_projects_are_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in re.findall(r"\$\{env:(\w+)\}", TEXT):
        monkeypatch.setenv(name, SECRET if name == "PORTAL_SECRET" else "https://example.com/a")
    for text in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL):
        content = yaml.safe_load(text)
        if "delivery" in content:
            (tmp_path / "review.yaml").write_text(REST + text)
            assert load_spec(tmp_path / "review.yaml").diagnostics == ()
            continue
        whole = content if "channels" in content else {"channels": content}
        mail = {"mail": {"host": "smtp.example.com", "from": "reports@example.com"}}
        (tmp_path / "reporter.yaml").write_text(yaml.safe_dump({"version": 1, **mail, **whole}))
        project, diagnostics = load_project(tmp_path / "reporter.yaml")
        assert [d.code for d in diagnostics] == []
        assert project is not None
