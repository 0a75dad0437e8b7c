"""Erasure of removed data from the disk: the store rewrites its log, without what is gone.

The store appends every change to its log, so an address, a visit or an answer kept for a repeat
stays in the file after it was removed or has expired, until that file is rewritten. By itself the
store does that only once the log has grown large, so it is asked for every day, whatever was
removed. Each server of a cluster has a log of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from redis.exceptions import RedisError

from queue_service.store.connection.cluster import primaries
from queue_service.store.redis_store import RedisStore

_log = logging.getLogger(__name__)

REWRITTEN: Final = "queue:erasure:rewritten"
"""String with a time to live: somebody is about to have the log rewritten, for
:data:`_BEGINNING_MS`; or that was done within the last :data:`EVERY_MS`."""
BEGUN: Final = "queue:erasure:begun"
"""String: ``server|ms`` of a rewrite that was begun and may not have ended well."""
_BEGINNING_MS: Final = 5 * 60 * 1000
EVERY_MS: Final = 22 * 3600 * 1000
"""Rewriting it takes a processor for seconds, so it is done once a day. It is asked for each hour,
so what was removed is gone within a day."""


def erase(store: RedisStore) -> bool:
    """Have the log rewritten where that was not done within a day; whether it has begun.

    Asked again in the next hour it makes sure that it ended well, or else begins again.
    """
    servers = store.guarded(lambda: primaries(store.client))
    begun = [_erase(store, name, server) for name, server in servers.items()]
    return any(begun)


def _of(key: str, server: str) -> str:
    """A key's name for one server of several."""
    return f"{key}:{server}" if server else key


def _erase(store: RedisStore, name: str, server: Any) -> bool:
    (begun,) = store.read(lambda p: p.get(_of(BEGUN, name)))
    info = store.guarded(lambda: server.info())
    if info.get("aof_rewrite_in_progress") or info.get("aof_rewrite_scheduled"):
        return False
    if begun and _ended_well(store, name, begun, info):
        return False
    # A lost reply to this starts no rewrite; that is over by the next hour.
    key = _of(REWRITTEN, name)
    (ours,) = store.read(lambda p: p.set(key, "1", nx=True, px=_BEGINNING_MS))
    if not ours:
        return False
    try:
        server.bgrewriteaof()
    except RedisError as error:
        _log.warning("what was removed is still in the store's log: %s", error)
        store.read(lambda p: p.delete(key))
        return False
    _note_begun(store, name, str(info["run_id"]))
    return True


def _note_begun(store: RedisStore, name: str, run_id: str) -> None:
    now = store.time()
    store.read(lambda p: p.set(_of(BEGUN, name), f"{run_id}|{now}"))


def _ended_well(store: RedisStore, name: str, begun: str, info: Mapping[str, Any]) -> bool:
    """Note that a rewrite is over; False if it failed or the server was started again since."""
    run_id, at = begun.split("|")[:2]  # version 0.2.0 wrote a third part
    well = info.get("aof_last_bgrewrite_status") == "ok" and info["run_id"] == run_id
    (ours,) = store.read(lambda p: p.delete(_of(BEGUN, name)))
    if not well or not ours:
        return False
    store.read(lambda p: p.set(_of(REWRITTEN, name), "1", pxat=int(at) + EVERY_MS))
    return True
