"""The command line: arguments and exit codes, nothing else."""

from reporter.cli.main import main

__all__ = ["main"]
