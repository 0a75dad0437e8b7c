"""Branches in the store: their configurations, and facts about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import Any, Final

from queue_service.access.rules.caller import NO_KEY, IdempotencyKey
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.elsewhere import branch_from_shown
from queue_service.branches.rules.interventions import closures_from_text, interventions_from_text
from queue_service.errors import BranchNotFound
from queue_service.goals.rules.goal import goals_text
from queue_service.store.audit_log import AuditEntry, log_key, text_of, totals_key
from queue_service.store.keys import BRANCHES, BranchKeys
from queue_service.store.redis_store import RedisStore, Reply

CACHE_SECONDS: Final = 5.0
DEFAULT_ZONE: Final = "Europe/Copenhagen"
"""Of times that belong to no branch, if the branches have several zones or there are none."""
REVISIONS_KEPT: Final = 200
"""Configurations of a branch that are kept, the newest."""
ELSEWHERE: Final = "bus"
"""In a configuration's ``elsewhere``: another machine runs the branch and sends its days here."""


@dataclass(frozen=True, slots=True)
class ChangeBasis:
    """The input of a decision about a configuration, checked again at the commit."""

    branch: Branch | None
    last_event: str
    numbers: Mapping[str, str]
    open_counters: Mapping[str, str]
    """Their team, also of those that are paused."""
    removing: bool = False
    booked: frozenset[str] = frozenset()
    """The services with booked citizens who have not come yet."""


class BranchStore:
    """Reads and changes branches. Configurations are kept in the process for five seconds.

    The scripts compare the revision, and a refusal asks :meth:`outdated` first, so nothing is ever
    decided by an outdated one.
    """

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._cache: dict[str, tuple[float, Branch]] = {}

    def get(self, branch_id: str, at: int | None = None) -> Branch:
        """The branch, with the counters lent at ``at`` (ms), by default by this machine's clock.

        Raises BranchNotFound.
        """
        cached = self._cache.get(branch_id)
        fresh = cached is not None and cached[0] > monotonic()
        branch = cached[1] if cached and fresh else self._read(branch_id)
        return branch.at(int(time() * 1000) if at is None else at)

    def find(self, branch_id: str) -> Branch | None:
        """The branch; None if it is gone, or its removal was broken off."""
        try:
            return self.get(branch_id)
        except BranchNotFound:
            return None

    def _read(self, branch_id: str) -> Branch:
        branch = self._fetch(branch_id)
        if branch is None:
            raise no_branch(branch_id)
        self._cache[branch_id] = (monotonic() + CACHE_SECONDS, branch)
        return branch

    def current(self, branch_id: str, at: int | None = None) -> Branch:
        """The branch as the store has it at this moment. Raises BranchNotFound."""
        self.outdated(branch_id)
        return self.get(branch_id, at)

    def outdated(self, branch_id: str) -> bool:
        """Whether the configuration that is kept is no longer in force; then it is forgotten."""
        cached = self._cache.get(branch_id)
        if cached is None or self.fact(branch_id, "revision") == cached[1].revision:
            return False
        self.forget(branch_id)
        return True

    def forget(self, branch_id: str) -> None:
        """Read the configuration again next time."""
        self._cache.pop(branch_id, None)

    def is_booked(self, branch_id: str) -> bool:
        """Whether a booked citizen has not come yet."""
        (coming,) = self._store.read(lambda p: p.exists(BranchKeys(branch_id).coming))
        return bool(coming)

    def ids(self) -> list[str]:
        """The ids of all branches, in order."""
        (found,) = self._store.read(lambda p: p.smembers(BRANCHES))
        return sorted(found)

    def all(self) -> list[Branch]:
        """Every branch that has a configuration, by id."""
        return [branch for branch in map(self.find, self.ids()) if branch is not None]

    def zone_of(self, branch_id: str | None = None) -> str:
        """The zone of times and dates: that of the branch, else the one that all branches have,
        else :data:`DEFAULT_ZONE`; also for a branch that is gone."""
        found = self.find(branch_id) if branch_id else None
        if found is not None:
            return found.timezone
        zones = {branch.timezone for branch in self.all()}
        return zones.pop() if len(zones) == 1 else DEFAULT_ZONE

    def in_use(self) -> list[Branch]:
        """Every branch that is not archived, by id."""
        return [branch for branch in self.all() if not branch.archived]

    def names(self) -> list[str]:
        """The ids and the names of all branches, of which no password may consist."""
        return [text for branch in self.all() for text in (branch.id, branch.name)]

    def unfinished(self) -> list[str]:
        """The ids of branches that are being removed, or whose removal was broken off."""
        ids = self.ids()
        keys = [BranchKeys(branch_id).config for branch_id in ids]
        marks = self._store.read(lambda p: [p.hexists(key, "removing") for key in keys])
        return [branch_id for branch_id, mark in zip(ids, marks, strict=True) if mark]

    def basis(self, branch_id: str, date: str) -> ChangeBasis:
        """The current state, for a change of configuration on this date."""
        k = BranchKeys(branch_id)
        last, numbers, counters, paused, removing, coming = self._store.read(
            lambda p: (
                p.xrevrange(k.events, count=1),
                p.hgetall(k.numbers(date)),
                p.hgetall(k.open_counters),
                p.hgetall(k.paused_counters),
                p.hexists(k.config, "removing"),
                p.zrange(k.coming, 0, -1),
            )
        )
        event = last[0][0] if last else "0-0"
        counters |= {counter: value.rpartition("|")[2] for counter, value in paused.items()}
        booked = frozenset(str(member).partition("|")[0] for member in coming)
        branch = self._fetch(branch_id)
        return ChangeBasis(branch, event, numbers, counters, bool(removing), booked)

    def configure(
        self,
        branch_id: str,
        basis: ChangeBasis,
        date: str,
        revision: str,
        document: Mapping[str, Any],
        owners: Mapping[str, str],
        closing: list[str],
        entry: AuditEntry | None = None,
    ) -> str:
        """Put a configuration in place if nothing happened since: ``done`` or ``changed``."""
        k = BranchKeys(branch_id)
        # The list lives in another slot, so it is updated first: an id there without a
        # configuration is passed over. It is updated again afterwards, in case a removal of before
        # ended in between.
        self._store.write(lambda p: p.sadd(BRANCHES, branch_id))
        keys = (
            k.config, k.events, k.numbers(date), k.open_counters, k.counters_last_seen, k.shifts,
            k.goals, k.names, k.free_counters, k.paused_counters, k.totals, k.revisions,
            log_key(branch_id), totals_key(branch_id),
        )  # fmt: skip
        args = (
            basis.branch.revision if basis.branch else "", basis.last_event, revision,
            json.dumps(document, ensure_ascii=False), "", json.dumps(owners),
            json.dumps(closing), f'{{"at":"@now","revision":"{revision}"}}', goals_text(document),
            json.dumps(_names(document)), text_of(entry), REVISIONS_KEPT,
        )  # fmt: skip
        reply = self._store.run("configure", keys, args)
        self._store.write(lambda p: p.sadd(BRANCHES, branch_id))
        self.forget(branch_id)
        return str(reply[0])

    def announce(
        self,
        branch_id: str,
        field: str,
        value: str,
        event: str,
        data: Mapping[str, Any],
        *,
        at: int | None = None,
        idempotency: IdempotencyKey | None = None,
        entry: AuditEntry | None = None,
    ) -> Reply:
        """Store a fact about the branch and announce it; see ``branches/scripts/announce.lua``.

        Raises BranchNotFound.
        """
        k = BranchKeys(branch_id)
        m = idempotency or NO_KEY
        keys = (
            k.config, k.events, k.idempotency(m.scope, m.key), log_key(branch_id),
            totals_key(branch_id),
        )  # fmt: skip
        event_data = json.dumps({**data, "at": "@now"})
        args = (
            field, value, event, event_data, "" if at is None else at, m.fingerprint,
            text_of(entry),
        )  # fmt: skip
        reply = list(self._store.run("announce", keys, args))
        if reply[0] == "gone":
            self.forget(branch_id)
            raise no_branch(branch_id)
        return reply

    def fact(self, branch_id: str, field: str) -> str | None:
        """The value that ``announce`` keeps under a field, or None."""
        (value,) = self._store.read(lambda p: p.hget(BranchKeys(branch_id).config, field))
        return None if value is None else str(value)

    def central_branches(self, branch_ids: Iterable[str]) -> list[Branch]:
        """The central server's other branches as a bus knows them: names, hours and lifelines.

        ``branch_ids`` are the branches of this machine; empty unless one of them is a bus.
        """
        keys = [BranchKeys(branch_id).mobile for branch_id in branch_ids]
        found = self._store.read(lambda p: [p.hget(key, "home_branches") for key in keys])
        return [branch_from_shown(shown) for text in found if text for shown in json.loads(text)]

    def home(self) -> str:
        """On the machine of a mobile branch, where it is configured; empty on any other."""
        keys = [BranchKeys(branch_id).config for branch_id in self.ids()]
        homes = self._store.read(lambda p: [p.hget(key, "home") for key in keys])
        return next((str(home) for home in homes if home), "")

    def keep_central_server(self, branch_id: str, url: str) -> None:
        """Note in which service a branch of this machine is configured."""
        self._store.read(lambda p: p.hset(BranchKeys(branch_id).config, "home", url))

    def _fetch(self, branch_id: str) -> Branch | None:
        k = BranchKeys(branch_id)
        (found,) = self._store.read(
            lambda p: p.hmget(
                k.config, "revision", "document", "elsewhere", "taken_over", "sample_until",
                "interventions", "closures",
            )
        )  # fmt: skip
        revision, document, run_by, taken_over, sample_until, interventions, closures = found
        if document is None:
            return None
        return Branch.from_document(
            branch_id,
            revision,
            json.loads(document),
            elsewhere=run_by == ELSEWHERE,
            taken_over=taken_over == "1",
            sample_until=sample_until or "",
            interventions=interventions_from_text(interventions),
            closures=closures_from_text(closures),
        )


def no_branch(branch_id: str) -> BranchNotFound:
    """The refusal where there is no branch with this id."""
    return BranchNotFound(f"There is no branch “{branch_id}”; check the address.")


def _names(document: Mapping[str, Any]) -> list[str]:
    """Field and name in turns, so that figures of removed parts still have their names."""
    parts = (
        ("service", "services"),
        ("team", "teams"),
        ("counter", "counters"),
        ("pause", "pause_reasons"),
    )
    return [
        text
        for kind, part in parts
        for item in document.get(part, ())
        for text in (f"{kind}|{item['id']}", json.dumps(item["name"], ensure_ascii=False))
    ]
