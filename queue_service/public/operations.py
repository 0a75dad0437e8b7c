"""Reading a branch for the public, and keeping the answer in the process for some seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final

from queue_service.access.rules.caller import Caller
from queue_service.board.operations.next_waits import NextTickets
from queue_service.board.operations.state import BranchState, state
from queue_service.board.store import BoardStore
from queue_service.branches.rules.branch import Branch, Service
from queue_service.branches.rules.dates_and_hours import (
    DAYS_SHOWN,
    WEEKDAYS,
    coming_days,
    has_own_hours,
    hours_on,
    next_closing,
    next_opening,
    weekday_of,
)
from queue_service.branches.rules.service_hours import service_hours_on, unchanged_by_services
from queue_service.branches.store import BranchStore, no_branch
from queue_service.command import Command, Queue
from queue_service.days.rules.period import days_after
from queue_service.errors import BranchNotFound
from queue_service.history.operations.ranges_held import ranges_held_lately
from queue_service.mobile.operations.state import coming_stops
from queue_service.playbook.operations import in_force
from queue_service.public.rules import (
    PublicBranch,
    PublicDay,
    PublicService,
    PublicStop,
)
from queue_service.visits.rules.wait_estimate import Range
from queue_service.visits.store.visit_store import VisitStore

KEPT_MS: Final = 15_000
"""How long an answer is given again."""
AHEAD_DAYS: Final = 60
"""How far ahead days with other hours are looked for."""
_MOST_CHANGED: Final = 6
_ANYBODY: Final = Caller("anybody", "display")


@dataclass(slots=True)
class KeptBranch:
    """A branch as it was read last, to be given until ``until``; all times are in ms.

    ``since`` is when this process saw it so for the first time. ``written`` has what was made of
    it, by form and language, and begins empty with each change.
    """

    branch: PublicBranch
    since: int
    until: int
    written: dict[tuple[str, str], Any] = field(default_factory=dict)


class PublicBranches:
    """The branches that are switched on. A process reads each at most every 15 seconds.

    Many requests at once lead to one reading. ``now`` is this machine's clock in ms.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._kept: dict[str, KeptBranch] = {}
        self._reading: dict[str, Lock] = defaultdict(Lock)
        self._ids: tuple[int, tuple[str, ...]] = (0, ())

    def get(self, branch_id: str, now: int) -> KeptBranch:
        """A branch. Raises BranchNotFound, also for one that is not switched on."""
        kept = self._kept.get(branch_id)
        if kept is not None and now < kept.until:
            return kept
        if not self._queue.get(BranchStore).get(branch_id).is_public:
            self._kept.pop(branch_id, None)
            raise no_branch(branch_id)
        with self._reading[branch_id]:
            kept = self._kept.get(branch_id)
            if kept is None or now >= kept.until:
                kept = self._kept[branch_id] = self._read(branch_id, now, kept)
        return kept

    def all(self, now: int) -> list[KeptBranch]:
        """Every branch that is switched on, by name."""
        until, ids = self._ids
        if now >= until:
            branches = self._queue.get(BranchStore).all()
            ids = tuple(branch.id for branch in branches if branch.is_public)
            self._ids = now + KEPT_MS, ids
        found = []
        for branch_id in ids:
            with suppress(BranchNotFound):  # switched off or removed since
                found.append(self.get(branch_id, now))
        return sorted(found, key=lambda kept: (kept.branch.name, kept.branch.id))

    def _read(self, branch_id: str, now: int, former: KeptBranch | None) -> KeptBranch:
        found = state(self._queue, Command(branch_id, _ANYBODY))
        branch = public_branch(self._queue, found)
        when = found.moment
        _, ends = unchanged_by_services(found.branch, found.now, when.since, when.until)
        until = now + min(KEPT_MS, max(0, ends - found.now))
        if former is None or former.branch != branch:
            return KeptBranch(branch, now, until)
        return replace(former, until=until)


def public_branch(queue: Queue, found: BranchState) -> PublicBranch:
    """A branch in a state as anybody may see it, whether or not it is switched on."""
    branch, now = found.branch, found.now
    here = not branch.elsewhere
    return PublicBranch(
        id=branch.id,
        name=branch.name,
        timezone=branch.timezone,
        languages=branch.languages,
        open=found.moment.open,
        closes_at=next_closing(branch, now),
        opens_at=None if found.moment.open else next_opening(branch, now),
        days=tuple(_days(branch, now)),
        changed=tuple(_changed(branch, found.moment.date)),
        stops=tuple(PublicStop(**stop) for stop in coming_stops(branch, now)),
        waiting=sum(line.waiting for line in found.queues) if here else None,
        services=tuple(_services(queue, found)),
        held=ranges_held_lately(queue, branch, now),
        announcements=tuple(one.texts for one in found.interventions if one.texts),
        street_address=branch.street_address,
    )


def _days(branch: Branch, now: int) -> Iterator[PublicDay]:
    for day in coming_days(branch, now):
        other = has_own_hours(branch, day["date"])
        yield PublicDay(day["date"], tuple(day["spans"]), day["note"] or {}, other)


def _changed(branch: Branch, today: str) -> list[PublicDay]:
    """The first of the later dates whose hours are not those of their weekday."""
    first, last = days_after(today, DAYS_SHOWN), days_after(today, AHEAD_DAYS)
    later = sorted(
        (e for e in branch.hours_exceptions if first <= e.date <= last), key=lambda e: e.date
    )
    usual = branch.opening_hours
    found = [e for e in later if e.hours != usual.get(WEEKDAYS[weekday_of(e.date)], ())]
    return [
        PublicDay(e.date, hours_on(branch, e.date), e.note, other=True)
        for e in found[:_MOST_CHANGED]
    ]


def _services(queue: Queue, found: BranchState) -> Iterator[PublicService]:
    branch = found.branch
    issuing = () if branch.elsewhere else found.issuing
    waits = _waits(queue, found) if issuing else {}
    waiting = {} if branch.elsewhere else {one.service: one.waiting for one in found.queues}
    playbook = in_force(queue, branch)
    # Next to how many wait in all, the numbers of the others would reveal that of a private one.
    counted = not any(one.private for one in branch.services.values())
    for service in branch.services.values():
        if not service.active:
            continue
        entry = playbook.get(service.id)
        texts = entry.content.texts if entry else {}
        hidden = service.private
        yield PublicService(
            id=service.id,
            name=service.name,
            issuing=service.id in issuing,
            waiting=waiting.get(service.id) if counted else None,
            wait=None if hidden else waits.get(service.id),
            texts={code: text for code, text in texts.items() if text.bring or text.self_service},
            description=service.description,
            days=tuple(_days_of(found, service)),
            opens_at=found.closed_services.get(service.id),
            bookable=service.id in branch.bookings.offers,
        )


def _days_of(found: BranchState, service: Service) -> Iterator[PublicDay]:
    """The coming days of a service with hours of its own."""
    if not service.hours:
        return
    for day in coming_days(found.branch, found.now):
        yield PublicDay(day["date"], service_hours_on(found.branch, service, day["date"]), {})


def _waits(queue: Queue, found: BranchState) -> dict[str, Range]:
    """The learnt range of a ticket issued now, by service that an open counter takes."""
    board = queue.get(BoardStore)
    visits = queue.get(VisitStore)
    others = visits.left_to_others(found.branch)
    waiting = [
        visit
        for visit in visits.open_visits(found.branch.id)
        if visit.state == "waiting" and visit.id not in others
    ]
    branch = found.branch.id
    tickets = NextTickets(found, waiting, board.estimates(branch), board.regressions(branch))
    learnt = {
        service: tickets.learnt(service, place)
        for service, place in tickets.places().items()
        if service in found.issuing
    }
    return {service: wait for service, wait in learnt.items() if wait is not None}
