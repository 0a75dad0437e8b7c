"""Writing the audit log: each entry in the same step as the change it is about.

A script that makes a change is given the entry about it and adds it (``record`` of
``store/prelude.lua``), so that neither is there without the other. A log is in the slot of the
changes it records: each branch has one, and so have credentials and webhooks. ``audit/`` reads
them together.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from queue_service.contract.actions import Action, ActorKind
from queue_service.store.redis_store import RedisStore

CREDENTIALS: Final = "access"
WEBHOOKS: Final = "webhooks"
"""The logs that belong to no branch, by the hash tag of the keys they are about."""

_ID_BYTES: Final = 8
_REFUSALS_LISTED: Final = 60
"""Refusals that are listed one by one in a minute; more are counted."""
_SAME_REFUSAL_MS: Final = 5 * 60 * 1000
"""For so long the same refusal of a page or of a slowed login is listed once."""

REMOVED: Final = "queue:audit:removed"
"""Set: ids of removed branches whose log is kept."""


def log_key(tag: str) -> str:
    """Stream: the entries of a log as JSON of an AuditEntry; ``tag`` is a branch or another hash
    tag."""
    return f"queue:audit:{{{tag}}}"


def totals_key(tag: str) -> str:
    """Hash: action → how many entries a log ever had, also those no longer kept or not listed."""
    return f"queue:audit:{{{tag}}}:totals"


def refusals_key(tag: str) -> str:
    """Hash: ``minute`` (of the clock), and how many refusals were ``listed`` in it."""
    return f"queue:audit:{{{tag}}}:refusals"


def refused_key(tag: str, what: str) -> str:
    """String for minutes: a refusal that is listed already; ``what`` is a digest."""
    return f"queue:audit:{{{tag}}}:refused:{what}"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry, as it is stored. Its instant is the id that the stream gives it.

    ``by`` is a credential's id and ``name`` the account's or the label of a program or screen;
    ``address`` is the sender's as the service sees it. ``target`` names an account, a token's id, a
    file or a part of the configuration; ``details`` has further facts by name. Neither ever names
    a citizen, a visit or a ticket.
    """

    action: Action
    result: Literal["done", "refused"]
    kind: ActorKind
    by: str
    name: str
    role: str
    address: str
    branch: str | None = None
    target: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: secrets.token_hex(_ID_BYTES))

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)


def entry_from_text(text: str) -> AuditEntry:
    """An entry as it was kept. Raises ValueError or TypeError for a damaged one."""
    return AuditEntry(**json.loads(text))


def text_of(entry: AuditEntry | None) -> str:
    """The argument of a script that records an entry; empty for none."""
    return entry.text() if entry is not None else ""


class AuditLog:
    """Adds entries. Raises StoreUnavailable when the store does not answer."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def add(self, entry: AuditEntry) -> None:
        """Add an entry by itself, before its change is acknowledged."""
        tag = entry.branch or CREDENTIALS
        self._store.run("record_entry", (log_key(tag), totals_key(tag)), (entry.text(),))

    def change(
        self,
        entry: AuditEntry | None,
        tag: str,
        command: str,
        key: str,
        arguments: Sequence[str | int],
    ) -> None:
        """Run one command of the store on a key, and add an entry if there is one, in one step."""
        keys = (key, log_key(tag), totals_key(tag))
        self._store.run("record_change", keys, (text_of(entry), command, *arguments))

    def refusal(self, entry: AuditEntry, *, once_for: str = "") -> None:
        """Add an entry about a refusal, unless :data:`_REFUSALS_LISTED` were listed this minute.

        ``once_for``: a digest of the refused request; the same is listed once in five minutes. All
        are counted in the totals.
        """
        tag = CREDENTIALS
        keys = (log_key(tag), totals_key(tag), refusals_key(tag), refused_key(tag, once_for))
        args = (entry.text(), _REFUSALS_LISTED, _SAME_REFUSAL_MS if once_for else "")
        self._store.run("record_refusal", keys, args)
