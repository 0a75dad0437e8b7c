"""A real Prometheus scrapes the running service, and says what the board and the API say."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from queue_service.supervisor.prometheus import configuration
from tests.prometheus import Asked, prometheus
from tests.running import eventually
from tests.web.service import Service, running_service

OUTCOMES = (
    "resolved",
    "referred",
    "self_service",
    "unresolved",
    "resolved",
    "resolved",
    "resolved",
)
"""Five of seven are first contact: a share that has no short decimal."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own: a scrape takes as long as there are branches, and has a second."""
    with running_service(tmp_path_factory.mktemp("scraped")) as running:
        yield running


@pytest.fixture
def asked(service: Service, tmp_path: Path) -> Iterator[Asked]:
    """A Prometheus that scrapes the service each second."""
    token = tmp_path / "token"
    token.write_text(service.token("metrics"))
    with prometheus(tmp_path, configuration(service.url, token, every="1s")) as running:
        yield running


def board(service: Service, branch: str) -> Any:
    """The JSON that the board is drawn from."""
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{service.url}/dashboards/{branch}/now",
        headers={"Authorization": f"Bearer {service.token('supervisor', branch)}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own service
        return json.load(answer)


def a_day(service: Service) -> str:
    """A branch where seven were served, one left, and two wait."""
    goals = [
        {"id": "first", "indicator": "first_contact", "target_ratio": 0.8},
        {
            "id": "called",
            "indicator": "waiting_time_within",
            "threshold_seconds": 600,
            "target_ratio": 0.9,
        },
    ]
    branch = service.branch(goals=goals)
    api = service.api("clerk", branch)
    path = f"/branches/{branch}"
    api.post(f"{path}/counters/1/open")
    for outcome in OUTCOMES:
        visit = api.post(f"{path}/visits", service="pas")
        called = api.post(f"{path}/visits/{visit['id']}/call", counter="1")
        api.post(f"{path}/visits/{called['id']}/start")
        api.post(f"{path}/visits/{called['id']}/complete", outcome=outcome)
    left = [api.post(f"{path}/visits", service="pas") for _ in range(3)]
    api.post(f"{path}/visits/{left[0]['id']}/abandon")
    return branch


def test_prometheus_the_board_and_the_state_agree_to_the_last_digit(
    service: Service, asked: Asked
) -> None:
    branch = a_day(service)
    of = f'{{branch="{branch}"}}'
    eventually(lambda: asked.value(f"sum(queue_visits_waiting{of})") == 2, seconds=20)
    shown, state = board(service, branch), service.api().get(f"/branches/{branch}/state")

    assert [goal["today"]["within"] for goal in shown["goals"]] == [5, 7]
    for drawn, reported in zip(shown["goals"], state["goals"], strict=True):
        goal = f'{{branch="{branch}",goal="{reported["id"]}"}}'
        within, judged = (
            f"sum(queue_goal_within_total{goal})",
            f"sum(queue_goal_judged_total{goal})",
        )
        assert asked.value(within) == drawn["today"]["within"] == reported["within"]
        assert asked.value(judged) == drawn["today"]["judged"] == reported["judged"]
        assert asked.value(f"{within} / {judged}") == drawn["today"]["ratio"] == reported["ratio"]
        assert asked.value(f"queue_goal_target_ratio{goal}") == drawn["target"]
        assert asked.value(f"queue_goal_threshold_seconds{goal}") == drawn["threshold_seconds"]

    assert asked.value(f"sum(queue_visits_issued_total{of})") == state["today"]["issued"] == 10
    for ended in ("completed", "no_show", "abandoned", "incomplete"):
        ending = f'sum(queue_visits_ended_total{{branch="{branch}",state="{ended}"}})'
        assert asked.value(ending) == state["today"][ended]
    waits = {q["service"]: q["waiting"] for q in state["queues"]}
    found = asked.query(f"queue_visits_waiting{of}")
    assert {labels["service"]: value for labels, value in found} == waits
    n = asked.value(f"sum(queue_waiting_seconds_count{of})")
    assert n == shown["day"]["waiting_seconds"]["n"] == len(OUTCOMES)
    counters = asked.value(f'queue_counters{{branch="{branch}",state="free"}}')
    assert counters == sum(c["state"] == "free" for c in shown["counters"]) == 1
    assert asked.value(f"queue_branch_open{of}") == shown["open"] == 1


def test_the_rules_run_on_what_it_scrapes(service: Service, asked: Asked) -> None:
    branch = service.branch()
    opened = f'branch:queue_open:seconds{{branch="{branch}"}}'
    eventually(lambda: asked.value(f"count({opened})") == 1, seconds=30)
    health = {rule["health"] for group in asked.get("rules")["groups"] for rule in group["rules"]}
    assert health <= {"ok", "unknown"}
