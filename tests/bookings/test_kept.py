"""A booked citizen does not lose the time to a change of the branch."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.bookings.operations import booking as bookings
from queue_service.bookings.operations.slots import free_slots
from queue_service.branches.store import BranchStore
from queue_service.configuration.archiving import archive
from queue_service.configuration.operations import check_branch, put_branch
from queue_service.errors import InUse
from queue_service.removal.operations import removable
from queue_service.removal.store import RemovalStore
from tests.bookings.booked import BEFORE, NINE, at, booked, held
from tests.desks import Desk, document


def without(service: str, **changes: Any) -> dict[str, Any]:
    """A configuration in which a service is gone, or has these changes, and nothing is offered."""
    plain = document(historic=True)
    services = [one | changes for one in plain["services"] if changes or one["id"] != service]
    counters = [{**one, "services": ["*"]} for one in plain["counters"]]
    return plain | {"services": services, "counters": counters}


@pytest.mark.parametrize("changes", [{}, {"active": False}])
def test_a_booked_service_is_neither_removed_nor_switched_off(
    office: Desk, changes: dict[str, Any]
) -> None:
    code = booked(office, NINE).code
    with pytest.raises(InUse) as refused:
        put_branch(office.queue, office.branch, without("pas", **changes))
    assert refused.value.extra == {"service": "pas"}
    with pytest.raises(InUse):
        check_branch(office.queue, office.branch, without("pas", **changes))
    put_branch(office.queue, office.branch, document(historic=True))  # the offer may go
    bookings.cancel(office.queue, at(BEFORE), code)
    assert not put_branch(office.queue, office.branch, without("pas", **changes)).unchanged


def test_a_branch_is_archived_once_its_appointments_are_over(office: Desk) -> None:
    code = booked(office, NINE).code
    with pytest.raises(InUse):
        archive(office.queue, office.branch)
    bookings.mark_arrived(office.queue, at(NINE), code, "visit-1")
    assert archive(office.queue, office.branch).branch.archived


def test_a_hold_keeps_no_branch(office: Desk) -> None:
    held(office, NINE)
    assert archive(office.queue, office.branch).branch.archived


def test_a_branch_with_appointments_is_not_removed(live: Desk) -> None:
    branch = live.queue.get(BranchStore).current(live.branch)
    store = live.queue.get(RemovalStore)
    assert removable(live.queue, branch) is not None
    offers = [{"service": "pas", "week": {"wed": [["09:00", "12:00"]]}, "days_ahead": 180}]
    put_branch(live.queue, live.branch, document(bookings={"offers": offers}))
    branch = live.queue.get(BranchStore).current(live.branch)
    first = free_slots(live.queue, branch, "pas", live.queue.store.time())[0].starts_at
    code = bookings.book(live.queue, at(0)._replace(at=None), "pas", first).booking.code
    assert removable(live.queue, branch) is None
    assert store.begin(branch.id, branch.revision, with_days=False)[0] == "booked"
    bookings.cancel(live.queue, at(0)._replace(at=None), code)
    assert removable(live.queue, branch) is not None
    assert store.begin(branch.id, branch.revision, with_days=False)[0] == "done"
