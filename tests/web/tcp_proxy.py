"""A TCP proxy between a screen and the server, whose connection a test can cut."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from urllib.parse import urlsplit

_BYTES = 1 << 16


@dataclass
class TcpProxy:
    """Carries connections to a server; while it is cut it carries none, old or new."""

    server: tuple[str, int]
    listener: socket.socket
    in_requests: dict[bytes, bytes] = field(default_factory=dict)
    in_answers: dict[bytes, bytes] = field(default_factory=dict)
    """Texts that are exchanged on the way for others of the same length."""
    _cut: bool = False
    _open: set[socket.socket] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """The address at this end."""
        host, port = self.listener.getsockname()
        return f"http://{host}:{port}"

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Cut all connections, and accept none until the block ends."""
        with self._lock:
            self._cut = True
            for end in tuple(self._open):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        yield
        with self._lock:
            self._cut = False

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                screen, _ = self.listener.accept()
                Thread(target=self._carry, args=(screen,), daemon=True).start()

    def _carry(self, screen: socket.socket) -> None:
        with ExitStack() as ends, suppress(OSError):
            ends.enter_context(screen)
            server = ends.enter_context(socket.create_connection(self.server))
            with self._lock:
                if self._cut:
                    return
                self._open |= {screen, server}
            ends.callback(self._open.difference_update, {screen, server})
            answers = Thread(target=_pour, args=(server, screen, self.in_answers), daemon=True)
            answers.start()
            _pour(screen, server, self.in_requests)
            answers.join()


def _pour(source: socket.socket, sink: socket.socket, exchanged: dict[bytes, bytes]) -> None:
    held = b""
    with suppress(OSError):
        while data := source.recv(_BYTES):
            data, held = _exchange(held + data, exchanged)
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _exchange(data: bytes, exchanged: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """The part that may be sent on, and an end that may begin something to be exchanged."""
    for one, other in exchanged.items():
        data = data.replace(one, other)
    begun = (
        length
        for one in exchanged
        for length in range(min(len(one) - 1, len(data)), 0, -1)
        if data.endswith(one[:length])
    )
    sent = len(data) - max(begun, default=0)
    return data[:sent], data[sent:]


@contextmanager
def proxy_to(url: str) -> Iterator[TcpProxy]:
    """A proxy to the server at this address."""
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = TcpProxy((address.hostname, address.port), listener)
        thread = Thread(target=proxy.serve, daemon=True)
        thread.start()
        yield proxy
        with proxy.cut():
            # Closing alone would not wake the thread that waits for a connection.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
