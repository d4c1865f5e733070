"""The command line: arguments and exit codes, nothing else."""

from reporter.cli.entry import main

__all__ = ["main"]
