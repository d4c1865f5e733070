"""What a page tells of the steps of a chart, in a real Chromium: by pointer and by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import sample_charts
from playwright.sync_api import Browser, Locator, Page

from reporter.output.html import HtmlRenderer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def file(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    daily = msgspec.structs.replace(
        sample.per_day(), marks=(sample_charts.mark(20, "Incident <b>"),)
    )
    blocks = (
        daily,
        sample.failures(),
        sample_charts.stacked(share=True),
        sample_charts.donut(),
        sample_charts.heatmap(24),
        sample_charts.funnel(),
    )
    document = msgspec.structs.replace(sample.document(), blocks=blocks)
    (made,) = HtmlRenderer().render(document, "charts", sample.branding(folder))
    (folder / made.file_name).write_bytes(made.content)
    return folder / made.file_name


@pytest.fixture(params=[1280, 390])
def opened(
    browser: Browser, file: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Locator]]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, reduced_motion="reduce"
    )
    context.set_offline(offline=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(file.as_uri())

    def plot(name: str) -> Locator:
        found = page.locator(f"#{name} .plot")
        found.scroll_into_view_if_needed()
        return found

    yield plot
    assert errors == []
    context.close()


def tip(plot: Locator) -> str | None:
    found = plot.locator(".tip")
    return " ".join(found.inner_text().split()) if found.is_visible() else None


def point(plot: Locator, across: float, down: float) -> None:
    """Point at a part of the drawing that is shown, in hundredths of where its steps are."""
    drawing = plot.locator(".drawing:visible")
    left, top, width, height = map(float, (drawing.get_attribute("data-box") or "").split())
    box = drawing.bounding_box()
    assert box is not None
    plot.page.mouse.move(
        box["x"] + box["width"] * (left + width * across / 100) / 100,
        box["y"] + box["height"] * (top + height * down / 100) / 100,
    )


def test_pointing_at_a_step_tells_its_values(opened: Callable[[str], Locator]) -> None:
    plot = opened("calls-per-day")
    assert tip(plot) is None
    point(plot, 1, 50)
    first = sample_row(plot.page, "calls-per-day", 0)
    assert (
        tip(plot)
        == f"{first[0]} Total calls {first[1]} Answered {first[2]} Total, September {first[3]}"
    )
    point(plot, 99, 50)
    last = sample_row(plot.page, "calls-per-day", 30)
    assert (tip(plot) or "").startswith(f"{last[0]} Total calls {last[1]}")
    assert (tip(plot) or "").endswith("Not complete")
    plot.page.mouse.move(0, 0)
    assert tip(plot) is None


def test_a_tip_stays_within_its_chart(opened: Callable[[str], Locator]) -> None:
    for name in ("calls-per-day", "failures", "parts", "ring", "heat", "stages"):
        plot = opened(name)
        own = plot.bounding_box()
        assert own is not None
        for across in (1, 50, 99):
            point(plot, across, 10)
            box = plot.locator(".tip").bounding_box()
            assert box is not None, name
            assert box["x"] >= own["x"] - 1, name
            assert box["x"] + box["width"] <= own["x"] + own["width"] + 1, name


def sample_row(page: Page, name: str, place: int) -> list[str]:
    row = page.locator(f"#{name} table.data tbody tr").nth(place)
    return [(text or "").strip() for text in row.locator("> *").all_text_contents()]


def test_the_keyboard_walks_over_the_steps_and_is_told_aloud(
    opened: Callable[[str], Locator],
) -> None:
    plot = opened("calls-per-day")
    plot.focus()
    assert tip(plot) is None
    plot.press("ArrowRight")
    assert (tip(plot) or "").startswith("1 Oct")
    plot.press("ArrowRight")
    assert (tip(plot) or "").startswith("2 Oct")
    plot.press("ArrowLeft")
    plot.press("ArrowLeft")
    assert (tip(plot) or "").startswith("1 Oct")
    plot.press("End")
    said = plot.page.locator("#calls-per-day [aria-live=polite]").text_content() or ""
    assert said.startswith("31 Oct; Total calls ")
    assert said.endswith("; Not complete")
    plot.press("Home")
    for _ in range(20):
        plot.press("ArrowRight")
    assert "Incident <b>" in (tip(plot) or "")
    plot.press("Tab")
    assert tip(plot) is None


def test_escape_takes_the_tip_away_until_another_step(opened: Callable[[str], Locator]) -> None:
    plot = opened("calls-per-day")
    point(plot, 50, 50)
    assert tip(plot) is not None
    plot.page.keyboard.press("Escape")
    assert tip(plot) is None
    point(plot, 50.2, 55)
    assert tip(plot) is None
    point(plot, 80, 55)
    assert tip(plot) is not None


def test_a_tip_can_be_pointed_at(opened: Callable[[str], Locator]) -> None:
    plot = opened("calls-per-day")
    point(plot, 30, 30)
    before = tip(plot)
    plot.locator(".tip .tip-title").hover()
    assert tip(plot) == before


def test_rows_cells_and_rings(opened: Callable[[str], Locator]) -> None:
    lying = opened("failures")
    point(lying, 50, 10)
    assert tip(lying) == "User unavailable October 2026 2,110 September 2026 2,400"
    lying.focus()
    lying.press("ArrowDown")
    assert tip(lying) == "Network congestion October 2026 1,204 September 2026 610"
    heat = opened("heat")
    point(heat, 1, 10)
    assert tip(heat) == "Monday, 00:00 40.0%"
    point(heat, 1, 50)
    assert tip(heat) == "Tuesday, 00:00 –"
    ring = opened("ring")
    drawing = ring.locator(".drawing:visible")
    x, y, inner, outer, *_ = map(float, (drawing.get_attribute("data-ring") or "").split())
    box = drawing.bounding_box()
    assert box is not None
    left, top = box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100
    middle = box["width"] * (inner + outer) / 200
    ring.page.mouse.move(left + middle, top)
    assert tip(ring) == "Croatia Calls 60 share 60.0%"
    ring.page.mouse.move(left - middle, top - 4)
    assert tip(ring) == "Germany Calls 25 share 25.0%"
    ring.page.mouse.move(left, top)
    assert tip(ring) is None
    funnel = opened("stages")
    point(funnel, 50, 95)
    assert tip(funnel) == "Answered calls October 600 of the first 60.0% of the one before 75.0%"


def test_the_drawing_for_the_width_is_shown(opened: Callable[[str], Locator]) -> None:
    plot = opened("calls-per-day")
    size = plot.page.viewport_size
    assert size is not None
    shown = plot.locator(".drawing:visible")
    assert shown.count() == 1
    wide = "drawing-wide" in (shown.get_attribute("class") or "")
    assert wide is (size["width"] == 1280)
