"""Contacts without a ticket in the store, as counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.hours import Hour
from queue_service.contacts.rules import UNDO_WITHIN_MS, Contact, back_field, fields_of, total_field
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply


class ContactStore:
    """Counts and reads the contacts of all branches. Raises StoreUnavailable."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def count(
        self,
        branch: Branch,
        hour: Hour,
        contact: Contact,
        counter: str,
        contact_id: str,
        idempotency: IdempotencyKey | None,
        at: int | None,
    ) -> Reply:
        """Count a contact; see ``contacts/scripts/contact.lua``."""
        k, m = BranchKeys(branch.id), idempotency or NO_KEY
        keys = (
            k.config, k.contacts(hour.date), k.idempotency(m.scope, m.key), k.totals,
            k.open_counters, k.contact(contact_id), k.paused_counters,
        )  # fmt: skip
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, hour.since, hour.until,
            hour.date, fields_of(hour.hour, contact), counter,
            total_field("contact", contact.service, contact.channel),
            total_field("contact_back", contact.service, contact.channel),
            UNDO_WITHIN_MS, contact_id,
        )  # fmt: skip
        return list(self._store.run("contact", keys, args))

    def undo(
        self, branch_id: str, contact_id: str, idempotency: IdempotencyKey | None
    ) -> Reply | None:
        """Take a contact back; None if it cannot be (any more).

        See ``contacts/scripts/contact_undo.lua``.
        """
        k, m = BranchKeys(branch_id), idempotency or NO_KEY
        (read,) = self._store.read(lambda p: p.get(k.contact(contact_id)))
        if read is None:
            return None
        kept = json.loads(read)
        keys = (
            k.contact(contact_id), k.contacts(kept["date"]), k.totals,
            k.idempotency(m.scope, m.key),
        )  # fmt: skip
        fields = [back_field(field) for field in kept["fields"]]
        args = (read, m.fingerprint, json.dumps(fields), kept["total"])
        reply = list(self._store.run("contact_undo", keys, args))
        return None if reply[0] == "gone" else reply

    def days(self, branch_id: str, dates: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The stored counts of each date that has any."""
        return self._store.by_date(BranchKeys(branch_id).contacts, dates)
