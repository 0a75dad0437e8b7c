"""Context of operations, and their common parts: retries and repeated requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from time import time
from typing import (
    Any,
    Concatenate,
    Final,
    NamedTuple,
    ParamSpec,
    Protocol,
    TypeVar,
    runtime_checkable,
)

from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.errors import (
    BranchClosed,
    CounterBusy,
    CounterClosed,
    CounterPaused,
    IdempotencyKeyReused,
    QueueError,
    RateLimited,
    ServiceClosed,
    ServicePaused,
    StoreUnavailable,
    TooEarly,
    VisitNotFound,
    WrongState,
)
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

ATTEMPTS: Final = 64
"""How many attempts are made while other processes keep changing what a decision was made on."""

_BY_THE_TIME: Final = (BranchClosed, ServiceClosed, ServicePaused, TooEarly)
"""Refusals for which a wrong clock is enough."""

Params = ParamSpec("Params")
Result = TypeVar("Result")
Store = TypeVar("Store")


@runtime_checkable
class Caching(Protocol):
    """A store that keeps something of a branch in the process."""

    def outdated(self, branch_id: str) -> bool:
        """Whether what is kept of the branch is no longer in force; then it is forgotten."""

    def forget(self, branch_id: str) -> None:
        """Read what is kept of the branch again next time."""


class Queue:
    """Context of operations: the connection to Redis, and the store of each capability.

    A store is made when it is first asked for, and once in a process. ``kiosk_tickets_per_minute``
    is how many tickets a kiosk may issue, 0 for no limit; ``playbook_four_eyes``: the author of an
    entry may not approve it; ``printer_devices``: the devices on which kiosks may print.
    """

    def __init__(
        self,
        store: RedisStore,
        *,
        kiosk_tickets_per_minute: int = 60,
        playbook_four_eyes: bool = False,
        printer_devices: tuple[str, ...] = (),
    ) -> None:
        self.store: Final = store
        self.kiosk_tickets_per_minute: Final = kiosk_tickets_per_minute
        self.playbook_four_eyes: Final = playbook_four_eyes
        self.printer_devices: Final = printer_devices
        self._stores: dict[Callable[[RedisStore], Any], Any] = {}

    def get(self, kind: Callable[[RedisStore], Store]) -> Store:
        """The store of this class, the same one each time."""
        try:
            found: Store = self._stores[kind]
        except KeyError:
            found = self._stores.setdefault(kind, kind(self.store))
        return found

    def now(self, command: Command) -> int:
        """The command's time (ms): its own in a historic branch, else the store's."""
        return self.time(command.at)

    def time(self, at: int | None) -> int:
        """``at`` (ms), by default the store's time."""
        return self.store.time() if at is None else at

    def outdated(self, branch_id: str) -> bool:
        """Whether any store kept something of the branch that is no longer in force.

        It is forgotten, so that a decision can be made again.
        """
        found = [store.outdated(branch_id) for store in self._caching()]
        return any(found)

    def forget(self, branch_id: str) -> None:
        """Read again next time what the stores kept of the branch."""
        for store in self._caching():
            store.forget(branch_id)

    def _caching(self) -> list[Caching]:
        return [store for store in self._stores.values() if isinstance(store, Caching)]


class Command(NamedTuple):
    """A command: the caller, the branch, and the key that identifies a repeat.

    ``at`` is its time in a historic branch, in ms; elsewhere the store's clock counts.
    """

    branch: str
    caller: Caller
    idempotency: IdempotencyKey | None = None
    at: int | None = None


def present(command: Command) -> int:
    """The command's time (ms), else the time of this machine's clock, which has to be checked."""
    return command.at if command.at is not None else int(time() * 1000)


def once(
    queue: Queue, command: Command, act: Callable[[], Result], tell_again: Callable[[str], Result]
) -> Result:
    """Do it, or give the first answer again to a repeated request.

    The scripts recognise a repetition themselves. Here are those that no script saw, because the
    first time has left a state that refuses the command. A command that was refused by a
    configuration no longer in force is tried again.
    """
    try:
        return act()
    except (IdempotencyKeyReused, StoreUnavailable):
        # An unconfirmed write is not reported as done: a repeat finds out.
        raise
    except QueueError as refused:
        answer = remembered(queue, command)
        if answer is not None:
            return tell_again(answer)
        if not queue.outdated(command.branch):
            raise _paused(queue, command, refused) from None
    return act()


class Commit(NamedTuple):
    """The answer of a script that wrote, and whether it is the answer to an earlier request."""

    answer: str
    replayed: bool


def retry(attempt: Callable[Params, Result | None]) -> Callable[Params, Result]:
    """Repeat an attempt to load, decide and commit until it gives a result.

    It gives None if another process was first, so that the decision has to be made again.

    Raises StoreUnavailable after 64 attempts.
    """

    @wraps(attempt)
    def attempts(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        for _ in range(ATTEMPTS):
            result = attempt(*args, **kwargs)
            if result is not None:
                return result
        raise exhausted()

    return attempts


def retry_with_time(
    attempt: Callable[Concatenate[Queue, Command, int, Params], Result | None],
) -> Callable[Concatenate[Queue, Command, Params], Result]:
    """Repeat an attempt as :func:`retry`, and pass it the present as well, in ms.

    It is that of this machine's clock at first, which the script of the attempt has to check and
    which saves asking the store, and the store's afterwards; in a historic branch the command's.
    A refusal by the time is decided again by the store's.

    Raises StoreUnavailable after 64 attempts.
    """

    @wraps(attempt)
    def attempts(
        queue: Queue, command: Command, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> Result:
        now, checked = present(command), command.at is not None
        for _ in range(ATTEMPTS):
            try:
                result = attempt(queue, command, now, *args, **kwargs)
            except _BY_THE_TIME:
                if checked:
                    raise
            else:
                if result is not None:
                    return result
            now, checked = queue.now(command), True
        raise exhausted()

    return attempts


def committed(queue: Queue, branch_id: str, reply: Reply, counter: str = "") -> Commit | None:
    """The answer of a script that wrote, or None if the attempt has to be repeated.

    That is after "changed", and after "stale": the branch's configuration is another one by now,
    and is read again. Raises QueueError for every other reply.
    """
    status = reply[0]
    if status in ("done", "replayed"):
        return Commit(reply[1], status == "replayed")
    if status == "stale":
        queue.forget(branch_id)
    elif status != "changed":
        raise refusal(reply, counter)
    return None


def _paused(queue: Queue, command: Command, refused: QueueError) -> QueueError:
    """CounterPaused for a counter that is not open because it is paused; else the refusal."""
    counter = str(refused.extra.get("counter", "")) if isinstance(refused, CounterClosed) else ""
    if not counter:
        return refused
    paused = BranchKeys(command.branch).paused_counters
    (is_paused,) = queue.store.read(lambda p: p.hexists(paused, counter))
    if not is_paused:
        return refused
    sentence = f"Counter {counter} is paused; go on there first."
    return CounterPaused(sentence, counter=counter)


def remembered(queue: Queue, command: Command) -> str | None:
    """The answer to an earlier request with this key, or None. Raises IdempotencyKeyReused."""
    if command.idempotency is None:
        return None
    kept = kept_answer(queue, command.branch, command.idempotency)
    if kept is None:
        return None
    fingerprint, answer = kept
    if fingerprint != command.idempotency.fingerprint:
        raise key_reused()
    return answer


def kept_answer(
    queue: Queue, branch_id: str, idempotency: IdempotencyKey
) -> tuple[str, str] | None:
    """The fingerprint and answer kept under a key, or None.

    Raises StoreUnavailable also if the replicas to wait for do not have what the answer says.
    """
    key = BranchKeys(branch_id).idempotency(idempotency.scope, idempotency.key)
    stored = queue.store.run("recall", (key,), ())
    if not stored:
        return None
    fingerprint, _, answer = stored.partition("\n")
    return fingerprint, answer


def kept_under(command: Command) -> str:
    """The key of the answer to a command; empty if it is not kept."""
    key = command.idempotency
    return BranchKeys(command.branch).idempotency(key.scope, key.key) if key else ""


def answered_once(
    queue: Queue,
    key: str,
    idempotency: IdempotencyKey | None,
    act: Callable[[], Mapping[str, Any]],
    *,
    secret: Collection[str] = (),
) -> tuple[Mapping[str, Any], bool]:
    """The answer of something that is not done twice anyway, and whether it is the first one again.

    ``key`` is where the answer is kept for a day, without its ``secret`` members, which are null in
    a repeated answer. Raises IdempotencyKeyReused, and what ``act`` raises, which is not kept.
    """
    if idempotency is None:
        return act(), False
    stored = queue.store.run("recall", (key,), ())
    if stored:
        fingerprint, _, answer = stored.partition("\n")
        if fingerprint != idempotency.fingerprint:
            raise key_reused()
        return json.loads(answer), True
    document = act()
    kept = json.dumps({**document, **dict.fromkeys(secret)})
    queue.store.run("remember_answer", (key,), (idempotency.fingerprint, kept))
    return document, False


def key_reused() -> IdempotencyKeyReused:
    """The refusal of a key that belongs to another request."""
    return IdempotencyKeyReused("This Idempotency-Key was used for another request; use a new one.")


def refusal(reply: Reply, counter: str = "") -> QueueError:
    """The error behind a script's refusing reply."""
    status = reply[0]
    if status == "reused":
        return key_reused()
    if status == "busy":
        return CounterBusy(
            f"Counter {counter} has a visit already; finish it, park it or send it on first.",
            visit=reply[1],
        )
    if status == "closed":
        return CounterClosed(f"Counter {counter} is closed; open it first.", counter=counter)
    if status == "limited":
        return RateLimited(
            "This screen has issued many tickets in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    if status == "taken":
        return WrongState(
            "The number has been given to somebody else since; issue a new ticket.",
            state="completed",
        )
    return VisitNotFound("There is no such visit; it may be older than what is kept.")


def exhausted() -> StoreUnavailable:
    """Too many others changed the same thing at the same time."""
    return StoreUnavailable("Too much is happening at once; try again.", retry_after=1)
