"""The board's notices: each reason at its limit, and their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.board.rules.attention import (
    IDLE_MS,
    LONG_PARKED_MS,
    LONG_SERVING_MS,
    SEVERAL,
    SHORT_PAUSE_MS,
    UNUSUAL_SERVING_MS,
    USUAL_WAIT_MS,
    CounterAttention,
    GoalStand,
    Notice,
    Parked,
    ScreenAttention,
    Situation,
    Waiting,
    attention,
    wait_limit,
)
from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.interventions import Intervention
from queue_service.devices.rules import RECENT_MS, Sound, SoundReport
from queue_service.goals.rules.verdicts import LEAST_JUDGED
from queue_service.reception.rules import HelpCall
from tests.desks import document

MINUTE = 60_000
NOW = 1_795_608_000_000
BRANCH = Branch.from_document("b", "r", document())
WAIT_LIMIT = 600_000
"""The document's goal "called within 10 minutes"."""
CALM = Situation(BRANCH, NOW, open=True, stands=[CounterAttention("1", "free")])


def waiting(service: str = "pas", ms: int = MINUTE, *, taken: bool = True) -> Waiting:
    return Waiting(service, 2, NOW - ms, taken)


def notices(situation: Situation) -> list[tuple[str, str]]:
    return [(notice.kind, notice.level) for notice in attention(situation)]


def test_when_all_is_well_there_is_nothing_to_say() -> None:
    busy = replace(
        CALM,
        queues=[waiting(), Waiting("turist", 0, None, taken=False)],
        stands=[
            CounterAttention("1", "serving", "A001", "pas", NOW - MINUTE),
            CounterAttention("2", "closed"),
        ],
        goals=[GoalStand("g", 31, 3, "open")],
    )
    assert attention(busy) == ()


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


def idle(
    free_ms: int, waited_ms: int, team: str = "citizen", service: str = "pas"
) -> list[tuple[str, str]]:
    stand = CounterAttention("1", "free", team=team, free_since=NOW - free_ms)
    queues = [waiting(service, waited_ms)]
    none = Branch.from_document("b", "r", document(goals=[]))
    return notices(replace(CALM, branch=none, queues=queues, stands=[stand]))


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
    ("people", "serving", "expected"),
    [
        (SEVERAL - 1, 0, []),
        (SEVERAL, 0, [("idle", "watch")]),
        (2 * SEVERAL - 1, 1, []),
        (2 * SEVERAL, 1, [("idle", "watch")]),
    ],
)
def test_a_free_counter_is_reported_at_once_if_several_wait_for_each_counter(
    people: int, serving: int, expected: list[tuple[str, str]]
) -> None:
    free = CounterAttention("1", "free", team="citizen", free_since=NOW)
    others = [CounterAttention("3", "serving", "A001", "pas", NOW, "citizen")] * serving
    queues = [Waiting("pas", people, NOW, taken=True)]
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


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ((9, 10), []),
        ((10, 10), [("expected_wait", "watch")]),
        ((10, 29), [("expected_wait", "watch")]),
        ((10, 30), [("expected_wait", "act")]),
    ],
)
def test_an_expected_long_wait_is_reported_before_it_happens(
    minutes: tuple[int, int], expected: list[tuple[str, str]]
) -> None:
    low, high = minutes
    new = NewTicket("pas", 4, (60 * low, 60 * high), WAIT_LIMIT)
    situation = replace(CALM, queues=[waiting(ms=WAIT_LIMIT - 1)], new_tickets=[new])
    assert notices(situation) == expected
    late = replace(situation, queues=[waiting(ms=WAIT_LIMIT)])
    assert notices(late) == [("long_wait", "watch")], "said with the wait that there is"
    (notice,) = attention(late)
    assert notice.new_ticket is new
    other = NewTicket("korekort", 4, (1200, 1200), WAIT_LIMIT)
    (notice,) = attention(replace(late, new_tickets=[new, other]))
    assert notice.services == ("pas",), "the same counter lent helps both"
    closed = [*late.stands, CounterAttention("3", "closed")]
    both = attention(
        replace(late, new_tickets=[other], stands=closed, queues=[waiting("turist", WAIT_LIMIT)])
    )
    assert [each.kind for each in both] == ["long_wait"]


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


def test_after_closing_those_who_wait_are_not_forgotten() -> None:
    left = replace(CALM, open=False, queues=[waiting()])
    assert notices(left) == [("after_hours", "watch")]
    assert notices(replace(left, stands=[CounterAttention("1", "closed")])) == [
        ("after_hours", "act")
    ]


def test_an_open_branch_without_an_open_counter() -> None:
    assert notices(replace(CALM, stands=[])) == [("unstaffed", "watch")]
    assert notices(replace(CALM, stands=[], open=False)) == []


@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        (WAIT_LIMIT - 1, []),
        (WAIT_LIMIT, [("long_wait", "watch")]),
        (2 * WAIT_LIMIT - 1, [("long_wait", "watch")]),
        (2 * WAIT_LIMIT, [("long_wait", "act")]),
    ],
)
def test_a_wait_at_its_limit(ms: int, expected: list[tuple[str, str]]) -> None:
    assert notices(replace(CALM, queues=[waiting(ms=ms)])) == expected


def test_without_a_waiting_goal_a_usual_limit_holds() -> None:
    none = Branch.from_document("b", "r", document(goals=[]))
    assert wait_limit(BRANCH, "pas") == WAIT_LIMIT
    assert wait_limit(none, "pas") == USUAL_WAIT_MS


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (GoalStand("g", 40, -20, "missed"), [("goal", "act")]),
        (GoalStand("g", LEAST_JUDGED, -1, "open"), [("goal", "watch")]),
        (GoalStand("g", LEAST_JUDGED - 1, -5, "open"), []),
        (GoalStand("g", 40, 0, "open"), []),
    ],
)
def test_a_goal_out_of_budget(goal: GoalStand, expected: list[tuple[str, str]]) -> None:
    assert notices(replace(CALM, goals=[goal])) == expected


def test_an_unanswered_call() -> None:
    limit = BRANCH.no_show_after_seconds * 1000
    stand = CounterAttention("1", "called", "A001", "pas", NOW - limit)
    assert notices(replace(CALM, stands=[stand])) == [("unanswered", "watch")]
    assert notices(replace(CALM, stands=[replace(stand, since=NOW - limit + 1)])) == []


@pytest.mark.parametrize(
    ("usual", "limit"),
    [
        ({}, UNUSUAL_SERVING_MS),
        ({"pas": 3 * MINUTE}, LONG_SERVING_MS),
        ({"pas": 30 * MINUTE}, 60 * MINUTE),
        ({"turist": MINUTE}, UNUSUAL_SERVING_MS),
    ],
)
def test_serving_far_beyond_what_is_usual(usual: dict[str, int], limit: int) -> None:
    stand = CounterAttention("1", "serving", "A001", "pas", NOW - limit)
    assert notices(replace(CALM, stands=[stand], usual=usual)) == [("long_serving", "watch")]
    sooner = replace(stand, since=NOW - limit + 1)
    assert notices(replace(CALM, stands=[sooner], usual=usual)) == []


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


def test_laid_aside_for_long() -> None:
    (notice,) = attention(replace(CALM, parked=[Parked("A001", "1", "pas", LONG_PARKED_MS)]))
    assert (notice.kind, notice.number, notice.since) == (
        "long_parked",
        "A001",
        NOW - LONG_PARKED_MS,
    )
    assert notices(replace(CALM, parked=[Parked("A001", "1", "pas", LONG_PARKED_MS - 1)])) == []


def test_urgent_notices_come_first_and_longer_waits_before_shorter_ones() -> None:
    situation = replace(
        CALM,
        queues=[
            waiting("pas", WAIT_LIMIT),
            waiting("korekort", 2 * WAIT_LIMIT),
            waiting("turist", 3 * WAIT_LIMIT),
            waiting("gammel", taken=False),
        ],
        stands=[CounterAttention("1", "called", "A001", "pas", NOW - 60 * MINUTE)],
        goals=[GoalStand("g", 40, -20, "missed")],
    )
    ranked = [(notice.kind, notice.service) for notice in attention(situation)]
    assert ranked == [
        ("untaken", "gammel"),
        ("long_wait", "turist"),
        ("goal", None),
        ("long_wait", "pas"),
        ("unanswered", "pas"),
    ]


@pytest.mark.parametrize(
    ("sound", "voices", "kind", "languages"),
    [
        ("blocked", {"da": True}, "sound_blocked", ()),
        ("none", {"da": False, "en": False}, "voice_missing", ("da", "en")),
        ("ok", {"da": True, "en": False}, "voice_missing", ("en",)),
    ],
)
def test_a_display_that_is_not_heard_is_named(
    sound: Sound, voices: dict[str, bool], kind: str, languages: tuple[str, ...]
) -> None:
    screen = ScreenAttention("Entrance", SoundReport(NOW - MINUTE, sound, voices))
    (notice,) = attention(replace(CALM, screens=[screen]))
    assert (notice.kind, notice.level, notice.screen) == (kind, "watch", "Entrance")
    assert notice.languages == languages


@pytest.mark.parametrize("report", [
    SoundReport(NOW, "ok", {"da": True, "en": True}),
    SoundReport(NOW, "ok"),
    SoundReport(NOW, "off"),
    SoundReport(NOW - RECENT_MS - 1, "blocked"),
])  # fmt: skip
def test_a_display_that_is_heard_set_off_or_gone_is_left_alone(report: SoundReport) -> None:
    assert attention(replace(CALM, screens=[ScreenAttention("Entrance", report)])) == ()


def test_a_display_is_heard_of_for_a_quarter_of_an_hour_and_while_the_branch_is_open() -> None:
    screens = [ScreenAttention("Entrance", SoundReport(NOW - RECENT_MS, "blocked"))]
    assert notices(replace(CALM, screens=screens)) == [("sound_blocked", "watch")]
    assert notices(replace(CALM, screens=screens, open=False)) == []


def test_a_visit_parked_at_a_counter_that_has_closed() -> None:
    visit = Parked("A001", "2", "pas", LONG_PARKED_MS)
    stands = [CounterAttention("1", "free"), CounterAttention("2", "closed")]
    (notice,) = attention(replace(CALM, stands=stands, parked=[visit]))
    assert notice == Notice(
        "parked_closed", "watch", service="pas", counter="2", number="A001",
        since=NOW - LONG_PARKED_MS,
    )  # fmt: skip
    open_one = replace(CALM, stands=stands, parked=[replace(visit, counter="1")])
    assert notices(open_one) == [("long_parked", "watch")]


@pytest.mark.parametrize(
    ("seconds", "heard", "level"),
    [(119, True, "watch"), (120, True, "act"), (0, False, "act")],
)
def test_an_unanswered_call_for_help(seconds: int, heard: bool, level: str) -> None:
    call = HelpCall(
        id="i",
        kiosk="k",
        place="Kiosk by the door",
        language="da",
        date="2026-11-25",
        called_at=NOW - seconds * 1000,
    )
    (notice,) = attention(replace(CALM, help=[call], heard=heard))
    assert (notice.kind, notice.level, notice.screen) == ("help", level, "Kiosk by the door")
    assert attention(replace(CALM, help=[replace(call, state="coming")], heard=heard)) == ()
    busy = replace(
        CALM, help=[call], heard=False, stands=[CounterAttention("1", "closed")], queues=[waiting()]
    )
    assert [kind for kind, _ in notices(busy)] == ["help", "no_counter"]


FREE = CounterAttention("1", "free", team="citizen")
BUSY = CounterAttention("1", "serving", "A009", "pas", NOW - MINUTE, "citizen")
CARRIED = Intervention(
    "i", "carry_over", "2026-11-25", begins=NOW, ends=NOW + 1, until="opening", asked_by="admin"
)
CALL = HelpCall(
    id="i", kiosk="k", place="By the door", language="da", date="2026-11-25", called_at=NOW - 5000
)
LATE = NewTicket("pas", 4, (600, 600), WAIT_LIMIT)
BLIND = SoundReport(NOW, "ok", {"da": False})


@pytest.mark.parametrize(
    ("situation", "notice"),
    [
        (
            {"queues": [waiting(ms=WAIT_LIMIT)], "stands": [BUSY], "new_tickets": [LATE]},
            Notice(
                "long_wait", "watch", service="pas", count=2, since=NOW - WAIT_LIMIT,
                limit_ms=WAIT_LIMIT, services=("pas",), new_ticket=LATE,
            ),
        ),
        (
            {"stands": [BUSY, CounterAttention("3", "closed")], "new_tickets": [LATE]},
            Notice(
                "expected_wait", "watch", service="pas", count=4, limit_ms=WAIT_LIMIT, counter="3",
                team="citizen", services=("pas",), new_ticket=LATE,
            ),
        ),
        (
            {"help": [CALL]},
            Notice("help", "watch", since=NOW - 5000, limit_ms=120_000, screen="By the door"),
        ),
        ({"open": False, "queues": [waiting(), Waiting("turist", 3, None, taken=True)]},
            Notice("after_hours", "watch", count=5, since=NOW - MINUTE)),
        ({"open": False, "queues": [Waiting("turist", 3, None, taken=True)]},
            Notice("after_hours", "watch", count=3)),
        ({"stands": []}, Notice("unstaffed", "watch")),
        ({"goals": [GoalStand("g", 40, -20, "missed")]}, Notice("goal", "act", goal="g")),
        ({"goals": [GoalStand("g", 40, -1, "open")]}, Notice("goal", "watch", goal="g")),
        ({"screens": [ScreenAttention("Entrance", BLIND)]},
            Notice("voice_missing", "watch", screen="Entrance", languages=("da",))),
        ({"screens": [ScreenAttention("Entrance", SoundReport(NOW, "blocked"))]},
            Notice("sound_blocked", "watch", screen="Entrance")),
        (
            {"parked": [Parked("A001", "9", "pas", LONG_PARKED_MS)]},
            Notice(
                "long_parked", "watch", service="pas", counter="9", number="A001",
                since=NOW - LONG_PARKED_MS, limit_ms=LONG_PARKED_MS,
            ),
        ),
        (
            {"stands": [replace(BUSY, since=NOW - UNUSUAL_SERVING_MS, reason="lunch")]},
            Notice(
                "long_serving", "watch", service="pas", counter="1", number="A009",
                since=NOW - UNUSUAL_SERVING_MS, limit_ms=UNUSUAL_SERVING_MS,
            ),
        ),
        (
            {
                "queues": [waiting("korekort", WAIT_LIMIT), waiting("gammel", WAIT_LIMIT - 1),
                           Waiting("pas", 0, NOW - WAIT_LIMIT, taken=True)],
                "stands": [CounterAttention("2", "free", free_since=NOW - IDLE_MS, team="library")],
                "heard": False,
            },
            Notice(
                "idle", "watch", service="korekort", counter="2", count=2, since=NOW - IDLE_MS,
                limit_ms=IDLE_MS, lend=True, counters=("2",),
            ),
        ),
        (
            {
                "queues": [Waiting("pas", 9, NOW - 5, taken=True)],
                "stands": [replace(FREE, free_since=NOW - 9)],
            },
            Notice(
                "idle", "watch", service="pas", counter="1", count=9, since=NOW - 9, limit_ms=0,
                counters=("1",),
            ),
        ),
        (
            {
                "queues": [waiting("korekort", taken=False)],
                "stands": [CounterAttention("1", "paused", since=NOW - MINUTE, team="citizen",
                                            reason="lunch"), CounterAttention("2", "free")],
            },
            Notice(
                "untaken", "watch", service="korekort", counter="1", team="citizen", count=2,
                since=NOW - MINUTE, reason="lunch", services=("korekort",),
            ),
        ),
    ],
)  # fmt: skip
def test_a_notice_has_what_there_is_to_know(situation: dict[str, Any], notice: Notice) -> None:
    found = [each for each in attention(replace(CALM, **situation)) if each.kind == notice.kind]
    assert found == [notice]


def test_while_the_branch_is_closed_for_the_day_only_those_carried_over_are_counted() -> None:
    branch = replace(BRANCH, interventions=(CARRIED,))
    queues = [waiting(taken=False), Waiting("turist", 3, NOW - 5, taken=True)]
    closed = replace(CALM, branch=branch, queues=queues, open=False)
    assert attention(closed) == (Notice("carried", "watch", count=5),)
    assert notices(replace(closed, now=NOW + 1)) == [("untaken", "act"), ("after_hours", "watch")]
    assert notices(replace(closed, queues=[], stands=[])) == []


def test_an_imported_branch_without_counters_reports_no_missing_clerk() -> None:
    old = Branch.from_document("b", "r", document(historic=True))
    assert notices(replace(CALM, branch=old, stands=[])) == []


def test_the_longest_of_several_expected_waits_is_shown_with_the_most_people_ahead() -> None:
    shorter, longer = (
        replace(LATE, service="turist", wait=(700, 700), ahead=6),
        replace(LATE, service="korekort", wait=(800, 800), ahead=5),
    )
    unknown = NewTicket("gammel", 9, None, WAIT_LIMIT)
    (notice,) = attention(replace(CALM, new_tickets=[LATE, shorter, longer, unknown]))
    assert (notice.service, notice.count, notice.new_ticket) == ("korekort", 6, longer)
    assert notice.services == ("pas", "turist", "korekort")
    waits = [waiting("pas", WAIT_LIMIT), waiting("turist", WAIT_LIMIT + 1)]
    late = replace(CALM, stands=[BUSY], queues=waits, new_tickets=[LATE, shorter])
    (notice,) = attention(late)
    assert (notice.service, notice.count, notice.new_ticket) == ("turist", 4, shorter)


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


def test_notices_of_one_kind_are_ordered_by_their_time() -> None:
    calls = [replace(CALL, id=str(ms), called_at=NOW - ms) for ms in (5, 7, 6)]
    since = [notice.since for notice in attention(replace(CALM, help=calls))]
    assert since == [NOW - 7, NOW - 6, NOW - 5]
