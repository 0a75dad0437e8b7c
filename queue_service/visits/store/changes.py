"""The writes of a commit, derived from a visit before and after."""

from __future__ import annotations

from typing import Any

from queue_service.branches.rules.branch import Branch
from queue_service.visits.rules.counting import Counts
from queue_service.visits.rules.needs import count_noted
from queue_service.visits.rules.visit import AT_COUNTER, OPEN_STATES, Visit


def change(branch: Branch, before: Visit, after: Visit, counts: Counts) -> dict[str, Any]:
    """The change for ``visits/scripts/commit_if_unchanged.lua``.

    It is from the visit before and after."""
    was = before.counter if before.state in AT_COUNTER else None
    now_at = after.counter if after.state in AT_COUNTER else None
    written: dict[str, Any] = {
        "id": after.id,
        "number": after.number,
        "service": after.service,
        "leave": before.state == "waiting",
        "opens": after.state in OPEN_STATES and before.state not in OPEN_STATES,
        "ends": after.state not in OPEN_STATES,
        "seen": sorted({c for c in (was, now_at) if c}),
        "totals": counts.totals,
        "day": counts.day,
    }
    if was != now_at:
        written |= {"free": was} if was else {}
        written |= {"occupy": now_at, "team": after.team or ""} if now_at else {}
    if after.state == "parked":
        written["park"] = after.counter
    if after.state == "waiting":
        written["join"] = {"place": str(after.place), "since": _since(after)}
        written["takers"] = branch.takers(after.service, after.bound_to, after.also_wanted)
        if after.bound_to or after.held_until:
            until = after.held_until or 0
            written["hold"] = f"{after.bound_to or ''}|{until}|{after.place}|{after.service}"
    if after.called_at is not None and after.called_at != before.called_at:
        written["calls"] = str(after.called_at)
    noted = count_noted(before.noted, after.noted)
    if noted is not None:
        written["noted"] = noted._asdict()
    return written | _missed(branch, before, after) | _like_wait(before, counts)


def _missed(branch: Branch, before: Visit, after: Visit) -> dict[str, Any]:
    if after.state == "no_show" and after.ended_at is not None:
        oldest = after.ended_at - branch.return_window_seconds * 1000
        return {"missed": {"at": str(after.ended_at), "oldest": str(oldest)}}
    return {"found": True} if before.state == "no_show" else {}


def _since(visit: Visit) -> str:
    judged = visit.first_called_at is not None or visit.ahead is None
    return f"{visit.waits_since}.5" if judged else str(visit.waits_since)


def _like_wait(before: Visit, counts: Counts) -> dict[str, Any]:
    """The wait that later estimates learn from: only waits that took their natural course."""
    if counts.waited_ms is None or before.head_start_ms or before.ahead is None:
        return {}
    if before.booked_for is not None:
        return {}
    if before.queued_at != before.issued_at or before.bound_to or not before.counters_open:
        return {}
    return {
        "wait": {
            "service": before.service,
            "ahead": before.ahead,
            "open": before.counters_open,
            "seconds": counts.waited_ms // 1000,
        }
    }
