"""The ledger, for commands that look into it."""

from reporter.ledger.database import Ledger
from reporter.settings import Project


def ledger_of(project: Project) -> Ledger | None:
    """The ledger of a project; None where there is none yet: looking makes none.

    Raises:
        UserError: it cannot be opened.
    """
    path = project.folder / project.file.ledger
    return Ledger(path) if path.exists() else None
