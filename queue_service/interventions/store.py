"""Interventions in the store: separate from the configuration, changed by compare-and-set."""

from __future__ import annotations

import json
from secrets import token_hex
from typing import Final

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import REVISION_OF_INTERVENTIONS, Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import capped_field, in_force, interventions_to_text
from queue_service.interventions.rules import InterventionPlan
from queue_service.notes.rules import Note
from queue_service.store.audit_log import AuditEntry, log_key, totals_key
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

_REVISION_BYTES: Final = 4


class InterventionStore:
    """Changes the interventions of all branches; they are read with the branch."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def issued(self, branch: Branch, now: int) -> dict[str, int]:
        """By service with a cap: the tickets that kiosks have issued on the day, at ``now``
        (ms)."""
        caps = in_force(branch.interventions, now, "cap_service")
        services = sorted({service for one in caps for service in one.services})
        if not services:
            return {}
        key = BranchKeys(branch.id).day(moment(branch, now).date)
        fields = [capped_field(service) for service in services]
        (counts,) = self._store.read(lambda p: p.hmget(key, fields))
        return {s: int(n or 0) for s, n in zip(services, counts, strict=True)}

    def put(
        self,
        branch: Branch,
        plan: InterventionPlan,
        note: Note | None,
        now: int,
        idempotency: IdempotencyKey | None,
        entry: AuditEntry,
    ) -> Reply:
        """Keep a plan that was made at ``now`` (ms), and its note.

        See ``interventions/scripts/intervene.lua``.

        A cap that begins counts what kiosks have issued on the day before.
        """
        k = BranchKeys(branch.id)
        m = idempotency or NO_KEY
        one = plan.one
        date = moment(branch, now).date
        counted = one.services if one.kind == "cap_service" and one.ended_at is None else ()
        revision = f"{branch.edition}{REVISION_OF_INTERVENTIONS}{token_hex(_REVISION_BYTES)}"
        keys = (
            k.config, k.events, k.idempotency(m.scope, m.key), k.day(date), k.index(date),
            k.visit_prefix, k.notes, log_key(branch.id), totals_key(branch.id),
        )  # fmt: skip
        args = (
            branch.revision, revision, interventions_to_text(plan.interventions),
            json.dumps(plan.closures), json.dumps({"at": now, "revision": revision}),
            m.fingerprint, interventions_to_text([one]), json.dumps(counted),
            json.dumps(note.document(), ensure_ascii=False) if note else "", entry.text(),
        )  # fmt: skip
        return list(self._store.run("intervene", keys, args))
