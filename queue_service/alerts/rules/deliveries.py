"""Deliveries to subscriptions, until they arrive or are given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from queue_service.alerts.rules.alerts import Alert, AlertLetter
from queue_service.alerts.rules.subscriptions import AlertChannel, Subscription
from queue_service.branches.rules.branch import Branch

AlertEvent = Literal["raised", "acknowledged", "resolved", "test"]

KEPT_MS: Final = 30 * 24 * 3600 * 1000
"""How long a dead letter is kept."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification to one subscription; times in ms.

    ``id`` stays the same over all tries, so that a receiver recognises a duplicate. ``round`` grows
    when a person asks for it to be tried again. ``error`` is why the last try failed, and
    ``dead_at`` when it was given up.
    """

    id: str
    event: AlertEvent
    alert: Alert = field(repr=False)
    subscription: str
    channel: AlertChannel
    created_at: int
    tries: int = 0
    round: int = 1
    error: str = ""
    dead_at: int | None = None

    def failed(self, error: str, now: int, *, final: bool) -> Delivery:
        """After a try that failed; ``final``: it is given up."""
        return replace(
            self, tries=self.tries + 1, error=error, dead_at=now if final else self.dead_at
        )

    def again(self) -> Delivery:
        """To be tried again."""
        return replace(self, round=self.round + 1, dead_at=None)


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """A delivery with the data that its sender needs."""

    branch: Branch
    delivery: Delivery
    subscription: Subscription
    free: frozenset[str] = frozenset()
    """The services that a free counter takes as it is sent."""


def deliveries(messages: Iterable[AlertLetter], now: int) -> list[Delivery]:
    """The deliveries of these messages; the same message has the same id, whichever process decides
    it."""
    return [delivery(m.event, m.alert, m.subscription, now) for m in messages]


def delivery(event: AlertEvent, alert: Alert, subscription: Subscription, now: int) -> Delivery:
    """One notification, without the ids of the other subscriptions that were notified."""
    name = f"{alert.id}-{subscription.id}-{event}"
    bare = replace(alert, told=(), sent={}, sent_at=None)
    return Delivery(name, event, bare, subscription.id, subscription.channel, now)
