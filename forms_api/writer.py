"""Runs every change of the database in one thread, many to a commit; it answers nobody before the commit is durable.

One durable commit costs one fdatasync whether it holds one submission or thirty-two, so those that arrive together
are stored together (group commit). `synchronous=FULL`: what was answered survives a power cut.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from forms_api.database import Database, cause
from forms_api.limits import Limits
from forms_api.migrating import migrate
from mingbai.errors import MingbaiError

_LOG = logging.getLogger(__name__)
_CHECKPOINT_PAGES = 1000
Job = Callable[[Connection], Any]


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

    def __init__(self, database: Database, limits: Limits) -> None:
        self._limits, self._database = limits, database
        self._engine = database.writer(_CHECKPOINT_PAGES)
        with database.turn():
            self._connection = self._engine.connect()
            with self._connection.begin():
                migrate(self._connection)
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

    @property
    def waiting(self) -> int:
        """How many jobs wait for their turn."""
        return self._orders.qsize()

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
            with self._database.turn():
                self._settle(batch)
                self._fold()
            if last:
                break
        with self._database.turn():
            self._connection.close()
            self._engine.dispose()

    def _fold(self) -> None:
        if self._folding.is_set():
            self._folding.clear()
            if self._database.embedded:
                # Past SQLAlchemy, which would begin a transaction first: SQLite does not checkpoint inside one.
                raw: Any = self._connection.connection.dbapi_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

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
            with self._connection.begin():
                outcomes = [self._attempt(order.job) for order in batch]
        except SQLAlchemyError as reason:
            # The sort alone: what the database says may quote what somebody wrote.
            _LOG.error("%d changes were not stored: %s", len(batch), type(reason).__name__)
            for order in batch:
                order.done.set_exception(Unstored(cause(reason)))
        else:
            _answer(batch, outcomes)

    def _attempt(self, job: Job) -> object:
        """Run one job so that its failure undoes itself and no other, and never ends the thread.

        What the database itself refuses concerns the whole batch: it goes on to `_settle`.
        """
        try:
            with self._connection.begin_nested():
                return job(self._connection)
        except IntegrityError as reason:
            return reason
        except SQLAlchemyError:
            raise
        except Exception as reason:
            return reason


def _answer(batch: list[_Order], outcomes: list[object]) -> None:
    for order, outcome in zip(batch, outcomes, strict=True):
        if isinstance(outcome, Exception):
            order.done.set_exception(outcome)
        else:
            order.done.set_result(outcome)
