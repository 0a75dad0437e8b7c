"""Events of a visit in the log and for each role, without any store."""

from __future__ import annotations

from typing import Any, Final

import pytest

from queue_service.access.rules.caller import Caller, Role
from queue_service.visits.rules.events import (
    CALL_OVER,
    VIDEO_MESSAGE,
    counters_of,
    for_own_counter,
    for_screens,
    hears,
    is_heard,
    visit_event,
)
from queue_service.visits.rules.visit import Visit
from tests.visits.cases import IN_STATE, NINE, WAITING

SERVING: Final = IN_STATE["serving"]
OF_VISIT: Final = {
    "id": "id", "number": "A001", "service": "pas", "state": "serving", "counter": "1",
    "language": "da", "recalls": 0, "at": NINE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("visit", "more", "expected"),
    [
        (SERVING, {}, {}),
        (SERVING, {"why": {"reason": "x"}}, {"why": {"reason": "x"}}),
        (SERVING, {"private": True}, {"private": True}),
        (
            SERVING._replace(source="paper"), {},
            {"source": "paper", "date": "2026-11-25"},
        ),
        (SERVING, {"before": IN_STATE["called"]}, {"was": "called"}),
        (SERVING, {"before": SERVING._replace(counter="2")}, {"was": "serving", "left": "2"}),
        (SERVING, {"before": IN_STATE["parked"]._replace(counter="2")}, {"was": "parked"}),
        (
            IN_STATE["called"]._replace(silent=True), {}, {"state": "called", "silent": True},
        ),
    ],
)  # fmt: skip
def test_the_data_of_an_event(visit: Visit, more: dict[str, Any], expected: dict[str, Any]) -> None:
    assert visit_event(visit, NINE, **more) == {**OF_VISIT, **expected}


@pytest.mark.parametrize(
    ("name", "heard_by"),
    [
        ("visit.called", {"admin", "supervisor", "clerk", "kiosk", "display"}),
        ("visit.needs_changed", {"admin", "supervisor", "clerk"}),
        ("lifeline.ringing", {"admin", "supervisor", "clerk"}),
        ("help.called", {"admin", "supervisor", "clerk", "kiosk"}),
        (VIDEO_MESSAGE, {"admin", "clerk", "kiosk"}),
    ],
)
def test_the_roles_that_receive_an_event(name: str, heard_by: set[Role]) -> None:
    roles: tuple[Role, ...] = ("admin", "supervisor", "clerk", "kiosk", "display")
    assert {role for role in roles if is_heard(name, role)} == heard_by
    # Only the one video counter's own screen hears what was written there.
    own = Caller("s", "kiosk", counter="1")
    assert hears(VIDEO_MESSAGE, {"counter": "1"}, own)
    assert not hears(VIDEO_MESSAGE, {"counter": "2"}, own)


SCREENS_DATA: Final = {"number": "A001", "at": NINE}


@pytest.mark.parametrize(
    ("was", "state", "expected"),
    [
        ("called", "waiting", "waiting"),
        ("called", "no_show", "no_show"),
        ("called", "serving", "over"),
        ("called", "completed", "over"),
    ],
)
def test_a_screen_hears_that_a_call_is_over_and_not_what_became_of_it(
    was: str, state: str, expected: str
) -> None:
    data = {**SCREENS_DATA, "was": was, "state": state, "counter": "1", "id": "x"}
    assert for_screens("visit.x", data) == (CALL_OVER, {**SCREENS_DATA, "state": expected})


@pytest.mark.parametrize(
    ("was", "state", "heard"),
    [
        (None, "waiting", True), ("waiting", "abandoned", True), ("no_show", "waiting", True),
        ("parked", "called", True), ("called", "called", True), ("serving", "called", True),
        ("serving", "completed", False), ("parked", "waiting", False), (None, "serving", False),
        ("waiting", "serving", False),
    ],
)  # fmt: skip
def test_a_screen_hears_of_those_who_wait_and_of_calls(
    was: str | None, state: str, heard: bool
) -> None:
    data = {**SCREENS_DATA, "state": state, **({"was": was} if was else {})}
    found = for_screens("visit.x", data)
    assert found == (("visit.x", {**SCREENS_DATA, "state": state}) if heard else None)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("counter.opened", {"at": 1, "counter": "1"}, ("branch.state_changed", {"at": 1})),
        ("visit.called", {"counter": "1"}, ("visit.called", {"counter": "1"})),
        ("visit.started", {"counter": "1"}, ("visit.started", {"counter": "1"})),
        ("visit.parked", {"counter": "1"}, ("visit.parked", {"counter": None})),
        (
            "visit.issued",
            {"service": "pas", "private": True, "id": 1, "why": 2, "was": 3, "left": 4},
            ("visit.issued", {"service": None}),
        ),
        ("visit.issued", {"service": "pas"}, ("visit.issued", {"service": "pas"})),
    ],
)
def test_a_screen_sees_no_counter_but_where_somebody_is_sent_and_no_private_service(
    name: str, data: dict[str, Any], expected: tuple[str, dict[str, Any]]
) -> None:
    assert for_own_counter(name, data) == expected


def test_a_video_message_is_for_no_screen_and_other_events_are() -> None:
    assert for_screens(VIDEO_MESSAGE, {"counter": "1"}) is None
    assert for_screens("day.closed", {"at": 1}) == ("day.closed", {"at": 1})


@pytest.mark.parametrize(
    ("data", "counters"),
    [({}, set()), ({"counter": None}, set()), ({"counter": "1", "left": "2"}, {"1", "2"})],
)
def test_an_event_happens_where_the_visit_is_and_where_it_was(
    data: dict[str, Any], counters: set[str]
) -> None:
    assert counters_of(data) == counters
    waits = {**visit_event(WAITING, NINE), "was": "serving", **data}
    own = Caller("s", "kiosk", counter="2")
    assert hears("visit.transferred", waits, own) is ("2" in counters)
