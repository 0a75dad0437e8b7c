"""A write that depends on a read: it takes place only if nothing has changed in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, cast

from redis import WatchError

from queue_service.store.redis_store import RedisStore

Result = TypeVar("Result")


class Transaction(Protocol):
    """The interface of a pipeline that watches keys; the library leaves half of it untyped."""

    def watch(self, *names: str) -> None: ...
    def get(self, name: str) -> str | None: ...
    def llen(self, name: str) -> int: ...
    def hget(self, name: str, key: str) -> str | None: ...
    def mget(self, names: Sequence[str]) -> list[str | None]: ...
    def multi(self) -> None: ...
    def delete(self, *names: str) -> None: ...
    def unlink(self, *names: str) -> None: ...
    def set(self, name: str, value: str) -> None: ...
    def hset(self, name: str, key: str, value: str) -> None: ...
    def hdel(self, name: str, key: str) -> None: ...
    def execute(self) -> list[object]: ...


def transaction(
    store: RedisStore, key: str, act: Callable[[Transaction], Result], *, outrun: Result
) -> Result:
    """The result of ``act``, or ``outrun`` if a watched key changed meanwhile.

    ``key`` is one of the keys it writes.

    Raises StoreUnavailable, also when the replicas to wait for do not have what was written.
    """
    return store.confirmed(key, lambda: unconfirmed(store, act, outrun=outrun))


def unconfirmed(
    store: RedisStore, act: Callable[[Transaction], Result], *, outrun: Result
) -> Result:
    """The same for data that can be made again at any time: it waits for no replica."""

    def attempt() -> Result:
        with store.client.pipeline() as pipeline:
            try:
                return act(cast(Transaction, pipeline))
            except WatchError:
                return outrun

    return store.guarded(attempt)
