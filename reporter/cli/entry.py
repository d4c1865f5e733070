"""The group of commands, and the one place where exceptions become exit codes.

Commands are imported when they are called: ``--help`` and ``check`` start fast.
"""

import gc
import os
import sys
from io import TextIOWrapper
from typing import Final, TextIO

import click

from reporter import __version__
from reporter.cli.lazy import Later, LazyGroup
from reporter.errors import ReporterError, UserError

COMMANDS: Final = {
    "catalog": "Show the metrics, dimensions, filters and capabilities.",
    "check": "Check report specs without opening a source.",
    "deliveries": "Show what went to whom, and say what became of it.",
    "history": "Show the editions that were made to be delivered.",
    "plan": "Show what a report would ask, and the SQL of it.",
    "query": "Ask a source directly.",
    "run": "Make reports.",
    "sample-data": "Write believable call records to try things with.",
    "sources": "List the project's sources, and test whether they work.",
    "serve": "Answer the Metrics API, and relay callbacks.",
    "schedule": "Make reports when they are due; list and simulate when that is.",
    "schema": "Print the JSON Schema of specs, with this project's own words.",
}
INTERRUPTED: Final = 130
BUG: Final = 70
_SELDOM: Final = 100_000
_ENGINE_INTERRUPTED: Final = "Query interrupted"
"""What DuckDB makes of Ctrl-C while it runs in the main thread."""


class _Commands(LazyGroup):
    """Says what was meant, where there is no such command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(_unknown(args[0]))
        return super().resolve_command(ctx, args)


def _unknown(name: str) -> str:
    from reporter.diagnostics import nearest  # noqa: PLC0415 - only for this message

    near = nearest(name, COMMANDS)
    return f"there is no command {name!r}" + (f"; did you mean {near!r}?" if near else ".")


@click.group(
    cls=_Commands,
    later={
        name: Later(f"reporter.cli.{name.replace('-', '_')}", "command", text)
        for name, text in COMMANDS.items()
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="reporter")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def commands(context: click.Context, *, debug: bool) -> None:
    """Business reports on voice and video calls, declared in YAML."""
    context.obj = debug


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit.

    Exit codes: 0 done; 1 the user's mistake; 2 usage; 3 a source failed; 4 something was held
    back; 130 interrupted.
    """
    # Short commands make few cycles: collecting them seldom saves a tenth of `check`.
    gc.set_threshold(_SELDOM)
    for stream in (sys.stdout, sys.stderr):
        _write_everything(stream)
    if sys.stdin is None:
        # Closed: what is opened next would take its number, and the chart library stumbles.
        os.open(os.devnull, os.O_RDONLY)
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(words))


def _write_everything(stream: TextIO | None) -> None:
    """Write what the terminal's encoding does not have as an escape, instead of failing."""
    if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="backslashreplace")


def _run(words: list[str]) -> int:
    debug = "--debug" in words
    try:
        result = commands.main(args=words, prog_name="reporter", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except Exception as failure:
        if isinstance(failure, RuntimeError) and str(failure) == _ENGINE_INTERRUPTED:
            return INTERRUPTED
        if debug:
            raise
        return _explained(failure)
    return result if isinstance(result, int) else 0


def _explained(failure: Exception) -> int:
    from reporter.cli.failures import show  # noqa: PLC0415 - only where there are any

    if isinstance(failure, OSError):
        place = "" if failure.filename is None else f"{failure.filename}: "
        return show(UserError(f"{place}{failure.strerror or failure}"))
    if isinstance(failure, ReporterError):
        return show(failure)
    click.echo(
        f"reporter: a bug of ours: {type(failure).__name__}: {failure}\n"
        "  hint: run the same command with --debug and report what it prints.",
        err=True,
    )
    return BUG
