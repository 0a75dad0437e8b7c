"""Jobs of messages to citizens who are not in the hall.

A message is tried once. Its job has the ids of branch and visit; the address is read when it is
sent, so that it is in no other place.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from queue_service.errors import BranchNotFound
from queue_service.notify.push import PushSubscription
from queue_service.notify.push_contact import no_push_because, push_contact
from queue_service.notify.text_gateway import make_text_gateway
from queue_service.notify.web_push import PushGone, new_push_keys, send_push
from queue_service.notify.webhook import HookRefused, HookUnavailable
from queue_service.reminders import operations
from queue_service.reminders.operations import DueMessage, ReminderMessage
from queue_service.reminders.rules import (
    MessageChannel,
    MessageOutcome,
    MessageReason,
    ttl_seconds,
)
from queue_service.reminders.text import push_content, text
from workers.context import jobs, queue, settings
from workers.queues import deliveries_queue, enqueue_once, path_of

_log: Final = logging.getLogger(__name__)

_LATEST_SECONDS: Final = 120
"""After so long in the queue of jobs a message is dropped; the next check enqueues it again."""
_TRY_SECONDS: Final = 30


def check() -> None:
    """Have each message that is due sent, before other deliveries.

    Browsers subscribe with a key that is made here: web processes load no ciphers.
    """
    if not no_push_because(settings()):
        operations.push_keys(queue(), new_push_keys)
    for message in operations.due_messages(queue()):
        _enqueue(message)


def send(branch_id: str, visit_id: str, reason: MessageReason) -> None:
    """Send one message, once; a message that cannot be sent is counted."""
    try:
        message = operations.begin(queue(), DueMessage(branch_id, visit_id, reason))
    except BranchNotFound:
        return
    if message is not None:
        channel = message.reminder.channel
        operations.count(queue(), branch_id, channel, _outcome(message, _SENDERS[channel]))


def _outcome(message: ReminderMessage, sender: Callable[[ReminderMessage], None]) -> MessageOutcome:
    try:
        sender(message)
    except (HookRefused, HookUnavailable) as error:
        _log.warning("a message to a citizen is not sent: %s", error)
        return "failed"
    return "sent"


def _send_text(message: ReminderMessage) -> None:
    gateway = make_text_gateway(settings())
    if gateway is None:
        raise HookRefused("No gateway is set up (QUEUE_SMS_URL).")
    gateway.send(message.reminder.to, text(message))


def _send_push(message: ReminderMessage) -> None:
    if why := no_push_because(settings()):
        raise HookRefused(f"No push message is sent: {why}")
    try:
        send_push(
            PushSubscription.read(message.reminder.to),
            push_content(message),
            ttl_seconds=ttl_seconds(message.reason, message.branch.no_show_after_seconds),
            keys=operations.push_keys(queue(), new_push_keys),
            contact=push_contact(settings()),
            now=queue().store.time(),
            inside=settings().push_hosts,
        )
    except PushGone:
        operations.forget_browser(queue(), message)
        raise


_SENDERS: Final[dict[MessageChannel, Callable[[ReminderMessage], None]]] = {
    "text": _send_text,
    "push": _send_push,
}


def _enqueue(message: DueMessage) -> None:
    enqueue_once(
        deliveries_queue(jobs().connection),
        path_of(send),
        f"remind-{message.branch}-{message.visit}-{message.reason}",
        message,
        at_front=True,
        wait_seconds=_LATEST_SECONDS,
        run_seconds=_TRY_SECONDS,
        failure_seconds=_LATEST_SECONDS,
    )
