"""Reading many streams at once, as they grow: from one server, or from the servers of a cluster.

One server is asked for all streams by one blocking XREAD. A cluster refuses that, as the streams of
several branches are in several slots, and each would want a connection of its own. There each
server is asked once for its streams, and it announces, on the same connection, of each that has
grown since (client tracking).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, Protocol

import gevent
from redis import Redis
from redis.exceptions import RedisError

from queue_service.store.connection.cluster import Router
from queue_service.store.connection.topology import Node, slot_of

BLOCK_MS: Final = 1000
_PAUSE_SECONDS: Final = 0.2
"""How soon a server that failed is asked again."""
BEGINNING: Final = "0-0"
"""The position before the first entry of a stream."""

Entry = tuple[str, Mapping[str, str]]
Positions = Mapping[str, str]
"""The last entry that is known of each stream."""


class StreamReader(Protocol):
    """The interface of a reader of streams."""

    def newest(self, key: str) -> str:
        """The last entry of a stream. Raises RedisError."""

    def read(self, positions: Positions) -> Iterable[tuple[str, Sequence[Entry]]]:
        """Wait a moment for entries after these positions. Raises RedisError."""

    @property
    def silent(self) -> Set[str]:
        """The streams whose server, of several, does not answer just now."""

    def close(self) -> None:
        """Close the connections."""


class ServerReader:
    """Follows streams of one server."""

    def __init__(self, client: Redis) -> None:
        self._client: Any = client

    def newest(self, key: str) -> str:
        """The last entry of a stream. Raises RedisError."""
        return _newest(self._client, key)

    def read(self, positions: Positions) -> Iterable[tuple[str, Sequence[Entry]]]:
        """Wait a moment for entries after these positions. Raises RedisError."""
        found: Iterable[tuple[str, Sequence[Entry]]] = self._client.xread(positions, block=BLOCK_MS)
        return found or ()

    @property
    def silent(self) -> Set[str]:
        """None: if the one server does not answer, nothing can be read."""
        return frozenset()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class ClusterReader:
    """Follows streams that several servers have. A server that is away does not hold up the
    others."""

    def __init__(self, client: Redis, router: Router) -> None:
        """``client`` and ``router``: of the cluster, for the reader alone."""
        self._client = client
        self._topology = router.topology
        self._feeds: dict[Node, _Feed] = {}
        self._asked: dict[Node, Any] = {}
        self._silent: set[str] = set()
        self._slots: dict[str, int] = {}

    def newest(self, key: str) -> str:
        """The last entry of a stream. Raises RedisError."""
        return _newest(self._client, key)

    def read(self, positions: Positions) -> Iterator[tuple[str, Sequence[Entry]]]:
        """Wait a moment for entries after these positions. Raises RedisError."""
        for node, mine in self._by_server(positions).items():
            if node not in self._asked:
                feed = self._feeds.setdefault(node, _Feed(node))
                self._asked[node] = gevent.spawn(self._ask, feed, mine)
        gevent.wait(list(self._asked.values()), timeout=BLOCK_MS / 1000, count=1)
        for node, asked in list(self._asked.items()):
            if asked.ready():
                del self._asked[node]
                yield from asked.get()

    @property
    def silent(self) -> Set[str]:
        """The streams whose server does not answer just now."""
        return self._silent

    def close(self) -> None:
        """Close the connections."""
        gevent.killall(list(self._asked.values()))
        for feed in self._feeds.values():
            feed.close()
        self._client.close()

    def _by_server(self, positions: Positions) -> Mapping[Node, Positions]:
        servers = self._topology.primaries()
        for node in self._feeds.keys() - servers - self._asked.keys():
            self._feeds.pop(node).close()
        found: dict[Node, dict[str, str]] = {}
        for key, position in positions.items():
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = slot_of(key)
            try:
                found.setdefault(self._topology.of(slot), {})[key] = position
            except RedisError:
                self._silent.add(key)
        return found

    def _ask(self, feed: _Feed, positions: Positions) -> list[tuple[str, Sequence[Entry]]]:
        try:
            found = feed.read(positions)
        except (RedisError, OSError):
            feed.close()
            self._topology.doubt()
            self._silent.update(positions)
            gevent.sleep(_PAUSE_SECONDS)
            return []
        self._silent.difference_update(positions)
        return found


class _Feed:
    """The streams of one server, which announces when one of them has grown."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._connection: Any = None
        self._followed: dict[str, str] = {}
        self._grown: set[str] = set()

    def read(self, positions: Positions) -> list[tuple[str, Sequence[Entry]]]:
        """The entries after these positions, at once or within a moment. Raises RedisError."""
        if self._connection is None:
            self._connect()
        wanted = self._to_ask(positions)
        if not wanted:
            self._wait()
            wanted = self._to_ask(positions)
        self._grown.difference_update(wanted)
        found: list[tuple[str, Sequence[Entry]]] = []
        for key, reply in zip(wanted, self._exchange(wanted, positions), strict=True):
            entries = [_entry(*entry) for _, some in _streams(reply) for entry in some]
            self._followed[key] = entries[-1][0] if entries else positions[key]
            if entries:
                found.append((key, entries))
        return found

    def close(self) -> None:
        """End the connection, and forget its subscriptions."""
        connection, self._connection = self._connection, None
        self._followed.clear()
        self._grown.clear()
        if connection is not None:
            connection.disconnect()

    def _to_ask(self, positions: Positions) -> list[str]:
        return [
            key
            for key, position in positions.items()
            if key in self._grown or self._followed.get(key) != position
        ]

    def _connect(self) -> None:
        pool = self._node.client.connection_pool
        # Of its own: the pool would remember it for ever, and there is one for each try.
        connection: Any = pool.connection_class(**pool.connection_kwargs)
        connection.connect()
        self._connection = connection
        connection._parser.set_invalidation_push_handler(self._told)
        self._command("CLIENT", "TRACKING", "ON")

    def _told(self, push: Sequence[Any]) -> None:
        """Note an invalidation of the server; no keys mean all of them."""
        self._grown.update(push[1] if push[1] is not None else self._followed)

    def _wait(self) -> None:
        """Wait for an invalidation of the server. Raises RedisError if it hangs."""
        if self._connection.can_read(timeout=BLOCK_MS / 1000):
            self._connection.read_response(push_request=True)
        else:
            self._command("PING")

    def _command(self, *command: str) -> Any:
        self._connection.send_command(*command)
        return self._connection.read_response()

    def _exchange(self, keys: Sequence[str], positions: Positions) -> Iterator[Any]:
        connection = self._connection
        commands = [("XREAD", "STREAMS", key, positions[key]) for key in keys]
        if commands:
            connection.send_packed_command(connection.pack_commands(commands))
        return (connection.read_response() for _ in commands)


def _streams(reply: Any) -> Iterable[tuple[str, Sequence[Any]]]:
    return reply.items() if isinstance(reply, Mapping) else reply or ()


def _entry(entry_id: str, fields: Sequence[str]) -> Entry:
    return entry_id, dict(zip(fields[::2], fields[1::2], strict=True))


def _newest(client: Any, key: str) -> str:
    last = client.xrevrange(key, count=1)
    return str(last[0][0]) if last else BEGINNING
