"""An event of the log as open pages get it: server-sent events, for three audiences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from queue_service.access.rules.caller import Role
from queue_service.contract.words import ENTRY_PATTERN
from queue_service.language.instants import rfc3339
from queue_service.visits.rules.events import for_displays, for_screens, is_heard

PRIVATE_ROLES: Final = frozenset({"clerk", "supervisor", "admin"})
"""Who may see all of an event."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it goes to pages: for those who may see all of it, for kiosks, for displays.

    ``display`` is empty where these hear nothing of it.
    """

    id: str
    private: bytes
    public: bytes
    display: bytes
    name: str = ""

    def text(self, role: Role) -> bytes:
        """What this audience gets; nothing where it does not hear of it."""
        if not is_heard(self.name, role):
            return b""
        if role == "display":
            return self.display
        return self.private if role in PRIVATE_ROLES else self.public


def message_of(entry_id: str, fields: Mapping[str, str]) -> Message:
    """A log entry as it goes to pages."""
    data = json.loads(fields["data"])
    data["at"] = rfc3339(int(data["at"]))
    name = fields["event"]
    private, public = encode(name, data, entry_id), encode(*for_screens(name, data), entry_id)
    seen = for_displays(name, data)
    return Message(entry_id, private, public, encode(*seen, entry_id) if seen else b"", name)


def encode(event: str, data: Mapping[str, Any], entry_id: str | None = None) -> bytes:
    """One server-sent event."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    id_line = f"id: {entry_id}\n" if entry_id else ""
    return f"{id_line}event: {event}\ndata: {text}\n\n".encode()


def store_message(up: bool) -> Message:
    """Whether the store answers; without an id, for it is in no log."""
    encoded = encode("store", {"up": up})
    return Message("", encoded, encoded, encoded)


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
