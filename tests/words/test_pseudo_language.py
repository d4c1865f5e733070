"""Every word of a report can be translated: in a made-up language, no English of ours is left.

The report is in Greek, so that months are no Latin letters, over data in Greek. Every sentence and
every label is one Greek letter around its values. What is Latin then was never in the words.
"""

import csv
import io
import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
import yaml
from lxml import html

from reporter.catalog.builtin import built_in
from reporter.catalog.translation import texts
from reporter.cli import main
from reporter.words import known_sentences
from reporter.words.model import placeholders

pytestmark = pytest.mark.slow

NAMES = {
    *("Europe", "Athens", "Reporter", "calls", "pseudo", "country", "applicationId", "entityId"),
    *("csv", "row", "hangup", "CHANCE"),
}
"""Zone, program, source, spec, parameter, keys, places and columns are named so everywhere."""
WHY_REJECTED = {"it", "ended", "before", "was", "answered"}
"""Of a record: read by who maintains the source."""
SPEC = """\
version: 1
name: pseudo
title: Ω
description: Ω
period: month_to_date
compareTo: previous_period
locale: el-GR
timezone: Europe/Athens
filterBy: {channelCodes: [VOICE_VIDEO], countryIds: {param: country}}
parameters: {country: {type: integer}}
metrics:
  CHANCE: {label: Ω, formula: FAILED_CALL_COUNT / TOTAL_ATTEMPTED_CALL_COUNT, format: percent}
targets: {ANSWER_RATE: {atLeast: 0.2, atMost: 0.9}, BUSY_RATE: {atMost: 0.001}}
outputs: [pdf, html, xlsx]
sections:
  - type: kpis
    metrics: [TOTAL_CALL_COUNT, ANSWER_RATE, BUSY_RATE, CHANCE, TOTAL_CALL_DURATION]
    sparkline: DAY
  - type: kpis
    metrics: [ANSWER_RATE, AMD_PROCESSED_CALL_COUNT]
    filterBy: {countryIds: [9999], timeToAnswer: [{from: SECONDS_1, to: SECONDS_10}]}
  - type: table
    query: {metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], aggregateBy: [COUNTRY_NAME], top: {limit: 3}}
    compare: true
    totals: true
  - type: table
    query:
      metrics: [TOTAL_CALL_COUNT]
      aggregateBy: [STATUS, DIRECTION]
      top: {limit: 3, other: false}
      filterBy:
        directions: [OUTBOUND]
        platforms: [{applicationId: "1", entityId: "2"}, {entityId: "3"}]
    totals: true
  - type: table
    query: {metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], aggregateBy: [WEEK_MONDAY_START]}
    compare: true
  - type: table
    query: {metrics: [HUNG_UP_COUNT], aggregateBy: [ERROR_CODE, ERROR_GROUP]}
  - {type: chart, chart: line, query: {metrics: [ANSWER_RATE], aggregateBy: [DAY]}, compare: true}
  - type: chart
    chart: bar
    query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [COUNTRY_NAME], top: {limit: 2}}
    compare: true
  - type: chart
    chart: line
    query: {metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], aggregateBy: [DAY]}
  - type: table
    query: {metrics: [TOTAL_CALL_COUNT, ANSWER_RATE], aggregateBy: [COUNTRY_NAME, DIRECTION]}
    subtotals: true
    totals: true
    conditionalFormats:
      - {metric: TOTAL_CALL_COUNT, type: icons, cuts: [20, 60]}
      - {metric: ANSWER_RATE, type: threshold}
  - type: table
    query:
      metrics: [TOTAL_CALL_COUNT, ANSWER_RATE, TOTAL_CALL_DURATION]
      aggregateBy: [COUNTRY_NAME, STATUS]
    pivot: {by: STATUS, top: {limit: 2}}
    totals: true
  - {type: chart, chart: donut, query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [STATUS]}}
  - {type: chart, chart: heatmap, query: {metrics: [ANSWER_RATE], aggregateBy: [HOUR]}}
  - type: chart
    chart: heatmap
    query: {metrics: [ANSWER_RATE], aggregateBy: [COUNTRY_NAME, DIRECTION]}
  - type: chart
    chart: funnel
    query:
      metrics: [TOTAL_ATTEMPTED_CALL_COUNT, TOTAL_ANSWERED_CALL_COUNT, TOTAL_RECEIVED_CALL_COUNT]
  - type: chart
    chart: stacked100
    query: {metrics: [TOTAL_CALL_COUNT], aggregateBy: [DAY, STATUS]}
    annotations: [{date: "2026-10-05", label: Ω}]
  - {type: chart, chart: area, query: {metrics: [TOTAL_CALL_DURATION], aggregateBy: [DAY]}}
  - {type: callout, tone: bad, markdown: Ω}
pdf: {cover: true, contents: always, attach: [csv, json]}
"""
PROJECT = (
    "version: 1\nsources: {calls: {type: calls, path: calls.csv}}\ndefaults: {source: calls}\n"
)
HEAD = (
    *("call_id", "account_key", "sent_at", "direction", "capability", "sender", "sender_type"),
    *("communication_id", "network_id", "network_name", "country_id", "country_name"),
    *("application_id", "entity_id", "ringing_at", "answered_at", "ended_at"),
    *("status_group", "status", "error_group", "error_code", "amd_result"),
)


def calls() -> str:
    """Two months of calls, one of them broken; the second month ends early. No hang-ups."""
    chance = random.Random(3)  # noqa: S311 - not for secrets
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEAD)
    for number in range(900):
        sent = datetime(2026, 10 if number == 7 else 9, 1, tzinfo=UTC) + timedelta(
            minutes=chance.randrange(25 * 24 * 60 if number == 7 else 50 * 24 * 60)
        )
        answered = sent + timedelta(seconds=chance.randrange(1, 90))
        is_answered = number == 7 or chance.random() < 0.6
        ended = answered + timedelta(seconds=-5 if number == 7 else chance.randrange(5, 400))
        status, group = chance.choice(
            (("NO_ANSWER", "USER"), ("BUSY", "USER"), ("REJECTED", "OPERATOR"))
        )
        if is_answered:
            status, group = "DELIVERED_TO_HANDSET", "OK"
        writer.writerow(
            [
                *(number, "Α", sent.isoformat(), chance.choice(("OUTBOUND", "INBOUND"))),
                *(chance.choice(("PHONE", "WEBRTC")), "0", "", 1, 2, "Δ"),
                *(chance.randrange(5), chance.choice(("Α", "Β", "Γ", "Δ", "")), "1", "2"),
                answered.isoformat() if is_answered else "",
                answered.isoformat() if is_answered else "",
                ended.isoformat() if is_answered else "",
                *("DELIVERED" if is_answered else "UNDELIVERABLE", status),
                *(
                    "OK" if is_answered else f"{group}_ERRORS",
                    "NORMAL_HANGUP" if is_answered else status,
                ),
                "",
            ]
        )
    return written.getvalue()


def words() -> str:
    """Every sentence and every label as one letter around its values."""
    sentences: dict[str, object] = {}
    for key, sentence in known_sentences().items():
        forms = {
            form: "Ψ".join(["", *(f"{{{name}}}" for name in placeholders(text)), ""]) or "Ψ"
            for form, text in sentence.forms.items()
        }
        sentences[key] = forms if len(forms) > 1 else forms["other"]
    labels: dict[str, dict[str, dict[str, str]]] = {}
    for number, (section, name, part) in enumerate(texts(built_in())):
        letter = f"Ω{number}" if section != "members" else "Ψ"
        labels.setdefault(section, {}).setdefault(name, {})[part] = letter
    return yaml.safe_dump({**sentences, "labels": labels}, allow_unicode=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pseudo")
    (folder / "templates" / "words").mkdir(parents=True)
    for name, text in (
        ("reporter.yaml", PROJECT),
        ("pseudo.yaml", SPEC),
        ("calls.csv", calls()),
        ("templates/words/el.yaml", words()),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    arguments = ("run", str(folder / "pseudo.yaml"), "--project", str(folder / "reporter.yaml"))
    with pytest.raises(SystemExit) as done:
        main([*arguments, "--as-of", "2026-10-28T10:00", "--out", str(folder / "out")])
    assert done.value.code == 0
    return folder / "out"


def english(found: Iterable[str]) -> set[str]:
    """The Latin words of texts, but for names, versions and formulas of metrics."""
    text = re.sub(r"\b[A-Z]+_[A-Z_]+\b", "", "\n".join(found))
    return set(re.findall(r"[A-Za-z]+", text)) - NAMES - WHY_REJECTED


def test_the_page_has_no_english_of_ours(made: Path) -> None:
    (path,) = made.glob("*.html")
    page = html.document_fromstring(path.read_text(encoding="utf-8"))
    for hidden in page.xpath("//style | //script"):
        hidden.drop_tree()
    read = page.xpath("//title/text() | //body//text() | //@aria-label | //@alt | //body//@title")
    assert sum("Ψ" in text for text in read) > 100
    assert english(map(str, read)) == set()


def test_the_pages_on_paper_have_none(made: Path) -> None:
    (path,) = made.glob("*.pdf")
    with path.open("rb") as file:
        pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    assert sum(text.count("Ψ") for text in pages) > 100
    # Where a line breaks a formula, the metric's name is read in two.
    found = english(text.replace("_\n", "_").replace("\n", " ") for text in pages)
    assert {word for word in found if not word.isupper()} == set()


def test_the_workbook_has_none(made: Path) -> None:
    (path,) = made.glob("*.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    found = [*book.sheetnames, *(v for v in cells if isinstance(v, str) and not v.startswith("="))]
    assert sum("Ψ" in text for text in found) > 50
    assert english(found) == set()
