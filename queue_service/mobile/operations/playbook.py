"""The playbook comes out to the bus: what is approved at home is in force there.

Drafts and earlier versions stay at home, where the playbook is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from queue_service.command import ATTEMPTS, Queue, exhausted
from queue_service.mobile.rules import canonical, digest_of
from queue_service.playbook.rules import Entry, entry_from, to_document


def approved(queue: Queue) -> tuple[str, list[dict[str, Any]]]:
    """Home's approved entries without their drafts, and the digest that tells them from others."""
    entries = [
        to_document(replace(entry, draft=None))
        for _, entry in sorted(queue.playbook.all().items())
        if entry.approved is not None
    ]
    return digest_of(canonical([entry["approved"] for entry in entries])), entries


def take(queue: Queue, entries: Sequence[dict[str, Any]]) -> None:
    """On the bus: put these entries in force."""
    for document in entries:
        _put(queue, entry_from(document))


def _put(queue: Queue, entry: Entry) -> None:
    for _ in range(ATTEMPTS):
        before = queue.playbook.get(entry.service)
        if before.approved == entry.approved:
            return
        if queue.playbook.put(before, replace(entry, revision=before.revision + 1)):
            return
    raise exhausted()
