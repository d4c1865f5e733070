"""What a project file must fulfil beyond its schema. One function per rule."""

from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Final
from zoneinfo import ZoneInfo

from reporter import dates
from reporter.diagnostics import Diagnostic, Location, Path, nearest
from reporter.settings.calls import CallsSource
from reporter.settings.model import ProjectFile
from reporter.settings.names import (
    is_currency,
    is_locale,
    is_time_zone,
    nearest_locale,
    nearest_time_zone,
)
from reporter.settings.rules_channels import channel_mistakes
from reporter.settings.rules_mail import mail_mistakes
from reporter.settings.rules_metrics_api import api_mistakes
from reporter.settings.rules_serve import serve_mistakes
from reporter.yamltree import Tree


def project_mistakes(file: ProjectFile, tree: Tree, folder: FilePath) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a project file whose structure is right.

    Args:
        file: its structure is right.
        tree: where everything in it stands.
        folder: where it lies.
    """
    found = (mistake for rule in _RULES for mistake in rule(file, tree))
    return (*found, *mail_mistakes(file, tree, folder))


def unknown_time_zone(name: str, location: Location) -> Diagnostic:
    """The mistake of naming a zone that does not exist."""
    near = nearest_time_zone(name)
    return Diagnostic(
        "unknown-timezone",
        f"there is no time zone {name!r}",
        location,
        expected="an IANA name such as Europe/Zagreb or UTC",
        hint=f"did you mean {near!r}?" if near else None,
    )


def unknown_locale(name: str, location: Location) -> Diagnostic:
    """The mistake of naming a locale that does not exist."""
    near = nearest_locale(name)
    return Diagnostic(
        "unknown-locale",
        f"there is no locale {name!r}",
        location,
        expected="a language, or a language and a country, such as en-GB or hr",
        hint=f"did you mean {near!r}?" if near else None,
    )


def unknown_currency(code: str, location: Location) -> Diagnostic:
    """The mistake of naming a currency that does not exist."""
    return Diagnostic(
        "unknown-currency",
        f"there is no currency {code!r}",
        location,
        expected="a code of ISO 4217, such as EUR or USD",
    )


def unknown_source(name: str, known: tuple[str, ...], location: Location) -> Diagnostic:
    """The mistake of naming a source that the project does not have."""
    near = nearest(name, known)
    return Diagnostic(
        "unknown-source",
        f"there is no source {name!r} in the project",
        location,
        expected=f"one of {', '.join(known)}" if known else "a source under sources",
        hint=f"did you mean {near!r}?" if near else None,
    )


def _calls(file: ProjectFile) -> tuple[tuple[str, CallsSource], ...]:
    return tuple((n, s) for n, s in file.sources.items() if isinstance(s, CallsSource))


def _time_zones(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Time zones exist."""
    places: list[tuple[Path, str]] = [(("defaults", "timezone"), file.defaults.timezone)]
    places += [(("sources", n, "timezone"), s.timezone) for n, s in _calls(file)]
    for path, name in places:
        if not is_time_zone(name):
            yield unknown_time_zone(name, tree.location(path))


def _locale(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """The locale exists."""
    if not is_locale(file.defaults.locale):
        yield unknown_locale(file.defaults.locale, tree.location(("defaults", "locale")))


def _currency(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """The currency exists."""
    code = file.defaults.currency
    if code is not None and not is_currency(code):
        yield unknown_currency(code, tree.location(("defaults", "currency")))


def _default_source(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """The default source is one of the file's."""
    name = file.defaults.source
    if name is not None and name not in file.sources:
        yield unknown_source(name, tuple(file.sources), tree.location(("defaults", "source")))


def _data_through(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Up to when data is complete is a day or an instant."""
    for name, source in _calls(file):
        if source.data_through is None:
            continue
        try:
            dates.parse_instant(source.data_through, ZoneInfo("UTC"))
        except ValueError as error:
            yield Diagnostic(
                "wrong-moment", str(error), tree.location(("sources", name, "dataThrough"))
            )


def _paths(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """A source says where it lies."""
    for name, source in _calls(file):
        if not source.path.strip():
            yield Diagnostic(
                "empty-path", "the path is empty", tree.location(("sources", name, "path"))
            )


def _delimiters(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """A delimiter is one sign."""
    for name, source in _calls(file):
        if len(source.csv.delimiter) != 1:
            yield Diagnostic(
                "wrong-delimiter",
                "a delimiter is one character",
                tree.location(("sources", name, "csv", "delimiter")),
                expected='one character, such as "," or ";"; a tab is "\\t"',
            )


def _served(file: ProjectFile, tree: Tree) -> Iterator[Diagnostic]:
    """Our Metrics API answers for call records of the project."""
    if file.serve.metrics_api is None:
        return
    name, path = file.serve.metrics_api.source, ("serve", "metricsApi", "source")
    if name not in file.sources:
        yield unknown_source(name, tuple(n for n, _ in _calls(file)), tree.location(path))
    elif not isinstance(file.sources[name], CallsSource):
        yield Diagnostic(
            "served-source",
            "our Metrics API answers for call records",
            tree.location(path),
            expected="a source of type calls",
            found=f"{name}, of another type",
        )


_RULES: Final[tuple[Callable[[ProjectFile, Tree], Iterator[Diagnostic]], ...]] = (
    _time_zones,
    _locale,
    _currency,
    _default_source,
    _data_through,
    _paths,
    _delimiters,
    _served,
    api_mistakes,
    serve_mistakes,
    channel_mistakes,
)
