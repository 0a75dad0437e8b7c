"""The numbers that the rest of the day does not reach, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.interventions import is_told_not_today
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid, ServiceNotFound
from queue_service.interventions import operations
from queue_service.interventions.rules import Wanted
from queue_service.staffing.operations.not_reached import left_today
from queue_service.staffing.rules.not_reached import (
    LEAST_CALLS,
    NotReached,
    Reach,
    not_reached,
    reach,
)
from queue_service.visits.operations import visits
from queue_service.visits.rules.visit import Inquiry, Visit
from queue_service.visits.store.visit_store import VisitStore
from tests.desks import MORNING, Desk, document
from tests.visits.cases import WAITING

HOUR = 3_600_000
SUPERVISOR = Caller("supervisor-account", "supervisor")


@pytest.mark.parametrize(
    ("waiting", "calls", "left", "expected"),
    [
        (10, 20, HOUR // 2, None),  # ten are reached in half an hour
        (11, 20, HOUR // 2, Reach(10, 5, 11)),
        (40, 20, HOUR // 2, Reach(10, 5, 15)),
        (40, 20, HOUR, Reach(20, 11, 29)),
        (40, LEAST_CALLS - 1, HOUR, None),  # too little is known
        (40, LEAST_CALLS, HOUR, Reach(5, 0, 10)),
        (40, 20, 0, None),  # it is closed
        (1, 20, 1, Reach(0, 0, 1)),
    ],
)
def test_so_many_are_reached(waiting: int, calls: int, left: int, expected: Reach | None) -> None:
    assert reach(waiting, calls, HOUR, left) == expected


def test_a_quarter_of_an_hour_after_opening_the_pace_is_that_since() -> None:
    assert reach(50, 10, HOUR // 4, HOUR) == Reach(40, 21, 50)
    assert reach(40, 10, HOUR // 4, HOUR) is None


def line(*numbers: str) -> list[Visit]:
    """Waiting visits in the order of their calls; passports have an A."""
    services = {"A": "pas", "B": "korekort"}
    return [
        WAITING._replace(id=number, number=number, inquiries=(Inquiry(services[number[0]]),))
        for number in numbers
    ]


@pytest.mark.parametrize(
    ("numbers", "found", "expected"),
    [
        (
            ("A001", "B001", "A002", "A003"), Reach(2, 1, 3),
            NotReached({"pas": "A002"}, 2, "B001", "A003"),
        ),
        (
            ("A001", "B001", "A002", "B002"), Reach(1, 0, 4),
            NotReached({"pas": "A002", "korekort": "B001"}, 3, "A001", None),
        ),
        # A number that comes later than its followers is not the first of those left out.
        (("A002", "A003", "A001"), Reach(2, 2, 3), None),
        (("A001", "A003", "A002"), Reach(1, 1, 3), NotReached({"pas": "A002"}, 2, "A003", None)),
    ],
)  # fmt: skip
def test_a_service_has_a_first_number(
    numbers: tuple[str, ...], found: Reach, expected: NotReached | None
) -> None:
    assert not_reached(line(*numbers), found) == expected


CARRIED, LAST_CARRIED = (
    one._replace(id=f"carried-{one.id}", date="2026-11-24") for one in line("A045", "A046")
)


@pytest.mark.parametrize(
    ("reached", "expected"),
    [
        (3, NotReached({"pas": "A002"}, 1, "A002", None)),
        (2, NotReached({"pas": "A001"}, 2, "A001", None)),
        (1, NotReached({"pas": "A001"}, 3, "A046", None)),  # one of them is carried over
    ],
)
def test_a_carried_number_is_not_compared_with_those_of_today(
    reached: int, expected: NotReached
) -> None:
    waiting = [CARRIED, LAST_CARRIED, *line("A001", "A002")]
    assert not_reached(waiting, Reach(reached, reached, 4)) == expected


def test_carried_visits_are_named_if_no_others_wait() -> None:
    waiting = [CARRIED, LAST_CARRIED]
    assert not_reached(waiting, Reach(1, 1, 2)) == NotReached({"pas": "A046"}, 1, "A046", None)


def test_carried_visits_count_as_waiting_and_as_calls_of_the_hour(queue: Queue) -> None:
    hours = {day: [["09:00", "17:00"]] for day in ("wed", "thu")}
    put_branch(queue, "raadhuset", document(opening_hours=hours), at=MORNING)
    desk = Desk(queue)
    for _ in range(20):
        desk.issue()
    command = desk.later(60).command()._replace(caller=SUPERVISOR)
    operations.begin(queue, command, Wanted("carry_over"))
    desk.seconds = 24 * 3600 + 6.5 * 3600  # half past three on the next day
    desk.open("1")
    desk.issue()
    for _ in range(LEAST_CALLS - 1):
        visits.complete(queue, desk.later(60).command(), desk.called("1").visit.id, "resolved")
    desk.seconds = 24 * 3600 + 7 * 3600
    assert left_today(queue, desk.state()) == (), "four calls say too little"
    visits.complete(queue, desk.command(), desk.called("1").visit.id, "resolved")
    (found,) = left_today(queue, desk.state())
    # The hour that is left reaches five of sixteen visits; the last has a number of today.
    assert (found.count, found.numbers) == (11, {"pas": "A021"})


def test_it_is_seen_said_and_taken_back(live: Desk) -> None:
    desk = live
    desk.open("1")
    desk.seconds = 7 * 3600  # one hour is left
    waiting = [desk.issue().visit for _ in range(20)]
    assert left_today(desk.queue, desk.state()) == ()
    for _ in range(6):
        desk.later(60)
        visits.complete(desk.queue, desk.command(), desk.called("1").visit.id, "resolved")
    desk.seconds = 7.5 * 3600
    (found,) = left_today(desk.queue, desk.state())
    # Six in half an hour... and in the half hour that is left three.
    assert found.numbers == {"pas": "A010"}
    assert found.count == 11

    command = desk.command()._replace(caller=SUPERVISOR)
    wanted = Wanted("not_today", numbers=dict(found.numbers))
    said = operations.begin(desk.queue, command, wanted).one
    state = desk.state()
    assert [(one.kind, one.numbers) for one in state.interventions] == [
        ("not_today", {"pas": "A010"})
    ]
    assert "A010" in said.texts["da"]
    assert (said.until, said.screens) == ("closing", ("kiosk", "display"))
    told = [is_told_not_today(state.interventions, "pas", n, state.now) for n in ("A009", "A010")]
    assert told == [False, True]
    assert not is_told_not_today(state.interventions, "korekort", "B099", state.now)
    # The places stay: those numbers are called as any other.
    assert desk.called("1").visit.id == waiting[6].id

    again = operations.begin(
        desk.queue, desk.later(60).command()._replace(caller=SUPERVISOR),
        Wanted("not_today", numbers={"pas": "A012"}),
    ).one  # fmt: skip
    assert [one.id for one in desk.state().interventions] == [again.id]
    operations.end(desk.queue, desk.command()._replace(caller=SUPERVISOR), again.id)
    assert desk.state().interventions == ()


def test_nothing_is_read_twice_at_an_event_nor_a_visit_that_ended(
    live: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, read = live, list[str]()
    many = VisitStore.many

    def noted(store: VisitStore, branch: str, ids: Iterable[str]) -> list[Visit]:
        wanted = list(ids)
        read.extend(wanted)
        return many(store, branch, wanted)

    monkeypatch.setattr(VisitStore, "many", noted)
    desk.open("1")
    desk.seconds = 7 * 3600
    waiting = [desk.issue().visit.id for _ in range(20)]
    for visit in waiting[:6]:
        assert desk.later(60).called("1").visit.id == visit
        visits.complete(desk.queue, desk.command(), visit, "resolved")
    desk.seconds = 7.5 * 3600
    (first,) = left_today(desk.queue, desk.state())
    assert {*read} == {*waiting}
    read.clear()
    assert left_today(desk.queue, desk.state()) == (first,)
    assert read == []
    waiting.append(desk.issue().visit.id)
    (found,) = left_today(desk.queue, desk.state())
    assert (found.count, {*read}) == (first.count + 1, {*waiting[6:]})


@pytest.mark.parametrize(
    ("numbers", "refusal"),
    [
        ({}, Invalid),
        ({"pas": "B001"}, Invalid),
        ({"pas": "A"}, Invalid),
        ({"ukendt": "A001"}, ServiceNotFound),
    ],
)
def test_other_numbers_are_refused(
    live: Desk, numbers: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        operations.begin(
            live.queue,
            live.command()._replace(caller=SUPERVISOR),
            Wanted("not_today", numbers=numbers),
        )
    assert live.state().interventions == ()
