"""Calling over several branches' video counters, and passing messages between their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.branches.rules.branch import Branch, Counter
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue, key_reused, remembered
from queue_service.counters.rules import PAUSED
from queue_service.counters.store import CounterStates, CounterStore
from queue_service.errors import (
    BranchNotFound,
    ConversationTaken,
    CounterBusy,
    CounterClosed,
    CounterNotFound,
    CounterPaused,
    Forbidden,
    Invalid,
    NoConversation,
    RateLimited,
)
from queue_service.store.redis_store import Reply
from queue_service.video.rules import (
    Candidate,
    LineResult,
    Party,
    VideoCounter,
    first_of,
    in_turn,
    waits_for,
)
from queue_service.video.store import GivenBy, StoredMessage, VideoStore
from queue_service.visits.operations.calling import call_next
from queue_service.visits.rules.command_result import CommandResult, read_answer
from queue_service.visits.rules.refusals import require_counter
from queue_service.visits.rules.visit import Visit, visit_from_json
from queue_service.visits.store.visit_store import VisitStore

_ATTEMPTS: Final = 8
"""How often all counters are tried when others were quicker each time."""


@dataclass(frozen=True, slots=True)
class VideoStand:
    """A video counter at ``now`` (ms): its team if it is not closed, its visits, and the waiting
    visits."""

    branch: Branch
    counter: Counter
    open: bool
    team: str | None
    visit: Visit | None
    waiting: int
    next: Visit | None
    parked: tuple[Visit, ...]
    now: int
    paused: bool = False

    @property
    def state(self) -> str:
        """closed, free, called, serving or paused."""
        if self.visit is not None:
            return self.visit.state
        if self.paused:
            return PAUSED
        return "free" if self.open else "closed"

    @property
    def branch_open(self) -> bool:
        """Whether the branch is open according to its hours."""
        return moment(self.branch, self.now).open


@dataclass(frozen=True, slots=True)
class CalledAt:
    """The called visit, and its branch."""

    branch: str
    answer: CommandResult


def video_counter(queue: Queue, branch_id: str, counter: str) -> Counter:
    """The counter. Raises BranchNotFound, CounterNotFound, and Invalid if it has no video."""
    branch = queue.get(BranchStore).get(branch_id)
    require_counter(branch, counter)
    found = branch.counters[counter]
    if found.video is None:
        raise Invalid.at("counter", "It is not served by video.", "Choose a video counter.")
    return found


def video_counters(queue: Queue, branches: Iterable[Branch]) -> list[VideoStand]:
    """Every video counter of these branches; historic branches have none."""
    now = queue.store.time()
    found: list[VideoStand] = []
    for branch in branches:
        if branch.has_video:
            visits = queue.get(VisitStore).open_visits(branch.id)
            states = queue.get(CounterStore).states(branch.id)
            found += [
                _stand(branch, counter, states, visits, now)
                for counter in branch.counters.values()
                if counter.video is not None
            ]
    return found


def _stand(
    branch: Branch, counter: Counter, states: CounterStates, visits: Collection[Visit], now: int
) -> VideoStand:
    pause = states.paused.get(counter.id)
    paused = pause is not None and pause.begun
    team = (pause.team or "") if pause and paused else states.open.get(counter.id)
    there = (v for v in visits if v.counter == counter.id and v.state in ("called", "serving"))
    waiting = (v for v in visits if not v.is_carried(now))
    ready = [v for v in waiting if waits_for(v, branch, counter.id, team or None, now)]
    return VideoStand(
        branch=branch,
        counter=counter,
        open=team is not None,
        team=team or None,
        visit=next(there, None),
        waiting=len(ready),
        next=first_of(ready),
        parked=tuple(v for v in visits if v.counter == counter.id and v.state == "parked"),
        now=now,
        paused=paused,
    )


def call_longest(
    queue: Queue,
    caller: Caller,
    counters: Sequence[VideoCounter],
    idempotency: IdempotencyKey | None = None,
    page: str = "",
) -> CalledAt | None:
    """Call the first visit over these counters, each branch's own next; None without a visit.

    Counters that are closed or have a visit are passed over, and so is who is carried over to
    another day. If another clerk was quicker the next in turn is called. The conversation belongs
    to ``page`` if one is given. Raises Forbidden for a branch that the caller may not see,
    BranchNotFound, CounterNotFound, Invalid for a counter without video, and IdempotencyKeyReused.
    """
    found = _call_longest(queue, caller, counters, idempotency)
    if found and page and found.answer.visit.counter:
        way: GivenBy = "repeat" if found.answer.replayed else "call"
        queue.get(VideoStore).give_to(found.branch, found.answer.visit.counter, page, way)
    return found


def _call_longest(
    queue: Queue,
    caller: Caller,
    counters: Sequence[VideoCounter],
    idempotency: IdempotencyKey | None,
) -> CalledAt | None:
    for branch_id, counter in counters:
        if not caller.may_see(branch_id):
            raise Forbidden("This account is of another branch.")
        video_counter(queue, branch_id, counter)
    for _ in range(_ATTEMPTS):
        candidates = _candidates(queue, counters)
        # Asked after the candidates: had the first request called somebody before they were looked
        # at, it is remembered by now; had it not, it is repeated at the same counter.
        earlier = _answered(queue, caller, counters, idempotency)
        if earlier is not None or not candidates:
            return earlier
        turns = in_turn(candidates)
        # Had somebody been called there meanwhile, the next one does not go before the others.
        limits = [*(turn.place for turn in turns[1:]), None]
        for (_place, branch_id, counter), limit in zip(turns, limits, strict=True):
            command = Command(branch_id, caller, idempotency)
            with suppress(
                CounterBusy, CounterClosed, CounterPaused, CounterNotFound, BranchNotFound
            ):
                called = call_next(queue, command, counter, limit)
                if called.answer is not None:
                    return CalledAt(branch_id, called.answer)
    return None


def _candidates(queue: Queue, counters: Iterable[VideoCounter]) -> list[Candidate]:
    found: list[Candidate] = []
    for branch_id, counter in dict.fromkeys(counters):
        for _ in range(_ATTEMPTS):
            reply = queue.get(VisitStore).offer_next(
                queue.get(BranchStore).get(branch_id), counter, None, None, offer=False
            )
            if reply[0] == "picked":
                visit = visit_from_json(reply[3])
                # Carried-over citizens have been asked to come back on another day.
                if not visit.is_carried(int(reply[1])):
                    found.append(Candidate(visit.place, branch_id, counter))
            if reply[0] != "stale":
                break
            queue.get(BranchStore).forget(branch_id)
    return found


def _answered(
    queue: Queue,
    caller: Caller,
    counters: Iterable[VideoCounter],
    idempotency: IdempotencyKey | None,
) -> CalledAt | None:
    """The call of this very request before, in whichever branch."""
    if idempotency is None:
        return None
    for branch_id in dict.fromkeys(branch_id for branch_id, _ in counters):
        kept = remembered(queue, Command(branch_id, caller, idempotency))
        if kept:
            return CalledAt(branch_id, read_answer(kept, replayed=True))
    return None


class Sent(NamedTuple):
    """The id of a message, and whether it is the answer to a repetition."""

    id: str
    replayed: bool


class Taken(NamedTuple):
    """Whether another page had the conversation, and whether this is a repeated request."""

    from_another: bool
    replayed: bool


def send_message(
    queue: Queue, command: Command, counter: str, party: Party, page: str, message: dict[str, Any]
) -> Sent:
    """Pass a message to the counter's other page. ``page`` is the clerk's.

    The first clerk's page to say something in a conversation that was not called or taken over by
    :func:`call_longest` or :func:`take_over` has it. Raises NoConversation while no visit is called
    or served there, ConversationTaken for another page than the one that has it, RateLimited,
    IdempotencyKeyReused, and as :func:`video_counter`.
    """
    video_counter(queue, command.branch, counter)
    reply = queue.get(VideoStore).send(
        command.branch, counter, party, page, message, command.idempotency
    )
    _require_done(reply, command.branch)
    return Sent(str(reply[1]), reply[0] == "replayed")


def take_over(queue: Queue, command: Command, counter: str, page: str) -> Taken:
    """Make a page the clerk's in the conversation at a counter.

    Another one is closed out, and the screen receives that. A repetition does not take it back.
    Raises NoConversation, IdempotencyKeyReused, and as :func:`video_counter`.
    """
    video_counter(queue, command.branch, counter)
    reply = queue.get(VideoStore).give_to(
        command.branch, counter, page, "take", command.idempotency
    )
    _require_done(reply, command.branch)
    return Taken(bool(reply[1]), reply[0] == "replayed")


def _require_done(reply: Reply, branch_id: str) -> None:
    if reply[0] == "reused":
        raise key_reused()
    if reply[0] == "nobody":
        raise NoConversation("There is no visit at this counter; call one first.")
    if reply[0] == "taken":
        raise _taken()
    if reply[0] == "limited":
        raise RateLimited(
            "This page has sent much in a short time; wait a moment.", retry_after=int(reply[1])
        )
    if reply[0] == "gone":
        raise no_branch(branch_id)


def _taken() -> ConversationTaken:
    return ConversationTaken("Another page has this conversation; take it over first.")


def count_line(queue: Queue, command: Command, counter: str, result: LineResult) -> bool:
    """Count the result of a connection, for operators; returns whether it is a repetition.

    Raises IdempotencyKeyReused, RateLimited, and as :func:`video_counter`.
    """
    video_counter(queue, command.branch, counter)
    reply = queue.get(VideoStore).count_line(command.branch, counter, result, command.idempotency)
    _require_done(reply, command.branch)
    return bool(reply[0] == "replayed")


def messages_for(
    queue: Queue,
    branch_id: str,
    counter: str,
    party: Party,
    page: str = "",
    after: str | None = None,
) -> list[StoredMessage]:
    """The other page's messages after an id, of the present visit.

    Raises ConversationTaken, and as :func:`video_counter`.
    """
    video_counter(queue, branch_id, counter)
    found = queue.get(VideoStore).messages(branch_id, counter, party, page, after)
    if found is None:
        raise _taken()
    return found
