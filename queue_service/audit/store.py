"""Reading the audit log, which is in several streams, as one; and forgetting what is too old."""

from __future__ import annotations

import heapq
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from queue_service.contract.actions import ACTIONS
from queue_service.language.instants import rfc3339
from queue_service.store.audit_log import (
    CREDENTIALS,
    REMOVED,
    WEBHOOKS,
    AuditEntry,
    entry_from_text,
    log_key,
    totals_key,
)
from queue_service.store.keys import BRANCHES, BranchKeys
from queue_service.store.redis_store import RedisStore

_log: Final = logging.getLogger(__name__)

_AT_ONCE: Final = 100
"""Entries of one stream that are read at once."""
SENT: Final = f"queue:audit:{{{CREDENTIALS}}}:sent"
"""Hash: ``receiver|tag`` → id of the last entry that was sent there, and ``receiver`` → since when
entries are sent there (ms)."""
SENDING: Final = f"queue:audit:{{{CREDENTIALS}}}:sending"
"""String with a time to live: some worker sends entries just now."""
_ABOUT_LOGINS: Final = ("account.", "passkey.", "sign_in.")
"""Beginnings of the actions whose target is the name of a login."""
_LAST_NUMBER: Final = 2**64 - 1
"""The last number that an instant has in a stream."""
_POSITION: Final = re.compile(r"([0-9]{1,15})-([0-9]{1,15})@([a-z0-9_-]{1,64})")


class Position(NamedTuple):
    """The place of an entry among all: its instant (ms), its number in that, and its stream."""

    at: int
    number: int
    tag: str

    def text(self) -> str:
        """As it is shown: ``1795593600000-0@holbaek``."""
        return f"{self.at}-{self.number}@{self.tag}"


def position_from_text(text: str) -> Position | None:
    """The place that was shown as this; None for another text."""
    found = _POSITION.fullmatch(text)
    return Position(int(found[1]), int(found[2]), found[3]) if found else None


class RecordedEntry(NamedTuple):
    """An entry with its place."""

    position: Position
    entry: AuditEntry

    def document(self) -> dict[str, Any]:
        """The entry as the JSON of the outside contract, of files and of messages; its ``id`` is
        the same everywhere."""
        position, entry = self
        actor = {"kind": entry.kind, "id": entry.by, "name": entry.name, "role": entry.role}
        return {
            "id": position.text(),
            "at": rfc3339(position.at),
            "action": entry.action,
            "result": entry.result,
            "actor": actor,
            "address": entry.address,
            "branch": entry.branch,
            "target": entry.target,
            "details": dict(entry.details),
        }


@dataclass(frozen=True, slots=True)
class Search:
    """The wanted entries: from ``first`` to before ``end`` (ms), with one of these actions.

    ``branch``: of that branch alone; ``among``: of these branches alone. ``name``: of this login,
    program or screen, by its name or the beginning of that, or its id, acting or acted on.
    """

    first: int
    end: int
    actions: frozenset[str] = frozenset(ACTIONS)
    branch: str | None = None
    name: str = ""
    among: frozenset[str] | None = None

    def fits(self, entry: AuditEntry) -> bool:
        """Whether an entry of the right time is among them."""
        if entry.action not in self.actions:
            return False
        if self.branch is not None and entry.branch != self.branch:
            return False
        if self.among is not None and entry.branch not in self.among:
            return False
        if not self.name or self.name in (entry.by, entry.target):
            return True
        # A target is the name of a login in these alone: elsewhere it is an id or a part's name.
        named = entry.target if entry.action.startswith(_ABOUT_LOGINS) else ""
        return any(each.lower().startswith(self.name) for each in (entry.name, named))


class AuditReader:
    """Reads all logs. Raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def tags(self, branch: str | None = None) -> list[str]:
        """The hash tags of all logs, or of those that have entries about a branch."""
        own = {CREDENTIALS, WEBHOOKS}
        if branch is not None:
            return sorted({*own, branch})
        branches, removed = self._store.read(lambda p: (p.smembers(BRANCHES), p.smembers(REMOVED)))
        return sorted({*own, *branches, *removed})

    def latest(self, search: Search, before: Position | None) -> Iterator[RecordedEntry]:
        """Every entry of the time, the latest first, before a place; whether it fits is not
        asked."""
        streams = [self._backwards(tag, search, before) for tag in self.tags(search.branch)]
        return heapq.merge(*streams, key=lambda found: found.position, reverse=True)

    def after(self, tag: str, last: str, count: int) -> list[RecordedEntry]:
        """The entries of a log after the one with this id, the oldest first."""
        (found,) = self._store.read(lambda p: p.xrange(log_key(tag), f"({last}", "+", count))
        return [*_readable(tag, found)]

    def totals(self) -> Counter[str]:
        """How many entries each action ever had."""
        tags, totals = self.tags(), Counter[str]()
        for fields in self._store.read(lambda p: [p.hgetall(totals_key(tag)) for tag in tags]):
            totals.update({action: int(n) for action, n in fields.items()})
        return totals

    def forget(self, before: int) -> None:
        """Forget entries, and the configurations of branches, of before an instant (ms).

        The configuration in force is kept, and the log of a removed branch goes once it is empty.
        """
        tags = self.tags()
        since: Any = before
        self._store.write(
            lambda p: [p.xtrim(log_key(tag), minid=since, approximate=False) for tag in tags]
        )
        self._forget_revisions(before)
        (removed,) = self._store.read(lambda p: p.smembers(REMOVED))
        gone = [*removed]
        left = self._store.read(lambda p: [p.xlen(log_key(tag)) for tag in gone])
        empty = [tag for tag, length in zip(gone, left, strict=True) if not length]
        if empty:
            self._store.write(lambda p: p.srem(REMOVED, *empty))

    def _forget_revisions(self, before: int) -> None:
        (branches,) = self._store.read(lambda p: p.smembers(BRANCHES))
        keys = [BranchKeys(branch).revisions for branch in branches]
        newest = self._store.read(lambda p: [p.xrevrange(key, count=1) for key in keys])
        last = {key: found[0][0] for key, found in zip(keys, newest, strict=True) if found}
        kept = {key: min(before, int(id_.partition("-")[0])) for key, id_ in last.items()}
        self._store.write(
            lambda p: [p.xtrim(key, minid=since, approximate=False) for key, since in kept.items()]
        )

    # Sending on

    def begin_sending(self, lasts_ms: int) -> bool:
        """Whether no other worker sends just now."""
        (begun,) = self._store.write(lambda p: p.set(SENDING, "1", nx=True, px=lasts_ms))
        return bool(begun)

    def end_sending(self) -> None:
        """Let another worker send."""
        self._store.write(lambda p: p.delete(SENDING))

    def sent(self, receiver: str, now: int) -> dict[str, str]:
        """The id of the last entry that a receiver has of each log; it begins with ``now`` (ms)."""
        self._store.write(lambda p: p.hsetnx(SENT, receiver, now))
        (fields,) = self._store.read(lambda p: p.hgetall(SENT))
        return {tag: _last_sent(fields, receiver, tag) for tag in self.tags()}

    def note_sent(self, receiver: str, tag: str, last: str) -> None:
        """Note that a receiver has a log's entries up to this id."""
        self._store.write(lambda p: p.hset(SENT, f"{receiver}|{tag}", last))

    def unsent(self) -> dict[str, int]:
        """When the first entry came that a receiver has not got (ms), by receiver; without those
        that have all."""
        (fields,) = self._store.read(lambda p: p.hgetall(SENT))
        tags = self.tags() if fields else []
        oldest = {
            receiver: self._first_after({tag: _last_sent(fields, receiver, tag) for tag in tags})
            for receiver in fields
            if "|" not in receiver
        }
        return {receiver: at for receiver, at in oldest.items() if at is not None}

    def _first_after(self, lasts: Mapping[str, str]) -> int | None:
        found = self._store.read(
            lambda p: [p.xrange(log_key(tag), f"({last}", "+", 1) for tag, last in lasts.items()]
        )
        return min((int(each[0][0].partition("-")[0]) for each in found if each), default=None)

    def _backwards(
        self, tag: str, search: Search, before: Position | None
    ) -> Iterator[RecordedEntry]:
        highest = f"({search.end}-0"
        if before is not None and before.at < search.end:
            # In the stream of the place itself it is left out, in streams that sort before it not.
            exclusive = "(" if tag >= before.tag else ""
            highest = f"{exclusive}{before.at}-{before.number}"
        while True:
            found = self._page(tag, highest, search.first)
            yield from _readable(tag, found)
            if len(found) < _AT_ONCE:
                return
            highest = f"({found[-1][0]}"

    def _page(self, tag: str, highest: str, first: int) -> list[Any]:
        (found,) = self._store.read(
            lambda p: p.xrevrange(log_key(tag), highest, f"{first}-0", _AT_ONCE)
        )
        return list(found)


def _last_sent(fields: Mapping[str, str], receiver: str, tag: str) -> str:
    """The id of the last entry of a log that a receiver has, or of before its first instant."""
    return fields.get(f"{receiver}|{tag}", f"{int(fields[receiver]) - 1}-{_LAST_NUMBER}")


def _readable(tag: str, found: Iterable[Any]) -> Iterator[RecordedEntry]:
    """The readable entries: a damaged one does not hide the others."""
    for id_, fields in found:
        at, _, number = str(id_).partition("-")
        try:
            yield RecordedEntry(
                Position(int(at), int(number), tag), entry_from_text(fields["entry"])
            )
        except (ValueError, TypeError, KeyError):
            _log.error("an entry of the audit log is damaged and left out")
