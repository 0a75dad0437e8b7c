"""The playbook is sent to the bus: entries approved on the central server are in force there.

With it come the names of the central server's services and the lifelines with their telephones and
hours, which the pages show next to it. Drafts and earlier versions stay on the central server,
where the playbook is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from queue_service.branches.rules.elsewhere import shown_of
from queue_service.branches.store import BranchStore
from queue_service.command import Queue, retry
from queue_service.mobile.rules import canonical, digest_of
from queue_service.playbook.rules import PlaybookEntry, entry_from, to_document
from queue_service.playbook.store import PlaybookStore


class SavedChanges(NamedTuple):
    """The central server's approved entries without their drafts, what is shown of its other
    branches, and the digest that identifies both."""

    digest: str
    entries: list[dict[str, Any]]
    branches: list[dict[str, Any]]


def outgoing(queue: Queue, branch_id: str) -> SavedChanges:
    """The entries and branches that the bus of a branch receives."""
    entries = [
        to_document(replace(entry, draft=None))
        for _, entry in sorted(queue.get(PlaybookStore).all().items())
        if entry.approved is not None
    ]
    branches = [
        shown_of(branch)
        for branch in queue.get(BranchStore).all()
        if branch.id != branch_id and not branch.historic
    ]
    digest = digest_of(canonical([[entry["approved"] for entry in entries], branches]))
    return SavedChanges(digest, entries, branches)


def take(queue: Queue, entries: Sequence[dict[str, Any]]) -> None:
    """On the bus: put these entries in force."""
    for document in entries:
        _put(queue, entry_from(document))


@retry
def _put(queue: Queue, entry: PlaybookEntry) -> PlaybookEntry | None:
    before = queue.get(PlaybookStore).get(entry.service)
    if before.approved == entry.approved:
        return before
    after = replace(entry, revision=before.revision + 1)
    return after if queue.get(PlaybookStore).put(before, after) else None
