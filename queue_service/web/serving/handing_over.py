"""Handing a request's connection over, so that its stream outlives the request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import request

from queue_service.web.context import connections
from queue_service.web.serving.connections import SOCKET_KEY, Talk

HandOver = Callable[[Talk], Callable[[], None]]
"""Takes a stream's connection over and returns a function to call when there is news."""


def hand_over() -> HandOver | None:
    """The function that takes over this request's connection; None if the server keeps it."""
    connection = request.environ.get(SOCKET_KEY)
    chunked = request.environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    return connection and partial(connections().take, connection, chunked=chunked)
