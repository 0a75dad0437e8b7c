"""Alerts on a real store: one per cause in any number of processes, sent once, and kept as a
history."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from queue_service.alerts.keys import AlertKeys
from queue_service.alerts.operations import alerts
from queue_service.alerts.operations.alerts import acknowledge, open_alerts, past_alerts
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.rules.alerts import AlertStep, OpenAlerts
from queue_service.alerts.rules.causes import Present
from queue_service.alerts.store import HISTORY_KEPT, AlertStore, read_alert
from queue_service.alerts.text import AlertText
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.configuration.operations import put_branch
from queue_service.errors import Invalid, NotFound
from queue_service.visits.operations import visits
from tests.alerts.alerting import MAIL, outgoing, subscribe, update
from tests.desks import MORNING, Desk, document


def kinds(desk: Desk) -> list[str]:
    return [each.alert.cause.kind for each in open_alerts(desk.queue, desk.branch)]


def serve(desk: Desk, seconds: float) -> None:
    desk.issue()
    visit = desk.called().visit
    visits.start(desk.queue, desk.command(), visit.id)
    visits.complete(desk.queue, desk.later(seconds).command(), visit.id, "resolved")


def test_a_long_wait_is_sent_once_and_resolved_when_it_is_over(live: Desk) -> None:
    subscribe(live)
    live.open()
    live.issue()
    update(live.later(14 * 60))
    assert kinds(live) == []
    for _ in range(3):
        update(live.later(60))
    assert kinds(live) == ["wait"]
    assert [d.event for d in outgoing(live)] == ["raised"]
    live.called()
    update(live)
    update(live.later(301))
    assert kinds(live) == []
    (over,) = past_alerts(live.queue, live.branch)
    assert over.longest_ms == 17 * 60_000
    assert over.finding.service == "pas"


def test_a_goal_is_at_risk_half_an_hour_after_opening_and_not_by_chance(live: Desk) -> None:
    subscribe(live, SubscriptionRequest(("goal",), "mail", target="leder@example.dk"))
    live.open()
    for _ in range(9):
        serve(live, 400)
    update(live)
    serve(live, 400)
    update(live)  # only now: over half an hour, and none of ten
    update(live.later(599))
    assert kinds(live) == []
    update(live.later(1))
    (found,) = open_alerts(live.queue, live.branch)
    finding = found.alert.finding
    assert finding.cause.goal == "handling-6-min"
    assert (finding.judged, finding.within, finding.target) == (10, 0, 0.7)
    for _ in range(9):
        serve(live, 10)
    update(live)  # 9 of 19 may be chance
    (found,) = open_alerts(live.queue, live.branch)
    assert found.alert.gone_at is not None


def test_a_goal_with_hours_is_at_risk_in_them_alone(queue: Queue) -> None:
    goals = document()["goals"][:1]
    goals[0]["hours"] = {"wed": [["09:00", "11:00"]]}
    put_branch(queue, "raadhuset", document(goals=goals))
    desk = Desk(queue)
    subscribe(desk)
    desk.open()
    for _ in range(10):
        serve(desk, 400)
    update(desk)
    update(desk.later(600))
    assert "goal" in kinds(desk)
    update(desk.later(3600))
    update(desk.later(301))
    assert "goal" not in kinds(desk)


def test_recipients_are_kept_as_counts_with_the_final_state(live: Desk) -> None:
    for wish in (MAIL, MAIL, replace(MAIL, channel="board", target="")):
        subscribe(live, wish)
    live.open()
    live.issue()
    update(live.later(15 * 60))
    (found,) = open_alerts(live.queue, live.branch)
    assert (found.alert.sent, found.alert.sent_at) == ({"mail": 2, "board": 1}, MORNING + 900_000)
    late = subscribe(live)
    live.issue()
    update(live.later(60))
    live.called()
    update(live)
    update(live.later(300))
    (over,) = past_alerts(live.queue, live.branch)
    assert (over.sent, over.sent_at) == ({"mail": 3, "board": 1}, MORNING + 900_000)
    assert late in over.told
    assert over.present == Present(1, 3, 1, MORNING + 900_000)
    assert "3 pr. mail" in AlertText(live.queue.get(BranchStore).get(live.branch), "da").sent(over)
    # Alerts stored by version 0.2 have neither.
    stored = asdict(over)
    for name in ("present", "sent", "sent_at"):
        del stored[name]
    older = read_alert(json.dumps(stored))
    assert (older.present, older.sent, older.sent_at) == (None, {}, None)
    assert AlertText(live.queue.get(BranchStore).get(live.branch), "da").sent(older) == ""


def test_a_wait_of_a_day_that_is_over_is_no_wait(live: Desk) -> None:
    subscribe(live)
    live.issue()
    live.later(14 * 86_400)  # the machine was off; the day is closed by a job of its own
    live.open()
    update(live)
    assert kinds(live) == []
    live.issue("turist")
    update(live.later(900))
    (found,) = open_alerts(live.queue, live.branch)
    assert found.alert.longest_ms == 900_000


def test_a_missing_clerk_raises_an_alert_while_open_and_not_after(live: Desk) -> None:
    subscribe(live)
    update(live)
    update(live.later(180))
    assert kinds(live) == ["unattended"]
    live.open()
    update(live)
    update(live.later(300))
    assert kinds(live) == []


def test_a_ticket_left_behind_after_closing_is_no_news(live: Desk) -> None:
    subscribe(live)
    live.later(7.9 * 3600).issue()
    update(live.later(3600))
    update(live.later(3600))
    assert kinds(live) == []


def test_without_subscribers_nothing_is_kept(live: Desk) -> None:
    update(live)
    update(live.later(600))
    assert not live.queue.store.client.keys("*alerts*")


def test_a_historic_branch_notifies_no_subscriber(desk: Desk) -> None:
    with pytest.raises(Invalid, match="replayed"):
        subscribe(desk)
    alerts.check(desk.queue)
    assert kinds(desk) == []


def test_many_who_look_at_once_raise_it_once(live: Desk) -> None:
    for _ in range(5):
        subscribe(live)
    update(live)
    live.later(200)
    together(8, lambda: update(live))
    assert kinds(live) == ["unattended"]
    assert len(outgoing(live)) == 5


def test_many_who_acknowledge_at_once_notify_a_program_once(live: Desk) -> None:
    subscribe(
        live, SubscriptionRequest(("unattended",), "webhook", target="https://example.dk/hook")
    )
    update(live)
    update(live.later(200))
    (found,) = open_alerts(live.queue, live.branch)
    together(8, lambda: acknowledge(live.queue, live.command(), found.alert.id))
    assert [d.event for d in outgoing(live)] == ["acknowledged", "raised"]
    with pytest.raises(NotFound):
        acknowledge(live.queue, live.command(), "gone")


def test_a_look_that_was_outrun_changes_nothing(live: Desk) -> None:
    subscribe(live)
    update(live)
    update(live.later(200))
    store = live.queue.get(AlertStore)
    _, read, _ = store.read(live.branch)
    (found,) = open_alerts(live.queue, live.branch)
    acknowledge(live.queue, live.command(), found.alert.id)
    assert not store.commit(live.branch, read, AlertStep(OpenAlerts()), [])
    (kept,) = open_alerts(live.queue, live.branch)
    assert kept.alert.acknowledged_at is not None


def together(many: int, command: Callable[[], object]) -> None:
    barrier = threading.Barrier(many)

    def run() -> None:
        barrier.wait()
        command()

    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_history_is_capped(live: Desk) -> None:
    subscribe(live)
    live.queue.store.client.rpush(AlertKeys(live.branch).history, *["{}"] * (HISTORY_KEPT + 5))
    for minutes in (0, 4, 4):
        update(live.later(minutes * 60))
    live.open()
    update(live)
    update(live.later(301))
    length: Any = live.queue.store.client.llen(AlertKeys(live.branch).history)
    assert length == HISTORY_KEPT
