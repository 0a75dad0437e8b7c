"""Services that share counters, and counters or teams that take only some of them."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.staffing.rules.advised import pool_goal
from queue_service.staffing.rules.pools import Pool, pool_at, pools_of
from tests.desks import document

EVERY = ("pas", "korekort", "turist")
PAS_AND_MORE = [Pool(("pas", "korekort")), Pool(("turist",))]


def branch(counters: list[list[str]], teams: list[list[str]] | None = None) -> Branch:
    """Counters 1, 2, … and teams a, b, … that take these services."""
    stands = [{"id": str(n), "name": str(n), "services": s} for n, s in enumerate(counters, 1)]
    groups: list[Any] = [
        {"id": "ab"[n], "name": {"da": "ab"[n]}, "services": s} for n, s in enumerate(teams or [])
    ]
    return Branch.from_document("b", "", document(counters=stands, teams=groups))


@pytest.mark.parametrize(
    ("counters", "teams", "expected"),
    [
        ([["*"], ["*"]], [], [Pool(EVERY)]),
        ([], [], [Pool(EVERY)]),
        ([["pas"], ["korekort", "turist"]], [], [Pool(EVERY[:1]), Pool(EVERY[1:])]),
        ([["korekort", "turist"], ["pas"]], [], [Pool(EVERY[:1]), Pool(EVERY[1:])]),
        ([["*"], ["pas"]], [], [Pool(EVERY, ("2",))]),
        (
            [["pas", "korekort"], ["korekort", "turist"]],
            [],
            [Pool(EVERY, ("1", "2"))],
        ),
        ([["pas"], ["korekort"], ["korekort"]], [], [Pool(("pas", "turist")), Pool(("korekort",))]),
        (
            [["*"]],
            [["turist"], ["pas", "korekort"]],
            PAS_AND_MORE,
        ),
        ([["*"]], [["*"], ["turist"]], [Pool(EVERY, (), ("b",))]),
        ([["*"]], [["turist"]], [Pool(EVERY, (), ("a",))]),
        (
            [["*"], ["turist"]],
            [["turist"], ["pas", "korekort"]],
            PAS_AND_MORE,
        ),
    ],
)
def test_pools_have_no_counter_in_common(
    counters: list[list[str]], teams: list[list[str]], expected: list[Pool]
) -> None:
    assert pools_of(branch(counters, teams)) == tuple(expected)


def test_an_open_counter_serves_the_pool_of_which_it_takes_most() -> None:
    split = branch([["*"], ["pas"]], [["turist"], ["pas", "korekort"]])
    pools = pools_of(split)
    assert [pool_at(split, pools, "1", team) for team in ("a", "b", None)] == [1, 0, 0]
    assert [pool_at(split, pools, "2", team) for team in ("a", "b")] == [None, 0]


def test_a_pool_with_a_collection_is_planned_for_the_goal_of_all_others() -> None:
    collect = {"id": "afhent", "name": {"da": "Hent"}, "prefix": "E", "collects": True}
    own = {
        "id": "collected",
        "indicator": "waiting_time_within",
        "threshold_seconds": 300,
        "target_ratio": 0.9,
        "services": ["afhent"],
    }
    found = document()
    collecting = Branch.from_document(
        "b",
        "",
        document(services=[*found["services"], collect], goals=[own, *found["goals"]]),
    )
    assert pool_goal(collecting, Pool((*EVERY, "afhent"))).limit_seconds == 600
    assert pool_goal(collecting, Pool(("afhent",))).limit_seconds == 300
