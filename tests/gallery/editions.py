"""Which reports the gallery has, and how they are made: by the command, like everybody's."""

import json
import re
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final, get_args

from msgspec import Struct

from reporter.spec.model import OutputFormat

ROOT: Final = Path(__file__).parents[2]
SPECS: Final = sorted((ROOT / "report_specs").glob("*.yaml"))
FORMATS: Final[tuple[str, ...]] = get_args(OutputFormat)
AS_OF: Final = "2026-11-01"
_LOCALE: Final = re.compile(r"^locale: .*\n", re.MULTILINE)


class Edition(Struct, frozen=True):
    """A spec, as it is or in the locale of other readers."""

    spec: str
    locale: str | None = None

    def __str__(self) -> str:
        return self.spec if self.locale is None else f"{self.spec}-{self.locale}"

    def text(self) -> str:
        """The spec's YAML."""
        text = (ROOT / "report_specs" / f"{self.spec}.yaml").read_text(encoding="utf-8")
        if self.locale is None:
            return text
        return _LOCALE.sub("", text).replace("version: 1\n", f"version: 1\nlocale: {self.locale}\n")


EDITIONS: Final = (
    *(Edition(path.stem) for path in SPECS),
    Edition("monthly-voice-review", "de-DE"),
    Edition("weekly-operations", "hr-HR"),
)


class Made(Struct, frozen=True):
    """The files of one edition."""

    edition: Edition
    folder: Path
    project: Path

    def file(self, ending: str) -> Path:
        """The report's file that ends so."""
        (report,) = self.folder.glob("*.json")
        return report.with_name(report.stem + ending)

    def table(self, block: str) -> Path:
        """The CSV file of a block."""
        return self.folder / f"{self.file('.json').stem}-{block}.csv"

    @property
    def document(self) -> dict[str, Any]:
        """The JSON artifact, its numbers as they are written."""
        text = self.file(".json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text, parse_float=Decimal)
        return found


def command(*arguments: str) -> None:
    """Run Reporter in this process; it has to succeed."""
    try:
        import_module("reporter.cli.entry").main(list(arguments))
    except SystemExit as done:
        if done.code != 0:
            raise AssertionError(f"reporter {' '.join(arguments)}: {done.code}") from done


def sample_project(folder: Path) -> Path:
    """Three months of 4,000 calls each, and the project file of this repository."""
    if not (folder / "reporter.yaml").exists():
        command(
            *("sample-data", "--out", str(folder / "data"), "--months", "3"),
            *("--calls-per-month", "4000", "--seed", "11", "--until", AS_OF),
        )
        text = (ROOT / "reporter.yaml").read_bytes()
        (folder / "reporter.yaml").write_bytes(text)  # last: it says that the rest is there
    return folder


def run_arguments(edition: Edition, project: Path, out: Path) -> tuple[str, ...]:
    """What follows ``reporter`` to make an edition in all formats."""
    spec = project / "specs" / f"{edition}.yaml"
    spec.parent.mkdir(exist_ok=True)
    spec.write_text(edition.text(), encoding="utf-8")
    return (
        *("run", str(spec), "--project", str(project / "reporter.yaml"), "--as-of", AS_OF),
        *("--out", str(out), "--format", ",".join(FORMATS)),
    )


def make(edition: Edition, project: Path, folder: Path) -> Made:
    """Make an edition, where it is not made yet."""
    if not folder.exists():
        command(*run_arguments(edition, project, folder))
    return Made(edition, folder, project)
