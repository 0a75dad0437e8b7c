"""Driving a plan through the operations, as kiosks and clerks would have done.

Each command has its own idempotency key, so that one whose answer was lost is asked for again and
done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.closing.operations import day_end
from queue_service.command import Command, Queue
from queue_service.counters.operations import counters
from queue_service.history.operations import days
from queue_service.history.operations.statistics import StatisticsLine, statistics
from queue_service.replay.plan import ReplayPlan, ReplayStep
from queue_service.replay.retry import Retry
from queue_service.replay.rows import ReplayRow
from queue_service.visits.operations import calling, issuing, visits
from queue_service.visits.store.visit_store import VisitStore

REPLAY = Caller("replay", "admin")


@dataclass(frozen=True, slots=True)
class ReplayDay:
    """A replayed business day and its figures."""

    date: str
    figures: StatisticsLine


@dataclass
class Player:
    """Plays a plan's steps into a branch; the finished steps are kept here.

    A store that does not answer is waited for with ``retry``.
    """

    queue: Queue
    branch: Branch
    plan: ReplayPlan
    retry: Retry = field(default_factory=Retry)
    visit_of: dict[int, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    answered: list[IdempotencyKey] = field(default_factory=list)

    def days(self) -> Iterator[ReplayDay]:
        """Play all of it; each day with its figures once its last row is done.

        Raises StoreUnavailable when the store was waited for in vain.
        """
        zone = ZoneInfo(self.branch.timezone)
        dates = [_date(step.row, zone) for step in self.plan.steps]
        last = {date: index for index, date in enumerate(dates)}
        for index, step in enumerate(self.plan.steps):
            idempotency = IdempotencyKey(REPLAY.id, f"{index}", step.verb)
            self.retry.insist(partial(self._play, step, idempotency))
            self.answered.append(idempotency)
            if last[dates[index]] == index:
                yield self.retry.insist(partial(self._close, dates[index], step.at))
        self.retry.insist(self._add_up)

    def _play(self, step: ReplayStep, idempotency: IdempotencyKey) -> None:
        command = Command(self.branch.id, REPLAY, idempotency, step.at)
        row = step.row
        if step.verb == "issue":
            service = self.plan.services[row.service]
            done = issuing.issue(self.queue, command, service, channel="desk")
            self.visit_of[row.line] = done.visit.id
        elif step.verb == "call":
            self._open(command, step.counter)
            calling.call(self.queue, command, self.visit_of[row.line], step.counter)
        elif step.verb == "start":
            visits.start(self.queue, command, self.visit_of[row.line])
        elif step.verb == "complete":
            visits.complete(self.queue, command, self.visit_of[row.line], "resolved")
        elif step.verb == "close":
            counters.close_counter(self.queue, command, step.counter)
            self.opened.discard(step.counter)
        else:
            visits.abandon(self.queue, command, self.visit_of[row.line])

    def _open(self, command: Command, counter: str) -> None:
        if counter not in self.opened:
            # Without the key, which is the call's: an open counter is opened as well.
            counters.open_counter(self.queue, command._replace(idempotency=None), counter)
            self.opened.add(counter)

    def _close(self, date: str, at: int) -> ReplayDay:
        if day_end.close_past_day(self.queue, Command(self.branch.id, REPLAY, at=at), date):
            self.opened.clear()
        self.queue.get(VisitStore).forget(self.branch.id, self.answered)
        self.answered.clear()
        days.summarise_day(self.queue, self.branch, date, at)
        return ReplayDay(date, statistics(self.queue, self.branch.id, date, date).total)

    def _add_up(self) -> None:
        """So that no page has to: the job leaves historic branches alone."""
        days.keep_all_months(self.queue, self.branch, self.queue.store.time())


def _date(row: ReplayRow, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(row.arrived / 1000, zone).date().isoformat()
