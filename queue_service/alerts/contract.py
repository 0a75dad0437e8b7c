"""Responses of the calls about alerts, for the published description."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from queue_service.alerts.rules.subscriptions import AlertChannel, AlertKind
from queue_service.contract.answers import Count, Instant, Ratio, Seconds
from queue_service.contract.words import Id, Published

AlertId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
TokenId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class AlertAnswer(Published):
    """An alert: raised, perhaps acknowledged, and resolved once its cause has stayed away.

    ``gone_at`` is since when the cause does not hold. A goal's alert has its state (``judged``,
    ``within``, ``target_ratio``), that of a kiosk what it has ``issued`` in the hour and the
    ``usual``, the others the waiting visits. ``sent`` is how many subscriptions
    of each channel were notified, the first of them at ``sent_at``; who they are, and who
    acknowledged it, is not in it.
    """

    id: AlertId
    kind: AlertKind
    goal: Id | None
    service: Id | None
    waiting: Count | None
    longest_wait_seconds: Seconds
    judged: Count | None
    within: Count | None
    target_ratio: Ratio | None
    kiosk: TokenId | None
    issued: Count | None
    usual: Count | None
    raised_at: Instant
    acknowledged_at: Instant | None
    gone_at: Instant | None
    resolved_at: Instant | None
    sent: dict[AlertChannel, Count]
    sent_at: Instant | None


class AlertsAnswer(Published):
    """A branch's open alerts, the oldest first, and those that ended last, the latest first."""

    open: list[AlertAnswer]
    past: list[AlertAnswer]


class AlertTold(Published):
    """The alert as a webhook has it: ``alert`` is its id, ``text`` says it in the language of the
    subscription, and ``url`` leads to the page of the branch's alerts."""

    alert: str
    branch: Id
    branch_name: str
    kind: AlertKind
    goal: Id | None
    service: Id | None
    waiting: Count | None
    judged: Count | None
    within: Count | None
    target_ratio: Ratio | None
    kiosk: TokenId | None
    issued: Count | None
    usual: Count | None
    raised_at: Instant
    acknowledged_at: Instant | None
    gone_at: Instant | None
    resolved_at: Instant | None
    waiting_since: Instant | None
    text: str
    url: str | None


class AlertMessage(Published):
    """The body of a webhook that a subscription to a branch's alerts sends."""

    type: Literal["alert.raised", "alert.acknowledged", "alert.resolved", "alert.test"]
    timestamp: Instant
    data: AlertTold
