"""Managing endpoints: adding, changing and removing them, their secrets, and what to send again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

from queue_service.access.audit_entries import entry_by
from queue_service.access.rules.caller import Caller, IdempotencyKey
from queue_service.access.rules.credentials import must_manage
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue, key_reused, retry
from queue_service.contract.actions import Action
from queue_service.errors import Forbidden, Invalid, NotFound, RateLimited, WrongState
from queue_service.notify.webhook import new_secret
from queue_service.store.audit_log import AuditEntry
from queue_service.store.redis_store import Reply
from queue_service.webhooks.rules.cursors import FROM_THE_BEGINNING, Cursor, instant_of, newer
from queue_service.webhooks.rules.endpoints import MOST, MOST_OF_A_BRANCH, Endpoint
from queue_service.webhooks.rules.messages import EVENTS, LoggedEvent
from queue_service.webhooks.rules.retries import LONG_MS
from queue_service.webhooks.store import StoredEndpoint, WebhookStore

_SCANNED = 500
"""How far a branch's log is searched for the first event that an endpoint waits for."""


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """An endpoint as somebody wants it, already checked."""

    name: str
    url: str
    events: tuple[str, ...]
    branch: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """An endpoint after a change; ``replayed`` if that had been asked for before."""

    endpoint: Endpoint
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class EndpointState:
    """How an endpoint does: ``oldest`` is when the first event came that it has not got (ms)."""

    endpoint: Endpoint
    state: StoredEndpoint
    oldest: int | None
    now: int

    @property
    def late(self) -> bool:
        """Whether administrators have to know: events wait for long, or it wants no more."""
        waiting = self.oldest is not None and self.now - self.oldest > LONG_MS
        return self.endpoint.active and (self.state.health.stopped or waiting)


def all_endpoints(queue: Queue, caller: Caller) -> list[Endpoint]:
    """The endpoints that the caller manages, the oldest first."""
    found = queue.get(WebhookStore).endpoints()
    return [e for e in found if caller.covers(e.branch)]


def managed(queue: Queue, caller: Caller, endpoint_id: str) -> Endpoint:
    """An endpoint that the caller manages. Raises NotFound and Forbidden."""
    found = queue.get(WebhookStore).endpoint(endpoint_id)
    if found is None:
        raise NotFound("There is no such webhook any more: look at the list again.")
    must_manage(caller, found.branch)
    return found


@retry
def add(
    queue: Queue, caller: Caller, wanted: EndpointRequest, key: IdempotencyKey | None
) -> Changed | None:
    """Add an endpoint, which receives everything from now on.

    Raises Forbidden, BranchNotFound and Invalid.
    """
    _check_branch(queue, caller, wanted.branch)
    endpoint = Endpoint(
        id=f"hook_{secrets.token_hex(8)}",
        secret=new_secret(),
        created_at=queue.store.time(),
        **asdict(wanted),
    )
    cursors = _from_now(queue, endpoint)
    reply = queue.get(WebhookStore).put(
        None,
        endpoint,
        key,
        cursors=cursors,
        most=_room(queue, caller),
        entry=_entry(caller, "webhook.added", endpoint),
    )
    return _changed(queue, caller, reply, endpoint)


def _room(queue: Queue, caller: Caller) -> int:
    """Of how many endpoints in all the caller may add one more: none if a branch's administrator
    has as many as one branch may have."""
    if caller.covers(None) or len(all_endpoints(queue, caller)) < MOST_OF_A_BRANCH:
        return MOST
    return 0


@retry
def change(
    queue: Queue,
    caller: Caller,
    endpoint_id: str,
    wanted: EndpointRequest,
) -> Endpoint | None:
    """Replace what an endpoint is; its secret stays.

    An endpoint that is made active again, and branches that are new to it, begin from now. Raises
    NotFound, Forbidden, BranchNotFound and Invalid.
    """
    _check_branch(queue, caller, wanted.branch)
    before = managed(queue, caller, endpoint_id)
    after = replace(before, **asdict(wanted))
    known = queue.get(WebhookStore).state(endpoint_id).cursors
    begins = _from_now(queue, after)
    if before.active:
        begins = {b: cursor for b, cursor in begins.items() if b not in known}
    followed = {branch.id for branch in branches_of(queue, after)}
    reply = queue.get(WebhookStore).put(
        before,
        after,
        None,
        cursors=begins,
        leaves=known.keys() - followed,
        revive=True,
        entry=_entry(caller, "webhook.changed", after),
    )
    return None if reply[0] == "changed" else after


@retry
def rotate(
    queue: Queue, caller: Caller, endpoint_id: str, key: IdempotencyKey | None
) -> Changed | None:
    """Give an endpoint a new secret; messages carry both signatures for a day.

    Raises NotFound and Forbidden.
    """
    before = managed(queue, caller, endpoint_id)
    after = before.rotated(new_secret(), queue.store.time())
    entry = _entry(caller, "webhook.secret_replaced", after)
    reply = queue.get(WebhookStore).put(before, after, key, entry=entry)
    return _changed(queue, caller, reply, after)


def remove(queue: Queue, caller: Caller, endpoint_id: str) -> None:
    """Forget an endpoint with its address, its secret and what was sent.

    Raises NotFound and Forbidden.
    """
    found = managed(queue, caller, endpoint_id)
    queue.get(WebhookStore).remove(endpoint_id, _entry(caller, "webhook.removed", found))


def _entry(caller: Caller, action: Action, endpoint: Endpoint) -> AuditEntry:
    """The entry of the audit log, with the host and not the whole address, which may hold a
    key."""
    return entry_by(
        caller,
        action,
        branch=endpoint.branch,
        target=endpoint.id,
        details={
            "name": endpoint.name,
            "host": urlsplit(endpoint.url).hostname or "",
            "active": "yes" if endpoint.active else "no",
        },
    )


def send_test(
    queue: Queue, caller: Caller, endpoint_id: str, key: IdempotencyKey | None
) -> Changed:
    """Have a worker send a test. A test that arrives ends the pause of an endpoint that failed.

    Raises NotFound, Forbidden and RateLimited.
    """
    return _ask(queue, caller, endpoint_id, "", key)


def send_again(
    queue: Queue, caller: Caller, endpoint_id: str, delivery_id: str, key: IdempotencyKey | None
) -> Changed:
    """Have a worker send a past message once more, with the same id, out of its order.

    Raises NotFound, Forbidden, WrongState if its events are no longer kept, and RateLimited.
    """
    managed(queue, caller, endpoint_id)
    found = next(
        (d for d in queue.get(WebhookStore).deliveries(endpoint_id) if d.id == delivery_id), None
    )
    if found is None or found.kind != EVENTS:
        raise NotFound("There is no such message of events among the last ones.")
    if queue.get(WebhookStore).log(found.branch, found.after, found.until, 1).lost > found.passed:
        raise WrongState("The events of this message are no longer kept.", state="missed")
    return _ask(queue, caller, endpoint_id, json.dumps(asdict(found)), key)


def standings(queue: Queue, endpoints: Iterable[Endpoint]) -> list[EndpointState]:
    """How these do now."""
    known = list(endpoints)
    if not known:
        return []
    now, states = queue.store.time(), queue.get(WebhookStore).states(known)
    newest = queue.get(WebhookStore).newest(branch.id for branch in _counted(queue, known))
    return [
        EndpointState(e, state, _oldest(queue, e, state, newest) if e.active else None, now)
        for e, state in zip(known, states, strict=True)
    ]


def branches_of(queue: Queue, endpoint: Endpoint) -> list[Branch]:
    """The branches of an endpoint: one, or all that count."""
    known = queue.get(BranchStore).all()
    if endpoint.branch is not None:
        return [branch for branch in known if branch.id == endpoint.branch]
    return [branch for branch in known if branch.counted]


def _counted(queue: Queue, endpoints: list[Endpoint]) -> list[Branch]:
    named = {e.branch for e in endpoints}
    return [b for b in queue.get(BranchStore).all() if b.counted or b.id in named]


def _oldest(
    queue: Queue, endpoint: Endpoint, state: StoredEndpoint, newest: dict[str, str]
) -> int | None:
    waiting = []
    for branch in branches_of(queue, endpoint):
        position = state.cursors.get(branch.id, FROM_THE_BEGINNING).position
        if newer(newest.get(branch.id, "0-0"), position):
            found = queue.get(WebhookStore).log(branch.id, position, "", _SCANNED).entries
            waiting += _first_wanted(endpoint, found)
    return min(waiting, default=None)


def _first_wanted(endpoint: Endpoint, entries: list[LoggedEvent]) -> list[int]:
    wanted = [entry for entry in entries if endpoint.wants(entry.event)]
    if not wanted and len(entries) == _SCANNED:
        wanted = entries
    return [instant_of(entry.id) for entry in wanted[:1]]


def _check_branch(queue: Queue, caller: Caller, branch: str | None) -> None:
    if not caller.covers(branch):
        raise Forbidden("You manage one branch only: ask an administrator of all branches.")
    if branch is not None and queue.get(BranchStore).get(branch).historic:
        raise Invalid.at("branch", "This branch holds replayed days: nothing happens there.")


def _from_now(queue: Queue, endpoint: Endpoint) -> dict[str, Cursor]:
    return {
        branch.id: queue.get(WebhookStore).end(branch.id) for branch in branches_of(queue, endpoint)
    }


@retry
def _ask(
    queue: Queue, caller: Caller, endpoint_id: str, request: str, key: IdempotencyKey | None
) -> Changed | None:
    endpoint = managed(queue, caller, endpoint_id)
    asked = secrets.token_hex(8), request
    reply = queue.get(WebhookStore).put(endpoint, endpoint, key, request=asked)
    return _changed(queue, caller, reply, endpoint)


def _changed(queue: Queue, caller: Caller, reply: Reply, endpoint: Endpoint) -> Changed | None:
    match reply[0]:
        case "done":
            return Changed(endpoint)
        case "replayed":
            return Changed(managed(queue, caller, str(reply[1])), replayed=True)
        case "reused":
            raise key_reused()
        case "full":
            if not _room(queue, caller):
                raise Invalid("Your branch has 5 webhooks: remove one first.")
            raise Invalid("There are 20 webhooks: remove one first.")
        case "busy":
            raise RateLimited(
                "Several messages wait to be sent: try again in a minute.", retry_after=60
            )
    return None
