"""A terminal's answers: each is counted once, repeats of children are not, none can be traced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from random import Random

import pytest

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.days.rules.period import before, between, period_of, whole_months
from queue_service.errors import (
    BranchNotFound,
    IdempotencyKeyReused,
    Invalid,
    RateLimited,
    ServiceNotFound,
)
from queue_service.feedback.operations import Given, give_feedback
from queue_service.feedback.rules import (
    MOST_COUNTED,
    MOST_PRESSES,
    RATINGS,
    REPEAT_MS,
    WINDOW_MS,
    FeedbackBreakdown,
    fields_of,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.satisfaction.operations import feedback
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import issuing, visits
from tests.desks import MORNING, Desk, document

DATE = "2026-11-25"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SLOW_MS = 60_000
"""More than the time between two calls of a test."""
HAPPY: Mapping[str, int] = {"help": 5, "task": 5}


def command(ms: float = 0, terminal: str = "door", key: str = "", request: str = "same") -> Command:
    """A command of a terminal so many ms after nine."""
    idempotency = IdempotencyKey(terminal, key, request) if key else None
    return Command(
        "raadhuset", Caller(terminal, "kiosk", "raadhuset"), idempotency, MORNING + round(ms)
    )


def give(queue: Queue, ms: float = 0, terminal: str = "door") -> bool:
    """Whether one happy citizen's answer is counted."""
    return give_feedback(queue, command(ms, terminal), {"help": 5, "task": 5}).counted


def stored(queue: Queue, date: str = DATE) -> dict[str, str]:
    """The stored counts of a date's answers."""
    return dict(queue.get(FeedbackStore).days("raadhuset", [date]).get(date, {}))


def test_an_answer_is_a_count_by_the_hour(desk: Desk) -> None:
    given = give_feedback(
        desk.queue, command(59 * 60_000), {"help": 4}, service="pas", team="library"
    )
    assert given == Given(counted=True, replayed=False)
    assert stored(desk.queue) == {"09|pas|library||0": "1", "09|pas|library|help|4": "1"}
    assert give(desk.queue, HOUR_MS)
    assert stored(desk.queue)["10||||0"] == "1"


def test_the_last_moment_of_an_hour_and_the_first_of_the_next(desk: Desk) -> None:
    give(desk.queue, HOUR_MS - 1, "one")
    give(desk.queue, HOUR_MS, "other")
    assert {name.split("|")[0] for name in stored(desk.queue)} == {"09", "10"}


def test_no_stored_data_reveals_the_time_or_the_person(desk: Desk) -> None:
    give_feedback(desk.queue, command(1234, key="k"), {"help": 1})
    k = BranchKeys("raadhuset")
    client = desk.queue.store.client
    kept = {key for key in client.scan_iter(f"{k.prefix}*") if "feedback" in key or "memo" in key}
    assert kept == {k.feedback(DATE), k.feedback_terminal("door"), k.idempotency("door", "k")}
    # The record of a repeat expires a day after the hour: its time to live reveals no
    # minute.
    left = int(client.pttl(k.idempotency("door", "k")))
    assert 0 <= DAY_MS + HOUR_MS - 1234 - left < SLOW_MS
    # The terminal's last moment goes by itself, and says nothing of the answer.
    assert 0 < int(client.pttl(k.feedback_terminal("door"))) <= WINDOW_MS
    assert client.get(k.idempotency("door", "k")) == "same\n1"


def test_the_same_request_counts_once(desk: Desk) -> None:
    first = give_feedback(desk.queue, command(key="k"), {"help": 5})
    again = give_feedback(desk.queue, command(REPEAT_MS, key="k"), {"help": 5})
    assert (first, again) == (Given(True, False), Given(True, True))
    assert stored(desk.queue)["09||||0"] == "1"
    with pytest.raises(IdempotencyKeyReused):
        give_feedback(desk.queue, command(key="k", request="other"), {"help": 1})


def test_a_second_hand_within_five_seconds_is_a_repeat(desk: Desk) -> None:
    assert give(desk.queue, 0)
    assert not give(desk.queue, REPEAT_MS - 1)
    assert give(desk.queue, REPEAT_MS - 1, "another terminal")
    # Each press restarts the window.
    assert not give(desk.queue, 2 * (REPEAT_MS - 1))
    assert give(desk.queue, 2 * (REPEAT_MS - 1) + REPEAT_MS)
    assert stored(desk.queue) == {
        "09||||0": "3", "09|||help|5": "3", "09|||task|5": "3", "set_aside": "2",
    }  # fmt: skip


def test_ten_in_five_minutes_are_counted_and_the_eleventh_is_not(desk: Desk) -> None:
    # Answers that count as repeats use up nothing.
    assert [give(desk.queue), give(desk.queue)] == [True, False]
    more = [give(desk.queue, n * REPEAT_MS) for n in range(1, MOST_COUNTED + 1)]
    assert more == [True] * (MOST_COUNTED - 1) + [False]
    assert not give(desk.queue, WINDOW_MS - 1)
    assert give(desk.queue, WINDOW_MS - 1 + REPEAT_MS)


def test_a_terminal_that_sends_on_and_on_is_refused(desk: Desk) -> None:
    for _ in range(MOST_PRESSES):
        give(desk.queue)
    before = stored(desk.queue)
    with pytest.raises(RateLimited) as refused:
        give(desk.queue, 1500)
    assert refused.value.extra["retry_after"] == WINDOW_MS // 1000 - 1
    assert stored(desk.queue) == before
    assert give(desk.queue, WINDOW_MS)


def test_an_unknown_service_or_counter_is_refused_and_leaves_no_trace(desk: Desk) -> None:
    with pytest.raises(ServiceNotFound):
        give_feedback(desk.queue, command(), {"help": 5}, service="nothing")
    with pytest.raises(Invalid) as refused:
        give_feedback(desk.queue, command(), {"help": 5}, team="nobody")
    errors: object = refused.value.extra["errors"]
    assert json.dumps(errors).count('"team"') == 1
    with pytest.raises(BranchNotFound):
        give_feedback(desk.queue, command()._replace(branch="nowhere"), {"help": 5})
    assert stored(desk.queue) == {}


def test_a_configuration_that_changed_meanwhile_is_read_again(desk: Desk) -> None:
    desk.queue.get(BranchStore).get("raadhuset")
    services = [*document()["services"], {"id": "nyt", "name": {"da": "Nyt"}, "prefix": "N"}]
    put_branch(desk.queue, "raadhuset", document(historic=True, services=services))
    assert give_feedback(desk.queue, command(), {"help": 5}, service="nyt").counted


def test_the_figures_of_a_range_with_its_answer_rate(desk: Desk) -> None:
    desk.open("1", "citizen")
    for _ in range(2):
        visit_id = issuing.serve(desk.queue, desk.command(), "1", "pas").visit.id
        visits.complete(desk.queue, desk.later(60).command(), visit_id, "resolved")
    give_feedback(desk.queue, command(0, "a"), {"help": 5, "task": 3}, service="pas")
    found = feedback(desk.queue, "raadhuset", DATE, DATE)
    assert (found.period, found.completed, found.set_aside) == (between(DATE, DATE), 2, 0)
    assert (found.total.people, found.total.answers["help"].n) == (1, 0)
    month = feedback(desk.queue, "raadhuset", "2026-11-01", "2026-11-30")
    assert (found.rows("service"), month.rows("service")["pas"].people) == ({}, 1)
    assert found.answer_rate == 0.5
    nothing = feedback(desk.queue, "raadhuset", "2026-11-24", "2026-11-24")
    assert (nothing.rows("day"), nothing.total.people, nothing.answer_rate) == ({}, 0, None)


def test_the_running_day_is_not_reported(live: Desk) -> None:
    today = moment(live.queue.get(BranchStore).get(live.branch), live.queue.store.time()).date
    give_feedback(live.queue, command()._replace(at=None), {"help": 5})
    assert stored(live.queue, today) != {}
    running = feedback(live.queue, live.branch, period_of("month", today).first)
    assert (running.total.people, running.rows("day"), running.rows("hour")) == (0, {}, {})


@pytest.mark.parametrize("by", ["hour", "service", "team"])
def test_breakdowns_come_in_whole_months(desk: Desk, by: FeedbackBreakdown) -> None:
    for n in range(10):
        give(desk.queue, n * WINDOW_MS)
    for first, last in ((DATE, DATE), ("2026-11-02", "2026-11-30"), ("2026-11-01", "2026-11-29")):
        part = feedback(desk.queue, "raadhuset", first, last)
        assert part.total.answers["help"].n == 10
        assert part.rows(by) == {}
        with pytest.raises(Invalid):
            part.require_publishable(by)
        part.require_publishable("day")
    months = feedback(desk.queue, "raadhuset", "2026-10-01", "2026-11-30")
    months.require_publishable(by)
    assert sum(row.answers["help"].n for row in months.rows(by).values()) == 10


def test_the_running_month_is_not_over(live: Desk) -> None:
    today = moment(live.queue.get(BranchStore).get(live.branch), live.queue.store.time()).date
    running = period_of("month", today)
    last = before(running)
    feedback(live.queue, live.branch, last.first, last.last).require_publishable("service")
    with pytest.raises(Invalid) as refused:
        feedback(live.queue, live.branch, last.first, running.last).require_publishable("service")
    assert f"{last.first} to {last.last}" in refused.value.detail


@pytest.mark.slow
def test_no_two_ranges_of_dates_reveal_fewer_than_ten(desk: Desk) -> None:
    """A quarter with a few answers a day: every range from every date to every other."""
    client, k = desk.queue.store.client, BranchKeys("raadhuset")
    random = Random(11)  # noqa: S311 - figures, not secrets
    for date in between("2026-09-01", "2026-11-30").dates():
        n = random.randrange(6)
        if n:
            services = random.choices(("pas", "turist"), k=n)
            for service in services:
                for field in fields_of("09", service, "", {"help": random.choice(RATINGS)}):
                    client.hincrby(k.feedback(date), field, 1)

    def helped(first: str, last: str) -> int:
        return feedback(desk.queue, "raadhuset", first, last).total.answers["help"].n

    ends = sorted(
        {helped("2026-09-01", date) for date in between("2026-09-02", "2026-11-30").dates()}
    )
    assert len(ends) > 10
    assert min(after - earlier for earlier, after in pairwise(ends)) >= 10
    begins = sorted(
        {helped(date, "2026-11-30") for date in between("2026-09-02", "2026-11-30").dates()}
    )
    assert min(after - earlier for earlier, after in pairwise(begins)) >= 10
    # The services of a month have the same sum as its dates.
    for month in whole_months(between("2026-09-01", "2026-11-30")):
        found = feedback(desk.queue, "raadhuset", month.first, month.last)
        reported = [row.answers["help"].n for row in found.rows("service").values()]
        assert sum(reported) in (0, found.total.answers["help"].n)


def test_a_repeat_gets_the_same_response_after_its_service_was_removed(desk: Desk) -> None:
    request = command(key="k")
    first = give_feedback(desk.queue, request, {"help": 5}, service="gammel")
    services = [s for s in document()["services"] if s["id"] != "gammel"]
    put_branch(desk.queue, "raadhuset", document(historic=True, services=services))
    again = give_feedback(desk.queue, request, {"help": 5}, service="gammel")
    assert (first, again) == (Given(True, False), Given(True, True))


@pytest.mark.parametrize(
    ("zone", "hour"), [("Europe/Copenhagen", "09"), ("Asia/Kolkata", "13"), ("UTC", "08")]
)
def test_hours_are_the_branchs_own(queue: Queue, zone: str, hour: str) -> None:
    put_branch(queue, "raadhuset", document(historic=True, timezone=zone))
    assert give(queue)
    assert {name.split("|")[0] for name in stored(queue)} == {hour}
