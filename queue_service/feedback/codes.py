"""A code on the slip: how a citizen says later, from a phone, how it went.

A code is random. Its digest identifies a service until the end of the day after, and all codes of a
day expire at one instant. Codes are made ahead, :data:`CODES_AT_ONCE` of a service together, and
which of them a slip gets is decided in memory and written nowhere. So neither what is kept of a
code nor the store's log shows which ticket it was printed on. An answer is counted on the date on
which it is given, without an hour.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from queue_service.access.rules.codes import BITS, code_digest, code_from, typed_code
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, retry
from queue_service.days.rules.period import days_after
from queue_service.errors import NotFound, RateLimited
from queue_service.feedback.rules import (
    CODE_LENGTH,
    LATER,
    Question,
    Rating,
    fields_of,
)
from queue_service.feedback.store import FeedbackStore
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.refusals import known_service

_BITS: Final = BITS * CODE_LENGTH
CODES_AT_ONCE: Final = 32
"""So many codes of a service a process makes together, and hands out one by one."""

CodeState = Literal["open", "used", "unknown"]
"""Whether a code can answer, has answered, or is none (any more)."""


class MadeCode(NamedTuple):
    """A code and when it expires, in ms."""

    code: str
    expires: int


class FoundCode(NamedTuple):
    """The scope of a code; ``service`` of an open code."""

    standing: CodeState
    service: str = ""


@retry
def make_code(queue: Queue, command: Command, service: str) -> MadeCode | None:
    """Give the code of one slip.

    A repeated request gets another code: an answer that is kept for repeats would be in the store's
    log next to the ticket. The first one is on no slip and expires.

    Raises BranchNotFound, ServiceNotFound, NotFound if the branch's slips carry no code, and
    RateLimited for a kiosk that asks for more than tickets may be issued by one.
    """
    now = queue.now(command)
    branch = _asking(queue, command, service)
    expires = _expiry(branch, now)
    stock = queue.get(FeedbackStore).stock(branch.id, service, expires)
    texts = (
        []
        if stock
        else [code_from(secrets.randbits(_BITS), CODE_LENGTH) for _ in range(CODES_AT_ONCE)]
    )
    most = queue.kiosk_tickets_per_minute if command.caller.role == "kiosk" else 0
    digests = [code_digest(text) for text in texts]
    reply = queue.get(FeedbackStore).add_codes(
        branch, service, digests, now, expires, command.caller.id, most
    )
    if reply[0] == "limited":
        raise RateLimited(
            "This screen has sent much in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    if reply[0] == "stale":
        queue.get(BranchStore).forget(branch.id)
        return None
    # A code that another slip has is given to none; if no other is left, new ones are made.
    in_use = set(map(int, reply[1:]))
    texts = [text for number, text in enumerate(texts) if number not in in_use]
    # In another order than that in which they were written.
    stock += secrets.SystemRandom().sample(texts, len(texts))
    return MadeCode(stock.pop(), expires) if stock else None


@retry
def keep_code(queue: Queue, command: Command, service: str, code: str) -> MadeCode | None:
    """Keep a code that was made elsewhere, unless it is there already.

    Raises BranchNotFound, ServiceNotFound, and NotFound if the branch asks nothing by codes.
    """
    now = queue.now(command)
    branch = _asking(queue, command, service)
    expires = _expiry(branch, now)
    reply = queue.get(FeedbackStore).add_codes(
        branch, service, [code_digest(code)], now, expires, command.caller.id, 0
    )
    if reply[0] == "stale":
        queue.get(BranchStore).forget(branch.id)
        return None
    return MadeCode(code, expires)


def _asking(queue: Queue, command: Command, service: str) -> Branch:
    branch = queue.get(BranchStore).get(command.branch)
    known_service(branch, service)
    if not branch.feedback_on_slip:
        raise NotFound("The slips of this branch carry no code: choose it in its settings.")
    return branch


def _expiry(branch: Branch, now: int) -> int:
    return day_bounds(branch, days_after(moment(branch, now).date, 1))[1]


def find_code(
    queue: Queue, branch_id: str, code: str, address: str, *, now: int | None = None
) -> FoundCode:
    """The scope of a code; ``now`` is in ms, by default the store's.

    ``address`` is the sender's: unknown codes are counted on it. Raises BranchNotFound and
    RateLimited.
    """
    reply = _by_code(queue, branch_id, code, address, (), now)
    if reply[0] == "open":
        return FoundCode("open", str(reply[1]))
    return FoundCode("used" if reply[0] == "used" else "unknown")


def answer_by_code(
    queue: Queue,
    branch_id: str,
    code: str,
    address: str,
    ratings: Mapping[Question, Rating],
    *,
    now: int | None = None,
) -> CodeState:
    """Count one person's answers under a code that is open; returns its former state.

    Raises BranchNotFound and RateLimited.
    """
    found = find_code(queue, branch_id, code, address, now=now)
    if found.standing != "open":
        return found.standing
    fields = fields_of(LATER, found.service, "", ratings)
    reply = _by_code(queue, branch_id, code, address, fields, now)
    if reply[0] == "done":
        return "open"
    return "used" if reply[0] == "used" else "unknown"


@retry
def _by_code(
    queue: Queue, branch_id: str, code: str, address: str, fields: tuple[str, ...], now: int | None
) -> Reply | None:
    branch = queue.get(BranchStore).get(branch_id)
    day = moment(branch, queue.time(now))
    digest = code_digest(typed_code(code))
    reply = queue.get(FeedbackStore).by_code(branch, digest, code_digest(address), day, fields, now)
    if reply[0] == "limited":
        raise RateLimited(
            "Many unknown codes were tried from here; wait a moment.",
            retry_after=int(reply[1]),
        )
    if reply[0] == "stale":
        queue.get(BranchStore).forget(branch_id)
        return None
    return reply
