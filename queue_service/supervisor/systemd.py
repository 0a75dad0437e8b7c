"""Tells systemd how the service does, where it was started by it (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


class Systemd:
    """Whoever started the service, if it wants to know."""

    def __init__(self) -> None:
        # Taken out, or the web server would say that all of it is ready.
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):  # a name without a file
            self._address = f"\0{self._address[1:]}"

    def tell(self, *states: str) -> None:
        """Send states such as ``READY=1``. Nothing happens where nobody listens."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto("\n".join(states).encode(), self._address)
