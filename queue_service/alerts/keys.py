"""Each key that a branch's alerts are kept under, spelled once, in the branch's own slot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


def host(name: str) -> str:
    """String with a time to live: a webhook is on its way to this host, or it did not answer."""
    return f"queue:webhooks:host:{hashlib.sha256(name.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class AlertKeys:
    """The alerts' keys of one branch."""

    branch: str

    def _key(self, name: str) -> str:
        return f"q:{{{self.branch}}}:alerts:{name}"

    @property
    def open_alerts(self) -> str:
        """String: the open alerts (JSON of :class:`OpenAlerts`); absent for none."""
        return self._key("book")

    @property
    def history(self) -> str:
        """List: alerts that ended (JSON), the latest first."""
        return self._key("history")

    @property
    def subscriptions(self) -> str:
        """Hash: id → JSON of a Subscription, the only place that has its address."""
        return self._key("subscriptions")

    @property
    def outbox(self) -> str:
        """Hash: id → JSON of a Delivery that is on its way or was given up."""
        return self._key("outbox")

    def tests(self, who: str) -> str:
        """Counter with a time to live: tests sent to a subscription, or by an account."""
        return self._key(f"tests:{who}")

    def sending(self, delivery_id: str) -> str:
        """String with a time to live: somebody is sending this delivery just now."""
        return self._key(f"sending:{delivery_id}")
