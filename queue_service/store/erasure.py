"""What was removed leaves the disk: the store writes its log anew, without what is gone.

The store appends every change to its log, so an address or a visit that was removed stays in the
file until that is rewritten. By itself it does that only once the log has grown large. Each server
of a cluster has a log of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from redis.exceptions import RedisError

from queue_service.store.cluster import primaries
from queue_service.store.redis_store import RedisStore

_log = logging.getLogger(__name__)

REMOVED: Final = "queue:erasure:removed"
"""Counter: removals since the log was last written anew."""
REWRITTEN: Final = "queue:erasure:rewritten"
"""String with a time to live: somebody is about to have the log written anew, for
:data:`_BEGINNING_MS`; or that was done within the last :data:`EVERY_MS`."""
BEGUN: Final = "queue:erasure:begun"
"""String: ``server|ms|removals`` of a rewrite that was begun and may not have ended well."""
_BEGINNING_MS: Final = 5 * 60 * 1000
EVERY_MS: Final = 22 * 3600 * 1000
"""Writing it anew takes a processor for seconds, so it is done once a day. It is asked for each
hour, so what was removed is gone within a day."""


def note_removal(store: RedisStore) -> None:
    """Remember that something was removed which must not stay on the disk, of whichever server."""
    servers = store.guarded(lambda: primaries(store.client))
    store.read(lambda p: [p.incr(_of(REMOVED, name)) for name in servers])


def erase(store: RedisStore) -> bool:
    """Have the log written anew where something was removed; whether that has begun.

    Asked again in the next hour it makes sure that it ended well, or else begins anew.
    """
    servers = store.guarded(lambda: primaries(store.client))
    begun = [_erase(store, name, server) for name, server in servers.items()]
    return any(begun)


def _of(key: str, server: str) -> str:
    """A key's name for one server of several."""
    return f"{key}:{server}" if server else key


def _erase(store: RedisStore, name: str, server: Any) -> bool:
    removed, begun = store.read(lambda p: (p.get(_of(REMOVED, name)), p.get(_of(BEGUN, name))))
    info = store.guarded(lambda: server.info())
    if info.get("aof_rewrite_in_progress") or info.get("aof_rewrite_scheduled"):
        return False
    if begun and _ended_well(store, name, begun, info):
        return False
    if not int(removed or 0):
        return False
    # A lost reply to this makes nobody begin; that is over by the next hour.
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
    _note_begun(store, name, str(info["run_id"]), int(removed))
    return True


def _note_begun(store: RedisStore, name: str, run_id: str, removed: int) -> None:
    now = store.time()
    store.read(lambda p: p.set(_of(BEGUN, name), f"{run_id}|{now}|{removed}"))


def _ended_well(store: RedisStore, name: str, begun: str, info: Mapping[str, Any]) -> bool:
    """Note that a rewrite is over; False where it failed or the server was started again since."""
    run_id, at, removed = begun.split("|")
    well = info.get("aof_last_bgrewrite_status") == "ok" and info["run_id"] == run_id
    (ours,) = store.read(lambda p: p.delete(_of(BEGUN, name)))
    if not well or not ours:
        return False
    store.read(
        lambda p: (
            p.set(_of(REWRITTEN, name), "1", pxat=int(at) + EVERY_MS),
            p.decrby(_of(REMOVED, name), int(removed)),
        )
    )
    return True
