"""Operations on subscriptions: the recipients of a branch's alerts, and their channels."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from queue_service.access.rules.caller import Caller
from queue_service.access.rules.credentials import Account, TokenRecord
from queue_service.access.store import AccessStore
from queue_service.alerts.rules.subscriptions import (
    MOST,
    USUAL_WAIT_MINUTES,
    Subscription,
    checked_channel,
    checked_kinds,
    checked_minutes,
    checked_target,
)
from queue_service.alerts.store import AlertStore
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.errors import Invalid, NotFound
from queue_service.language.languages import DEFAULT
from queue_service.notify.webhook import new_secret

_ALLOWED = ("supervisor", "admin")


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """The form of a subscription, as filled in."""

    kinds: tuple[str, ...]
    channel: str
    minutes: str = str(USUAL_WAIT_MINUTES)
    target: str = ""
    all_clear: bool = False
    language: str = DEFAULT


def subscribe(
    queue: Queue,
    branch_id: str,
    caller: Caller,
    request: SubscriptionRequest,
    *,
    inside: Collection[str] = (),
) -> Subscription:
    """Make a subscription of the caller's own; the answer alone has a webhook's secret.

    ``inside``: hosts of the own network that a webhook may reach. Raises Invalid.
    """
    branch = queue.get(BranchStore).get(branch_id)
    if branch.historic:
        raise Invalid("This branch holds replayed days: no events happen there.")
    store = queue.get(AlertStore)
    channel = checked_channel(request.channel)
    subscription = Subscription(
        id=f"sub_{secrets.token_hex(8)}",
        owner=caller.id,
        kinds=checked_kinds(request.kinds),
        wait_minutes=checked_minutes(request.minutes)
        if "wait" in request.kinds
        else USUAL_WAIT_MINUTES,
        channel=channel,
        target=checked_target(channel, request.target, inside),
        language=request.language,
        created_at=queue.store.time(),
        all_clear=request.all_clear and channel == "mail",
        secret=new_secret() if channel == "webhook" else "",
    )
    if len(_own(store.subscriptions(branch_id), caller)) >= MOST:
        raise Invalid.at("channel", "You have 20 subscriptions here: remove one first.")
    store.add_subscription(branch_id, subscription)
    return subscription


def own_subscriptions(queue: Queue, branch_id: str, caller: Caller) -> list[Subscription]:
    """The caller's own in a branch, the oldest first."""
    return _own(queue.get(AlertStore).subscriptions(branch_id), caller)


def is_watched(queue: Queue, branch_id: str) -> bool:
    """Whether a branch has any subscription; without that nothing is looked for."""
    return bool(queue.get(AlertStore).subscriptions(branch_id))


def others_subscriptions(queue: Queue, branch_id: str, caller: Caller) -> list[Subscription]:
    """The subscriptions of other people, for an administrator; empty for any other caller."""
    if caller.role != "admin":
        return []
    all_ = queue.get(AlertStore).subscriptions(branch_id)
    return [s for s in all_ if s.owner != caller.id]


def managed(queue: Queue, branch_id: str, subscription_id: str, caller: Caller) -> Subscription:
    """A subscription that the caller may change: the own, an administrator's any.

    Raises NotFound.
    """
    found = queue.get(AlertStore).subscription(branch_id, subscription_id)
    if found is None or (found.owner != caller.id and caller.role != "admin"):
        raise NotFound("There is no such subscription any more: look at the list again.")
    return found


def unsubscribe(queue: Queue, branch_id: str, subscription_id: str, caller: Caller) -> None:
    """Forget a subscription with its address, and what was on its way. Raises NotFound."""
    found = managed(queue, branch_id, subscription_id, caller)
    queue.get(AlertStore).remove_subscription(branch_id, found.id)


def forget_departed(queue: Queue) -> int:
    """Remove the subscriptions of users who may no longer see the branch; returns their number."""
    store = queue.get(AlertStore)
    by_branch = {branch: store.subscriptions(branch) for branch in queue.get(BranchStore).ids()}
    if not any(by_branch.values()):
        return 0
    allowed = staff(queue.get(AccessStore))
    gone = [(b, s) for b, theirs in by_branch.items() for s in theirs if not _may(allowed, s, b)]
    for branch, subscription in gone:
        store.remove_subscription(branch, subscription.id)
    return len(gone)


def _own(subscriptions: Iterable[Subscription], caller: Caller) -> list[Subscription]:
    return [s for s in subscriptions if s.owner == caller.id]


def staff(access: AccessStore) -> dict[str, frozenset[str | None]]:
    """The accounts and tokens that may receive figures: the branches of each by its id; None is
    among them for all branches."""
    holders: list[Account | TokenRecord] = [*access.accounts(), *access.tokens()]
    return {
        holder.id: frozenset(each.branch for each in holder.grants if each.role in _ALLOWED)
        for holder in holders
    }


def _may(
    allowed: Mapping[str, frozenset[str | None]], subscription: Subscription, branch: str
) -> bool:
    return not allowed.get(subscription.owner, frozenset()).isdisjoint((None, branch))
