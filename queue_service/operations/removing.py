"""Removing a branch with everything of it: a replayed one, or one that never issued a ticket.

A removal that was broken off, by an outage or a killed process, is finished by repeating it.
"""

from __future__ import annotations

from dataclasses import dataclass

from queue_service.domain.branch import Branch
from queue_service.domain.errors import InUse
from queue_service.operations.queue import ATTEMPTS, Queue, exhausted
from queue_service.store.access_store import AccessStore
from queue_service.store.day_store import DayStore
from queue_service.store.export_store import ExportStore
from queue_service.store.removal_store import RemovalStore


@dataclass(frozen=True, slots=True)
class Removable:
    """What goes with a branch: its days with visits, the first and the last of them."""

    days: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Remover:
    """Removes branches. ``access`` has their tokens and screens, ``files`` what was exported."""

    queue: Queue
    access: AccessStore
    files: ExportStore

    def remove(self, branch_id: str) -> None:
        """Remove a branch and all that is kept of it.

        Raises BranchNotFound, and InUse where a live branch has issued tickets.
        """
        removals = RemovalStore(self.queue.store)
        self._begin(removals, branch_id)
        removals.announce(branch_id)
        self._revoke(branch_id)
        self.files.remove_of(branch_id)
        # Twice: what another process began before it forgot the branch may have written once more.
        while removals.empty(branch_id):
            continue
        removals.finish(branch_id)

    def _begin(self, removals: RemovalStore, branch_id: str) -> None:
        for _ in range(ATTEMPTS):
            if removals.under_way(branch_id):
                return
            branch = self.queue.branches.current(branch_id)
            done = removals.begin(branch_id, branch.revision, with_days=branch.historic)
            self.queue.branches.forget(branch_id)
            if done == "done":
                return
            if done == "in_use":
                raise InUse(
                    "This branch has issued tickets, so it stays. Only a branch of replayed days, "
                    "or one that never issued a ticket, can be removed."
                )
        raise exhausted()

    def _revoke(self, branch_id: str) -> None:
        for token in self.access.tokens():
            if token.branch == branch_id:
                self.access.remove_token(token.id)
                self.access.announce(token.id)


def removable(queue: Queue, branch: Branch) -> Removable | None:
    """What would go with a branch; None where it cannot be removed."""
    dates = DayStore(queue.store).dates(branch.id)
    if dates and not branch.historic:
        return None
    return Removable(len(dates), dates[0] if dates else None, dates[-1] if dates else None)
