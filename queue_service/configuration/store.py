"""The configurations that a branch has had, as they were put in place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from queue_service.store.audit_log import AuditEntry, entry_from_text
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore


@dataclass(frozen=True, slots=True)
class Revision:
    """A configuration that was put in place at ``at`` (ms); ``place`` is its own among all.

    ``entry`` is the one of the audit log about it; None for the configuration that was in force
    before revisions were kept.
    """

    place: str
    id: str
    at: int
    document: Mapping[str, Any]
    entry: AuditEntry | None


class RevisionStore:
    """Reads them; ``branches/scripts/configure.lua`` adds each with the change itself."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def latest(self, branch_id: str, before: str | None, count: int) -> list[Revision]:
        """So many revisions, the latest first; ``before``: those before the one at this place."""
        highest = "+" if before is None else f"({before}"
        key = BranchKeys(branch_id).revisions
        (found,) = self._store.read(lambda p: p.xrevrange(key, highest, "-", count))
        return [*_revisions(found)]

    def get(self, branch_id: str, place: str) -> Revision | None:
        """The revision at a place."""
        key = BranchKeys(branch_id).revisions
        (found,) = self._store.read(lambda p: p.xrange(key, place, place))
        return next(_revisions(found), None)


def _revisions(found: Iterable[Any]) -> Iterator[Revision]:
    for place, fields in found:
        text = fields["entry"]
        yield Revision(
            place=str(place),
            id=fields["revision"],
            at=int(str(place).partition("-")[0]),
            document=json.loads(fields["document"]),
            entry=entry_from_text(text) if text else None,
        )
