"""The history of a branch's configuration, and putting an earlier one back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from queue_service.access.rules.caller import Caller
from queue_service.branches.contract.config import parse_config
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import Configured, put_branch
from queue_service.configuration.rules.difference import FieldDifference, differences
from queue_service.configuration.store import Revision, RevisionStore
from queue_service.errors import NotFound


@dataclass(frozen=True, slots=True)
class RevisionChange:
    """A revision, the one before it, and their differences; None if none before it is kept."""

    revision: Revision
    before: Revision | None
    differences: tuple[FieldDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigurationHistory:
    """Changes, the latest first; ``before``: the place that leads to those before them."""

    changes: tuple[RevisionChange, ...]
    before: str | None


def history(
    queue: Queue, branch_id: str, before: str | None = None, count: int = 20
) -> ConfigurationHistory:
    """A page of the history of a branch's configuration. Raises BranchNotFound."""
    queue.get(BranchStore).current(branch_id)
    # One more: the last of the page is compared with it.
    found = queue.get(RevisionStore).latest(branch_id, before, count + 1)
    changes = [
        RevisionChange(later, earlier, tuple(differences(earlier.document, later.document)))
        for later, earlier in pairwise(found)
    ]
    if found and len(found) <= count:
        changes.append(RevisionChange(found[-1], None))
    more = len(found) > count
    return ConfigurationHistory(tuple(changes), found[count - 1].place if more else None)


def restore(
    queue: Queue,
    branch_id: str,
    place: str,
    *,
    if_match: str | None,
    by: Caller,
    agreed: int | None = None,
) -> Configured:
    """Put the configuration of a revision in place again, as a new change.

    It is checked as any other, and ``agreed`` is as there. Raises NotFound for a revision that is
    not kept, and as ``put_branch`` and ``parse_config`` do: Invalid where it is no longer valid,
    InUse, AppointmentsMet, PreconditionFailed and ConfiguredCentrally.
    """
    revision = queue.get(RevisionStore).get(branch_id, place)
    if revision is None:
        raise NotFound("This configuration is no longer kept: look at the list again.")
    document = parse_config(dict(revision.document), branch_id)
    return put_branch(
        queue,
        branch_id,
        document,
        if_match=if_match,
        by=by,
        action="configuration.restored",
        agreed=agreed,
    )
