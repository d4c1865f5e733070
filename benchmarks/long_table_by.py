"""One PDF of a long table by one way, over the same document; prints its pages and its bytes.

Run: python benchmarks/long_table_by.py document|ours|weasyprint|chromium ROWS
"""

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from reporter.data.table import Format, Kind
from reporter.dates import Interval
from reporter.document.model import Document, Provenance, TableBlock
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind, Tone
from reporter.output.base import Branding
from reporter.output.html import HtmlRenderer
from reporter.output.pdf import PdfRenderer
from reporter.output.pdf.long_tables import room
from reporter.settings import Theme
from reporter.words import load_words

COUNTRIES = ("Germany", "Croatia", "France", "Italy", "Ελλάδα", "Україна", "Poland", "Spain")


def document(rows: int) -> Document:
    """A report with one table: two texts, a count with its change, two rates, a duration."""
    since, until = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    heads = (
        Head(name="COUNTRY", label="Country", role=HeadRole.DIMENSION, kind=Kind.TEXT),
        Head(name="NETWORK", label="Network", role=HeadRole.DIMENSION, kind=Kind.TEXT),
        _head("CALLS", Format.INTEGER, HeadRole.METRIC, "October"),
        _head("CALLS", Format.INTEGER, HeadRole.PREVIOUS, "September"),
        _head("CALLS", Format.PERCENT, HeadRole.CHANGE, "Change"),
        _head("ANSWER_RATE", Format.PERCENT),
        _head("BUSY_RATE", Format.PERCENT),
        _head("DURATION", Format.DURATION),
    )
    chance = random.Random(rows)  # noqa: S311 - no secret
    table = TableBlock(
        name="networks",
        title="By network",
        heads=heads,
        rows=tuple(_row(number, chance) for number in range(rows)),
    )
    return Document(
        title="Long table",
        subtitle="",
        language="en-GB",
        words=load_words("en-GB", Path()),
        blocks=(table,),
        provenance=Provenance(
            report="long-table",
            interval=Interval(since, until),
            timezone="UTC",
            period="October 2026",
            interval_text="1 Oct – 1 Nov 2026",
            source="calls",
            version="0",
            stamp=until,
        ),
    )


def _head(name: str, form: Format, role: HeadRole = HeadRole.METRIC, under: str = "") -> Head:
    label = name.replace("_", " ").capitalize()
    return Head(
        name=name,
        label=f"{label} {under}".strip(),
        over=label if under else "",
        under=under,
        role=role,
        kind=Kind.NUMBER,
        format=form,
    )


def _row(number: int, chance: random.Random) -> BlockRow:
    calls, before = chance.randrange(1, 90_000), chance.randrange(1, 90_000)
    change = calls / before - 1
    seconds = chance.randrange(10, 6000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    country = COUNTRIES[number % len(COUNTRIES)]
    return BlockRow(
        RowKind.BODY,
        (
            Cell(value=country, text=country),
            Cell(value=number, text=f"Net {number:05d}"),
            Cell(value=calls, text=f"{calls:,}", format=Format.INTEGER),
            Cell(value=before, text=f"{before:,}", format=Format.INTEGER),
            Cell(
                value=change,
                text=f"{change:+.1%}".replace("-", "−"),
                format=Format.PERCENT,
                tone=Tone.GOOD if change > 0 else Tone.BAD,
            ),
            _percent(chance.random()),
            _percent(chance.random() / 5),
            Cell(value=seconds, text=clock, format=Format.DURATION),
        ),
    )


def _percent(value: float) -> Cell:
    return Cell(value=value, text=f"{value:.1%}", format=Format.PERCENT)


def ours(report: Document) -> bytes:
    """Our PDF: the table is drawn."""
    (made,) = PdfRenderer().render(report, "x", Branding(Theme(), Path()))
    return made.content


def weasyprint(report: Document) -> bytes:
    """The same templates, all rows laid out by WeasyPrint, as short tables are."""
    room.LONG = sys.maxsize
    return ours(report)


def chromium(report: Document) -> bytes:
    """Our HTML page, printed by headless Chromium."""
    (made,) = HtmlRenderer().render(report, "x", Branding(Theme(), Path()))
    program = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        page, paper = Path(folder, "x.html"), Path(folder, "x.pdf")
        page.write_bytes(made.content)
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--timeout=600000"]
        command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={paper}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
        return paper.read_bytes()


WAYS: dict[str, Callable[[Document], bytes]] = {
    "document": lambda _: b"",
    "ours": ours,
    "weasyprint": weasyprint,
    "chromium": chromium,
}

if __name__ == "__main__":
    content = WAYS[sys.argv[1]](document(int(sys.argv[2])))
    print(len(content))
