"""The one door to the store: scripts by name, and every failure as one refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import NoScriptError, RedisError

from queue_service.errors import StoreUnavailable
from queue_service.store.batching import Batching
from queue_service.store.scripts import SCRIPTS, script_text

_REPLICA_TIMEOUT_MS: Final = 1000

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Reply = list[Any]
"""A script's reply: its status, then what the script's header says of that status."""
Call = tuple[Sequence[str], Sequence[str | int]]
"""The keys and arguments of one run of a script."""


def milliseconds(time: Sequence[int | str]) -> int:
    """What Redis says the time is, in milliseconds since the epoch."""
    seconds, microseconds = time
    return int(seconds) * 1000 + int(microseconds) // 1000


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in order, at most ``size`` of them in each part, so that no command is too long."""
    return (items[start : start + size] for start in range(0, len(items), size))


class RedisStore:
    """Runs scripts and reads, and raises StoreUnavailable for whatever the server does wrong.

    With ``replicas`` above 0 a change is only acknowledged once so many replicas have it, save a
    repeated request, which is told what stands on the primary; without that a failover could issue
    a number that is already on paper. With ``batching`` the scripts
    of this process's greenlets travel together.
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
        if self._replicas and name not in ("position", "snapshot"):
            return self.guarded(lambda: self._together(script, [(keys, args)])[0])
        batching = self._batching
        if batching is not None:
            return self.guarded(lambda: self._batch(batching, script, keys, args))
        return self.guarded(lambda: script(keys=keys, args=args))

    def run_in_turn(self, name: str, calls: Sequence[Call]) -> list[Any]:
        """Run a script for each of these calls, in their order, and give the replies."""
        return self.guarded(lambda: self._together(self._scripts[name], calls))

    def read(self, build: Callable[[Pipeline], object]) -> list[Any]:
        """Send several reads at once and give their replies."""

        def ask() -> list[Any]:
            with self.client.pipeline(transaction=False) as pipeline:
                build(pipeline)
                return list(pipeline.execute())

        return self.guarded(ask)

    def guarded(self, ask: Callable[[], Answer]) -> Answer:
        """The answer of the server, or StoreUnavailable."""
        try:
            return ask()
        except RedisError as error:
            raise StoreUnavailable(
                "The ticket system is not answering just now; try again in a moment.",
                retry_after=2,
            ) from error

    def time(self) -> int:
        """The store's clock, in milliseconds since the epoch."""
        return milliseconds(self.guarded(lambda: self.client.time()))

    def _batch(
        self, batching: Batching, script: Any, keys: Sequence[str], args: Sequence[str | int]
    ) -> Any:
        command = ("EVALSHA", script.sha, len(keys), *keys, *args)
        try:
            return batching.ask(command)
        except NoScriptError:
            self.client.script_load(script.script)
            return batching.ask(command)

    def _together(self, script: Any, calls: Sequence[Call]) -> list[Any]:
        # WAIT speaks of the writes of its own connection, so all goes in one pipeline.
        try:
            replies = self._send(script.sha, calls)
        except NoScriptError:
            self.client.script_load(script.script)
            replies = self._send(script.sha, calls)
        if self._replicas and (reached := replies.pop()) < self._replicas:
            raise RedisError(f"only {reached} of {self._replicas} replicas have the change")
        return replies

    def _send(self, sha: str, calls: Sequence[Call]) -> list[Any]:
        with self.client.pipeline(transaction=False) as pipeline:
            for keys, args in calls:
                pipeline.evalsha(sha, len(keys), *keys, *args)
            if self._replicas:
                pipeline.wait(self._replicas, _REPLICA_TIMEOUT_MS)
            return list(pipeline.execute())
