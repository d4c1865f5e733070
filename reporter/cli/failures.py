"""Failures in print, for commands that go on after one."""

import traceback

import click

from reporter.cli.mistakes import as_text, printable
from reporter.diagnostics import Invalid
from reporter.errors import ReporterError


def show(failure: ReporterError, *, about: str | None = None) -> int:
    """Print what went wrong, and with which spec; the exit code that it stands for."""
    context = click.get_current_context(silent=True)
    if context is not None and context.find_root().obj:  # --debug
        traceback.print_exception(failure)
    if isinstance(failure, Invalid):
        click.echo(as_text(failure.diagnostics), err=True)
        return failure.exit_code
    place = "" if about is None else f"{printable(about)}: "
    click.echo(f"{place}error: {printable(failure.message)}", err=True)
    if failure.hint:
        click.echo(f"  hint: {printable(failure.hint)}", err=True)
    return failure.exit_code
