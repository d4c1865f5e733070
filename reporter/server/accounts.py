"""Which accounts a caller may see, and which of them a query is about."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

import msgspec

from reporter.server.reading import Asked
from reporter.server.structure import place
from reporter.server.violations import Refused, Violation
from reporter.settings import CallsSource
from reporter.sources.calls.account_file import read_accounts
from reporter.sources.calls.accounts import AccountTree
from reporter.sources.calls.files import found

_FILTER: Final = ("request", "filterBy")
_OUTSIDE: Final = "is not your account, nor below it"

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file."""


class Accounts(msgspec.Struct, frozen=True):
    """What a query counts.

    Attributes:
        keys: only these; None: whatever the source answers for by itself.
    """

    keys: tuple[str, ...] | None


class AccountsFile:
    """The accounts of a source, read again when their file has changed.

    Args:
        name: of the source.
        settings: of the source.
        folder: what its paths are relative to.
    """

    def __init__(self, name: str, settings: CallsSource, folder: Path) -> None:
        self._name = name
        self._path = settings.accounts
        self._folder = folder
        self._own = settings.account
        self._read: tuple[Stamp, AccountTree] | None = None

    def counted(self, asked: Asked, account: str | None) -> Accounts:
        """The accounts that a query is about, all of which its caller may see.

        Args:
            asked: the query.
            account: that the caller is confined to; None: not confined.

        Raises:
            Refused: it names others, or sub-accounts of which the source knows nothing.
            SourceError: the accounts file cannot be read.
        """
        tree = self._tree()
        seen = None if account is None else self._below(tree, (account,))
        if seen is not None:
            _refuse_outside(asked.accounts, seen)
        own = account or self._own
        keys = asked.accounts or (() if own is None else (own,))
        if not keys:
            return Accounts(None)
        if not asked.with_subaccounts:
            return Accounts(tuple(sorted(keys)))
        if tree is None:
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                (
                    Violation(
                        place(*_FILTER, "includeSubaccounts"),
                        "cannot be true: this server does not know which accounts stand below"
                        " others",
                    ),
                ),
            )
        return Accounts(tree.with_all_below(keys))

    def _below(self, tree: AccountTree | None, keys: tuple[str, ...]) -> tuple[str, ...]:
        return keys if tree is None else tree.with_all_below(keys)

    def _tree(self) -> AccountTree | None:
        if self._path is None:
            return None
        stamp = self._stamp(self._path)
        if self._read is None or self._read[0] != stamp:
            # Its stamp is older than what is read: a change in between is seen the next time.
            self._read = (stamp, read_accounts(self._name, self._path, self._folder))
        return self._read[1]

    def _stamp(self, path: str) -> Stamp:
        files = found(self._name, path, self._folder, CallsSource(path=path)).matches
        stats = ((str(file), file.stat()) for file in files)
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def _refuse_outside(asked: tuple[str, ...], seen: tuple[str, ...]) -> None:
    outside = tuple(
        Violation(place(*_FILTER, "accountKeys", index), _OUTSIDE)
        for index, key in enumerate(asked)
        if key not in seen
    )
    if outside:
        raise Refused(HTTPStatus.FORBIDDEN, outside)
