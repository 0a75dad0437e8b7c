"""Events for the screens of a branch: calls, and nothing that times a case."""

from __future__ import annotations

from typing import Any

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.board.as_json import screen_tag, state_json
from queue_service.board.operations.state import screen_state
from queue_service.command import Command
from queue_service.configuration.operations import put_branch
from queue_service.live.messages import message_of
from queue_service.store.keys import BranchKeys
from queue_service.visits.as_json import answer_json
from queue_service.visits.operations import issuing, listing, visits
from tests.desks import CLERK, Desk, document

DISPLAY = Caller("display-token", "display")
KIOSK = Caller("kiosk-token", "kiosk")
BOOTH = Caller("booth-token", "kiosk", counter="3")
SCREENS = {"display": DISPLAY, "kiosk": KIOSK, "booth of another counter": BOOTH}


def snapshot_of(desk: Desk, screen: Caller) -> dict[str, Any]:
    """The state as this screen reads it."""
    found = screen_state(desk.queue, Command(desk.branch, screen, None, desk.command().at))
    return state_json(found, screen.role, screen.counter)


def heard(desk: Desk, screen: Caller, after: int = 0) -> list[str]:
    """The names of its stream's events, leaving out the first so many entries of the log."""
    entries: Any = desk.queue.store.client.xrange(f"q:{{{desk.branch}}}:events")
    texts = [message_of(entry, fields).text(screen) for entry, fields in entries[after:]]
    return [text.split(b"event: ")[1].split(b"\n")[0].decode() for text in texts if text]


def logged(desk: Desk) -> int:
    """How many entries the log has."""
    return len(desk.events())


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS.keys())
def test_no_event_reveals_a_served_visit_to_a_screen(desk: Desk, screen: Caller) -> None:
    queue = desk.queue
    for counter in "12":
        desk.open(counter)
    desk.issue("pas")
    called = desk.called("1").visit
    visits.start(queue, desk.later(20).command(), called.id)
    assert heard(desk, screen)[-1] == "visit.call_over"
    known, log = snapshot_of(desk, screen), logged(desk)
    ticket = answer_json(desk.branch, listing.one_visit(queue, desk.branch, called.id), "kiosk")
    assert (ticket["state"], ticket["started_at"]) == ("serving", None)

    def unseen() -> None:
        seen = snapshot_of(desk.later(30), screen)
        assert {**seen, "at": None} == {**known, "at": None}
        assert screen_tag(seen) == screen_tag(known)
        found = listing.one_visit(queue, desk.branch, called.id)
        assert answer_json(desk.branch, found, "kiosk") == ticket

    visits.reclassify(queue, desk.command(), called.id, "korekort")
    unseen()
    visits.continue_visit(queue, desk.command(), called.id, "resolved", "turist")
    unseen()
    visits.park(queue, desk.command(), called.id)
    unseen()
    walk_in = issuing.serve(queue, desk.command(), "1", "pas", channel="desk").visit
    unseen()
    visits.complete(queue, desk.command(), walk_in.id, "resolved")
    unseen()
    visits.resume(queue, desk.command(), called.id)
    unseen()
    visits.complete(queue, desk.command(), called.id, "resolved")
    unseen()
    visits.undo(queue, desk.command(), called.id)
    unseen()
    visits.complete(queue, desk.command(), called.id, "resolved")
    unseen()
    assert logged(desk) > log
    assert heard(desk, screen, log) == []
    assert snapshot_of(desk, screen)["today"] == dict.fromkeys(snapshot_of(desk, screen)["today"])


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS.keys())
def test_a_visit_that_is_sent_on_is_one_more_who_waits(desk: Desk, screen: Caller) -> None:
    desk.open("1")
    desk.issue("pas")
    called = desk.called("1").visit
    visits.start(desk.queue, desk.later(20).command(), called.id)
    before, log = snapshot_of(desk, screen), logged(desk)
    visits.transfer(desk.queue, desk.later(100).command(), called.id, service="turist")
    after = snapshot_of(desk, screen)
    assert [call["state"] for call in after["calls"]] == [None]
    assert {name for name in after if after[name] != before[name]} == {"at", "queues"}
    assert heard(desk, screen, log) == []
    found = listing.one_visit(desk.queue, desk.branch, called.id)
    ticket = answer_json(desk.branch, found, "kiosk")
    assert (ticket["state"], ticket["position"], ticket["service"]) == ("serving", None, "pas")
    # Called again it is a call as any other, which does not say how long it waited since.
    again = desk.later(60).called("1").visit
    assert again.waited_ms == 60_000
    ticket = answer_json(
        desk.branch, listing.one_visit(desk.queue, desk.branch, called.id), "kiosk"
    )
    assert (ticket["state"], ticket["counter"], ticket["waiting_seconds"]) == ("called", "1", 0)
    assert heard(desk, screen, log) == ["visit.called"]


def test_the_screen_of_a_counter_sees_its_own_visit(desk: Desk) -> None:
    for counter in "13":
        desk.open(counter)
        desk.issue("pas")
    for counter in "13":
        visits.start(desk.queue, desk.later(20).command(), desk.called(counter).visit.id)
    stands = {stand["id"]: stand["state"] for stand in snapshot_of(desk, BOOTH)["counters"]}
    assert stands == {"1": "free", "2": "closed", "3": "serving"}
    assert heard(desk, BOOTH)[-1] == "visit.started"
    assert heard(desk, KIOSK)[-1] == "visit.call_over"


def test_the_state_of_a_screen_follows_what_it_hears(desk: Desk) -> None:
    desk.open("1")
    first = desk.issue("pas").visit.id
    seen = [snapshot_of(desk, KIOSK)]
    for act in (
        lambda: desk.issue("pas"),
        lambda: desk.called("1"),
        lambda: visits.recall(desk.queue, desk.command(), first),
        lambda: visits.start(desk.queue, desk.command(), first),
        lambda: put_branch(desk.queue, desk.branch, document(historic=True, name="Another")),
    ):
        act()
        seen.append(snapshot_of(desk.later(1), KIOSK))
    assert len({state["event_id"] for state in seen}) == len(seen)
    assert len({screen_tag(state) for state in seen}) == len(seen)
    alone = snapshot_of(desk.later(60), KIOSK)
    assert screen_tag(alone) == screen_tag(seen[-1]), "the time alone changes nothing"


def missed(desk: Desk, screen: Caller = DISPLAY) -> list[str]:
    """The numbers that a screen shows as missed."""
    return [call["number"] for call in snapshot_of(desk, screen)["missed"]]


def test_a_missed_number_is_shown_while_its_place_is_kept(desk: Desk) -> None:
    desk.open("1")
    first, second = (desk.issue("pas").visit.id for _ in range(2))
    for visit in (first, second):
        desk.called("1")
        visits.mark_no_show(desk.queue, desk.later(60).command(), visit)
    for _ in range(10):
        desk.issue("pas")
        visits.complete(desk.queue, desk.command(), desk.called("1").visit.id, "resolved")
    assert "A002" not in [call["number"] for call in snapshot_of(desk, DISPLAY)["calls"]]
    assert missed(desk.later(839.999)) == ["A002", "A001"]
    assert missed(desk.later(0.001)) == ["A002"]
    assert snapshot_of(desk, KIOSK)["missed"][0]["missed_at"] == "2026-11-25T08:02:00.000Z"
    assert missed(desk, CLERK) == ["A002"]
    visits.requeue(desk.queue, desk.command(), second)
    assert missed(desk) == []


def test_no_missed_number_is_kept_for_longer_than_its_place(desk: Desk) -> None:
    desk.open("1")
    kept = []
    for seconds in (0, 900, 0.001):
        desk.issue("pas")
        called = desk.later(seconds).called("1").visit
        visits.mark_no_show(desk.queue, desk.command(), called.id)
        kept.append(desk.queue.store.client.zcard(BranchKeys(desk.branch).missed))
    assert kept == [1, 2, 2]
