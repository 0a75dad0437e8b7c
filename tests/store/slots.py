"""Commands that a cluster would refuse are refused in every test, though most run on one server.

A script, a command of several keys and what is watched together have all their keys in one slot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import pytest
from redis.client import Pipeline

from queue_service.store.connection.topology import slot_of
from queue_service.store.redis_store import RedisStore

_OF_SEVERAL_KEYS: Final = ("DEL", "EXISTS", "MGET", "SDIFF", "TOUCH", "UNLINK", "WATCH")


def require_one_slot(what: str, keys: Iterable[str | bytes]) -> None:
    """Fails where the keys are in several slots of a cluster."""
    found = list(keys)
    assert len({slot_of(key) for key in found}) <= 1, f"{what} mixes slots: {found}"


def _is_of_a_job(key: str | bytes) -> bool:
    """RQ's keys are in several slots, and jobs run on one server."""
    return (key if isinstance(key, str) else key.decode()).startswith("rq:")


def watch_slots(patch: pytest.MonkeyPatch) -> None:
    """Look at the keys of every script and of every pipeline that goes through the store."""
    run, send = RedisStore.run, Pipeline.execute_command

    def checked_run(store: RedisStore, name: str, keys: Sequence[str], args: Any) -> Any:
        require_one_slot(f"the script {name}", keys)
        return run(store, name, keys, args)

    def checked_send(pipeline: Pipeline, *args: Any, **options: Any) -> Any:
        if args[0] in _OF_SEVERAL_KEYS:
            require_one_slot(args[0], (key for key in args[1:] if not _is_of_a_job(key)))
        untyped_send: Callable[..., Any] = send
        return untyped_send(pipeline, *args, **options)

    patch.setattr(RedisStore, "run", checked_run)
    patch.setattr(Pipeline, "execute_command", checked_send)
