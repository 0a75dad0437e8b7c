"""An alert's life: raised once, sent once, held through flapping, acknowledged and resolved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from queue_service.alerts.rules.alerts import (
    CALM_MS,
    PATIENCE_MS,
    QUIET_MS,
    AlertStep,
    Book,
    acknowledge,
    on_board,
    update,
)
from queue_service.alerts.rules.causes import AlertCause, Cause
from queue_service.alerts.rules.subscriptions import Subscription

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
        self.book = Book(holds={GOAL.cause.key: held, OTHER_GOAL.cause.key: held})
        self.told: list[str] = []
        self.ended: list[str] = []

    @property
    def known(self) -> int:
        """How many alerts are open."""
        return len(self.book.alerts)

    def see(self, minute: float, *found: AlertCause) -> AlertStep:
        step = update(
            self.book, found, self.subscriptions, "raadhuset", NOON + round(minute * MINUTE)
        )
        self.take(step)
        return step

    def take(self, step: AlertStep) -> None:
        self.book = step.book
        self.told += [f"{m.subscription.id} {m.event}" for m in step.messages]
        self.ended += [a.id for a in step.ended]


def test_a_cause_is_told_once_however_often_it_is_seen() -> None:
    transaction = Transaction()
    for minute in range(120):
        transaction.see(minute, GOAL)
    assert transaction.told == ["sub_1 raised"]
    assert len(transaction.book.alerts) == 1


def test_each_cause_has_an_alert_of_its_own() -> None:
    transaction = Transaction()
    transaction.see(0, GOAL, OTHER_GOAL, waited(16))
    assert len(transaction.book.alerts) == 3
    assert len({alert.id for alert in transaction.book.alerts}) == 3


def test_a_cause_that_flaps_stays_one_alert() -> None:
    transaction = Transaction()
    for minute in range(60):
        transaction.see(minute, *([GOAL] if minute % 4 == 0 else []))
    assert transaction.told == ["sub_1 raised"]
    assert transaction.ended == []


def test_an_alert_is_resolved_once_its_cause_stays_away() -> None:
    transaction = Transaction(subscription(all_clear=True))
    transaction.see(0, GOAL)
    transaction.see(1)
    assert transaction.book.alerts[0].gone_at == NOON + MINUTE
    transaction.see(1 + CALM_MS / MINUTE - 0.1)
    assert transaction.ended == []
    (over,) = transaction.see(1 + CALM_MS / MINUTE).ended
    assert (over.gone_at, over.resolved_at) == (NOON + MINUTE, NOON + MINUTE + CALM_MS)
    assert transaction.book == replace(transaction.book, alerts=(), holds={})
    assert transaction.told == ["sub_1 raised", "sub_1 resolved"]


def test_without_asking_for_it_nobody_is_mailed_that_it_is_over() -> None:
    transaction = Transaction()
    for minute in (0, 1, 20):
        transaction.see(minute, *([GOAL] if minute == 0 else []))
    assert transaction.told == ["sub_1 raised"]


def test_a_cause_that_comes_back_soon_is_a_new_alert_that_is_not_told_until_later() -> None:
    transaction = Transaction()
    transaction.see(0, GOAL)
    transaction.see(1)
    transaction.see(1 + CALM_MS / MINUTE)
    transaction.see(10, GOAL)
    assert transaction.known == 0
    transaction.see(20, GOAL)
    assert transaction.known == 1
    assert transaction.told == ["sub_1 raised"]
    transaction.see(QUIET_MS / MINUTE - 0.1, GOAL)
    assert transaction.told == ["sub_1 raised"]
    transaction.see(QUIET_MS / MINUTE, GOAL)
    assert transaction.told == ["sub_1 raised", "sub_1 raised"]


def test_after_an_acknowledgement_nobody_else_is_told() -> None:
    late = subscription(id="sub_2", wait_minutes=20)
    transaction = Transaction(MAIL, late)
    transaction.see(0, waited(16))
    (alert,) = transaction.book.alerts
    transaction.take(
        acknowledge(transaction.book, alert.id, transaction.subscriptions, NOON + MINUTE)
    )
    transaction.see(10, waited(16))
    assert transaction.told == ["sub_1 raised"]
    assert transaction.book.alerts[0].acknowledged_at == NOON + MINUTE


def test_acknowledging_twice_or_what_is_over_changes_nothing() -> None:
    transaction = Transaction()
    transaction.see(0, GOAL)
    (alert,) = transaction.book.alerts
    once = acknowledge(transaction.book, alert.id, (MAIL,), NOON + MINUTE)
    assert acknowledge(once.book, alert.id, (MAIL,), NOON + 2 * MINUTE).book == once.book
    assert acknowledge(once.book, "other", (MAIL,), NOON).book == once.book


def test_each_is_told_at_the_wait_that_was_asked_for() -> None:
    patient = subscription(id="sub_2", wait_minutes=20)
    transaction = Transaction(MAIL, patient)
    first = waited(15)
    transaction.see(-0.1, first)
    assert transaction.told == []
    transaction.see(0, first)
    assert transaction.told == ["sub_1 raised"]
    transaction.see(5, first)
    assert transaction.told == ["sub_1 raised", "sub_2 raised"]
    assert len(transaction.book.alerts) == 1


def test_nobody_at_the_counter_is_borne_for_a_while() -> None:
    transaction = Transaction()
    transaction.see(0, EMPTY)
    transaction.see(PATIENCE_MS["unattended"] / MINUTE - 0.1, EMPTY)
    assert transaction.told == []
    transaction.see(PATIENCE_MS["unattended"] / MINUTE, EMPTY)
    assert transaction.told == ["sub_1 raised"]


def test_a_goal_has_to_be_at_risk_for_a_while() -> None:
    transaction = Transaction()
    transaction.see(0)
    for minute in range(1, 11):
        transaction.see(minute, GOAL)
        assert transaction.told == []
    transaction.see(11, GOAL)
    assert transaction.told == ["sub_1 raised"]


def test_whoever_subscribes_later_is_told_of_what_is_open() -> None:
    transaction = Transaction()
    transaction.see(0, EMPTY)
    transaction.see(3, EMPTY)
    transaction.subscriptions = (MAIL, subscription(id="sub_2"))
    transaction.see(4, EMPTY)
    assert transaction.told == ["sub_1 raised", "sub_2 raised"]


def test_a_change_of_shift_starts_the_patience_anew() -> None:
    transaction = Transaction()
    transaction.see(0, EMPTY)
    transaction.see(2)
    transaction.see(4, EMPTY)
    assert transaction.told == []


def test_programs_hear_everything_that_happens() -> None:
    hook = subscription(id="hook", channel="webhook", target="https://example.dk")
    transaction = Transaction(hook)
    transaction.see(0, GOAL)
    (alert,) = transaction.book.alerts
    transaction.take(acknowledge(transaction.book, alert.id, (hook,), NOON))
    transaction.see(1)
    transaction.see(20)
    assert transaction.told == ["hook raised", "hook acknowledged", "hook resolved"]


def test_what_nobody_wants_to_know_is_no_alert() -> None:
    transaction = Transaction(subscription(kinds=("wait",)))
    transaction.see(0, GOAL)
    assert transaction.book.alerts == ()


def test_the_board_shows_what_somebody_wants_on_the_board() -> None:
    board = subscription(id="board", channel="board", kinds=("wait",))
    transaction = Transaction(MAIL, board)
    transaction.see(0, GOAL, waited(16))
    shown = {a.cause.kind: on_board(a, transaction.subscriptions) for a in transaction.book.alerts}
    assert shown == {"goal": False, "wait": True}
    assert transaction.told == ["sub_1 raised", "sub_1 raised"]


def test_the_longest_wait_is_remembered() -> None:
    transaction = Transaction()
    transaction.see(0, waited(40))
    transaction.see(1, waited(20))
    (alert,) = transaction.book.alerts
    assert alert.longest_ms == 40 * MINUTE
