"""Failures in print, for commands that go on after one."""

import click

from reporter.cli.mistakes import as_text
from reporter.diagnostics import Invalid
from reporter.errors import ReporterError


def show(failure: ReporterError) -> int:
    """Print what went wrong; the exit code that it stands for."""
    if isinstance(failure, Invalid):
        click.echo(as_text(failure.diagnostics), err=True)
        return failure.exit_code
    click.echo(f"error: {failure.message}", err=True)
    if failure.hint:
        click.echo(f"  hint: {failure.hint}", err=True)
    return failure.exit_code
