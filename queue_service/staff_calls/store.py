"""Calls to staff in the store: read as stored, and changed if they are still as they were read."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, NamedTuple, TypeVar

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.staff_calls.rules import Call
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

_log: Final = logging.getLogger(__name__)
C = TypeVar("C", bound=Call)


class StoredCall(NamedTuple, Generic[C]):
    """A call, and its document exactly as it is stored."""

    call: C
    raw: str


class CallKeys(NamedTuple):
    """The keys of a call, of its counts, and of the missed calls; ``missed`` is empty if missed
    calls are not listed."""

    branch: str
    call: str
    open_calls: str
    day: str
    missed: str = ""


def stored_calls(store: RedisStore, kind: type[C], keys: Iterable[str]) -> list[StoredCall[C]]:
    """The calls under these keys; those that are gone or damaged are left out."""
    asked = list(keys)
    if not asked:
        return []
    (raws,) = store.read(lambda p: p.mget(asked))
    found = (_read(kind, key, raw) for key, raw in zip(asked, raws, strict=True) if raw is not None)
    return [stored for stored in found if stored is not None]


def listed_calls(
    store: RedisStore, kind: type[C], listed: str, key_of: Callable[[str], str]
) -> list[StoredCall[C]]:
    """The calls whose members are in a sorted set, oldest first."""
    (members,) = store.read(lambda p: p.zrange(listed, 0, -1))
    return stored_calls(store, kind, map(key_of, members))


def change_call(
    store: RedisStore,
    keys: CallKeys,
    before: StoredCall[C],
    after: C,
    counts: tuple[Mapping[str, int], Mapping[str, int]],
    event: tuple[str, Mapping[str, Any]],
    idempotency: IdempotencyKey | None,
    *,
    member: str,
    seconds: int | None,
    missed_at: int | None = None,
) -> Reply:
    """Write what was decided if nothing has changed since ``before`` was read; see
    ``staff_calls/scripts/call_change.lua``.

    ``counts`` are added to the day and to the totals. ``member`` is its id in the sets of
    open and missed calls. It is kept for ``seconds`` from now on, for good with None. ``missed_at``
    (ms) is None if it was not missed, or somebody knows of it.
    """
    k, m = BranchKeys(keys.branch), idempotency or NO_KEY
    script_keys = [keys.call, keys.open_calls, keys.day, k.totals, k.events]
    script_keys += [k.idempotency(m.scope, m.key), *([keys.missed] if keys.missed else ())]
    args = (
        m.fingerprint, member, before.raw, after.to_json(), "1" if after.is_open else "",
        *map(json.dumps, counts), seconds or "", event[0], json.dumps(event[1]), missed_at or "",
    )  # fmt: skip
    return list(store.run("call_change", script_keys, args))


def _read(kind: type[C], key: str, raw: str) -> StoredCall[C] | None:
    try:
        return StoredCall(kind.from_json(raw), str(raw))
    except (TypeError, ValueError):
        _log.error("what is stored under %s is damaged and left out", key)
        return None
