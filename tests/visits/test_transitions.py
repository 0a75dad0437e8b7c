"""The state machine of a visit: each verb in each state, and its limits to the millisecond."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args

import pytest

from queue_service.branches.rules.branch import Branch
from queue_service.errors import WrongState
from queue_service.visits.rules.refusals import Case
from queue_service.visits.rules.transitions import (
    ABANDON,
    ADD_ERRAND,
    CALL,
    CARRY,
    CARRY_NO_MORE,
    CLOSE_DAY,
    CLOSE_DAY_UNATTENDED,
    COME_BACK,
    COMPLETE,
    CONTINUE,
    MARK_NO_SHOW,
    PARK,
    POSTPONE,
    PRIORITISE,
    RECALL,
    RECLASSIFY,
    RELEASE,
    REQUEUE,
    RESUME,
    SET_LANGUAGE,
    SET_NEEDS,
    START,
    TAKE_BACK,
    TAKE_PRIORITY_BACK,
    TRANSFER,
    UNDO,
    UNDO_POSTPONE,
    UNDO_SERVE,
    UNDO_START_WITHIN_MS,
    UNDO_WITHIN_MS,
    Decision,
    undo,
)
from queue_service.visits.rules.visit import Inquiry, State
from tests.desks import document
from tests.visits.cases import (
    CALLED,
    IN_STATE,
    NINE,
    SECOND,
    SERVING,
    SOON,
    VERBS,
    WAITING,
    WINDOW,
    become,
    case,
)

ACT: Final[dict[str, Callable[[Case], Decision]]] = {
    "call": lambda c: CALL(c, "1"),
    "recall": RECALL,
    "start": START,
    "reclassify": lambda c: RECLASSIFY(c, "korekort"),
    "complete": lambda c: COMPLETE(c, "resolved"),
    "continue": lambda c: CONTINUE(c, "resolved", "turist"),
    "transfer": lambda c: TRANSFER(c, service="korekort"),
    "park": PARK,
    "resume": lambda c: RESUME(c, "2"),
    "mark_no_show": MARK_NO_SHOW,
    "requeue": REQUEUE,
    "add_errand": lambda c: ADD_ERRAND(c, "korekort"),
    "postpone": lambda c: POSTPONE(c, "14:30"),
    "come_back": COME_BACK,
    "abandon": ABANDON,
    "take_back": TAKE_BACK,
    "set_language": lambda c: SET_LANGUAGE(c, "en"),
    "set_needs": lambda c: SET_NEEDS(c, ["seat"]),
    "prioritise": lambda c: PRIORITISE(c, "agreed_time"),
    "take_priority_back": TAKE_PRIORITY_BACK,
    "undo": UNDO,
    "undo_postpone": UNDO_POSTPONE,
    "undo_serve": UNDO_SERVE,
    "release": RELEASE,
    "carry": lambda c: CARRY(c, c.now, c.now + 1),
    "carry_no_more": lambda c: CARRY_NO_MORE(c, c.now),
    "close_day": CLOSE_DAY,
    "close_day_unattended": CLOSE_DAY_UNATTENDED,
}
LEADS_TO: Final[dict[tuple[str, State], tuple[State, str]]] = {
    ("call", "waiting"): ("called", "visit.called"),
    ("recall", "called"): ("called", "visit.recalled"),
    ("start", "called"): ("serving", "visit.started"),
    ("reclassify", "called"): ("called", "visit.reclassified"),
    ("reclassify", "serving"): ("serving", "visit.reclassified"),
    ("complete", "called"): ("completed", "visit.completed"),
    ("complete", "serving"): ("completed", "visit.completed"),
    ("continue", "serving"): ("serving", "visit.continued"),
    ("transfer", "called"): ("waiting", "visit.transferred"),
    ("transfer", "serving"): ("waiting", "visit.transferred"),
    ("transfer", "parked"): ("waiting", "visit.transferred"),
    ("park", "serving"): ("parked", "visit.parked"),
    ("resume", "parked"): ("serving", "visit.resumed"),
    ("mark_no_show", "called"): ("no_show", "visit.no_show"),
    ("requeue", "waiting"): ("waiting", "visit.requeued"),
    ("requeue", "called"): ("waiting", "visit.requeued"),
    ("requeue", "no_show"): ("waiting", "visit.requeued"),
    ("add_errand", "waiting"): ("waiting", "visit.errands_changed"),
    ("add_errand", "called"): ("called", "visit.errands_changed"),
    ("add_errand", "serving"): ("serving", "visit.errands_changed"),
    ("add_errand", "parked"): ("parked", "visit.errands_changed"),
    ("postpone", "waiting"): ("waiting", "visit.postponed"),
    ("come_back", "waiting"): ("waiting", "visit.postponed"),
    ("abandon", "waiting"): ("abandoned", "visit.abandoned"),
    ("abandon", "parked"): ("abandoned", "visit.abandoned"),
    ("take_back", "waiting"): ("abandoned", "visit.abandoned"),
    ("set_language", "waiting"): ("waiting", "visit.language_changed"),
    ("set_needs", "waiting"): ("waiting", "visit.needs_changed"),
    ("set_needs", "called"): ("called", "visit.needs_changed"),
    ("set_needs", "serving"): ("serving", "visit.needs_changed"),
    ("set_needs", "parked"): ("parked", "visit.needs_changed"),
    ("prioritise", "waiting"): ("waiting", "visit.moved"),
    ("take_priority_back", "waiting"): ("waiting", "visit.moved"),
    ("release", "waiting"): ("waiting", "visit.requeued"),
    ("undo", "completed"): ("serving", "visit.undone"),
    ("undo", "abandoned"): ("waiting", "visit.undone"),
    ("carry", "waiting"): ("waiting", "visit.carried"),
    ("carry_no_more", "waiting"): ("waiting", "visit.carried"),
    ("close_day", "waiting"): ("abandoned", "visit.abandoned"),
    ("close_day", "called"): ("no_show", "visit.no_show"),
    ("close_day", "serving"): ("incomplete", "visit.incomplete"),
    ("close_day", "parked"): ("incomplete", "visit.incomplete"),
    ("close_day_unattended", "waiting"): ("abandoned", "visit.abandoned"),
    ("close_day_unattended", "parked"): ("incomplete", "visit.incomplete"),
}
"""The state machine, written a second time, with its events: what is not here is refused."""


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("verb", ACT)
def test_each_verb_leads_where_it_should_or_is_refused(verb: str, state: State) -> None:
    visit = IN_STATE[state]
    assert visit.state == state
    expected = LEADS_TO.get((verb, state))
    if expected is None:
        with pytest.raises(WrongState, match="A001") as refused:
            ACT[verb](case(visit, SOON))
        assert (refused.value.code, refused.value.extra) == ("wrong_state", {"state": state})
    else:
        decided = ACT[verb](case(visit, SOON))
        assert (decided.after.state, decided.event) == expected


def test_every_row_of_the_table_is_tried() -> None:
    assert set(ACT) == set(VERBS)


@pytest.mark.parametrize(("late", "keeps"), [(0, True), (1, False)])
@pytest.mark.parametrize("state", ["called", "no_show"])
def test_a_missed_visit_keeps_its_place_within_the_window(
    state: State, late: int, keeps: bool
) -> None:
    back = become(REQUEUE, IN_STATE[state], NINE + 60 * SECOND + WINDOW + late)
    assert (back.place == WAITING.place) is keeps


def test_a_waiting_visit_keeps_its_place_after_any_delay() -> None:
    later = become(REQUEUE, WAITING, NINE + 10 * WINDOW, 60 * SECOND)
    assert later.place == WAITING.place
    assert later.held_until == NINE + 10 * WINDOW + 60 * SECOND


def test_a_delay_keeps_a_visit_bound_to_its_counter() -> None:
    bound = become(TRANSFER, SERVING, SOON, counter="2")
    assert become(REQUEUE, bound, SOON, 60 * SECOND).bound == "2"


@pytest.mark.parametrize(("state", "ended"), [("completed", 390), ("abandoned", 300)])
def test_an_ending_is_undone_within_two_minutes(state: State, ended: int) -> None:
    last = NINE + ended * SECOND + UNDO_WITHIN_MS
    assert become(UNDO, IN_STATE[state], last).ended_at is None
    with pytest.raises(WrongState, match="more than two minutes ago"):
        become(UNDO, IN_STATE[state], last + 1)


def test_a_start_is_undone_within_thirty_seconds() -> None:
    last = NINE + 90 * SECOND + UNDO_START_WITHIN_MS
    assert become(UNDO, SERVING, last) == CALLED
    with pytest.raises(WrongState, match="more than 30 seconds ago"):
        become(UNDO, SERVING, last + 1)
    # The next start walks from the same call.
    again = become(START, become(UNDO, SERVING, last), last + SECOND)
    assert again.walked_ms == last + SECOND - (CALLED.called_at or 0)


@pytest.mark.parametrize("what", ["completed", "resumed", "continued"])
def test_nothing_but_a_start_is_undone_as_one(what: str) -> None:
    now = NINE + 91 * SECOND
    after = {
        "completed": lambda: become(UNDO, become(COMPLETE, CALLED, now, "resolved"), now),
        "resumed": lambda: become(RESUME, become(PARK, SERVING, now), now, "1"),
        "continued": lambda: become(CONTINUE, SERVING, now, "resolved", "turist"),
    }[what]()
    assert after.state == "serving"
    with pytest.raises(WrongState, match="is being served"):
        become(UNDO, after, now + SECOND)


SERVED = WAITING._replace(
    state="serving", channel="desk", ahead=None, started_at=NINE, counter="1",
    inquiries=(Inquiry("pas", started_at=NINE, running_since=NINE),),
)  # fmt: skip


def test_a_walk_in_that_is_undone_within_thirty_seconds_has_left_and_was_not_handled() -> None:
    last = NINE + UNDO_START_WITHIN_MS
    left = undo(case(SERVED, last))
    assert (left.after.state, left.event) == ("abandoned", "visit.abandoned")
    assert (left.after.inquiry, left.after.counter) == (Inquiry("pas"), None)
    assert (left.after.started_at, left.after.waited_ms, left.after.ended_at) == (None, 0, last)
    with pytest.raises(WrongState, match="more than 30 seconds ago"):
        undo(case(SERVED, last + 1))
    again = become(RESUME, become(PARK, SERVED, NINE + SECOND), NINE + 2 * SECOND, "1")
    with pytest.raises(WrongState, match="is being served"):
        undo(case(again, NINE + 3 * SECOND))


def test_a_start_that_is_undone_keeps_what_was_handled_before() -> None:
    sent = become(TRANSFER, SERVING, NINE + 100 * SECOND, service="pas")
    called = become(CALL, sent, NINE + 110 * SECOND, "1")
    back = become(UNDO, become(START, called, NINE + 120 * SECOND), NINE + 121 * SECOND)
    assert (back.inquiry, back.walked_ms) == (called.inquiry, called.walked_ms)


def test_a_start_that_is_undone_leaves_a_visit_to_the_counter_it_was_sent_to() -> None:
    sent = become(TRANSFER, SERVING, SOON, counter="2")
    called = become(CALL, sent, SOON + 10 * SECOND, "2")
    begun = become(START, called, SOON + 20 * SECOND)
    assert become(UNDO, begun, SOON + 21 * SECOND).bound == "2"
    done, parked = (
        become(COMPLETE, begun, SOON + 30 * SECOND, "resolved"),
        become(PARK, begun, SOON + 30 * SECOND),
    )
    assert (called.bound, done.bound, parked.bound) == ("2", None, None)


CLOSES = NINE + 8 * 3_600_000
"""When the branch closes on that day."""


@pytest.mark.parametrize(
    ("issued", "closed", "ended"),
    [
        (NINE, CLOSES - 1, CLOSES - 1),
        (NINE, CLOSES, CLOSES),
        (NINE, CLOSES + 1, CLOSES),
        (NINE, NINE + 20 * 3_600_000, CLOSES),
        (CLOSES + 5, NINE + 20 * 3_600_000, CLOSES + 5),  # given by the staff after closing
        (NINE + 24 * 3_600_000, NINE + 48 * 3_600_000, NINE + 39 * 3_600_000),  # no hours that day
    ],
)
def test_closing_time_ends_a_wait_however_late_the_day_is_closed(
    issued: int, closed: int, ended: int
) -> None:
    visit = WAITING._replace(issued_at=issued, queued_at=issued)
    left = become(CLOSE_DAY, visit, closed)
    assert (left.ended_at, left.first_wait(left.ended_at)) == (ended, ended - issued)
    assert left.waited_ms == ended - issued


def test_a_carried_over_visit_has_waited_until_the_next_closing() -> None:
    opens = NINE + 7 * 24 * 3_600_000
    carried = become(CARRY, WAITING, CLOSES - 1000, CLOSES - 1000, opens)
    left = become(CLOSE_DAY, carried, opens + 20 * 3_600_000)
    assert left.ended_at == opens + 8 * 3_600_000


def test_in_a_branch_that_is_open_into_the_next_day_a_wait_goes_on() -> None:
    always = document(opening_hours={"wed": [["09:00", "24:00"]], "thu": [["00:00", "17:00"]]})
    late = NINE + 20 * 3_600_000
    found = case(WAITING, late)._replace(branch=Branch.from_document("b", "r", always))
    assert CLOSE_DAY(found).after.ended_at == late


def test_completing_a_call_counts_from_the_call() -> None:
    done = become(COMPLETE, CALLED, NINE + 160 * SECOND, "resolved")
    assert done.inquiry.handled_ms == 100 * SECOND
    assert done.started_at == CALLED.called_at


def test_parked_time_is_not_handling_time() -> None:
    parked = IN_STATE["parked"]
    resumed = become(RESUME, parked, NINE + 1000 * SECOND, "1")
    done = become(COMPLETE, resumed, NINE + 1010 * SECOND, "resolved")
    assert done.inquiry.handled_ms == 40 * SECOND


def test_a_recall_is_no_second_wait() -> None:
    again = become(RECALL, CALLED, NINE + 120 * SECOND)
    assert (again.first_called_at, again.called_at) == (CALLED.called_at, CALLED.called_at)
    assert (again.recalls, again.waited_ms) == (1, 60 * SECOND)
