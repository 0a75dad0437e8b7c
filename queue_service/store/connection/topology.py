"""The slots of a cluster's servers, as the cluster itself reports them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from gevent.lock import RLock
from redis import Redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot
from redis.exceptions import AuthenticationError, ClusterDownError, RedisError
from redis.exceptions import ConnectionError as StoreConnectionError

from queue_service.store.connection.batching import Batching
from queue_service.store.redis_store import BARRIER

ServerAddress = tuple[str, int]
"""A server's host and port."""


@dataclass(eq=False, frozen=True, slots=True)
class Node:
    """A server of the cluster, with the connections of this process to it."""

    place: ServerAddress
    client: Redis
    batching: Batching

    def __str__(self) -> str:
        return f"{self.place[0]}:{self.place[1]}"


def slot_of(key: str | bytes) -> int:
    """The slot of a key: keys with the same ``{tag}`` are in the same one."""
    return key_slot(key.encode() if isinstance(key, str) else key)


class Topology:
    """The servers and their slots, learnt when first asked and again when in doubt.

    ``connect`` makes a client for requests to a server, ``ask`` one that only asks for the slots
    and gives up sooner.
    """

    def __init__(
        self,
        seeds: Sequence[ServerAddress],
        connect: Callable[[ServerAddress], Redis],
        ask: Callable[[ServerAddress], Redis],
    ) -> None:
        self._seeds = tuple(seeds)
        self._connect = connect
        self._ask = ask
        self._nodes: dict[ServerAddress, Node] = {}
        self._slots: list[Node | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self._known: tuple[ServerAddress, ...] = ()
        self._barriers: dict[Node, str] = {}
        self._turn = 0
        self._doubted = True
        self._lock = RLock()
        self.version = 0
        """Grows each time the slots were learnt."""

    def of(self, slot: int) -> Node:
        """The primary of a slot. Raises ClusterDownError if it has none."""
        if self._doubted:
            self.refresh(self.version)
        node = self._slots[slot]
        if node is None:
            raise ClusterDownError(f"no server has the slot {slot}")
        return node

    def primaries(self) -> list[Node]:
        """Every server that has slots, in a fixed order."""
        if self._doubted:
            self.refresh(self.version)
        found = {node for node in self._slots if node is not None}
        return sorted(found, key=lambda node: node.place)

    def barrier(self, node: Node) -> str:
        """A key that is the server's, whatever it has: to write something that it sends on.

        Raises ClusterDownError if the server has no slots.
        """
        known = self._barriers.get(node)
        if known is None or self._slots[slot_of(known)] is not node:
            if node not in self._slots:
                raise ClusterDownError(f"{node} has no slots")
            keys = (f"{BARRIER}:{{{number}}}" for number in itertools.count())
            known = next(key for key in keys if self._slots[slot_of(key)] is node)
            self._barriers[node] = known
        return known

    def replicas(self) -> list[Node]:
        """Every server that follows another, in a fixed order."""
        found = {self.node(place) for place in self._known}.difference(self.primaries())
        return sorted(found, key=lambda node: node.place)

    def layout(self) -> tuple[ServerAddress | None, ...]:
        """The server of each slot, asked for again. Raises RedisError."""
        self.refresh(self.version)
        return tuple(node.place if node else None for node in self._slots)

    def node(self, place: ServerAddress) -> Node:
        """The server at a place, whether or not it has slots yet."""
        found = self._nodes.get(place)
        if found is None:
            client = self._connect(place)
            found = self._nodes[place] = Node(place, client, Batching(client))
        return found

    def moved(self, slot: int, place: ServerAddress) -> None:
        """A server said where a slot is now; the others are asked for before long."""
        self._slots[slot] = self.node(place)
        self._doubted = True

    def doubt(self) -> None:
        """A server did not answer: the next caller asks the others first."""
        self._doubted = True

    def refresh(self, seen: int) -> None:
        """Learn the slots again, unless somebody has done so since the version ``seen``.

        Raises RedisError if no server returns them.
        """
        with self._lock:
            if self.version == seen:
                self._take(*self._learn())
                self._doubted = False

    def close(self) -> None:
        """Close all connections."""
        for node in self._nodes.values():
            node.client.close()

    def _learn(self) -> tuple[Sequence[Any], ServerAddress]:
        """The slots as the first answering server reports them, beginning with another one each
        time."""
        places = list(dict.fromkeys((*self._known, *self._seeds)))
        self._turn += 1
        start = self._turn % len(places)
        last: Exception = StoreConnectionError("no server of the cluster answers")
        for place in places[start:] + places[:start]:
            try:
                with closing(self._ask(place)) as client:
                    asked: Any = client
                    shown = asked.execute_command("CLUSTER SLOTS")
                if shown:
                    return list(shown), place
                last = ClusterDownError(f"{place[0]}:{place[1]} knows of no slots")
            except AuthenticationError:
                raise
            except (RedisError, OSError) as error:
                last = error
        raise last if isinstance(last, RedisError) else StoreConnectionError(str(last))

    def _take(self, layout: Iterable[Any], server: ServerAddress) -> None:
        slots: list[Node | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        known: list[ServerAddress] = []
        for first, last, *servers in layout:
            # A server that does not know its own host leaves it open.
            places = [
                (host if host and host != "?" else server[0], int(port))
                for host, port, *_ in servers
            ]
            known += places
            slots[first : last + 1] = [self.node(places[0])] * (last + 1 - first)
        self._slots = slots
        self._known = tuple(dict.fromkeys(known))
        self.version += 1
        self._forget_those_gone()

    def _forget_those_gone(self) -> None:
        for place in self._nodes.keys() - self._known:
            node = self._nodes.pop(place)
            self._barriers.pop(node, None)
            node.client.close()
