"""The job of a mobile branch: its days go home when there is a line."""

from __future__ import annotations

import logging

from queue_service.mobile.client import Home
from queue_service.mobile.operations import sending
from workers.context import queue, settings

_log = logging.getLogger(__name__)


def send() -> None:
    """Make a round with home; nothing where this machine has no home, or its pause still lasts."""
    if not settings().home_url:
        return
    done = sending.send_when_due(queue(), Home(settings().home_url, settings().home_token))
    if done is None:
        return
    if done.problem:
        _log.warning("home: %s", done.problem)
    if done.sent:
        _log.info("%d days went home", len(done.sent))
