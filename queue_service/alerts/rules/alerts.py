"""Alerts to people: the causes found in a branch, and the life of an alert.

An alert is raised when a cause that somebody has subscribed to holds, and resolved once the cause
has been gone for :data:`CALM_MS`, so that a cause that comes and goes stays one alert. There is at
most one open alert per cause. Each subscription is notified once, and not again of the same cause
within :data:`QUIET_MS`. An acknowledged alert notifies no further subscriptions. All instants and
lengths are in ms.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from queue_service.alerts.rules.causes import AlertCause, Cause, Present
from queue_service.alerts.rules.subscriptions import AlertChannel, AlertKind, Subscription
from queue_service.language.instants import rfc3339, rfc3339_or_none

_MINUTE: Final = 60_000
PATIENCE_MS: Final[Mapping[AlertKind, int]] = {
    "goal": 10 * _MINUTE,
    "wait": 0,
    "unattended": 3 * _MINUTE,
    "kiosk": 0,
}
"""How long a cause has to hold before it is an alert.

A goal is looked at again and again, so chance alone has many tries. On 1,000 simulated days each of
60, 150 and 400 inquiries, looked at every minute of eight hours, a goal of 70 % raised a false
alert on 1.1, 0.4 and 0.7 % of the days that were truly at 72 %, and on 2.7, 2.5 and 2.7 % of those
exactly at 70 %; days at 50 % were found on 80, 99.5 and 100 %, after 220, 131 and 58 minutes
(median). A goal of 95 % raised one on 1.8, 2.4 and 2.4 % of those exactly at it. No counter need be
open for a moment at opening time and between two shifts.
"""
CALM_MS: Final = 5 * _MINUTE
QUIET_MS: Final = 30 * _MINUTE


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. ``gone_at``: since when its cause does not hold; ``told``: ids of the
    subscriptions notified.

    ``finding`` is the last known state of the cause, ``longest_ms`` the longest wait, and
    ``present`` how the branch was when it was last looked at. ``sent`` is how many subscriptions of
    each channel were notified, the first of them at ``sent_at``. Alerts of 0.2 have none of these.
    """

    id: str
    raised_at: int
    finding: AlertCause
    longest_ms: int = 0
    acknowledged_at: int | None = None
    gone_at: int | None = None
    resolved_at: int | None = None
    told: tuple[str, ...] = ()
    present: Present | None = None
    sent: Mapping[AlertChannel, int] = field(default_factory=dict)
    sent_at: int | None = None

    @property
    def cause(self) -> Cause:
        """The cause of the alert."""
        return self.finding.cause


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """A branch's open alerts. ``holds``: since when each cause has been found, by its key.

    ``told``: when each subscription was last notified of a cause, by ``subscription|cause``.
    """

    alerts: tuple[Alert, ...] = ()
    holds: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertLetter:
    """A notification of a subscription about an alert."""

    event: Literal["raised", "acknowledged", "resolved"]
    alert: Alert
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class AlertStep:
    """The next set of open alerts, those that ended, and the messages to send."""

    open_alerts: OpenAlerts
    ended: tuple[Alert, ...] = ()
    messages: tuple[AlertLetter, ...] = ()


def update(
    open_alerts: OpenAlerts,
    found: Iterable[AlertCause],
    subscriptions: Sequence[Subscription],
    branch: str,
    now: int,
    present: Present | None = None,
) -> AlertStep:
    """The next step of a branch's alerts, from the causes found ``now`` and how the branch is."""
    by_cause = {f.cause.key: f for f in found}
    holds = {key: min(open_alerts.holds.get(key, now), now) for key in by_cause}
    wanted = {
        key: finding
        for key, finding in by_cause.items()
        if any(_wanted(s, finding, now) for s in subscriptions)
    }
    lived = [
        replace(_lived(alert, wanted.get(alert.cause.key), now), present=present)
        for alert in open_alerts.alerts
    ]
    known = {alert.cause.key for alert in lived if alert.resolved_at is None}
    ripe = (f for key, f in wanted.items() if now - holds[key] >= PATIENCE_MS[f.cause.kind])
    fresh = [
        replace(_raised(finding, branch, now), present=present)
        for finding in ripe
        if finding.cause.key not in known
    ]
    notified = {key: at for key, at in open_alerts.told.items() if now - at < QUIET_MS}
    notifier = _Notifier(subscriptions, notified, now)
    alerts = [notifier.notify(a) for a in (*lived, *fresh) if a.resolved_at is None]
    ended = [alert for alert in lived if alert.resolved_at is not None]
    over = [m for alert in ended for m in _follow_up("resolved", alert, subscriptions)]
    return AlertStep(
        OpenAlerts(tuple(alerts), holds, notified), tuple(ended), (*notifier.messages, *over)
    )


def end(open_alerts: OpenAlerts, subscriptions: Sequence[Subscription], now: int) -> AlertStep:
    """Resolve every open alert and forget the causes, in a branch that is out of use."""
    ended = tuple(
        replace(alert, gone_at=now if alert.gone_at is None else alert.gone_at, resolved_at=now)
        for alert in open_alerts.alerts
    )
    over = [m for alert in ended for m in _follow_up("resolved", alert, subscriptions)]
    return AlertStep(OpenAlerts(), ended, tuple(over))


def acknowledge(
    open_alerts: OpenAlerts, alert_id: str, subscriptions: Sequence[Subscription], now: int
) -> AlertStep:
    """Acknowledge an alert; no effect if it is acknowledged already or not open."""
    alerts: list[Alert] = []
    messages: list[AlertLetter] = []
    for alert in open_alerts.alerts:
        if alert.id == alert_id and alert.acknowledged_at is None:
            acknowledged = replace(alert, acknowledged_at=now)
            alerts.append(acknowledged)
            messages += _follow_up("acknowledged", acknowledged, subscriptions)
        else:
            alerts.append(alert)
    return AlertStep(replace(open_alerts, alerts=tuple(alerts)), (), tuple(messages))


def facts(alert: Alert) -> dict[str, Any]:
    """An alert as a webhook sends it, in the names and formats of the API."""
    finding = alert.finding
    return {
        "kind": finding.cause.kind,
        "goal": finding.cause.goal,
        "service": finding.service,
        "waiting": finding.waiting,
        "judged": finding.judged,
        "within": finding.within,
        "target_ratio": finding.target,
        "kiosk": finding.cause.kiosk,
        "issued": finding.hour.issued if finding.hour else None,
        "usual": finding.hour.usual if finding.hour else None,
        "raised_at": rfc3339(alert.raised_at),
        "acknowledged_at": rfc3339_or_none(alert.acknowledged_at),
        "gone_at": rfc3339_or_none(alert.gone_at),
        "resolved_at": rfc3339_or_none(alert.resolved_at),
    }


def on_board(alert: Alert, subscriptions: Iterable[Subscription]) -> bool:
    """Whether somebody wants to see it on the board."""
    return any(s.channel == "board" and s.id in alert.told for s in subscriptions)


def _wanted(subscription: Subscription, finding: AlertCause, now: int) -> bool:
    if finding.cause.kind not in subscription.kinds:
        return False
    waited = now - (now if finding.since is None else finding.since)
    return finding.cause.kind != "wait" or waited >= subscription.wait_minutes * _MINUTE


def _raised(finding: AlertCause, branch: str, now: int) -> Alert:
    name = hashlib.sha256(f"{branch}|{finding.cause.key}|{now}".encode()).hexdigest()[:16]
    return _lived(Alert(name, now, finding), finding, now)


def _lived(alert: Alert, finding: AlertCause | None, now: int) -> Alert:
    if finding is not None:
        waited = now - finding.since if finding.since is not None else 0
        longest = max(alert.longest_ms, waited)
        return replace(alert, finding=finding, longest_ms=longest, gone_at=None)
    gone = now if alert.gone_at is None else alert.gone_at
    return replace(alert, gone_at=gone, resolved_at=now if now - gone >= CALM_MS else None)


@dataclass(slots=True)
class _Notifier:
    """Notifies subscriptions of alerts, each once and none too often."""

    subscriptions: Sequence[Subscription]
    told: dict[str, int]
    now: int
    messages: list[AlertLetter] = field(default_factory=list)

    def notify(self, alert: Alert) -> Alert:
        if alert.acknowledged_at is not None or alert.gone_at is not None:
            return alert
        notified = [s for s in self.subscriptions if self._is_due(s, alert)]
        if not notified:
            return alert
        after = replace(
            alert,
            told=(*alert.told, *(s.id for s in notified)),
            sent=dict(Counter(alert.sent) + Counter(s.channel for s in notified)),
            sent_at=alert.sent_at or self.now,
        )
        for subscription in notified:
            if subscription.channel != "board":
                self.told[f"{subscription.id}|{alert.cause.key}"] = self.now
                self.messages.append(AlertLetter("raised", after, subscription))
        return after

    def _is_due(self, subscription: Subscription, alert: Alert) -> bool:
        fresh = subscription.id not in alert.told
        quiet = f"{subscription.id}|{alert.cause.key}" in self.told
        return fresh and not quiet and _wanted(subscription, alert.finding, self.now)


def _follow_up(
    event: Literal["acknowledged", "resolved"], alert: Alert, subscriptions: Iterable[Subscription]
) -> Iterator[AlertLetter]:
    """Messages to those notified before: webhooks get all, people what they subscribed to."""
    for subscription in subscriptions:
        all_clear_wanted = event == "resolved" and subscription.all_clear
        wanted = subscription.channel == "webhook" or (
            subscription.channel == "mail" and all_clear_wanted
        )
        if wanted and subscription.id in alert.told:
            yield AlertLetter(event, alert, subscription)
