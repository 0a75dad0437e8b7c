"""A prefix on today's tickets stays with its service until tomorrow."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import InUse
from queue_service.visits.operations import issuing, visits
from tests.desks import CLERK, MORNING, document

DAY_MS = 86_400_000


def branch(**prefixes: str) -> dict[str, Any]:
    """A branch whose services have these prefixes."""
    services = [{"id": s, "name": {"da": s}, "prefix": p} for s, p in prefixes.items()]
    counters = [{"id": "1", "name": "Skranke 1", "services": ["*"]}]
    return document(services=services, counters=counters, teams=[])


@pytest.fixture
def issued(queue: Queue) -> Queue:
    """A live branch on whose day a passport got A001 and is done."""
    put_branch(queue, "raadhuset", branch(pas="A", korekort="B"), at=MORNING)
    command = Command("raadhuset", CLERK, None, MORNING)
    visit = issuing.issue(queue, command, "pas").visit
    visits.abandon(queue, command, visit.id)
    return queue


def configure(queue: Queue, at: int, **prefixes: str) -> None:
    put_branch(queue, "raadhuset", branch(**prefixes), at=at)


def test_another_service_does_not_get_a_prefix_that_is_on_todays_tickets(issued: Queue) -> None:
    with pytest.raises(InUse, match="A is on tickets of “pas” today"):
        configure(issued, MORNING, pas="X", korekort="A")
    assert issued.get(BranchStore).get("raadhuset").services["korekort"].prefix == "B"


def test_nor_after_its_service_has_got_another(issued: Queue) -> None:
    configure(issued, MORNING, pas="X", korekort="B")
    with pytest.raises(InUse):
        configure(issued, MORNING, pas="X", korekort="A")
    configure(issued, MORNING, pas="A", korekort="B")


def test_tomorrow_it_is_free(issued: Queue) -> None:
    configure(issued, MORNING + DAY_MS, pas="X", korekort="A")
    assert issued.get(BranchStore).get("raadhuset").services["korekort"].prefix == "A"
