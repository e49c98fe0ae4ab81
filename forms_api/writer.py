"""Runs every change of the database in one thread, many to a commit; it answers nobody before the commit is durable.

One durable commit costs one fdatasync whether it holds one submission or thirty-two, so those that arrive together
are stored together (group commit). `synchronous=FULL`: what was answered survives a power cut.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms_api.limits import Limits
from forms_api.store import Turn, open_writer
from mingbai.errors import MingbaiError

_CHECKPOINT_PAGES = 1000
Job = Callable[[sqlite3.Connection], Any]
_JOB_FAILED = (MingbaiError, sqlite3.IntegrityError, ValueError, TypeError, ArithmeticError, LookupError)


class Busy(MingbaiError):
    """The queue is full or the disk did not answer in time; `retry_after` in seconds."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unstored(MingbaiError):
    """The database refused the change (disk full, I/O error); nothing of it was kept."""


@dataclass(frozen=True)
class _Order:
    job: Job
    done: "Future[Any]"


class Writer:
    """The one thread that changes the database."""

    def __init__(self, state: Path, limits: Limits) -> None:
        self._limits = limits
        self._turn = Turn(state)
        with self._turn.taken():
            self._connection = open_writer(state, _CHECKPOINT_PAGES)
        self._orders: queue.Queue[_Order | None] = queue.Queue(limits.queue)
        self._folding = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def fold(self) -> None:
        """After the next commit, fold the log of changes into the database and empty it, deleted words included."""
        self._folding.set()

    def stop(self) -> None:
        """Finish what is queued, fold the log into the database and close it."""
        self._orders.put(None)
        self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def run(self, job: Job) -> Any:
        """Run `job` in the next commit and return its result once that commit is on the disk.

        Raises Busy when there is no room or no answer in time (the job may still be stored), Unstored when the
        database refused, and whatever the job itself raises.
        """
        order = _Order(job, Future())
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            raise Busy("queue full") from None
        try:
            return order.done.result(self._limits.wait)
        except TimeoutError:
            raise Busy("commit is slow") from None

    def _run(self) -> None:
        while (first := self._orders.get()) is not None:
            batch, last = self._gather(first)
            with self._turn.taken():
                self._settle(batch)
                if self._folding.is_set():
                    self._folding.clear()
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if last:
                break
        with self._turn.taken():
            self._connection.close()

    def _gather(self, first: _Order) -> tuple[list[_Order], bool]:
        """Return what arrived together, and whether the writer is to stop after it."""
        batch = [first]
        until = time.monotonic() + self._limits.gather
        while len(batch) < self._limits.batch:
            try:
                order = self._orders.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if order is None:
                return batch, True
            batch.append(order)
        return batch, False

    def _settle(self, batch: list[_Order]) -> None:
        """Store a batch, then answer it: in this order and no other."""
        try:
            outcomes = self._store(batch)
        except sqlite3.Error as reason:
            self._give_up(batch, reason)
        else:
            _answer(batch, outcomes)

    def _store(self, batch: list[_Order]) -> list[object]:
        self._connection.execute("BEGIN IMMEDIATE")
        outcomes = [self._attempt(order.job) for order in batch]
        self._connection.execute("COMMIT")
        return outcomes

    def _attempt(self, job: Job) -> object:
        """Run one job so that its failure undoes itself and no other, and never ends the thread."""
        self._connection.execute("SAVEPOINT job")
        try:
            outcome: object = job(self._connection)
        except _JOB_FAILED as reason:
            self._connection.execute("ROLLBACK TO job")
            outcome = reason
        self._connection.execute("RELEASE job")
        return outcome

    def _give_up(self, batch: list[_Order], reason: sqlite3.Error) -> None:
        # On a full disk SQLite has rolled back by itself; a second ROLLBACK would raise.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        for order in batch:
            order.done.set_exception(Unstored(str(reason)))


def _answer(batch: list[_Order], outcomes: list[object]) -> None:
    for order, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, Exception):
            order.done.set_exception(outcome)
        else:
            order.done.set_result(outcome)
