"""A citizen who waits and asks not to be called before a time later today.

From then on the visit is queued as if it had come at that time: behind all who come before it,
whatever was its place. So it never makes another visit of the queue wait longer, also when the
citizen is back earlier, or asks for another time: then it is as if it had come when they were back,
or at that other time. A head start that staff or a booking gave before is used up. Within two
minutes the request can be taken back: the visit then has its earlier place, as if it had not asked.

Until then the visit is held back as after a delay. Its waiting time leaves out what the citizen
asked for, and no estimate learns from it. It keeps a limited number of such stretches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import clock_on, hours_on, moment
from queue_service.branches.rules.service_hours import service_hours_on
from queue_service.errors import Invalid
from queue_service.visits.rules.visit import Queued, Visit

MOST_AWAY: Final = 20
"""The most stretches of time away that a visit keeps; a further one extends the last."""

TAKEN_BACK_WITHIN_MS: Final = 120_000
"""How long a request can be taken back."""

_FIELD: Final = "not_before"


def time_of(branch: Branch, service: str, clock: str, now: int) -> int:
    """The instant (ms) of a time such as ``14:30`` later today, in the hours of the service.

    Raises Invalid.
    """
    today = moment(branch, now)
    at = clock_on(branch, today.date, clock)
    if at <= now:
        raise Invalid.at(_FIELD, "It must be later than now.", "Give a time later today.")
    known = branch.services.get(service)
    spans = service_hours_on(branch, known, today.date) if known else hours_on(branch, today.date)
    if not any(begins <= at < ends for begins, ends in spans):
        raise Invalid.at(
            _FIELD, "The branch is not open at that time today.", "Give a time when it is open."
        )
    return at


def is_postponed(visit: Visit, now: int) -> bool:
    """Whether the time that the citizen asked for is still to come at ``now`` (ms)."""
    return visit.not_before is not None and visit.not_before > now


def postponed(visit: Visit, at: int, now: int) -> Visit:
    """The waiting visit as if it had come at ``at`` (ms), which is ``now`` or later."""
    earlier = visit.away[:-1] if is_postponed(visit, now) else visit.away
    since = visit.away[-1][0] if is_postponed(visit, now) else now
    return visit._replace(
        place=_place_of(visit, at, now),
        head_start_ms=0,
        booked_head_start_ms=0,
        waited_ms=visit.waited(now),
        queued_at=at,
        held_until=at if at > now else None,
        not_before=at,
        away=_with(earlier, since, at),
        estimate=None,
    )


def asked(visit: Visit, at: int, now: int) -> Visit:
    """The waiting visit as if it had come at ``at`` (ms), as its citizen asks at ``now``.

    Of several requests all are taken back together, in the time of the first. If each had its own
    time, a citizen who asks again and again would keep the place without being there.
    """
    if not is_postponed(visit, now):
        kept = {name: getattr(visit, name) for name in Queued._fields if name != "until"}
        earlier: Queued | None = Queued(until=now, **kept)
    elif visit.earlier is not None and can_be_taken_back(visit, now):
        earlier = visit.earlier._replace()  # the same object would mean that nothing was asked for
    else:
        earlier = None
    return postponed(visit, at, now)._replace(earlier=earlier)


def can_be_taken_back(visit: Visit, now: int) -> bool:
    """Whether the request of the citizen can still be taken back at ``now`` (ms)."""
    return visit.earlier is not None and now - visit.earlier.until <= TAKEN_BACK_WITHIN_MS


def taken_back(visit: Visit) -> Visit:
    """The visit as it was queued before its citizen asked for a later time; it has waited since."""
    if visit.earlier is None:
        return visit
    queued = visit.earlier._asdict()
    del queued["until"]
    return visit._replace(**queued, earlier=None)


def _with(away: Sequence[tuple[int, int]], since: int, until: int) -> tuple[tuple[int, int], ...]:
    """The stretches with a further one, which is joined to the last if it begins where that ends.

    Otherwise a citizen who goes and comes all day would have the visit grow without end.
    """
    if away and (since <= away[-1][1] or len(away) >= MOST_AWAY):
        return (*away[:-1], (away[-1][0], until))
    return (*away, (since, until))


def _place_of(visit: Visit, at: int, now: int) -> int:
    as_if_come = at * 1000 + visit.place % 1000
    # A place that is still to come may be given up for an earlier one, no other may.
    return as_if_come if is_postponed(visit, now) else max(visit.place, as_if_come)
