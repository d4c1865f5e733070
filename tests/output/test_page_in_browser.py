"""What a page does in a real Chromium: sorting, contents, and nothing that its policy forbids."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from playwright.sync_api import Browser, Locator, Page

from reporter.data.table import Format, Kind
from reporter.document.model import TableBlock
from reporter.document.values import BlockRow, Cell, Head, HeadRole, RowKind
from reporter.output.html import HtmlRenderer

pytestmark = pytest.mark.slow

NAMES = ("Österreich", "Zypern", "Ägypten", "N/A", "Croatia", "network 10", "Network 9")
COUNTS = (1_200, 30, 9, 1_200, None, 100_000, 9)
RATES = (0.5, 0.25, None, 0.125, 0.1251, 0.1249, 0.5)
"""In the order of the rows; 0.1251 and 0.1249 look the same."""


def table() -> TableBlock:
    def row(kind: RowKind, name: str | None, calls: int | None, rate: float | None) -> BlockRow:
        cells = (
            Cell(value=None if name == "N/A" else name, text=name or ""),
            Cell(value=calls, text="–" if calls is None else f"{calls:,}", format=Format.INTEGER),
            Cell(value=rate, text="–" if rate is None else f"{rate:.1%}", format=Format.PERCENT),
        )
        return BlockRow(kind, cells)

    def head(name: str, label: str, role: HeadRole) -> Head:
        return Head(name=name, label=label, role=role, kind=Kind.NUMBER)

    body = (row(RowKind.BODY, *cells) for cells in zip(NAMES, COUNTS, RATES, strict=True))
    return TableBlock(
        name="countries",
        title="Countries",
        heads=(
            head("C", "Country", HeadRole.DIMENSION),
            head("N", "Calls", HeadRole.METRIC),
            head("R", "Answer rate", HeadRole.METRIC),
        ),
        rows=(
            *body,
            row(RowKind.OTHER, "Other", 5, 0.9),
            row(RowKind.TOTAL, "Total", 999_999, 0.01),
        ),
    )


@pytest.fixture(scope="module")
def pages(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    look = sample.branding(folder)
    whole = sample.document()
    for stem, document in (
        ("whole", whole),
        ("table", msgspec.structs.replace(whole, blocks=(table(),))),
    ):
        (made,) = HtmlRenderer().render(document, stem, look)
        (folder / made.file_name).write_bytes(made.content)
    return folder


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[[Path], Page]]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_offline(offline=True)

    def open_(path: Path) -> Page:
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield open_
    context.close()


@pytest.fixture
def sortable(opened: Callable[[Path], Page], pages: Path) -> Page:
    return opened(pages / "table.html")


def column(page: Page, block: str, place: int) -> list[str]:
    cells = page.locator(f"#{block} tbody tr > :nth-child({place + 1})")
    return [text.strip() for text in cells.all_inner_texts()]


def heads(page: Page, block: str = "countries") -> list[Locator]:
    return page.locator(f"#{block} thead button").all()


def said(page: Page) -> str:
    return page.locator("#sort-status").text_content() or ""


def states(page: Page) -> list[str | None]:
    return [head.get_attribute("aria-sort") for head in page.locator("#countries thead th").all()]


def test_numbers_are_sorted_as_numbers_greatest_first(sortable: Page) -> None:
    heads(sortable)[1].click()
    assert column(sortable, "countries", 1) == [
        *("100,000", "1,200", "1,200", "30", "9", "9", "–"),
        *("5", "999,999"),
    ]
    assert states(sortable) == [None, "descending", None]
    assert said(sortable) == "Sorted by Calls, descending."


def test_equal_rows_keep_their_order_both_ways(sortable: Page) -> None:
    heads(sortable)[1].click()
    first = column(sortable, "countries", 0)
    heads(sortable)[1].click()
    second = column(sortable, "countries", 0)
    assert first[:7] == [
        *("network 10", "Österreich", "N/A", "Zypern", "Ägypten", "Network 9", "Croatia")
    ]
    assert second[:7] == [
        *("Ägypten", "Network 9", "Zypern", "Österreich", "N/A", "network 10", "Croatia")
    ]
    assert said(sortable) == "Sorted by Calls, ascending."


def test_numbers_are_compared_unrounded(sortable: Page) -> None:
    heads(sortable)[2].click()
    heads(sortable)[2].click()
    by_rate = dict(zip(NAMES, RATES, strict=True))
    found = [by_rate[name] for name in column(sortable, "countries", 0)[:7]]
    known = [rate for rate in found if rate is not None]
    assert known == sorted(known)
    assert found[-1] is None


def test_texts_are_sorted_as_the_language_does_and_nothing_last(sortable: Page) -> None:
    heads(sortable)[0].click()
    assert column(sortable, "countries", 0) == [
        *("Ägypten", "Croatia", "Network 9", "network 10", "Österreich", "Zypern", "N/A"),
        *("Other", "Total"),
    ]
    assert states(sortable) == ["ascending", None, None]


def test_known_values_are_sorted_in_their_natural_order(
    opened: Callable[[Path], Page], sample: ModuleType, tmp_path: Path
) -> None:
    block = table()
    spans = {"S1": "1–2 s", "S10": "10–15 s", "M1": "1–2 min", "M5": "5–10 min"}
    head = msgspec.structs.replace(block.heads[0], members=tuple(spans))
    rows = tuple(
        msgspec.structs.replace(row, cells=(Cell(value=key, text=spans[key]), *row.cells[1:]))
        for row, key in zip(block.rows, ("M5", "S10", "M1", "S1"), strict=False)
    )
    block = msgspec.structs.replace(block, heads=(head, *block.heads[1:]), rows=rows)
    document = msgspec.structs.replace(sample.document(), blocks=(block,))
    (made,) = HtmlRenderer().render(document, "spans", sample.branding(tmp_path))
    (tmp_path / made.file_name).write_bytes(made.content)
    page = opened(tmp_path / made.file_name)
    heads(page)[0].click()
    assert column(page, "countries", 0) == list(spans.values())


def test_the_third_time_brings_the_order_of_the_report_back(sortable: Page) -> None:
    for _ in range(3):
        heads(sortable)[2].click()
    assert column(sortable, "countries", 0) == [*NAMES, "Other", "Total"]
    assert states(sortable) == [None, None, None]
    assert said(sortable) == "In the original order."


def test_the_keyboard_sorts_and_keeps_its_place(sortable: Page) -> None:
    heads(sortable)[1].press("Enter")
    heads(sortable)[2].press("Space")
    assert states(sortable) == [None, None, "descending"]
    assert heads(sortable)[2].evaluate("button => button === document.activeElement")


def test_a_head_under_a_common_one_is_named_with_it(
    opened: Callable[[Path], Page], pages: Path
) -> None:
    page = opened(pages / "whole.html")
    names = [head.inner_text().strip() for head in heads(page, "by-country")]
    assert names.count("Change") == 2
    heads(page, "by-country")[names.index("Change")].click()
    assert said(page).startswith("Sorted by ")
    assert said(page).endswith(", Change, descending.")
    changes = column(page, "by-country", 3)
    growth = [float(text.split("%")[0].replace("−", "-").lstrip("▲▼ \n")) for text in changes]
    assert growth[:10] == sorted(growth[:10], reverse=True)
    assert column(page, "by-country", 0)[-2:] == ["Other (14)", "Total"]


def test_a_table_of_subtotals_keeps_its_order(
    opened: Callable[[Path], Page], sample: ModuleType, tmp_path: Path
) -> None:
    block = table()
    rows = list(block.rows)
    rows.insert(3, msgspec.structs.replace(rows[0], kind=RowKind.SUBTOTAL, level=1))
    nested = msgspec.structs.replace(block, rows=tuple(rows))
    document = msgspec.structs.replace(sample.document(), blocks=(nested,))
    (made,) = HtmlRenderer().render(document, "nested", sample.branding(tmp_path))
    (tmp_path / made.file_name).write_bytes(made.content)
    assert heads(opened(tmp_path / made.file_name)) == []


def test_the_contents_follow_the_reader(opened: Callable[[Path], Page], pages: Path) -> None:
    page = opened(pages / "whole.html")
    links = page.locator(".contents a").all()
    assert links[0].get_attribute("aria-current") == "true"
    links[3].click()
    page.wait_for_function(
        "document.querySelectorAll('.contents a')[3].getAttribute('aria-current') === 'true'"
    )
    assert page.locator(".contents [aria-current]").count() == 1


def test_a_page_breaks_no_policy_of_its_own_and_lets_nothing_else_run(
    browser: Browser, pages: Path
) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((pages / "whole.html").as_uri())
    page.get_by_role("button", name="Busy rate").click()
    assert complaints == []
    page.evaluate(
        "const script = document.createElement('script');"
        "script.textContent = 'window.ran = true';"
        "document.body.append(script);"
        "const picture = new Image();"
        "picture.src = 'http://127.0.0.1:9/x.png';"
        "document.body.append(picture)"
    )
    assert page.evaluate("window.ran === undefined")
    assert sum("script-src" in complaint for complaint in complaints) == 1
    assert sum("img-src" in complaint for complaint in complaints) == 1
    page.close()


def test_without_scripts_a_page_is_whole(browser: Browser, pages: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "table.html").as_uri())
    assert page.locator("#countries tbody tr").count() == len(NAMES) + 2
    assert page.locator("button").count() == 0
    context.close()
