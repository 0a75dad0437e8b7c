"""An alert's life: raised once, sent once, held through flapping, acknowledged and resolved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from queue_service.alerts.rules.alerts import (
    CALM_MS,
    PATIENCE_MS,
    QUIET_MS,
    Alert,
    AlertLetter,
    AlertStep,
    OpenAlerts,
    acknowledge,
    facts,
    on_board,
    update,
)
from queue_service.alerts.rules.causes import AlertCause, Cause, Present
from queue_service.alerts.rules.deliveries import Delivery, deliveries, delivery
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.language.instants import rfc3339

MINUTE = 60_000
NOON = 1_795_604_400_000
GOAL = AlertCause(Cause("goal", "handling-6-min"), judged=30, within=12, target=0.7)
OTHER_GOAL = replace(GOAL, cause=Cause("goal", "called-10-min"))
EMPTY = AlertCause(Cause("unattended"), waiting=0)


def waited(minutes: float, now: int = NOON) -> AlertCause:
    return AlertCause(Cause("wait"), since=round(now - minutes * MINUTE), service="pas", waiting=3)


def subscription(**changes: Any) -> Subscription:
    given: dict[str, Any] = {
        "id": "sub_1",
        "owner": "acc_1",
        "kinds": ("goal", "wait", "unattended"),
        "wait_minutes": 15,
        "channel": "mail",
        "target": "leder@example.dk",
        "language": "da",
        "created_at": 0,
    }
    return Subscription(**(given | changes))


MAIL = subscription()


class Transaction:
    """A branch's alerts over time, and what was sent. The goals have been at risk for long."""

    def __init__(self, *subscriptions: Subscription) -> None:
        self.subscriptions = subscriptions or (MAIL,)
        held = NOON - PATIENCE_MS["goal"]
        self.open_alerts = OpenAlerts(holds={GOAL.cause.key: held, OTHER_GOAL.cause.key: held})
        self.notified: list[str] = []
        self.ended: list[str] = []

    @property
    def known(self) -> int:
        """How many alerts are open."""
        return len(self.open_alerts.alerts)

    def see(self, minute: float, *found: AlertCause) -> AlertStep:
        step = update(
            self.open_alerts, found, self.subscriptions, "raadhuset", NOON + round(minute * MINUTE)
        )
        self.take(step)
        return step

    def take(self, step: AlertStep) -> None:
        self.open_alerts = step.open_alerts
        self.notified += [f"{m.subscription.id} {m.event}" for m in step.messages]
        self.ended += [a.id for a in step.ended]


def test_a_cause_is_reported_once_however_often_it_is_seen() -> None:
    transaction = Transaction()
    for minute in range(120):
        transaction.see(minute, GOAL)
    assert transaction.notified == ["sub_1 raised"]
    assert len(transaction.open_alerts.alerts) == 1


def test_each_cause_has_an_alert_of_its_own() -> None:
    transaction = Transaction()
    transaction.see(0, GOAL, OTHER_GOAL, waited(16))
    assert len(transaction.open_alerts.alerts) == 3
    assert len({alert.id for alert in transaction.open_alerts.alerts}) == 3


def test_a_cause_that_flaps_stays_one_alert() -> None:
    transaction = Transaction()
    for minute in range(60):
        transaction.see(minute, *([GOAL] if minute % 4 == 0 else []))
    assert transaction.notified == ["sub_1 raised"]
    assert transaction.ended == []


def test_an_alert_is_resolved_once_its_cause_stays_away() -> None:
    transaction = Transaction(subscription(all_clear=True))
    transaction.see(0, GOAL)
    transaction.see(1)
    assert transaction.open_alerts.alerts[0].gone_at == NOON + MINUTE
    transaction.see(1 + CALM_MS / MINUTE - 0.1)
    assert transaction.ended == []
    (over,) = transaction.see(1 + CALM_MS / MINUTE).ended
    assert (over.gone_at, over.resolved_at) == (NOON + MINUTE, NOON + MINUTE + CALM_MS)
    assert transaction.open_alerts == replace(transaction.open_alerts, alerts=(), holds={})
    assert transaction.notified == ["sub_1 raised", "sub_1 resolved"]


def test_without_subscription_no_resolution_is_mailed() -> None:
    transaction = Transaction()
    for minute in (0, 1, 20):
        transaction.see(minute, *([GOAL] if minute == 0 else []))
    assert transaction.notified == ["sub_1 raised"]


def test_a_cause_that_returns_soon_is_a_new_alert_that_is_sent_later() -> None:
    transaction = Transaction()
    transaction.see(0, GOAL)
    transaction.see(1)
    transaction.see(1 + CALM_MS / MINUTE)
    transaction.see(10, GOAL)
    assert transaction.known == 0
    transaction.see(20, GOAL)
    assert transaction.known == 1
    assert transaction.notified == ["sub_1 raised"]
    transaction.see(QUIET_MS / MINUTE - 0.1, GOAL)
    assert transaction.notified == ["sub_1 raised"]
    transaction.see(QUIET_MS / MINUTE, GOAL)
    assert transaction.notified == ["sub_1 raised", "sub_1 raised"]


def test_after_an_acknowledgement_no_message_is_sent() -> None:
    late = subscription(id="sub_2", wait_minutes=20)
    transaction = Transaction(MAIL, late)
    transaction.see(0, waited(16))
    (alert,) = transaction.open_alerts.alerts
    transaction.take(
        acknowledge(transaction.open_alerts, alert.id, transaction.subscriptions, NOON + MINUTE)
    )
    transaction.see(10, waited(16))
    assert transaction.notified == ["sub_1 raised"]
    assert transaction.open_alerts.alerts[0].acknowledged_at == NOON + MINUTE


def test_acknowledging_twice_or_what_is_over_changes_nothing() -> None:
    transaction = Transaction()
    transaction.see(0, GOAL)
    (alert,) = transaction.open_alerts.alerts
    once = acknowledge(transaction.open_alerts, alert.id, (MAIL,), NOON + MINUTE)
    assert (
        acknowledge(once.open_alerts, alert.id, (MAIL,), NOON + 2 * MINUTE).open_alerts
        == once.open_alerts
    )
    assert acknowledge(once.open_alerts, "other", (MAIL,), NOON).open_alerts == once.open_alerts


def test_each_subscriber_is_notified_at_the_chosen_wait() -> None:
    patient = subscription(id="sub_2", wait_minutes=20)
    transaction = Transaction(MAIL, patient)
    first = waited(15)
    transaction.see(-0.1, first)
    assert transaction.notified == []
    transaction.see(0, first)
    assert transaction.notified == ["sub_1 raised"]
    transaction.see(5, first)
    assert transaction.notified == ["sub_1 raised", "sub_2 raised"]
    assert len(transaction.open_alerts.alerts) == 1


def test_a_missing_clerk_raises_no_alert_for_a_while() -> None:
    transaction = Transaction()
    transaction.see(0, EMPTY)
    transaction.see(PATIENCE_MS["unattended"] / MINUTE - 0.1, EMPTY)
    assert transaction.notified == []
    transaction.see(PATIENCE_MS["unattended"] / MINUTE, EMPTY)
    assert transaction.notified == ["sub_1 raised"]


def test_a_goal_has_to_be_at_risk_for_a_while() -> None:
    transaction = Transaction()
    transaction.see(0)
    for minute in range(1, 11):
        transaction.see(minute, GOAL)
        assert transaction.notified == []
    transaction.see(11, GOAL)
    assert transaction.notified == ["sub_1 raised"]


def test_a_later_subscriber_is_notified_of_open_alerts() -> None:
    transaction = Transaction()
    transaction.see(0, EMPTY)
    transaction.see(3, EMPTY)
    transaction.subscriptions = (MAIL, subscription(id="sub_2"))
    transaction.see(4, EMPTY)
    assert transaction.notified == ["sub_1 raised", "sub_2 raised"]


def test_a_change_of_shift_restarts_the_patience() -> None:
    transaction = Transaction()
    transaction.see(0, EMPTY)
    transaction.see(2)
    transaction.see(4, EMPTY)
    assert transaction.notified == []


def test_programs_hear_everything_that_happens() -> None:
    hook = subscription(id="hook", channel="webhook", target="https://example.dk")
    transaction = Transaction(hook)
    transaction.see(0, GOAL)
    (alert,) = transaction.open_alerts.alerts
    transaction.take(acknowledge(transaction.open_alerts, alert.id, (hook,), NOON))
    transaction.see(1)
    transaction.see(20)
    assert transaction.notified == ["hook raised", "hook acknowledged", "hook resolved"]


def test_a_cause_without_subscribers_is_no_alert() -> None:
    transaction = Transaction(subscription(kinds=("wait",)))
    transaction.see(0, GOAL)
    assert transaction.open_alerts.alerts == ()


def test_the_board_shows_what_somebody_wants_on_the_board() -> None:
    board = subscription(id="board", channel="board", kinds=("wait",))
    transaction = Transaction(MAIL, board)
    transaction.see(0, GOAL, waited(16))
    shown = {
        a.cause.kind: on_board(a, transaction.subscriptions) for a in transaction.open_alerts.alerts
    }
    assert shown == {"goal": False, "wait": True}
    assert transaction.notified == ["sub_1 raised", "sub_1 raised"]


def test_the_longest_wait_is_remembered() -> None:
    transaction = Transaction()
    transaction.see(0, waited(40))
    transaction.see(1, waited(20))
    (alert,) = transaction.open_alerts.alerts
    assert alert.longest_ms == 40 * MINUTE


ALERT = Alert("a1", NOON, GOAL, told=("sub_1",), sent={"mail": 1}, sent_at=NOON)


def test_an_alert_uses_the_names_of_the_api() -> None:
    wait = replace(ALERT, finding=waited(16), acknowledged_at=NOON + 1000, gone_at=NOON + 2000)
    assert facts(replace(wait, resolved_at=NOON + 3000)) == {
        "kind": "wait", "goal": None, "service": "pas", "waiting": 3, "judged": None,
        "within": None, "target_ratio": None, "kiosk": None, "issued": None, "usual": None,
        "raised_at": rfc3339(NOON),
        "acknowledged_at": rfc3339(NOON + 1000), "gone_at": rfc3339(NOON + 2000),
        "resolved_at": rfc3339(NOON + 3000),
    }  # fmt: skip
    about = facts(ALERT)
    assert [about[name] for name in ("kind", "goal", "judged", "within", "target_ratio")] == [
        "goal", "handling-6-min", 30, 12, 0.7
    ]  # fmt: skip
    assert {about[name] for name in ("acknowledged_at", "gone_at", "resolved_at")} == {None}


def test_a_raised_alert_has_all_that_is_known() -> None:
    hook = subscription(id="hook", channel="webhook")
    board = subscription(id="board", channel="board")
    found = Present(1, 2, 3, NOON)
    step = update(OpenAlerts(), [waited(16)], (MAIL, hook, board), "raadhuset", NOON, found)
    (alert,) = step.open_alerts.alerts
    assert alert == Alert(
        alert.id, NOON, waited(16), longest_ms=16 * MINUTE, told=("sub_1", "hook", "board"),
        present=found, sent={"mail": 1, "webhook": 1, "board": 1}, sent_at=NOON,
    )  # fmt: skip
    assert len(alert.id) == 16
    assert [(m.event, m.alert, m.subscription) for m in step.messages] == [
        ("raised", alert, MAIL), ("raised", alert, hook)
    ]  # fmt: skip
    assert step.open_alerts.told == {"sub_1|wait:": NOON, "hook|wait:": NOON}
    assert step.open_alerts.holds == {"wait:": NOON}
    # Later another joins: the first notification stays the first.
    late = subscription(id="late")
    other = Present(0, 2, 1, None)
    again = update(
        step.open_alerts, [waited(16)], (MAIL, hook, board, late), "raadhuset", NOON + 7, other
    )
    (alert,) = again.open_alerts.alerts
    assert (alert.sent, alert.sent_at, alert.present) == (
        {"mail": 2, "webhook": 1, "board": 1}, NOON, other
    )  # fmt: skip
    assert [m.subscription for m in again.messages] == [late]
    # The same cause at another branch or moment is another alert.
    ids = {
        update(OpenAlerts(), [waited(16)], (MAIL,), branch, at).open_alerts.alerts[0].id
        for branch, at in (("raadhuset", NOON), ("bib", NOON), ("raadhuset", NOON + 1))
    }
    assert len(ids) == 3


def test_a_clock_that_was_set_back_holds_no_cause_longer() -> None:
    ahead = OpenAlerts(holds={GOAL.cause.key: NOON + MINUTE})
    assert update(ahead, [GOAL], (MAIL,), "b", NOON).open_alerts.holds == {GOAL.cause.key: NOON}


def test_a_cause_that_is_gone_sends_no_more_messages() -> None:
    late = subscription(id="late")
    gone = OpenAlerts(alerts=(replace(ALERT, told=()),))
    step = update(gone, [], (MAIL, late), "b", NOON + MINUTE)
    assert step.messages == ()
    (alert,) = step.open_alerts.alerts
    assert (alert.gone_at, alert.resolved_at, alert.finding) == (NOON + MINUTE, None, GOAL)
    back = update(step.open_alerts, [GOAL], (MAIL,), "b", NOON + 2 * MINUTE).open_alerts.alerts[0]
    assert back.gone_at is None


def test_the_recipients_of_acknowledgements_and_resolutions() -> None:
    known = replace(ALERT, told=("m", "c", "h", "b"))
    everyone = (
        subscription(id="m"), subscription(id="c", all_clear=True),
        subscription(id="h", channel="webhook"), subscription(id="b", channel="board"),
        subscription(id="n", channel="webhook"), subscription(id="x", all_clear=True),
        subscription(id="y", channel="board", all_clear=True),
    )  # fmt: skip
    seen = acknowledge(
        OpenAlerts(alerts=(replace(known, id="a0"), known)), "a1", everyone, NOON + 9
    )
    assert [(m.event, m.subscription.id) for m in seen.messages] == [("acknowledged", "h")]
    assert [a.acknowledged_at for a in seen.open_alerts.alerts] == [None, NOON + 9]
    assert (seen.messages[0].alert, seen.ended) == (seen.open_alerts.alerts[1], ())
    over = update(
        OpenAlerts(alerts=(replace(known, gone_at=NOON),)), [], everyone, "b", NOON + CALM_MS
    )
    assert [(m.event, m.subscription.id) for m in over.messages] == [
        ("resolved", "c"), ("resolved", "h")
    ]  # fmt: skip
    assert over.messages[0].alert == over.ended[0]
    assert over.open_alerts.alerts == ()


def test_a_delivery_has_no_ids_of_others_and_one_of_its_own() -> None:
    made = deliveries([AlertLetter("raised", ALERT, MAIL)], NOON + 5)
    assert made == [delivery("raised", ALERT, MAIL, NOON + 5)]
    (one,) = made
    bare = replace(ALERT, told=(), sent={}, sent_at=None)
    assert one == Delivery("a1-sub_1-raised", "raised", bare, "sub_1", "mail", NOON + 5)
    failed = one.failed("no answer", NOON + 9, final=False)
    assert failed == replace(one, tries=1, error="no answer")
    dead = failed.failed("still none", NOON + 10, final=True)
    assert dead == replace(one, tries=2, error="still none", dead_at=NOON + 10)
    assert dead.failed("x", NOON + 11, final=False).dead_at == NOON + 10
    assert dead.again() == replace(dead, round=2, dead_at=None)


@pytest.mark.parametrize(
    ("channel", "kinds", "notified", "shown"),
    [
        ("board", ("goal",), ("sub_1",), True),
        ("mail", ("goal",), ("sub_1",), False),
        ("board", ("goal",), ("other",), False),
    ],
)
def test_the_board_shows_only_what_was_subscribed_there(
    channel: str, kinds: tuple[str, ...], notified: tuple[str, ...], shown: bool
) -> None:
    mine = subscription(channel=channel, kinds=kinds)
    assert on_board(replace(ALERT, told=notified), [mine]) is shown
