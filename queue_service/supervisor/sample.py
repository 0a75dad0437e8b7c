"""The sample municipality for a store that is still empty, so that a newcomer can look around."""

from __future__ import annotations

from collections.abc import Mapping

from queue_service import sample
from queue_service.access.operations import accounts
from queue_service.access.operations.passwords import make_password
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import AccountRole
from queue_service.branches.operations import put_branch
from queue_service.command import Queue
from queue_service.playbook.operations import approve, save_draft, today
from queue_service.playbook.rules import content_from

ACCOUNTS: Mapping[str, AccountRole] = {
    "admin": "admin",
    "supervisor": "supervisor",
    "clerk": "clerk",
}
"""The sample's logins, each with its role at every branch."""


def load_sample(queue: Queue) -> Mapping[str, str]:
    """Load the sample's branches, playbook and logins where there is neither branch nor login.

    Returns each login's password, which is told only here, or nothing when the store was in use.
    """
    known = queue.access
    if queue.branches.ids() or known.accounts():
        return {}
    for branch_id, document in sample.documents().items():
        put_branch(queue, branch_id, document)
    _write_playbook(queue)
    passwords = {name: make_password() for name in ACCOUNTS}
    for name, role in ACCOUNTS.items():
        accounts.add_account(known, name, passwords[name], role, None, now=known.now())
    return passwords


def _write_playbook(queue: Queue) -> None:
    by = Caller("sample", "admin")
    for service, document in sample.playbook(today(queue)).items():
        draft = save_draft(queue, by, service, content_from(document), 0)
        approve(queue, by, service, draft.revision)
