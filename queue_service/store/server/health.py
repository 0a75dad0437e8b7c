"""How the store itself does: its memory, its files and its replicas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from queue_service.errors import StoreUnavailable
from queue_service.store.connection.cluster import primaries
from queue_service.store.redis_store import RedisStore

_SECTIONS: Final = ("server", "memory", "persistence", "replication")


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """The store as it reports itself; of several servers the worst of each.

    ``memory_limit`` in bytes is the most it may use: its own limit, else the machine's memory.
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
    """The store's health; None if one of its servers does not answer or may not be asked."""

    def ask() -> list[StoreHealth]:
        clients: list[Any] = list(primaries(store.client).values())
        return [_health(client.info(*_SECTIONS)) for client in clients]

    try:
        return _worst(store.guarded(ask))
    except StoreUnavailable:
        return None


def _worst(servers: list[StoreHealth]) -> StoreHealth:
    fullest = max(servers, key=lambda one: one.memory_used / one.memory_limit)
    return StoreHealth(
        uptime_seconds=min(one.uptime_seconds for one in servers),
        memory_used=fullest.memory_used,
        memory_limit=fullest.memory_limit,
        aof_enabled=all(one.aof_enabled for one in servers),
        write_ok=all(one.write_ok for one in servers),
        rewrite_ok=all(one.rewrite_ok for one in servers),
        replicas=min(one.replicas for one in servers),
    )


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
