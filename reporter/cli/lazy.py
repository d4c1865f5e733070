"""A group of commands that are imported when they are called, so that the others start fast."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
import msgspec


class Later(msgspec.Struct, frozen=True):
    """A command that has not been imported yet.

    Attributes:
        module: where it is.
        name: what it is there.
        help: what the group says of it.
    """

    module: str
    name: str
    help: str


class LazyGroup(click.Group):
    """Knows some of its commands by name and help only, until they are called.

    Args:
        later: these, by name.
    """

    def __init__(self, *arguments: Any, later: Mapping[str, Later], **options: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*arguments, **options)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *self._later})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, imported now."""
        if cmd_name not in self._later:
            return super().get_command(ctx, cmd_name)
        later = self._later[cmd_name]
        command = getattr(import_module(later.module), later.name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{later.module}.{later.name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """What the commands do, without importing them."""
        known = {name: one.help for name, one in self._later.items()}
        for name, one in self.commands.items():
            known[name] = one.get_short_help_str(limit=formatter.width)
        with formatter.section("Commands"):
            formatter.write_dl(sorted(known.items()))
