"""Long tables: drawn after a few typeset rows, and not to be told from typeset ones."""

import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from reporter.document.model import TableBlock
from reporter.document.values import BlockRow
from reporter.output.base import Branding
from reporter.output.pdf import PdfRenderer
from reporter.output.pdf.long_tables import room
from reporter.settings import Theme

HERE = Path(__file__).parent
SIGNS = re.compile("[▲▼●○~]")
NUMBERED = re.compile(r"(\d+)\s*/\s*(\d+)$")

Render = Callable[..., bytes]
"""Renders blocks, drawn or typeset."""


@pytest.fixture
def render(
    sample: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., bytes]:
    def rendered(
        *blocks: object,
        drawn: bool = True,
        over: int = 60,
        theme: Theme = Theme(accent="#0b6e4f"),  # noqa: B008 - immutable
        **said: object,
    ) -> bytes:
        monkeypatch.setattr(room, "LONG", over if drawn else 10**9)
        document = msgspec.structs.replace(sample.document(), notices=(), blocks=blocks, **said)
        (made,) = PdfRenderer().render(document, "review", Branding(theme, tmp_path))
        return made.content

    return rendered


def asked(*command: str, content: bytes) -> bytes:
    """What a tool of the system makes of a file."""
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def pages(content: bytes) -> list[str]:
    return asked("pdftotext", "-layout", "-", "-", content=content).decode().split("\f")[:-1]


def is_drawn(content: bytes) -> bool:
    """Whether something was drawn after what the engine had painted."""
    reader = PdfReader(io.BytesIO(content))
    return any(isinstance(page.get("/Contents"), ArrayObject) for page in reader.pages)


def words(content: bytes) -> list[tuple[int, str, tuple[float, ...]]]:
    """Every word of a file with its page and its box, from top to bottom."""
    return sorted(_words(content), key=lambda word: (word[0], *map(round, word[2][1::-1]), word[1]))


def _words(content: bytes) -> Iterator[tuple[int, str, tuple[float, ...]]]:
    found = asked("pdftotext", "-bbox", "-", "-", content=content).decode()
    for number, page in enumerate(found.split("<page ")[1:]):
        for left, top, right, bottom, text in re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
            page,
        ):
            yield number, text, tuple(float(x) for x in (left, top, right, bottom))


def fonts(content: bytes) -> dict[str, set[str]]:
    """The files of the fonts, by name."""
    found: dict[str, set[str]] = {}
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            one = font.get_object()
            held = one["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            found.setdefault(one["/BaseFont"], set()).add(str(held.raw_get("/FontFile2")))
    return found


def flat(long_sample: ModuleType) -> TableBlock:
    return long_sample.table(150)


def grouped(long_sample: ModuleType) -> TableBlock:
    return long_sample.table(140, groups=12)


def wide(long_sample: ModuleType) -> TableBlock:
    """So wide that it stands on turned pages."""
    block = long_sample.table(100)
    more = tuple(
        msgspec.structs.replace(head, name=f"{head.name}_2", over=head.over and f"{head.over} 2")
        for head in block.heads[2:6]
    )
    rows = tuple(msgspec.structs.replace(r, cells=r.cells + r.cells[2:6]) for r in block.rows)
    return msgspec.structs.replace(block, heads=block.heads + more, rows=rows)


def in_parts(long_sample: ModuleType) -> TableBlock:
    """With so many columns that they do not fit beside each other."""
    block = long_sample.table(100)
    more = tuple(
        msgspec.structs.replace(
            head, name=f"{head.name}_{n}", over=head.over and f"{head.over} {n}"
        )
        for n in (2, 3, 4)
        for head in block.heads[2:]
    )
    rows = tuple(msgspec.structs.replace(r, cells=r.cells + 3 * r.cells[2:]) for r in block.rows)
    return msgspec.structs.replace(block, heads=block.heads + more, rows=rows)


def arabic(long_sample: ModuleType) -> TableBlock:
    block = long_sample.table(100)
    names = ("شركة الاتصالات", "Telekom", "اتصالات مصر العربية للخدمات")
    rows = tuple(
        BlockRow(
            row.kind,
            (row.cells[0], long_sample.words(f"{names[n % 3]} {n}"), *row.cells[2:]),
            row.level,
        )
        for n, row in enumerate(block.rows)
    )
    return msgspec.structs.replace(block, rows=rows)


def odd(long_sample: ModuleType) -> TableBlock:
    """Texts that a page shows otherwise than they are, or not at all."""
    block = long_sample.table(100)
    texts = ("", "a\u00a0b  c \t d", "<b>&amp; \x01", "word " * 300, "日本電信電話", "fi – ½ 🎉")
    rows = tuple(
        BlockRow(
            row.kind,
            (row.cells[0], long_sample.words(texts[n % 6] if n % 4 == 0 else "x"), *row.cells[2:]),
            row.level,
        )
        for n, row in enumerate(block.rows)
    )
    return msgspec.structs.replace(block, rows=rows)


LETTER = Theme(page_size="Letter", density="compact")


@pytest.mark.unmeasured
@pytest.mark.slow
@pytest.mark.parametrize(
    ("block_of", "said"),
    [
        (flat, {}),
        (grouped, {}),
        (wide, {}),
        (in_parts, {}),
        (odd, {}),
        (flat, {"theme": LETTER}),
        (arabic, {"direction": "rtl", "language": "ar"}),
    ],
    ids=["flat", "grouped", "wide", "in parts", "odd", "letter", "arabic"],
)
def test_nobody_sees_the_difference(
    sample: ModuleType,
    long_sample: ModuleType,
    render: Render,
    block_of: Callable[[ModuleType], TableBlock],
    said: dict[str, object],
) -> None:
    blocks = (sample.kpis(), block_of(long_sample), sample.by_country())
    drawn, typeset = (render(*blocks, drawn=is_so, **said) for is_so in (True, False))
    assert (is_drawn(drawn), is_drawn(typeset)) == (True, False)
    for one, other in zip(words(drawn), words(typeset), strict=True):
        assert one[:2] == other[:2]
        assert one[2] == pytest.approx(other[2], abs=0.02)
    assert {name: len(files) for name, files in fonts(drawn).items()} == dict.fromkeys(
        fonts(typeset), 1
    )
    for one, other in zip(pictures(drawn), pictures(typeset), strict=True):
        differences = ImageChops.difference(one, other).convert("L").histogram()
        assert sum(differences[100:]) == 0
        assert sum(differences[30:]) < 50


def pictures(content: bytes) -> Iterator[Image.Image]:
    """The pages, seen."""
    drawn = asked("pdftoppm", "-r", "60", "-", content=content)
    stream = io.BytesIO(drawn)
    while stream.tell() < len(drawn):
        kind, width, height = stream.readline(), *map(int, stream.readline().split())
        assert (kind, stream.readline()) == (b"P6\n", b"255\n")
        yield Image.frombytes("RGB", (width, height), stream.read(3 * width * height))


def without_words(long_sample: ModuleType, rows: int) -> TableBlock:
    """A table whose names stand in one line, so that a line of text is a row."""
    block = long_sample.table(rows)
    heads, total = block.heads, len(block.rows)
    found = tuple(
        BlockRow(
            row.kind,
            (long_sample.words(f"C{n % 9}"), long_sample.words(f"N{n:05d}"), *row.cells[2:]),
        )
        for n, row in enumerate(block.rows[: total - 2])
    )
    return msgspec.structs.replace(block, heads=heads, rows=(*found, *block.rows[-2:]))


def repeated(long_sample: ModuleType, rows: int) -> TableBlock:
    """A table with few looks."""
    block = without_words(long_sample, 10)
    return msgspec.structs.replace(block, rows=tuple(block.rows[n % 10] for n in range(rows)))


@pytest.mark.unmeasured
@pytest.mark.slow
def test_every_number_of_two_thousand_rows_in_order(
    long_sample: ModuleType, render: Render
) -> None:
    block = without_words(long_sample, 2000)
    found = []
    for page in pages(render(block)):
        for line in page.splitlines():
            tokens = SIGNS.sub(" ", line).split()
            if re.fullmatch(r"\d+:\d\d:\d\d", tokens[-1] if tokens else ""):
                found.append(tokens)
    expected = [[t for cell in row.cells for t in cell.text.split()] for row in block.rows]
    assert found == expected


@pytest.mark.unmeasured
@pytest.mark.slow
def test_what_stands_before_and_after_keeps_its_place(
    sample: ModuleType, long_sample: ModuleType, render: Render
) -> None:
    first, second = long_sample.table(130, name="one"), long_sample.table(110, name="two")
    content = render(first, sample.by_country(), second, sample.failures())
    reader = PdfReader(io.BytesIO(content))
    texts = pages(content)
    numbers = [found.groups() for text in texts if (found := NUMBERED.search(text.rstrip()))]
    assert numbers == [(str(n), str(len(texts))) for n in range(1, len(texts) + 1)]
    for entry in reader.outline[1] if isinstance(reader.outline[1], list) else reader.outline:
        if not isinstance(entry, list):
            assert entry.title in texts[reader.get_destination_page_number(entry)]
    heads = [n for n, text in enumerate(texts) if "Attempted calls" in text]
    assert heads == list(range(heads[0], heads[-1] + 1))
    assert sum(text.count("The ten countries with the most") for text in texts) == 1


def test_it_is_one_table_for_those_who_hear_it(
    long_sample: ModuleType, render: Render, check: ModuleType
) -> None:
    block = long_sample.table(130)
    content = render(block)
    assert check.problems(content) == []
    reader = PdfReader(io.BytesIO(content))
    top = check.Element(reader.root_object["/StructTreeRoot"]["/K"][0].get_object(), None)
    assert list(check._Check(reader).found()) == []
    assert list(check._Check(reader).grow(top, 0)) == []
    tables = [e for e in top.walk() if e.kind == "Table" and len(list(e.walk())) > 500]
    assert len(tables) == 1
    (body,) = (e for e in tables[0].walk() if e.kind == "TBody")
    rows = [e for e in body.walk() if e.kind == "TR"]
    assert len(rows) == len(block.rows)
    kinds = [[e.kind for e in row.walk() if e is not row] for row in rows]
    assert kinds == [["TH"] + ["TD"] * (len(block.heads) - 1)] * len(block.rows)


@pytest.mark.parametrize(("rows", "drawn"), [(60, False), (61, True)])
def test_only_long_tables_are_drawn(
    sample: ModuleType, render: Render, rows: int, *, drawn: bool
) -> None:
    block = sample.by_network(rows)
    assert is_drawn(render(block)) is drawn


@pytest.mark.parametrize(
    "case",
    [
        (".few { opacity: 0.5 }", "there are pictures or see-through parts in it"),
        (".number { font-feature-settings: normal !important }", "its digits are not equally wide"),
        (".data { border-collapse: separate }", "its cells have lines of their own"),
        (".data td { border-left: 1px solid red }", "there are upright lines in it"),
        (".data tbody td { border-bottom-style: dashed !important }", "its lines are dashed"),
        (".data tbody td { vertical-align: middle !important }", "aligned to the middle"),
        (".data tbody td { letter-spacing: 1px }", "its letters or words are spaced"),
        (".figure { text-decoration: underline }", "its texts are underlined or turned"),
        (".figure { transform: rotate(3deg) }", "its texts are moved or turned"),
        (".figure { overflow: hidden }", "its texts are cut off"),
        (".data tbody td { border-radius: 3px; background: red }", "more than a colour behind"),
        (".data td.left::after { content: 'x' }", "there is more than words in the column 2"),
        (".bar-fill { background: none }", "its bars are not drawn by their width"),
        (".data tbody td { padding-bottom: 1% }", "its padding is a part of its width"),
        (".data thead { display: table-row-group !important }", "it has no head"),
    ],
)
def test_what_cannot_be_drawn_is_typeset(
    long_sample: ModuleType,
    render: Render,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    case: tuple[str, str],
) -> None:
    style, reason = case
    override(tmp_path, "styles/print.css.j2", lambda ours: ours + style)
    block = repeated(long_sample, 40)
    with caplog.at_level(logging.WARNING, logger="reporter"):
        content = render(block, over=35)
    (said,) = [r.getMessage() for r in caplog.records if "row by row" in r.getMessage()]
    assert said.startswith("review: the table 'all-networks' is typeset row by row")
    assert reason in said
    assert not is_drawn(content)
    shown = "".join(pages(content))
    assert all(row.cells[2].text in shown for row in block.rows)


def test_figures_that_a_template_rewrites_are_typeset(
    long_sample: ModuleType, render: Render, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    override(
        tmp_path,
        "blocks/table.html.j2",
        lambda ours: ours.replace("{{ cell.text }}", "{{ cell.text | reverse }}"),
    )
    with caplog.at_level(logging.WARNING, logger="reporter"):
        content = render(repeated(long_sample, 40), over=35)
    (said,) = [r.getMessage() for r in caplog.records if "row by row" in r.getMessage()]
    assert "is another text" in said
    assert not is_drawn(content)


def override(folder: Path, name: str, change: Callable[[str], str]) -> None:
    """Put a changed template of ours into a project."""
    path = folder / "templates" / name
    path.parent.mkdir(parents=True)
    ours = (Path(__file__).parents[3] / "templates" / name).read_text(encoding="utf-8")
    path.write_text(change(ours), encoding="utf-8")


def test_rows_that_are_all_unlike_are_typeset(sample: ModuleType, render: Render) -> None:
    block = sample.by_network(70)
    rows = tuple(
        msgspec.structs.replace(
            row,
            cells=(
                *row.cells[:2],
                msgspec.structs.replace(
                    row.cells[2], text="".join(f"{chr(97 + n // 26)}{chr(97 + n % 26)}")
                ),
                *row.cells[3:],
            ),
        )
        for n, row in enumerate(block.rows)
    )
    assert not is_drawn(render(msgspec.structs.replace(block, rows=rows)))


@pytest.mark.unmeasured
@pytest.mark.slow
def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, msgspec\n"
        f"sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent)!r}]\n"
        "import long_sample, sample_document\n"
        "from reporter.output.pdf import PdfRenderer\n"
        f"look = sample_document.branding(pathlib.Path({str(tmp_path)!r}))\n"
        "document = sample_document.document()\n"
        "document = msgspec.structs.replace(document, blocks=(long_sample.table(400),))\n"
        "(made,) = PdfRenderer().render(document, 'review', look)\n"
        "sys.stdout.buffer.write(made.content)\n"
    )
    one, other = (
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            timeout=300,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    )
    assert is_drawn(one)
    assert one == other
