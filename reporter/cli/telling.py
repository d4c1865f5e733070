"""What commands that make reports print of them: files on standard output, the rest beside it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from reporter import exit_codes
from reporter.cli.failures import show
from reporter.cli.mistakes import as_text, printable
from reporter.diagnostics import Diagnostic
from reporter.errors import ReporterError
from reporter.pipeline import NotAll
from reporter.portions import named


def tell(
    report: str,
    *,
    warnings: Sequence[Diagnostic],
    notices: Iterable[str],
    held: Iterable[str],
    files: Iterable[Path],
) -> None:
    """Print what was made and what its maker should know of it.

    Args:
        report: its name.
        warnings: what is legal in its spec but surely wrong.
        notices: what is to be known of its numbers and files.
        held: why it is held back.
        files: what was written.
    """
    if warnings:
        click.echo(as_text(warnings), err=True)
    for notice in notices:
        click.echo(f"{report}: note: {printable(notice)}", err=True)
    for reason in held:
        click.echo(f"{report}: held: {printable(reason)}", err=True)
    for file in files:
        click.echo(str(file))


def tell_failures(failed: NotAll, about: str) -> int:
    """Print which editions of a burst failed, what is wrong with many only once; the exit code.

    Args:
        failed: what went wrong.
        about: the report, as the user calls it.
    """
    said: dict[str, tuple[ReporterError, list[str]]] = {}
    for label, failure in failed.failures:
        said.setdefault(failure.message, (failure, []))[1].append(label)
    return exit_codes.worst(
        show(failure, about=f"{about}: {named(labels)}") for failure, labels in said.values()
    )
