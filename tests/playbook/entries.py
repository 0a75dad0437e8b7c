"""An entry's content as the API takes it."""

from __future__ import annotations

from typing import Any

from queue_service.command import Queue
from queue_service.playbook.rules import EntryContent, content_from
from queue_service.playbook.store import PlaybookStore
from tests.desks import document as branch_document


def text(**changes: Any) -> dict[str, Any]:
    """A text in one language."""
    return {
        "summary": "Nyt pas",
        "bring": ["Gammelt pas"],
        "self_service": {"text": "Bestil tid selv", "address": "https://www.borger.dk/pas"},
        "steps": "1. Se passet\n2. **Tag** billede",
        "limits": "Politiet afgør",
        "forms": [{"title": "Samtykke", "address": "https://www.borger.dk/x"}],
        **changes,
    }


def document(**changes: Any) -> dict[str, Any]:
    """An entry's content."""
    return {
        "owner": "Borgerservice",
        "review_by": "2999-12-01",
        "ask_at_kiosk": True,
        "texts": {"da": text()},
        **changes,
    }


def content(**changes: Any) -> EntryContent:
    """The same as the rules have it."""
    return content_from(document(**changes))


def overdue_in_force(queue: Queue, service: str, overdue: EntryContent) -> None:
    """Publish an entry whose review was due long ago, which only the passing of time can cause."""
    before = queue.get(PlaybookStore).get(service)
    after = before.drafted(overdue, 0, "chief").approved_by(0, "chief")
    assert queue.get(PlaybookStore).put(before, after)


def one_service(**changes: Any) -> dict[str, Any]:
    """A branch that has passports alone."""
    counter = {"id": "1", "name": "Skranke 1", "services": ["*"]}
    services = branch_document()["services"][:1]
    return branch_document(services=services, counters=[counter], teams=[], **changes)
