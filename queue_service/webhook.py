"""Webhooks: one signed POST to one address, as the Standard Webhooks have it.

Each carries ``webhook-id``, the same over all tries; ``webhook-timestamp``, the seconds since 1970
of this try; and ``webhook-signature``: ``v1,`` and the Base64 of the HMAC-SHA256, keyed with the
decoded part of the secret after ``whsec_``, of ``id.timestamp.body``.

A person chooses the address, so it is not trusted: only addresses of the public internet are
spoken to, over https, unless the operator has named the host in QUEUE_WEBHOOK_HOSTS. The name is
looked up once, and what was checked is what is connected to. Redirects are not followed, and of
the answer the status alone is read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 10.0
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 (what every secret begins with)
_GONE: Final = 410
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class HookUnavailable(Exception):
    """It did not arrive; another try may."""


class HookRefused(Exception):
    """It must not be sent there, or is not wanted there any more."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where to send and what to sign with; ``inside``: hosts of the own network."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    inside: Collection[str] = ()


def send(hook: Hook, message_id: str, body: bytes, now: int) -> None:
    """Post a JSON body; ``now`` is in ms. Raises HookUnavailable and HookRefused."""
    parts = urlsplit(hook.url)
    host = parts.hostname or ""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "queue-service",
        "webhook-id": message_id,
        "webhook-timestamp": str(now // 1000),
        "webhook-signature": signature(hook.secret, message_id, now // 1000, body),
    }
    if parts.scheme != "https" and host not in hook.inside:
        raise HookRefused("The address has to begin with https://.")
    with _in_one_sentence(host):
        status = _post(parts, _checked(parts, host in hook.inside), headers, body)
    if status == _GONE:
        raise HookRefused(f"{host} wants no more messages (410).")
    if status // 100 != 2:
        raise HookUnavailable(f"{host} answered {status}.")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message; ``timestamp`` is in seconds."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _checked(parts: SplitResult, inside: bool) -> list[tuple[str, int]]:
    """The addresses and port to connect to, each of which may be spoken to."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(address[4][0]) for address in found]
    if not inside and not all(is_public(address) for address in addresses):
        raise HookRefused(
            f"{parts.hostname} is inside a private network; QUEUE_WEBHOOK_HOSTS would allow it."
        )
    return [(address, port) for address in dict.fromkeys(addresses)]


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, also when it hides one that does not."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if hidden is not None:
            return is_public(str(hidden))
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address.is_global and not address.is_multicast


class _Connection(http.client.HTTPConnection):
    """Connects to an address that was checked, whatever the name stands for by then."""

    def __init__(self, parts: SplitResult, addresses: list[tuple[str, int]]) -> None:
        super().__init__(parts.hostname or "", addresses[0][1])
        self._addresses = addresses
        self._encrypted = parts.scheme == "https"

    def connect(self) -> None:
        """Try each address in turn."""
        line = _first(self._addresses)
        line.settimeout(ANSWER_SECONDS)
        self.sock = _tls().wrap_socket(line, server_hostname=self.host) if self._encrypted else line


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _first(addresses: list[tuple[str, int]]) -> socket.socket:
    problem = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection(address, CONNECT_SECONDS)
        except OSError as error:
            problem = error
    raise problem


def _post(
    parts: SplitResult, addresses: list[tuple[str, int]], headers: Mapping[str, str], body: bytes
) -> int:
    connection = _Connection(parts, addresses)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = {"Host": parts.netloc, **headers}
    try:
        connection.request("POST", target, body, named)
        return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def _in_one_sentence(host: str) -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise HookUnavailable(f"{host} cannot be reached: {type(error).__name__}.") from None
