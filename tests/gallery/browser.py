"""Pages in the system's Chromium, with nothing to reach on any network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import axe_playwright_python
from msgspec import Struct
from playwright.sync_api import Browser, ConsoleMessage, Page

AXE: Final = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

_VIOLATIONS: Final = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return [found.passes.length, found.violations];
}"""
"""Not what is right, element by element: that is megabytes."""

Scheme = Literal["light", "dark"]


class Opened(Struct):
    """An open page, and what it did: what went wrong, and what it asked the network for."""

    page: Page
    errors: list[str]
    requests: list[str]


@contextmanager
def opened(
    browser: Browser,
    path: Path,
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    script: bool = True,
) -> Iterator[Opened]:
    """A file as a reader has it on the screen."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    context.set_offline(offline=True)
    page = context.new_page()
    seen = Opened(page, [], [])

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            seen.errors.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(path.as_uri())
    yield seen
    context.close()


def violations(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """What axe-core finds: the rule, and the elements that break it.

    The shadows at the edges of wide tables are taken away: axe-core knows no contrast over them.
    """
    page.evaluate(AXE)
    page.evaluate("document.querySelectorAll('*').forEach(e => e.style.backgroundImage = 'none')")
    passes, found = page.evaluate(_VIOLATIONS, list(rules))
    assert passes, "axe-core checked nothing"
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
