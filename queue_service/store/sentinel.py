"""Connections to a primary that Redis Sentinel names, and that may change."""

from __future__ import annotations

from typing import Any, Final

from redis import BlockingConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)

from queue_service.runtime.sentinel_address import SentinelAddress

_ASK_SECONDS: Final = 0.5
"""How long one sentinel is asked before the next; a sentinel that is well answers in a moment."""


class _FollowingPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to whoever is the primary; who finds none free waits instead of being refused."""


def sentinel_pool(url: str, **options: Any) -> BlockingConnectionPool:
    """A pool of connections to the primary. ``options`` are those of the pool and its connections.

    Raises ValueError.
    """
    address = SentinelAddress.parse(url)
    tls = {name: value for name, value in address.options.items() if name.startswith("ssl_")}
    manager = Sentinel(  # type: ignore[no-untyped-call]
        address.sentinels,
        sentinel_kwargs={
            **address.sentinel_options,
            **(tls | {"ssl": True} if address.tls else {}),
            "socket_timeout": _ASK_SECONDS,
            "socket_connect_timeout": _ASK_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        },
    )
    return _FollowingPool(  # type: ignore[no-untyped-call]
        address.master,
        manager,
        connection_class=(
            SentinelManagedSSLConnection if address.tls else SentinelManagedConnection
        ),
        db=address.database,
        **address.options,
        **options,
    )
