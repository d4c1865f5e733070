"""The workbook as a whole: its sheets, cover, lineage, properties and bytes."""

import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from making import made, one_table, sheet_of, with_blocks, workbook
from openpyxl import Workbook

from reporter.document.model import CalloutBlock, Document, TextBlock
from reporter.document.values import Tone
from reporter.output.base import Branding
from reporter.output.excel import ExcelRenderer
from reporter.output.excel.package import Package, pinned
from reporter.output.excel.rows import SharedStrings
from reporter.settings import Theme

HERE = Path(__file__).parent
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_every_block_with_numbers_has_a_sheet_between_cover_and_lineage(book: Workbook) -> None:
    assert book.sheetnames == [
        *("Report", "At a glance", "Calls per day", "By country", "Answer rate per day"),
        *("Outcomes per week", "Failures by cause", "By network", "About"),
    ]


def test_cover_and_lineage_say_what_the_numbers_are(book: Workbook, document: Document) -> None:
    cover = {str(cell.value) for row in book["Report"].iter_rows() for cell in row}
    about = {str(cell.value) for row in book["About"].iter_rows() for cell in row}
    assert {document.title, document.provenance.period, *document.notices} <= cover
    assert {document.provenance.source, document.provenance.interval_text} <= about
    for definition in document.provenance.definitions:
        assert f"{definition.label}\n{definition.name}" in about
        meaning = "\n".join(t for t in (definition.description, definition.formula) if t)
        assert meaning in about
    links = [c.hyperlink.location for row in book["Report"].iter_rows() for c in row if c.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_the_cover_has_texts_lists_and_callouts(document: Document, tmp_path: Path) -> None:
    markdown = "One *two*\nthree `four`\n\n- a\n- b\n\n3. c\n4. d\n\n```\ncode\n```"
    book = workbook(
        with_blocks(
            document,
            TextBlock(name="t", title="Text", markdown=markdown),
            CalloutBlock(name="c", title=None, markdown="**Look** here", tone=Tone.GOOD),
        ),
        tmp_path,
    )
    found = [cell.value for row in book["Report"].iter_rows() for cell in row if cell.value]
    assert "One two three four\n• a\n• b\n3. c\n4. d\ncode" in found
    assert "Look here" in found


def test_a_png_logo_stands_on_the_cover(document: Document, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    look = Branding(Theme(logo="logo.png"), tmp_path)
    (artifact,) = ExcelRenderer().render(document, "x", look)
    assert parts(artifact.content)["xl/media/image1.png"] == PNG
    outside = Branding(Theme(logo="../logo.png"), tmp_path / "in")
    (artifact,) = ExcelRenderer().render(document, "x", outside)
    assert not any("media" in name for name in parts(artifact.content))


def test_properties_come_from_the_document(book: Workbook, document: Document) -> None:
    found = book.properties
    assert (found.title, found.language) == (document.title, document.language)
    assert (found.subject, found.description) == ("October 2026", document.subtitle)
    assert (found.creator, found.keywords) == ("Reporter 0.1.0", "monthly-voice-review, calls")
    stamp = document.provenance.stamp.replace(tzinfo=None)
    assert (found.created, found.modified) == (stamp, stamp)


def test_every_sheet_is_ready_to_print(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.paperSize == 9
        assert sheet.oddHeader.left.text == "Voice && Video: monthly business review"
        assert sheet.oddHeader.right.text == "October 2026"
        assert sheet.oddFooter.right.text == "Page &P of &N"


def test_paper_density_and_colours_are_the_themes(document: Document, tmp_path: Path) -> None:
    theme = Theme(accent="#204080", page_size="Letter", density="compact", series=("#123456",))
    (artifact,) = ExcelRenderer().render(document, "x", Branding(theme, tmp_path))
    files = parts(artifact.content)
    assert b'paperSize="1"' in files["xl/worksheets/sheet4.xml"]
    assert b'defaultRowHeight="15.75"' in files["xl/worksheets/sheet4.xml"]
    assert b"204080" in files["xl/styles.xml"]
    charts = b"".join(content for name, content in files.items() if "charts/" in name)
    assert b"123456" in charts


def test_a_report_from_right_to_left_is_one(document: Document, tmp_path: Path) -> None:
    turned = msgspec.structs.replace(document, direction="rtl")
    book = workbook(turned, tmp_path)
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    assert book["By country"]["A5"].alignment.horizontal == "right"


def test_texts_are_shared_as_some_programs_show_no_others(
    document: Document, tmp_path: Path
) -> None:
    files = parts(made(document, tmp_path))
    assert not any(b"inlineStr" in content for content in files.values())
    texts = re.findall(rb"<si>.*?</si>", files["xl/sharedStrings.xml"])
    assert len(texts) == len(set(texts)) > 100
    assert b"sharedStrings.xml" in files["xl/_rels/workbook.xml.rels"]
    assert b"sharedStrings+xml" in files["[Content_Types].xml"]


def test_beyond_a_number_of_different_texts_they_stand_in_their_cells() -> None:
    strings = SharedStrings(most=2)
    cells = [strings.cell("A1", 0, text) for text in ("a", "b", "a", "c")]
    assert [re.findall("<v>(.*?)</v>", cell) for cell in cells] == [["0"], ["1"], ["0"], []]
    assert "<is><t" in cells[3]
    assert "".join(re.findall("<t.*?>(.*?)</t>", "".join(strings.items()))) == "ab"


def test_a_text_with_excels_own_escape_stays_as_it_is(document: Document, tmp_path: Path) -> None:
    sheet = sheet_of(one_table("_x0041_", "a\r\nb\rc"), document, tmp_path)
    assert [sheet["A5"].value, sheet["A6"].value] == ["_x0041_", "a\nb\nc"]


def test_the_same_document_gives_the_same_bytes_in_another_process(
    document: Document, tmp_path: Path
) -> None:
    program = (
        f"import sys, pathlib; sys.path.insert(0, {str(HERE.parent)!r})\n"
        "import sample_document\n"
        "from reporter.output.excel import ExcelRenderer\n"
        f"look = sample_document.branding(pathlib.Path({str(tmp_path)!r}))\n"
        "(made,) = ExcelRenderer().render(sample_document.document(), 'review', look)\n"
        "sys.stdout.buffer.write(made.content)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout == made(document, tmp_path)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        # The zip format knows no earlier year, and no later one.
        (datetime(1970, 1, 1, tzinfo=UTC), (1980, 1, 1, 0, 0, 0)),
        (datetime(8999, 1, 1, tzinfo=UTC), (2107, 12, 31, 0, 0, 0)),
        (datetime(2026, 11, 1, 7, tzinfo=UTC), (2026, 11, 1, 7, 0, 0)),
    ],
)
def test_entries_carry_the_reports_date(stamp: datetime, expected: tuple[int, ...]) -> None:
    target = io.BytesIO()
    package = Package(target, stamp)
    package.write("a.txt", (b"a" * 70_000, b"b"))
    package.close()
    with zipfile.ZipFile(target) as pack:
        assert pack.infolist()[0].date_time == expected
        assert pack.read("a.txt") == b"a" * 70_000 + b"b"


def test_only_the_date_of_the_properties_is_replaced() -> None:
    stamp = datetime(2026, 11, 1, tzinfo=UTC)
    core = b'<dcterms:modified xsi:type="x">2001</dcterms:modified>'
    assert b">2026-11-01T00:00:00Z<" in pinned("docProps/core.xml", core, stamp)
    assert pinned("a.xml", core, stamp) == core


def test_control_characters_stand_nowhere_in_a_workbook(document: Document, tmp_path: Path) -> None:
    odd = "a\x0bb\ufffe\x1b\nc"
    block = msgspec.structs.replace(
        one_table("x"), title=odd, heads=(msgspec.structs.replace(one_table().heads[0], label=odd),)
    )
    book = workbook(
        msgspec.structs.replace(document, title=odd, subtitle=odd, blocks=(block,)), tmp_path
    )
    assert book.properties.title == "a\ufffdb\ufffd\ufffd\nc"
    assert book.sheetnames[1] == "a\ufffdb\ufffd\ufffd c"
    assert book.worksheets[1].cell(4, 1).value == "a\ufffdb\ufffd\ufffd c"
