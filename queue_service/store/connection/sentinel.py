"""Connections to a primary that Redis Sentinel names, and that may change."""

from __future__ import annotations

from typing import Any, Final

from redis import BlockingConnectionPool, ConnectionPool, exceptions
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


class _Leaving:
    """Ends a connection where an answer failed to come, or another server is the primary by now.

    An answer that is late would be taken for that of the next request, and a primary that hung
    still takes itself for one when it wakes. redis-py leaves by itself what refuses changes.
    """

    def read_response(self, *args: Any, disconnect_on_error: bool = True, **options: Any) -> Any:
        """The next answer. redis-py would keep this kind of connection after a time-out."""
        reader: Any = super()
        return reader.read_response(*args, disconnect_on_error=disconnect_on_error, **options)

    def send_packed_command(self: Any, *args: Any, **options: Any) -> None:
        """Send commands. Raises ConnectionError, after which it finds the primary."""
        if self.is_connected and self.connection_pool.master_address != (self.host, self.port):
            self.disconnect()
            raise exceptions.ConnectionError("Another server is the primary by now.")
        connection: Any = super()
        connection.send_packed_command(*args, **options)


class _Connection(_Leaving, SentinelManagedConnection):  # type: ignore[misc]  # all options pass
    """A connection to the server that is the primary when it is made."""


class _TlsConnection(_Leaving, SentinelManagedSSLConnection):  # type: ignore[misc]  # likewise
    """The same with TLS."""


class _FollowingPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to the current primary; a caller that finds none free waits instead of being
    refused."""

    def release(self, connection: Any) -> None:
        """Take a connection back. A connection to another server finds the primary at its next
        use."""
        if self.master_address != (connection.host, connection.port):
            connection.disconnect()
        super().release(connection)  # type: ignore[no-untyped-call]  # not typed

    def owns_connection(self, connection: Any) -> int:
        """Whether it is of this process.

        redis-py takes one that is not connected for foreign, makes another, and keeps both.
        """
        return ConnectionPool.owns_connection(self, connection)


def sentinel_pool(url: str, **options: Any) -> BlockingConnectionPool:
    """A pool of connections to the primary. ``options`` are those of the pool and its connections.

    Raises ValueError.
    """
    address = SentinelAddress.parse(url)
    tls = {name: value for name, value in address.options.items() if name.startswith("ssl_")}
    manager = Sentinel(  # type: ignore[no-untyped-call]  # not typed
        address.sentinels,
        sentinel_kwargs={
            **address.sentinel_options,
            **(tls | {"ssl": True} if address.tls else {}),
            "socket_timeout": _ASK_SECONDS,
            "socket_connect_timeout": _ASK_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        },
    )
    return _FollowingPool(  # type: ignore[no-untyped-call]  # not typed
        address.master,
        manager,
        connection_class=_TlsConnection if address.tls else _Connection,
        db=address.database,
        **address.options,
        **options,
    )
