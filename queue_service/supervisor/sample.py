"""The sample municipality for a store that is still empty, so that a newcomer can look around."""

from __future__ import annotations

from collections.abc import Mapping

from queue_service import sample
from queue_service.access.operations import accounts
from queue_service.access.operations.passwords import make_password
from queue_service.access.rules.credentials import AccountRole
from queue_service.branches.operations import put_branch
from queue_service.command import Queue

ACCOUNTS: Mapping[str, AccountRole] = {
    "admin": "admin",
    "supervisor": "supervisor",
    "clerk": "clerk",
}
"""The sample's logins, each with its role at every branch."""


def load_sample(queue: Queue) -> Mapping[str, str]:
    """Load the sample's branches and logins where there is neither branch nor login.

    Returns each login's password, which is told only here, or nothing when the store was in use.
    """
    known = queue.access
    if queue.branches.ids() or known.accounts():
        return {}
    for branch_id, document in sample.documents().items():
        put_branch(queue, branch_id, document)
    passwords = {name: make_password() for name in ACCOUNTS}
    for name, role in ACCOUNTS.items():
        accounts.add_account(known, name, passwords[name], role, None, now=known.now())
    return passwords
