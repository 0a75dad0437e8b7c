"""Counting what citizens answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from queue_service.branches.rules.hours import hour_of
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, retry_with_time
from queue_service.errors import RateLimited
from queue_service.feedback.rules import Question, Rating, fields_of
from queue_service.feedback.store import FeedbackStore
from queue_service.visits.rules.refusals import known_service, require_here, require_team


class Given(NamedTuple):
    """The result of an answer. An answer that is not ``counted`` was taken for a repeat."""

    counted: bool
    replayed: bool


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


@retry_with_time
def _give(
    queue: Queue,
    command: Command,
    now: int,
    ratings: Mapping[Question, Rating],
    service: str | None,
    team: str | None,
) -> Given | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    if service is not None:
        known_service(branch, service)
    if team is not None:
        require_team(branch, team)
    hour = hour_of(branch, now)
    fields = fields_of(hour.hour, service or "", team or "", ratings)
    reply = queue.get(FeedbackStore).count(
        branch, command.caller.id, hour, fields, command.idempotency, command.at
    )
    if reply[0] == "limited":
        raise RateLimited(
            "This terminal has sent many answers in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    commit = committed(queue, branch.id, reply)
    return Given(commit.answer == "1", commit.replayed) if commit else None
