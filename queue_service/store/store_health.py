"""How the store itself does: its memory, its files and its replicas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from queue_service.errors import StoreUnavailable
from queue_service.store.redis_store import RedisStore


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """The store as it tells of itself.

    ``memory_limit`` in bytes is what it may use at most: its own limit, else the machine's memory.
    ``aof_enabled``: whether it keeps what it acknowledges on disk; ``write_ok`` and ``rewrite_ok``:
    whether that worked the last time. ``replicas`` are those connected.
    """

    uptime_seconds: int
    memory_used: int
    memory_limit: int
    aof_enabled: bool
    write_ok: bool
    rewrite_ok: bool
    replicas: int


def store_health(store: RedisStore) -> StoreHealth | None:
    """The store's health; None where it does not answer or may not be asked."""
    client: Any = store.client
    try:
        info = store.guarded(lambda: client.info("server", "memory", "persistence", "replication"))
    except StoreUnavailable:
        return None
    return _health(info)


def _health(info: Mapping[str, Any]) -> StoreHealth:
    return StoreHealth(
        uptime_seconds=int(info["uptime_in_seconds"]),
        memory_used=int(info["used_memory"]),
        memory_limit=int(info["maxmemory"]) or int(info["total_system_memory"]),
        aof_enabled=bool(info["aof_enabled"]),
        write_ok=info.get("aof_last_write_status", "ok") == "ok",
        rewrite_ok=info.get("aof_last_bgrewrite_status", "ok") == "ok",
        replicas=int(info["connected_slaves"]),
    )
