"""Notices about counters: free, closed or paused while somebody waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from queue_service.board.rules.attention import (
    CROWDED_IDLE_MS,
    IDLE_MS,
    SEVERAL,
    SHORT_PAUSE_MS,
    CounterAttention,
    Notice,
    Situation,
    Waiting,
    attention,
)
from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from tests.board.situations import (
    BRANCH,
    BUSY,
    CALM,
    MINUTE,
    NOW,
    WAIT_LIMIT,
    idle,
    notices,
    waiting,
)
from tests.desks import document


def test_somebody_waits_for_what_no_open_counter_takes() -> None:
    (notice,) = attention(replace(CALM, queues=[waiting(taken=False, ms=30 * MINUTE)]))
    assert notice == Notice(
        "untaken", "act", service="pas", count=2, since=NOW - 30 * MINUTE, counter="1",
        team="citizen", services=("pas",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stands", "counter", "team"),
    [
        # An open counter that another team would take it with goes before a closed one, a free
        # one before a busy one.
        ([("3", "closed", None), ("1", "free", "library")], "1", "citizen"),
        ([("1", "serving", "library"), ("3", "free", "library")], "3", "citizen"),
        ([("3", "closed", None), ("1", "serving", "library")], "1", "citizen"),
        # Counter 2 takes no driving licences with any team, so that a closed one has to be opened.
        ([("2", "free", "library"), ("3", "closed", None)], "3", "citizen"),
        ([("2", "free", "library")], None, None),
        # A paused counter comes last, with its team.
        (
            [("1", "paused", "citizen"), ("3", "closed", None), ("2", "free", "library")],
            "3",
            "citizen",
        ),
        ([("1", "paused", "citizen"), ("2", "free", "library")], "1", "citizen"),
    ],
)
def test_the_counter_that_could_take_it_is_named(
    stands: list[tuple[str, str, str | None]], counter: str | None, team: str | None
) -> None:
    known = [CounterAttention(name, state, team=of) for name, state, of in stands]
    queues = [waiting("korekort", taken=False)]
    (notice,) = attention(replace(CALM, queues=queues, stands=known))
    assert (notice.kind, notice.counter, notice.team) == ("untaken", counter, team)


@pytest.mark.parametrize(
    ("paused_ms", "team", "expected"),
    [
        (SHORT_PAUSE_MS - 1, "citizen", ("watch", "1", "lunch")),
        (SHORT_PAUSE_MS, "citizen", ("act", "3", None)),
        # It did not take driving licences before it was paused either.
        (SHORT_PAUSE_MS - 1, "library", ("act", "3", None)),
    ],
)
def test_services_of_a_counter_that_was_just_paused_are_no_alarm_yet(
    paused_ms: int, team: str, expected: tuple[str, str, str | None]
) -> None:
    paused = CounterAttention("1", "paused", since=NOW - paused_ms, team=team, reason="lunch")
    stands = [
        paused,
        CounterAttention("2", "free", team="library"),
        CounterAttention("3", "closed"),
    ]
    queues = [waiting("korekort", taken=False)]
    (notice,) = attention(replace(CALM, queues=queues, stands=stands))
    assert (notice.kind, notice.level) == ("untaken", expected[0])
    assert (notice.counter, notice.reason) == expected[1:]


@pytest.mark.parametrize(("paused_ms", "kind"), [(59_999, "watch"), (60_000, "act")])
def test_a_pause_at_its_limit_is_none_that_just_began(paused_ms: int, kind: str) -> None:
    branch = Branch.from_document("b", "r", document(pause_limit_seconds=60))
    paused = CounterAttention("1", "paused", since=NOW - paused_ms, team="citizen", reason="lunch")
    free = CounterAttention("2", "free", team="library")
    queues = [waiting("korekort", taken=False)]
    found = attention(replace(CALM, branch=branch, queues=queues, stands=[paused, free]))
    assert [notice.level for notice in found if notice.kind == "untaken"] == [kind]


@pytest.mark.parametrize(
    ("free_ms", "waited_ms", "expected"),
    [
        (IDLE_MS, IDLE_MS, [("idle", "watch")]),
        (IDLE_MS - 1, IDLE_MS, []),
        (IDLE_MS, IDLE_MS - 1, []),
        (2 * IDLE_MS, 2 * IDLE_MS - 1, [("idle", "watch")]),
        (2 * IDLE_MS, 2 * IDLE_MS, [("idle", "act")]),
    ],
)
def test_a_free_counter_while_somebody_waits_at_its_limit(
    free_ms: int, waited_ms: int, expected: list[tuple[str, str]]
) -> None:
    assert idle(free_ms, waited_ms) == expected


def test_a_free_counter_raises_no_notice_with_an_empty_queue_or_an_unknown_state() -> None:
    unknown = CounterAttention("1", "free", team="citizen")
    situation = replace(CALM, queues=[waiting(ms=9 * MINUTE)], stands=[unknown])
    assert notices(situation) == []
    known = replace(unknown, free_since=NOW - 60 * MINUTE)
    nobody = [Waiting("pas", 0, None, taken=True)]
    assert notices(replace(situation, queues=nobody, stands=[known])) == []
    gone = replace(known, counter="9")
    assert notices(replace(situation, stands=[gone])) == []


def test_a_free_counter_of_another_team_is_to_change_hands() -> None:
    free = CounterAttention("1", "free", team="library", free_since=NOW - 20 * MINUTE)
    busy = CounterAttention("3", "serving", "A001", "pas", NOW - MINUTE, "citizen")
    queues = [replace(waiting(ms=9 * MINUTE), waiting=3), waiting("korekort", 6 * MINUTE)]
    (notice,) = attention(replace(CALM, queues=queues, stands=[free, busy]))
    assert notice == Notice(
        "idle", "watch", service="pas", counter="1", count=5, since=NOW - 20 * MINUTE,
        limit_ms=IDLE_MS, team="citizen", counters=("1",),
    )  # fmt: skip
    own = [waiting("turist", 9 * MINUTE), *queues]
    (notice,) = attention(replace(CALM, queues=own, stands=[free, busy]))
    assert (notice.service, notice.count, notice.team) == ("turist", 2, None)


@pytest.mark.parametrize(("more", "team"), [("pas", "third"), ("korekort", "citizen")])
def test_a_free_counter_goes_to_the_team_for_which_most_people_wait(more: str, team: str) -> None:
    teams = [("library", "turist"), ("citizen", "korekort"), ("third", "pas")]
    named = [{"id": one, "name": {"da": one}, "services": [service]} for one, service in teams]
    queues = [replace(waiting(one, 9 * MINUTE), waiting=5 if one == more else 2)
              for one in ("korekort", "pas")]  # fmt: skip
    free = CounterAttention("1", "free", team="library", free_since=NOW - 20 * MINUTE)
    situation = Situation(
        Branch.from_document("b", "r", document(teams=named)), NOW, open=True, queues=queues,
        stands=[free, CounterAttention("3", "serving", "A001", "pas", NOW - MINUTE)],
    )  # fmt: skip
    (notice,) = attention(situation)
    assert (notice.kind, notice.service, notice.count, notice.team) == ("idle", more, 5, team)


@pytest.mark.parametrize(
    ("people", "serving", "free_ms", "expected"),
    [
        (SEVERAL - 1, 0, CROWDED_IDLE_MS, []),
        (SEVERAL, 0, CROWDED_IDLE_MS, [("idle", "watch")]),
        (2 * SEVERAL - 1, 1, CROWDED_IDLE_MS, []),
        (2 * SEVERAL, 1, CROWDED_IDLE_MS, [("idle", "watch")]),
        (2 * SEVERAL, 1, CROWDED_IDLE_MS - 1, []),
    ],
)
def test_a_free_counter_is_reported_sooner_if_several_wait_for_each_counter(
    people: int, serving: int, free_ms: int, expected: list[tuple[str, str]]
) -> None:
    free = CounterAttention("1", "free", team="citizen", free_since=NOW - free_ms)
    others = [CounterAttention("3", "serving", "A001", "pas", NOW, "citizen")] * serving
    queues = [Waiting("pas", people, NOW - free_ms, taken=True)]
    stands = [free, *others, CounterAttention("2", "closed"), CounterAttention("2", "paused")]
    assert notices(replace(CALM, queues=queues, stands=stands)) == expected


def test_several_free_counters_are_one_thing_to_do() -> None:
    free = [CounterAttention(n, "free", team="citizen", free_since=NOW - ms * MINUTE)
            for n, ms in (("1", 6), ("3", 8))]  # fmt: skip
    apart = CounterAttention("2", "free", team="citizen", free_since=NOW - 11 * MINUTE)
    queues = [waiting("korekort", 11 * MINUTE)]
    none = Branch.from_document("b", "r", document(goals=[]))
    (notice,) = attention(replace(CALM, branch=none, queues=queues, stands=[*free, apart]))
    assert (notice.kind, notice.counters) == ("idle", ("1", "3")), "2 takes no licences"
    assert (notice.count, notice.since) == (2, NOW - 8 * MINUTE)


def test_one_remedy_for_several_services_is_one_thing_to_do() -> None:
    free = CounterAttention("1", "free", team="library")
    queues = [waiting("pas", ms=MINUTE, taken=False), waiting("korekort", 9 * MINUTE, taken=False)]
    (notice,) = attention(replace(CALM, queues=queues, stands=[free]))
    assert (notice.kind, notice.counter, notice.team) == ("untaken", "1", "citizen")
    assert (notice.services, notice.count) == (("pas", "korekort"), 4)
    assert (notice.service, notice.since) == ("korekort", NOW - 9 * MINUTE)
    # A service that only another counter takes is another thing to do.
    apart = [*queues, Waiting("gammel", 1, NOW, taken=False)]
    lists = document()["counters"]
    lists[0]["services"] = ["pas", "korekort"]
    branch = Branch.from_document("b", "r", document(counters=lists))
    stands = [free, CounterAttention("3", "closed")]
    found = attention(replace(CALM, branch=branch, queues=apart, stands=stands))
    assert [each.services for each in found] == [("pas", "korekort"), ("gammel",)]


def test_a_long_wait_names_a_closed_counter_that_would_take_it() -> None:
    busy = CounterAttention("1", "serving", "A001", "pas", NOW, "citizen")
    late = replace(
        CALM, queues=[waiting(ms=WAIT_LIMIT)], stands=[busy, CounterAttention("2", "closed")]
    )
    (notice,) = attention(late)
    assert (notice.kind, notice.counter, notice.team) == ("long_wait", "2", "citizen")
    (notice,) = attention(replace(late, stands=[busy, CounterAttention("2", "paused")]))
    assert (notice.counter, notice.team) == (None, None)


def test_a_long_wait_names_the_free_counter_that_is_to_call_the_next() -> None:
    new = NewTicket("korekort", 4, (1200, 1200), WAIT_LIMIT)
    free = CounterAttention("1", "free", team="citizen")
    shut = CounterAttention("3", "closed")
    late = replace(CALM, queues=[waiting(ms=WAIT_LIMIT)], stands=[shut, free], new_tickets=[new])
    (notice,) = attention(late)
    assert (notice.kind, notice.counter, notice.team) == ("long_wait", "1", None)
    (notice,) = attention(replace(late, queues=[]))
    assert (notice.kind, notice.counter, notice.team) == ("expected_wait", "1", None)
    # Neither one that takes no passports now, nor one where somebody is.
    for other in (replace(free, team="library"), replace(free, state="called")):
        assert attention(replace(late, stands=[shut, other]))[0].counter == "3"


def test_a_free_counter_is_reported_with_the_longest_waiting_visit() -> None:
    free = CounterAttention("1", "free", team="citizen", free_since=NOW - 6 * MINUTE)
    many = replace(waiting("pas", 6 * MINUTE), waiting=7)
    (notice,) = attention(
        replace(CALM, queues=[many, waiting("korekort", 9 * MINUTE)], stands=[free])
    )
    assert (notice.service, notice.count) == ("korekort", 9)


@pytest.mark.parametrize(("waited_ms", "expected"), [(10 * MINUTE - 1, []), (10 * MINUTE, ["2"])])
def test_a_free_counter_that_takes_no_waiting_service_is_proposed_for_lending(
    waited_ms: int, expected: list[str]
) -> None:
    free = CounterAttention("2", "free", team="citizen", free_since=NOW - IDLE_MS)
    queues = [waiting("korekort", waited_ms)]
    found = attention(replace(CALM, queues=queues, stands=[free, CounterAttention("3", "serving")]))
    idle = [notice for notice in found if notice.kind == "idle"]
    assert [notice.counter for notice in idle] == expected
    assert all(notice.lend and notice.service == "korekort" for notice in idle)


def test_a_branch_without_an_open_counter_is_shown_once() -> None:
    queues = [waiting(taken=False), waiting("turist", 5 * MINUTE, taken=False)]
    (notice,) = attention(replace(CALM, queues=queues, stands=[CounterAttention("1", "closed")]))
    assert notice == Notice("no_counter", "act", count=4, since=NOW - 5 * MINUTE)


def test_an_open_branch_without_an_open_counter() -> None:
    assert notices(replace(CALM, stands=[])) == [("unstaffed", "watch")]
    assert notices(replace(CALM, stands=[], open=False)) == []


@pytest.mark.parametrize(
    ("ms", "expected"),
    [(BRANCH.pause_limit_seconds * 1000 - 1, []), (45 * MINUTE, [("long_pause", "watch")])],
)
def test_a_pause_at_the_limit(ms: int, expected: list[tuple[str, str]]) -> None:
    stand = CounterAttention("1", "paused", since=NOW - ms, team="citizen", reason="lunch")
    now = replace(CALM, stands=[stand, CounterAttention("2", "free")])
    assert notices(now) == expected
    assert [notice.reason for notice in attention(now)] == ["lunch"] * len(expected)


def test_a_paused_counter_is_not_open_to_those_who_wait() -> None:
    now = replace(CALM, queues=[waiting(taken=False)], stands=[CounterAttention("1", "paused")])
    assert notices(now) == [("no_counter", "act")]


@pytest.mark.parametrize(
    ("late", "counter"), [("korekort", "1"), ("turist", "2")]
)  # the first of two that take as much, else the one that takes more of what waits too long
def test_the_counter_that_helps_most_is_named(late: str, counter: str) -> None:
    lists = document()["counters"]
    lists[0]["services"], lists[1]["services"] = ["pas"], ["pas", "turist"]
    branch = Branch.from_document("b", "r", document(counters=lists))
    stands = [BUSY, *(CounterAttention(n, "free", team="citizen") for n in ("1", "2"))]
    queues = [waiting("pas", WAIT_LIMIT), waiting(late, WAIT_LIMIT)]
    found = attention(replace(CALM, branch=branch, queues=queues, stands=stands))
    assert next(each.counter for each in found if each.service == "pas") == counter
