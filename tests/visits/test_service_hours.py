"""Tickets of a service with hours of its own: given in them, and served after them."""

from __future__ import annotations

from typing import Any, Final

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, moment, weekday_of
from queue_service.command import Queue
from queue_service.configuration.operations import get_branch, put_branch
from queue_service.errors import BranchClosed, Invalid, ServiceClosed
from queue_service.public.operations import public_branch
from queue_service.visits.operations import issuing, visits
from queue_service.visits.operations.errands import add_errand
from queue_service.visits.rules.visit import Errand, Visit
from tests.desks import CLERK, KIOSK, Desk, document
from tests.web.roles import Roles

HOUR = 3600
OPENS, CLOSES = 1 * HOUR, 5 * HOUR
"""Passports from ten to two, in seconds after nine."""
ALWAYS: Final = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


def with_hours(hours: Any, **changes: Any) -> dict[str, Any]:
    services = [
        {**one, "hours": hours} if one["id"] == "pas" else one for one in document()["services"]
    ]
    return document(services=services, **changes)


@pytest.fixture
def desk(queue: Queue) -> Desk:
    put_branch(queue, "raadhuset", with_hours({"wed": [["10:00", "14:00"]]}, historic=True))
    return Desk(queue, caller=KIOSK)


def with_errand(desk: Desk, service: str, further: str) -> Visit:
    """The visit of a new ticket for two services."""
    errands = (Errand(further, 1),)
    return issuing.issue(desk.queue, desk.command(), service, errands=errands).visit


def by(desk: Desk, caller: Caller) -> Desk:
    return Desk(desk.queue, seconds=desk.seconds, caller=caller)


def test_a_kiosk_gives_numbers_from_the_first_to_the_last_moment(desk: Desk) -> None:
    desk.later(OPENS - 0.001)
    with pytest.raises(ServiceClosed) as early:
        desk.issue(channel="kiosk")
    assert early.value.extra["opens_at"] == "2026-11-25T09:00:00.000Z"
    assert desk.issue("korekort", channel="kiosk").visit.number == "B001"
    desk.later(0.001)
    assert desk.issue(channel="kiosk").visit.number == "A001"
    desk.later(CLOSES - OPENS - 0.001)
    assert desk.issue(channel="kiosk").visit.number == "A002"
    desk.later(0.001)
    with pytest.raises(ServiceClosed) as late:
        desk.issue(channel="kiosk")
    assert late.value.extra["opens_at"] == "2026-12-02T09:00:00.000Z"


def test_visits_that_wait_at_the_closing_time_are_called_and_served(desk: Desk) -> None:
    desk.later(CLOSES - 1).issue(channel="kiosk")
    clerk = by(desk, CLERK).later(HOUR)
    clerk.open()
    called = clerk.next()
    assert called is not None
    assert called.visit.number == "A001"
    assert clerk.issue().visit.number == "A002", "the staff may still issue"


def test_a_closed_branch_is_the_first_reason(desk: Desk) -> None:
    desk.later(8 * HOUR)
    with pytest.raises(BranchClosed):
        desk.issue(channel="kiosk")


def test_a_further_errand_is_refused_outside_its_hours(desk: Desk) -> None:
    visit = desk.issue("korekort", channel="kiosk").visit
    with pytest.raises(ServiceClosed):
        add_errand(desk.queue, desk.command(), visit.id, "pas")
    desk.later(5 * 60)
    ticket = desk.issue("turist", channel="kiosk").visit
    with pytest.raises(ServiceClosed):
        with_errand(desk, "korekort", "pas")
    desk.later(OPENS - 5 * 60)
    late = desk.issue("turist", channel="kiosk").visit
    assert add_errand(desk.queue, desk.command(), late.id, "pas").visit.errands[0].service == "pas"
    assert ticket.number == "C001"
    assert with_errand(desk, "korekort", "pas").errands[0].service == "pas"


def test_an_errand_that_is_wanted_already_can_be_taken_back_after_the_closing_time(
    desk: Desk,
) -> None:
    desk.later(CLOSES - 60)
    visit = with_errand(desk, "korekort", "pas")
    desk.later(120)
    assert add_errand(desk.queue, desk.command(), visit.id, "pas", 0).visit.errands == ()


def test_a_citizen_comes_later_within_the_hours_of_the_service(desk: Desk) -> None:
    visit = desk.later(OPENS).issue(channel="kiosk").visit
    with pytest.raises(Invalid):
        visits.postpone(desk.queue, desk.command(), visit.id, "14:00")
    later = visits.postpone(desk.queue, desk.command(), visit.id, "13:59").visit
    assert later.not_before is not None


def test_the_state_and_the_public_page_say_when_it_opens(desk: Desk) -> None:
    before = desk.state()
    assert before.closed_services == {"pas": before.moment.day_begins + 10 * HOUR * 1000}
    assert set(before.issuing) == {"korekort", "turist"}
    services = {one.id: one for one in public_branch(desk.queue, before).services}
    assert not services["pas"].issuing
    assert services["pas"].opens_at == before.closed_services["pas"]
    assert len(services["pas"].days) == 7
    assert services["korekort"].days == ()
    now = desk.later(OPENS).state()
    assert now.closed_services == {}
    assert "pas" in now.issuing
    assert before.tag != now.tag, "a page that has the state of before gets the new one"


def test_a_program_reads_the_code_and_the_state(roles: Roles, queue: Queue) -> None:
    put_branch(queue, "raadhuset", document(opening_hours=ALWAYS))
    today = moment(get_branch(queue, "raadhuset"), queue.store.time()).date
    another = WEEKDAYS[(weekday_of(today) + 3) % 7]  # also if midnight passes meanwhile
    put_branch(queue, "raadhuset", with_hours({another: ALWAYS[another]}, opening_hours=ALWAYS))
    path = "/branches/raadhuset"
    refused = roles.send("kiosk", f"{path}/visits", {"service": "pas"}, branch="raadhuset")
    assert (refused.status_code, refused.json["code"]) == (409, "service_closed")
    state = roles.send("kiosk", f"{path}/state", branch="raadhuset").json
    opens_at = refused.json["opens_at"]
    assert state["closed_services"] == [{"service": "pas", "opens_at": opens_at}]
    assert roles.send("clerk", f"{path}/visits", {"service": "pas"}).status_code == 201
