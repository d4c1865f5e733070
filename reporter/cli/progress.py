"""Where a run is, as one line on a terminal."""

import sys
from types import TracebackType
from typing import Self

import click

from reporter.cli import options
from reporter.pipeline import Stage, Step


class Progress:
    """One line that says where a run is, until it is left; nothing where nobody looks.

    Args:
        about: what is made, as the user calls it.
    """

    def __init__(self, about: str) -> None:
        self._about = about
        self._line = ""
        self._watched = options.is_watched(sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave no trace, before anything else is printed."""
        self._clear()

    def show(self, stage: Stage | Step) -> None:
        """Say where the run is now."""
        self._clear()
        if self._watched:
            self._line = f"{self._about}: {stage} ..."
            click.echo(self._line, nl=False, err=True)

    def _clear(self) -> None:
        if self._line:
            click.echo(f"\r{' ' * len(self._line)}\r", nl=False, err=True)
            self._line = ""
