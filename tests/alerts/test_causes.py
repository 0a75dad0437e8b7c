"""Causes of alerts, and the limits of time and number for each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.alerts.rules.causes import (
    RAMP_MS,
    AlertCause,
    Cause,
    Present,
    Watch,
    findings,
    present,
)
from queue_service.board.rules.attention import CounterAttention, Situation, Waiting
from queue_service.branches.rules.branch import Branch
from queue_service.goals.rules.verdicts import share
from tests.desks import document

NINE = 1_795_593_600_000
MINUTE = 60_000
GOALS = document()["goals"][:1]
BRANCH = Branch.from_document("raadhuset", "1", document(goals=GOALS))
OPEN = Situation(BRANCH, NINE + RAMP_MS, True, stands=(CounterAttention("1", "free"),))
CLOSED = replace(OPEN, open=False)
NOBODY = (CounterAttention("1", "closed"), CounterAttention("2", "closed"))


def watch(situation: Situation, judged: int = 0, within: int = 0) -> list[AlertCause]:
    shares = {"handling-6-min": share(judged, within, 0.7, running=True)}
    return list(findings(Watch(situation, NINE, shares)))


def kinds(situation: Situation, judged: int = 0, within: int = 0) -> list[str]:
    return [found.cause.kind for found in watch(situation, judged, within)]


@pytest.mark.parametrize(
    ("judged", "within", "at_risk"),
    [
        (0, 0, False),
        (9, 0, False),
        (10, 0, True),
        (30, 14, True),
        (30, 15, False),
        (30, 30, False),
    ],
)
def test_a_goal_is_at_risk_when_chance_does_not_explain_it(
    judged: int, within: int, at_risk: bool
) -> None:
    assert kinds(OPEN, judged, within) == (["goal"] if at_risk else [])


def test_a_goal_is_not_at_risk_before_half_an_hour_has_passed() -> None:
    assert kinds(replace(OPEN, now=OPEN.now - 1), 30, 0) == []


def test_when_the_branch_is_closed_no_goal_is_at_risk() -> None:
    assert kinds(CLOSED, 30, 0) == []
    assert not list(findings(Watch(OPEN, None, {"handling-6-min": share(30, 0, 0.7)})))


def test_the_longest_wait_is_found_among_all() -> None:
    queues = (
        Waiting("pas", 2, NINE + 5 * MINUTE, True),
        Waiting("turist", 1, NINE + 3 * MINUTE, True),
        Waiting("korekort", 0, None, True),
    )
    (found,) = watch(replace(OPEN, queues=queues))
    assert (found.cause.kind, found.service, found.since, found.waiting) == (
        "wait", "turist", NINE + 3 * MINUTE, 3,
    )  # fmt: skip


def test_after_closing_a_wait_counts_while_somebody_is_there_to_call() -> None:
    queues = (Waiting("pas", 1, NINE, True),)
    assert kinds(replace(CLOSED, queues=queues)) == ["wait"]
    assert kinds(replace(CLOSED, queues=queues, stands=NOBODY)) == []


@pytest.mark.parametrize("waiting", [0, 2])
def test_a_missing_clerk_is_a_cause_with_and_without_waiting_visits(waiting: int) -> None:
    queues = (Waiting("pas", waiting, NINE if waiting else None, False),)
    found = watch(replace(OPEN, queues=queues, stands=NOBODY))
    assert found[-1].cause.kind == "unattended"
    assert found[-1].waiting == waiting
    assert kinds(replace(CLOSED, stands=NOBODY)) == []


def test_the_properties_of_each_cause() -> None:
    (found,) = watch(OPEN, 30, 3)
    goal = GOALS[0]
    assert found == AlertCause(
        Cause("goal", "handling-6-min"), judged=30, within=3, target=goal["target_ratio"]
    )
    queues = (Waiting("pas", 2, NINE, False), Waiting("turist", 1, None, False))
    wait, nobody = watch(replace(OPEN, queues=queues, stands=NOBODY))
    assert wait == AlertCause(Cause("wait"), since=NINE, service="pas", waiting=3)
    assert nobody == AlertCause(Cause("unattended"), since=NINE, waiting=3)
    assert (Cause("wait").key, Cause("goal", "g").key) == ("wait:", "goal:g")


def test_a_goal_is_at_risk_in_its_own_hours() -> None:
    hours = [{**GOALS[0], "hours": {"wed": [["09:30", "10:00"]]}}]
    timed = replace(OPEN, branch=Branch.from_document("b", "1", document(goals=hours)))
    assert kinds(timed, 30, 0) == ["goal"]
    assert kinds(replace(timed, now=OPEN.now + RAMP_MS), 30, 0) == []


def test_how_a_branch_is_now() -> None:
    stands = [CounterAttention(str(n), s) for n, s in enumerate(("free", "closed", "paused"))]
    queues = (
        Waiting("pas", 2, NINE + 5, True), Waiting("turist", 1, NINE + 3, False),
        Waiting("korekort", 0, NINE, True), Waiting("gammel", 1, None, True),
    )  # fmt: skip
    assert present(replace(OPEN, stands=stands, queues=queues)) == Present(1, 3, 4, NINE + 3)
    assert present(replace(OPEN, stands=(), queues=())) == Present(0, 0, 0, None)
