"""The connection to a slip printer on the network: exactly its address, and short times."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Final, Self

from queue_service.printers.rules.printer import NetworkPrinter

CONNECT_SECONDS: Final = 2.0


class NetworkConnection:
    """An open connection. Raises OSError if nothing takes it."""

    def __init__(self, printer: NetworkPrinter) -> None:
        self._socket = socket.create_connection((printer.host, printer.port), CONNECT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def ask(self, question: bytes, seconds: float) -> None:
        """Send a question. Raises TimeoutError, and OSError if the connection is lost."""
        self.send(question, seconds)

    def send(self, data: bytes, seconds: float) -> None:
        """Send data. Raises TimeoutError, and OSError if the connection is lost."""
        self._socket.settimeout(seconds)
        self._socket.sendall(data)

    def receive(self, seconds: float) -> bytes:
        """The next bytes from the printer, none at the end of the connection.

        Raises TimeoutError, and OSError if the connection is lost.
        """
        if seconds <= 0:  # which a socket takes for not waiting at all, and raises another error
            raise TimeoutError
        self._socket.settimeout(seconds)
        return self._socket.recv(64)
