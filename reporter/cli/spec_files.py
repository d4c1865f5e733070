"""Which spec files the arguments of a command mean."""

from pathlib import Path
from typing import Final

from reporter.diagnostics import Diagnostic, Invalid, Location, nearest
from reporter.settings import Project

FOLDER: Final = "report_specs"
_ENDINGS: Final = (".yaml", ".yml")


def spec_file(name: str, project: Project) -> Path:
    """The file of a path, or of a report's name in ``report_specs/`` here or in the project.

    Raises:
        Invalid: there is none.
    """
    path = Path(name)
    if path.is_file():
        return path
    known: list[str] = []
    for folder in dict.fromkeys((Path(FOLDER), project.folder / FOLDER)):
        for ending in _ENDINGS:
            if path.name == name and (found := folder / f"{name}{ending}").is_file():
                return found
        known.extend(file.stem for file in sorted(folder.glob("*")) if file.suffix in _ENDINGS)
    near = nearest(path.stem, known)
    raise Invalid(
        [
            Diagnostic(
                code="no-spec",
                message="there is no such spec",
                location=Location(name),
                expected=f"a file, or the name of a report in {FOLDER}/",
                hint=f"did you mean {near!r}?" if near else None,
            )
        ]
    )
