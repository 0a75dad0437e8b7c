"""On the central server: the changes of a day's package, derived from the visits' documents before
and after."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.errors import OtherBranch
from queue_service.mobile.contract import Package
from queue_service.mobile.rules import (
    DayMark,
    VisitVersion,
    is_same,
    is_touched,
    keeps_its_end,
    natural_wait,
    reopened,
    version_of,
)
from queue_service.mobile.store import RUN_CENTRALLY, DayChange, KeptDay, MobileStore, VisitChange
from queue_service.notes.rules import INTERVENTION, Note
from queue_service.visits.rules.counting import Counts, count, total_field
from queue_service.visits.rules.visit import OPEN_STATES, PAPER, Visit, as_issued, visit_or_none
from queue_service.visits.store.changes import change as change_of
from queue_service.visits.store.visit_store import VisitStore

_CALLS: Final = 10
_NOT_READ: Final = "*"
"""In place of a stored document that cannot be read: whatever it is, it is replaced."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """The visits on the central server that a package may be about; ``released``: the central
    server runs the branch itself.

    ``sent`` are the versions that the bus sent last.
    """

    documents: Mapping[str, str]
    visits: Mapping[str, Visit]
    released: bool
    sent: Mapping[str, VisitVersion]

    def is_damaged(self, visit_id: str) -> bool:
        return visit_id in self.documents and visit_id not in self.visits

    def takes(self, sent: Visit) -> bool:
        """Whether what the bus sends of a visit counts: not if the central server has changed it
        itself."""
        here = self.visits.get(sent.id)
        if here is not None and self.is_touched(here):
            return is_same(here, sent)
        return not (self.released and keeps_its_end(here, sent))

    def is_touched(self, here: Visit) -> bool:
        """Whether somebody on the central server has changed a visit since the bus sent it."""
        last = self.sent.get(here.id)
        return last is not None and is_touched(here, last)

    def is_changed_twice(self, sent: Visit) -> bool:
        """Whether both sides have changed a visit, each in its own way, since the bus sent it."""
        here = self.visits.get(sent.id)
        if here is None or not self.is_touched(here) or is_same(here, sent):
            return False
        return sent.stamp != self.sent[sent.id].stamp


@dataclass(slots=True)
class _Tally:
    """The resulting visits, and all counts on the way."""

    changes: list[VisitChange] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    day: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def add(self, stored: _Stored, visit: Visit) -> None:
        """Count a visit as it becomes."""
        before = stored.visits.get(visit.id)
        if before == visit:
            return
        if stored.is_damaged(visit.id):
            # It is unknown which part of it has been counted, and nothing may be counted twice.
            self.changes.append(VisitChange(visit.id, _NOT_READ, visit.to_json()))
            return
        self._learn(visit, self._count(before, visit))
        document = stored.documents.get(visit.id, "")
        self.changes.append(VisitChange(visit.id, document, visit.to_json()))

    def _count(self, before: Visit | None, after: Visit) -> Counts:
        if before is None:
            self.totals[total_field("issued", after.issued_service)] += 1
            self.day["issued"] += 1
            if after.source == PAPER:
                self.totals[total_field("paper", after.issued_service)] += 1
                self.day["paper"] += 1
        begun = before or as_issued(after)
        between = reopened(begun, after)
        taken_back, counts = count(begun, between), count(between, after)
        for part in (taken_back, counts):
            self.totals.update(part.totals)
            self.day.update(part.day)
        return counts

    def _learn(self, visit: Visit, counts: Counts) -> None:
        """Keep what its wait says about the waits of others."""
        waited = natural_wait(visit) if counts.waited_ms is not None else None
        if waited is None:
            return
        like = {"service": visit.issued_service, "ahead": visit.ahead,
                "open": visit.counters_open, "seconds": waited // 1000}  # fmt: skip
        self.waits.append((visit.first_called_at or 0, like))

    @property
    def lessons(self) -> list[dict[str, Any]]:
        """The waits in the order in which they ended."""
        return [like for _, like in sorted(self.waits, key=lambda wait: wait[0])]


def day_change(
    queue: Queue,
    branch: Branch,
    package: Package,
    visits: Sequence[Visit],
    known: KeptDay,
    mark: DayMark,
) -> DayChange:
    """The changes of a package. Raises OtherBranch for a visit that is not of its day."""
    stored = _stored(queue, branch.id, [*known.ids, *(v.id for v in visits)], known.sent)
    taken = [visit for visit in visits if stored.takes(visit)]
    _require_own(queue, branch.id, package.date, taken, stored.visits)
    tally = _Tally()
    for visit in taken:
        tally.add(stored, visit)
    everybody = {**stored.visits, **{visit.id: visit for visit in taken}}
    twice = {v.id: _twice(v) for v in visits if stored.is_changed_twice(v)}
    of_date = [visit for visit in everybody.values() if visit.date == package.date]
    plan: dict[str, Any] = {
        "index": _index(known.ids, stored, everybody, of_date),
        "numbers": _numbers(of_date),
        "paper": {visit.number: visit.id for visit in of_date if visit.source == PAPER},
        "totals": tally.totals,
        "day": tally.day,
        **_other_counts(package, known.counted),
        "notes": _notes(package, known.counted),
        "shifts": package.content.shifts,
        "waits": tally.lessons,
        "calls": _calls(of_date),
        "sent": _versions(known.sent, stored, taken, whole=mark.whole),
        "twice": json.dumps({**known.twice, **twice}) if known.twice or twice else "",
    }
    still_open = [v for v in queue.get(VisitStore).open_visits(branch.id) if v.id not in everybody]
    still_open += [v for v in of_date if v.state in OPEN_STATES]
    left = _were_open(stored, tally.changes)
    services = list(dict.fromkeys([*branch.services, *(v.service for v in (*still_open, *left))]))
    if stored.released:
        plan["left"] = [_left(visit, services) for visit in left]
        changed = {change.id for change in tally.changes}
        waiting = [v for v in taken if v.id in changed and v.state == "waiting"]
        plan["waiting"] = _live(branch, waiting, services, None)["waiting"]
        plan["numbers_open"] = {visit.number: visit.id for visit in waiting}
    else:
        plan["live"] = _live(branch, still_open, services, _counters(queue, branch.id, package))
    return DayChange(package.date, known.mark, mark, tally.changes, services, plan)


def _stored(
    queue: Queue, branch_id: str, ids: Iterable[str], sent: Mapping[str, VisitVersion]
) -> _Stored:
    documents = queue.get(MobileStore).documents(branch_id, [*dict.fromkeys(ids)])
    read = ((visit_id, visit_or_none(raw)) for visit_id, raw in documents.items())
    visits = {visit_id: visit for visit_id, visit in read if visit is not None}
    return _Stored(
        documents, visits, queue.get(MobileStore).run_by(branch_id) == RUN_CENTRALLY, sent
    )


def _twice(sent: Visit) -> dict[str, Any]:
    """The stored part of the bus' version of a visit that the central server has changed as
    well."""
    return {"number": sent.number, "version": sent.document()}


def _versions(
    before: Mapping[str, VisitVersion], stored: _Stored, taken: Iterable[Visit], *, whole: bool
) -> str:
    """The versions that the bus sent last, as they are stored ('' for none).

    Of a day that is over those alone are kept that the central server has changed.
    """
    now = {**before, **{visit.id: version_of(visit) for visit in taken}}
    if whole:
        taken_now = {visit.id for visit in taken}
        now = {
            visit_id: version
            for visit_id, version in before.items()
            if visit_id not in taken_now
            and (here := stored.visits.get(visit_id)) is not None
            and stored.is_touched(here)
        }
    return json.dumps(now) if now else ""


def _index(
    before: Sequence[str], stored: _Stored, everybody: Mapping[str, Visit], of_date: Sequence[Visit]
) -> list[str]:
    """The day's ids as issued; those whose documents cannot be read come first."""
    unread = [i for i in before if stored.is_damaged(i) and i not in everybody]
    return [*unread, *(v.id for v in sorted(of_date, key=lambda v: (v.issued_at, v.place)))]


def _were_open(stored: _Stored, changes: Iterable[VisitChange]) -> list[Visit]:
    """The visits that were open on the central server and change."""
    changed = (stored.visits[change.id] for change in changes if change.id in stored.visits)
    return [visit for visit in changed if visit.state in OPEN_STATES]


def _other_counts(
    package: Package, counted: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int] | str]:
    """The counts in addition to the visits: the change of each, and the counts as they were
    sent."""
    content = package.content
    sent = {
        kind: _grown(counted.get(kind, {}), now) if package.grows else now
        for kind, now in (
            ("feedback", content.feedback),
            ("saved", content.saved),
            ("contacts", content.contacts),
        )
    }
    change = {kind: _added(counted.get(kind, {}), now) for kind, now in sent.items()}
    kept = {**sent, _NOTES: _grown(counted.get(_NOTES, {}), {note.id: 1 for note in content.notes})}
    return {**change, "sent_counts": json.dumps(kept, sort_keys=True)}


_NOTES: Final = "notes"
"""Among what was sent, the ids of the day's notes."""


def _notes(package: Package, counted: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """The notes of interventions. A ``known`` note that is missing was removed on the central
    server."""
    sent = counted.get(_NOTES, {})
    return [
        {
            "note": Note(
                note.id, package.date, INTERVENTION, note.text, note.at, note.texts
            ).document(),
            "known": note.id in sent,
        }
        for note in package.content.notes
    ]


def _require_own(
    queue: Queue, branch_id: str, date: str, visits: Sequence[Visit], here: Mapping[str, Visit]
) -> None:
    """Raises OtherBranch for a visit of another branch, or of another date of this one."""
    for visit in visits:
        known = here.get(visit.id)
        if known is not None and (known.date, known.number) != (date, visit.number):
            raise OtherBranch(f"{visit.number} has the id of another visit; nothing was taken.")
    new = [visit.id for visit in visits if visit.id not in here]
    others = [other for other in queue.get(BranchStore).ids() if other != branch_id]
    if new and queue.get(MobileStore).elsewhere(others, new):
        raise OtherBranch("The package has visits of another branch; nothing was taken.")


def _grown(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Counts of a bus that was restored, which has forgotten some: none falls."""
    return {name: max(before.get(name, 0), after.get(name, 0)) for name in {*before, *after}}


def _added(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """By how much counts have changed since they were last sent."""
    change = {name: after.get(name, 0) - before.get(name, 0) for name in {*before, *after}}
    return {name: n for name, n in change.items() if n}


def _numbers(visits: Iterable[Visit]) -> dict[str, int]:
    """The last number of each prefix, so that the central server could go on from there."""
    last: dict[str, int] = {}
    for visit in visits:
        if visit.source == PAPER:
            continue
        prefix = visit.number.rstrip("0123456789")
        last[prefix] = max(last.get(prefix, 0), int(visit.number[len(prefix) :]))
    return last


def _calls(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    called = sorted((v.called_at, v.id) for v in visits if v.called_at is not None)
    return [{"at": str(at), "id": visit_id} for at, visit_id in called[-_CALLS:]]


def _counters(queue: Queue, branch_id: str, package: Package) -> Mapping[str, Any] | None:
    """The counters as the package has them; None if a later day has said more of them."""
    latest = max(queue.get(MobileStore).marks(branch_id), default="")
    if package.date < latest:
        return None
    counters = package.content.counters
    free = {counter: str(at) for counter, at in counters.free.items()}
    return {"open": counters.open, "free": free, "paused": counters.paused}


def _left(visit: Visit, services: Sequence[str]) -> dict[str, Any]:
    """Visits that the bus has gone on with leave the queues and counters of a central server that
    took over."""
    number = services.index(visit.service) + 1
    return {"n": number, "id": visit.id, "number": visit.number, "counter": visit.counter or ""}


def _live(
    branch: Branch,
    visits: Sequence[Visit],
    services: Sequence[str],
    counters: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The queues and counters as the changes that led there would have left them."""
    live: dict[str, Any] = {"numbers": {}, "busy": {}, "holds": {}, "parked": {}, "waiting": []}
    known = [visit for visit in visits if visit.service in branch.services]
    for visit in visits:
        live["numbers"][visit.number] = visit.id
    for visit in known:
        written = change_of(branch, as_issued(visit), visit, Counts({}, {}))
        if counter := written.get("occupy"):
            live["busy"][counter] = visit.id
        if counter := written.get("park"):
            live["parked"][visit.id] = counter
        if join := written.get("join"):
            number = services.index(visit.service) + 1
            waits = {"n": number, "id": visit.id, "service": visit.service}
            live["waiting"].append({**waits, **join})
            if hold := written.get("hold"):
                live["holds"][visit.id] = hold
    if counters is not None:
        live["counters"] = counters
    return live
