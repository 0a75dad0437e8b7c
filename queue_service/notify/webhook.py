"""Webhooks: one signed POST to one address, as the Standard Webhooks have it.

Each carries ``webhook-id``, the same over all tries; ``webhook-timestamp``, the seconds since 1970
of this try; and ``webhook-signature``: ``v1,`` and the Base64 of the HMAC-SHA256, keyed with the
decoded part of the secret after ``whsec_``, of ``id.timestamp.body``.

A person chooses the address, so it is not trusted: only addresses of the public internet are spoken
to, over https, unless the operator has named the host in QUEUE_WEBHOOK_HOSTS. The name is looked up
once, and the checked address is the one connected to. Redirects are not followed. Of the answer at
most 16 KiB are read, and all of it, from the name's look-up to the last header, has to be done
within ten seconds: a server that sends a byte now and then delays no other.

One sentence says why nothing arrived, whatever the network said: a private address, a closed port
and a wrong certificate look the same, so that it cannot be used to explore a network. The log
knows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import io
import ipaddress
import logging
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
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
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what every secret begins with
_GONE: Final = 410

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


class HookUnavailable(Exception):
    """It did not arrive; another try may. ``timed_out``: it took all the time there is."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class HookRefused(Exception):
    """It must not be sent there, or is not wanted there any more."""


@dataclass(frozen=True, slots=True)
class Hook:
    """The URL of a webhook and its secret; ``inside``: hosts of the own network.

    ``older``: a secret that was replaced, with which it is signed as well.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)
    inside: Collection[str] = ()
    older: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The name or address it goes to."""
        return urlsplit(self.url).hostname or ""


def send(
    hook: Hook, message_id: str, body: bytes, now: int, seconds: float = DEADLINE_SECONDS
) -> None:
    """Post a JSON body, within so many seconds; ``now`` is in ms.

    Raises HookUnavailable and HookRefused.
    """
    host = hook.host
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "queue-service",
        "webhook-id": message_id,
        "webhook-timestamp": str(now // 1000),
        "webhook-signature": " ".join(
            signature(secret, message_id, now // 1000, body)
            for secret in (hook.secret, hook.older)
            if secret
        ),
    }
    status = post(hook.url, headers, body, hook.inside, seconds)
    if status == _GONE:
        raise HookRefused(f"{host} wants no more messages (410).")
    if status // 100 != 2:
        raise HookUnavailable(f"{host} answered {status}.")


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    inside: Collection[str],
    seconds: float = DEADLINE_SECONDS,
    setting: str = "QUEUE_WEBHOOK_HOSTS",
) -> int:
    """Post a body to an address that is not trusted; the status of the answer.

    ``inside``: hosts of the own network that may be spoken to, which ``setting`` names. Raises
    HookUnavailable, and HookRefused for an address that begins with ``http://``.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in inside:
        raise HookRefused("The address has to begin with https://.")
    deadline = _Deadline(seconds)
    with _in_one_sentence(host, setting):
        addresses = _checked(parts, host in inside, deadline)
        return _post(parts, addresses, headers, body, deadline)


def new_secret() -> str:
    """256 random bits, as the Standard Webhooks write them."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message; ``timestamp`` is in seconds."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


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
        self, parts: SplitResult, addresses: list[tuple[str, int]], deadline: _Deadline
    ) -> None:
        super().__init__(parts.hostname or "", addresses[0][1])
        self._addresses = addresses
        self._encrypted = parts.scheme == "https"
        self._deadline = deadline

    def connect(self) -> None:
        """Try each address in turn."""
        line = _first(self._addresses, self._deadline)
        if self._encrypted:
            line.settimeout(self._deadline.left())
            line = _tls().wrap_socket(line, server_hostname=self.host)
        self.sock = _Line(line, self._deadline)


class _Line:
    """A socket whose every step has what is left of the time, as http.client uses one."""

    def __init__(self, line: socket.socket, deadline: _Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            self._line.settimeout(self._deadline.left())
            rest = rest[self._line.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - http.client passes "rb"
        """The file to read from."""
        return io.BufferedReader(_Answer(self._line, self._deadline), 1024)

    def close(self) -> None:
        """Close it."""
        self._line.close()


class _Answer(io.RawIOBase):
    """An answer as it comes in, until the time or the size is used up."""

    def __init__(self, line: socket.socket, deadline: _Deadline) -> None:
        self._line = line
        self._deadline = deadline
        self._room = ANSWER_BYTES

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


def _post(
    parts: SplitResult,
    addresses: list[tuple[str, int]],
    headers: Mapping[str, str],
    body: bytes,
    deadline: _Deadline,
) -> int:
    connection = _Connection(parts, addresses, deadline)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = {"Host": parts.netloc, **headers}
    try:
        connection.request("POST", target, body, named)
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def _in_one_sentence(host: str, setting: str) -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        _log.warning("no webhook to %s: %s: %s", host, type(error).__name__, error)
        raise HookUnavailable(
            f"{host} did not answer as it should within ten seconds. It needs a public address"
            f" and a valid certificate; {setting} names hosts of your own network.",
            timed_out=isinstance(error, TimeoutError),
        ) from None
