"""Decisions of citizens and clerks, and the times of their turns."""

from __future__ import annotations

from collections import Counter

import pytest

from queue_service.simulation import choices
from queue_service.simulation.agenda import Agenda
from queue_service.simulation.demand import demand
from tests.simulation.fast import Fast, chance


def test_arrivals_are_as_many_as_the_demand_says() -> None:
    random = chance(1)
    mean = sum(choices.gap(random, 30) for _ in range(20_000)) / 20_000
    assert mean == pytest.approx(120, rel=0.03)


def test_citizens_come_for_what_the_shares_say() -> None:
    random, wanted = chance(1), demand("oevelse")
    assert wanted is not None
    drawn = Counter(choices.citizen(random, wanted, ["da"]).service for _ in range(20_000))
    for service, share in wanted.shares.items():
        assert drawn[service] / 20_000 == pytest.approx(share, abs=0.015)


def test_the_same_seed_decides_the_same() -> None:
    wanted = choices.fitted(None, ["pas", "andet"])
    first, second = ([choices.citizen(chance(7), wanted, ["da", "en"])] for _ in range(2))
    assert first == second


def test_a_branch_with_one_service_offers_no_transfer() -> None:
    random, wanted = chance(1), choices.fitted(None, ["pas"])
    actions = {choices.after_handling(random, wanted, "pas", True).action for _ in range(500)}
    assert actions == {"complete"}


def test_every_third_counter_is_worked_by_the_team_that_takes_less() -> None:
    teams = {"library": ["andet"], "citizen": ["andet", "pas"]}
    assert [choices.team_of(n, teams) for n in range(4)] == [
        "citizen", "citizen", "library", "citizen",
    ]  # fmt: skip
    assert choices.team_of(0, {}) is None


def test_speed_brings_deeds_sooner_and_a_stop_ends_them() -> None:
    fast, done = Fast(), list[float]()
    agenda = Agenda(fast.clock, fast.wait, speed=10)
    agenda.after(100, lambda: done.append(fast.now))
    agenda.after_real(20, lambda: setattr(fast, "stopped", True))
    agenda.after_real(30, lambda: done.append(fast.now))
    agenda.run(1000)
    assert done == [10]


def test_served_citizens_answer_sometimes_and_better_after_a_solution() -> None:
    random = chance(3)
    solved, unsolved = (
        [choices.feedback(random, outcome) for _ in range(10_000)]
        for outcome in ("resolved", "unresolved")
    )
    answered = [given for given in solved if given]
    assert len(answered) / 10_000 == pytest.approx(choices.ANSWER_SHARE, abs=0.015)
    assert all({"help"} <= given.keys() <= {"help", "task"} for given in answered)

    def best(given: list[dict[str, int]]) -> float:
        ratings = [one["task"] for one in given if "task" in one]
        return ratings.count(5) / len(ratings)

    assert best(solved) == pytest.approx(0.86, abs=0.02)
    assert best(unsolved) < 0.6
    assert choices.feedback(chance(7), "resolved") == choices.feedback(chance(7), "resolved")


def test_some_ask_in_passing_or_by_telephone_while_another_is_served() -> None:
    random = chance(5)
    drawn = Counter(choices.passing(random) for _ in range(20_000))
    assert drawn.keys() == {None, "desk", "phone"}
    assert 1 - drawn[None] / 20_000 == pytest.approx(choices.PASSING_SHARE, abs=0.01)


def test_some_with_a_booked_time_do_not_come_and_some_come_too_late() -> None:
    random = chance(5)
    minutes = [choices.after_booked_time(random) for _ in range(5000)]
    came = [one for one in minutes if one is not None]
    assert 0.05 < 1 - len(came) / len(minutes) < 0.09
    assert 0.03 < sum(one > 15 for one in came) / len(came) < 0.05
    assert min(came) >= -29
    assert sum(one < 0 for one in came) / len(came) > 0.8
