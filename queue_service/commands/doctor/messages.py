"""Checks of messages to citizens: which of them are offered, and why others are not."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from queue_service.command import Queue
from queue_service.commands.doctor.finding import DoctorFinding, service_store
from queue_service.notify.push_contact import no_push_because, push_contact
from queue_service.reminders.operations import public_push_key
from queue_service.runtime.settings import Settings
from queue_service.store.redis_store import RedisStore


def check_messages(settings: Settings) -> Iterator[DoctorFinding]:
    """Text messages and push messages to the phones that follow a number."""
    gateway = urlsplit(settings.sms_url).hostname
    yield DoctorFinding(
        True,
        f"Text messages go through {gateway}."
        if gateway
        else "No text messages are offered; QUEUE_SMS_URL would name a gateway.",
    )
    if why := no_push_because(settings):
        yield DoctorFinding(True, f"No push messages are offered: {why}")
        return
    with service_store(settings) as client:
        key = public_push_key(Queue(RedisStore(client)))
    yield DoctorFinding(
        key is not None,
        f"Push messages are offered; push services can write to {push_contact(settings)}."
        if key
        else "No worker has made the key for push messages yet: start one.",
    )
