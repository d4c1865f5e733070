"""Writing for many at once: what waits goes into one transaction."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, Generic, TypeVar

from reporter.ledger.database import Ledger, explained

T = TypeVar("T")

_LARGEST_GROUP: Final = 1000
"""Changes in one transaction: with more, the first one would wait long for the last."""


class _Job(Generic[T]):
    """A change and whoever waits for it."""

    def __init__(self, change: Callable[[sqlite3.Connection], T]) -> None:
        self.change = change
        self.future: Future[T] = Future()


class GroupCommit:
    """A thread that makes changes in the order in which they come.

    A commit waits for the disk, and that takes as long for a hundred changes as for one: so
    everything that came while the disk was busy is committed together. A change is on the disk when
    its future is done.

    A change that fails undoes the whole group, and everybody in it is told.

    Raises:
        LedgerError: the ledger cannot be opened; from a future: the change was not made.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._path = ledger.path
        with explained(self._path):
            self._connection = ledger.connect()
        self._waiting: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._entrance = Lock()
        self._closed = False
        # A process that ends in a hurry does not wait for it: nothing has been promised yet.
        self._thread = Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def submit(self, change: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Have a change made; it must be quick, and commit nothing itself.

        Raises:
            RuntimeError: this was closed.
        """
        job = _Job(change)
        with self._entrance:
            if self._closed:
                raise RuntimeError("nothing is written any more")
            self._waiting.put(job)
        return job.future

    def close(self) -> None:
        """Make the changes that wait, then stop. Closing twice is fine."""
        with self._entrance:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            ended = False
            while not ended:
                group, ended = self._group()
                self._commit([job for job in group if job.future.set_running_or_notify_cancel()])
        finally:
            self._connection.close()

    def _group(self) -> tuple[list[_Job[Any]], bool]:
        """What waits, at least one job unless this was closed; and whether it was."""
        group: list[_Job[Any]] = []
        job = self._waiting.get()
        while job is not None:
            group.append(job)
            if len(group) == _LARGEST_GROUP:
                return group, False
            try:
                job = self._waiting.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _commit(self, group: list[_Job[Any]]) -> None:
        if not group:
            return
        try:
            with explained(self._path):
                self._connection.execute("BEGIN IMMEDIATE")
                with self._connection:  # commits, or rolls back on an exception
                    results = [job.change(self._connection) for job in group]
        except Exception as failure:  # noqa: BLE001 - raised where the futures are waited for
            for job in group:
                job.future.set_exception(failure)
        else:
            for job, result in zip(group, results, strict=True):
                job.future.set_result(result)
