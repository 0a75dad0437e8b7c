"""The parts of the running application that views work with."""

from __future__ import annotations

from typing import cast

from flask import Request, current_app, request

from queue_service.command import Queue
from queue_service.runtime.settings import Settings
from queue_service.web.serving.connections import Connections


def current_request() -> Request:
    """The request itself, for many looks at it: one through Flask's proxy costs a function call."""
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]  # of the proxy


def queue() -> Queue:
    """The context of operations."""
    return cast(Queue, current_app.extensions["queue"])


def settings() -> Settings:
    """The settings that the service was started with."""
    return cast(Settings, current_app.extensions["queue_settings"])


def connections() -> Connections:
    """The connections of open streams that this process holds."""
    return cast(Connections, current_app.extensions["queue_connections"])
