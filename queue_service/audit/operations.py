"""Operations on the audit log: finding entries, taking them out, and forgetting old ones."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from queue_service.access.audit_entries import entry_by
from queue_service.access.rules.caller import Caller
from queue_service.audit.store import AuditReader, Position, RecordedEntry, Search
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.contract.actions import Action
from queue_service.errors import Forbidden, Invalid
from queue_service.runtime.cooperation import in_turns
from queue_service.store.audit_log import AuditLog

SCANNED: Final = 5_000
"""Entries that one page looks at: one that a filter leaves out costs as much as one it shows."""
MOST_IN_A_FILE: Final = 100_000
MANY_REFUSALS: Final = 30
"""So many refusals within an hour are shown to administrators."""
MOST_COUNTED: Final = 1_000
_REFUSALS: Final[tuple[Action, ...]] = ("sign_in.refused", "sign_in.slowed", "access.refused")
_HOUR_MS: Final = 3600 * 1000
_DAY_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, the latest first; ``before`` leads to those before them, None if there are none."""

    entries: tuple[RecordedEntry, ...]
    before: Position | None


def search_of(
    queue: Queue,
    caller: Caller,
    first: str | None,
    last: str | None,
    actions: frozenset[str],
    branch: str | None,
    name: str,
) -> Search:
    """A search by dates, both inclusive; without a date from the beginning, or until now.

    An administrator of some branches sees their entries alone. Raises Forbidden for another branch,
    and Invalid for an end before the beginning.
    """
    if branch is not None and not caller.may_see(branch):
        raise Forbidden("You manage one branch only: ask an administrator of all branches.")
    if first and last and first > last:
        raise Invalid.at("to", "Choose an end after the beginning.")
    zone = ZoneInfo(queue.get(BranchStore).zone_of(branch or caller.branch))
    begins = _midnight(first, zone) if first else 0
    ends = _midnight(last, zone, 1) if last else queue.store.time() + _DAY_MS
    return Search(begins, ends, actions, branch, name.strip().lower(), _own_branches(caller))


def page(queue: Queue, search: Search, before: Position | None, limit: int) -> AuditPage:
    """A page of entries. After :data:`SCANNED` entries it ends, though it may be short."""
    found: list[RecordedEntry] = []
    all_entries = queue.get(AuditReader).latest(search, before)
    last: Position | None = None
    for each in in_turns(islice(all_entries, SCANNED)):
        last = each.position
        if search.fits(each.entry):
            found.append(each)
            if len(found) == limit:
                break
    more = last is not None and next(all_entries, None) is not None
    return AuditPage(tuple(found), last if more else None)


def recent_refusals(queue: Queue, caller: Caller) -> int:
    """How many logins and requests were refused within an hour, up to :data:`MOST_COUNTED`; 0 for
    fewer than :data:`MANY_REFUSALS`, as happen on any day."""
    now = queue.store.time()
    own = _own_branches(caller)
    search = Search(now - _HOUR_MS, now + 1, frozenset(_REFUSALS), among=own)
    found = (e for e in queue.get(AuditReader).latest(search, None) if search.fits(e.entry))
    count = sum(1 for _ in islice(found, MOST_COUNTED))
    return count if count >= MANY_REFUSALS else 0


def file_entries(
    queue: Queue, caller: Caller, search: Search, form: str
) -> Iterator[RecordedEntry]:
    """All entries that fit, for a file, the latest first and at most :data:`MOST_IN_A_FILE`.

    That somebody takes them is recorded first.
    """
    entry = entry_by(caller, "export.audit", branch=search.branch, target=form)
    queue.get(AuditLog).add(entry)
    found = (
        each for each in queue.get(AuditReader).latest(search, None) if search.fits(each.entry)
    )
    return in_turns(islice(found, MOST_IN_A_FILE))


def expire(queue: Queue, days: int, now: int) -> None:
    """Forget entries that are more than so many days old at ``now`` (ms)."""
    queue.get(AuditReader).forget(now - days * _DAY_MS)


def _own_branches(caller: Caller) -> frozenset[str] | None:
    """The branches that an administrator manages; None for all."""
    if caller.covers(None):
        return None
    return frozenset(grant.branch for grant in caller.grants if grant.branch is not None)


def _midnight(date: str, zone: ZoneInfo, days_later: int = 0) -> int:
    day = datetime.date.fromisoformat(date) + datetime.timedelta(days=days_later)
    begins = datetime.datetime.combine(day, datetime.time(), zone)
    return int(begins.timestamp() * 1000)
