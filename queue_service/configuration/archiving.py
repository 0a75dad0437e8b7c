"""Archiving a branch: it is out of use, and its figures stay."""

from __future__ import annotations

from queue_service.access.operations.access import OPERATOR
from queue_service.access.rules.caller import Caller
from queue_service.branches.contract.config import parse_config
from queue_service.command import Queue
from queue_service.configuration.operations import Configured, get_branch, put_branch


def archive(queue: Queue, branch_id: str, *, by: Caller = OPERATOR) -> Configured:
    """Take a branch out of use: it issues nothing, its screens end, and no list of every day has
    it. Its history, exports, open data and audit log stay.

    It is a change of its configuration. Raises BranchNotFound, InUse while a visit is open or a
    time is booked, BranchElsewhere while a bus runs it, and PreconditionFailed if somebody else
    changes the configuration at the same time.
    """
    return _put(queue, branch_id, archived=True, by=by)


def unarchive(queue: Queue, branch_id: str, *, by: Caller = OPERATOR) -> Configured:
    """Put an archived branch into use again; its screens have to be set up again.

    Raises BranchNotFound, and PreconditionFailed as ``archive`` does.
    """
    return _put(queue, branch_id, archived=False, by=by)


def _put(queue: Queue, branch_id: str, *, archived: bool, by: Caller) -> Configured:
    branch = get_branch(queue, branch_id)
    document = parse_config({**branch.document, "archived": archived}, branch_id)
    return put_branch(queue, branch_id, document, if_match=branch.edition, by=by)
