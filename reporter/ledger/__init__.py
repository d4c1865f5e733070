"""What a project remembers between runs: one SQLite file, with a module for each thing in it."""

from reporter.ledger.database import Ledger

__all__ = ["Ledger"]
