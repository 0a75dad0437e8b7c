"""An hour that is over, with one counter more or fewer."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from redis import Redis

from dashboards.hour.view import HourView
from queue_service.branches.rules.dates_and_hours import clock_on, moment
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.figures import Cell, visit_cell
from queue_service.insight.operations.hours import hour_story
from queue_service.staffing.operations.past_hour import (
    OtherCounters,
    hour_goal,
    other_counters,
    true_share,
)
from queue_service.staffing.rules.past_hour import DrawnFrom, PastHour, PastPart, past_hour
from queue_service.store.redis_store import RedisStore
from queue_service.tables.writing import Writing
from tests.desks import MORNING, Desk
from tests.staffing.stored_days import keep, past_day, same_days
from tests.staffing.test_advice import branch, waits

NINE = 9 * 3600
FROM = DrawnFrom(services=[300.0], patience_seconds=None, limit_seconds=600)


def hours(*parts: tuple[int, float]) -> list[PastPart]:
    """Hours from nine on: how many came, and how many counters were open."""
    return [PastPart(NINE + n * 3600, NINE + (n + 1) * 3600, *p) for n, p in enumerate(parts)]


def found(
    parts: list[PastPart], begins: float = NINE, drawn_from: DrawnFrom = FROM
) -> PastHour | None:
    return past_hour(parts, begins, drawn_from, Random(1))  # noqa: S311 - seeded, no secret


def shares(*parts: tuple[int, float], begins: float = NINE) -> PastHour:
    result = found(hours(*parts), begins)
    assert result is not None
    return result


def test_more_counters_serve_more_in_time_and_fewer_less() -> None:
    hour = shares((30, 2), (10, 2))
    assert hour.fewer is not None
    assert hour.fewer < hour.as_it_was < hour.more <= 1
    assert hour == shares((30, 2), (10, 2)), "the same days are drawn again"


def test_an_hour_bears_the_queue_of_the_one_before_and_not_those_that_come_later() -> None:
    alone, after, before = (
        shares((0, 2), (20, 2), begins=NINE + 3600),
        shares((40, 2), (20, 2), begins=NINE + 3600),
        shares((20, 2), (40, 2)),
    )
    assert after.as_it_was < alone.as_it_was - 0.2
    assert before.as_it_was == shares((20, 2), (0, 2)).as_it_was


def test_only_the_hours_own_visitors_are_judged() -> None:
    assert shares((60, 1), (1, 40), begins=NINE + 3600).as_it_was == 1


@pytest.mark.parametrize(("opened", "known"), [(0.49, None), (0.51, 1), (1.49, 1), (1.51, 2)])
def test_counters_are_whole_and_one_at_least(opened: float, known: int | None) -> None:
    hour = found(hours((20, opened)))
    assert hour == (None if known is None else found(hours((20, known))))
    if known is not None:
        assert hour is not None
        assert (hour.fewer is None) is (known == 1)


@pytest.mark.parametrize(
    ("opened", "known", "fewer"), [(2, True, True), (1, True, False), (0, False, False)]
)
def test_each_part_of_the_hour_keeps_a_counter(opened: int, known: bool, fewer: bool) -> None:
    halves = [PastPart(NINE, NINE + 1800, 9, 2), PastPart(NINE + 1800, NINE + 3600, 9, opened)]
    hour = found(halves)
    assert (hour is not None) is known
    assert bool(hour and hour.fewer is not None) is fewer


def test_other_hours_keep_their_counters() -> None:
    before, later = (14, 1), NINE + 3600
    assert (
        shares(before, (10, 1), begins=later).more
        == shares(before, (10, 2), begins=later).as_it_was
    )


def test_visitors_are_called_in_order_of_arrival() -> None:
    quick = DrawnFrom(services=[1.0], patience_seconds=None, limit_seconds=60)
    hour = found(hours((2, 1)), drawn_from=quick)
    assert hour is not None
    assert hour.as_it_was == 1


def test_a_visitor_who_leaves_before_the_limit_is_not_judged() -> None:
    hasty = replace(FROM, patience_seconds=1e-6)
    hour = found(hours((60, 1)), drawn_from=hasty)
    assert hour is not None
    assert hour.as_it_was == 1
    # The visit of the hour before lasts longer than this one: all leave, and none is judged.
    busy = found(hours((60, 1), (5, 1)), NINE + 3600, replace(hasty, services=[9e4]))
    assert busy is not None
    assert busy.as_it_was == 1


def test_the_next_hour_is_none_of_the_hours_own() -> None:
    assert found(hours((20, 2), (0, 0))) is not None


def test_an_hour_without_arrivals() -> None:
    assert found(hours((0, 2))) is None
    assert found(hours((5, 2)), NINE + 3600) is None


@pytest.mark.parametrize(("share", "fits"), [(0.7, True), (0.3, True), (0.71, False), (None, True)])
def test_nothing_is_said_where_the_hour_worked_out_is_far_from_what_it_was(
    share: float | None, fits: bool
) -> None:
    assert PastHour(0.5, 0.9, None).fits(share) is fits


@pytest.fixture
def desk(redis_client: Redis) -> Desk:
    """Four weeks alike, of two counters and twenty in the first hour."""
    queue = Queue(RedisStore(redis_client))
    put_branch(queue, "raadhuset", branch())
    desk = Desk(queue)
    keep(queue, desk.branch, same_days(past_day({"09": 24, "10": 4}, left=1)))
    return desk


def told(desk: Desk, hour: str = "09", date: str = "2026-11-24") -> OtherCounters | None:
    story = hour_story(desk.queue, desk.branch, date, hour, now=MORNING)
    return other_counters(desk.queue, story, now=MORNING)


def test_a_stored_hour_is_worked_out_with_the_service_times_of_its_days(desk: Desk) -> None:
    found = told(desk)
    assert found is not None
    assert (found.limit_seconds, found.true_share) == (600, 1)
    hour = found.hour
    assert hour.fewer is not None
    assert hour.fewer < hour.as_it_was < hour.more
    assert told(desk, "10") is None, "fewer than five came"
    assert told(desk, date="2026-11-25") is None, "today's is not over"
    assert told(desk, date="2026-11-26") is None


MORE = (
    "With one counter more in this hour, about 91% of those who came in it would have been called "
    "in under 10 min, and with the counters that were open 54%."
)
SAME = (
    "One counter more would have changed nothing: as with the counters that were open, about 54% "
    "of those who came in this hour would have been called in under 10 min."
)
FEWER = "With one fewer it would have been about 20%."
FAR = (
    "The effect of other counters is not known: worked out with the counters that were open, 54% "
    "would have been called in time, and in fact it was 100%."
)


@pytest.mark.parametrize(
    ("more", "fewer", "true", "sentences"),
    [
        (0.91, 0.2, 0.5, [MORE, "In fact it was 50%.", FEWER]),
        (0.91, None, None, [MORE]),
        (0.544, None, None, [SAME]),
        (0.91, 0.2, 1.0, [FAR]),
    ],
)
def test_the_hours_page_says_it_with_what_was_true(
    desk: Desk, more: float, fewer: float | None, true: float | None, sentences: list[str]
) -> None:
    story = hour_story(desk.queue, desk.branch, "2026-11-24", "09", now=MORNING)
    found = OtherCounters(PastHour(0.54, more, fewer), 600, true)
    view = HourView(story, Writing("en"))
    assert list(view.other_counters(found)) == sentences
    assert bool(view.basis(found)) is (sentences != [FAR])


def cell(*waited: float, left: tuple[float, ...] = ()) -> Cell:
    """Visits that were called or left after so many seconds."""
    visits = visit_cell()
    for seconds in waited:
        visits.durations.add(round(seconds * 1000))
    for seconds in left:
        assert visits.left is not None
        visits.left.add(round(seconds * 1000))
    return visits


@pytest.mark.parametrize(
    ("visits", "share"),
    [
        (cell(*4 * (599.999,), 600), 0.8),
        (cell(*5 * (1,), left=(599.999,)), 1),
        (cell(*4 * (1,), left=(600,)), 0.8),
        (cell(*4 * (1,), left=(599.999,)), None),
        (cell(), None),
    ],
)
def test_the_true_share_is_of_the_waits_and_of_those_who_left_too_late(
    visits: Cell, share: float | None
) -> None:
    assert true_share(visits, 600) == share
    assert true_share(visits.in_buckets(), 600) == share
    assert true_share(cell(*5 * (1,)).in_buckets(), 601) is None


def test_services_with_counters_of_their_own_are_left_out(desk: Desk) -> None:
    split = [
        {"id": "1", "name": "Skranke 1", "services": ["pas"]},
        {"id": "2", "name": "Skranke 2", "services": ["korekort", "turist"]},
    ]
    put_branch(desk.queue, desk.branch, branch(counters=split))
    assert told(desk) is None


def test_without_counters_time_nothing_is_said(desk: Desk) -> None:
    keep(desk.queue, desk.branch, same_days(past_day({"09": 24}, service_seconds=0)))
    assert told(desk) is None


def test_the_goal_is_one_of_waits_that_judges_every_service_first(desk: Desk) -> None:
    some, every = waits("some", 5, ["pas"]), waits("every", 20, ["*"])
    for goals, expected in (([some, every], "every"), ([some], "some"), ([], None)):
        changed = put_branch(desk.queue, desk.branch, branch(goals=goals)).branch
        # A date before the change keeps the goals that it had.
        date = moment(changed, desk.queue.store.time() + 24 * 3600 * 1000).date
        noon = clock_on(changed, date, "12:00")
        story = hour_story(desk.queue, desk.branch, date, "09", now=noon)
        goal = hour_goal(story)
        assert (goal and goal.id) == expected
