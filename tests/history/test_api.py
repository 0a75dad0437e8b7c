"""The statistics call, as other people's programs see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queue_service.access.rules.caller import Role
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.operations.counters import open_counter
from queue_service.history.contract import StatisticsAnswer
from queue_service.visits.operations import issuing, visits
from tests.desks import Desk, document
from tests.web.roles import Roles

WEDNESDAY = "2026-11-25"
Ask = Callable[..., Any]


@pytest.fixture
def ask(roles: Roles) -> Ask:
    """Asks for statistics in a role, and gives the status and the answer."""

    def asking(role: Role = "supervisor", branch: str = "raadhuset", **query: str) -> Any:
        answer = roles.send(role, f"/branches/{branch}/statistics", query=query)
        return answer.status_code, answer.json

    return asking


@pytest.fixture
def desk(queue: Queue) -> Desk:
    """A branch in which one inquiry took 100 and one 400 seconds, and somebody waits."""
    put_branch(queue, "raadhuset", document(historic=True))
    desk = Desk(queue)
    open_counter(queue, desk.command(), "1", "citizen")
    for handled in (100.25, 400):
        visit_id = issuing.serve(queue, desk.command(), "1", "pas").visit.id
        visits.complete(queue, desk.later(handled).command(), visit_id, "resolved")
    desk.issue()
    return desk


@pytest.mark.usefixtures("desk")
def test_a_row_and_the_total_have_the_published_shape(ask: Ask) -> None:
    status, found = ask(**{"from": WEDNESDAY, "to": WEDNESDAY})
    assert status == 200
    StatisticsAnswer.model_validate(found)
    (row,) = found["rows"]
    assert row == {**found["total"], "key": WEDNESDAY}
    assert found == {
        "branch": "raadhuset",
        "from": WEDNESDAY,
        "to": WEDNESDAY,
        "by": "day",
        "rows": [row],
        "total": {
            "key": None,
            "issued": 3,
            "completed": 2,
            "no_show": 0,
            "abandoned": 0,
            "incomplete": 0,
            "paper": 0,
            "booked": 0,
            "inquiries": 2, "contacts": 0,
            "contacts_by_channel": {"desk": 0, "phone": 0, "written": 0, "online": 0},
            "paper_inquiries": 0,
            "waiting_seconds": {"n": 0, "mean": None, "p50": None, "p90": None, "exact": True},
            "left_waiting_seconds": {"n": 0, "p50": None},
            "handling_seconds": {
                "n": 2, "mean": 250.125, "p50": 100.25, "p90": 400.0, "exact": True
            },
            "estimated_waits": {
                "numbers": 1, "shown": 0,
                "nobody_ahead": {"n": 0, "held": 0}, "somebody_ahead": {"n": 0, "held": 0},
            },
            "goals": found["total"]["goals"],
            "pauses": None,
        },
    }  # fmt: skip
    goal, waiting, _ = found["total"]["goals"]
    assert list(goal) == [
        "id", "judged", "within", "ratio", "low", "high", "interval", "verdict", "target_ratio",
    ]  # fmt: skip
    assert (goal["id"], goal["judged"], goal["within"], goal["ratio"]) == (
        "handling-6-min", 2, 1, 0.5,
    )  # fmt: skip
    assert (waiting["ratio"], waiting["low"], waiting["verdict"]) == (None, None, "open")


@pytest.mark.usefixtures("desk")
def test_a_counter_has_no_visits_of_its_own(ask: Ask, desk: Desk) -> None:
    desk.seconds += 86_400
    for _ in range(3):
        visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
        visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved")
    status, found = ask(**{"from": "2026-11-23", "to": "2026-11-29", "by": "counter"})
    assert status == 200
    StatisticsAnswer.model_validate(found)
    assert (found["rows"][0]["key"], found["rows"][0]["issued"]) == ("1", None)
    assert (found["rows"][0]["inquiries"], found["total"]["issued"]) == (5, 6)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-26", "to": WEDNESDAY},
        {"from": "2026-11-23", "to": "2026-11-28", "by": "team"},
        {"from": "2026-11-22", "to": "2026-11-29", "by": "team"},
        {"from": "2001-01-01", "to": WEDNESDAY},
        {"from": "2026-02-30"},
        {"by": "employee"},
        {"by": "day", "since": "2026-11-26"},
    ],
)
def test_invalid_answers_are_refused(ask: Ask, query: dict[str, str]) -> None:
    status, problem = ask(**query)
    assert (status, problem["code"]) == (422, "invalid")
    assert problem["errors"][0]["reason"]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("role", "status"),
    [("supervisor", 200), ("admin", 200), ("clerk", 403), ("display", 403), ("metrics", 403)],
)
def test_it_is_for_supervisors_and_administrators(ask: Ask, role: Role, status: int) -> None:
    assert ask(role)[0] == status


def test_an_unknown_branch(ask: Ask) -> None:
    status, problem = ask(branch="nowhere")
    assert (status, problem["code"]) == (404, "branch_not_found")
