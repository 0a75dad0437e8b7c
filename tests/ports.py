"""Ports for servers of a test's own."""

from __future__ import annotations

import secrets
import socket
from contextlib import closing, suppress


def free_port() -> int:
    """A port without a listener.

    It is below those that Linux gives to outgoing connections: one of these could take it before
    the server starts.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def listens(port: int) -> bool:
    """Whether something answers at this port."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
