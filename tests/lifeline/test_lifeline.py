"""Ringing and answering on a real store: who gets a call, what is counted, what a race leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest

from queue_service.command import Command, Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.store import CounterStore
from queue_service.errors import (
    BranchClosed,
    BranchNotFound,
    CounterNotFound,
    IdempotencyKeyReused,
    Invalid,
    NotFound,
    VisitNotFound,
    WrongState,
)
from queue_service.language.instants import rfc3339
from queue_service.lifeline.keys import LifelineKeys
from queue_service.lifeline.operations import answering, figures, ringing
from queue_service.lifeline.operations.current_call import BranchCall
from queue_service.lifeline.operations.ringing import BROKEN_OFF_MS
from queue_service.lifeline.rules import PLACES, RINGS_MS, SAT_MS
from queue_service.lifeline.store import LifelineStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.operations import visits
from tests.desks import MORNING, Desk, document
from tests.lifeline.town_hall import DATE, LINES, SPECIALIST, at_hall, open_library


@pytest.fixture
def library(queue: Queue) -> Desk:
    """A library with a citizen at counter 1, and a town hall with two lifelines."""
    desk = open_library(queue)
    serve(desk)
    return desk


def serve(desk: Desk, counter: str = "1") -> str:
    """Bring a citizen to a counter; the visit's id."""
    desk.issue()
    visit = desk.called(counter).visit
    return visits.start(desk.queue, desk.command(), visit.id).visit.id


def visit_at(desk: Desk, counter: str = "1") -> str:
    return desk.queue.get(CounterStore).states(desk.branch).busy[counter]


def ring(desk: Desk, line: str = "pas", key: str | None = None, counter: str = "1") -> BranchCall:
    visit = visit_at(desk, counter)
    return ringing.ring(desk.queue, desk.command(key), counter, visit, "hall", line)


def take(desk: Desk, rung: BranchCall, place: int = 1, key: str = "") -> BranchCall:
    return answering.take(desk.queue, at_hall(desk, key), rung.call.id, place)


def counted(queue: Queue) -> dict[str, str]:
    """The day's counts, without their common beginning."""
    stored = queue.get(LifelineStore).days("hall", [DATE]).get(DATE, {})
    return {name.removeprefix("09|pas|pas|"): n for name, n in stored.items()}


def at_desk(desk: Desk) -> BranchCall | None:
    return ringing.desk(desk.queue, desk.command(), "1", None).rung


def events_of(desk: Desk, branch: str) -> list[str]:
    entries: Any = desk.queue.store.client.xrange(BranchKeys(branch).events)
    names = [fields["event"] for _, fields in entries]
    return [name.removeprefix("lifeline.") for name in names if name.startswith("lifeline.")]


def test_a_call_is_taken_and_both_sides_see_it(library: Desk) -> None:
    rung = ring(library)
    assert (rung.call.state, rung.call.number, rung.call.service) == ("ringing", "A001", "pas")
    assert [r.call for r in answering.calls(library.queue, at_hall(library))] == [rung.call]
    library.later(12)
    taken = take(library, rung, 2).call
    assert (taken.state, taken.place) == ("taken", 2)
    assert taken.taken_at == MORNING + 12_000
    seen = at_desk(library)
    assert seen is not None
    assert seen.call == taken
    library.later(60)
    assert answering.end(library.queue, at_hall(library), rung.call.id).call.state == "ended"
    assert answering.calls(library.queue, at_hall(library)) == []
    assert counted(library.queue) == {"answered": "1", "judged": "1", "within": "1", "s12": "1"}
    assert events_of(library, "hall") == events_of(library, "bib") == ["ringing", "taken", "ended"]


def missed(desk: Desk) -> list[str]:
    return [
        rung.call.number for rung in answering.specialists_view(desk.queue, at_hall(desk)).missed
    ]


def test_a_missed_call_is_shown_until_somebody_says_they_know_of_it(library: Desk) -> None:
    rung = ring(library)
    library.later(RINGS_MS / 1000 - 1)
    assert missed(library) == []
    with pytest.raises(WrongState):
        answering.acknowledge(library.queue, at_hall(library), rung.call.id)
    library.later(1)
    assert missed(library) == ["A001"]
    before = counted(library.queue)
    known = answering.acknowledge(library.queue, at_hall(library, "k"), rung.call.id)
    assert (known.call.state, known.call.acknowledged_at) == ("missed", MORNING + RINGS_MS)
    assert (missed(library), events_of(library, "hall")[-1]) == ([], "acknowledged")
    again = answering.acknowledge(library.queue, at_hall(library.later(1), "k"), rung.call.id)
    assert again.call == known.call
    assert counted(library.queue) == before


def test_missed_calls_are_those_of_the_day(library: Desk) -> None:
    for _ in range(2):
        ring(library)
        library.later(RINGS_MS / 1000)
        missed(library)
    assert missed(library) == ["A001", "A001"]
    midnight = 15 * 3600 - library.seconds
    library.later(midnight - 1)
    assert len(missed(library)) == 2
    library.later(1)
    assert missed(library) == []
    key = LifelineKeys("hall").missed_calls
    assert 0 < int(library.queue.store.client.ttl(key)) <= 86_400


def sit(desk: Desk, page: str, wanted: int | None = None) -> int:
    return answering.sit(desk.queue, at_hall(desk), page, wanted)


def test_each_page_of_the_specialists_has_a_place_of_its_own(library: Desk) -> None:
    assert [sit(library, page) for page in ("page-one", "page-two", "page-one")] == [1, 2, 1]
    # A requested place is given if it is free; otherwise the page keeps its own.
    assert sit(library, "page-two", 1) == 2
    assert sit(library, "page-three", 2) == 3
    assert sit(library, "page-two", 7) == 7
    assert sit(library, "page-four") == 2
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda n: sit(library, f"another-{n}"), range(8))
        assert sorted(asked) == [4, 5, 6, 8, 9, 10, 11, 12]


def test_a_place_is_free_once_its_page_is_heard_no_more(library: Desk) -> None:
    sit(library, "page-one")
    library.later(SAT_MS / 1000 - 0.001)
    assert sit(library, "page-two") == 2
    library.later(0.001)
    assert sit(library, "page-three") == 1


def test_there_are_no_more_places_than_there_are_numbers(library: Desk) -> None:
    assert [sit(library, f"page-{n}") for n in range(PLACES)][-1] == PLACES
    with pytest.raises(WrongState):
        sit(library, "one-too-many")
    with pytest.raises(BranchNotFound):
        answering.sit(library.queue, Command("nowhere", SPECIALIST), "page-one")


@pytest.mark.parametrize(
    ("hours", "exceptions", "opens"),
    [
        ({"wed": [["12:00", "13:00"]]}, [], (25, 12)),
        ({"wed": [["08:00", "09:00"]], "thu": [["10:00", "11:00"]]}, [], (26, 10)),
        ({"wed": [["12:00", "13:00"]]}, [{"date": DATE, "hours": []}], (32, 12)),
        ({"wed": [["10:00", "14:00"]]}, [{"date": DATE, "hours": [["11:00", "12:00"]]}], (25, 11)),
        ({"wed": [["12:00", "13:00"]]}, [
            {"date": f"2026-{month}-{day:02}", "hours": []}
            for month, day in ((11, 25), (12, 2), (12, 9), (12, 16), (12, 23))
        ], None),
    ],
)  # fmt: skip
def test_out_of_hours_a_lifeline_shows_when_it_opens(
    library: Desk, hours: Any, exceptions: Any, opens: tuple[int, int] | None
) -> None:
    shut = [{**LINES[0], "hours": hours}]
    put_branch(
        library.queue, "hall",
        document(name="Rådhuset", lifelines=shut, hours_exceptions=exceptions),
    )  # fmt: skip
    # 25 November 2026, 9.00, a Wednesday.
    at = opens and MORNING + ((opens[0] - 25) * 24 + opens[1] - 9) * 3_600_000
    (reached,) = ringing.desk(library.queue, library.command(), "1", None).lifelines
    assert (reached.open, reached.opens_at) == (False, at)
    with pytest.raises(BranchClosed) as refused:
        ring(library)
    assert refused.value.extra["opens_at"] == (at and rfc3339(at))


def test_the_lifelines_that_name_the_service_come_first_and_closed_ones_last(
    library: Desk,
) -> None:
    def ids() -> list[tuple[str, bool]]:
        found = ringing.desk(library.queue, library.command(), "1", None).lifelines
        return [(each.lifeline.id, each.open) for each in found]

    assert ids() == [("pas", True), ("alt", True)]
    shut = [{**LINES[0], "hours": {"wed": [["12:00", "13:00"]]}}, LINES[1]]
    put_branch(library.queue, "hall", document(lifelines=shut))
    assert ids() == [("alt", True), ("pas", False)]
    with pytest.raises(BranchClosed) as refused:
        ring(library)
    assert refused.value.extra["telephone"] == "4410"
    other = ringing.desk(library.queue, library.command(), "1", "turist").lifelines
    assert [each.lifeline.id for each in other] == ["alt"]
    assert ringing.desk(library.queue, library.command(), "2", None).lifelines == ()


def test_of_two_who_take_it_at_once_one_gets_it(library: Desk) -> None:
    for _ in range(5):
        rung = ring(library)

        def attempt(place: int, rung: BranchCall = rung) -> int | None:
            with suppress(WrongState):
                return take(library, rung, place).call.place
            return None

        with ThreadPoolExecutor(4) as pool:
            got = [place for place in pool.map(attempt, range(1, 5)) if place]
        assert len(got) == 1
        with pytest.raises(WrongState) as refused:
            take(library, rung, 9)
        assert refused.value.extra == {"state": "taken", "place": got[0]}
        answering.end(library.queue, at_hall(library), rung.call.id)
    assert counted(library.queue)["answered"] == "5"


@contextmanager
def before_change(monkeypatch: pytest.MonkeyPatch, step: Callable[[], object]) -> Iterator[None]:
    """Step in once between a decision and its writing."""
    change = LifelineStore.change
    steps = iter([step])

    def stepped(*args: Any) -> Any:
        for first in steps:
            first()
        return change(*args)

    with monkeypatch.context() as patch:
        patch.setattr(LifelineStore, "change", stepped)
        yield


def test_the_second_of_take_and_cancel_is_refused(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = ring(library)
    with (
        before_change(monkeypatch, lambda: take(library, rung)),
        pytest.raises(WrongState) as refused,
    ):
        ringing.cancel(library.queue, library.command(), "1")
    assert refused.value.extra == {"state": "taken", "place": 1}
    ringing.end_at_counter(library.queue, library.command(), "1")
    rung = ring(library)
    step = partial(ringing.cancel, library.queue, library.command(), "1")
    with before_change(monkeypatch, step), pytest.raises(WrongState) as refused:
        take(library, rung)
    assert refused.value.extra["state"] == "cancelled"
    assert counted(library.queue) == {
        "answered": "1", "judged": "1", "within": "1", "s0": "1", "withdrawn": "1"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [(59.999, {"withdrawn": "1"}), (60, {"cancelled": "1", "judged": "1"})],
)
def test_a_call_that_is_cancelled_counts_from_the_limit_on(
    library: Desk, seconds: float, counts: dict[str, str]
) -> None:
    ring(library)
    library.later(seconds)
    assert ringing.cancel(library.queue, library.command(), "1").call.state == "cancelled"
    assert ringing.cancel(library.queue, library.command(), "1").call.state == "cancelled"
    assert counted(library.queue) == counts


def test_a_call_that_is_not_taken_is_missed_and_can_be_made_again(library: Desk) -> None:
    rung = ring(library)
    with pytest.raises(WrongState) as refused:
        ring(library, "alt")
    assert refused.value.extra["state"] == "ringing"
    library.later(RINGS_MS / 1000)
    seen = at_desk(library)
    assert seen is not None
    assert seen.call.state == "missed"
    with pytest.raises(WrongState):
        take(library, rung)
    with pytest.raises(WrongState):
        ringing.cancel(library.queue, library.command(), "1")
    assert ring(library).call.state == "ringing"
    assert counted(library.queue) == {"missed": "1", "judged": "1"}


def test_a_missed_call_is_found_by_the_first_reader(library: Desk) -> None:
    ring(library)
    library.later(RINGS_MS / 1000)
    assert answering.calls(library.queue, at_hall(library)) == []
    assert counted(library.queue) == {"missed": "1", "judged": "1"}
    assert events_of(library, "bib") == ["ringing", "missed"]


def test_a_new_call_ends_the_one_that_is_talked_about(library: Desk) -> None:
    rung = ring(library)
    take(library, rung)
    other = ring(library, "alt")
    assert [r.call.id for r in answering.calls(library.queue, at_hall(library))] == [other.call.id]


def test_a_repeated_request_rings_once_and_is_answered_as_before(library: Desk) -> None:
    one = ring(library, key="k")
    again = ring(library, key="k")
    assert (one.call, one.replayed) == (again.call, False)
    assert again.replayed
    take(library, one, key="t")
    once_more = take(library, one, key="t")
    assert (once_more.call.place, once_more.replayed) == (1, True)
    with pytest.raises(WrongState):
        take(library, one, place=2)
    visit, command = visit_at(library), library.command("k", request="other")
    with pytest.raises(IdempotencyKeyReused):
        ringing.ring(library.queue, command, "1", visit, "hall", "alt")
    # Also when the visit has left the counter by then.
    visits.complete(library.queue, library.command(), visit_at(library), "resolved")
    visit = one.call.visit
    replay = ringing.ring(library.queue, library.command("k"), "1", visit, "hall", "pas")
    assert replay.call.state == "taken"
    assert counted(library.queue)["answered"] == "1"


def test_a_call_that_was_broken_off_before_it_rang_holds_the_counter_a_moment(
    library: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(LifelineStore, "ring", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ring(library, key="k")
    library.later((BROKEN_OFF_MS - 1) / 1000)
    with pytest.raises(WrongState):
        ring(library)
    assert ring(library, key="k").call.state == "ringing"  # the same request goes on
    ringing.cancel(library.queue, library.command(), "1")
    with monkeypatch.context() as patch:
        patch.setattr(LifelineStore, "ring", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ring(library)
    library.later(BROKEN_OFF_MS / 1000)
    assert ring(library).call.state == "ringing"


def test_only_the_visit_at_the_counter_can_be_asked_about(library: Desk) -> None:
    q, here = library.queue, visit_at(library)
    library.open("2")
    with pytest.raises(WrongState):
        ringing.ring(q, library.command(), "2", here, "hall", "pas")
    with pytest.raises(VisitNotFound):
        ringing.ring(q, library.command(), "1", "nobody", "hall", "pas")
    with pytest.raises(CounterNotFound):
        ringing.ring(q, library.command(), "9", here, "hall", "pas")
    with pytest.raises(NotFound):
        ringing.ring(q, library.command(), "1", here, "hall", "visum")
    with pytest.raises(NotFound):
        ringing.cancel(q, library.command(), "1")
    visits.complete(q, library.command(), here, "resolved")
    with pytest.raises(WrongState) as refused:
        ringing.ring(q, library.command(), "1", here, "hall", "pas")
    assert refused.value.extra["state"] == "completed"
    assert events_of(library, "hall") == []


@pytest.mark.parametrize("place", [0, 100])
def test_a_place_is_a_number(library: Desk, place: int) -> None:
    rung = ring(library)
    with pytest.raises(Invalid):
        take(library, rung, place)
    assert take(library, rung, min(max(place, 1), 99)).call.state == "taken"


def test_practice_rings_practice_alone(library: Desk) -> None:
    put_branch(library.queue, "skole", document(practice=True, lifelines=LINES))
    found = ringing.desk(library.queue, library.command(), "1", None).lifelines
    assert {each.answering.id for each in found} == {"hall"}
    with pytest.raises(NotFound):
        ringing.ring(library.queue, library.command(), "1", visit_at(library), "skole", "pas")


def test_the_remains_name_no_one_and_the_rest_expires(library: Desk) -> None:
    rung = ring(library)
    take(library, rung)
    k = LifelineKeys("hall")
    client = library.queue.store.client
    assert 0 < int(client.ttl(k.call(rung.call.id))) <= 86_400
    fields = " ".join(counted(library.queue))
    assert not any(text in fields for text in (rung.call.visit, "A001", "specialist", CLERK_ID))


CLERK_ID = "clerk-token"


def test_a_lifeline_in_the_clerks_own_branch_is_notified_once(library: Desk) -> None:
    hall = Desk(library.queue, "hall")
    hall.open()
    serve(hall)
    rung = ringing.ring(hall.queue, hall.command(), "1", visit_at(hall), "hall", "pas")
    take(library, rung)
    assert events_of(library, "hall") == ["ringing", "taken"]


def test_the_figures_of_a_day(library: Desk) -> None:
    for seconds in (5, 61):
        rung = ring(library)
        library.later(seconds)
        take(library, rung)
    found = figures.lifeline_figures(library.queue, "hall", DATE, DATE)
    assert sum(cell.n for cell in found.cells if cell.fact == "within") == 1
    assert [line.id for line in found.lifelines] == ["pas", "alt"]
