"""The state machine of a visit: a function for each verb, and one table at the end.

A row of the table defines a verb: the resulting visit, its states before and after, its event, and
its further refusals. Nothing here knows of queues or of storage, and whether a counter is free the
commit checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, Final, Generic, NamedTuple, ParamSpec

from queue_service.branches.rules.dates_and_hours import hours_on, moment
from queue_service.branches.rules.quiet import is_quiet
from queue_service.errors import Invalid, WrongState
from queue_service.language.instants import rfc3339
from queue_service.visits.rules import errands, postponing
from queue_service.visits.rules.carrying import carried, carried_no_more, opened_again
from queue_service.visits.rules.needs import Need, PriorityReason, in_order
from queue_service.visits.rules.refusals import (
    Case,
    require_counter,
    require_day_open,
    require_language,
    require_offered,
    require_open,
    require_own,
    require_service,
    require_team,
    require_uncalled,
)
from queue_service.visits.rules.visit import Inquiry, Outcome, State, Visit

UNDO_WITHIN_MS: Final = 120_000
"""How long a completion or a departure can be undone."""
UNDO_START_WITHIN_MS: Final = 30_000
"""The time in which a start can be undone, also the start of a walk-in."""

_ADVICE: Final[Mapping[State, str]] = {
    "waiting": "is waiting; call it first",
    "called": "is called to a counter",
    "serving": "is being served",
    "parked": "is parked; resume it first",
    "completed": "is completed",
    "no_show": "did not come; put it back in the queue first",
    "abandoned": "has left",
    "incomplete": "was closed with the day; issue a new ticket",
}

Params = ParamSpec("Params")


class Decision(NamedTuple):
    """The result of a verb: the visit, and its event's name. ``why`` explains a call."""

    after: Visit
    event: str
    why: Mapping[str, Any] | None = None


class Verb(Generic[Params]):
    """A row of the table; calling it decides a case, or refuses it.

    ``leads`` is the state after by the state before: from others the verb is refused. ``event``
    is its name, or the one for each state after. ``unless`` refuses before the state is checked.
    """

    def __init__(
        self,
        becomes: Callable[Concatenate[Case, Params], Visit],
        leads: Mapping[State, State],
        event: str | Mapping[State, str],
        *unless: Callable[[Case], None],
    ) -> None:
        self._becomes = becomes
        self.leads = leads
        self.event_of: Mapping[State, str] = (
            dict.fromkeys(leads.values(), event) if isinstance(event, str) else event
        )
        self._unless = unless

    def __call__(self, case: Case, *args: Params.args, **kwargs: Params.kwargs) -> Decision:
        """Raises WrongState if the table has no such step, and what the verb itself refuses."""
        for refuse in self._unless:
            refuse(case)
        visit = case.visit
        state = self.leads.get(visit.state)
        if state is None:
            raise _refused(visit)
        after = self._becomes(case, *args, **kwargs)
        # After any other step a request to come later can no longer be taken back.
        if after.earlier is not None and after.earlier is visit.earlier and after is not visit:
            after = after._replace(earlier=None)
        return Decision(after._replace(state=state), self.event_of[state])


def _refused(visit: Visit) -> WrongState:
    return WrongState(f"{visit.number} {_ADVICE[visit.state]}.", state=visit.state)


def _call(case: Case, counter: str, *, silent: bool = False) -> Visit:
    """Call to a counter. The first call ends the waiting time that goals are judged by.

    In the branch's quiet hours each call is ``silent``. Called while the branch is closed, it was
    not closed for this visit.
    """
    now = case.now
    visit = case.visit
    while visit.is_carried(now + 1):
        visit = opened_again(visit)
    if postponing.is_postponed(visit, now):  # called by choice
        visit = postponing.postponed(visit, now, now)
    require_counter(case.branch, counter)
    return visit._replace(
        waited_ms=visit.waited(now),
        first_called_at=visit.first_called_at or now,
        called_at=now,
        called_to=counter,
        recalled_at=None,
        recalls=0,
        silent=silent or is_quiet(case.branch, now),
        held_until=None,
        counter=counter,
        team=require_open(case, counter),
    )


def _recall(case: Case, *, silent: bool = False) -> Visit:
    """Call once more at the same counter; the time of the call stays."""
    return case.visit._replace(
        recalls=case.visit.recalls + 1,
        recalled_at=case.now,
        silent=silent or is_quiet(case.branch, case.now),
    )


def _start(case: Case) -> Visit:
    """The citizen has come to the counter: the handling clock runs.

    The counter it waited for is forgotten with the next change, as the start may still be undone.
    """
    visit, now = case.visit, case.now
    begun = visit.with_inquiry(visit.inquiry.running(now))
    walked = visit.walked_ms + max(0, now - (visit.called_at or now))
    return begun._replace(started_at=now, walked_ms=walked)


def _reclassify(case: Case, service: str) -> Visit:
    """Another service was meant; the inquiry's clock runs on."""
    require_service(case.branch, service)
    return case.visit.with_inquiry(case.visit.inquiry._replace(service=service))


def _complete(case: Case, outcome: Outcome) -> Visit:
    """End the inquiry and the visit. From ``called`` it counts as started when called."""
    return _inquiry_completed(case, outcome)._replace(ended_at=case.now)


def _continue(case: Case, outcome: Outcome, service: str | None = None) -> Visit:
    """Complete this inquiry and begin another at the same counter: without a service, the first of
    the errands."""
    if service is None:
        if not case.visit.errands:
            raise Invalid.at("service", "No errand is left.", "Choose a service.")
        service = case.visit.errands[0].service
    require_service(case.branch, service)
    done = _inquiry_completed(case, outcome)
    return _with_next(done, Inquiry(service).running(case.now))


def _with_next(visit: Visit, inquiry: Inquiry) -> Visit:
    left = errands.without_one(visit.errands, inquiry.service)
    return visit._replace(inquiries=(*visit.inquiries, inquiry), errands=left)


def _want(case: Case, service: str, people: int = 1) -> Visit:
    """Want a service for so many people, the inquiry at hand included; 0 takes it back."""
    if people:
        require_service(case.branch, service)
    return errands.with_wanted(case.visit, service, people)


def _transfer(
    case: Case,
    *,
    service: str | None = None,
    counter: str | None = None,
    team: str | None = None,
    outcome: Outcome | None = None,
) -> Visit:
    """Send on to a service, one open counter or a team, keeping the place by the time of issue.

    With an outcome the inquiry is completed and the next begins; without one the same inquiry
    goes on elsewhere. A counter or a team gets the service that the visit has at present, with an
    outcome the first of its errands, if any. A parked
    visit has left its counter already, and has no outcome until it is resumed.
    """
    visit, now = case.visit, case.now
    parked = visit.state == "parked"
    if parked and outcome is not None:
        raise _refused(visit)
    if service is not None:
        require_service(case.branch, service)
    if counter is not None:
        require_counter(case.branch, counter)
        require_open(case, counter)
    if team is not None:
        require_team(case.branch, team)
    done_here = outcome is not None and visit.errands
    aim = service or (visit.errands[0].service if done_here else visit.service)
    if outcome is None:
        moved = visit.with_inquiry(visit.inquiry.paused(now)._replace(service=aim))
    else:
        done = _inquiry_completed(case, outcome)
        moved = _with_next(done, Inquiry(aim))
    waiting = _queued(moved if parked else moved.left_counter(now), now)
    return waiting._replace(place=_first_place(visit), bound=counter, for_team=team)


def _park(case: Case, counter: str | None = None) -> Visit:
    """Stop the clock and free the counter, for instance while a form is filled in.

    A parked visit is handed to another open ``counter``, where it stays parked.
    """
    visit, now = case.visit, case.now
    if visit.state != "parked":
        visit = visit.with_inquiry(visit.inquiry.paused(now)).left_counter(now, parked=True)
        visit = visit._replace(bound=None, for_team=None)
    elif counter is None:
        raise _refused(visit)
    if counter is None:
        return visit
    require_counter(case.branch, counter)
    require_open(case, counter)
    return visit._replace(counter=counter)


def _resume(case: Case, counter: str | None = None) -> Visit:
    """Go on with a parked visit, by default at the counter it was parked at."""
    visit, now = case.visit, case.now
    aim = counter or visit.counter or ""
    require_counter(case.branch, aim)
    team = require_open(case, aim)
    running = visit.with_inquiry(visit.inquiry.running(now))
    return running._replace(resumed_at=now, counter=aim, team=team)


def _mark_no_show(case: Case) -> Visit:
    """The citizen did not come to the counter."""
    return case.visit._replace(ended_at=case.now)


def _requeue(case: Case, delay_ms: int = 0) -> Visit:
    """Put back in the queue, skipped until the delay has passed.

    A citizen who missed the call keeps the old place if they come back within the branch's window
    after it, else they go to the end. A visit that waited for one counter or team alone goes on
    doing so, unless that counter has closed or that team is gone since. One whose citizen asked not
    to be called before a time is queued as if it had come when the delay has passed.
    """
    visit, now = case.visit, case.now
    if visit.state == "waiting" and postponing.is_postponed(visit, now):
        return postponing.postponed(visit, now + delay_ms, now)
    open_still = visit.state == "waiting" or visit.bound in case.open_counters
    window = case.branch.return_window_seconds * 1000
    missed = visit.state != "waiting" and now - (visit.called_at or now) > window
    place = now * 1000 if missed else visit.place
    visit_left = visit if visit.state == "waiting" else visit.left_counter(visit.ended_at or now)
    begins = max(now + delay_ms, visit.carried_to or 0, visit.booked_for or 0)
    queued = _queued(visit_left, begins)._replace(waited_ms=visit.waited(now))
    delayed = delay_ms and visit.first_called_at is None
    return queued._replace(
        place=place,
        held_until=now + delay_ms if delay_ms else None,
        ended_at=None,
        bound=visit.bound if open_still else None,
        for_team=visit.for_team if visit.for_team in case.branch.teams else None,
        estimate=None if delayed else visit.estimate,
    )


def _postpone(case: Case, not_before: str) -> Visit:
    """Call the citizen no earlier than at a time of today, such as ``14:30``."""
    at = postponing.time_of(case.branch, case.visit.service, not_before, case.now)
    if case.visit.not_before == at:
        return case.visit
    return postponing.asked(case.visit, at, case.now)


def _come_back(case: Case) -> Visit:
    """The citizen is here before the time that they asked for.

    Within two minutes, if nothing else has happened to the visit since, the request is taken back:
    the visit waits in its earlier place.
    """
    visit, now = case.visit, case.now
    if postponing.can_be_taken_back(visit, now):
        return postponing.taken_back(visit)
    if not postponing.is_postponed(visit, now):
        return visit
    return postponing.postponed(visit, now, now)


def _abandon(case: Case) -> Visit:
    """The citizen has left without being served to the end, or has taken the wrong ticket."""
    return _ended_waiting(case.visit, case.now)


def _set_language(case: Case, language: str) -> Visit:
    """Call in another language; the place in the queue stays."""
    return case.visit._replace(language=require_language(case.branch, language))


def _set_needs(case: Case, needs: Sequence[Need]) -> Visit:
    """Note what the citizen needs, in place of the earlier note."""
    return case.visit._replace(needs=in_order(needs))


def _prioritise(case: Case, reason: PriorityReason) -> Visit:
    """Give the branch's head start, as if the citizen had come so much earlier."""
    head_start_ms = case.branch.priority_head_start_seconds * 1000
    return _moved(case.visit, head_start_ms)._replace(priority="high", priority_reason=reason)


def _take_priority_back(case: Case) -> Visit:
    """Back to the place by the time of issue."""
    return _moved(case.visit, 0)._replace(priority="normal", priority_reason=None)


def _moved(visit: Visit, head_start_ms: int) -> Visit:
    ahead_by = head_start_ms - visit.head_start_ms
    if not ahead_by:
        return visit
    # The estimate on the ticket was for another place.
    return visit._replace(
        place=visit.place - ahead_by * 1000, head_start_ms=head_start_ms, estimate=None
    )


def _undo(case: Case) -> Visit:
    """Take back what was pressed by mistake: within two minutes a completion or a departure, within
    30 seconds a start.

    The time since then counts: as handling at the counter, as waiting in the queue. After a start
    the call stays as before, and the walk goes on.
    """
    visit = case.visit
    if visit.state == "serving":
        return _start_undone(case)
    ended = visit.ended_at or case.now
    if case.now - ended > UNDO_WITHIN_MS:
        raise WrongState(
            f"{visit.number} was closed more than two minutes ago; issue a new ticket.",
            state=visit.state,
        )
    if visit.state == "abandoned":
        judged = visit.judged if visit.first_called_at else None
        begins = max(ended, visit.carried_to or 0, visit.not_before or 0, visit.booked_for or 0)
        held = visit.not_before if postponing.is_postponed(visit, case.now) else None
        queued = _queued(visit, begins)
        return queued._replace(ended_at=None, judged=judged, held_until=held)
    team = require_open(case, visit.counter or "")
    reopened = visit.inquiry._replace(
        outcome=None, completed_at=None, judged=None, judged_parked=None, counter=None, team=None
    )
    running = visit.with_inquiry(reopened._replace(running_since=ended))
    return running._replace(ended_at=None, team=team)


def _start_undone(case: Case) -> Visit:
    """The visit as it was called, if nothing but the start has happened since."""
    visit, inquiry = case.visit, case.visit.inquiry
    called, started = visit.called_at or 0, _just_started(case)
    began = None if inquiry.started_at == started else inquiry.started_at
    called_again = visit.with_inquiry(inquiry._replace(running_since=None, started_at=began))
    walked_ms = max(0, visit.walked_ms - max(0, started - called))
    return called_again._replace(started_at=None, walked_ms=walked_ms)


def _undo_postpone(case: Case) -> Visit:
    """The earlier place of a visit whose citizen has just asked to be called later."""
    visit = case.visit
    if visit.earlier is None:
        raise _refused(visit)
    if not postponing.can_be_taken_back(visit, case.now):
        raise WrongState(
            f"{visit.number} was postponed more than two minutes ago; put it back in the queue if"
            " the citizen is here.",
            state=visit.state,
        )
    return postponing.taken_back(visit)


def _undo_serve(case: Case) -> Visit:
    """The walk-in was a mistake or has left, as with a ticket taken by mistake."""
    _just_started(case)
    never = case.visit.with_inquiry(Inquiry(case.visit.service))
    return _ended_waiting(never, case.now)._replace(started_at=None, counter=None, team=None)


def _just_started(case: Case) -> int:
    """When the visit was started, if nothing has happened since and it can still be undone."""
    visit, started = case.visit, case.visit.started_at
    # A completion without a start counts from the call, and is no start when it is undone.
    if started is None or visit.inquiry.running_since != started or started == visit.called_at:
        raise WrongState(f"{visit.number} {_ADVICE['serving']}.", state="serving")
    if case.now - started > UNDO_START_WITHIN_MS:
        raise WrongState(f"{visit.number} was started more than 30 seconds ago.", state="serving")
    return started


def _release(case: Case) -> Visit:
    """Give a visit bound to a closing counter back to all that take its service."""
    return case.visit._replace(bound=None)


def _close_day(case: Case) -> Visit:
    """The result for an open visit when its day is closed.

    A wait has ended at closing time, however late the day is closed: a machine may have been
    switched off overnight.
    """
    visit = case.visit.with_inquiry(case.visit.inquiry.paused(case.now))
    return _ended_waiting(visit, _wait_over_at(case) if visit.state == "waiting" else case.now)


def _wait_over_at(case: Case) -> int:
    """When the branch last closes on the day that the visit waits on, or that day ends; the present
    where that is earlier or the branch stays open into the next day."""
    branch, visit = case.branch, case.visit
    since = max(visit.queued_at, visit.carried_to or 0)
    day = moment(branch, since)
    if moment(branch, day.day_ends).open:
        return case.now
    spans = hours_on(branch, day.date)
    return min(case.now, max(since, spans[-1][1] if spans else day.day_ends))


def _inquiry_completed(case: Case, outcome: Outcome) -> Visit:
    visit = case.visit
    inquiry = visit.inquiry
    if visit.state == "called":
        began = visit.called_at or case.now
        inquiry = inquiry.running(began)
        visit = visit._replace(started_at=began)
    done = inquiry.paused(case.now)._replace(
        outcome=outcome,
        completed_at=case.now,
        counter=visit.counter,
        team=visit.team,
    )
    return visit.with_inquiry(done)._replace(bound=None, for_team=None)


def _ended_waiting(visit: Visit, now: int) -> Visit:
    return visit._replace(
        waited_ms=visit.waited(now), ended_at=now, held_until=None, bound=None, for_team=None
    )


def _queued(visit: Visit, queued_at: int) -> Visit:
    return visit._replace(queued_at=queued_at, counter=None, team=None, held_until=None)


def _first_place(visit: Visit) -> int:
    came = max(visit.issued_at, visit.not_before or 0)
    head_start_ms = visit.head_start_ms + visit.booked_head_start_ms
    return (came - head_start_ms) * 1000 + visit.place % 1000


CALL: Final = Verb(_call, {"waiting": "called"}, "visit.called")
RECALL: Final = Verb(_recall, {"called": "called"}, "visit.recalled")
START: Final = Verb(_start, {"called": "serving"}, "visit.started")
RECLASSIFY: Final = Verb(
    _reclassify, {"called": "called", "serving": "serving"}, "visit.reclassified"
)
COMPLETE: Final = Verb(
    _complete, {"called": "completed", "serving": "completed"}, "visit.completed"
)
CONTINUE: Final = Verb(_continue, {"serving": "serving"}, "visit.continued")
TRANSFER: Final = Verb(
    _transfer, {"called": "waiting", "serving": "waiting", "parked": "waiting"}, "visit.transferred"
)
PARK: Final = Verb(_park, {"serving": "parked", "parked": "parked"}, "visit.parked")
RESUME: Final = Verb(_resume, {"parked": "serving"}, "visit.resumed")
MARK_NO_SHOW: Final = Verb(_mark_no_show, {"called": "no_show"}, "visit.no_show")
REQUEUE: Final = Verb(
    _requeue, {"waiting": "waiting", "called": "waiting", "no_show": "waiting"}, "visit.requeued",
    require_day_open, require_offered,
)  # fmt: skip
ADD_ERRAND: Final = Verb(
    _want,
    {"waiting": "waiting", "called": "called", "serving": "serving", "parked": "parked"},
    "visit.errands_changed",
    require_own,
)
POSTPONE: Final = Verb(_postpone, {"waiting": "waiting"}, "visit.postponed", require_own)
COME_BACK: Final = Verb(_come_back, {"waiting": "waiting"}, "visit.postponed", require_own)
ABANDON: Final = Verb(
    _abandon, {"waiting": "abandoned", "parked": "abandoned"}, "visit.abandoned", require_own
)
TAKE_BACK: Final = Verb(_abandon, {"waiting": "abandoned"}, "visit.abandoned", require_uncalled)
SET_LANGUAGE: Final = Verb(
    _set_language, {"waiting": "waiting"}, "visit.language_changed", require_own
)
SET_NEEDS: Final = Verb(
    _set_needs,
    {"waiting": "waiting", "called": "called", "serving": "serving", "parked": "parked"},
    "visit.needs_changed",
)
PRIORITISE: Final = Verb(_prioritise, {"waiting": "waiting"}, "visit.moved")
TAKE_PRIORITY_BACK: Final = Verb(_take_priority_back, {"waiting": "waiting"}, "visit.moved")
UNDO: Final = Verb(
    _undo,
    {"completed": "serving", "abandoned": "waiting", "serving": "called"}, "visit.undone",
    require_day_open, require_offered,
)  # fmt: skip
UNDO_POSTPONE: Final = Verb(_undo_postpone, {"waiting": "waiting"}, "visit.postponed")
UNDO_SERVE: Final = Verb(_undo_serve, {"serving": "abandoned"}, "visit.abandoned")
RELEASE: Final = Verb(_release, {"waiting": "waiting"}, "visit.requeued")
CARRY: Final = Verb(carried, {"waiting": "waiting"}, "visit.carried")
CARRY_NO_MORE: Final = Verb(carried_no_more, {"waiting": "waiting"}, "visit.carried")
CLOSE_DAY: Final = Verb(
    _close_day,
    {"waiting": "abandoned", "called": "no_show", "serving": "incomplete", "parked": "incomplete"},
    {"abandoned": "visit.abandoned", "no_show": "visit.no_show", "incomplete": "visit.incomplete"},
)
CLOSE_DAY_UNATTENDED: Final = Verb(
    _close_day,
    {"waiting": "abandoned", "parked": "incomplete"},
    {"abandoned": "visit.abandoned", "incomplete": "visit.incomplete"},
)


def call(case: Case, counter: str, *, chosen: bool = False, silent: bool = False) -> Decision:
    """A call with its explanation: ``chosen`` is one that did not follow the queue."""
    visit = case.visit
    why = {
        "queue": f"@{visit.bound_to}" if visit.bound_to else visit.service,
        "place": visit.place,
        "head_start_seconds": visit.head_start_ms / 1000,
        "chosen": chosen,
        **_booking(visit),
    }
    return CALL(case, counter, silent=silent)._replace(why=why)


def _booking(visit: Visit) -> dict[str, Any]:
    """The booking in the explanation of a call, with the head start that the visit had for it."""
    if visit.booked_for is None:
        return {}
    seconds = visit.booked_head_start_ms / 1000
    return {"booked_for": rfc3339(visit.booked_for), "booked_head_start_seconds": seconds}


def undo(case: Case) -> Decision:
    """Take back what was pressed last. A walk-in has no call to go back to: it has left."""
    if case.visit.state == "waiting":
        return UNDO_POSTPONE(case)
    walk_in = case.visit.state == "serving" and case.visit.called_at is None
    return (UNDO_SERVE if walk_in else UNDO)(case)
