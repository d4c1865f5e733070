"""The gallery's pages in a real Chromium: for everybody, without network, without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, opened, violations
from editions import EDITIONS, Edition
from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]


@pytest.fixture(scope="module")
def pages(gallery: dict[Edition, object]) -> dict[Edition, Path]:
    """All pages, made before the browser runs: its loop does not suffer another one."""
    return {edition: gallery[edition].file(".html") for edition in EDITIONS}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def browser(pages: dict[Edition, Path]) -> Iterator[Browser]:
    assert pages
    with chromium() as running:
        yield running


@pytest.fixture(params=EDITIONS, ids=str)
def page(request: pytest.FixtureRequest, pages: dict[Edition, Path]) -> Path:
    return pages[request.param]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("edition", [e for e in EDITIONS if e.locale is None], ids=str)
def test_axe_finds_no_violation(
    browser: Browser, pages: dict[Edition, Path], edition: Edition, width: int, scheme: str
) -> None:
    with opened(browser, pages[edition], width=width, scheme=scheme) as seen:  # type: ignore[arg-type]
        assert violations(seen.page) == []


@pytest.mark.parametrize("edition", [e for e in EDITIONS if e.locale is not None], ids=str)
def test_axe_finds_no_violation_in_other_languages(
    browser: Browser, pages: dict[Edition, Path], edition: Edition
) -> None:
    with opened(browser, pages[edition], width=1280, scheme="light") as seen:
        assert violations(seen.page) == []


def test_axe_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    """A page without language, names and contrast, so that silence means something."""
    wrong = tmp_path / "wrong.html"
    wrong.write_text(
        "<title>x</title><img src='data:,'><p style='color:#eee'>pale<button></button>"
    )
    with opened(browser, wrong) as seen:
        found = {line.split(":")[0] for line in violations(seen.page)}
    assert {"html-has-lang", "image-alt", "color-contrast", "button-name"} <= found


def test_nothing_is_asked_of_a_network_and_nothing_goes_wrong(browser: Browser, page: Path) -> None:
    with opened(browser, page) as seen:
        seen.page.wait_for_load_state("networkidle")
        outside = [url for url in seen.requests if not url.startswith("data:")]
        assert (outside, seen.errors) == ([page.as_uri()], [])


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(browser: Browser, page: Path, width: int) -> None:
    with opened(browser, page, width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_is_there_without_script(browser: Browser, page: Path) -> None:
    """All words of the page with script are on the page without; its details open by themselves."""
    with opened(browser, page) as with_script:
        words = with_script.page.locator("main").inner_text().split()
    with opened(browser, page, script=False) as without:
        assert without.page.locator("main").inner_text().split() == words
        for details in without.page.locator("details").all():
            details.locator("summary").click()
            assert details.get_attribute("open") is not None
