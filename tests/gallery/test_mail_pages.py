"""The gallery's mails in a real Chromium, wide and narrow, with their pictures and without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, opened
from editions import EDITIONS, Edition, Made
from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

WIDER = """() => [document.documentElement, ...document.querySelectorAll("div, td")]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && one.className !== "preheader")
    .filter(one => getComputedStyle(one).display !== "inline")"""
"""What does not fit into its place."""
STANDING = '.filter(one => getComputedStyle(one).overflowX !== "auto")'
NAMED = ".map(one => `${one.tagName} ${one.className} ${one.scrollWidth} > ${one.clientWidth}`)"


@pytest.fixture(scope="module")
def mails(gallery: dict[Edition, Made]) -> dict[Edition, Path]:
    """All mails, made before the browser runs: its loop does not suffer another one."""
    return {edition: gallery[edition].file(".mail.html") for edition in EDITIONS}


@pytest.fixture(scope="module")
def browser(mails: dict[Edition, Path]) -> Iterator[Browser]:
    assert mails
    with chromium() as running:
        yield running


@pytest.mark.parametrize("width", [1000, 390])
@pytest.mark.parametrize("edition", [e for e in EDITIONS if e.locale is None], ids=str)
def test_a_mail_fits(
    browser: Browser, mails: dict[Edition, Path], edition: Edition, width: int
) -> None:
    with opened(browser, mails[edition], width=width) as seen:
        assert seen.page.evaluate(WIDER + NAMED) == []


@pytest.mark.parametrize("edition", [e for e in EDITIONS if e.locale is not None], ids=str)
def test_where_words_are_long_only_tables_are_moved_to_and_fro(
    browser: Browser, mails: dict[Edition, Path], edition: Edition
) -> None:
    with opened(browser, mails[edition], width=390) as seen:
        assert seen.page.evaluate(WIDER + STANDING + NAMED) == []


@pytest.mark.parametrize("edition", [e for e in EDITIONS if e.locale is None], ids=str)
def test_a_mail_fits_whose_pictures_are_held_back(
    browser: Browser, mails: dict[Edition, Path], edition: Edition, tmp_path: Path
) -> None:
    """As most mail programs show it at first."""
    text, count = re.subn(
        r'"data:image/png;base64,[^"]+"', '"cid:x"', mails[edition].read_text(encoding="utf-8")
    )
    assert count
    page = tmp_path / "mail.html"
    page.write_text(text, encoding="utf-8")
    with opened(browser, page, width=390) as seen:
        assert seen.page.evaluate(WIDER + NAMED) == []
