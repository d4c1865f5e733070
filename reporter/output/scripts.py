"""The scripts of a page, and the policy that lets these run and nothing else happen."""

import base64
import hashlib
import re
from typing import Final

import msgspec
from markupsafe import Markup

from reporter.errors import RenderError
from reporter.output.assets import asset, folders
from reporter.output.base import Branding

_FOLDER: Final = "scripts"
_ENDS_SCRIPT: Final = re.compile("</script|<script|<!--", re.IGNORECASE)


class Script(msgspec.Struct, frozen=True):
    """A script as it lies in a page.

    Attributes:
        digest: by which the page's policy knows it.
    """

    name: str
    text: Markup
    digest: str


def scripts(branding: Branding) -> tuple[Script, ...]:
    """The scripts of the templates by name, the project's own before ours.

    Raises:
        RenderError: one cannot lie in a page.
    """
    names = {path.name for folder in folders(branding) for path in (folder / _FOLDER).glob("*.js")}
    return tuple(_script(branding, name) for name in sorted(names))


def _script(branding: Branding, name: str) -> Script:
    try:
        text = asset(branding, f"{_FOLDER}/{name}").decode()
    except UnicodeDecodeError as error:
        raise RenderError(f"the script {name} is not UTF-8 text") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # as a browser reads it
    found = _ENDS_SCRIPT.search(text)
    if found is not None:
        raise RenderError(f"the script {name} has {found[0]!r} in it, which would end it in a page")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Script(name, Markup(text), f"'sha256-{digest}'")  # noqa: S704 - a file of the templates, checked


def policy(allowed: tuple[Script, ...]) -> str:
    """The Content-Security-Policy of a page: it loads nothing, and runs these scripts alone."""
    run = " ".join(script.digest for script in allowed) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            "font-src data:",
            "style-src 'unsafe-inline'",  # bars and drawings carry their lengths and colours
            f"script-src {run}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
