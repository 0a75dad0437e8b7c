"""Requesting, making and downloading files.

The same request twice makes one file. A file whose worker died is enqueued again by
:meth:`ExportService.requeue_stalled`, a few times, before it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.caller import Caller
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.contract.actions import Action
from queue_service.errors import Invalid, NotFound, QueueError
from queue_service.exports.make import File, make
from queue_service.exports.open_data import open_months
from queue_service.exports.order import OPEN_DATA, Order, order_from_text
from queue_service.exports.store import ExportStore, FileTooLarge, Record
from queue_service.reports.render import NoPdf
from queue_service.store.audit_log import AuditLog

JOB: Final = "workers.jobs.exports.make"
FRESH_MS: Final = 60_000
"""For how long the same request gets a file that is ready already."""
SILENT_MS: Final = 120_000
"""A file without progress for so long is enqueued again."""
MOST_ROUNDS: Final = 3
MOST_WAITING: Final = 10
"""Files that may be on their way for one branch."""

Enqueue = Callable[..., object]
"""Enqueues a job: its function, its id, and the arguments of the function."""


@dataclass(frozen=True, slots=True)
class ExportService:
    """Files of all branches; ``enqueue`` puts a job in the queue."""

    queue: Queue
    store: ExportStore
    enqueue: Enqueue

    def order(self, order: Order, caller: Caller = OPERATOR) -> Record:
        """Have a file made by a worker. Raises BranchNotFound and Invalid."""
        now = self._require(order)
        self._record("export.ordered", order, caller)
        known = self.store.get(order.id)
        if known is not None and _still_good(known, now):
            return known
        waiting = [e for e in self.store.of_branch(order.branch) if e.state in ("asked", "working")]
        if len(waiting) >= MOST_WAITING:
            raise Invalid("Many files are being made already: wait until some are ready.")
        entry = Record(order.id, order.to_text(), "asked", now, now)
        self.store.put(order.branch, entry)
        self._enqueue(entry)
        return entry

    def at_once(self, order: Order, caller: Caller = OPERATOR) -> File:
        """A small file, made here and now. Raises BranchNotFound and Invalid."""
        self._require(order)
        self._record("export.fetched", order, caller)
        return make(self.queue, order)

    def _record(self, action: Action, order: Order, caller: Caller) -> None:
        """Record who has a file made or takes it, before there is any answer."""
        entry = entry_by(
            caller,
            action,
            branch=order.branch,
            target=order.name,
            details={
                "content": order.content,
                "first": order.first,
                "last": order.last,
                "branches": ", ".join(order.branches) if len(order.branches) > 1 else "",
            },
        )
        self.queue.get(AuditLog).add(entry)

    def run(self, export_id: str) -> None:
        """Make a requested file, in the worker. Running it twice does no harm."""
        entry = self.store.get(export_id)
        if entry is None or entry.state not in ("asked", "working"):
            return
        self._note(export_id, state="working", done=0, of=0)
        try:
            file = make(self.queue, order_from_text(entry.order), self._progress(export_id))
            self.store.keep(export_id, file.content, file.media_type, self.queue.store.time())
        except NoPdf as error:
            self._note(export_id, state="failed", problem=str(error))
        except FileTooLarge:
            self._note(export_id, state="failed", problem="The file is too large.")
        except QueueError as error:
            self._note(export_id, state="failed", problem=error.detail)

    def requeue_stalled(self) -> int:
        """Enqueue again the files without progress; returns how many there were."""
        now = self.queue.store.time()
        stuck = [
            entry
            for branch_id in self.queue.get(BranchStore).ids()
            for entry in self.store.of_branch(branch_id)
            if entry.state in ("asked", "working") and now - entry.touched_at > SILENT_MS
        ]
        for entry in stuck:
            if entry.round >= MOST_ROUNDS:
                self._note(entry.id, state="failed", problem="The worker was interrupted.")
            else:
                self.store.note(entry.id, now, state="asked", round=entry.round + 1)
                self._enqueue(entry, entry.round + 1)
        return len(stuck)

    def listed(self, branch_id: str, caller: Caller) -> list[Record]:
        """The files asked for on a branch's page, the latest first. Raises BranchNotFound.

        Without those that hold a branch which the caller may not see.
        """
        self.queue.get(BranchStore).get(branch_id)
        found = self.store.of_branch(branch_id)
        return [entry for entry in found if _may_see(caller, order_from_text(entry.order))]

    def one(self, branch_id: str, export_id: str, caller: Caller) -> Record:
        """A file of the caller's list. Raises NotFound."""
        entry = self.store.get(export_id)
        order = order_from_text(entry.order) if entry else None
        ours = order is not None and order.branch == branch_id and _may_see(caller, order)
        if entry is None or not ours:
            raise NotFound("There is no such file any more: have it made again.")
        return entry

    def pick_up(self, branch_id: str, export_id: str, caller: Caller) -> File:
        """A ready file. Raises NotFound when it is not ready or not in the caller's list."""
        entry = self.one(branch_id, export_id, caller)
        order = order_from_text(entry.order)
        content = self.store.content(entry) if entry.state == "ready" else None
        if content is None:
            raise NotFound("There is no such file any more: have it made again.")
        self._record("export.fetched", order, caller)
        return File(order.name, entry.media_type, content)

    def _require(self, order: Order) -> int:
        now = self.queue.store.time()
        for branch_id in order.branches:
            branch = self.queue.get(BranchStore).get(branch_id)
            if order.content == OPEN_DATA:
                open_months(branch, order.period, now)
        return now

    def _enqueue(self, entry: Record, round_: int | None = None) -> None:
        self.enqueue(JOB, f"export-{entry.id}-{entry.asked_at}-{round_ or entry.round}", entry.id)

    def _note(self, export_id: str, **fields: str | int) -> None:
        self.store.note(export_id, self.queue.store.time(), **fields)

    def _progress(self, export_id: str) -> Callable[[int, int], None]:
        return lambda done, of: self._note(export_id, done=done, of=of)


def _may_see(caller: Caller, order: Order) -> bool:
    return all(caller.may_see(branch) for branch in order.branches)


def _still_good(known: Record, now: int) -> bool:
    if known.state in ("asked", "working"):
        return True
    return known.state == "ready" and now - known.touched_at < FRESH_MS
