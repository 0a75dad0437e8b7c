"""The visits of a day that is over: enough to count, and nothing about who did what when."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import open_counter
from queue_service.errors import DayFinal, Invalid
from queue_service.history.contract import PastVisitsAnswer
from queue_service.history.operations.past_visits import past_visits
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document
from tests.web.roles import Roles

WEDNESDAY = "2026-11-25"
DAY_MS = 86_400_000


@pytest.fixture
def desk(queue: Queue) -> Desk:
    """A morning: one is served and continues, one has left, a walk-in comes in the next hour."""
    put_branch(queue, "raadhuset", document(historic=True))
    desk = Desk(queue)
    open_counter(queue, desk.command(), "1", "citizen")
    first, left = desk.issue("pas").visit.id, desk.issue("korekort").visit.id
    desk.later(60.5).called()
    visits.abandon(queue, desk.command(), left)
    visits.start(queue, desk.later(10).command(), first)
    visits.continue_visit(queue, desk.later(100).command(), first, "resolved", "turist")
    visits.complete(queue, desk.later(30).command(), first, "referred")
    desk.seconds = 3600
    walk_in = issuing.serve(queue, desk.command(), "1", "pas", channel="phone").visit.id
    visits.complete(queue, desk.later(20).command(), walk_in, "self_service")
    return desk


def ask(roles: Roles, role: Any = "supervisor", **query: str) -> Any:
    return roles.send(role, "/branches/raadhuset/past-visits", query={"date": WEDNESDAY, **query})


@pytest.mark.usefixtures("desk")
def test_a_visit_has_its_hour_its_lengths_and_its_endings(roles: Roles) -> None:
    found = ask(roles).get_json()
    PastVisitsAnswer.model_validate(found)
    usual = {"hour": 9, "channel": "desk", "left_after_seconds": None, "paper": False}
    assert found == {
        "date": WEDNESDAY,
        "visits": [
            {**usual, "service": "korekort", "state": "abandoned", "waiting_seconds": None,
             "left_after_seconds": 60, "inquiries": []},
            {**usual, "service": "pas", "state": "completed", "waiting_seconds": 60,
             "inquiries": [
                 {"service": "pas", "outcome": "resolved", "handling_seconds": 120},
                 {"service": "turist", "outcome": "referred", "handling_seconds": 60},
             ]},
            {**usual, "hour": 10, "channel": "phone", "service": "pas", "state": "completed",
             "waiting_seconds": None, "inquiries": [
                 {"service": "pas", "outcome": "self_service", "handling_seconds": 0},
             ]},
        ],
        "next": None,
    }  # fmt: skip


@pytest.mark.usefixtures("desk")
def test_pages_follow_each_other(roles: Roles) -> None:
    whole = ask(roles).get_json()["visits"]
    pages = [ask(roles, limit="2").get_json()]
    pages.append(ask(roles, limit="2", after=str(pages[0]["next"])).get_json())
    assert [len(page["visits"]) for page in pages] == [2, 1]
    assert [*pages[0]["visits"], *pages[1]["visits"]] == whole
    assert pages[1]["next"] is None
    assert ask(roles, limit="3").get_json()["next"] is None
    assert ask(roles, after="3").get_json()["visits"] == []
    for wrong in ({"limit": "0"}, {"limit": "501"}, {"limit": "x"}, {"after": "-1"}, {"date": ""}):
        refused = ask(roles, **wrong)
        assert refused.status_code == 422
        assert [fault["field"] for fault in refused.get_json()["errors"]] == [*wrong]
    assert ask(roles, limit="500").status_code == 200


@pytest.mark.usefixtures("desk")
def test_it_is_for_those_who_see_figures(roles: Roles) -> None:
    statuses = {role: ask(roles, role).status_code for role in ("admin", "clerk", "kiosk")}
    assert statuses == {"admin": 200, "clerk": 403, "kiosk": 403}


def test_the_order_within_an_hour_is_not_that_of_time(queue: Queue, desk: Desk) -> None:
    desk.seconds = 7200
    for wait in (300, 120, 180):
        visit = desk.issue("turist").visit.id
        desk.later(wait).called()
        visits.start(queue, desk.command(), visit)
        visits.complete(queue, desk.command(), visit, "resolved")
    found = past_visits(queue, desk.branch, WEDNESDAY, MORNING)
    assert [visit.waited_minutes for visit in found if visit.hour == 11] == [2, 3, 5]


@pytest.mark.parametrize(("seconds", "minutes"), [(29.999, 0), (30, 1), (89.999, 1), (90, 2)])
def test_lengths_are_to_the_nearest_minute(
    queue: Queue, desk: Desk, seconds: float, minutes: int
) -> None:
    desk.seconds = 7200
    visit = desk.issue("turist").visit.id
    desk.later(seconds).called()
    visits.start(queue, desk.command(), visit)
    visits.complete(queue, desk.later(seconds).command(), visit, "resolved")
    (found,) = (
        each for each in past_visits(queue, desk.branch, WEDNESDAY, MORNING) if each.hour == 11
    )
    assert (found.waited_minutes, found.inquiries[0].handled_minutes) == (minutes, minutes)


def test_a_day_is_over_and_its_visits_are_kept(queue: Queue) -> None:
    put_branch(queue, "raadhuset", document(retention_days=30))
    assert past_visits(queue, "raadhuset", "2026-11-24", MORNING) == []
    with pytest.raises(Invalid):
        past_visits(queue, "raadhuset", WEDNESDAY, MORNING)
    assert past_visits(queue, "raadhuset", WEDNESDAY, MORNING + 30 * DAY_MS) == []
    with pytest.raises(DayFinal):
        past_visits(queue, "raadhuset", WEDNESDAY, MORNING + 31 * DAY_MS)
