"""A spec file as a typed value."""

from pathlib import Path

import msgspec

from reporter.diagnostics import Diagnostic
from reporter.schema import loaded
from reporter.spec.model import ReportSpec
from reporter.yamltree import Tree

SCHEMA_FILE = "report.schema.json"


class Loaded(msgspec.Struct, frozen=True):
    """What there is of a spec file.

    Attributes:
        spec: None where its structure is wrong.
        tree: None where its text is no YAML.
        diagnostics: what is wrong with text and structure.
    """

    spec: ReportSpec | None
    tree: Tree | None
    diagnostics: tuple[Diagnostic, ...]


def load_spec(path: Path) -> Loaded:
    """Read a spec; what it means is checked elsewhere (``plan.rules``)."""
    return Loaded(*loaded(path, str(path), ReportSpec, SCHEMA_FILE))
