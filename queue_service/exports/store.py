"""Files made for download, in the jobs' store, where every web replica finds them.

A replica shares no folder with the worker, but all of them share this store. It must not fill up
(its server refuses writes rather than forget), so a file is bounded, all files together are
bounded, the oldest content makes room for the newest, and everything expires by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, cast

from redis import Redis

from queue_service.exports.keys import STORED_FILES, listing, part, record
from queue_service.store.jobs.guarded import guarded

ExportState = Literal["asked", "working", "ready", "failed", "dropped"]
"""``dropped``: it was ready, and its content made room for newer files."""

KEPT_MS: Final = 24 * 3_600_000
"""For how long a file is kept."""
MOST_BYTES: Final = 16 * 2**20
"""The largest file."""
ROOM_BYTES: Final = 64 * 2**20
"""How much all files together may take."""
_PART_BYTES: Final = 2**19


class FileTooLarge(Exception):
    """The file is larger than the limit for kept files."""


@dataclass(frozen=True, slots=True)
class Record:
    """The progress of a file: ``order`` is the request; instants are in ms.

    ``done`` of ``of`` steps are done. ``round`` counts how often it has been asked to be made.
    """

    id: str
    order: str
    state: ExportState
    asked_at: int
    touched_at: int
    round: int = 1
    done: int = 0
    of: int = 0
    size: int = 0
    parts: int = 0
    media_type: str = ""
    problem: str = ""


class ExportStore:
    """Keeps them. ``client`` is to the jobs' store, with bytes in and out."""

    def __init__(self, client: Redis, *, room: int = ROOM_BYTES) -> None:
        self._client = client
        self._room = room

    def put(self, branch: str, entry: Record) -> None:
        """Write what is known of a file and list it on a branch's page."""

        def write() -> None:
            with self._client.pipeline() as pipeline:
                pipeline.hset(record(entry.id), mapping=_fields(entry))
                pipeline.pexpire(record(entry.id), KEPT_MS)
                pipeline.zadd(listing(branch), {entry.id: entry.asked_at})
                pipeline.zremrangebyscore(listing(branch), "-inf", entry.asked_at - KEPT_MS)
                pipeline.pexpire(listing(branch), KEPT_MS)
                pipeline.execute()

        guarded(write)

    def get(self, export_id: str) -> Record | None:
        """The progress of a file; None if it is no longer kept."""
        found = guarded(lambda: self._client.hgetall(record(export_id)))
        return _read(export_id, cast(Mapping[bytes, bytes], found))

    def of_branch(self, branch: str) -> list[Record]:
        """The files asked for on a branch's page, the latest first."""
        ids = guarded(lambda: self._client.zrevrange(listing(branch), 0, -1))
        found = (self.get(export_id.decode()) for export_id in cast(list[bytes], ids))
        return [entry for entry in found if entry is not None]

    def remove(self, branch: str, entries: Iterable[Record]) -> None:
        """Remove these of the files asked for on a branch's page."""
        for entry in entries:
            names = [record(entry.id), *(part(entry.id, nth) for nth in range(entry.parts))]
            member = f"{entry.id}|{entry.size}|{entry.parts}"
            guarded(partial(self._client.zrem, STORED_FILES, member))
            guarded(partial(self._client.unlink, *names))
            guarded(partial(self._client.zrem, listing(branch), entry.id))

    def note(self, export_id: str, now: int, **fields: str | int) -> None:
        """Change some fields of a file's record, if it is still kept."""
        changed: dict[Any, Any] = {"touched_at": now, **fields}
        if self.get(export_id) is not None:
            guarded(lambda: self._client.hset(record(export_id), mapping=changed))

    def keep(self, export_id: str, content: bytes, media_type: str, now: int) -> None:
        """Keep a file's content and call it ready. Raises FileTooLarge."""
        if len(content) > min(MOST_BYTES, self._room):
            raise FileTooLarge
        pieces = [content[at : at + _PART_BYTES] for at in range(0, len(content), _PART_BYTES)]
        guarded(lambda: self._make_room(len(content), now))
        for nth, piece in enumerate(pieces):
            guarded(partial(self._client.set, part(export_id, nth), piece, px=KEPT_MS))
        member = f"{export_id}|{len(content)}|{len(pieces)}"
        guarded(lambda: self._client.zadd(STORED_FILES, {member: now + KEPT_MS}))
        size, parts = len(content), len(pieces)
        self.note(export_id, now, state="ready", size=size, parts=parts, media_type=media_type)

    def content(self, entry: Record) -> bytes | None:
        """A ready file's bytes; None when some of them are gone."""
        keys = [part(entry.id, nth) for nth in range(entry.parts)]
        pieces = cast(list[bytes | None], guarded(lambda: self._client.mget(keys))) if keys else []
        return None if None in pieces or not keys else b"".join(p for p in pieces if p)

    def _make_room(self, size: int, now: int) -> None:
        self._client.zremrangebyscore(STORED_FILES, "-inf", now)
        stored = [*self._stored_files()]
        taken = sum(of for _, _, of, _ in stored)
        for member, export_id, of, parts in stored:
            if taken + size <= self._room:
                break
            self._client.delete(*(part(export_id, nth) for nth in range(parts)))
            self._client.zrem(STORED_FILES, member)
            self.note(export_id, now, state="dropped")
            taken -= of

    def _stored_files(self) -> Iterator[tuple[bytes, str, int, int]]:
        for member in cast(list[bytes], self._client.zrange(STORED_FILES, 0, -1)):
            export_id, size, parts = member.decode().split("|")
            yield member, export_id, int(size), int(parts)


def _fields(entry: Record) -> dict[Any, Any]:
    return {name: getattr(entry, name) for name in Record.__slots__ if name != "id"}


def _read(export_id: str, found: Mapping[bytes, bytes]) -> Record | None:
    texts = {name.decode(): value.decode() for name, value in found.items()}
    if "order" not in texts:
        return None
    words = ("order", "state", "media_type", "problem")
    values = {name: text if name in words else int(text) for name, text in texts.items()}
    return Record(export_id, **cast(dict[str, Any], values))
