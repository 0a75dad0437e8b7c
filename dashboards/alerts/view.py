"""Alerts on their page and on the board, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from queue_service.alerts.operations.alerts import OpenAlert
from queue_service.alerts.operations.deliveries import DeadLetter
from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.subscriptions import Subscription
from queue_service.alerts.text import AlertText
from queue_service.branches.rules.branch import Branch
from queue_service.web.i18n import current_language


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as it is read. ``state``: ``new``, ``seen`` (acknowledged) or ``gone``."""

    id: str
    headline: str
    facts: str
    advice: str
    counters: str
    state: str
    day: str
    raised: str
    acknowledged: str
    gone: str
    lasted: str
    sent: str


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription as it is read; ``where`` is the whole address for its owner alone."""

    id: str
    channel: str
    where: str
    wishes: list[str]
    all_clear: bool


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A dead letter as it is read; ``error`` is the receiver's or the network's error."""

    id: str
    channel: str
    where: str
    headline: str
    error: str
    day: str
    at: str
    tries: int


class AlertView:
    """Puts a branch's alerts into words, with times in the branch's zone."""

    def __init__(self, branch: Branch, free: Collection[str] = ()) -> None:
        """``free``: the services that a free counter takes now."""
        self._text = AlertText(branch, current_language(), free)

    def alerts(self, found: Iterable[Alert]) -> list[AlertRow]:
        """Alerts, as they come."""
        return [self._alert(alert) for alert in found]

    def board(self, found: Iterable[OpenAlert]) -> list[dict[str, Any]]:
        """The open alerts that belong on the board, for its script."""
        rows = self.alerts(each.alert for each in found if each.on_board)
        fields = ("id", "headline", "facts", "state", "raised")
        return [{name: getattr(row, name) for name in fields} for row in rows]

    def subscriptions(self, found: Iterable[Subscription], *, own: bool) -> list[SubscriptionRow]:
        """Subscriptions, without the addresses of other people."""
        return [
            SubscriptionRow(
                id=each.id,
                channel=each.channel,
                where=each.target if own else each.hint,
                wishes=self._text.subjects(each),
                all_clear=each.all_clear,
            )
            for each in found
        ]

    def letters(self, found: Iterable[DeadLetter]) -> list[LetterRow]:
        """Dead letters; whose they are is only hinted at."""
        return [self._letter(each) for each in found]

    def _alert(self, alert: Alert) -> AlertRow:
        end, seen = alert.gone_at, alert.acknowledged_at
        return AlertRow(
            id=alert.id,
            headline=self._text.headline(alert),
            facts=self._text.facts(alert),
            advice=self._text.advice(alert),
            counters=self._text.counters(alert),
            state="gone" if end else "seen" if seen else "new",
            day=self._text.short_day(alert.raised_at),
            raised=self._text.time_of_day(alert.raised_at),
            acknowledged=self._text.time_of_day(alert.acknowledged_at)
            if alert.acknowledged_at
            else "",
            gone=self._text.time_of_day(end) if end else "",
            lasted=self._text.length((end or alert.raised_at) - alert.raised_at),
            sent=self._text.sent(alert),
        )

    def _letter(self, letter: DeadLetter) -> LetterRow:
        delivery, at = letter.delivery, letter.delivery.dead_at or letter.delivery.created_at
        return LetterRow(
            id=delivery.id,
            channel=delivery.channel,
            where=letter.subscription.hint,
            headline=self._text.headline(delivery.alert),
            error=delivery.error,
            day=self._text.short_day(at),
            at=self._text.time_of_day(at),
            tries=delivery.tries,
        )
