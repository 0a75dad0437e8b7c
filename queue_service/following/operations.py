"""Operations of a citizen who follows a number: find it by its code, leave, come back, add to it.

Each can be repeated without a second effect: a visit that is already as wanted stays as it is.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Final, NamedTuple

from queue_service.access.rules.caller import Caller
from queue_service.access.rules.codes import BITS, code_digest, code_from, typed_code
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue
from queue_service.errors import RateLimited, ServiceNotFound, WrongState
from queue_service.feedback.codes import keep_code
from queue_service.feedback.rules import CODE_LENGTH
from queue_service.following.rules import is_public
from queue_service.following.store import FollowingStore
from queue_service.visits.operations import visits
from queue_service.visits.operations.deciding import change, operation
from queue_service.visits.operations.errands import require_to_be_had
from queue_service.visits.rules.follow_code import FOLLOW_CODE_LENGTH, branch_tag, tag_of
from queue_service.visits.rules.refusals import Case, known_service
from queue_service.visits.rules.transitions import ADD_ERRAND, UNDO, Decision

_CITIZEN: Final = Caller("citizen", "clerk")


class FoundVisit(NamedTuple):
    """The branch and the id of a visit that a code follows."""

    branch: str
    visit: str


def find_visit(queue: Queue, code: str, address: str) -> FoundVisit | None:
    """The visit of a code, whether it has ended or not; None for an unknown one.

    ``address`` is the sender's: unknown codes are counted on it. Raises RateLimited.
    """
    text = typed_code(code)
    if len(text) != FOLLOW_CODE_LENGTH:
        return None
    for branch in queue.get(BranchStore).ids():
        if branch_tag(branch) != tag_of(text):
            continue
        reply = queue.get(FollowingStore).find(branch, code_digest(text), code_digest(address))
        if reply[0] == "found":
            return FoundVisit(branch, str(reply[1]))
        if reply[0] == "limited":
            raise RateLimited(
                "Many unknown codes were tried from here; wait a moment.",
                retry_after=int(reply[1]),
            )
    return None


def leave(queue: Queue, found: FoundVisit, *, at: int | None = None) -> None:
    """The citizen has left; nothing happens to a visit that does not wait.

    ``at`` is in ms, by default the store's time, here and below.
    """
    with suppress(WrongState):
        visits.abandon(queue, _command(found, at), found.visit)


def come_back(queue: Queue, found: FoundVisit, *, at: int | None = None) -> None:
    """Take the departure back, in the old place; nothing happens where it is too late."""
    with suppress(WrongState):
        _come_back(queue, _command(found, at), found.visit)


def postpone(queue: Queue, found: FoundVisit, clock: str, *, at: int | None = None) -> None:
    """Call the citizen no earlier than at a time of today, such as ``14:30``.

    Raises Invalid for a time that has passed or is outside the opening hours. Nothing happens to a
    visit that does not wait.
    """
    with suppress(WrongState):
        visits.postpone(queue, _command(found, at), found.visit, clock)


def is_here(queue: Queue, found: FoundVisit, *, at: int | None = None) -> None:
    """The citizen is here before the time that they asked for: see :data:`visits.come_back`."""
    with suppress(WrongState):
        visits.come_back(queue, _command(found, at), found.visit)


def want(
    queue: Queue, found: FoundVisit, service: str, people: int, *, at: int | None = None
) -> None:
    """Want a further service, or with no people not any more.

    A service that a phone does not see is as one that does not exist. Raises ServiceNotFound,
    ServiceInactive, ServiceClosed, ServicePaused, ServiceFull, TooManyErrands, and Invalid for the
    errand at hand. Nothing happens to a visit that has ended.
    """
    with suppress(WrongState):
        change(
            queue,
            _command(found, at),
            found.visit,
            lambda case: _want(queue, case, service, people),
        )


def speak(queue: Queue, found: FoundVisit, language: str) -> None:
    """Have the number called in another language, while it waits. Raises Invalid."""
    with suppress(WrongState):
        visits.set_language(queue, _command(found), found.visit, language)


def feedback_code(queue: Queue, found: FoundVisit, code: str, service: str) -> str:
    """The feedback code that belongs to a code: one answer for each visit, however often asked.

    It is made of the code alone, which is kept nowhere, so that nothing stored connects an answer
    with a visit. Raises NotFound if the branch asks citizens nothing on their phones.
    """
    number = int.from_bytes(hashlib.sha256(f"feedback\n{typed_code(code)}".encode()).digest())
    made = code_from(number % 2 ** (BITS * CODE_LENGTH), CODE_LENGTH)
    keep_code(queue, _command(found), service, made)
    return made


def _only_departure(case: Case) -> Decision:
    if case.visit.state != "abandoned":
        raise WrongState(f"{case.visit.number} has not left.", state=case.visit.state)
    return UNDO(case)


_come_back = operation(_only_departure)


def _want(queue: Queue, case: Case, service: str, people: int) -> Decision:
    if people and not is_public(case.branch, known_service(case.branch, service)):
        raise ServiceNotFound(f"The branch has no service “{service}”; choose one of its list.")
    decision = ADD_ERRAND(case, service, people)
    require_to_be_had(queue, case, service, people)
    return decision


def _command(found: FoundVisit, at: int | None = None) -> Command:
    return Command(found.branch, _CITIZEN, None, at)
