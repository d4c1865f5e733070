"""``reporter serve``: the Metrics API over call records, and the callback relay."""

import logging
import sys
from pathlib import Path

import click

from reporter.cli import options


@click.command(name="serve")
@click.option("--listen", metavar="HOST:PORT", help="Where, instead of what the project file says.")
@options.project
@click.pass_context
def command(context: click.Context, *, listen: str | None, project_path: Path | None) -> int:
    """Serve what `serve:` in the project file says, until SIGTERM or Ctrl-C."""
    from reporter.server import serving  # noqa: PLC0415 - servers load slowly

    project = options.read_project(project_path)
    server = serving.Serving(project)
    settings = project.file.serve

    def ready(address: str) -> None:
        for line in serving.described(settings):
            click.echo(line)
        shown = f" (from outside {settings.public_url})" if settings.public_url else ""
        click.echo(f"listening on {address}{shown}; Ctrl-C stops")
        sys.stdout.flush()

    with serving.listening_socket(settings, listen) as listening:
        _log_to_stderr(verbose=bool(context.find_root().obj))
        server.run(listening, ready)
    return 0


def _log_to_stderr(*, verbose: bool) -> None:
    """A line for each thing that happens, with the time; ``--debug`` shows tracebacks too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    ours = logging.getLogger("reporter")
    ours.setLevel(logging.DEBUG if verbose else logging.INFO)
    ours.addHandler(handler)
    ours.propagate = False
