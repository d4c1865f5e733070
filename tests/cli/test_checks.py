"""``reporter run`` of a report whose data do not keep its checks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

Reporter = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-01")
CHECKS = """\
checks:
  - {type: rows, atLeast: 6, severity: warn}
  - {type: range, metric: BUSY_RATE, atMost: 0.1}
  - {type: rows, atLeast: 2, filterBy: {directions: [INBOUND]}}
  - {type: freshness, within: 10m}
  - {type: rejected, atMost: 0}
"""
FEW = "The period has 5 calls; at least 6 are expected."
BUSY = "Busy rate is 25.0%; at most 10% is expected."
INBOUND = "Direction: Inbound. The period has 1 call; at least 2 are expected."
STALE = "The data of calls end at 31 Oct 2026, 23:30 UTC; they should reach 31 Oct 2026, 23:50 UTC."


def checked(project: Path, text: str = CHECKS) -> None:
    spec = project / "report_specs/review.yaml"
    spec.write_text(spec.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_what_failed_is_told_once_and_the_code_is_4(project: Path, reporter: Reporter) -> None:
    checked(project)
    done = reporter("run", "review", *AS_OF)
    assert done.code == 4
    said = [line for line in done.err.splitlines() if " expected" in line or "should" in line]
    assert said == [
        f"review: note: {FEW}",
        f"review: held: {BUSY}",
        f"review: held: {INBOUND}",
        f"review: held: {STALE}",
    ]
    document = json.loads((project / "out/review-2026-10.json").read_text(encoding="utf-8"))
    assert document["held"] == [BUSY, INBOUND, STALE]
    assert document["notices"][:4] == [FEW, BUSY, INBOUND, STALE]


def test_checks_that_hold_change_nothing(project: Path, reporter: Reporter) -> None:
    before = reporter("run", "review", *AS_OF)
    plain = (project / "out/review-2026-10.json").read_bytes()
    checked(project, "checks: [{type: rows}, {type: freshness, within: 1h}]\n")
    done = reporter("run", "review", *AS_OF)
    assert (done.code, done.err) == (0, before.err)
    assert (project / "out/review-2026-10.json").read_bytes() == plain


@pytest.mark.slow
def test_every_output_says_it(project: Path, reporter: Reporter) -> None:
    checked(project)
    done = reporter("run", "review", *AS_OF, "--format", "html,pdf,xlsx,csv,json,mail")
    assert done.code == 4
    out = project / "out"
    texts = {
        "html": (out / "review-2026-10.html").read_text(encoding="utf-8"),
        "mail": (out / "review-2026-10.mail.html").read_text(encoding="utf-8"),
        "json": (out / "review-2026-10.json").read_text(encoding="utf-8"),
        "xlsx": _cells(out / "review-2026-10.xlsx"),
        "pdf": _pdf(out / "review-2026-10.pdf"),
    }
    for name, text in texts.items():
        flat = " ".join(text.split())
        assert [one for one in (FEW, BUSY, INBOUND, STALE) if one not in flat] == [], name


def _cells(path: Path) -> str:
    book = load_workbook(path)
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )


def _pdf(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)
