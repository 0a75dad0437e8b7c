"""The sample municipality for a store that is still empty, so that a newcomer can look around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from queue_service import sample
from queue_service.access.operations import accounts
from queue_service.access.operations.passwords import make_password
from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import AccountRole
from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.interventions.operations import begin
from queue_service.interventions.rules import Wanted
from queue_service.playbook.operations import today
from queue_service.playbook.rules import content_from
from queue_service.playbook.store import PlaybookStore
from queue_service.sample.past import pasts
from queue_service.sample.store import write_past
from queue_service.webhooks.operations.endpoints import EndpointRequest, add

ACCOUNTS: Mapping[str, AccountRole] = {
    "admin": "admin",
    "supervisor": "supervisor",
    "clerk": "clerk",
}
"""The sample's logins, each with its role at every branch."""


def load_sample(queue: Queue, *, past: bool = False) -> Mapping[str, str]:
    """Load the sample's branches, playbook and logins where there is neither branch nor login.

    With ``past`` the branches have weeks of made-up days behind them. Returns each login's
    password, which is returned only here, or nothing if the store was in use.
    """
    known = queue.get(AccessStore)
    if queue.get(BranchStore).ids() or known.accounts():
        return {}
    documents = sample.documents()
    if past:
        # First: a branch that is configured is taken for loaded by the next start.
        _write_past(queue, documents)
    for branch_id, document in documents.items():
        put_branch(queue, branch_id, document)
    _write_playbook(queue)
    _write_examples(queue)
    passwords = {name: make_password() for name in ACCOUNTS}
    for name, role in ACCOUNTS.items():
        accounts.add_account(known, name, passwords[name], role, None, now=known.now())
    return passwords


def _write_past(queue: Queue, documents: Mapping[str, Mapping[str, Any]]) -> None:
    branches = [Branch.from_document(name, "", document) for name, document in documents.items()]
    now = queue.store.time()
    entries = sample.playbook(moment(branches[0], now).date)
    asked = {service for service, entry in entries.items() if entry["ask_at_kiosk"]}
    for past in pasts(branches, asked, now):
        write_past(queue.store, past)


def _write_playbook(queue: Queue) -> None:
    """One review is overdue, as time makes it: an entry with such a date could not be approved."""
    store, now = queue.get(PlaybookStore), queue.store.time()
    for service, document in sample.playbook(today(queue)).items():
        entry = store.get(service)
        written = entry.drafted(content_from(document), now, "sample")
        store.put(entry, written.approved_by(now, "sample"))


def _write_examples(queue: Queue) -> None:
    """One announcement, on the display where one practises, and a webhook that is switched off."""
    by = Caller("sample", "admin")
    announcement = Wanted("announcement", texts=sample.announcement(), screens=("display",))
    begin(queue, Command("oevelse", by), announcement)
    url = "https://bi.example.dk/queue"
    add(queue, by, EndpointRequest("Eksempel", url, ("visit.*",), None, False), None)
