"""Raising, acknowledging and listing a branch's alerts.

A check loads, decides and commits; it starts again if another was faster. So however many workers
check a branch at the same time, an alert is raised once and each subscription is notified once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from queue_service.access.rules.caller import PERIODIC
from queue_service.alerts.operations.kiosks import busy_kiosks
from queue_service.alerts.rules import alerts as rules
from queue_service.alerts.rules.alerts import Alert
from queue_service.alerts.rules.causes import Watch, findings, present
from queue_service.alerts.rules.deliveries import deliveries
from queue_service.alerts.rules.kiosks import KioskHour
from queue_service.alerts.store import AlertStore, read_alert
from queue_service.board.operations.state import BranchState, QueueView, called_here, state
from queue_service.board.rules.attention import CounterAttention, Situation, Waiting
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import hours_on, moment
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, committed, once, retry
from queue_service.errors import BranchNotFound, NotFound
from queue_service.goals.rules.verdicts import share

SHOWN: Final = 50
"""Past alerts that are shown."""


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An open alert, and whether it belongs on the board too."""

    alert: Alert
    on_board: bool


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledged alert; ``replayed`` for a repeated request."""

    alert: Alert
    replayed: bool = False


def check(queue: Queue) -> None:
    """Look at every branch; historic ones have no subscribers, of one that runs elsewhere the
    present is unknown here, and in an archived one every alert is over."""
    for branch in queue.get(BranchStore).all():
        if branch.archived:
            _end(queue, branch.id)
        elif not (branch.historic or branch.elsewhere):
            with suppress(BranchNotFound):
                check_branch(queue, Command(branch.id, PERIODIC))


def check_branch(queue: Queue, command: Command) -> None:
    """Raise, keep or resolve a branch's alerts. Does nothing without subscriptions."""
    _check(queue, command)


@retry
def _check(queue: Queue, command: Command) -> Literal[True] | None:
    store = queue.get(AlertStore)
    open_alerts, text, subscriptions = store.read(command.branch)
    if not subscriptions and not open_alerts.alerts:
        return True
    found = state(queue, command)
    kiosks = busy_kiosks(queue, found.branch, found.now)
    watch = _watch(found, called_here(queue, found), kiosks)
    causes, known = findings(watch), present(watch.situation)
    step = rules.update(open_alerts, causes, subscriptions, command.branch, found.now, known)
    sent = deliveries(step.messages, found.now)
    return True if store.commit(command.branch, text, step, sent) else None


@retry
def _end(queue: Queue, branch_id: str) -> Literal[True] | None:
    store = queue.get(AlertStore)
    open_alerts, text, subscriptions = store.read(branch_id)
    if not text:
        return True
    now = queue.store.time()
    step = rules.end(open_alerts, subscriptions, now)
    return True if store.commit(branch_id, text, step, deliveries(step.messages, now)) else None


def acknowledge(queue: Queue, command: Command, alert_id: str) -> Acknowledged:
    """Acknowledge it; the login is not stored. Raises NotFound.

    Repeating it changes nothing.
    """
    queue.get(BranchStore).get(command.branch)
    act = partial(_acknowledge, queue, command, alert_id)
    return once(queue, command, act, lambda text: Acknowledged(read_alert(text), replayed=True))


@retry
def _acknowledge(queue: Queue, command: Command, alert_id: str) -> Acknowledged | None:
    store = queue.get(AlertStore)
    open_alerts, text, subscriptions = store.read(command.branch)
    now = queue.now(command)
    step = rules.acknowledge(open_alerts, alert_id, subscriptions, now)
    alert = next((a for a in step.open_alerts.alerts if a.id == alert_id), None)
    if alert is None:
        raise NotFound("This alert is over: look at the list again.")
    sent = deliveries(step.messages, now)
    reply = store.commit_answer(command.branch, text, step, sent, alert, command.idempotency)
    if reply[0] == "gone":
        queue.get(BranchStore).forget(command.branch)
        raise no_branch(command.branch)
    commit = committed(queue, command.branch, reply)
    return Acknowledged(read_alert(commit.answer), commit.replayed) if commit else None


def open_alerts(queue: Queue, branch_id: str) -> list[OpenAlert]:
    """A branch's open alerts, the oldest first."""
    open_alerts, _, subscriptions = queue.get(AlertStore).read(branch_id)
    return [OpenAlert(alert, rules.on_board(alert, subscriptions)) for alert in open_alerts.alerts]


def past_alerts(queue: Queue, branch_id: str) -> list[Alert]:
    """A branch's alerts that ended, the latest first."""
    return queue.get(AlertStore).history(branch_id, SHOWN)


def free_for(queue: Queue, command: Command) -> frozenset[str]:
    """The services that a free counter takes now. Raises BranchNotFound."""
    found = state(queue, command)
    free = (c for c in found.counters if c.state == "free")
    return frozenset(service for c in free for service in found.branch.takes(c.id, c.team))


def _watch(
    found: BranchState, queues: Sequence[QueueView], kiosks: Mapping[str, KioskHour]
) -> Watch:
    branch = found.branch
    shares = {
        view.id: share(view.judged, view.within, view.target_ratio, running=True)
        for view in found.goals
    }
    return Watch(situation_of(found, queues), _began(branch, found), shares, kiosks)


def _began(branch: Branch, found: BranchState) -> int | None:
    spans = hours_on(branch, found.moment.date)
    return spans[0][0] if spans else None


def situation_of(found: BranchState, queues: Sequence[QueueView]) -> Situation:
    """The part of a branch's state that alerts are about, with these queues."""
    return Situation(
        branch=found.branch,
        now=found.now,
        open=found.moment.open,
        queues=[
            Waiting(q.service, 0 if _is_over(found, q) else q.waiting, q.oldest_issued_at, q.taken)
            for q in queues
        ],
        stands=[CounterAttention(c.id, c.state) for c in found.counters],
    )


def _is_over(found: BranchState, queue: QueueView) -> bool:
    """Whether a wait is out of reach: it is carried over and paused, or belongs to a day that is
    over and ends as soon as that day is closed."""
    begins = found.moment.day_begins
    left = queue.oldest_issued_at is not None and queue.oldest_issued_at < begins
    return queue.carried_to is not None or (left and not moment(found.branch, begins).open)
