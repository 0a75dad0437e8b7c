"""A branch's state as the JSON of the outside contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final

from pydantic_core import to_json

from queue_service.access.rules.caller import Role
from queue_service.board.operations.state import BranchState, CounterStand, GoalView, QueueView
from queue_service.branches.rules.branch import Branch
from queue_service.counters.as_json import pause_json
from queue_service.counters.rules import PAUSED
from queue_service.interventions.as_json import intervention_json
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.visits.rules.events import SCREENS
from queue_service.visits.rules.visit import ENDED_STATES, Visit


def state_json(state: BranchState, role: Role = "admin", own: str = "") -> dict[str, Any]:
    """The snapshot that every page shows.

    Screens do not receive who is served where, how many visits there were or have ended, or how
    goals do: so they cannot time a case. The screen of a video counter (``own``) sees that
    counter's visit. Nor do they receive why a counter is paused or since when, or what somebody is
    served with behind a closed door; a display sees no queue of such services.
    """
    branch, screen = state.branch, role in SCREENS
    private = [queue for queue in state.queues if branch.is_private(queue.service)]
    shown = [q for q in state.queues if role != "display" or q not in private]
    stands = [_for_screens(branch, s, own) for s in state.counters] if screen else state.counters
    return {
        "branch": state.branch.id,
        "at": rfc3339(state.now),
        "event_id": state.event_id,
        "business_date": state.moment.date,
        "open": state.moment.open,
        "quiet": state.quiet,
        "private_waiting": sum(queue.waiting for queue in private),
        "queues": [_queue_json(queue, state.now) for queue in shown],
        "counters": [stand_json(stand) for stand in stands],
        "calls": [_call_json(visit, screen) for visit in state.calls],
        "missed": [_call_json(visit, screen) for visit in state.missed],
        "today": {**state.today, **_contacts_json(state), **(_UNTOLD if screen else {})},
        "goals": [] if screen else [_goal_json(goal) for goal in state.goals],
        "interventions": _public(branch, interventions_json(state), role),
        "closed_services": [
            {"service": service, "opens_at": rfc3339_or_none(opens_at)}
            for service, opens_at in state.closed_services.items()
            if role != "display" or not branch.is_private(service)
        ],
    }


def screen_tag(document: Mapping[str, Any]) -> str:
    """Changes exactly when anything but the time has changed in the data that a screen receives."""
    queues = [{**queue, "longest_wait_seconds": None} for queue in document["queues"]]
    seen = to_json({**document, "at": None, "queues": queues})
    return blake2b(seen, digest_size=16).hexdigest()


_CALL_STATES: Final = frozenset({"called", "waiting", "no_show", "abandoned"})
"""The states of a visit that a screen sees in a call; null once the citizen has come."""
_UNTOLD: Final = dict.fromkeys(("issued", *ENDED_STATES, "paper"))
"""How many visits there were is null to screens: visits that are served at once count, too."""


def _call_json(visit: Visit, screen: bool) -> dict[str, Any]:
    told = not screen or (visit.state in _CALL_STATES and not visit.came)
    return {
        "number": visit.number,
        "counter": visit.called_to,
        "called_at": rfc3339_or_none(visit.called_at),
        "recalls": visit.recalls,
        "language": visit.language,
        "state": visit.state if told else None,
        "silent": visit.silent,
        "missed_at": rfc3339_or_none(visit.ended_at) if visit.state == "no_show" else None,
    }


def _contacts_json(state: BranchState) -> dict[str, Any]:
    told = state.contacts
    return {
        "contacts": None if told is None else sum(told.values()),
        "contacts_by_channel": None if told is None else dict(told),
    }


def _public(
    branch: Branch, interventions: list[dict[str, Any]], role: Role
) -> list[dict[str, Any]]:
    """The calls as a display receives them, without private services."""
    if role != "display":
        return interventions
    told = [
        (one, [s for s in one["services"] if not branch.is_private(s)]) for one in interventions
    ]
    return [
        {**one, "services": left, "numbers": {s: n for s, n in one["numbers"].items() if s in left}}
        for one, left in told
        if left or not one["services"]
    ]


def interventions_json(state: BranchState) -> list[dict[str, Any]]:
    """The interventions of supervisors that are in force."""
    return [intervention_json(one, state.now, state.kiosk_issued) for one in state.interventions]


def _for_screens(branch: Branch, stand: CounterStand, own: str) -> CounterStand:
    if branch.is_private(stand.service):
        stand = replace(stand, service=None)
    if stand.pause is not None:
        since = None if stand.state == PAUSED else stand.since
        stand = replace(stand, pause=None, since=since)
    if stand.state != "serving" or stand.id == own:
        return stand
    return replace(
        stand,
        state="free",
        number=None,
        service=None,
        since=None,
        recalls=None,
        language=None,
        silent=None,
    )


def stand_json(stand: CounterStand) -> dict[str, Any]:
    """A counter and the number that is called or served there, as in the snapshot."""
    return {
        "id": stand.id,
        "name": stand.name,
        "names": dict(stand.names),
        "state": stand.state,
        "number": stand.number,
        "team": stand.team,
        "service": stand.service,
        "since": rfc3339_or_none(stand.since),
        "recalls": stand.recalls,
        "language": stand.language,
        "pause": pause_json(stand.pause),
        "silent": stand.silent,
    }


def _queue_json(queue: QueueView, now: int) -> dict[str, Any]:
    oldest = queue.oldest_issued_at
    if oldest is not None and queue.carried_to is not None:
        oldest -= max(0, queue.carried_to - now)  # the wait is paused until then
    return {
        "service": queue.service,
        "waiting": queue.waiting,
        "later": queue.later,
        "oldest_issued_at": rfc3339_or_none(oldest),
        "longest_wait_seconds": None if oldest is None else max(0, now - oldest) / 1000,
        "taken": queue.taken,
    }


def _goal_json(goal: GoalView) -> dict[str, Any]:
    return {
        "id": goal.id,
        "threshold_seconds": goal.threshold_seconds,
        "target_ratio": goal.target_ratio,
        "judged": goal.judged,
        "within": goal.within,
        "ratio": goal.ratio,
        "budget": goal.budget,
        "overdue": goal.overdue,
    }
