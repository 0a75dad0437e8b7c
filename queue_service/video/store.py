"""Messages between the two pages of a video counter, for a minute or two."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, NamedTuple

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.video.rules import (
    JOINED,
    MESSAGES_KEPT_MS,
    MOST_MESSAGES,
    MOST_RESULTS,
    MOST_SENT,
    PAGE_KEPT_MS,
    RESULTS_SECONDS,
    SENT_SECONDS,
    LineResult,
    Party,
    line_field,
)
from queue_service.visits.rules.events import VIDEO_MESSAGE

_FIRST: Final = "-"
GivenBy = Literal["call", "repeat", "take"]
"""How a conversation comes to a clerk's page: by a call, its repetition, or a take-over."""


class StoredMessage(NamedTuple):
    """A message as it was sent, with its id."""

    id: str
    message: dict[str, Any]


class VideoStore:
    """Keeps and reads the messages of all video counters."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def send(
        self,
        branch_id: str,
        counter: str,
        party: Party,
        page: str,
        message: dict[str, Any],
        idempotency: IdempotencyKey | None,
    ) -> Reply:
        """Keep a message for the other page; see ``video/scripts/video_message.lua``."""
        k = BranchKeys(branch_id)
        m = idempotency or NO_KEY
        keys = (
            k.config, k.busy_counters, k.video_messages(counter), k.events, k.video_clerk(counter),
            k.video_sent(counter, party), k.idempotency(m.scope, m.key),
        )  # fmt: skip
        data = {"counter": counter, "from": party, "at": "@now"}
        args = (
            counter, party, json.dumps(message, separators=(",", ":")), MESSAGES_KEPT_MS,
            MOST_MESSAGES, VIDEO_MESSAGE, json.dumps(data), "1" if message["type"] == "end" else "",
            page, PAGE_KEPT_MS, MOST_SENT, SENT_SECONDS, m.fingerprint,
        )  # fmt: skip
        return list(self._store.run("video_message", keys, args))

    def give_to(
        self,
        branch_id: str,
        counter: str,
        page: str,
        way: GivenBy,
        idempotency: IdempotencyKey | None = None,
    ) -> Reply:
        """Make a page the clerk's; see ``video/scripts/video_clerk.lua``."""
        k = BranchKeys(branch_id)
        m = idempotency or NO_KEY
        keys = (
            k.config, k.busy_counters, k.video_clerk(counter), k.video_messages(counter), k.events,
            k.idempotency(m.scope, m.key),
        )  # fmt: skip
        joined = {"type": JOINED, "sender": JOINED}
        data = {"counter": counter, "from": "clerk", "at": "@now"}
        args = (
            counter, page, way, PAGE_KEPT_MS, json.dumps(joined),
            MESSAGES_KEPT_MS, VIDEO_MESSAGE, json.dumps(data), m.fingerprint,
        )  # fmt: skip
        return list(self._store.run("video_clerk", keys, args))

    def count_line(
        self, branch_id: str, counter: str, result: LineResult, idempotency: IdempotencyKey | None
    ) -> Reply:
        """Count the result of a connection; see ``video/scripts/video_connection.lua``."""
        k = BranchKeys(branch_id)
        m = idempotency or NO_KEY
        keys = (
            k.config, k.totals, k.idempotency(m.scope, m.key), k.video_sent(counter, "lines"),
        )  # fmt: skip
        args = (line_field(counter, result), m.fingerprint, MOST_RESULTS, RESULTS_SECONDS)
        return list(self._store.run("video_connection", keys, args))

    def messages(
        self, branch_id: str, counter: str, party: Party, page: str, after: str | None
    ) -> list[StoredMessage] | None:
        """The other page's messages after an id, for the present visit.

        None if another page than ``page`` is the clerk's; nothing before one is.
        """
        k = BranchKeys(branch_id)
        begin = f"({after}" if after else _FIRST
        time, visit, clerk, entries = self._store.read(
            lambda p: (
                p.time(),
                p.hget(k.busy_counters, counter),
                p.get(k.video_clerk(counter)),
                p.xrange(k.video_messages(counter), min=begin),
            )
        )
        of, _, held_by = (clerk or "").partition("|")
        if party == "clerk" and (of != visit or held_by != page):
            return [] if of != visit else None
        oldest = int(time[0]) * 1000 - MESSAGES_KEPT_MS
        return [
            StoredMessage(entry_id, json.loads(fields["message"]))
            for entry_id, fields in entries
            if fields["visit"] == visit
            and fields["party"] != party
            and int(entry_id.partition("-")[0]) >= oldest
        ]
