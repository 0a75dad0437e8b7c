"""Removing a branch with everything of it: a replayed one, or one that never issued a ticket.

A removal that was broken off, by an outage or a killed process, is finished by repeating it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR, revoked_entry
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue, retry
from queue_service.configuration.operations import STILL_BOOKED
from queue_service.days.store import DayStore
from queue_service.errors import InUse
from queue_service.exports.store import ExportStore
from queue_service.removal.store import RemovalStore


@dataclass(frozen=True, slots=True)
class Removable:
    """The extent of a removal: a branch's days with visits, the first and the last of them."""

    days: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Remover:
    """Removes branches. ``files`` has what was exported."""

    queue: Queue
    files: ExportStore

    def remove(self, branch_id: str, *, by: Caller = OPERATOR) -> None:
        """Remove a branch and all that is kept of it.

        Raises BranchNotFound, and InUse if a live branch has issued tickets or times are booked.
        """
        removals = self.queue.get(RemovalStore)
        mark = self._begin(removals, branch_id, by)
        removals.announce(branch_id)
        tokens = [t for t in self.queue.get(AccessStore).tokens() if t.branch == branch_id]
        files = self.files.of_branch(branch_id)
        if removals.mark(branch_id) != mark:
            return  # Another process has finished this: the keys found may be of a new branch.
        self._revoke(tokens, by)
        self.files.remove(branch_id, files)
        # Twice: a process that began before it forgot the branch may have written once more.
        while removals.empty(branch_id, mark):
            continue
        removals.finish(branch_id, mark)

    @retry
    def _begin(self, removals: RemovalStore, branch_id: str, by: Caller) -> str | None:
        under_way = removals.mark(branch_id)
        if under_way is not None:
            return under_way
        branch = self.queue.get(BranchStore).current(branch_id)
        details = {"name": branch.name}
        entry = entry_by(by, "branch.removed", branch=branch_id, target=branch_id, details=details)
        done, mark = removals.begin(branch_id, branch.revision, entry, with_days=branch.historic)
        self.queue.get(BranchStore).forget(branch_id)
        if done == "in_use":
            raise InUse(
                "This branch has issued tickets, so it stays. Only a branch of replayed days, "
                "or one that never issued a ticket, can be removed."
            )
        if done == "booked":
            raise InUse(STILL_BOOKED)
        return mark if done == "done" else None

    def _revoke(self, tokens: Iterable[TokenRecord], by: Caller) -> None:
        for token in tokens:
            self.queue.get(AccessStore).remove_token(token.id, revoked_entry(by, token))
            self.queue.get(AccessStore).announce(token.id)


def removable(queue: Queue, branch: Branch) -> Removable | None:
    """The extent of a branch's removal; None if it cannot be removed."""
    dates = queue.get(DayStore).dates(branch.id)
    if not branch.historic and (dates or queue.get(BranchStore).is_booked(branch.id)):
        return None
    return Removable(len(dates), dates[0] if dates else None, dates[-1] if dates else None)
