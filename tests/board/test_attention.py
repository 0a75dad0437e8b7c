"""The board's notices: each reason at its limit, and their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.board.rules.attention import (
    CROWDED_IDLE_MS,
    IDLE_MS,
    LONG_PARKED_MS,
    LONG_SERVING_MS,
    UNUSUAL_SERVING_MS,
    USUAL_WAIT_MS,
    CounterAttention,
    GoalStand,
    Notice,
    Parked,
    PrinterAttention,
    ScreenAttention,
    Waiting,
    attention,
    wait_limit,
)
from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from queue_service.devices.rules import RECENT_MS, Sound, SoundReport
from queue_service.goals.rules.verdicts import LEAST_JUDGED
from queue_service.printers.rules.printer import RECENT_MS as KNOWN_MS
from queue_service.printers.rules.printer import PrinterReport, PrinterState
from queue_service.reception.rules import HelpCall
from tests.board.situations import (
    BLIND,
    BRANCH,
    BUSY,
    CALL,
    CALM,
    CARRIED,
    FREE,
    LATE,
    MINUTE,
    NOW,
    WAIT_LIMIT,
    notices,
    waiting,
)
from tests.desks import document


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


def test_after_closing_those_who_wait_are_not_forgotten() -> None:
    left = replace(CALM, open=False, queues=[waiting()])
    assert notices(left) == [("after_hours", "watch")]
    assert notices(replace(left, stands=[CounterAttention("1", "closed")])) == [
        ("after_hours", "act")
    ]


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


@pytest.mark.parametrize(
    ("state", "kind", "level"),
    [
        ("paper_out", "printer_paper_out", "act"),
        ("cover_open", "printer_cover_open", "act"),
        ("error", "printer_error", "act"),
        ("silent", "printer_silent", "act"),
        ("unreachable", "printer_silent", "act"),
        ("denied", "printer_silent", "act"),
        ("paper_low", "printer_paper_low", "watch"),
    ],
)
def test_a_printer_that_needs_somebody_is_named(state: PrinterState, kind: str, level: str) -> None:
    printers = [PrinterAttention("Entrance", PrinterReport(NOW - KNOWN_MS, state))]
    (notice,) = attention(replace(CALM, printers=printers))
    assert (notice.kind, notice.level, notice.screen) == (kind, level, "Entrance")
    assert notices(replace(CALM, printers=printers, open=False)) == []


@pytest.mark.parametrize(
    "report", [PrinterReport(NOW, "ok"), PrinterReport(NOW - KNOWN_MS - 1, "paper_out")]
)
def test_a_printer_that_prints_or_is_not_asked_any_more_is_left_alone(
    report: PrinterReport,
) -> None:
    assert attention(replace(CALM, printers=[PrinterAttention("Entrance", report)])) == ()


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
                "queues": [Waiting("pas", 9, NOW - CROWDED_IDLE_MS, taken=True)],
                "stands": [replace(FREE, free_since=NOW - CROWDED_IDLE_MS)],
            },
            Notice(
                "idle", "watch", service="pas", counter="1", count=9, since=NOW - CROWDED_IDLE_MS,
                limit_ms=CROWDED_IDLE_MS, counters=("1",),
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


def test_notices_of_one_kind_are_ordered_by_their_time() -> None:
    calls = [replace(CALL, id=str(ms), called_at=NOW - ms) for ms in (5, 7, 6)]
    since = [notice.since for notice in attention(replace(CALM, help=calls))]
    assert since == [NOW - 7, NOW - 6, NOW - 5]
