"""Pictures of the gallery's reports for the documentation.

Run: python scripts/gallery_pictures.py REPORTS IMAGES, or ``scripts/gallery``, which makes the
reports first. Needs pdftoppm, Chromium and LibreOffice.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

GAP = 16
EDGE = "#d8dce0"
GROUND = "#eef0f2"
COLOURS = 160
LARGEST = 250_000
"""Bytes of a picture."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pages(pdf: Path, wanted: Sequence[int], dpi: int = 92) -> list[Image.Image]:
    """Pages of a PDF, by number from 1."""
    found = []
    for number in wanted:
        drawn = subprocess.run(
            ["pdftoppm", "-r", str(dpi), "-f", str(number), "-l", str(number), "-png", str(pdf)],  # noqa: S607 - on every system elsewhere
            check=True,
            capture_output=True,
        ).stdout
        found.append(Image.open(io.BytesIO(drawn)))
    return found


def screen(html: Path, width: int, height: int, scheme: str, top: str = "") -> Image.Image:
    """What a reader sees of a page, from its beginning or from an element on."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(path for name in BROWSERS if (path := shutil.which(name))),
            args=["--no-sandbox", "--hide-scrollbars"],
        )
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page.goto(html.resolve().as_uri() + (f"#{top}" if top else ""))
        picture = page.screenshot()
        browser.close()
    return Image.open(io.BytesIO(picture))


def sheets(workbook: Path, wanted: Sequence[int]) -> list[Image.Image]:
    """Pages of a workbook as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", "pdf", "--outdir", folder, str(workbook)),
            ],
            check=True,
            capture_output=True,
        )
        return pages(Path(folder) / f"{workbook.stem}.pdf", wanted)


def together(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures side by side, each with an edge."""
    framed = [ImageOps.expand(p.convert("RGB"), 1, EDGE) for p in pictures]
    width = sum(p.width for p in framed) + GAP * (len(framed) + 1)
    whole = Image.new("RGB", (width, max(p.height for p in framed) + 2 * GAP), GROUND)
    left = GAP
    for picture in framed:
        whole.paste(picture, (left, GAP))
        left += picture.width + GAP
    return whole


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture with as many colours as its size allows.

    Raises:
        SystemExit: it is too large all the same.
    """
    for colours in (COLOURS, 96, 48, 32):
        small = picture.quantize(colours, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            print(f"{path}  {path.stat().st_size // 1000} kB")
            return
    raise SystemExit(f"{path} is larger than {LARGEST} bytes")


def main(reports: Path, images: Path) -> None:
    """Make all pictures."""

    def report(name: str, ending: str) -> Path:
        return next(reports.glob(f"{name}-2*.{ending}"))

    for name, wanted in {
        "executive-one-pager": [1],
        "monthly-voice-review": [1, 2],
        "failure-analysis": [1, 2],
        "country-quality": [1, 3, 4],
        "campaign-report": [1, 2],
    }.items():
        save(together(pages(report(name, "pdf"), wanted)), images / f"gallery-{name}.png")
    weekly = report("weekly-operations", "html")
    save(
        together([screen(weekly, 960, 720, "light"), screen(weekly, 390, 720, "dark")]),
        images / "gallery-weekly-operations.png",
    )
    workbook = report("country-quality", "xlsx")
    save(together(sheets(workbook, [2, 7])), images / "gallery-workbook.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
