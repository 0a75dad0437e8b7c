"""Requests to addresses that are not trusted: guarded against what they may lead to.

Only addresses of the public internet are spoken to, over https, unless the operator has named the
host. The name is looked up once, and the checked address is the one connected to. Redirects are not
followed. An answer is read up to a limit, and all of it, from the name's look-up to its last byte,
has to be done within some seconds: a server that sends a byte now and then delays no other.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

_log = logging.getLogger(__name__)

DEADLINE_SECONDS: Final = 10.0
"""For all of one try: looking the name up, connecting, TLS, sending, and the answer."""
CONNECT_SECONDS: Final = 5.0
"""The limit for one of several addresses, within the deadline."""
ANSWER_BYTES: Final = 16 * 1024
"""More of an answer's head is not read."""

_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out. Every other form hides an IPv4 address or is local."""
_NOT_PUBLIC: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's own host, which every machine there can reach
            "192.0.0.0/24",  # for protocols; Oracle's cloud has its metadata there
            "192.88.99.0/24",  # relays to 6to4
            "2001::/23",  # for protocols: Teredo, ORCHID
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",  # for documentation
        ),
    )
)


class NotAllowed(Exception):
    """The address may not be spoken to, however often it is tried."""


class NotConnected(ConnectionError):
    """Nothing was sent: the name is not known, or no connection was made; the cause says more."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a server; ``date`` is its own clock, as its header has it."""

    status: int
    body: bytes
    date: str = ""


def exchange(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    inside: Collection[str],
    seconds: float = DEADLINE_SECONDS,
    body_bytes: int = 0,
) -> Reply:
    """Send a request to an address that is not trusted, and read its answer.

    ``inside``: hosts of the own network that may be spoken to, and without encryption. Of the
    answer's body ``body_bytes`` are read at most, and none of it if that is 0. Raises NotAllowed
    for an address that begins with ``http://``, NotConnected if nothing was sent, ConnectionError
    for an answer that is too long, and other kinds of OSError and HTTPException if there is no
    answer as it should be.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in inside:
        raise NotAllowed("The address has to begin with https://.")
    deadline = _Deadline(seconds)
    with _before_sending():
        addresses = _checked(parts, host in inside, deadline)
        connection = _Connection(parts, addresses, deadline, body_bytes)
        connection.connect()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body, {"Host": parts.netloc, **headers})
        with connection.getresponse() as answer:
            content = answer.read(body_bytes + 1) if body_bytes else b""
            if len(content) > body_bytes:
                raise ConnectionError("the answer is too long")
            return Reply(answer.status, content, answer.getheader("Date", ""))
    finally:
        connection.close()


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet and says so plainly.

    Of IPv6 only what is given out counts. All forms that carry an IPv4 address (mapped,
    compatible, translated, NAT64, 6to4, Teredo) are refused, whichever it is: no name of the
    public internet needs one.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


@contextmanager
def _before_sending() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotConnected(f"{type(error).__name__}: {error}") from error


class _Deadline:
    """The rest of the time for one try."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float = DEADLINE_SECONDS) -> float:
        """Seconds that one step may take. Raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, most)


def _checked(parts: SplitResult, inside: bool, deadline: _Deadline) -> list[tuple[str, int]]:
    """The addresses and port to connect to, each of which may be spoken to."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _looked_up(parts.hostname or "", port, deadline)
    if not inside and not all(is_public(address) for address in found):
        raise ConnectionError("a private address, which is not allowed")
    return [(address, port) for address in found]


def _looked_up(host: str, port: int, deadline: _Deadline) -> list[str]:
    """The address of a name. The system's look-up knows no time-out, so it is left behind."""
    found: list[str] = []

    def look_up() -> None:
        # A name that is not known leaves the list empty.
        with_port = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.extend(dict.fromkeys(str(address[4][0]) for address in with_port))

    _aside(look_up, deadline.left())
    if not found:
        raise ConnectionError("no such name")
    return found


def _aside(work: Callable[[], None], seconds: float) -> None:
    """Do it in a thread that is waited for so long; an OSError there is as nothing found."""

    def run() -> None:
        try:
            work()
        except (OSError, UnicodeError) as error:
            _log.info("a name cannot be looked up: %s", type(error).__name__)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError


class _Connection(http.client.HTTPConnection):
    """Connects to an address that was checked, whatever the name resolves to by then."""

    def __init__(
        self,
        parts: SplitResult,
        addresses: list[tuple[str, int]],
        deadline: _Deadline,
        body_bytes: int,
    ) -> None:
        super().__init__(parts.hostname or "", addresses[0][1])
        self._addresses = addresses
        self._encrypted = parts.scheme == "https"
        self._deadline = deadline
        self._room = ANSWER_BYTES + body_bytes

    def connect(self) -> None:
        """Try each address in turn."""
        line = _first(self._addresses, self._deadline)
        if self._encrypted:
            line.settimeout(self._deadline.left())
            line = _tls().wrap_socket(line, server_hostname=self.host)
        self.sock = _Line(line, self._deadline, self._room)


class _Line:
    """A socket whose every step has what is left of the time, as http.client uses one."""

    def __init__(self, line: socket.socket, deadline: _Deadline, room: int) -> None:
        self._line = line
        self._deadline = deadline
        self._room = room
        self._is_read = False

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            self._line.settimeout(self._deadline.left())
            rest = rest[self._line.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - http.client passes "rb"
        """The file to read from, which closes the socket as well."""
        self._is_read = True
        return io.BufferedReader(_Answer(self._line, self._deadline, self._room), 1024)

    def close(self) -> None:
        """Close it, unless an answer is read from it: http.client closes it before that."""
        if not self._is_read:
            self._line.close()


class _Answer(io.RawIOBase):
    """An answer as it comes in, until the time or the size is used up."""

    def __init__(self, line: socket.socket, deadline: _Deadline, room: int) -> None:
        self._line = line
        self._deadline = deadline
        self._room = room

    def close(self) -> None:
        """Close the socket."""
        self._line.close()
        super().close()

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes. Raises TimeoutError, and ConnectionError when there are too many."""
        self._line.settimeout(self._deadline.left())
        count = self._line.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise ConnectionError("the answer is too long")
        return count


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _first(addresses: list[tuple[str, int]], deadline: _Deadline) -> socket.socket:
    problem = OSError("no address")
    for address in addresses:
        seconds = deadline.left(CONNECT_SECONDS)
        try:
            return socket.create_connection(address, seconds)
        except OSError as error:
            problem = error
    raise problem
