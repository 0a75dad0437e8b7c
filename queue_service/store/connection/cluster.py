"""A client for a store that is spread over the servers of a cluster.

Each command goes to the server that has its key, as the cluster says (``topology.py``). While a
slot moves or another server is promoted, the client waits and repeats the command, for as long as a
request may wait. So users of the client do not know that there are several servers. A command
without a key goes to any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from time import monotonic
from typing import Any, Final, TypeVar

import gevent
from redis import ConnectionPool, Redis
from redis.client import Pipeline
from redis.exceptions import (
    AskError,
    AuthenticationError,
    ClusterDownError,
    MovedError,
    ReadOnlyError,
    RedisError,
    TryAgainError,
    WatchError,
)
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import TimeoutError as StoreTimeoutError

from queue_service.store.connection.batching import Batching
from queue_service.store.connection.topology import Node, Topology, slot_of
from queue_service.store.redis_store import BARRIER

Answer = TypeVar("Answer")
ClusterCommand = tuple[Any, ...]
Options = Mapping[str, Any]
Key = str | bytes

_PASSING: Final = (StoreConnectionError, ClusterDownError, TryAgainError, ReadOnlyError, MovedError)
"""Errors that pass once the slots were learnt again, or a moment later."""
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.2

_WITHOUT_KEY: Final = frozenset(
    {
        "ACL", "BGREWRITEAOF", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DBSIZE", "ECHO",
        "FLUSHALL", "FLUSHDB", "FUNCTION", "INFO", "LASTSAVE", "LATENCY", "MEMORY", "PING", "ROLE",
        "SCRIPT", "SLOWLOG", "TIME", "WAIT",
    }
)  # fmt: skip
_OF_EVERY_SERVER: Final = frozenset({"FLUSHALL", "FLUSHDB", "SCRIPT LOAD"})
_FIRST_KEY_OF_SCRIPT: Final = 3


def key_of(command: Sequence[Any]) -> Key | None:
    """The first key of a command; None if it has none."""
    name = str(command[0]).upper()
    if name.partition(" ")[0] in _WITHOUT_KEY or len(command) == 1:
        return None
    if name in ("EVALSHA", "EVAL"):
        return _key(command[_FIRST_KEY_OF_SCRIPT]) if int(command[2]) else None
    if name == "SCAN":
        return _key_like(command)
    return _key(command[1])


def _key(value: Any) -> Key:
    return value if isinstance(value, bytes) else str(value)


def _key_like(scan: Sequence[Any]) -> str | None:
    """The pattern, if it matches keys with one tag."""
    words = [word.decode() if isinstance(word, bytes) else str(word) for word in scan]
    pattern = words[words.index("MATCH") + 1] if "MATCH" in words else ""
    return pattern if "}" in pattern.partition("*")[0] else None


class _Pace:
    """How long something is asked again: ``seconds`` in all, at once and then with pauses."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._pause = 0.0

    def wait(self, error: Exception) -> None:
        """Wait until the next attempt; the error is raised where there is no time for one."""
        if monotonic() + self._pause >= self._until:
            raise error
        gevent.sleep(self._pause)
        self._pause = min(max(_FIRST_PAUSE, self._pause * 2), _LONGEST_PAUSE)


class Router:
    """Finds the server that has a key, and follows the key where it goes.

    ``seconds``: how long it is looked for.
    """

    def __init__(self, topology: Topology, seconds: float) -> None:
        self.topology = topology
        self._seconds = seconds
        self._turn = 0

    def ask(self, key: Key, ask: Callable[[Node, bool], Answer]) -> Answer:
        """The reply of the server that has the key.

        ``ask`` receives whether the command needs ASKING for a key that is being moved (ASKING).
        Raises RedisError.
        """
        slot, pace = slot_of(key), _Pace(self._seconds)
        target: Node | None = None
        while True:
            version = self.topology.version
            try:
                return ask(target or self.topology.of(slot), target is not None)
            except AskError as error:
                target = self.follow(error, slot)
                if target is not None:
                    continue
                last: RedisError = error
            except RedisError as error:
                target, last = None, error
            except gevent.Timeout:
                self.topology.doubt()
                raise
            self._again(last, version, pace)

    def follow(self, error: AskError, slot: int) -> Node | None:
        """Note where a slot has gone; if a key on its way is, None if it has arrived."""
        place = (error.host, int(error.port))
        if not error.host:
            self.topology.doubt()  # the server that was asked does not know the other's address
        elif isinstance(error, MovedError):
            self.topology.moved(slot, place)
        else:
            return self.topology.node(place)
        return None

    def anywhere(self, ask: Callable[[Node], Answer]) -> Answer:
        """The reply of the first server that answers, beginning with the last that did.

        Raises RedisError.
        """
        pace = _Pace(self._seconds)
        while True:
            version = self.topology.version
            try:
                return self._any_of(self.topology.primaries(), ask)
            except RedisError as error:
                last = error
            self._again(last, version, pace)

    def _any_of(self, nodes: Sequence[Node], ask: Callable[[Node], Answer]) -> Answer:
        last: RedisError = ClusterDownError("the cluster has no servers")
        for _ in nodes:
            try:
                return ask(nodes[self._turn % len(nodes)])
            except (*_PASSING, StoreTimeoutError, gevent.Timeout) as error:
                self._turn += 1
                self.topology.doubt()
                if isinstance(error, gevent.Timeout):
                    raise
                last = error
        raise last

    def _again(self, error: RedisError, version: int, pace: _Pace) -> None:
        """Wait, and learn the slots; an error that asking again does not mend is raised."""
        if isinstance(error, StoreTimeoutError):
            self.topology.doubt()
        if not isinstance(error, _PASSING) or isinstance(error, AuthenticationError):
            raise error
        pace.wait(error)
        try:
            self.topology.refresh(version)
        except AuthenticationError:
            raise
        except RedisError:
            self.topology.doubt()  # and the time there is goes on


class ClusterBatching(Batching):
    """Scripts that are asked for at the same time go to each server in one message."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def ask(self, command: tuple[str | int, ...]) -> Any:
        """The reply to a command. Raises RedisError."""
        key = key_of(command)
        if key is None:
            return self._router.anywhere(lambda node: node.batching.ask(command))
        return self._router.ask(
            key,
            lambda node, asking: (
                _ask(node, True, command, {}) if asking else node.batching.ask(command)
            ),
        )


class ClusterClient(Redis):
    """As a client of one server, with each command sent to the server that has its key."""

    def __init__(self, router: Router, options: ConnectionPool) -> None:
        """``options``: a pool with the options of all connections, which leads nowhere."""
        super().__init__(connection_pool=options)
        self.router = router

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """The reply of the server that has the key. Raises RedisError."""
        if args[0] in _OF_EVERY_SERVER:
            nodes = self.router.topology.primaries()
            replies = [_ask(node, False, args, options) for node in nodes]
            return replies[0]
        key = key_of(args)
        if key is None:
            return self.router.anywhere(lambda node: _ask(node, False, args, options))
        return self.router.ask(key, lambda node, asking: _ask(node, asking, args, options))

    def scan_iter(self, *args: Any, **options: Any) -> Iterator[Any]:
        """Every key of every server."""
        for node in self.router.topology.primaries():
            yield from node.client.scan_iter(*args, **options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """Several commands, in one message to each server that has some of their keys."""
        del shard_hint  # accepted like the client of one server's, and unused
        return ClusterPipeline(
            self.router, self.connection_pool, self.response_callbacks, transaction
        )

    def close(self) -> None:
        """Close all connections."""
        self.router.topology.close()
        super().close()


def primaries(client: Redis) -> dict[str, Redis]:
    """The servers that take a store's changes, by ``host:port``; the only one has no name.

    Raises RedisError if a cluster does not return them.
    """
    if not isinstance(client, ClusterClient):
        return {"": client}
    return {str(node): node.client for node in client.router.topology.primaries()}


def replicas(client: Redis) -> dict[str, Redis]:
    """The servers of a cluster that follow others, by ``host:port``. Raises RedisError."""
    if not isinstance(client, ClusterClient):
        return {}
    return {str(node): node.client for node in client.router.topology.replicas()}


def own_key(client: Redis, server: str) -> str:
    """A key for nothing but a change, which one of the :func:`primaries` has. Raises RedisError."""
    if not isinstance(client, ClusterClient):
        return BARRIER
    topology = client.router.topology
    return topology.barrier(next(n for n in topology.primaries() if str(n) == server))


def layout(client: Redis) -> object:
    """The present slots of a cluster, to be compared. Raises RedisError."""
    return client.router.topology.layout() if isinstance(client, ClusterClient) else None


class ClusterPipeline(Pipeline):
    """Several commands, in one message to each server that has some of their keys.

    A command without a key goes with the first key, so that the clock is the same server's. A
    transaction is one server's: all its keys are in one slot.
    """

    def __init__(
        self, router: Router, options: ConnectionPool, callbacks: Any, transaction: bool
    ) -> None:
        super().__init__(options, callbacks, transaction, None)
        self._router = router
        self._at_once = not transaction

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """Send them all and give their replies in order. Raises RedisError."""
        if self.watching or self.explicit_transaction:
            return self._execute_watched(raise_on_error)
        stack, self.command_stack = self.command_stack, []
        if not stack:
            return []
        if not self._at_once:
            return self._transact(stack, raise_on_error)
        replies = _Message(self._router, stack).replies()
        if raise_on_error:
            refuse: Any = self.raise_first_error
            refuse(stack, replies)
        return replies

    def watch(self, *names: Any) -> Any:
        """Watch these keys, at the server that has them."""
        watch: Any = super().watch
        if self.connection is not None:
            return watch(*names)

        def begin(node: Node, _asking: bool) -> Any:
            self.reset()
            self.connection_pool = node.client.connection_pool
            return watch(*names)

        return self._router.ask(names[0], begin)

    def _execute_watched(self, raise_on_error: bool) -> list[Any]:
        try:
            return super().execute(raise_on_error)
        except (AskError, ClusterDownError, TryAgainError, ReadOnlyError) as error:
            # Nothing was done. A watching transaction begins again, where the keys are then.
            self._router.topology.doubt()
            raise WatchError("the watched keys are going to another server") from error

    def _transact(
        self, stack: Sequence[tuple[ClusterCommand, Options]], raise_on_error: bool
    ) -> list[Any]:
        def at(node: Node, _asking: bool) -> list[Any]:
            with _pipeline(node, transaction=True) as pipeline:
                for args, options in stack:
                    pipeline.execute_command(*args, **options)
                return list(pipeline.execute(raise_on_error))

        return self._router.ask(next(key for args, _ in stack if (key := key_of(args))), at)


class _Message:
    """A pipeline's commands on their way, until each has its reply.

    The commands that make sure that replicas follow (a write to :data:`BARRIER`, then WAIT) are
    sent to each server that gets any of the others.
    """

    def __init__(self, router: Router, stack: Sequence[tuple[ClusterCommand, Options]]) -> None:
        self._router = router
        self._stack = stack
        self._barriers = [n for n, (args, _) in enumerate(stack) if _is_barrier(args)]
        self._others = [n for n in range(len(stack)) if n not in self._barriers]
        keys = {n: key_of(stack[n][0]) for n in self._others}
        self._first = next((key for key in keys.values() if key is not None), None)
        self._keys = {n: key if key is not None else self._first for n, key in keys.items()}
        self._replies: list[Any] = [None] * len(stack)

    def replies(self) -> list[Any]:
        """The replies in order, with the errors of single commands. Raises RedisError."""
        if self._first is None:
            self._router.anywhere(lambda node: self._exchange(node, False, self._others))
            return self._replies
        left = self._ask_servers()
        for _, group in groupby(sorted(left, key=self._slot), key=self._slot):
            self._ask_again(sorted(group))
        return self._replies

    def _ask_servers(self) -> list[int]:
        """Ask each server for all of its keys; returns the commands without a reply."""
        topology, left = self._router.topology, list[int]()
        by_server: dict[Node, list[int]] = {}
        for place in self._others:
            try:
                by_server.setdefault(topology.of(self._slot(place)), []).append(place)
            except _PASSING:
                left.append(place)
        for node, places in by_server.items():
            try:
                self._exchange(node, False, places)
            except (StoreTimeoutError, gevent.Timeout):
                topology.doubt()
                raise
            except _PASSING:
                topology.doubt()
                left += places
        return left

    def _ask_again(self, places: Sequence[int]) -> None:
        key = self._keys[places[0]] or ""
        self._router.ask(key, lambda node, asking: self._exchange(node, asking, places))

    def _slot(self, place: int) -> int:
        return slot_of(self._keys[place] or "")

    def _exchange(self, node: Node, asking: bool, places: Sequence[int]) -> None:
        """Send these to a server and keep its replies; errors that may pass are raised."""
        with _pipeline(node) as pipeline:
            for place in places:
                if asking:
                    pipeline.execute_command("ASKING")
                args, options = self._stack[place]
                pipeline.execute_command(*args, **options)
            for place in self._barriers:
                args, options = self._stack[place]
                if args[0] == "SET":
                    args = ("SET", self._router.topology.barrier(node), *args[2:])
                pipeline.execute_command(*args, **options)
            replies = pipeline.execute(raise_on_error=False)
        if asking:
            replies = [*replies[1 : 2 * len(places) : 2], *replies[2 * len(places) :]]
        self._keep(places, replies)

    def _keep(self, places: Sequence[int], replies: Sequence[Any]) -> None:
        for place, reply in zip(self._barriers, replies[len(places) :], strict=True):
            if isinstance(reply, (AskError, *_PASSING)):
                raise TryAgainError("a slot is on its way")
            kept = self._replies[place]
            # Of several servers the one counts that has the fewest replicas.
            if kept is None or isinstance(reply, Exception) or reply < kept:
                self._replies[place] = reply
        for place, reply in zip(places, replies, strict=False):
            self._replies[place] = reply
            if isinstance(reply, (AskError, *_PASSING)):
                self._follow(place, reply)

    def _follow(self, place: int, error: RedisError) -> None:
        """Ask where a key on its way is; errors that pass once the slots were learnt again are
        raised."""
        if not isinstance(error, AskError):
            raise error
        target = self._router.follow(error, self._slot(place))
        if target is None:
            raise error
        self._exchange(target, True, [place])


def _pipeline(node: Node, *, transaction: bool = False) -> Any:
    return node.client.pipeline(transaction=transaction)


def _is_barrier(args: ClusterCommand) -> bool:
    return args[0] == "WAIT" or args[:2] == ("SET", BARRIER)


def _ask(node: Node, asking: bool, args: ClusterCommand, options: Options) -> Any:
    if not asking:
        client: Any = node.client
        return client.execute_command(*args, **options)
    with _pipeline(node) as pipeline:
        pipeline.execute_command("ASKING")
        pipeline.execute_command(*args, **options)
        return pipeline.execute()[1]
