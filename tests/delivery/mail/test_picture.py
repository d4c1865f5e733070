"""A mail as it arrived, put together again and opened in a real Chromium, wide and narrow."""

import base64
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from chromium import chromium
from letters_of_tests import attached, channel_to, some_facts, to
from playwright.sync_api import Browser, Page
from postbox import served
from test_letters import EDITION

from reporter.delivery.letters import letter
from reporter.spec.delivery import EmailDelivery

pytestmark = pytest.mark.slow

WIDER = """() => [document.documentElement, ...document.querySelectorAll("div, td")]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && one.className !== "preheader")
    .filter(one => getComputedStyle(one).display !== "inline")
    .map(one => `${one.tagName} ${one.className} ${one.scrollWidth} > ${one.clientWidth}`)"""
"""What does not fit into its place."""
SHOWN = """() => [...document.images].filter(one => one.complete && one.naturalWidth).length"""


@pytest.fixture(scope="module")
def page(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was received, with each picture in the place of its content id."""
    folder = tmp_path_factory.mktemp("picture")
    file = attached(size=400_000).file
    made = letter(
        sample.document(),
        EmailDelivery(to=("ana@example.com",), attach=("pdf",)),
        EDITION,
        sample.branding(folder),
        facts=some_facts(),
        files=(file,),
        place="delivery[0]",
    )
    with served() as box:
        mails = channel_to(box.port, largest_message=0.5)
        assert mails.deliver(made, to("ana@example.com")).text.endswith("too large")
        mails.close()
        mail = box.to("ana@example.com")
    body = mail.get_body(("html",))
    assert body is not None
    html = body.get_content()
    for part in mail.walk():
        if part["Content-ID"] is not None:
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{part['Content-ID'][1:-1]}", f"data:image/png;base64,{data}")
    assert "cid:" not in html
    path = folder / "mail.html"
    path.write_text(html, encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def browser(page: Path) -> Iterator[Browser]:
    """Opened once the mail is there: while a browser runs, no mail server can."""
    assert page.is_file()
    with chromium() as running:
        yield running


def opened(browser: Browser, path: Path, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.context.set_offline(offline=True)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", [1000, 390])
def test_it_fits_and_has_its_pictures(browser: Browser, page: Path, width: int) -> None:
    shown = opened(browser, page, width)
    assert shown.evaluate(WIDER) == []
    assert shown.evaluate(SHOWN) == shown.locator("img").count() > 5
    assert shown.get_by_text("review.pdf is not attached").is_visible()
    shown.close()
