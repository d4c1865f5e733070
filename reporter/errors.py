"""Everything Reporter raises on purpose.

ReporterError            something that cannot go on, already explained for the user
├── UserError            the user's mistake: a spec, the project file, an argument (exit 1)
│   └── Invalid          the same as a list of diagnostics (diagnostics.py)
├── SourceError          a source could not answer (exit 3)
│   └── Refused          it does not accept what it was asked (sources/base.py)
├── ReceiverError        results cannot be received (exit 3)
├── LedgerError          what must be remembered cannot be read or written (exit 3)
└── RenderError          an artifact could not be made (exit 3)

Anything else that escapes is a bug of ours, and the command line says so.
"""

from reporter.exit_codes import FAILED, MISTAKE


class ReporterError(Exception):
    """Something that cannot go on.

    Args:
        message: one sentence with the facts: what was expected, what was found.
        hint: what to do about it, as a sentence of its own.
    """

    exit_code = FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(ReporterError):
    """The user's mistake, explained."""

    exit_code = MISTAKE


class SourceError(ReporterError):
    """A source could not answer.

    Args:
        source: the source's name in the project file.
        message: what happened, with file and column where there are any.
        hint: what to do about it.
    """

    def __init__(self, source: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(f"source {source!r}: {message}", hint=hint)
        self.source = source


class ReceiverError(ReporterError):
    """Results of an API that calls back cannot be received."""


class LedgerError(ReporterError):
    """What must be remembered cannot be read or written."""


class RenderError(ReporterError):
    """An artifact could not be made."""
