"""Visits in the store: issued, read, and changed by compare-and-set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from queue_service.domain.branch import Branch
from queue_service.domain.calendar import Moment
from queue_service.domain.caller import Memo
from queue_service.domain.tally import Tally
from queue_service.domain.visit import AT_COUNTER, OPEN_STATES, Visit, visit_from_json
from queue_service.store.keys import BranchKeys, issuing_keys
from queue_service.store.redis_store import RedisStore

Reply = list[Any]
"""A script's reply: its status, then what the script's header says of that status."""

_NO_MEMO = Memo("", "", "")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket to be issued. ``document`` and ``event`` hold what only the script can fill in."""

    visit_id: str
    service: str
    prefix: str
    head_start_ms: int
    document: str
    event: str
    event_name: str
    counter: str = ""
    team: str = ""
    rate_limit: int = 0
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a decision about a visit is made from. ``raw`` is the document exactly as stored."""

    now: int
    visit: Visit
    raw: str
    open_counters: Mapping[str, str]
    busy_counters: Mapping[str, str]
    closed_at: int


class VisitStore:
    """Reads and changes the visits of all branches."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store

    def issue(
        self, branch: Branch, draft: Draft, moment: Moment, memo: Memo | None, at: int | None
    ) -> Reply:
        """Issue a ticket at ``at`` or by the store's clock; see ``scripts/issue.lua``."""
        k = BranchKeys(branch.id)
        m = memo or _NO_MEMO
        keys = (
            k.visit(draft.visit_id), k.memo(m.scope, m.key), k.rate(draft.caller),
            *issuing_keys(branch.id, draft.service, moment.date),
        )  # fmt: skip
        args = (
            branch.revision, m.fingerprint, "" if at is None else at, moment.since, moment.until,
            moment.date, moment.date.replace("-", ""), draft.prefix, draft.service,
            draft.head_start_ms, draft.document, draft.event_name, draft.event,
            branch.takers[draft.service], draft.counter, draft.team, draft.rate_limit,
            draft.visit_id,
        )  # fmt: skip
        return _reply(self._store.run("issue", keys, args))

    def commit(
        self,
        branch: Branch,
        scene: Scene,
        after: Visit,
        tally: Tally,
        event: tuple[str, Mapping[str, Any]],
        memo: Memo | None,
    ) -> Reply:
        """Write ``after`` if the visit is still as in ``scene``; see ``scripts/commit.lua``."""
        k = BranchKeys(branch.id)
        m = memo or _NO_MEMO
        before = scene.visit
        keys = (
            k.config, k.visit(after.id), k.memo(m.scope, m.key), k.queue(before.service),
            k.since(before.service), k.queue(after.service), k.since(after.service),
            k.open_counters, k.busy_counters, k.heard_counters, k.parked, k.open_numbers,
            k.totals, k.day(after.date), k.summary(after.date), k.events, k.calls, k.waits,
            k.estimates, k.holds,
        )  # fmt: skip
        change = json.dumps(_change(branch, before, after, tally), separators=(",", ":"))
        name, data = event
        args = (
            branch.revision, m.fingerprint, scene.raw, after.to_json(), scene.now, change, name,
            json.dumps(data, separators=(",", ":")),
        )  # fmt: skip
        return _reply(self._store.run("commit", keys, args))

    def pick(self, branch: Branch, counter: str, memo: Memo | None, at: int | None) -> Reply:
        """Who the counter would call next; see ``scripts/pick.lua``."""
        k = BranchKeys(branch.id)
        m = memo or _NO_MEMO
        keys = (
            k.config, k.open_counters, k.busy_counters, k.holds, k.queue_prefix, k.visit_prefix,
            k.memo(m.scope, m.key),
        )  # fmt: skip
        args = (
            counter, branch.takes_by_counter[counter], "" if at is None else at, branch.revision,
            m.fingerprint,
        )  # fmt: skip
        return _reply(self._store.run("pick", keys, args))

    def load(self, branch_id: str, visit_id: str, at: int | None) -> Scene | None:
        """A visit with all that a decision about it needs, or None where there is none."""
        k = BranchKeys(branch_id)
        time, raw, open_counters, busy, closed_at = self._store.read(
            lambda p: (
                p.time(),
                p.get(k.visit(visit_id)),
                p.hgetall(k.open_counters),
                p.hgetall(k.busy_counters),
                p.hget(k.config, "closed_at"),
            )
        )
        if raw is None:
            return None
        now = at if at is not None else int(time[0]) * 1000 + int(time[1]) // 1000
        return Scene(now, visit_from_json(raw), raw, open_counters, busy, int(closed_at or 0))

    def standing(self, branch: Branch, visit: Visit, at: int | None) -> str:
        """The answer that tells where a visit stands; empty when it is gone."""
        k = BranchKeys(branch.id)
        keys = (
            k.queue(visit.service), k.holds, k.open_counters, k.estimates, k.visit(visit.id),
        )  # fmt: skip
        takers = branch.takers.get(visit.service, "|")
        args = (visit.id, takers, visit.service, "" if at is None else at)
        return str(self._store.run("standing", keys, args))

    def remembered(self, branch_id: str, memo: Memo) -> tuple[str, str] | None:
        """The fingerprint and answer kept under a key, or None."""
        key = BranchKeys(branch_id).memo(memo.scope, memo.key)
        (kept,) = self._store.read(lambda p: p.get(key))
        if kept is None:
            return None
        fingerprint, _, answer = kept.partition("\n")
        return fingerprint, answer

    def of_day(self, branch_id: str, date: str) -> list[Visit]:
        """All visits of a business day that are still kept, as issued."""
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.lrange(k.index(date), 0, -1))
        return self.many(branch_id, ids)

    def open_visits(self, branch_id: str) -> list[Visit]:
        """Every visit that has not ended, of whatever day."""
        k = BranchKeys(branch_id)
        (ids,) = self._store.read(lambda p: p.hvals(k.open_numbers))
        return self.many(branch_id, ids)

    def parked_at(self, branch_id: str, counter: str) -> list[Visit]:
        """The visits parked at a counter."""
        k = BranchKeys(branch_id)
        (parked,) = self._store.read(lambda p: p.hgetall(k.parked))
        return self.many(branch_id, [v for v, at in parked.items() if at == counter])

    def many(self, branch_id: str, ids: Iterable[str]) -> list[Visit]:
        """The visits with these ids, without those that are gone."""
        k = BranchKeys(branch_id)
        wanted = [k.visit(visit_id) for visit_id in ids]
        found: list[Visit] = []
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            (raws,) = self._store.read(lambda p, keys=chunk: p.mget(keys))  # type: ignore[misc]
            found.extend(visit_from_json(raw) for raw in raws if raw is not None)
        return found

    def holds(self, branch_id: str) -> dict[str, tuple[str, int]]:
        """For each visit held back: the one counter that may call it ('' any), and until when."""
        (held,) = self._store.read(lambda p: p.hgetall(BranchKeys(branch_id).holds))
        split = {visit_id: value.rpartition("|") for visit_id, value in held.items()}
        return {visit_id: (counter, int(until)) for visit_id, (counter, _, until) in split.items()}


def _reply(raw: Any) -> Reply:
    return list(raw)


def _change(branch: Branch, before: Visit, after: Visit, tally: Tally) -> dict[str, Any]:
    """The change as ``scripts/commit.lua`` wants it, from the visit before and after."""
    was = before.counter if before.state in AT_COUNTER else None
    now_at = after.counter if after.state in AT_COUNTER else None
    change: dict[str, Any] = {
        "id": after.id,
        "number": after.number,
        "service": after.service,
        "takers": branch.takers.get(after.service, "|"),
        "leave": before.state == "waiting",
        "opens": after.state in OPEN_STATES and before.state not in OPEN_STATES,
        "ends": after.state not in OPEN_STATES,
        "heard": sorted({c for c in (was, now_at) if c}),
        "totals": tally.totals,
        "day": tally.day,
    }
    if was != now_at:
        change |= {"free": was} if was else {}
        change |= {"occupy": now_at, "team": after.team or ""} if now_at else {}
    if after.state == "parked":
        change["park"] = after.counter
    if after.state == "waiting":
        change["join"] = {"place": str(after.place), "since": _since(after)}
        if after.bound or after.held_until:
            change["hold"] = f"{after.bound or ''}|{after.held_until or 0}"
    if after.called_at is not None and after.called_at != before.called_at:
        change["calls"] = str(after.called_at)
    return change | _like_wait(before, tally)


def _since(visit: Visit) -> str:
    judged = visit.first_called_at is not None or visit.ahead is None
    return f"{visit.issued_at}.5" if judged else str(visit.issued_at)


def _like_wait(before: Visit, tally: Tally) -> dict[str, Any]:
    """What is learnt for later estimates: only from waits that took their natural course."""
    if tally.waited_ms is None or before.head_start_ms or before.ahead is None:
        return {}
    if before.queued_at != before.issued_at or before.bound:
        return {}
    return {
        "wait": {
            "service": before.service,
            "ahead": before.ahead,
            "open": before.counters_open or 0,
            "seconds": tally.waited_ms // 1000,
        }
    }
