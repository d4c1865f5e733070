"""The structure tree, as a screen reader would find it, and the check that the gallery uses."""

import io
from pathlib import Path
from types import ModuleType

import msgspec
from pypdf import PdfReader
from weasyprint import HTML

from reporter.document.model import TextBlock
from reporter.output.pdf import PdfRenderer


def elements(check: ModuleType, content: bytes) -> list:
    """Every element of a file, in reading order."""
    reader = PdfReader(io.BytesIO(content))
    found = check._Check(reader)
    top = check.Element(reader.root_object["/StructTreeRoot"]["/K"][0].get_object(), None)
    assert list(found.grow(top, 0)) == []
    return list(top.walk())


def made(sample: ModuleType, folder: Path, *blocks: object) -> bytes:
    document = msgspec.structs.replace(sample.document(), notices=(), blocks=blocks)
    (found,) = PdfRenderer().render(document, "review", sample.branding(folder))
    return found.content


def text(markdown: str) -> TextBlock:
    return TextBlock(name="text", title="Text", markdown=markdown)


def test_the_structure_is_complete(check: ModuleType, sample_pdf: bytes) -> None:
    assert check.problems(sample_pdf) == []


def test_the_check_sees_what_the_engine_alone_leaves_out(check: ModuleType) -> None:
    page = """<html lang="en"><title>T</title><style>@page { @top-left { content: "x" } }</style>
        <h1>One</h1><h3>Two</h3><table><tr><th>A</th></tr><tr><td>1</td></tr></table>"""
    found = check.problems(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"))
    assert "page 1: content 4 is not in the tree" in found
    assert "a TH has no Scope" in found
    assert "H3 follows H1" in found
    assert any("is not found by its name" in problem for problem in found)


def test_the_check_sees_a_file_without_tags(check: ModuleType) -> None:
    found = check.problems(HTML(string="<p>x").write_pdf())
    assert found == [
        "the document does not say that it is tagged (MarkInfo)",
        "the document has no language",
        "the title is not shown (DisplayDocTitle)",
        "there is no metadata stream",
        "there is no structure tree",
    ]


def test_a_table_over_two_pages_is_one_table(
    check: ModuleType, sample: ModuleType, tmp_path: Path
) -> None:
    content = made(sample, tmp_path, sample.by_network(60))
    assert len(PdfReader(io.BytesIO(content)).pages) > 2
    found = elements(check, content)
    (table, _definitions, _rejected) = (e for e in found if e.kind == "Table")
    assert [group.kind for group in table.children] == ["THead", "TBody"]
    assert len(table.children[1].children) == len(sample.by_network(60).rows)
    assert check.problems(content) == []


def test_cells_under_heads_that_span_name_them(
    check: ModuleType, sample: ModuleType, tmp_path: Path
) -> None:
    found = elements(check, made(sample, tmp_path, sample.by_country()))
    table = next(e for e in found if e.kind == "Table")
    heads = {str(e.found["/ID"]): e for e in table.walk() if e.kind == "TH"}
    groups = {e for e in heads.values() if e.attribute("/ColSpan")}
    assert groups
    for row in table.children[1].children:
        for cell in row.children[1:]:
            named = [heads[str(name)] for name in cell.attribute("/Headers")]
            assert named[0] is row.children[0]
            assert named[0].attribute("/Scope") == "/Row"
            assert {head.attribute("/Scope") for head in named[1:]} == {"/Column"}
            assert len(named) == 2 or (len(named) == 3 and named[1] in groups)


def test_lists_have_labels_and_bodies(
    check: ModuleType, sample: ModuleType, tmp_path: Path
) -> None:
    markdown = "- one\n- two\n    1. deep\n    2. deeper\n"
    content = made(sample, tmp_path, text(markdown))
    found = elements(check, content)
    lists = [e for e in found if e.kind == "L" and e.attribute("/ListNumbering") != "/None"]
    outer, inner = lists
    assert [[part.kind for part in item.children] for item in outer.children] == [
        ["Lbl", "LBody"],
        ["Lbl", "LBody"],
    ]
    assert inner.parent.kind == "LBody"
    assert inner.attribute("/ListNumbering") == "/Decimal"
    assert check.problems(content) == []


def test_headings_leave_out_no_level(check: ModuleType, sample: ModuleType, tmp_path: Path) -> None:
    content = made(sample, tmp_path, text("### Deep\n\nText.\n\n# High\n\nMore."))
    assert check.problems(content) == []


def test_a_link_says_where_it_leads(check: ModuleType, sample: ModuleType, tmp_path: Path) -> None:
    content = made(sample, tmp_path, text("See [the *whole* manual](https://example.com/m)."))
    (link,) = (e for e in elements(check, content) if e.kind == "Link")
    (area,) = link.annotations
    assert area["/Contents"] == "the whole manual"
    assert area["/A"]["/URI"] == "https://example.com/m"
    assert check.problems(content) == []


def test_arrows_and_marks_are_not_read(sample_pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(sample_pdf))
    page = reader.pages[0]
    assert "▲" in page.extract_text()
    artifacts = page.get_contents().get_data().count(b"/Artifact <</Type /Layout>>")
    assert artifacts >= page.extract_text().count("▲") + page.extract_text().count("▼")


def test_what_is_not_opaque_is_read_too(
    check: ModuleType, sample: ModuleType, tmp_path: Path
) -> None:
    styles = tmp_path / "templates" / "styles"
    styles.mkdir(parents=True)
    ours = (Path("templates/styles/print.css.j2")).read_text(encoding="utf-8")
    pale = ".prose { opacity: 0.6 } .sparkline { opacity: 0.5 } .prose strong { opacity: 0.9 }"
    (styles / "print.css.j2").write_text(f"{ours}\n{pale}", encoding="utf-8")
    content = made(sample, tmp_path, sample.kpis(), text("Pale and **paler** words.\n\n- one"))
    reader = PdfReader(io.BytesIO(content))
    groups = [
        found.get_object()
        for found in reader.pages[0]["/Resources"]["/XObject"].values()
        if "/StructParents" in found.get_object()
    ]
    assert len(groups) >= 1 + len([card for card in sample.kpis().cards if card.course])
    assert check.problems(content) == []
