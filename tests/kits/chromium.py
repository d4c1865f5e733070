"""The system's Chromium, driven by Playwright. Where there is none, tests that need it fail."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC: Final = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def program() -> str:
    """The browser's program; without one the tests that need it fail."""
    found = next((path for name in NAMES if (path := shutil.which(name))), MAC)
    assert Path(found).exists(), f"no Chromium; scripts/test brings it (looked for {NAMES})"
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser without a window; while it runs, nothing else can run an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program(),
            args=["--no-sandbox"],  # root, as in a container, has no other way
        )
        yield browser
        browser.close()
