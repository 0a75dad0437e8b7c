"""The effects of a file of configurations, before it is applied.

A file never overwrites what somebody else has changed since it was made. With a revision it was
made from that one. Without a revision it replaces only what was put in place on the command line,
so that a file kept elsewhere can be applied again and again, until somebody changes the branch in a
browser or by a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from queue_service.access.operations.access import OPERATOR
from queue_service.bookings.operations.closing import PlannedClosing
from queue_service.branches.store import REVISIONS_KEPT
from queue_service.command import Queue
from queue_service.configuration.file import FileBranch
from queue_service.configuration.operations import check_branch, plan_change
from queue_service.configuration.rules.difference import FieldDifference, differences
from queue_service.configuration.store import Revision, RevisionStore


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """A configuration in force that a file was not made from.

    ``latest`` is the change that put it in force, None if it is not kept; ``made_from`` the
    revision that the file was made from, None if the file names none or one that is not kept.
    """

    latest: Revision | None
    made_from: Revision | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The effect on a branch of a configuration; ``before`` is its own in force, None if new.

    ``edition`` is the revision in force; ``conflict`` keeps the configuration from being applied.
    ``met`` are the appointments that it meets.
    """

    branch_id: str
    document: Mapping[str, Any]
    before: Mapping[str, Any] | None
    edition: str | None
    differences: tuple[FieldDifference, ...]
    conflict: ChangedSince | None
    met: PlannedClosing

    @property
    def unchanged(self) -> bool:
        """Whether it is in force already."""
        return self.before == self.document


def plan_branch(queue: Queue, branch_id: str, wanted: FileBranch) -> Plan:
    """The effect of a configuration. Raises ConfiguredCentrally, Invalid and InUse if the branch
    refuses it."""
    old = check_branch(queue, branch_id, wanted.document)
    if old is None:
        return Plan(branch_id, wanted.document, None, None, (), None, PlannedClosing())
    changed = tuple(differences(old.document, wanted.document))
    same = old.document == wanted.document
    conflict = None if same else _conflict(queue, branch_id, old.edition, wanted)
    met = plan_change(queue, old, wanted.document)
    return Plan(branch_id, wanted.document, old.document, old.edition, changed, conflict, met)


def _conflict(
    queue: Queue, branch_id: str, edition: str, wanted: FileBranch
) -> ChangedSince | None:
    if wanted.revision == edition:
        return None
    kept = queue.get(RevisionStore).latest(branch_id, None, REVISIONS_KEPT)
    latest = next((one for one in kept if one.id == edition), None)
    if wanted.revision is None and latest is not None and _by_command(latest):
        return None
    made_from = next((one for one in kept if one.id == wanted.revision), None)
    return ChangedSince(latest, made_from)


def _by_command(revision: Revision) -> bool:
    entry = revision.entry
    return entry is not None and (entry.kind, entry.by) == (OPERATOR.kind, OPERATOR.id)
