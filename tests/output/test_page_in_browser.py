"""What a page does in a real Chromium: sorting, contents, and nothing that its policy forbids."""

from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.remote.webelement import WebElement

from reporter.data.table import Format, Kind
from reporter.document.model import BlockRow, Cell, Head, HeadRole, RowKind, TableBlock
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
def sortable(browser: Chrome, pages: Path) -> Chrome:
    browser.get((pages / "table.html").as_uri())
    return browser


def column(browser: Chrome, block: str, place: int) -> list[str]:
    return browser.execute_script(  # type: ignore[no-any-return, no-untyped-call]
        "return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)]"
        ".map((row) => row.cells[arguments[1]].innerText.trim())",
        block,
        place,
    )


def heads(browser: Chrome, block: str = "countries") -> list[WebElement]:
    return browser.find_elements("css selector", f"#{block} thead button")


def said(browser: Chrome) -> str:
    return browser.find_element("id", "sort-status").get_attribute("textContent") or ""


def states(browser: Chrome) -> list[str | None]:
    found = browser.find_elements("css selector", "#countries thead th")
    return [head.get_attribute("aria-sort") for head in found]


def test_numbers_are_sorted_as_numbers_greatest_first(sortable: Chrome) -> None:
    heads(sortable)[1].click()
    assert column(sortable, "countries", 1) == [
        *("100,000", "1,200", "1,200", "30", "9", "9", "–"),
        *("5", "999,999"),
    ]
    assert states(sortable) == [None, "descending", None]
    assert said(sortable) == "Sorted by Calls, descending."


def test_equal_rows_keep_their_order_both_ways(sortable: Chrome) -> None:
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


def test_numbers_are_compared_unrounded(sortable: Chrome) -> None:
    heads(sortable)[2].click()
    heads(sortable)[2].click()
    names = column(sortable, "countries", 0)[:7]
    by_rate = dict(zip(NAMES, RATES, strict=True))
    found = [by_rate[name] for name in names]
    known = [rate for rate in found if rate is not None]
    assert known == sorted(known)
    assert found[-1] is None


def test_texts_are_sorted_as_the_language_does_and_nothing_last(sortable: Chrome) -> None:
    heads(sortable)[0].click()
    assert column(sortable, "countries", 0) == [
        *("Ägypten", "Croatia", "Network 9", "network 10", "Österreich", "Zypern", "N/A"),
        *("Other", "Total"),
    ]
    assert states(sortable) == ["ascending", None, None]


def test_the_third_time_brings_the_order_of_the_report_back(sortable: Chrome) -> None:
    for _ in range(3):
        heads(sortable)[2].click()
    assert column(sortable, "countries", 0) == [*NAMES, "Other", "Total"]
    assert states(sortable) == [None, None, None]
    assert said(sortable) == "In the original order."


def test_the_keyboard_sorts_and_keeps_its_place(sortable: Chrome) -> None:
    heads(sortable)[1].send_keys(Keys.ENTER)
    heads(sortable)[2].send_keys(Keys.SPACE)
    assert states(sortable) == [None, None, "descending"]
    assert sortable.switch_to.active_element == heads(sortable)[2]


def test_a_head_under_a_common_one_is_named_with_it(browser: Chrome, pages: Path) -> None:
    browser.get((pages / "whole.html").as_uri())
    names = [head.text for head in heads(browser, "by-country")]
    assert names.count("Change") == 2
    heads(browser, "by-country")[names.index("Change")].click()
    assert said(browser).startswith("Sorted by ")
    assert said(browser).endswith(", Change, descending.")
    changes = column(browser, "by-country", 3)
    growth = [float(text.split("%")[0].replace("−", "-").lstrip("▲▼ \n")) for text in changes]
    assert growth[:10] == sorted(growth[:10], reverse=True)
    assert column(browser, "by-country", 0)[-2:] == ["Other (14)", "Total"]


def test_a_table_of_subtotals_keeps_its_order(
    browser: Chrome, sample: ModuleType, tmp_path: Path
) -> None:
    block = table()
    rows = list(block.rows)
    rows.insert(3, msgspec.structs.replace(rows[0], kind=RowKind.SUBTOTAL, level=1))
    nested = msgspec.structs.replace(block, rows=tuple(rows))
    document = msgspec.structs.replace(sample.document(), blocks=(nested,))
    (made,) = HtmlRenderer().render(document, "nested", sample.branding(tmp_path))
    (tmp_path / made.file_name).write_bytes(made.content)
    browser.get((tmp_path / made.file_name).as_uri())
    assert heads(browser) == []


def test_nothing_breaks_the_policy_and_the_contents_follow(browser: Chrome, pages: Path) -> None:
    browser.get_log("browser")
    browser.get((pages / "whole.html").as_uri())
    links = browser.find_elements("css selector", ".contents a")
    marked = [link.get_attribute("aria-current") for link in links]
    assert marked == ["true", *([None] * (len(links) - 1))]
    links[3].click()
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")  # type: ignore[no-untyped-call]
    marked = [link.get_attribute("aria-current") for link in links]
    assert marked.index("true") == 3
    assert browser.get_log("browser") == []


def test_the_policy_forbids_other_scripts_and_the_network(browser: Chrome, pages: Path) -> None:
    browser.get((pages / "whole.html").as_uri())
    browser.execute_script(  # type: ignore[no-untyped-call]
        "const script = document.createElement('script');"
        "script.textContent = 'window.ran = true';"
        "document.body.append(script);"
        "const picture = new Image(); picture.src = 'http://127.0.0.1:9/x.png';"
        "document.body.append(picture)"
    )
    assert browser.execute_script("return window.ran === undefined")  # type: ignore[no-untyped-call]
    complaints = " ".join(entry["message"] for entry in browser.get_log("browser"))
    assert "script-src" in complaints
    assert "img-src" in complaints


def test_without_scripts_a_page_is_whole(browser: Chrome, pages: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((pages / "table.html").as_uri())
        found = browser.find_elements("css selector", "#countries tbody tr")
        assert len(found) == len(NAMES) + 2
        assert heads(browser) == []
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
