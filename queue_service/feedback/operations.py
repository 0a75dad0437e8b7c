"""Counting what citizens answer, and the figures of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.calendar import moment
from queue_service.command import ATTEMPTS, Command, Queue, exhausted, once, refusal
from queue_service.errors import RateLimited
from queue_service.feedback.rules import (
    Breakdown,
    Cell,
    Question,
    Rating,
    Row,
    fields_of,
    read_day,
    rows,
    total,
)
from queue_service.feedback.store import Hour
from queue_service.history.operations.history import FEWEST_DAYS_AT_A_COUNTER
from queue_service.history.operations.statistics import require_week, statistics
from queue_service.history.rules.period import between, days_after
from queue_service.visits.rules.refusals import known_service, require_here, require_team

_HOUR_MS = 3_600_000


class Given(NamedTuple):
    """What became of an answer. One that is not ``counted`` was taken for a repeat."""

    counted: bool
    replayed: bool


@dataclass(frozen=True, slots=True)
class Feedback:
    """A branch's answers from the first date to the last, both inclusive.

    A live branch's running day is left out: its figures would tell each answer as it comes.
    ``over`` is the last date that is counted. ``completed`` counts the visits that were completed
    on these dates, ``set_aside`` the answers that were taken for repeats.
    """

    branch: Branch
    first: str
    last: str
    over: str
    cells: tuple[Cell, ...]
    completed: int
    set_aside: int

    @property
    def total(self) -> Row:
        """All answers."""
        return total(self.cells)

    @property
    def tells_teams(self) -> bool:
        """Whether seven days or more are counted: one shift of a team may be one person."""
        return len(between(self.first, max(self.first, self.over))) >= FEWEST_DAYS_AT_A_COUNTER

    def rows(self, by: Breakdown) -> Mapping[str, Row]:
        """The answers by day, hour of the day, service or team.

        Raises Invalid for teams in less than seven days that are over.
        """
        if by == "team":
            require_week(self.first, self.over, by)
        return rows(self.cells, by)

    @property
    def answer_rate(self) -> float | None:
        """How many answered for each visit that was completed; None without any.

        At most 1: who came along answers, too.
        """
        return min(1.0, self.total.people / self.completed) if self.completed else None


def give_feedback(
    queue: Queue,
    command: Command,
    ratings: Mapping[Question, Rating],
    *,
    service: str | None = None,
    team: str | None = None,
) -> Given:
    """Count one person's answers in the hour that is running.

    Raises BranchNotFound, ServiceNotFound, Invalid for an unknown team, RateLimited and
    IdempotencyKeyReused.
    """

    def act() -> Given:
        return _give(queue, command, ratings, service, team)

    return once(queue, command, act, lambda answer: Given(answer == "1", replayed=True))


def _give(
    queue: Queue,
    command: Command,
    ratings: Mapping[Question, Rating],
    service: str | None,
    team: str | None,
) -> Given:
    device, instant = command.caller.id, command.at or int(time() * 1000)
    for _ in range(ATTEMPTS):
        branch = queue.branches.get(command.branch)
        require_here(branch)
        if service is not None:
            known_service(branch, service)
        if team is not None:
            require_team(branch, team)
        hour = hour_of(branch, instant)
        fields = fields_of(hour.hour, service or "", team or "", ratings)
        reply = queue.feedback.count(branch, device, hour, fields, command.idempotency, command.at)
        if reply[0] == "limited":
            raise RateLimited(
                "This terminal has sent many answers in a short time; wait a moment.",
                retry_after=int(reply[1]),
            )
        if reply[0] in ("done", "replayed"):
            return Given(reply[1] == "1", reply[0] == "replayed")
        if reply[0] != "stale":
            raise refusal(reply)
        queue.branches.forget(command.branch)
        instant = command.at or queue.store.time()
    raise exhausted()


def feedback(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> Feedback:
    """The answers of the dates from ``first`` to ``last``, by default today.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    asked = statistics(queue, branch_id, first, last)
    branch = asked.branch
    today = "" if branch.historic else moment(branch, queue.store.time()).date
    over = min(asked.last, days_after(today, -1)) if today else asked.last
    dates = [date for date in between(asked.first, asked.last).dates() if date <= over]
    cells: list[Cell] = []
    set_aside = 0
    for date, stored in queue.feedback.days(branch_id, dates).items():
        found, repeats = read_day(date, stored)
        cells += found
        set_aside += repeats
    completed = sum(
        (line.visits or {}).get("completed", 0) for line in asked.rows if line.key != today
    )
    return Feedback(branch, asked.first, asked.last, over, tuple(cells), completed, set_aside)


def hour_of(branch: Branch, instant: int) -> Hour:
    """The hour of the branch's day that an instant (ms) lies in."""
    local = datetime.fromtimestamp(instant / 1000, ZoneInfo(branch.timezone))
    since = instant - (local.minute * 60 + local.second) * 1000 - instant % 1000
    return Hour(moment(branch, instant).date, f"{local.hour:02d}", since, since + _HOUR_MS)
