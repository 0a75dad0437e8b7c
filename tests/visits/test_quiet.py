"""Calls that are shown and not heard, and services that no screen names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from queue_service.access.rules.caller import Role
from queue_service.board.as_json import state_json
from queue_service.branches.rules.privacy import without_private
from queue_service.branches.rules.quiet import is_quiet
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.counters.store import CounterStore
from queue_service.live.messages import message_of
from queue_service.visits.operations import calling, issuing, visits
from tests.desks import MORNING, Desk, document

QUIET = {"wed": [["09:30", "10:00"]]}
HALF_HOUR = 1800


def quiet_desk(queue: Queue, **changes: Any) -> Desk:
    put_branch(queue, "raadhuset", document(historic=True, quiet_hours=QUIET, **changes))
    desk = Desk(queue)
    desk.open()
    return desk


def last_event(desk: Desk) -> dict[str, Any]:
    entries: Any = desk.queue.store.client.xrevrange(f"q:{{{desk.branch}}}:events", count=1)
    data: dict[str, Any] = json.loads(entries[0][1]["data"])
    return data


@pytest.mark.parametrize(
    ("seconds", "silent"),
    [(HALF_HOUR - 1, False), (HALF_HOUR, True), (2 * HALF_HOUR - 1, True), (2 * HALF_HOUR, False)],
)
def test_a_call_in_quiet_hours_is_silent(queue: Queue, seconds: int, silent: bool) -> None:
    desk = quiet_desk(queue)
    desk.issue()
    desk.later(seconds).called()
    assert last_event(desk)["silent"] is silent
    state = desk.state()
    assert state.quiet is silent
    assert [call.silent for call in state.calls] == [silent]
    assert state.counters[0].silent is silent
    assert ("quiet" in state.tag) is silent


def test_a_silent_call_stays_silent_after_the_quiet_hours(queue: Queue) -> None:
    desk = quiet_desk(queue)
    desk.issue()
    called = desk.later(2 * HALF_HOUR - 1).called().visit
    assert [call.silent for call in desk.later(60).state().calls] == [True]
    visits.recall(queue, desk.command(), called.id)
    assert [call.silent for call in desk.state().calls] == [False]


def test_a_clerk_calls_silently_once(queue: Queue) -> None:
    desk = quiet_desk(queue)
    desk.issue()
    called = calling.call_next(queue, desk.command(), "1", silent=True).answer
    assert called is not None
    assert last_event(desk)["silent"] is True
    visits.recall(queue, desk.command(), called.visit.id)
    assert last_event(desk)["silent"] is False
    visits.recall(queue, desk.command(), called.visit.id, silent=True)
    assert last_event(desk)["silent"] is True
    visits.requeue(queue, desk.command(), called.visit.id)
    calling.call(queue, desk.command(), called.visit.id, "1")
    assert last_event(desk)["silent"] is False


def test_the_hours_of_an_exception_replace_its_days(queue: Queue) -> None:
    exceptions = [{"date": "2026-11-25", "hours": [["09:00", "09:10"]]}]
    branch = put_branch(
        queue, "raadhuset", document(quiet_hours=QUIET, quiet_exceptions=exceptions)
    ).branch
    at = [MORNING, MORNING + 600_000, MORNING + HALF_HOUR * 1000]
    assert [is_quiet(branch, instant) for instant in at] == [True, False, False]


PRIVATE = [
    {"id": "pas", "name": {"da": "Pas"}, "prefix": "A"},
    {"id": "korekort", "name": {"da": "Kørekort"}, "prefix": "B"},
    {"id": "gaeld", "name": {"da": "Gældsrådgivning"}, "prefix": "C", "private": True},
]
ROOM = [
    {"id": "1", "name": "Skranke 1", "services": ["*"]},
    {"id": "r2", "name": "Lokale 2", "services": ["gaeld"], "kind": "room", "entrance": "knock"},
]


@pytest.mark.parametrize("role", ["display", "kiosk", "clerk"])
def test_no_screen_receives_a_private_service(queue: Queue, role: Role) -> None:
    desk = quiet_desk(queue, services=PRIVATE, counters=ROOM, teams=[])
    desk.open("r2")
    first = desk.issue("gaeld").visit
    desk.issue("gaeld")
    desk.issue("pas")
    called = desk.called("r2").visit
    visits.recall(queue, desk.command(), called.id)
    visits.start(queue, desk.command(), called.id)
    visits.park(queue, desk.command(), called.id)
    visits.resume(queue, desk.command(), called.id)
    visits.continue_visit(queue, desk.command(), called.id, "resolved", "gaeld")
    assert called.id == first.id
    issuing.serve(queue, desk.command(), "1", "gaeld")

    reported = json.dumps(state_json(desk.state(), role))
    entries: Any = queue.store.client.xrange(f"q:{{{desk.branch}}}:events")
    events = [message_of(entry, fields) for entry, fields in entries]
    public = b"".join(message.public + message.own for message in events)
    private = b"".join(message.private for message in events)
    assert b"gaeld" not in public
    assert b'"service":"pas"' in public
    assert b"gaeld" in private
    state = state_json(desk.state(), role)
    assert state["private_waiting"] == 1
    services = [counter["service"] for counter in state["counters"]]
    assert services == (["gaeld", "gaeld"] if role == "clerk" else [None, None])
    assert ("gaeld" in reported) is (role != "display")


def test_a_display_reads_a_configuration_without_private_services() -> None:
    config = document(
        services=PRIVATE,
        counters=ROOM,
        teams=[{"id": "t", "name": {"da": "Team"}, "services": ["gaeld", "pas"]}],
        unsure_service="gaeld",
    )
    public = without_private(config)
    assert "gaeld" not in json.dumps(public)
    assert [s["id"] for s in public["services"]] == ["pas", "korekort"]
    assert [t["services"] for t in public["teams"]] == [["pas"]]
    assert "gaeld" in json.dumps(config)
    plain = document()
    assert without_private(plain) == plain


def test_screens_learn_nothing_of_a_pause_but_that_it_is(desk: Desk) -> None:
    from_counters = desk.queue.get(CounterStore)
    desk.open()
    branch = desk.queue.get(BranchStore).get(desk.branch)
    from_counters.apply(branch, "1", "pause", team="lunch", at=MORNING)
    seen = {role: state_json(desk.state(), role)["counters"][0] for role in ("display", "clerk")}
    assert (seen["display"]["state"], seen["display"]["pause"]) == ("paused", None)
    assert seen["display"]["since"] is None
    assert seen["clerk"]["pause"]["reason"] == "lunch"
    entries: Any = desk.queue.store.client.xrange(f"q:{{{desk.branch}}}:events")
    messages = [message_of(entry, fields) for entry, fields in entries]
    public = b"".join(message.public + message.own for message in messages)
    assert b"lunch" not in public
