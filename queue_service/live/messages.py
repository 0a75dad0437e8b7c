"""An event of the log as open pages get it: server-sent events, for each of its audiences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from queue_service.access.rules.caller import Caller
from queue_service.contract.words import ENTRY_PATTERN
from queue_service.language.instants import rfc3339
from queue_service.visits.rules.events import (
    counters_of,
    for_own_counter,
    for_screens,
    is_heard,
)

PRIVATE_ROLES: Final = frozenset({"clerk", "supervisor", "admin"})
"""The roles that may see all of an event."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it goes to pages: for those who may see all of it, for displays and kiosks, and
    for the screens of the video ``counters`` where it happens.

    ``public`` is empty if displays and kiosks hear nothing of it.
    """

    id: str
    private: bytes
    public: bytes
    own: bytes = b""
    counters: frozenset[str] = frozenset()
    name: str = ""

    def text(self, caller: Caller) -> bytes:
        """The text for this caller's page; empty if it does not receive the event."""
        if not is_heard(self.name, caller.role):
            return b""
        if caller.role in PRIVATE_ROLES:
            return self.private
        return self.own if caller.counter in self.counters else self.public


def message_of(entry_id: str, fields: Mapping[str, str]) -> Message:
    """A log entry as it goes to pages."""
    data = json.loads(fields["data"])
    data["at"] = rfc3339(int(data["at"]))
    name = fields["event"]
    seen = for_screens(name, data)
    return Message(
        entry_id,
        private=encode(name, data, entry_id),
        public=encode(*seen, entry_id) if seen else b"",
        own=encode(*for_own_counter(name, data), entry_id),
        counters=counters_of(data),
        name=name,
    )


def encode(event: str, data: Mapping[str, Any], entry_id: str | None = None) -> bytes:
    """One server-sent event."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    id_line = f"id: {entry_id}\n" if entry_id else ""
    return f"{id_line}event: {event}\ndata: {text}\n\n".encode()


def store_message(up: bool) -> Message:
    """Whether the store answers; without an id, for it is in no log."""
    encoded = encode("store", {"up": up})
    return Message("", encoded, encoded)


_ENTRY: Final = re.compile(ENTRY_PATTERN)


def is_after(entry_id: str, other: str) -> bool:
    """Whether a log id lies after another."""
    return parse_id(entry_id) > parse_id(other)


def is_entry(text: str) -> bool:
    """Whether a text has the form of an event's id, and its numbers the size that one may have."""
    return _ENTRY.fullmatch(text) is not None


def parse_id(entry_id: str) -> tuple[int, int]:
    """The milliseconds and the sequence of a log id. Raises ValueError when it is none."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)
