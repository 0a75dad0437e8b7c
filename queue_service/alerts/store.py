"""Alerts, subscriptions and deliveries as they are kept in Redis."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.alerts import keys as alert_keys
from queue_service.alerts.keys import AlertKeys
from queue_service.alerts.rules.alerts import Alert, AlertStep, OpenAlerts
from queue_service.alerts.rules.causes import AlertCause, Cause, Present
from queue_service.alerts.rules.deliveries import Delivery
from queue_service.alerts.rules.kiosks import KioskHour
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

HISTORY_KEPT: Final = 500
"""Alerts that ended and are remembered, in each branch."""
_SENDING_MS: Final = 100_000
"""Longer than one try of a delivery can take."""

_LATER: Final = frozenset({"kiosk", "hour"})
"""Fields that an alert did not have at first."""


class AlertStore:
    """The store of alerts. Raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    # Alerts

    def read(self, branch: str) -> tuple[OpenAlerts, str, list[Subscription]]:
        """The open alerts, as data and as the text to compare them by, and the subscriptions."""
        k = AlertKeys(branch)
        text, raws = self._store.read(lambda p: (p.get(k.open_alerts), p.hvals(k.subscriptions)))
        return _open_alerts(text), text or "", _subscriptions(raws)

    def commit(self, branch: str, before: str, step: AlertStep, sent: Sequence[Delivery]) -> bool:
        """Keep a step and what it sends; False if the open alerts have changed since they were
        read.

        Nothing is kept where the branch is gone.
        """
        if _open_alerts_text(step.open_alerts) == before and not step.ended and not sent:
            return True
        return str(self._run(branch, before, step, sent)[0]) in ("done", "gone")

    def commit_answer(
        self,
        branch: str,
        before: str,
        step: AlertStep,
        sent: Sequence[Delivery],
        alert: Alert,
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """The same for a request that is answered with an alert; see ``scripts/alerts.lua``."""
        return self._run(branch, before, step, sent, stored_form(alert), idempotency)

    def history(self, branch: str, most: int) -> list[Alert]:
        """The alerts that ended last, the latest first."""
        (raws,) = self._store.read(lambda p: p.lrange(AlertKeys(branch).history, 0, most - 1))
        return [read_alert(raw) for raw in raws]

    # Subscriptions

    def subscriptions(self, branch: str) -> list[Subscription]:
        """All subscriptions of a branch, the oldest first."""
        (raws,) = self._store.read(lambda p: p.hvals(AlertKeys(branch).subscriptions))
        return _subscriptions(raws)

    def subscription(self, branch: str, subscription_id: str) -> Subscription | None:
        """The subscription with this id."""
        key = AlertKeys(branch).subscriptions
        (raw,) = self._store.read(lambda p: p.hget(key, subscription_id))
        return _subscription(raw) if raw else None

    def add_subscription(self, branch: str, subscription: Subscription) -> None:
        """Keep a new subscription."""
        key = AlertKeys(branch).subscriptions
        self._store.write(lambda p: p.hset(key, subscription.id, stored_form(subscription)))

    def remove_subscription(self, branch: str, subscription_id: str) -> None:
        """Forget a subscription and all that is on its way to it."""
        k = AlertKeys(branch)
        theirs = [d.id for d in self.deliveries(branch) if d.subscription == subscription_id]
        self._store.write(
            lambda p: (
                p.hdel(k.subscriptions, subscription_id),
                p.hdel(k.outbox, *theirs) if theirs else None,
            )
        )

    # Deliveries

    def deliveries(self, branch: str) -> list[Delivery]:
        """All deliveries that are pending or were given up, the oldest first."""
        (raws,) = self._store.read(lambda p: p.hvals(AlertKeys(branch).outbox))
        return sorted((_delivery(raw) for raw in raws), key=lambda d: (d.created_at, d.id))

    def undelivered(self, branches: Sequence[str]) -> Mapping[str, int]:
        """How many deliveries of each branch were given up."""
        outboxes = self._store.read(
            lambda p: tuple(p.hvals(AlertKeys(branch).outbox) for branch in branches)
        )
        return {
            branch: sum(_delivery(raw).dead_at is not None for raw in raws)
            for branch, raws in zip(branches, outboxes, strict=True)
        }

    def delivery(self, branch: str, delivery_id: str) -> Delivery | None:
        """The delivery with this id; None once it has arrived."""
        (raw,) = self._store.read(lambda p: p.hget(AlertKeys(branch).outbox, delivery_id))
        return _delivery(raw) if raw else None

    def keep_delivery(self, branch: str, delivery: Delivery) -> None:
        """Store the state of a delivery."""
        key = AlertKeys(branch).outbox
        self._store.write(lambda p: p.hset(key, delivery.id, stored_form(delivery)))

    def drop_delivery(self, branch: str, delivery_id: str) -> None:
        """It has arrived, or is wanted no more."""
        self._store.write(lambda p: p.hdel(AlertKeys(branch).outbox, delivery_id))

    def begin_sending(self, branch: str, delivery_id: str) -> bool:
        """Be the only one to send it; False while somebody else does."""
        key = AlertKeys(branch).sending(delivery_id)
        (mine,) = self._store.read(lambda p: p.set(key, "1", nx=True, px=_SENDING_MS))
        return bool(mine)

    def end_sending(self, branch: str, delivery_id: str) -> None:
        """Let others try."""
        self._store.read(lambda p: p.delete(AlertKeys(branch).sending(delivery_id)))

    def hold_host(self, host: str, for_ms: int) -> bool:
        """Be the only one to send to a host; False while somebody else does."""
        key = alert_keys.host(host)
        (mine,) = self._store.read(lambda p: p.set(key, "1", nx=True, px=for_ms))
        return bool(mine)

    def release_host(self, host: str) -> None:
        """Let others send to it."""
        self._store.read(lambda p: p.delete(alert_keys.host(host)))

    def count_test(self, branch: str, who: str, window_ms: int) -> tuple[int, int]:
        """Count a test: how many there were in this window, and the ms until it ends."""
        key = AlertKeys(branch).tests(who)
        _, count, left = self._store.read(
            lambda p: (p.set(key, 0, nx=True, px=window_ms), p.incr(key), p.pttl(key))
        )
        return int(count), int(left)

    def _run(
        self,
        branch: str,
        before: str,
        step: AlertStep,
        sent: Sequence[Delivery],
        answer: str = "",
        idempotency: IdempotencyKey | None = None,
    ) -> Reply:
        k, m, own = AlertKeys(branch), idempotency or NO_KEY, BranchKeys(branch)
        ended = [stored_form(alert) for alert in step.ended]
        outgoing = [part for each in sent for part in (each.id, stored_form(each))]
        keys = (k.open_alerts, k.history, k.outbox, own.idempotency(m.scope, m.key), own.config)
        args: list[str | int] = [
            before, _open_alerts_text(step.open_alerts), HISTORY_KEPT, len(ended), m.fingerprint,
            answer, *ended, *outgoing,
        ]  # fmt: skip
        return list(self._store.run("alerts", keys, args))


def read_alert(text: str) -> Alert:
    """An alert as the store keeps it."""
    return _alert(json.loads(text))


def stored_form(record: Alert | Subscription | Delivery | OpenAlerts) -> str:
    """A record as the store keeps it."""
    return json.dumps(_without_later(asdict(record)), sort_keys=True, ensure_ascii=False)


def _without_later(document: Any) -> Any:
    """Without fields of later versions that hold nothing, so that an earlier version reads it."""
    if not isinstance(document, dict):
        return [*map(_without_later, document)] if isinstance(document, list | tuple) else document
    return {
        name: _without_later(value)
        for name, value in document.items()
        if name not in _LATER or value is not None
    }


def _open_alerts_text(open_alerts: OpenAlerts) -> str:
    return (
        stored_form(open_alerts)
        if open_alerts.alerts or open_alerts.holds or open_alerts.told
        else ""
    )


def _open_alerts(text: str | None) -> OpenAlerts:
    if not text:
        return OpenAlerts()
    document = json.loads(text)
    alerts = tuple(_alert(alert) for alert in document["alerts"])
    return OpenAlerts(alerts, document["holds"], document["told"])


def _alert(document: dict[str, Any]) -> Alert:
    finding = document["finding"]
    cause, hour = Cause(**finding["cause"]), finding.get("hour")
    known = document.get("present")
    read = {
        "finding": AlertCause(
            **{**finding, "cause": cause, "hour": KioskHour(**hour) if hour else None}
        ),
        "told": tuple(document["told"]),
        "present": Present(**known) if known else None,
    }
    return Alert(**{**document, **read})


def _subscriptions(raws: Sequence[str]) -> list[Subscription]:
    return sorted((_subscription(raw) for raw in raws), key=lambda s: (s.created_at, s.id))


def _subscription(raw: str) -> Subscription:
    document = json.loads(raw)
    return Subscription(**{**document, "kinds": tuple(document["kinds"])})


def _delivery(raw: str) -> Delivery:
    document = json.loads(raw)
    return Delivery(**{**document, "alert": _alert(document["alert"])})
