"""What was removed leaves the disk: the store writes its log anew, without what is gone.

The store appends every change to its log, so an address or a visit that was removed stays in the
file until that is rewritten. By itself it does that only once the log has grown large.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from redis.exceptions import RedisError

from queue_service.domain.errors import StoreUnavailable
from queue_service.store.redis_store import RedisStore

_log = logging.getLogger(__name__)

REMOVED: Final = "queue:erasure:removed"
"""Counter: removals since the log was last written anew."""
REWRITTEN: Final = "queue:erasure:rewritten"
"""String with a time to live: the log was written anew within the last :data:`EVERY_MS`."""
EVERY_MS: Final = 22 * 3600 * 1000
"""Writing it anew takes a processor for seconds, so it is done once a day. It is asked for each
hour, so what was removed is gone within a day."""


def note_removal(store: RedisStore) -> None:
    """Remember that something was removed which must not stay on the disk."""
    store.read(lambda p: p.incr(REMOVED))


def erase(store: RedisStore) -> bool:
    """Have the log written anew where something was removed; whether that has begun.

    A store that forbids it or is at it already is asked again in the next hour.
    """
    client: Any = store.client
    (removed,) = store.read(lambda p: p.get(REMOVED))
    if not int(removed or 0):
        return False
    (ours,) = store.read(lambda p: p.set(REWRITTEN, "1", nx=True, px=EVERY_MS))
    if not ours:
        return False
    try:
        client.bgrewriteaof()
    except RedisError as error:
        _log.warning("what was removed is still in the store's log: %s", error)
        store.read(lambda p: p.delete(REWRITTEN))
        return False
    try:
        store.read(lambda p: p.decrby(REMOVED, int(removed)))
    except StoreUnavailable:
        _log.info("the store's log is written anew once more tomorrow")
    return True
