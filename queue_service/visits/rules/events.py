"""The names of events, as in the branch's log and on the open pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from queue_service.access.rules.caller import Caller, Role
from queue_service.visits.rules.visit import AT_COUNTER, Visit

ISSUED: Final = "visit.issued"
SERVED: Final = "visit.started"
"""The event of a ticket and of a walk-in; ``visits/rules/transitions.py`` has all others."""

CALL_OVER: Final = "visit.call_over"
"""The event that screens receive of a visit that is called no more, whatever became of it."""

_SEEN_BY_SCREENS: Final = frozenset({None, "waiting", "called", "no_show", "abandoned"})
"""The states before and after a change that screens receive."""

PRIVATE_FIELDS: Final = frozenset({"id", "why", "was", "left"})
"""The fields of an event that a display or kiosk never receives."""

WITH_A_COUNTER: Final = frozenset(
    {"visit.called", "visit.recalled", "visit.started", "visit.resumed"}
)
"""Events that send somebody to a counter. In all others a display or kiosk sees no counter, so that
no history of who was at work when can be read back from its events. The present is no secret: the
state shows screens which counters are open, and whom each calls."""

STATE_CHANGED: Final = "branch.state_changed"
"""The event that a display or kiosk receives of a counter that is opened or closed: that the state
is another."""

VIDEO_MESSAGE: Final = "video.message"
"""The two pages of a video counter have messages for each other."""

_HEARD_BY: Final[Mapping[str, frozenset[Role]]] = {
    VIDEO_MESSAGE: frozenset({"kiosk", "clerk", "admin"})
}


OF_STAFF: Final = (
    "lifeline.", "referral.", "visit.needs_changed", "visit.moved", "visit.errands_changed",
    "visit.entered", "visit.removed", "booking.",
)  # fmt: skip
"""Prefixes of the names of events that no screen receives; entered and removed are numbers on
paper."""
OF_KIOSKS: Final = "help."
"""The prefix of events that no display receives: a kiosk's call for help."""
SCREENS: Final[frozenset[Role]] = frozenset({"kiosk", "display"})


def is_heard(name: str, role: Role) -> bool:
    """Whether a page of this role receives an event at all."""
    if name.startswith(OF_STAFF):
        return role not in SCREENS
    if name.startswith(OF_KIOSKS):
        return role != "display"
    return name not in _HEARD_BY or role in _HEARD_BY[name]


def hears(name: str, data: Mapping[str, Any], caller: Caller) -> bool:
    """Whether the caller's page receives an event with this data."""
    if not is_heard(name, caller.role):
        return False
    own = caller.counter in counters_of(data)
    return caller.role not in SCREENS or own or for_screens(name, data) is not None


def for_screens(name: str, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """An event's name and data as displays and kiosks see it; None of events that they do not
    receive.

    A screen receives the waiting visits, a call, and that a call is over, was missed, or is open
    again because its start was undone. It does not receive the end of a visit, nor of anything
    while it is served: with the call's counter that would be how long somebody took for each case.
    """
    if name == VIDEO_MESSAGE:
        return None
    if not name.startswith("visit."):
        return for_own_counter(name, data)
    if data.get("was") == "called" and data["state"] != "called":
        state = data["state"] if data["state"] in ("waiting", "no_show") else "over"
        return CALL_OVER, {"number": data["number"], "state": state, "at": data["at"]}
    if data["state"] == "called" or {data.get("was"), data["state"]} <= _SEEN_BY_SCREENS:
        return for_own_counter(name, data)
    return None


def for_own_counter(name: str, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same as the screen of a video counter sees what happens at that counter."""
    if name.startswith("counter."):
        return STATE_CHANGED, {"at": data["at"]}
    public = {field: value for field, value in data.items() if field not in PRIVATE_FIELDS}
    if public.pop("private", False):
        public["service"] = None
    if "counter" in public and name not in WITH_A_COUNTER:
        public["counter"] = None
    return name, public


def counters_of(data: Mapping[str, Any]) -> frozenset[str]:
    """The counters where an event happens: the visit's, and the one that it has left."""
    return frozenset(filter(None, (data.get("counter"), data.get("left"))))


def visit_event(
    visit: Visit,
    now: int,
    why: Mapping[str, Any] | None = None,
    *,
    private: bool = False,
    before: Visit | None = None,
) -> dict[str, Any]:
    """The data of a visit's event. It names no account, and ``why`` only explains a call.

    ``private``: screens do not receive what the visit is about. ``before`` is the visit as it was;
    None of one that is new.
    """
    data: dict[str, Any] = {
        "id": visit.id,
        "number": visit.number,
        "service": visit.service,
        "state": visit.state,
        "counter": visit.counter,
        "language": visit.language,
        "recalls": visit.recalls,
        "at": now,
    }
    if visit.state == "called":
        data["silent"] = visit.silent
    if private:
        data["private"] = True
    if visit.source is not None:
        data |= {"source": visit.source, "date": visit.date}
    if before is not None:
        data["was"] = before.state
        if before.state in AT_COUNTER and before.counter != visit.counter:
            data["left"] = before.counter
    if why is not None:
        data["why"] = dict(why)
    return data
