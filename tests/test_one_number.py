"""The value of a KPI is the same number in the PDF's text, HTML, Excel and JSON."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from reporter.cli import main

ROOT = Path(__file__).parent.parent
STEM = "monthly-voice-review-2026-10"
LABELS = {
    "TOTAL_CALL_COUNT": "Total calls",
    "TOTAL_ATTEMPTED_CALL_COUNT": "Attempted calls",
    "TOTAL_RECEIVED_CALL_COUNT": "Received calls",
    "AVERAGE_CALL_DURATION": "Average call duration",
    "ANSWER_RATE": "Answer rate",
    "ANSWER_SEIZURE_RATIO": "Answer seizure ratio",
    "BUSY_RATE": "Busy rate",
    "FAILURE_RATE": "Failure rate",
}

pytestmark = pytest.mark.slow


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    assert done.value.code == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The monthly review over two months of sample calls, in all formats."""
    folder = tmp_path_factory.mktemp("project")
    run(
        *("sample-data", "--out", str(folder / "data"), "--months", "2"),
        *("--calls-per-month", "3000", "--seed", "11", "--until", "2026-11-01"),
    )
    (folder / "reporter.yaml").write_bytes((ROOT / "reporter.yaml").read_bytes())
    run(
        *("run", str(ROOT / "report_specs" / "monthly-voice-review.yaml")),
        *("--project", str(folder / "reporter.yaml"), "--as-of", "2026-11-01"),
        *("--out", str(folder / "out"), "--format", "pdf,html,xlsx,json"),
    )
    return folder / "out"


@pytest.fixture(scope="module")
def cards(made: Path) -> dict[str, dict[str, object]]:
    """The cards of the JSON artifact by metric: the manifest of values."""
    document = json.loads((made / f"{STEM}.json").read_text())
    (block,) = (b for b in document["blocks"] if b["type"] == "kpis")
    return {card["name"]: card for card in block["cards"]}


def written(card: dict[str, object]) -> str:
    """How a card's value is written in British English, worked out here on its own."""
    value = Decimal(repr(card["value"]))
    match card["format"]:
        case "integer":
            return f"{value:,}"
        case "percent":
            return f"{(value * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
        case "duration":
            return f"{timedelta(seconds=int(value.quantize(Decimal(1), ROUND_HALF_UP)))}"
        case other:
            raise AssertionError(other)


def test_the_report_has_the_cards_that_the_spec_asks_for(
    cards: dict[str, dict[str, object]],
) -> None:
    assert {name: card["label"] for name, card in cards.items()} == LABELS
    assert all(card["value"] is not None for card in cards.values())


def test_html_shows_the_number(made: Path, cards: dict[str, dict[str, object]]) -> None:
    page = html.document_fromstring((made / f"{STEM}.html").read_text())

    def texts(name: str) -> Iterator[str]:
        for element in page.find_class(name):
            yield " ".join(element.text_content().split())

    shown = dict(zip(texts("kpi-label"), texts("kpi-value"), strict=True))
    assert shown == {card["label"]: written(card) for card in cards.values()}


def test_pdf_shows_the_number(made: Path, cards: dict[str, dict[str, object]]) -> None:
    text = subprocess.run(
        ["pdftotext", "-raw", str(made / f"{STEM}.pdf"), "-"],  # noqa: S607 - on every system elsewhere
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    words = " ".join(text.split())
    for card in cards.values():
        assert f"{card['label']} {written(card)} " in words


def test_excel_holds_the_number(made: Path, cards: dict[str, dict[str, object]]) -> None:
    sheet = openpyxl.load_workbook(made / f"{STEM}.xlsx")["The month at a glance"]
    found = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4) if row[0].value}
    assert set(found) == set(LABELS.values())
    for card in cards.values():
        value = found[card["label"]]
        if isinstance(value, timedelta):
            # A sheet counts days; the reader rounds them to milliseconds.
            assert value.total_seconds() == pytest.approx(card["value"], abs=5e-4)
        else:
            assert value == card["value"]
