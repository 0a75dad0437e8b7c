"""A branch as anybody may see it, on a real store."""

from __future__ import annotations

import pytest
from redis import Redis

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import BranchNotFound
from queue_service.public.operations import KEPT_MS, PublicBranches, public_branch
from queue_service.public.rules import PublicBranch
from queue_service.store.keys import BranchKeys
from tests.desks import MORNING, Desk, document
from tests.web.service import ALWAYS

HOUR_MS = 3_600_000


def shown(desk: Desk) -> PublicBranch:
    return public_branch(desk.queue, desk.state())


def test_an_open_branch_says_until_when_and_how_many_wait(desk: Desk) -> None:
    desk.open()
    desk.issue()
    desk.issue("turist")
    found = shown(desk)
    assert (found.open, found.closes_at, found.opens_at) == (True, MORNING + 8 * HOUR_MS, None)
    assert found.waiting == 2
    assert {s.id: s.waiting for s in found.services} == {"pas": 1, "korekort": 0, "turist": 1}
    assert [s.wait for s in found.services] == [None, None, None]  # nothing is learnt yet


def test_a_closed_branch_says_when_it_opens(desk: Desk) -> None:
    last = shown(desk.later(8 * 3600 - 1))
    assert (last.open, last.closes_at) == (True, MORNING + 8 * HOUR_MS)
    found = shown(desk.later(1))
    week_ms = 7 * 24 * HOUR_MS
    assert (found.open, found.closes_at, found.opens_at) == (False, None, MORNING + week_ms)
    assert [s.issuing for s in found.services] == [False, False, False]


def test_the_range_is_that_of_the_ticket_issued_now(desk: Desk) -> None:
    client: Redis = desk.queue.store.client
    client.hset(BranchKeys(desk.branch).estimates, "pas|each", "40000|90000")
    desk.open()
    desk.issue()
    promised = next(s.wait for s in shown(desk).services if s.id == "pas")
    ticket = desk.issue().visit.estimate
    assert promised == ticket == (80, 180)


def test_a_private_service_has_no_queue_to_see(queue: Queue) -> None:
    services = [{**s, "private": s["id"] == "pas"} for s in document()["services"]]
    put_branch(queue, "raadhuset", document(services=services, historic=True))
    desk = Desk(queue)
    desk.open()
    desk.issue()
    found = shown(desk)
    assert found.waiting == 1
    assert [s.waiting for s in found.services] == [None, None, None], "nothing to subtract"


def test_a_private_service_that_is_closed_for_good_has_none_either(queue: Queue) -> None:
    services = [{**s, "private": s["id"] == "pas"} for s in document()["services"]]
    put_branch(queue, "raadhuset", document(services=services, historic=True))
    desk = Desk(queue)
    desk.issue()
    services = [{**s, "active": False} if s["private"] else s for s in services]
    put_branch(queue, "raadhuset", document(services=services, historic=True))
    found = shown(desk)
    assert {s.id: s.waiting for s in found.services} == {"korekort": None, "turist": None}


def test_other_hours_are_listed_from_the_eighth_day_on(queue: Queue) -> None:
    changed = [
        {"date": "2026-12-01", "hours": [["10:00", "12:00"]]},  # within the week
        {"date": "2026-12-02", "hours": [["10:00", "12:00"]]},  # a Wednesday
        {"date": "2026-12-03", "hours": []},  # a Thursday, closed as usual
        {"date": "2026-12-09", "hours": []},
        {"date": "2027-01-24", "hours": [["10:00", "12:00"]]},
        {"date": "2027-01-25", "hours": [["10:00", "12:00"]]},  # 61 days ahead
    ]
    put_branch(queue, "raadhuset", document(hours_exceptions=changed, historic=True))
    found = shown(Desk(queue))
    assert [day.date for day in found.changed] == ["2026-12-02", "2026-12-09", "2027-01-24"]
    assert [(day.date, day.other) for day in found.days][6] == ("2026-12-01", True)


def test_an_unknown_branch_is_refused_as_one_that_is_switched_off(queue: Queue) -> None:
    put_branch(queue, "raadhuset", document())
    refusals = []
    for branch_id in ("raadhuset", "nowhere"):
        with pytest.raises(BranchNotFound) as refused:
            PublicBranches(queue).get(branch_id, MORNING)
        refusals.append(refused.value.detail.replace(branch_id, ""))
    assert refusals[0] == refusals[1]


def test_an_answer_is_kept_for_fifteen_seconds_and_costs_the_store_nothing(queue: Queue) -> None:
    always = document(public_page=True, opening_hours=ALWAYS)
    put_branch(queue, "raadhuset", always)
    branches = PublicBranches(queue)
    first = branches.get("raadhuset", MORNING)
    client: Redis = queue.store.client
    before = client.info("commandstats")
    again = branches.get("raadhuset", first.until - 1)
    after = client.info("commandstats")
    asked = {name for name in after if after[name]["calls"] != before.get(name, {}).get("calls")}
    assert again is first
    assert asked <= {"cmdstat_info"}
    assert first.until <= MORNING + KEPT_MS
    later = branches.get("raadhuset", first.until)
    assert later.until > first.until
    assert later.since == first.since  # nothing has changed


def test_a_changed_answer_is_written_again(queue: Queue) -> None:
    configuration = document(public_page=True, opening_hours=ALWAYS)
    put_branch(queue, "raadhuset", configuration)
    branches = PublicBranches(queue)
    first = branches.get("raadhuset", MORNING)
    first.written["page", "da"] = "made of it"
    put_branch(queue, "raadhuset", {**configuration, "name": "Borgerservice"})
    second = branches.get("raadhuset", first.until)
    assert (second.branch.name, second.since) == ("Borgerservice", first.until)
    assert second.written == {}
