"""The only access to the store: scripts by name, and every failure as one refusal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import NoScriptError, RedisError, ResponseError

from queue_service.errors import StoreUnavailable
from queue_service.runtime.cooperation import begin_turn
from queue_service.store.connection import waiting
from queue_service.store.connection.batching import Batching
from queue_service.store.scripts import SCRIPTS, script_text

_log: Final = logging.getLogger(__name__)

_REPLICA_TIMEOUT_MS: Final = 1000
_HASHES_AT_ONCE: Final = 100
READING: Final = frozenset({"ahead", "followed", "load", "load_booking", "snapshot"})
"""Scripts that never write, so that no replica has to confirm anything."""
BARRIER: Final = "queue:barrier"
"""String: written so that its arrival at a replica confirms all that was written before it."""

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Reply = list[Any]
"""A script's reply: its status, then what the script's header says of that status."""
Call = tuple[Sequence[str], Sequence[str | int]]
"""The keys and arguments of one run of a script."""


def milliseconds(time: Sequence[int | str]) -> int:
    """The time of Redis, in milliseconds since the epoch."""
    seconds, microseconds = time
    return int(seconds) * 1000 + int(microseconds) // 1000


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in order, at most ``size`` of them in each part, so that no command is too long."""
    return (items[start : start + size] for start in range(0, len(items), size))


class RedisStore:
    """Runs scripts and reads, and raises StoreUnavailable for whatever the server does wrong.

    With ``replicas`` above 0 a change is only acknowledged once so many replicas have it, also one
    that is repeated: else a failover could issue a number that is already on paper. With
    ``batching`` the scripts of this process's greenlets travel together.
    """

    def __init__(
        self, client: Redis, *, replicas: int = 0, batching: Batching | None = None
    ) -> None:
        self.client = client
        self._replicas = replicas
        self._batching = batching
        self._scripts = {name: client.register_script(script_text(name)) for name in SCRIPTS}

    def run(self, name: str, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        """Run a script and give its reply."""
        script = self._scripts[name]
        if self._replicas and name not in READING:
            return self.guarded(lambda: self._with_replicas(script, keys, args))
        batching = self._batching
        if batching is not None:
            return self.guarded(lambda: self._batch(batching, script, keys, args))
        return self.guarded(lambda: script(keys=keys, args=args))

    def read(self, build: Callable[[Pipeline], object]) -> list[Any]:
        """Send several reads at once and give their replies."""

        def ask() -> list[Any]:
            with self.client.pipeline(transaction=False) as pipeline:
                build(pipeline)
                return list(pipeline.execute())

        return self.guarded(ask)

    def by_date(
        self, key: Callable[[str], str], dates: Iterable[str]
    ) -> dict[str, Mapping[str, str]]:
        """The hash of each of the dates that has anything; ``key`` returns the key of a date."""
        keys = {date: key(date) for date in dates}
        found: list[Mapping[str, str]] = []
        for some in chunks([*keys.values()], _HASHES_AT_ONCE):
            found += self._hashes(some)
        return {date: fields for date, fields in zip(keys, found, strict=True) if fields}

    def _hashes(self, keys: Sequence[str]) -> list[Mapping[str, str]]:
        return self.read(lambda p: [p.hgetall(key) for key in keys])

    def write(self, build: Callable[[Pipeline], object]) -> list[Any]:
        """Send several changes at once and give their replies, once the replicas have them."""

        def ask() -> list[Any]:
            with self.client.pipeline(transaction=False) as pipeline:
                build(pipeline)
                return self._confirmed(pipeline)

        return self.guarded(ask)

    def confirmed(self, key: str, change: Callable[[], Answer]) -> Answer:
        """The result of ``change``, which writes by connections of its own, once the replicas have
        it.

        ``key`` is one of the keys it writes.

        Raises StoreUnavailable also if another server became the primary meanwhile: it may
        never have had what was written.
        """
        if not self._replicas:
            return change()
        before = self._replication_id(key)
        result = change()
        self.write(lambda p: p.exists(key))
        if self._replication_id(key) != before:
            raise _unavailable()
        return result

    def check_writable(self) -> None:
        """Raises StoreUnavailable if the store does not take a change, whatever it answers."""
        self.write(lambda p: p.set(BARRIER, "1"))

    def guarded(self, ask: Callable[[], Answer]) -> Answer:
        """The answer of the server, or StoreUnavailable."""
        try:
            answer = waiting.bounded(ask)
        except RedisError as error:
            if isinstance(error, ResponseError):
                # A pipeline's error has the command before it, and with that ids of visits.
                _log.warning("the store refused: %s", str(error).rpartition("caused error: ")[2])
            raise _unavailable() from error
        begin_turn()
        return answer

    def time(self) -> int:
        """The store's clock, in milliseconds since the epoch."""
        return milliseconds(self.guarded(lambda: self.client.time()))

    def _batch(
        self, batching: Batching, script: Any, keys: Sequence[str], args: Sequence[str | int]
    ) -> Any:
        try:
            return batching.ask(("EVALSHA", script.sha, len(keys), *keys, *args))
        except NoScriptError:
            return batching.ask(("EVAL", script.script, len(keys), *keys, *args))

    def _with_replicas(self, script: Any, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        try:
            return self._send(Pipeline.evalsha, script.sha, keys, args)
        except NoScriptError:
            return self._send(Pipeline.eval, script.script, keys, args)

    def _send(
        self, run: Callable[..., Any], script: str, keys: Sequence[str], args: Sequence[str | int]
    ) -> Any:
        with self.client.pipeline(transaction=False) as pipeline:
            run(pipeline, script, len(keys), *keys, *args)
            (reply,) = self._confirmed(pipeline)
            return reply

    def _confirmed(self, pipeline: Pipeline) -> list[Any]:
        """Send it, with WAIT as its last command: it speaks of the writes of its own connection.

        So one is made before it: a script that finds all done already may write nothing, and what
        it confirms was written by another connection.
        """
        if not self._replicas:
            return list(pipeline.execute())
        pipeline.set(BARRIER, "1")
        pipeline.wait(self._replicas, _REPLICA_TIMEOUT_MS)
        *replies, _, reached = pipeline.execute()
        if reached < self._replicas:
            raise RedisError(f"only {reached} of {self._replicas} replicas have the change")
        return replies

    def _replication_id(self, key: str) -> str:
        _, about = self.read(lambda p: (p.exists(key), p.info("replication")))
        return str(about["master_replid"])


def _unavailable() -> StoreUnavailable:
    return StoreUnavailable(
        "The ticket system is not answering just now; try again in a moment.", retry_after=2
    )
