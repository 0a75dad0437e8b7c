"""Reports the service's state to systemd, if that has started it (sd_notify(3))."""

from __future__ import annotations

import socket
from contextlib import suppress


class Systemd:
    """Anyone who started the service, if it wants to know."""

    def __init__(self, address: str) -> None:
        # A name without a file is written with @.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def notify(self, *states: str) -> None:
        """Send states such as ``READY=1``. Does nothing without a supervisor that listens."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto("\n".join(states).encode(), self._address)
