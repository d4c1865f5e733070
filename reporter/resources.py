"""Where the files that come with Reporter lie: templates and schemas.

In a checkout they are top-level folders; in an installed wheel they lie inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


def templates() -> Path:
    """The folder with the Jinja templates, styles and fonts."""
    return _folder("templates")


def schemas() -> Path:
    """The folder with the JSON Schemas of specs, project files and catalogs."""
    return _folder("schemas")
