"""The comparison call, and its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from queue_service.access.rules.caller import Role
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import days_after
from queue_service.exports.make import make
from queue_service.exports.order import COMPARISON_DAYS_AT_ONCE, new_order
from queue_service.insight.contract import ComparisonAnswer
from queue_service.store.redis_store import RedisStore
from tests.desks import Desk, document
from tests.insight.test_comparison import six_days
from tests.web.roles import Roles

Ask = Callable[..., Any]
RANGE = {"from": "2026-09-01", "to": "2026-10-31"}


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    """A town hall and a library with six days, and a practice branch."""
    queue = Queue(RedisStore(redis_client))
    for branch, name in (("raadhuset", "Rådhuset"), ("biblioteket", "Biblioteket")):
        put_branch(queue, branch, document(name=name))
        six_days(Desk(queue, branch), like="hall" if branch == "raadhuset" else "library")
    put_branch(queue, "oevelse", document(name="Øvelse", practice=True))
    return Desk(queue, "raadhuset")


@pytest.fixture
def ask(desk: Desk, roles: Roles) -> Ask:
    """Asks for a comparison in a role, and gives the status and the answer."""
    assert desk.branch == "raadhuset"

    def asking(role: Role = "supervisor", branch: str | None = None, **query: str) -> Any:
        answer = roles.send(role, "/comparison", branch=branch, query={**RANGE, **query})
        return answer.status_code, answer.json

    return asking


def test_the_answer_is_that_of_the_contract(ask: Ask) -> None:
    status, answer = ask()
    assert status == 200
    ComparisonAnswer.model_validate(answer)
    assert [one["id"] for one in answer["branches"]] == ["biblioteket", "raadhuset"]
    within = next(one for one in answer["figures"] if one["threshold_seconds"] == 360)
    library, hall = within["branches"]
    assert (hall["raw"]["value"], library["raw"]["value"]) == (0.4, 0.6)
    assert hall["standardised"]["value"] == pytest.approx(0.625)
    assert hall["verdict"] == "better"
    assert {one["service"] for one in hall["services"]} == {"pas", "korekort"}


def test_practice_branches_are_in_it_only_where_they_are_chosen(ask: Ask) -> None:
    _, answer = ask(branches="oevelse,raadhuset")
    assert [one["id"] for one in answer["branches"]] == ["raadhuset", "oevelse"]


def test_a_token_of_one_branch_sees_no_other(ask: Ask) -> None:
    _, answer = ask(branch="raadhuset")
    assert [one["id"] for one in answer["branches"]] == ["raadhuset"]
    status, refused = ask(branch="raadhuset", branches="biblioteket")
    assert (status, refused["code"]) == (404, "branch_not_found")
    assert refused["detail"].startswith("There is no branch “")


def test_a_range_the_wrong_way_round_is_refused(ask: Ask) -> None:
    status, refused = ask(**{"from": "2026-11-01", "to": "2026-10-01"})
    assert (status, refused["code"]) == (422, "invalid")


def test_clerks_see_no_figures(ask: Ask) -> None:
    assert ask("clerk")[0] == 403


def test_the_file_has_the_figures_of_the_call(desk: Desk, ask: Ask) -> None:
    wanted = {"content": "comparison", "format": "csv", "language": "en", **RANGE}
    order = new_order("raadhuset", ("raadhuset", "biblioteket"), wanted)
    file = make(desk.queue, order)
    assert file.name == "branches_comparison_2026-09-01_2026-10-31.csv"
    rows = [*csv.reader(io.StringIO(file.content.decode("utf-8-sig")))]
    head, library, hall = rows[:3]
    place = head.index("Handled in under 6 min: By the same mix (share from 0 to 1)")
    _, answer = ask()
    within = next(one for one in answer["figures"] if one["threshold_seconds"] == 360)
    reported = [one["standardised"]["value"] for one in within["branches"]]
    assert [float(row[place]) for row in (library, hall)] == reported


@pytest.mark.parametrize(("days", "at_once"), [(0, True), (1, False)])
def test_a_year_is_made_at_once(days: int, at_once: bool) -> None:
    last = days_after("2025-01-01", COMPARISON_DAYS_AT_ONCE - 1 + days)
    wanted = {"content": "comparison", "from": "2025-01-01", "to": last}
    assert new_order("raadhuset", (), wanted).small is at_once
