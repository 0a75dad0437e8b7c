"""Two processes with one store: what one configures, the other goes by at once."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.counters.operations import counters
from queue_service.errors import ServiceInactive, ServiceNotFound
from queue_service.visits.operations import issuing
from tests.desks import Desk, document


@pytest.fixture
def other(desk: Desk) -> Queue:
    """A process that has looked at the branch a moment ago, and hears of no events."""
    process = Queue(desk.queue.store)
    process.get(BranchStore).get(desk.branch)
    return process


def configure(desk: Desk, **changes: Any) -> None:
    put_branch(desk.queue, desk.branch, document(historic=True, **changes))


def services(**active: bool) -> list[dict[str, Any]]:
    return [
        {"id": name, "name": {"da": name}, "prefix": prefix, "active": on}
        for prefix, (name, on) in zip("ABCDEFG", active.items(), strict=False)
    ]


KNOWN = {"pas": True, "korekort": True, "turist": True, "gammel": False}


def test_a_service_that_was_added_is_issued_for(desk: Desk, other: Queue) -> None:
    configure(desk, services=services(**KNOWN, mitid=True))
    assert issuing.issue(other, desk.command(), "mitid").visit.number == "E001"


def test_a_service_that_was_switched_on_is_issued_for(desk: Desk, other: Queue) -> None:
    configure(desk, services=services(**{**KNOWN, "gammel": True}))
    assert issuing.issue(other, desk.command(), "gammel").visit.number == "D001"


def test_a_counter_that_was_added_can_be_opened(desk: Desk, other: Queue) -> None:
    names = [{"id": str(n), "name": f"Skranke {n}", "services": ["*"]} for n in range(1, 5)]
    configure(desk, counters=names)
    assert counters.open_counter(other, desk.command(), "4").open


def test_the_configuration_is_returned_in_its_current_form(desk: Desk, other: Queue) -> None:
    configure(desk, name="Nyt navn")
    assert get_branch(other, desk.branch).name == "Nyt navn"


def test_a_lasting_fault_is_refused_once(desk: Desk, other: Queue) -> None:
    with pytest.raises(ServiceNotFound):
        issuing.issue(other, desk.command(), "findes-ikke")
    with pytest.raises(ServiceInactive):
        issuing.issue(other, desk.command(), "gammel")
