"""The address of a store that is spread over the servers of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from queue_service.runtime.store_address import read_address

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
        address = read_address(url, _DEFAULT_PORT)
        if address.scheme not in SCHEMES or not address.servers:
            raise ValueError("it names no servers")
        if address.path not in ("", "0"):
            raise ValueError("a cluster has no databases to choose from")
        return cls(
            servers=address.servers,
            options={**address.options, **address.login},
            tls=address.scheme == "rediss+cluster",
        )


def is_cluster(url: str | None) -> bool:
    """Whether an address names servers of a cluster."""
    return (url or "").startswith(SCHEMES)
