"""What was removed leaves the disk: the store writes its log anew, without what is gone.

The store appends every change to its log, so an address or a visit that was removed stays in the
file until that is rewritten. By itself it does that only once the log has grown large.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from redis.exceptions import RedisError

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
    """Remember that something was removed which must not stay on the disk."""
    store.read(lambda p: p.incr(REMOVED))


def erase(store: RedisStore) -> bool:
    """Have the log written anew where something was removed; whether that has begun.

    Asked again in the next hour it makes sure that it ended well, or else begins anew.
    """
    client: Any = store.client
    removed, begun = store.read(lambda p: (p.get(REMOVED), p.get(BEGUN)))
    info = store.guarded(lambda: client.info())
    if info.get("aof_rewrite_in_progress") or info.get("aof_rewrite_scheduled"):
        return False
    if begun and _ended_well(store, begun, info):
        return False
    if not int(removed or 0):
        return False
    # A lost reply to this makes nobody begin; that is over by the next hour.
    (ours,) = store.read(lambda p: p.set(REWRITTEN, "1", nx=True, px=_BEGINNING_MS))
    return bool(ours) and _begin(store, int(removed), str(info["run_id"]))


def _begin(store: RedisStore, removed: int, server: str) -> bool:
    client: Any = store.client
    try:
        client.bgrewriteaof()
    except RedisError as error:
        _log.warning("what was removed is still in the store's log: %s", error)
        store.read(lambda p: p.delete(REWRITTEN))
        return False
    now = store.time()
    store.read(lambda p: p.set(BEGUN, f"{server}|{now}|{removed}"))
    return True


def _ended_well(store: RedisStore, begun: str, info: Mapping[str, Any]) -> bool:
    """Note that a rewrite is over; False where it failed or the server was started again since."""
    server, at, removed = begun.split("|")
    well = info.get("aof_last_bgrewrite_status") == "ok" and info["run_id"] == server
    (ours,) = store.read(lambda p: p.delete(BEGUN))
    if not well or not ours:
        return False
    store.read(
        lambda p: (
            p.set(REWRITTEN, "1", pxat=int(at) + EVERY_MS),
            p.decrby(REMOVED, int(removed)),
        )
    )
    return True
