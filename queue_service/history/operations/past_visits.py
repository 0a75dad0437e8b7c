"""The visits of a business day that is over, without traces of the work of a person.

The day of a counter is a person's, so no visit has a counter, a team, an instant, a number or an
id, and within an hour they are in no order of time: the rest can be counted, and leads to no
person. Lengths are whole minutes: none leads to a visit in the staff's stream of events, which has
the counter. Lengths and endings are in the figures of an hour as well (``docs/privacy.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import local_hour, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.errors import DayFinal, Invalid
from queue_service.runtime.cooperation import in_turns
from queue_service.visits.rules.visit import Channel, State, Visit
from queue_service.visits.store.visit_store import VisitStore

UNKNOWN: Final = -1
"""In place of a length; a number, so that visits have an order."""
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True, order=True)
class PastInquiry:
    """An inquiry that was completed; ``outcome`` is empty if not known."""

    service: str
    outcome: str
    handled_minutes: int


@dataclass(frozen=True, slots=True, order=True)
class PastVisit:
    """A visit by the ``hour`` of its issue, in the branch's time.

    ``waited_minutes`` is its first wait, ``left_after_minutes`` how long it had waited when its
    citizen left before any call. Every length is to the nearest minute, and :data:`UNKNOWN` if
    there is none or it is not known.
    """

    hour: int
    service: str
    channel: Channel
    state: State
    waited_minutes: int
    left_after_minutes: int
    inquiries: tuple[PastInquiry, ...]
    paper: bool


def past_visits(queue: Queue, branch_id: str, date: str, now: int) -> list[PastVisit]:
    """The visits of a date that is over at ``now`` (ms), by hour and then by service.

    Raises BranchNotFound, Invalid for a day that is not over, and DayFinal for one whose visits are
    no longer kept. The days of a historic branch are all over, and kept.
    """
    branch = queue.get(BranchStore).get(branch_id)
    if not branch.historic:
        _require_kept(branch, date, moment(branch, now).date)
    visits = queue.get(VisitStore).of_day(branch_id, date)
    return sorted(_past(visit, branch.timezone) for visit in in_turns(visits))


def _require_kept(branch: Branch, date: str, today: str) -> None:
    if date >= today:
        raise Invalid.at("date", f"Choose a day that is over, before {today}.")
    if date < days_after(today, -branch.retention_days):
        raise DayFinal(
            f"Visits are kept for {branch.retention_days} days: ask for the statistics of {date}."
        )


def _past(visit: Visit, timezone: str) -> PastVisit:
    waited = visit.first_wait(visit.first_called_at)
    left = visit.first_wait(visit.ended_at) if visit.left_uncalled else None
    return PastVisit(
        hour=local_hour(timezone, visit.issued_at),
        service=visit.issued_service,
        channel=visit.channel,
        state=visit.state,
        waited_minutes=_minutes(waited),
        left_after_minutes=_minutes(left),
        inquiries=tuple(
            PastInquiry(
                inquiry.service,
                "" if inquiry.outcome == "unknown" else inquiry.outcome,
                _minutes(None if inquiry.started_at is None else inquiry.handled_ms),
            )
            for inquiry in visit.inquiries
            if inquiry.outcome is not None
        ),
        paper=visit.source is not None,
    )


def _minutes(length_ms: int | None) -> int:
    return UNKNOWN if length_ms is None else (length_ms + _MINUTE_MS // 2) // _MINUTE_MS
