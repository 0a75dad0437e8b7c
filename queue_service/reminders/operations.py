"""Operations of reminders: ask for one, find those that are due, and begin a message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from queue_service.alerts.rules.subscriptions import checked_url
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.contract.addresses import dialled, is_in
from queue_service.errors import BranchNotFound, Invalid, WrongState
from queue_service.following.operations import FoundVisit
from queue_service.following.rules import BranchNow, Followed, Places
from queue_service.following.store import FollowingStore
from queue_service.notify.push import PushKeys, PushSubscription, is_public_key
from queue_service.reminders.rules import (
    LONGEST_ENDPOINT,
    MessageChannel,
    MessageOutcome,
    MessageReason,
    Reminder,
    due,
)
from queue_service.reminders.store import ReminderStore
from queue_service.visits.rules.transitions import UNDO_WITHIN_MS
from queue_service.visits.store.visit_store import VisitStore


class DueMessage(NamedTuple):
    """A message that is due: to which visit of which branch, and why."""

    branch: str
    visit: str
    reason: MessageReason


class ReminderMessage(NamedTuple):
    """A message that has been begun, with all that its text is made of."""

    visit: str
    reminder: Reminder
    reason: MessageReason
    branch: Branch
    followed: Followed
    language: str


def remind_by_text(
    queue: Queue, found: FoundVisit, number: str, place: int, countries: Collection[str]
) -> None:
    """Send text messages to a telephone number: from so many people ahead on, and at the call.

    ``countries`` has the codes of the countries to which messages go. Asking again replaces number
    and place. Raises Invalid, and WrongState for a visit that does not wait.
    """
    to = dialled(number)
    if to is None:
        raise Invalid.at(
            "number",
            "It must be eight digits, or begin with + and a country code.",
            "Write the telephone number with eight digits, or with its country code first.",
        )
    if not is_in(to, countries):
        codes = ", ".join(f"+{code}" for code in countries)
        raise Invalid.at(
            "number",
            f"It must be a number of {codes}.",
            f"Give a telephone number that begins with {codes}; no messages go elsewhere.",
        )
    _keep(queue, found, Reminder("text", to, place))


def remind_by_push(
    queue: Queue, found: FoundVisit, subscription: PushSubscription, place: int
) -> None:
    """Send push messages to a browser: from so many people ahead on, and at the call.

    Asking again replaces browser and place. Raises Invalid, and WrongState for a visit that does
    not wait.
    """
    checked_url(subscription.endpoint, (), "endpoint", LONGEST_ENDPOINT)
    if not is_public_key(subscription.p256dh):
        raise Invalid.at(
            "p256dh",
            "It must be a public key of P-256.",
            "Send the keys of the subscription as the browser gives them.",
        )
    _keep(queue, found, Reminder("push", subscription.stored(), place))


def push_keys(queue: Queue, make: Callable[[], PushKeys]) -> PushKeys:
    """The key pair by which push services know this service, which ``make`` makes once."""
    store = queue.get(ReminderStore)
    return store.push_keys() or store.make_push_keys(make)


def public_push_key(queue: Queue) -> str | None:
    """The public key with which browsers subscribe; None until a worker has made it."""
    keys = queue.get(ReminderStore).push_keys()
    return keys.public if keys else None


def forget_browser(queue: Queue, message: ReminderMessage) -> None:
    """Forget the subscription of a message, which has ended; a later one stays."""
    queue.get(ReminderStore).take_back(message.branch.id, message.visit, message.reminder.to)


def stop(queue: Queue, found: FoundVisit) -> None:
    """Send nothing more; nothing happens where nothing was asked for."""
    queue.get(ReminderStore).take_back(found.branch, found.visit)


def wanted(queue: Queue, found: FoundVisit) -> Reminder | None:
    """The reminder of a visit from which something is still to be sent."""
    reminder = queue.get(ReminderStore).get(found.branch, found.visit)
    return reminder if reminder is not None and reminder.to else None


def due_messages(queue: Queue, at: int | None = None) -> Iterator[DueMessage]:
    """All messages that are due now, of every branch. ``at`` is in ms, by default the store's time.

    Reminders of visits that have ended are forgotten once the end cannot be undone.
    """
    store = queue.get(ReminderStore)
    for branch_id in store.branches(queue.get(BranchStore).ids()):
        try:
            places = _places(queue, branch_id, at)
        except BranchNotFound:
            continue
        reminders = store.all(branch_id)
        visits = places.now.visits
        gone = reminders.keys() - visits.keys()
        store.forget(branch_id, gone - _may_come_back(queue, places.now, gone))
        for visit_id, reminder in reminders.items():
            visit = visits.get(visit_id)
            reason = due(reminder, places.followed(visit)) if visit else None
            if reason is not None:
                yield DueMessage(branch_id, visit_id, reason)


def begin(queue: Queue, message: DueMessage, at: int | None = None) -> ReminderMessage | None:
    """Begin a message, once; None if it is not due any more.

    ``at`` is in ms, by default the store's time. Raises BranchNotFound.
    """
    places = _places(queue, message.branch, at)
    visit = places.now.visits.get(message.visit)
    wish = wanted(queue, FoundVisit(message.branch, message.visit))
    # It may have waited in the queue of jobs while the citizen asked for a later time.
    if not visit or not wish or due(wish, places.followed(visit)) != message.reason:
        return None
    reminder = queue.get(ReminderStore).begin(message.branch, message.visit, message.reason)
    if reminder is None:
        return None
    branch = places.now.branch
    language = visit.language or branch.languages[0]
    return ReminderMessage(
        visit.id, reminder, message.reason, branch, places.followed(visit), language
    )


def count(queue: Queue, branch_id: str, channel: MessageChannel, outcome: MessageOutcome) -> None:
    """Count a message that was sent or failed."""
    queue.get(ReminderStore).count(branch_id, channel, outcome)


def _may_come_back(queue: Queue, now: BranchNow, gone: Collection[str]) -> set[str]:
    """The ids of visits that ended so recently that the end may be undone."""
    ended = queue.get(VisitStore).many(now.branch.id, gone)
    return {one.id for one in ended if now.now - (one.ended_at or 0) <= UNDO_WITHIN_MS}


def _keep(queue: Queue, found: FoundVisit, reminder: Reminder) -> None:
    if not queue.get(ReminderStore).keep(found.branch, found.visit, reminder):
        raise WrongState("This number does not wait any more, so no message is sent.")


def _places(queue: Queue, branch_id: str, at: int | None) -> Places:
    """The places of all that wait, read now."""
    branch = queue.get(BranchStore).get(branch_id, at)
    found = queue.get(FollowingStore).changes(branch, "", at)
    return Places(
        BranchNow(
            branch.at(found.now),
            found.now,
            {visit.id: visit for visit in found.visits},
            found.opened,
            frozenset(found.busy),
            found.closed_at,
        )
    )
