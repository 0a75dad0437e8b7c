"""The state machine of a visit: one table, and a function for each verb.

A function takes the visit as it was read and the time, and gives the visit as it becomes. It
knows nothing of counters being free, of queues or of storage: the commit checks those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.errors import Forbidden, WrongState
from queue_service.visits.rules.visit import Inquiry, Outcome, State, Visit

UNDO_WITHIN_MS: Final = 120_000
TAKE_BACK_WITHIN_MS: Final = 600_000
"""For how long a kiosk may take back or change what it issued, in milliseconds."""

TRANSITIONS: Final[Mapping[str, Mapping[State, State]]] = {
    "call": {"waiting": "called"},
    "recall": {"called": "called"},
    "start": {"called": "serving"},
    "reclassify": {"called": "called", "serving": "serving"},
    "complete": {"called": "completed", "serving": "completed"},
    "continue": {"serving": "serving"},
    "transfer": {"called": "waiting", "serving": "waiting"},
    "park": {"serving": "parked"},
    "resume": {"parked": "serving"},
    "mark_no_show": {"called": "no_show"},
    "requeue": {"waiting": "waiting", "called": "waiting", "no_show": "waiting"},
    "abandon": {"waiting": "abandoned", "parked": "abandoned"},
    "set_language": {"waiting": "waiting"},
    "undo": {"completed": "serving", "abandoned": "waiting"},
    "release": {"waiting": "waiting"},
    "close_day": {
        "waiting": "abandoned",
        "called": "no_show",
        "serving": "incomplete",
        "parked": "incomplete",
    },
}
"""Verb → state before → state after. What is not here is refused.

``release`` gives a visit bound to a closing counter back to its service's queue.
"""

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


def target(visit: Visit, verb: str) -> State:
    """The state ``verb`` leads to. Raises WrongState where the table has none."""
    after = TRANSITIONS[verb].get(visit.state)
    if after is None:
        raise WrongState(f"{visit.number} {_ADVICE[visit.state]}.", state=visit.state)
    return after


def require_own(visit: Visit, kiosk: str, now: int) -> None:
    """Refuse a kiosk everything but a visit it issued itself, soon after and before any call."""
    own = visit.issued_by == kiosk and now - visit.issued_at <= TAKE_BACK_WITHIN_MS
    if not own or visit.state != "waiting" or visit.first_called_at is not None:
        raise Forbidden(
            "A kiosk changes only what it issued itself, within ten minutes and before a call."
        )


def call(visit: Visit, now: int, counter: str, team: str | None) -> Visit:
    """Call to a counter. The first call ends the waiting time that goals are judged by."""
    return visit._replace(
        state=target(visit, "call"),
        waited_ms=visit.waited(now),
        first_called_at=visit.first_called_at or now,
        called_at=now,
        called_to=counter,
        recalled_at=None,
        recalls=0,
        held_until=None,
        bound=None,
        for_team=None,
        counter=counter,
        team=team,
    )


def recall(visit: Visit, now: int) -> Visit:
    """Call once more at the same counter; the time of the call stays."""
    return visit._replace(state=target(visit, "recall"), recalls=visit.recalls + 1, recalled_at=now)


def start(visit: Visit, now: int) -> Visit:
    """The citizen has come to the counter: the handling clock runs."""
    begun = visit.with_inquiry(visit.inquiry.running(now))
    walked = visit.walked_ms + max(0, now - (visit.called_at or now))
    return begun._replace(state=target(visit, "start"), started_at=now, walked_ms=walked)


def reclassify(visit: Visit, service: str) -> Visit:
    """Another service was meant; the inquiry's clock runs on."""
    after = visit.with_inquiry(visit.inquiry._replace(service=service))
    return after._replace(state=target(visit, "reclassify"))


def complete(visit: Visit, now: int, outcome: Outcome) -> Visit:
    """End the inquiry and the visit. From ``called`` it counts as started when called."""
    after = target(visit, "complete")
    done = _inquiry_completed(visit, now, outcome)
    return done._replace(state=after, ended_at=now)


def proceed(visit: Visit, now: int, outcome: Outcome, service: str) -> Visit:
    """``continue``: complete this inquiry and begin another at the same counter."""
    after = target(visit, "continue")
    done = _inquiry_completed(visit, now, outcome)
    following = Inquiry(service).running(now)
    return done._replace(state=after, inquiries=(*done.inquiries, following))


def transfer(
    visit: Visit,
    now: int,
    *,
    service: str | None = None,
    counter: str | None = None,
    team: str | None = None,
    outcome: Outcome | None = None,
) -> Visit:
    """Send on to a service, a counter or a team, keeping the place by the time of issue.

    With an outcome the inquiry is completed and the next begins; without one the same inquiry
    goes on elsewhere. A counter or a team gets the service that the visit has at present.
    """
    after = target(visit, "transfer")
    aim = service or visit.service
    if outcome is None:
        moved = visit.with_inquiry(visit.inquiry.paused(now)._replace(service=aim))
    else:
        done = _inquiry_completed(visit, now, outcome)
        moved = done._replace(inquiries=(*done.inquiries, Inquiry(aim)))
    waiting = _queued(moved.left_counter(now), now)
    return waiting._replace(state=after, place=_first_place(visit), bound=counter, for_team=team)


def park(visit: Visit, now: int) -> Visit:
    """Stop the clock and free the counter, for instance while a form is filled in."""
    paused = visit.with_inquiry(visit.inquiry.paused(now))
    return paused.left_counter(now, parked=True)._replace(state=target(visit, "park"))


def resume(visit: Visit, now: int, counter: str, team: str | None) -> Visit:
    """Go on with a parked visit, at the same counter or another."""
    running = visit.with_inquiry(visit.inquiry.running(now))
    return running._replace(
        state=target(visit, "resume"), resumed_at=now, counter=counter, team=team
    )


def mark_no_show(visit: Visit, now: int) -> Visit:
    """The citizen did not come to the counter."""
    return visit._replace(state=target(visit, "mark_no_show"), ended_at=now)


def requeue(visit: Visit, now: int, delay_ms: int, return_window_ms: int) -> Visit:
    """Put back in the queue, skipped until the delay has passed.

    A citizen who missed the call keeps the old place if they come back within the window after
    it, else they go to the end.
    """
    after = target(visit, "requeue")
    missed = visit.state != "waiting" and now - (visit.called_at or now) > return_window_ms
    place = now * 1000 if missed else visit.place
    there = visit if visit.state == "waiting" else visit.left_counter(visit.ended_at or now)
    queued = _queued(there, now + delay_ms)._replace(waited_ms=visit.waited(now))
    delayed = delay_ms and visit.first_called_at is None
    return queued._replace(
        state=after,
        place=place,
        held_until=now + delay_ms if delay_ms else None,
        ended_at=None,
        bound=visit.bound,
        for_team=visit.for_team,
        estimate=None if delayed else visit.estimate,
    )


def abandon(visit: Visit, now: int) -> Visit:
    """The citizen has left without being served to the end."""
    return visit._replace(
        state=target(visit, "abandon"),
        waited_ms=visit.waited(now),
        ended_at=now,
        held_until=None,
        bound=None,
        for_team=None,
    )


def set_language(visit: Visit, language: str) -> Visit:
    """Call in another language; the place in the queue stays."""
    return visit._replace(state=target(visit, "set_language"), language=language)


def undo(visit: Visit, now: int) -> Visit:
    """Take back a completion or a departure pressed by mistake, within two minutes.

    The time since then counts: as handling at the counter, as waiting in the queue.
    """
    after = target(visit, "undo")
    ended = visit.ended_at or now
    if now - ended > UNDO_WITHIN_MS:
        raise WrongState(
            f"{visit.number} was closed more than two minutes ago; issue a new ticket.",
            state=visit.state,
        )
    if after == "waiting":
        judged = visit.judged if visit.first_called_at else None
        return _queued(visit, ended)._replace(state=after, ended_at=None, judged=judged)
    reopened = visit.inquiry._replace(
        outcome=None, completed_at=None, judged=None, judged_parked=None, counter=None, team=None
    )
    running = visit.with_inquiry(reopened._replace(running_since=ended))
    return running._replace(state=after, ended_at=None)


def release(visit: Visit) -> Visit:
    """Any counter that takes the service may call it again."""
    return visit._replace(state=target(visit, "release"), bound=None)


def close_day(visit: Visit, now: int) -> Visit:
    """What becomes of an open visit when its day is closed."""
    paused = visit.with_inquiry(visit.inquiry.paused(now))
    return paused._replace(
        state=target(visit, "close_day"),
        waited_ms=visit.waited(now),
        ended_at=now,
        held_until=None,
        bound=None,
        for_team=None,
    )


def _inquiry_completed(visit: Visit, now: int, outcome: Outcome) -> Visit:
    inquiry = visit.inquiry
    if visit.state == "called":
        began = visit.called_at or now
        inquiry = inquiry.running(began)
        visit = visit._replace(started_at=began)
    done = inquiry.paused(now)._replace(
        outcome=outcome,
        completed_at=now,
        counter=visit.counter,
        team=visit.team,
    )
    return visit.with_inquiry(done)


def _queued(visit: Visit, queued_at: int) -> Visit:
    return visit._replace(queued_at=queued_at, counter=None, team=None, held_until=None)


def _first_place(visit: Visit) -> int:
    return (visit.issued_at - visit.head_start_ms) * 1000 + visit.place % 1000
