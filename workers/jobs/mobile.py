"""The job of a mobile branch: its days are sent to the central server when it is connected."""

from __future__ import annotations

import logging

from queue_service.mobile.client import CentralServer
from queue_service.mobile.operations import sending
from workers.context import queue, settings

_log = logging.getLogger(__name__)


def send() -> None:
    """Synchronise with the central server; does nothing if none is set, or during a pause."""
    if not settings().home_url:
        return
    done = sending.send_when_due(queue(), CentralServer(settings().home_url, settings().home_token))
    if done is None:
        return
    if done.problem:
        _log.warning("home: %s", done.problem)
    if done.sent:
        _log.info("%d days were sent", len(done.sent))
