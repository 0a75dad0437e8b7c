"""The sample municipality for a store that is still empty, so that a newcomer can look around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service import sample
from queue_service.access.operations import accounts
from queue_service.access.operations.passwords import make_password
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import AccountRole
from queue_service.branches.operations import put_branch
from queue_service.branches.rules.calendar import hours_on, local_hour, moment
from queue_service.command import Queue
from queue_service.history.rules.period import days_after
from queue_service.playbook.operations import approve, save_draft, today
from queue_service.playbook.rules import content_from
from queue_service.sample.answers import DAYS, answers

_HOUR_MS: Final = 3_600_000

ACCOUNTS: Mapping[str, AccountRole] = {
    "admin": "admin",
    "supervisor": "supervisor",
    "clerk": "clerk",
}
"""The sample's logins, each with its role at every branch."""


def load_sample(queue: Queue) -> Mapping[str, str]:
    """Load the sample's branches, playbook, answers and logins into a store without any of them.

    Returns each login's password, which is told only here, or nothing when the store was in use.
    """
    known = queue.access
    if queue.branches.ids() or known.accounts():
        return {}
    for branch_id, document in sample.documents().items():
        put_branch(queue, branch_id, document)
    _write_playbook(queue)
    _write_answers(queue)
    passwords = {name: make_password() for name in ACCOUNTS}
    for name, role in ACCOUNTS.items():
        accounts.add_account(known, name, passwords[name], role, None, now=known.now())
    return passwords


def _write_playbook(queue: Queue) -> None:
    by = Caller("sample", "admin")
    for service, document in sample.playbook(today(queue)).items():
        draft = save_draft(queue, by, service, content_from(document), 0)
        approve(queue, by, service, draft.revision)


def _write_answers(queue: Queue) -> None:
    for branch in queue.branches.all():
        if branch.practice:
            continue
        now = queue.store.time()
        day = moment(branch, now).date
        queue.history.begin_goals(branch.id, now - (DAYS + 1) * 24 * _HOUR_MS)
        for date in (days_after(day, -n) for n in range(1, DAYS + 1)):
            hours = [
                local_hour(branch.timezone, instant)
                for opens, closes in hours_on(branch, date)
                for instant in range(opens, closes, _HOUR_MS)
            ]
            counts = answers(branch.id, date, hours, sorted(branch.teams))
            if counts:
                queue.feedback.put_day(branch.id, date, counts)
