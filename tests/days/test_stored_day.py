"""One day with all that can happen in it, as it is stored and read, line by line."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any, Final

import pytest

from queue_service.days.rules import days_by_service
from queue_service.days.rules.days_by_service import ServiceDay, read_services
from queue_service.days.rules.figures import (
    INQUIRY_COUNTS,
    Cell,
    Durations,
    DurationSpread,
    Row,
)
from queue_service.days.rules.flow import DayFlow, Flow, Opened, stays_of, waits_of
from queue_service.days.rules.shifts import Pauses, Shift
from queue_service.days.rules.summary import (
    DaySummary,
    HalfHour,
    opened_by_hour,
    stored_cells,
    stored_channels,
    stored_counters,
    stored_flow,
    stored_half_hours,
    stored_pauses,
    stored_staffed,
    stored_version,
    stored_ways,
    stored_whole,
    summarise,
    to_text,
    visits_counted,
)
from queue_service.visits.rules.visit import Inquiry, Outcome, Stay, UnknownOutcome, Visit
from tests.days.test_flow import NINE, NOON, ZONE, at, through_everything, ticket


def inquiry(
    service: str, outcome: Outcome | UnknownOutcome, begun: int, ms: int, done: int, **more: Any
) -> Inquiry:
    """Begun and done in minutes after nine, handled for so many milliseconds."""
    return Inquiry(
        service, outcome, started_at=at(begun), handled_ms=ms, completed_at=at(done), **more
    )


SIX: Final = {"judged": {"six": False}, "judged_parked": {"six": False}}
ON_PAPER: Final = ticket()._replace(
    id="p", state="completed", channel="desk", source="paper", ahead=None, ended_at=at(20),
    inquiries=(
        inquiry("turist", "referred", 16, 14_999, 20, counter="2", team="library", **SIX),
    ),
)  # fmt: skip
LEFT: Final = ticket()._replace(
    id="l", state="abandoned", ended_at=at(8), estimate=(60, 120), judged={"ten": False}
)
CALLED: Final = ticket()._replace(
    id="c", issued_at=at(31), state="called", first_called_at=at(33), called_at=at(33),
    counter="1", ahead=2, estimate=(60, 120), judged={"ten": True},
)  # fmt: skip
UNKNOWN: Final = ticket()._replace(
    id="u", state="completed", first_called_at=at(1),
    inquiries=(inquiry("pas", "unknown", 1, 60_000, 2),),
)  # fmt: skip
OPENED: Final = Opened(
    [
        Shift(at(0), "1", "library"), Shift(at(35), "1", None, "lunch"), Shift(at(65), "1", ""),
        Shift(at(70), "1", None, "break"), Shift(at(75), "1", None),
    ],
    NINE, NOON,
)  # fmt: skip
VISITS: Final = (through_everything(), None, ON_PAPER, LEFT, CALLED, UNKNOWN)


def the_day() -> DaySummary:
    """Made in each test: what is made as this file is read tests no change of the rules."""
    return summarise(VISITS, ZONE, OPENED)


def the_text() -> str:
    """Its stored form."""
    return to_text(the_day())


def of(*counts: int) -> list[int]:
    """So many by ``INQUIRY_COUNTS``; what is appended to them is 0 of these visits."""
    return [*counts, *[0] * (len(INQUIRY_COUNTS) - len(counts))]


COUNTS: Final = [5, 3, 0, 1, 0, 1, 120_000, 2, 1, 1, 4, 2, 1, 0, 1, 1, 0]
TEN: Final = [["ten", 2, 1]]
WAITS: Final = [60_000, 120_000, 300_000]
LEFT_FORM: Final = {"left": [480_000]}
PARKED: Final = {"parked": [["six", 1, 0]]}
HOUR: Final = [2_100_000, 540_000, 600_000, 1_560_000, 2_400_000, 3]
LINES: Final = [
    [
        [COUNTS, WAITS, TEN, LEFT_FORM],
        [
            of(2, 0, 1, 0, 0, 1, 1, 1_125_001, 1),
            [14_999, 60_000, 240_000, 420_000],
            [["six", 1, 0]],
            PARKED,
        ],
        [2_400_000, 840_000, 600_000, 1_560_000, 2_700_000, 3],
    ],
    [
        [["09", "pas", COUNTS, WAITS, TEN, LEFT_FORM]],
        [
            ["09", "pas", "", of(2, 0, 0, 0, 0, 0, 1, 900_000, 0), [60_000, 240_000, 420_000], []],
            [
                "09", "turist", "library", of(0, 0, 1, 0, 0, 1, 0, 225_001, 1), [14_999],
                [["six", 1, 0]], PARKED,
            ],
        ],
    ],
    [
        ["", of(), [60_000], []],
        ["1", of(1, 0, 0, 0, 0, 0, 1), [240_000], []],
        [
            "2", of(1, 0, 1, 0, 0, 1, 0, 1_125_001, 1), [14_999, 420_000], [["six", 1, 0]], PARKED,
        ],
    ],
    [],
    [
        {"09": HOUR, "10": [300_000, 300_000, 0, 0, 300_000, 0]},
        {"1": [2_400_000, 840_000, 600_000, 0, 0, 0]},
        {
            "": [300_000, 300_000, 0, 0, 0, 0],
            "library": [2_100_000, 540_000, 600_000, 0, 0, 0],
        },
    ],
    [["desk", "turist", 1], ["kiosk", "pas", 3]],
    [
        [
            ["09", "lunch", 1, 1_500_000], ["10", "break", 1, 300_000], ["10", "lunch", 0, 300_000],
        ],
        [["1", "break", 1, 300_000], ["1", "lunch", 1, 1_800_000]],
    ],
    [
        {"09:00": {"pas": [4, 1], "turist": [0, 1]}, "09:30": {"pas": [1, 2]}},
        {"09:00": 1_800_000, "09:30": 300_000, "10:00": 300_000},
    ],
]  # fmt: skip
"""Worked out by hand from the visits and shifts above."""


def test_each_line_of_a_stored_day_is_what_happened() -> None:
    head, rest = the_text().split("\n", 1)
    assert [json.loads(line) for line in rest.split("\n")] == LINES
    assert head == f"6 {blake2b(rest.encode(), digest_size=12).hexdigest()}"
    assert (stored_version(the_text()), visits_counted(the_text())) == (head, 6)


def test_stored_data_is_read_back() -> None:
    day, text = the_day(), the_text()
    assert stored_whole(text) == LINES[0]
    assert [*stored_cells(text)] == LINES[1]
    assert stored_counters(text) == LINES[2]
    assert stored_staffed(text) == {"09": 2_100_000, "10": 300_000} == day.staffed
    assert stored_flow(text) == day.flow
    assert stored_channels(text) == {("desk", "turist"): 1, ("kiosk", "pas"): 3}
    assert [*stored_pauses(text)] == LINES[6]
    assert stored_half_hours(text) == (day.half_hours, day.staffed_half_hours)
    assert day.half_hours["09:30", "pas"] == HalfHour(1, 2)
    assert day.pauses["10", "break"] == Pauses(1, 300_000)
    row = Row()
    row.absorb_stored(stored_whole(text))
    assert row.dump() == LINES[0] == day.whole().dump()
    assert stored_channels("\n".join(text.split("\n")[:6])) is None


def test_visits_by_how_they_came_are_stored_if_any_came_for_a_booking() -> None:
    assert stored_ways(the_text()) == {}
    came = VISITS[0]._replace(booked_for=VISITS[0].issued_at)
    text = to_text(summarise([came, *VISITS[1:]], ZONE))
    stored = stored_ways(text)
    rows = {way: Row() for way in stored}
    for way, row in rows.items():
        row.absorb_stored(stored[way])
    assert {way: row.visits["issued"] for way, row in rows.items()} == {
        "booked": 1, "walk_in": 4,
    }  # fmt: skip
    assert rows["booked"].visits["booked"] == 1
    kept = summarise([came, *VISITS[1:]], ZONE).without_durations()
    assert all(row.visits.durations.values == [] for row in kept.ways.values())
    assert all(row.inquiries.durations.values == [] for row in kept.ways.values())
    assert {way: row.inquiries.durations.n for way, row in kept.ways.items()} == {
        way: row.inquiries.durations.n for way, row in rows.items()
    }
    assert {way: row.visits["issued"] for way, row in kept.ways.items()} == {
        "booked": 1, "walk_in": 4,
    }  # fmt: skip


def test_without_single_durations_the_counts_stay() -> None:
    kept = the_day().without_durations()
    lines = [json.loads(line) for line in to_text(kept).split("\n")[1:]]
    waits = {"ms": 480_000, "in": [6, 1, 8, 1, 12, 1]}
    left = {"left": {"ms": 480_000, "in": [15, 1]}}
    assert lines[1][0] == [["09", "pas", COUNTS, waits, TEN, left]]
    assert lines[1][1][1] == [
        "09", "turist", "library", of(0, 0, 1, 0, 0, 1, 0, 225_001, 1),
        {"ms": 14_999, "in": [0, 1]}, [["six", 1, 0]], PARKED,
    ]  # fmt: skip
    assert lines[2][0] == ["", of(), {"ms": 60_000, "in": [3, 1]}, []]
    assert lines[3:] == LINES[3:]
    assert (kept.damaged, kept.outcomes) == (1, True)
    assert summarise([], ZONE, outcomes=False).without_durations().outcomes is False


def test_without_known_outcomes_or_counters_none_is_counted() -> None:
    found = summarise(VISITS, ZONE, outcomes=False)
    assert found.whole().outcomes == 0
    assert found.inquiries["09", "turist", "library"]["quick"] == 1
    assert (found.staffed, found.flow, found.pauses) == ({}, None, {})
    lines = to_text(found).split("\n")
    assert (lines[4], lines[5], lines[7]) == ("[]", "null", "[[],[]]")
    closed = summarise(VISITS, ZONE, Opened([], NINE, NOON))
    assert closed.flow is None
    hours = to_text(DaySummary(staffed={"10": 2, "09": 1})).split("\n")[4]
    assert hours == '[["09",1],["10",2]]'
    assert stored_staffed("x\n[]\n[]\n[]\n" + hours) == {"09": 1, "10": 2}
    assert opened_by_hour(DayFlow({"10": Flow(2), "09": Flow(1), "08": Flow()})) == {
        "09": 1, "10": 2,
    }  # fmt: skip
    assert opened_by_hour(None) == {}


@pytest.mark.parametrize(("ms", "quick"), [(14_999, 1), (15_000, 0)])
def test_an_inquiry_is_quick_below_fifteen_seconds(ms: int, quick: int) -> None:
    done = UNKNOWN._replace(inquiries=(inquiry("pas", "resolved", 1, ms, 9),))
    assert summarise([done], ZONE).whole().inquiries["quick"] == quick


def test_a_day_by_service_has_what_a_comparison_needs() -> None:
    services = read_services(the_text())
    assert services == {
        "pas": ServiceDay([60_000, 240_000, 420_000], 2, 2, WAITS, [480_000]),
        "turist": ServiceDay([14_999], 1, 0, [], []),
    }
    stored = days_by_service.to_text({"2026-11-25": services}, "v")
    assert stored.startswith("v\n{")
    assert days_by_service.from_text(stored) == {"2026-11-25": services}
    without = services["pas"]._replace(left=None)
    assert without.with_durations(lambda known: [len(known)]) == ServiceDay([3], 2, 2, [3], None)


BUCKETS: Final = {"ms": 70_000, "in": [0, 2, 2, 3]}


@pytest.mark.parametrize(
    ("known", "seconds", "below"),
    [
        ([], 10, 0), ([9_999, 10_000], 10, 1), ([9_999, 10_000], 11, 2),
        (BUCKETS, 10, 2), (BUCKETS, 20, 2), (BUCKETS, 30, 5), (BUCKETS, 15, None),
    ],
)  # fmt: skip
def test_how_many_are_below_a_limit(known: Any, seconds: int, below: int | None) -> None:
    assert days_by_service.below(known, seconds, (10, 20, 30)) == below
    assert days_by_service.count(known) == (5 if known is BUCKETS else len(known))
    assert days_by_service.total_ms(known) == (70_000 if known is BUCKETS else sum(known))


def durations(*values: int) -> Durations:
    found = Durations((10, 20))
    for value in values:
        found.add(value)
    return found


def test_durations_are_added_up_single_and_by_bucket() -> None:
    single = durations(20_000, 9_999, 10_000)
    assert (single.n, single.known(), single.counts()) == (3, [9_999, 10_000, 20_000], [1, 1, 1])
    bare = single.in_buckets()
    assert (bare.n, bare.values, bare.buckets, bare.total_ms) == (3, [], [1, 1, 1], 39_999)
    assert bare.known() == {"ms": 39_999, "in": [0, 1, 1, 1, 2, 1]}
    assert durations().in_buckets().buckets is None
    both = durations(5_000)
    both.absorb(bare)
    both.absorb(bare)
    both.absorb(single)
    assert (both.n, both.total_ms, both.counts()) == (10, 124_997, [4, 3, 3])
    assert bare.buckets == [1, 1, 1], "what is absorbed stays as it was"
    both.absorb_stored({"ms": 60_000, "in": [2, 2]})
    assert (both.n, both.total_ms, both.counts()) == (12, 184_997, [4, 3, 5])
    stored = durations()
    stored.absorb_stored({"ms": 5_000, "in": [1, 1]})
    assert (stored.buckets, stored.spread().exact) == ([0, 1, 0], False)
    stored.absorb_stored([1_000, 2_000])
    assert (stored.n, stored.total_ms, stored.counts()) == (3, 8_000, [2, 1, 0])


def test_the_spread_is_in_seconds() -> None:
    assert durations().spread() == DurationSpread(0, None, None, None, exact=True)
    found = durations(4_000, *[1_000] * 8, 3_000).spread()
    assert found == DurationSpread(10, 1.5, 1.0, 3.0, exact=True)


def cell(**more: Any) -> Cell:
    return Cell(("issued", "abandoned"), durations(5_000), [2, 1], **more)


def test_a_cell_adds_up_all_of_another() -> None:
    one, other = cell(goals={"g": [2, 1]}), cell(goals={"g": [3, 3], "h": [1, 0]})
    other.judge_parked("g", 3, 2)
    other.judge_parked("g", 1, 1)
    other.count("issued")
    assert other.left is not None
    other.left.add(7_000)
    one.absorb(other)
    assert (one.counts, one["issued"], one["abandoned"]) == ([5, 2], 5, 2)
    assert one.goals == {"g": [5, 4], "h": [1, 0]}
    assert one.parked == {"g": [4, 3]}
    assert (one.durations.n, one.left and one.left.n) == (2, 1)
    assert one.dump() == [
        [5, 2], [5_000, 5_000], [["g", 5, 4], ["h", 1, 0]],
        {"parked": [["g", 4, 3]], "left": [7_000]},
    ]  # fmt: skip
    again = Cell(("issued", "abandoned"), durations())
    again.absorb_stored(one.dump())
    assert again == one
    bare = one.in_buckets()
    bare.judge("g", 1, 1)
    bare.judge_parked("g", 1, 1)
    bare.count("issued", 4)
    assert (one.goals["g"], one.parked["g"], one["issued"]) == ([5, 4], [4, 3], 5)
    assert (bare.goals["g"], bare.parked["g"], bare["issued"]) == ([6, 5], [5, 4], 9)
    assert bare.left is not None
    assert bare.left.buckets is not None


@pytest.mark.parametrize(
    ("stored", "known"),
    [
        ([[2, 1], [], []], False),  # somebody gave up, and how long they waited was not kept
        ([[2, 0], [], []], True),
        ([[2, 1], [], [], {"left": [5]}], True),
    ],
)
def test_waits_of_those_who_gave_up_are_known_where_all_of_them_are(
    stored: list[Any], known: bool
) -> None:
    found = cell()
    found.absorb_stored(stored)
    assert (found.left is not None) is known
    other = cell(left=None)
    other.absorb_stored(stored)
    assert other.left is None
    assert other.counts == [4, 1 + stored[0][1]]
    mixed = cell()
    mixed.absorb(other)
    assert mixed.left is None
    assert mixed.dump()[3:] == []
    kept = cell()
    other.absorb(kept)
    assert other.left is None


def test_a_day_that_was_stored_before_a_count_was_kept_has_fewer() -> None:
    found = Cell(("issued", "abandoned", "paper"), durations(), [1, 1, 1])
    found.absorb_stored([[2, 0], [], []])
    assert found.counts == [3, 1, 1]
    assert Cell(("issued", "abandoned"), durations()).counts == [0, 0]


def test_a_row_adds_up_days_answers_and_time() -> None:
    row, other = Row(), Row(flow=Flow(1, 2, 3, 4, 5, 6))
    other.visits.judge("g", 3, 2)
    other.inquiries.judge("h", 1, 1)
    other.inquiries.judge("never", 0, 0)
    other.inquiries.durations.add(5)
    other.as_day()
    assert (other.days, other.worked) == ({"g": [1, 9, 6, 4], "h": [1, 1, 1, 1]}, 1)
    other.visits.judge("a", 9, 9)
    other.inquiries.judge("a", 9, 9)
    other.count_dated("a", 4, 3)
    assert (other.judged("a"), other.days["a"]) == ((4, 3), [1, 16, 12, 9])
    assert other.goal_ids() == {"g", "h", "never", "a"}
    for _ in range(2):
        row.absorb(other)
    assert (row.judged("g"), row.judged("a"), row.worked) == ((6, 4), (8, 6), 2)
    assert row.days == {"g": [2, 18, 12, 8], "h": [2, 2, 2, 2], "a": [2, 32, 24, 18]}
    assert row.flow == Flow(2, 4, 6, 8, 10, 6)
    assert other.flow == Flow(1, 2, 3, 4, 5, 6)
    stored = row.dump()
    assert stored[2:] == [
        [2, 4, 6, 8, 10, 6],
        [["a", 2, 32, 24, 18], ["g", 2, 18, 12, 8], ["h", 2, 2, 2, 2]],
        2,
    ]
    again = Row()
    again.absorb_stored(stored)
    again.absorb_stored(stored)
    assert (again.worked, again.days["g"], again.flow) == (
        4, [4, 36, 24, 16], Flow(4, 8, 12, 16, 20, 6)
    )  # fmt: skip
    assert Row(worked=1).dump()[2:] == [None, [], 1]
    assert len(Row().dump()) == 2
    assert Row().as_day().worked == 0
    assert Row().judged("none") == (0, 0)


def test_parked_time_counts_where_it_was_kept_for_all_that_were_judged() -> None:
    row = Row()
    assert row.parked_within("g") is None
    row.inquiries.judge("g", 2, 2)
    row.inquiries.judge_parked("g", 1, 1)
    assert row.parked_within("g") is None
    row.inquiries.judge_parked("g", 1, 0)
    assert row.parked_within("g") == 1


def test_a_row_is_exact_where_all_of_its_durations_are() -> None:
    assert Row().exact
    for part in ("visits", "inquiries"):
        row = Row()
        getattr(row, part).durations.buckets = [0]
        assert not row.exact


def test_the_flow_of_one_counter_is_one_persons() -> None:
    assert Flow(open_ms=5, span_ms=5).alone
    assert not Flow(open_ms=6, span_ms=5).alone
    assert Flow(1, 2, 3, 4, 5, 6).people() == Flow(0, 0, 0, 4, 5, 6)


@pytest.mark.parametrize(
    ("visit", "stays", "waits"),
    [
        # Its end was not written down: neither its stay nor its wait is known.
        (ON_PAPER._replace(ended_at=None, called_at=at(2), counter="1"), [], []),
        (ON_PAPER._replace(ended_at=None, state="abandoned"), [], []),
        (ON_PAPER._replace(state="abandoned"), [], [(at(0), at(20))]),
        (
            ON_PAPER._replace(called_at=at(2), first_called_at=at(2), counter="1"),
            [Stay("1", at(2), at(20))], [(at(0), at(2))],
        ),
        (CALLED._replace(counter=None), [], [(at(31), at(33))]),
        (CALLED, [Stay("1", at(33), NOON)], [(at(31), at(33))]),
        (
            CALLED._replace(state="incomplete", ended_at=at(40)),
            [Stay("1", at(33), at(40))], [(at(31), at(33))],
        ),
        (ticket(), [], [(at(0), NOON)]),
        (LEFT._replace(closed=((at(3), at(7)),)), [], [(at(0), at(3))]),
        (LEFT._replace(closed=((at(0) - 1, at(7)),)), [], [(at(0), at(8))]),
        (LEFT._replace(closed=((at(0), at(7)),)), [], [(at(0), at(0))]),
        # Sent on after a stay: it waits again until it leaves, is called again, or now.
        (
            LEFT._replace(
                first_called_at=at(1), called_at=at(1), stays=(Stay("1", at(1), at(3)),),
                closed=((at(5), at(6)),),
            ),
            [Stay("1", at(1), at(3))], [(at(0), at(1)), (at(3), at(5))],
        ),
        (
            LEFT._replace(
                first_called_at=at(1), called_at=at(1),
                stays=(Stay("1", at(1), at(3), parked=True),),
            ),
            [Stay("1", at(1), at(3), parked=True)], [(at(0), at(1))],
        ),
        (
            # Missed, and its stay is recorded already.
            CALLED._replace(state="no_show", ended_at=at(40), stays=(Stay("1", at(33), at(40)),)),
            [Stay("1", at(33), at(40))], [(at(31), at(33))],
        ),
    ],
)  # fmt: skip
def test_the_stays_and_the_waits_of_a_visit(
    visit: Visit, stays: list[Stay], waits: list[tuple[int, int]]
) -> None:
    assert [*stays_of(visit, NOON)] == stays
    assert [*waits_of(visit, NOON)] == waits
