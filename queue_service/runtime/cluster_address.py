"""The address of a store that is spread over the servers of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from queue_service.runtime.sentinel_address import host_and_port

SCHEMES: Final = ("redis+cluster", "rediss+cluster")

_DEFAULT_PORT: Final = 6379


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """``redis+cluster://[user:password@]host:port[,host:port…]``.

    The servers are those that are asked first for all the others; the user and password count for
    each. With ``rediss+cluster`` all of them speak TLS; further options are redis-py's for a
    connection, such as ``ssl_ca_certs``.
    """

    servers: tuple[tuple[str, int], ...]
    options: dict[str, Any]
    tls: bool

    @classmethod
    def parse(cls, url: str) -> ClusterAddress:
        """Read an address. Raises ValueError, which does not repeat the address."""
        scheme, _, rest = url.partition("://")
        rest, _, query = rest.partition("?")
        place, _, path = rest.partition("/")
        login, _, hosts = place.rpartition("@")
        if scheme not in SCHEMES or not hosts:
            raise ValueError("it names no servers")
        if path not in ("", "0"):
            raise ValueError("a cluster has no databases to choose from")
        user, _, password = login.partition(":")
        credentials = {"username": unquote(user) or None, "password": unquote(password) or None}
        return cls(
            servers=tuple(host_and_port(host, _DEFAULT_PORT) for host in hosts.split(",")),
            options={**dict(parse_qsl(query)), **credentials},
            tls=scheme == "rediss+cluster",
        )
