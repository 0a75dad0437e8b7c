"""Messages between the two pages of a video counter, for a minute or two."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from queue_service.access.rules.caller import IdempotencyKey
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply
from queue_service.video.rules import (
    MESSAGES_KEPT_MS,
    MOST_MESSAGES,
    LineResult,
    Party,
    line_field,
)
from queue_service.visits.rules.events import VIDEO_MESSAGE

_FIRST: Final = "-"


class Stored(NamedTuple):
    """A message as it was sent, with its id."""

    id: str
    message: dict[str, Any]


class VideoStore:
    """Keeps and reads the messages of all video counters."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def send(self, branch_id: str, counter: str, party: Party, message: dict[str, Any]) -> Reply:
        """Keep a message for the other page; see ``video/scripts/video_message.lua``."""
        k = BranchKeys(branch_id)
        keys = (k.config, k.busy_counters, k.video_messages(counter), k.events)
        data = {"counter": counter, "from": party, "at": "@now"}
        args = (
            counter, party, json.dumps(message, separators=(",", ":")), MESSAGES_KEPT_MS,
            MOST_MESSAGES, VIDEO_MESSAGE, json.dumps(data), "1" if message["type"] == "end" else "",
        )  # fmt: skip
        return list(self._store.run("video_message", keys, args))

    def count_line(
        self, branch_id: str, counter: str, result: LineResult, idempotency: IdempotencyKey | None
    ) -> Reply:
        """Count what became of a line; see ``video/scripts/video_line.lua``."""
        k = BranchKeys(branch_id)
        m = idempotency or IdempotencyKey("", "", "")
        keys = (k.config, k.totals, k.idempotency(m.scope, m.key))
        return list(
            self._store.run("video_line", keys, (line_field(counter, result), m.fingerprint))
        )

    def messages(
        self, branch_id: str, counter: str, party: Party, after: str | None
    ) -> list[Stored]:
        """What the other page has sent after an id, for the visit that is there now."""
        k = BranchKeys(branch_id)
        begin = f"({after}" if after else _FIRST
        time, visit, entries = self._store.read(
            lambda p: (
                p.time(),
                p.hget(k.busy_counters, counter),
                p.xrange(k.video_messages(counter), min=begin),
            )
        )
        oldest = int(time[0]) * 1000 - MESSAGES_KEPT_MS
        return [
            Stored(entry_id, json.loads(fields["message"]))
            for entry_id, fields in entries
            if fields["visit"] == visit
            and fields["party"] != party
            and int(entry_id.partition("-")[0]) >= oldest
        ]
