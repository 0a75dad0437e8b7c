"""A visit that is not to be called before a time, and the places and calls of all others."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_service.days.rules.flow import waits_of
from queue_service.errors import Forbidden, Invalid, WrongState
from queue_service.visits.operations import issuing, listing, visits
from queue_service.visits.rules import postponing
from queue_service.visits.rules.ahead import order, people_ahead
from queue_service.visits.rules.counting import count
from queue_service.visits.rules.transitions import (
    ABANDON,
    CALL,
    COME_BACK,
    POSTPONE,
    PRIORITISE,
    REQUEUE,
    START,
    TRANSFER,
    UNDO,
    UNDO_WITHIN_MS,
    undo,
)
from queue_service.visits.rules.visit import Visit, visit_from_json
from queue_service.visits.store.changes import change
from queue_service.waits.rules.rows import Waits
from tests.desks import KIOSK, Desk
from tests.visits.cases import BRANCH, NINE, WAITING, become, case
from tests.visits.test_places import queue

MINUTE = 60_000
HALF_PAST = NINE + 30 * MINUTE
LATER = become(POSTPONE, WAITING, NINE + 5 * MINUTE, "09:30")


def test_it_is_queued_as_if_it_had_come_at_that_time() -> None:
    assert LATER.place == HALF_PAST * 1000
    assert (LATER.not_before, LATER.held_until, LATER.queued_at) == (HALF_PAST,) * 3
    assert LATER.estimate is None
    assert visit_from_json(LATER.to_json()) == LATER


@pytest.mark.parametrize(
    ("clock", "minutes", "allowed"),
    [
        ("09:30", 29.999, True),
        ("09:30", 30, False),  # it must be later than now
        ("17:00", 0, False),  # the branch closes then
        ("16:59", 0, True),
        ("08:59", -30, False),
        ("09:00", -30, True),  # it opens then
        ("24:00", 0, False),
    ],
)
def test_the_time_is_later_today_in_the_opening_hours(
    clock: str, minutes: float, allowed: bool
) -> None:
    now = NINE + round(minutes * MINUTE)
    if allowed:
        assert become(POSTPONE, WAITING, now, clock).not_before is not None
        return
    with pytest.raises(Invalid) as refused:
        POSTPONE(case(WAITING, now), clock)
    assert "not_before" in str(refused.value.extra)


def test_the_same_time_again_changes_nothing() -> None:
    assert become(POSTPONE, LATER, NINE + 6 * MINUTE, "09:30") == LATER
    assert become(COME_BACK, WAITING, NINE + MINUTE) == WAITING
    assert become(COME_BACK, LATER, HALF_PAST) == LATER


def test_back_earlier_it_comes_after_all_who_have_come() -> None:
    back_at = NINE + 20 * MINUTE
    back = become(COME_BACK, LATER, back_at)
    assert (back.place, back.held_until, back.queued_at) == (back_at * 1000, None, back_at)
    assert back.away == ((NINE + 5 * MINUTE, back_at),)


def test_a_request_is_taken_back_within_two_minutes() -> None:
    asked_at = NINE + 5 * MINUTE
    first = become(PRIORITISE, WAITING, NINE + 1, "returning")
    later = become(POSTPONE, first, asked_at, "09:30")
    assert visit_from_json(later.to_json()) == later
    in_time = become(COME_BACK, later, asked_at + UNDO_WITHIN_MS)
    assert in_time == first._replace(stamp=in_time.stamp)
    assert in_time.waited(asked_at + UNDO_WITHIN_MS) == 7 * MINUTE
    too_late = become(COME_BACK, later, asked_at + UNDO_WITHIN_MS + 1)
    assert (too_late.place, too_late.away) == (
        (asked_at + UNDO_WITHIN_MS + 1) * 1000,
        ((asked_at, asked_at + UNDO_WITHIN_MS + 1),),
    )
    # Also once its time has come.
    soon = become(POSTPONE, WAITING, HALF_PAST - 1000, "09:30")
    assert become(COME_BACK, soon, HALF_PAST + 1).place == WAITING.place
    # Several requests are taken back together, in the time of the first. A citizen who asks again
    # and again would else keep the first place for an hour without being there.
    for after, place in ((UNDO_WITHIN_MS - 1, first.place), (UNDO_WITHIN_MS, None)):
        again = become(POSTPONE, later, asked_at + after, "10:00")
        back = become(COME_BACK, again, asked_at + after + 1)
        assert back.place == (place or (asked_at + after + 1) * 1000)
    assert postponing.TAKEN_BACK_WITHIN_MS == UNDO_WITHIN_MS


def test_staff_undo_a_request_within_two_minutes_and_not_later() -> None:
    asked_at = LATER.earlier.until if LATER.earlier else 0
    in_time = undo(case(LATER, asked_at + UNDO_WITHIN_MS))
    assert (in_time.after.place, in_time.event) == (WAITING.place, "visit.postponed")
    with pytest.raises(WrongState, match="was postponed more than two minutes ago"):
        undo(case(LATER, asked_at + UNDO_WITHIN_MS + 1))
    moved = become(PRIORITISE, LATER, asked_at + 1, "returning")
    with pytest.raises(WrongState, match="is waiting"):
        undo(case(moved, asked_at + 2))


def test_a_request_is_not_taken_back_once_something_else_has_happened() -> None:
    now = NINE + 5 * MINUTE
    changed = become(PRIORITISE, LATER, now + 1, "returning")
    assert become(COME_BACK, changed, now + 2).place == (now + 2) * 1000
    assert become(CALL, LATER, now + 1, "1").earlier is None
    # The same request once more is no change.
    assert become(POSTPONE, LATER, now + MINUTE, "09:30").earlier == LATER.earlier


def test_another_time_counts_in_place_of_the_first() -> None:
    later = become(POSTPONE, LATER, NINE + 10 * MINUTE, "10:00")
    sooner = become(POSTPONE, LATER, NINE + 10 * MINUTE, "09:20")
    assert later.place == (NINE + 60 * MINUTE) * 1000
    assert sooner.place == (NINE + 20 * MINUTE) * 1000
    assert later.away == ((NINE + 5 * MINUTE, NINE + 60 * MINUTE),)


def test_a_place_that_is_later_anyway_stays() -> None:
    last = WAITING._replace(place=(NINE + 40 * MINUTE) * 1000)
    assert become(POSTPONE, last, NINE + 5 * MINUTE, "09:30").place == last.place


def test_a_head_start_is_used_up_and_may_be_given_again() -> None:
    first = become(PRIORITISE, WAITING, NINE + 1, "returning")
    later = become(POSTPONE, first, NINE + 2, "09:30")
    assert (later.place, later.head_start_ms) == (HALF_PAST * 1000, 0)
    again = become(PRIORITISE, later, NINE + 3, "returning")
    assert again.place == (HALF_PAST - BRANCH.priority_head_start_seconds * 1000) * 1000


def test_the_waiting_time_leaves_out_what_the_citizen_asked_for() -> None:
    called = become(CALL, LATER, HALF_PAST + 4 * MINUTE, "1")
    assert called.waited_ms == called.first_wait(called.first_called_at) == 9 * MINUTE
    assert called.waits_since == NINE + 25 * MINUTE


def test_called_by_choice_before_the_time_the_rest_of_it_was_not_asked_for() -> None:
    called = become(CALL, LATER, NINE + 10 * MINUTE, "1")
    assert called.waited_ms == called.first_wait(called.first_called_at) == 5 * MINUTE
    served = become(START, called, NINE + 11 * MINUTE)
    sent_on = become(TRANSFER, served, NINE + 15 * MINUTE, service="korekort")
    assert sent_on.place == (NINE + 10 * MINUTE) * 1000


def test_sent_on_it_keeps_the_place_that_it_asked_for() -> None:
    served = become(START, become(CALL, LATER, HALF_PAST, "1"), HALF_PAST + MINUTE)
    sent_on = become(TRANSFER, served, HALF_PAST + 5 * MINUTE, service="korekort")
    assert sent_on.place == HALF_PAST * 1000


@pytest.mark.parametrize(("minutes", "held"), [(29, True), (31, False)])
def test_a_departure_that_is_undone_leaves_the_time_as_it_was(minutes: int, held: bool) -> None:
    left = become(ABANDON, LATER, NINE + minutes * MINUTE)
    back = become(UNDO, left, NINE + minutes * MINUTE + 1)
    assert back.held_until == (HALF_PAST if held else None)
    assert back.queued_at == max(HALF_PAST, NINE + minutes * MINUTE)


def test_put_back_by_staff_it_comes_when_their_delay_has_passed() -> None:
    now = NINE + 10 * MINUTE
    assert become(REQUEUE, LATER, now) == become(COME_BACK, LATER, now)
    assert become(REQUEUE, LATER, now, 5 * MINUTE).not_before == now + 5 * MINUTE


AWAY = UNDO_WITHIN_MS + 1


def _goes_and_comes(times: int, here_ms: int) -> Visit:
    """A citizen who goes for more than two minutes, so often, and is here for ``here_ms``
    before each."""
    visit, now = WAITING, NINE
    for _ in range(times):
        now += here_ms
        visit = become(POSTPONE, visit, now, "16:59")
        now += AWAY
        visit = become(COME_BACK, visit, now)
    return visit


def test_time_away_without_a_time_between_is_one_stretch() -> None:
    assert _goes_and_comes(3, here_ms=0).away == ((NINE, NINE + 3 * AWAY),)
    assert len(_goes_and_comes(3, here_ms=1).away) == 3


@pytest.mark.parametrize(
    ("times", "kept"), [(postponing.MOST_AWAY - 1, postponing.MOST_AWAY - 1), (200, 20), (20, 20)]
)
def test_a_visit_keeps_a_limited_number_of_stretches(times: int, kept: int) -> None:
    visit = _goes_and_comes(times, here_ms=1)
    assert len(visit.away) == kept
    assert visit.away[-1][1] == NINE + times * (AWAY + 1)


# Other people's places and calls.


def _shown(waiting: Iterable[Visit], now: int) -> dict[str, int]:
    found = people_ahead(waiting, BRANCH, {"1": "", "2": "", "3": "library"}, {"2"}, now)
    found.pop("0", None)
    return found


@settings(deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["pas", "korekort", "turist"]), min_size=1, max_size=12),
    came=st.lists(st.integers(0, 40), min_size=12, max_size=12),
    asked=st.integers(1, 45),
    looks=st.integers(0, 90),
    back=st.one_of(st.none(), st.integers(0, 90)),
)
def test_the_places_of_others_are_no_worse(
    kinds: list[str], came: list[int], asked: int, looks: int, back: int | None
) -> None:
    """``0`` asks a minute after the last of them has come, and is perhaps back earlier."""
    waiting = [
        visit._replace(
            issued_at=NINE + minutes * MINUTE, place=(NINE + minutes * MINUTE) * 1000 + n
        )
        for n, (visit, minutes) in enumerate(zip(queue(*kinds), came, strict=False))
    ]
    asks_at = NINE + 41 * MINUTE
    later = postponing.asked(waiting[0], asks_at + asked * MINUTE, asks_at)
    now = asks_at + looks * MINUTE
    if back is not None and back <= looks:
        later = become(COME_BACK, later, asks_at + back * MINUTE)
    before, after = _shown(waiting, now), _shown([later, *waiting[1:]], now)
    assert all(after[visit] <= place for visit, place in before.items())
    # Those whom it let pass stay before it, unless the request is taken back.
    if back is None or back > looks or back * MINUTE > UNDO_WITHIN_MS:
        assert all(visit.place < later.place for visit in waiting[1:])
    else:
        assert later.place == waiting[0].place


def _calls(arrivals: dict[str, Visit], served: dict[str, int], counters: int) -> dict[str, int]:
    """When each is called at counters that take all, each in the given minutes."""
    free = [NINE] * counters
    left, called = dict(arrivals), {}
    while left:
        at = min(free)
        here = [v for v in left.values() if max(v.issued_at, v.held_until or 0) <= at]
        if not here:
            at = min(max(v.issued_at, v.held_until or 0) for v in left.values())
            free = [max(each, at) for each in free]
            continue
        first = min(here, key=lambda visit: order(visit, at))
        del left[first.id]
        called[first.id] = at
        free[free.index(min(free))] = at + served[first.id] * MINUTE
    return called


@settings(deadline=None)
@given(
    came=st.lists(st.integers(0, 60), min_size=2, max_size=12),
    served=st.lists(st.integers(1, 30), min_size=12, max_size=12),
    asked=st.integers(1, 60),
    counters=st.integers(1, 3),
)
def test_others_are_called_no_later(
    came: list[int], served: list[int], asked: int, counters: int
) -> None:
    """A visit that comes before the time is called no later than without the request; a later one
    as if the visit had come then."""
    people = {
        str(n): WAITING._replace(
            id=str(n), issued_at=NINE + at * MINUTE, place=(NINE + at * MINUTE) * 1000 + n
        )
        for n, at in enumerate(sorted(came))
    }
    lengths = {str(n): served[n] for n in range(len(came))}
    asks = people["0"]
    time = asks.issued_at + asked * MINUTE
    as_if_come = asks._replace(issued_at=time, place=time * 1000)
    later = postponing.postponed(asks, time, asks.issued_at)
    without = _calls(people, lengths, counters)
    with_it = _calls(people | {"0": later}, lengths, counters)
    assert with_it == _calls(people | {"0": as_if_come}, lengths, counters)
    assert with_it["0"] >= time
    early = [v for v in people.values() if v.id != "0" and v.issued_at < time]
    assert all(with_it[v.id] <= without[v.id] for v in early)


# In the store.


def test_it_is_called_when_its_time_has_come_and_not_before(desk: Desk) -> None:
    first, second = (desk.issue().visit for _ in range(2))
    visits.postpone(desk.queue, desk.command(), first.id, "09:30")
    listed = listing.visits_of_today(desk.queue, desk.branch, at=desk.command().at)
    assert [(a.visit.id, a.position) for a in listed] == [(second.id, 0), (first.id, 1)]
    passport = desk.state().queues[0]
    assert (passport.waiting, passport.later) == (1, 1)
    desk.open("1")
    desk.open("2")
    assert desk.called("1").visit.id == second.id
    desk.later(1799)
    assert desk.next("2") is None
    desk.later(1)
    assert (desk.state().queues[0].waiting, desk.state().queues[0].later) == (1, 0)
    assert desk.called("2").visit.id == first.id


def test_long_waits_are_counted_without_the_visits_that_come_later(desk: Desk) -> None:
    for _ in range(2):
        asks = desk.issue().visit
    desk.later(300)
    visits.postpone(desk.queue, desk.command(), asks.id, "10:00")
    desk.later(301)
    goal = next(goal for goal in desk.state().goals if goal.id == "called-10-min")
    assert goal.overdue == 1
    assert desk.state().queues[0].oldest_issued_at == NINE
    desk.later(3300)  # five minutes after its time it has waited for ten in all
    goal = next(goal for goal in desk.state().goals if goal.id == "called-10-min")
    assert goal.overdue == 2


def test_a_kiosk_does_so_for_what_it_issued(desk: Desk) -> None:
    act = desk.command()._replace(caller=KIOSK)
    mine = issuing.issue(desk.queue, act, "pas").visit
    other = desk.issue().visit
    postponed = visits.postpone(desk.queue, act, mine.id, "09:30")
    assert (postponed.position, postponed.estimate) == (1, None)
    with pytest.raises(Forbidden):
        visits.postpone(desk.queue, act, other.id, "09:30")


def test_no_range_learns_from_it() -> None:
    before = LATER._replace(counters_open=1)
    called = become(CALL, before, HALF_PAST + MINUTE, "1")
    counts = count(before, called)
    assert counts.waited_ms == 6 * MINUTE
    assert "wait" not in change(BRANCH, before, called, counts)
    assert not list(Waits().day([called]))


def test_the_time_is_no_wait_of_the_day() -> None:
    called = become(CALL, LATER, HALF_PAST + MINUTE, "1")
    assert list(waits_of(called, HALF_PAST + MINUTE)) == [
        (NINE, NINE + 5 * MINUTE),
        (HALF_PAST, HALF_PAST + MINUTE),
    ]
