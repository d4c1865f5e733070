"""Why something failed, in one line of a log or of the ledger."""

from typing import Final

from reporter.diagnostics import Diagnostic, Invalid, Severity
from reporter.errors import ReporterError

_LONGEST: Final = 500


def reason_of(failure: Exception) -> str:
    """What went wrong, without anything secret.

    What is no ``ReporterError`` may say anything: only its kind is told.
    """
    if isinstance(failure, Invalid):
        errors = [d for d in failure.diagnostics if d.severity is Severity.ERROR]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        text = f"{_placed(errors[0])}{more}" if errors else failure.message
    elif isinstance(failure, ReporterError):
        text = failure.message
    else:
        text = f"a bug of ours: {type(failure).__name__}; reporter --debug run shows where"
    return " ".join(text.split())[:_LONGEST]


def _placed(diagnostic: Diagnostic) -> str:
    place = diagnostic.location
    where = place.file if place.line is None else f"{place.file}:{place.line}"
    hint = f"; {diagnostic.hint}" if diagnostic.hint else ""
    return f"{where}: {diagnostic.message}{hint}"
