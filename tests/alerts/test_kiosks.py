"""A kiosk that gives far more numbers than usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import TokenRecord
from queue_service.access.store import AccessStore
from queue_service.alerts.operations.alerts import open_alerts
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.rules.alerts import Alert, facts
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.rules.kiosks import (
    LEAST,
    LEAST_DAYS,
    TIMES,
    WEEKS,
    KioskHour,
    far_over,
    usual_hour,
)
from queue_service.alerts.store import read_alert, stored_form
from queue_service.alerts.text import AlertText
from queue_service.branches.store import BranchStore
from queue_service.days.rules.period import days_after
from queue_service.days.rules.summary import DaySummary, HalfHour, to_text
from queue_service.days.store import DayStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.store.visit_store import VisitStore
from tests.alerts.alerting import outgoing, subscribe, update
from tests.desks import Desk

TODAY = "2026-11-25"
KIOSK = TokenRecord("a" * 64, "kiosk", "raadhuset", 0, "Indgang", device=True)
OTHER = replace(KIOSK, digest="b" * 64, label="")
WANTED = SubscriptionRequest(("kiosk",), "mail", target="leder@example.dk")


@pytest.mark.parametrize(
    ("issued", "usual", "over"),
    [
        (LEAST, 0, False), (LEAST + 1, 0, True),
        (LEAST + 1, LEAST // TIMES, True), (LEAST + 1, LEAST // TIMES + 1, False),
        (TIMES * 30, 30, False), (TIMES * 30 + 1, 30, True),
    ],
)  # fmt: skip
def test_far_over_is_more_than_twenty_and_more_than_four_times_the_usual(
    issued: int, usual: int, over: bool
) -> None:
    assert far_over(issued, usual) is over


@pytest.mark.parametrize(
    ("past", "usual"),
    [([], None), ([9] * (LEAST_DAYS - 1), None), ([9] * LEAST_DAYS, 9),
     ([5, 6, 7, 400], 6), ([0, 0, 90], 0), ([1, 2, 3, 4], 2)],
)  # fmt: skip
def test_the_usual_is_the_median_of_the_same_hour(past: list[int], usual: int | None) -> None:
    assert usual_hour(past) == usual


def past(desk: Desk, counts: Sequence[int], half: str = "09:30") -> None:
    """The same weekday in earlier weeks, the last one first, with so many numbers in an hour."""
    branch = desk.queue.get(BranchStore).get(desk.branch)
    for week, count in enumerate(counts, 1):
        date = days_after(TODAY, -7 * week)
        text = to_text(DaySummary(half_hours={(half, "pas"): HalfHour(count)}))
        desk.queue.store.client.zadd(BranchKeys(desk.branch).days, {date: 0})
        assert desk.queue.get(DayStore).write_summary(branch, date, partial(str, text))


def issued(desk: Desk, count: int, kiosk: TokenRecord = KIOSK) -> None:
    desk.caller = kiosk.caller()
    for _ in range(count):
        desk.issue()


def found(desk: Desk) -> list[AlertCause]:
    update(desk)
    return [each.alert.finding for each in open_alerts(desk.queue, desk.branch)]


def test_a_kiosk_far_over_the_usual_is_an_alert_that_is_sent_once(live: Desk) -> None:
    live.queue.get(AccessStore).add_token(KIOSK)
    subscribe(live, WANTED)
    past(live, [2, 3, 4])
    issued(live.later(60), LEAST)
    assert found(live) == []
    issued(live, 1)
    expected = AlertCause(Cause("kiosk", kiosk=KIOSK.id), hour=KioskHour("Indgang", LEAST + 1, 3))
    for _ in range(2):
        assert found(live.later(60)) == [expected]
    assert [one.event for one in outgoing(live)] == ["raised"]
    (alert,) = (each.alert for each in open_alerts(live.queue, live.branch))
    assert {name: facts(alert)[name] for name in ("kind", "kiosk", "issued", "usual")} == {
        "kind": "kiosk", "kiosk": KIOSK.id, "issued": LEAST + 1, "usual": 3,
    }  # fmt: skip
    text = AlertText(live.queue.get(BranchStore).get(live.branch), "en")
    assert text.headline(alert) == "A kiosk gives far more numbers than usual: Indgang"
    assert "21 in this hour so far" in text.facts(alert)
    assert "end its numbers" in text.advice(alert)


def test_numbers_of_the_hour_before_of_other_kiosks_and_of_clerks_do_not_count(live: Desk) -> None:
    subscribe(live, WANTED)
    past(live, [0, 0, 0])
    issued(live.later(60), LEAST)
    issued(live, LEAST, OTHER)
    live.caller = Caller("clerk-token", "clerk")
    live.issue()
    assert found(live) == []
    issued(live.later(3540), LEAST)  # ten o'clock to the second: another hour
    assert found(live) == []
    issued(live, 1, OTHER)
    assert found(live) == []


@pytest.mark.parametrize(
    ("counts", "half", "alerts"),
    [
        ([0, 0], "09:30", 0),
        ([0, 0, 0], "09:30", 1),
        ([6, 6, 6], "09:00", 0),
        ([6, 6, 6], "10:00", 1),
        ([0] * 4 + [50] * 4, "09:30", 0),
        ([0] * WEEKS + [50] * 9, "09:30", 1),
        ([0] * 4 + [10] * 5, "09:30", 1),
    ],
)
def test_the_same_hour_of_eight_weeks_is_compared_with(
    live: Desk, counts: list[int], half: str, alerts: int
) -> None:
    subscribe(live, WANTED)
    past(live, counts, half)
    issued(live.later(60), LEAST + 1)
    assert len(found(live)) == alerts


def test_the_latest_visits_of_a_day_are_read_in_parts(
    live: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_service.visits.store.visit_store._ISSUED_AT_ONCE", 4)
    store = live.queue.get(VisitStore)
    for count, seconds in ((5, 0), (9, 100)):
        issued(live.later(seconds), count)
    since = live.command().at
    assert since is not None
    assert len(store.issued_since(live.branch, TODAY, since)) == 9
    assert len(store.issued_since(live.branch, TODAY, 0)) == 14
    assert store.issued_since(live.branch, TODAY, since + 1) == []
    assert store.issued_since(live.branch, "2026-11-24", 0) == []


def test_an_alert_without_a_kiosk_is_kept_as_an_earlier_version_reads_it() -> None:
    earlier = stored_form(Alert("x", 1, AlertCause(Cause("wait"))))
    assert '"kiosk"' not in earlier
    assert '"hour"' not in earlier
    assert read_alert(earlier) == Alert("x", 1, AlertCause(Cause("wait")))
    later = Alert("x", 1, AlertCause(Cause("kiosk", kiosk="k"), hour=KioskHour("", 21, 0)))
    assert read_alert(stored_form(later)) == later
