"""A branch whose alerts somebody has subscribed to."""

from __future__ import annotations

from typing import Any

from queue_service.access.rules.caller import Caller
from queue_service.alerts.operations import subscriptions
from queue_service.alerts.operations.alerts import check_branch
from queue_service.alerts.operations.subscriptions import SubscriptionRequest
from queue_service.alerts.rules.deliveries import Delivery
from queue_service.alerts.store import AlertStore
from tests.desks import Desk

LEADER = Caller("acc_leader", "supervisor")
MAIL = SubscriptionRequest(("goal", "wait", "unattended"), "mail", target="leder@example.dk")


def subscribe(
    desk: Desk, wish: SubscriptionRequest = MAIL, caller: Caller = LEADER, **more: Any
) -> str:
    """The id of a new subscription."""
    return subscriptions.subscribe(desk.queue, desk.branch, caller, wish, **more).id


def outgoing(desk: Desk) -> list[Delivery]:
    """The deliveries that wait or were given up."""
    return desk.queue.get(AlertStore).deliveries(desk.branch)


def update(desk: Desk) -> None:
    """Run the periodic job at the desk's time."""
    check_branch(desk.queue, desk.command())
