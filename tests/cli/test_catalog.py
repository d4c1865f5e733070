"""``reporter catalog`` as a user meets it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reporter.catalog.load import built_in
from reporter.cli.catalog import PARTS, command
from reporter.diagnostics import Invalid
from reporter.errors import UserError

EXAMPLES = Path(__file__).parents[1] / "examples" / "catalogs" / "valid"
PROJECT = """\
version: 1
catalogs: [campaigns.yaml, tickets.yaml]
sources:
  calls: {type: calls, path: calls.csv}
  tickets: {type: calls, path: tickets.csv, catalog: support_tickets}
"""
EMPTY = """\
version: 1
name: nothing
label: Nothing at all
records: {noun: things, time: at, columns: {at: {type: timestamp, description: When.}}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def project(folder: Path) -> Path:
    for name in ("campaigns.yaml", "tickets.yaml"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    file = folder / "reporter.yaml"
    file.write_text(PROJECT, encoding="utf-8")
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def printed(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0
    return result.stdout


def data(*arguments: str) -> dict[str, Any]:
    found = json.loads(printed(*arguments, "--json"))
    assert isinstance(found, dict)
    return found


def test_all_parts_are_listed_with_every_name() -> None:
    lines = {line.split()[0] for line in printed().splitlines() if line.strip()}

    catalog = built_in()
    assert {m.name for m in catalog.metrics if not m.internal} <= lines
    assert {d.name for d in catalog.dimensions} <= lines
    assert {f.name for f in catalog.filters} <= lines
    assert {c.code for c in catalog.capabilities} <= lines
    assert not {m.name for m in catalog.metrics if m.internal} & lines


def test_capabilities_stand_beside_their_text() -> None:
    assert (
        printed("capabilities")
        == """\
Capabilities of Voice and Video

  PHONE        Phone
               Ordinary telephone calls over fixed and mobile networks.
  WEBRTC       WebRTC
               Calls from a browser or an app over the internet.
  SIPTRUNK     SIP trunk
               Calls over a trunk from the business's own exchange.
  VIBER_BC     Viber Business Calls
               Calls in Viber with a business account.
  WHATSAPP_BC  WhatsApp Business Calls
               Calls in WhatsApp with a business account.
"""
    )


def test_metrics_stand_under_their_group_with_what_they_are_computed_from() -> None:
    text = printed("metrics")

    assert text.startswith("Metrics of Voice and Video\n\nDelivery\n  TOTAL_CALL_COUNT  ")
    headings = [line for line in text.splitlines()[1:] if line and not line.startswith(" ")]
    assert headings == ["Delivery", "Inbound", "Delivery failure", "Performance"]
    block = text[text.index("  BUSY_RATE") : text.index("  HUNG_UP_COUNT")]
    assert [line.strip() for line in block.splitlines()] == [
        "BUSY_RATE                               Busy rate · percentage · lower is better",
        "Of all outbound calls, the share that met an engaged line.",
        "= BUSY_CALL_COUNT / TOTAL_ATTEMPTED_CALL_COUNT",
    ]
    assert "= CALL_DURATION_MILLISECONDS / 1000" in text


def test_building_blocks_are_shown_when_asked_for() -> None:
    assert "  PENDING_CALL_COUNT  " in printed("metrics", "--internal")
    names = {m["name"] for m in data("metrics", "--internal")["metrics"]}
    assert names == {m.name for m in built_in().metrics}


def test_filters_say_what_they_take() -> None:
    text = printed("filters")

    heads = {
        line.split()[0]: line.split(" · ", 1)[1]
        for line in text.splitlines()
        if line.startswith("  ") and line[2] != " "
    }
    assert heads["countryIds"] == "list of whole numbers"
    assert heads["senders"] == "list of texts"
    assert heads["includeSubaccounts"] == "true or false"
    assert heads["platforms"] == "list of {applicationId, entityId}"
    assert heads["timeToAnswer"] == "list of {from, to}"
    assert heads["sentUntil"] == "date or instant · required by the Metrics API"
    assert "For example: SECONDS_0, SECONDS_1, SECONDS_2, SECONDS_3, …, DAYS_3." in text
    assert "One or more of: OUTBOUND, INBOUND." in text
    assert "Also written channelCode." in text
    assert "Without it: VOICE_VIDEO." in text


@pytest.mark.parametrize("columns", ["20", "60", "80", "140"])
def test_text_keeps_to_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    lines = printed("metrics").splitlines()

    longest_name = max(len(m.name) for m in built_in().metrics) + 2
    assert max(map(len, lines)) <= max(min(int(columns), 110), longest_name)
    # a narrow terminal has the text under the name, a wide one beside it
    beside = any("TOTAL_CALL_COUNT  " in line for line in lines)
    assert beside == (columns == "140")


def test_json_has_all_parts_in_full() -> None:
    found = data()

    assert (found["catalog"], found["label"]) == ("voice_video", "Voice and Video")
    assert [key for key in found if key in PARTS] == list(PARTS)
    by_name = {entry["name"]: entry for entry in found["metrics"]}
    assert by_name["BUSY_RATE"] == {
        "name": "BUSY_RATE",
        "label": "Busy rate",
        "description": "Of all outbound calls, the share that met an engaged line.",
        "group": "Performance",
        "format": "percent",
        "goal": "down",
        "internal": False,
        "channels": [],
        "definition": {
            "ratio": {
                "numerator": "BUSY_CALL_COUNT",
                "denominator": "TOTAL_ATTEMPTED_CALL_COUNT",
            }
        },
    }
    assert by_name["TOTAL_CALL_DURATION"]["definition"] == {
        "formula": "CALL_DURATION_MILLISECONDS / 1000"
    }
    assert by_name["TOTAL_RECEIVED_CALL_COUNT"]["definition"] == {
        "aggregate": {"function": "count", "of": None, "where": "direction = 'INBOUND'"}
    }


def test_json_of_dimensions_filters_and_capabilities() -> None:
    dimensions = {entry["name"]: entry for entry in data("dimensions")["dimensions"]}
    filters = {entry["name"]: entry for entry in data("filters")["filters"]}

    assert dimensions["HOUR"]["definition"] == {"grain": "HOUR"}
    assert dimensions["HOUR"]["kind"] == "datetime"
    assert dimensions["DIRECTION"]["definition"] == {"expression": "direction"}
    assert dimensions["DIRECTION"]["members"] == {"OUTBOUND": "Outbound", "INBOUND": "Inbound"}
    bounds = dimensions["TIME_TO_ANSWER"]["definition"]["buckets"]["bounds"]
    assert bounds[-1] == {"name": "DAYS_3", "label": "3 d and more", "since": 259_200_000}
    assert filters["directions"]["aliases"] == ["direction"]
    assert filters["platforms"]["keys"] == {
        "applicationId": "application_id",
        "entityId": "entity_id",
    }
    assert data("capabilities") == {
        "catalog": "voice_video",
        "label": "Voice and Video",
        "capabilities": [
            {"code": c.code, "label": c.label, "description": c.description}
            for c in built_in().capabilities
        ],
    }


def test_a_project_adds_its_own_words(project: Path) -> None:
    names = {entry["name"] for entry in data("metrics", "--project", str(project))["metrics"]}

    assert {"CAMPAIGN_COST", "TOTAL_CALL_COUNT"} <= names
    assert "\n\nCampaigns\n  CAMPAIGN_COST" in printed("metrics")


def test_a_source_with_a_catalog_of_its_own(project: Path) -> None:
    found = data("--source", "tickets", "--project", str(project))

    assert found["label"] == "Support tickets"
    assert [entry["name"] for entry in found["dimensions"]] == [
        "OPENED",
        "OPENED_HOUR",
        "TEAM",
        "AGE",
    ]
    assert "Capabilities of Support tickets\n\n  none" in printed("--source", "tickets")


def test_the_default_source_decides_where_none_is_named(project: Path) -> None:
    project.write_text(f"{PROJECT}defaults: {{source: tickets}}\n", encoding="utf-8")

    assert data()["catalog"] == "support_tickets"


def test_an_empty_catalog_says_so(folder: Path) -> None:
    (folder / "empty.yaml").write_text(EMPTY, encoding="utf-8")
    (folder / "reporter.yaml").write_text(
        "version: 1\ncatalogs: [empty.yaml]\n"
        "sources: {things: {type: calls, path: a.csv, catalog: nothing}}\n",
        encoding="utf-8",
    )

    text = printed("--source", "things")

    assert text.count("\n\n  none") == len(PARTS)


def test_a_source_that_is_not_there(project: Path) -> None:
    with pytest.raises(UserError) as missing:
        run("--source", "ticket")

    assert missing.value.message == f"there is no source 'ticket' in {project.name}"
    assert missing.value.hint == "did you mean 'tickets'?"
    with pytest.raises(UserError) as without_hint:
        run("--source", "zzz")
    assert without_hint.value.hint is None


def test_a_broken_catalog_is_explained(project: Path) -> None:
    (project.parent / "tickets.yaml").write_text("version: 1\nname: x\n", encoding="utf-8")

    with pytest.raises(Invalid) as wrong:
        run()

    assert [d.code for d in wrong.value.diagnostics] == ["missing-key"]


API = """\
  api:
    type: metrics_api
    baseUrl: https://example.org
    auth: {type: apiKey, key: x}
    callback: {listen: "0.0.0.0:8085", publicUrl: https://reports.example.org}
"""


def test_a_metrics_api_has_the_words_of_all_channels(project: Path) -> None:
    project.write_text(PROJECT + API, encoding="utf-8")

    found = data("--source", "api")

    assert (found["catalog"], found["label"]) == ("metrics_api", "Metrics API")
    by_name = {entry["name"]: entry for entry in (*found["metrics"], *found["dimensions"])}
    assert by_name["TOTAL_BOUNCE_COUNT"]["definition"] == {"reported": {"additive": True}}
    assert by_name["TOTAL_BOUNCE_COUNT"]["channels"] == ["EMAIL"]
    assert by_name["URL"]["definition"] == {"reported": True}
    assert {"TOTAL_CALL_COUNT", "CAMPAIGN_COST"} <= set(by_name)
    assert "TOTAL_BOUNCE_COUNT" not in printed()
    text = printed("metrics", "--source", "api")
    assert "Hard bounces · lower is better · EMAIL alone" in text
    assert "Not additive: every total is asked for anew." in text


def test_the_words_of_one_channel_need_no_project(folder: Path) -> None:
    found = data("--channel", "EMAIL")

    assert folder.exists()
    names = {entry["name"] for entry in found["metrics"]}
    assert {"TOTAL_TRAFFIC_COUNT", "TOTAL_BOUNCE_COUNT"} <= names
    assert not {"TOTAL_CALL_COUNT", "TOTAL_SMS_MESSAGES_COUNT"} & names
    assert found["capabilities"] == []
    assert {c["code"] for c in data("--channel", "LINE")["capabilities"]} >= {"LINE_OA"}


def test_one_channel_of_a_source(project: Path) -> None:
    project.write_text(PROJECT + API + "defaults: {source: api}\n", encoding="utf-8")

    for source in ("calls", "api"):
        names = {m["name"] for m in data("--source", source, "--channel", "VOICE_VIDEO")["metrics"]}
        assert "TOTAL_CALL_COUNT" in names
        assert "TOTAL_TRAFFIC_COUNT" not in names
    assert data("metrics", "--source", "calls", "--channel", "SMS")["metrics"] == []
    assert len(data("metrics", "--channel", "SMS")["metrics"]) > 15


def test_a_channel_that_is_not_there() -> None:
    with pytest.raises(UserError) as near:
        run("--channel", "EMAILS")
    with pytest.raises(UserError) as far:
        run("--channel", "FAX")

    assert near.value.message == "there is no channel 'EMAILS'"
    assert near.value.hint == "did you mean EMAIL?"
    assert far.value.hint is not None
    assert far.value.hint.startswith("the channels are VOICE_VIDEO, SMS, EMAIL")


def test_another_part_is_a_usage_mistake() -> None:
    assert run("metric").exit_code == 2
