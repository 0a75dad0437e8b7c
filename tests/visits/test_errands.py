"""Several errands, or several people, with one number."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import (
    Forbidden,
    InUse,
    Invalid,
    ServiceInactive,
    ServiceNotFound,
    TooManyErrands,
)
from queue_service.visits.as_json import visit_json
from queue_service.visits.operations import calling, issuing, listing, visits
from queue_service.visits.operations.errands import add_errand
from queue_service.visits.rules.ahead import leaves_to_another
from queue_service.visits.rules.errands import MOST_OF_ONE, MOST_SERVICES, require_few, wanted
from queue_service.visits.rules.transitions import ADD_ERRAND, COMPLETE, CONTINUE, TRANSFER, UNDO
from queue_service.visits.rules.visit import Errand, Visit, visit_from_json
from tests.access.office import SERVICES, TAKES
from tests.desks import KIOSK, Desk, document
from tests.visits.cases import BRANCH, NINE, SERVING, SOON, WAITING, become, case

FAMILY = SERVING._replace(errands=(Errand("pas", 2), Errand("korekort")))


def left(visit: Visit) -> list[tuple[str, int]]:
    return [(errand.service, errand.people) for errand in wanted(visit)]


def test_each_press_goes_on_to_the_next_errand() -> None:
    at = SOON
    visit, seen = FAMILY, []
    while visit.errands:
        seen.append(left(visit))
        visit = become(CONTINUE, visit, at := at + 1, "resolved")
    assert seen == [
        [("pas", 3), ("korekort", 1)],
        [("pas", 2), ("korekort", 1)],
        [("pas", 1), ("korekort", 1)],
    ]
    done = become(COMPLETE, visit, at + 1, "referred")
    assert [i.service for i in done.inquiries] == ["pas", "pas", "pas", "korekort"]
    assert all(i.judged is None and i.outcome for i in done.inquiries)
    assert (left(visit), left(done)) == ([("korekort", 1)], [])
    with pytest.raises(Invalid):
        CONTINUE(case(visit, at), "resolved")


def test_a_chosen_service_is_done_with_and_another_leaves_the_errands() -> None:
    chosen = become(CONTINUE, FAMILY, SOON, "resolved", "korekort")
    assert left(chosen) == [("korekort", 1), ("pas", 2)]
    other = become(CONTINUE, FAMILY, SOON, "resolved", "turist")
    assert left(other) == [("turist", 1), ("pas", 2), ("korekort", 1)]


def test_sent_on_with_an_outcome_the_errand_is_taken_along() -> None:
    sent = become(TRANSFER, FAMILY, SOON, service="korekort", outcome="resolved")
    assert left(sent) == [("korekort", 1), ("pas", 2)]
    elsewhere = become(TRANSFER, FAMILY, SOON, counter="2", outcome="resolved")
    assert left(elsewhere) == [("pas", 2), ("korekort", 1)]
    same = become(TRANSFER, FAMILY, SOON, service="turist")
    assert left(same) == [("turist", 1), ("pas", 2), ("korekort", 1)]


def test_a_completion_that_is_undone_has_its_errands_again() -> None:
    done = become(COMPLETE, FAMILY, SOON, "resolved")
    assert left(done) == [("pas", 2), ("korekort", 1)]
    assert left(become(UNDO, done, SOON + 1)) == left(FAMILY)


def test_an_errand_is_added_once_changed_and_taken_back() -> None:
    added = become(ADD_ERRAND, WAITING, NINE, "korekort")
    assert left(added) == [("pas", 1), ("korekort", 1)]
    assert become(ADD_ERRAND, added, NINE, "korekort") == added
    assert left(become(ADD_ERRAND, added, NINE, "pas", 4)) == [("pas", 4), ("korekort", 1)]
    assert left(become(ADD_ERRAND, added, NINE, "korekort", 3)) == [("pas", 1), ("korekort", 3)]
    assert become(ADD_ERRAND, added, NINE, "korekort", 0) == WAITING
    with pytest.raises(Invalid):
        ADD_ERRAND(case(added, NINE), "pas", 0)
    assert visit_from_json(added.to_json()) == added
    assert added.document()["errands"] == [{"service": "korekort"}]


@pytest.mark.parametrize(
    ("services", "people", "allowed"),
    [
        (MOST_SERVICES, 1, True),
        (MOST_SERVICES + 1, 1, False),
        (1, MOST_OF_ONE, True),
        (1, MOST_OF_ONE + 1, False),
    ],
)
def test_a_number_covers_so_many_errands(services: int, people: int, allowed: bool) -> None:
    errands = [Errand(str(n), people) for n in range(services)]
    if allowed:
        require_few(errands)
        return
    with pytest.raises(TooManyErrands):
        require_few(errands)


@pytest.mark.parametrize(("people", "allowed"), [(MOST_OF_ONE, True), (MOST_OF_ONE + 1, False)])
def test_the_inquiry_at_hand_is_one_of_them(people: int, allowed: bool) -> None:
    if allowed:
        assert left(become(ADD_ERRAND, SERVING, SOON, "pas", people)) == [("pas", people)]
        return
    with pytest.raises(TooManyErrands):
        ADD_ERRAND(case(SERVING, SOON), "pas", people)


def test_a_ticket_is_issued_for_several(desk: Desk) -> None:
    issued = issuing.issue(
        desk.queue, desk.command(), "pas", people=4, errands=[Errand("korekort")]
    ).visit
    assert left(issued) == [("pas", 4), ("korekort", 1)]
    assert visit_json("b", issued, NINE)["wanted"] == [
        {"service": "pas", "people": 4}, {"service": "korekort", "people": 1},
    ]  # fmt: skip
    for service, refusal in (("gammel", ServiceInactive), ("ukendt", ServiceNotFound)):
        with pytest.raises(refusal):
            issuing.issue(desk.queue, desk.command(), "pas", errands=[Errand(service)])
        with pytest.raises(refusal):
            add_errand(desk.queue, desk.command(), issued.id, service)
    assert desk.state().today["issued"] == 1
    kiosk = desk.command()._replace(caller=KIOSK)
    with pytest.raises(Forbidden):
        add_errand(desk.queue, kiosk, issued.id, "turist")


def test_every_inquiry_is_judged_and_counted(desk: Desk) -> None:
    visit = issuing.issue(desk.queue, desk.command(), "pas", people=2).visit
    desk.open("1")
    desk.called("1")
    visits.start(desk.queue, desk.command(), visit.id)
    desk.later(100)
    visits.continue_visit(desk.queue, desk.command(), visit.id, "resolved")
    desk.later(400)
    done = visits.complete(desk.queue, desk.command(), visit.id, "resolved").visit
    assert [i.handled_ms for i in done.inquiries] == [100_000, 400_000]
    goal = next(goal for goal in desk.state().goals if goal.id == "handling-6-min")
    assert (goal.judged, goal.within) == (2, 1)


def test_a_service_that_is_wanted_as_well_is_not_removed(desk: Desk) -> None:
    issuing.issue(desk.queue, desk.command(), "pas", errands=[Errand("korekort")])
    without = [one for one in document()["services"] if one["id"] != "korekort"]
    with pytest.raises(InUse) as refused:
        put_branch(desk.queue, desk.branch, document(historic=True, services=without))
    assert refused.value.extra == {"number": "A001", "service": "korekort"}


# The counter that takes all of them.


@pytest.mark.parametrize(
    ("opened", "leaves"),
    [
        ({"1": "", "2": ""}, True),
        ({"2": ""}, False),  # none takes both
        ({"2": "", "3": "library"}, False),
        ({"2": "", "3": "citizen"}, True),
    ],
)
def test_a_counter_leaves_it_to_an_open_one_that_takes_all(
    opened: dict[str, str], leaves: bool
) -> None:
    both = WAITING._replace(errands=(Errand("korekort"),))
    assert leaves_to_another(BRANCH, both, "2", opened) == leaves
    for other in ("1", "3"):
        assert not leaves_to_another(BRANCH, both, other, {"1": "", "2": "", "3": ""})
    family = WAITING._replace(errands=(Errand("pas", 3), Errand("turist")))
    assert not leaves_to_another(BRANCH, family, "2", opened)
    assert not leaves_to_another(BRANCH, both._replace(bound="2"), "2", opened)
    assert not leaves_to_another(BRANCH, both._replace(for_team="citizen"), "2", opened)


def both(desk: Desk) -> Visit:
    return issuing.issue(
        desk.queue, desk.command(), "pas", channel="desk", errands=[Errand("korekort")]
    ).visit


def test_it_is_called_to_the_counter_that_takes_both(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    first, second = both(desk), desk.later(1).issue("pas").visit
    third = desk.later(1).issue("pas").visit
    assert desk.called("2").visit.id == second.id
    assert desk.called("1").visit.id == first.id
    visits.complete(desk.queue, desk.command(), second.id, "resolved")
    assert desk.called("2").visit.id == third.id


def test_a_counter_without_another_visit_takes_it(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    first, second = both(desk), both(desk.later(1))
    assert desk.called("2").visit.id == first.id
    assert desk.called("1").visit.id == second.id


def test_without_an_open_counter_for_both_it_comes_first_as_before(desk: Desk) -> None:
    desk.open("2")
    first, _ = both(desk), desk.later(1).issue("pas")
    assert desk.called("2").visit.id == first.id


def test_a_repeated_call_returns_the_same_visit(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    both(desk)
    second = desk.later(1).issue("pas").visit
    for _ in range(2):
        found = calling.call_next(desk.queue, desk.command("same"), "2")
        assert found.answer
        assert found.answer.visit.id == second.id


def test_its_place_is_counted_over_the_counters_that_take_both(desk: Desk) -> None:
    desk.open("1")
    desk.open("2")
    for _ in range(2):
        desk.later(1).issue("korekort")
    issued = both(desk.later(1))
    assert (issued.ahead, issued.counters_open) == (2, 1)
    listed = listing.visits_of_today(desk.queue, desk.branch, at=desk.command().at)
    assert listed[-1].position == 2


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kinds=st.lists(st.tuples(SERVICES, st.none() | SERVICES), min_size=1, max_size=10),
    calls=st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=12),
)
def test_all_others_are_called_in_their_order(
    queue: Queue, kinds: list[tuple[str, str | None]], calls: list[str]
) -> None:
    """A visit with one errand is never called before an earlier one that its counter takes, but
    before visits with several."""
    queue.store.client.flushdb()
    put_branch(queue, "raadhuset", document(historic=True))
    desk = Desk(queue)
    for counter in ("1", "2", "3"):
        desk.open(counter, "library" if counter == "3" else None)
    for service, also in kinds:
        errands = [Errand(also)] if also and also != service else []
        issuing.issue(queue, desk.later(1).command(), service, channel="desk", errands=errands)
    for counter in calls:
        waiting = listing.visits_of_today(queue, "raadhuset", state="waiting", at=desk.command().at)
        takes = TAKES[counter] & ({"turist"} if counter == "3" else TAKES[counter])
        able = [a.visit for a in waiting if a.visit.service in takes]
        called = desk.next(counter)
        assert (called is None) == (not able)
        if called is None:
            continue
        earlier = [v for v in able if v.place < called.visit.place]
        assert all(v.also_wanted for v in earlier)
        if called.visit.also_wanted and not {*called.visit.also_wanted} <= takes:
            # No counter takes all, or no other visit is left to this one.
            assert all(v.place >= called.visit.place for v in able)
        visits.complete(queue, desk.command(), called.visit.id, "resolved")
