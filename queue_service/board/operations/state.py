"""The state of a branch as every page shows it, from one instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from queue_service.board.store import BoardStore
from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.dates_and_hours import Moment, moment
from queue_service.branches.rules.interventions import Intervention, capped_field
from queue_service.branches.rules.interventions import in_force as interventions_in_force
from queue_service.branches.rules.quiet import is_quiet
from queue_service.branches.rules.service_hours import closed_services
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, retry_with_time
from queue_service.contacts.rules import ContactChannel, by_channel, read_day
from queue_service.contacts.store import ContactStore
from queue_service.counters.rules import PAUSED, Pause, read_pause
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.verdicts import budget
from queue_service.store.stream_reader import BEGINNING
from queue_service.visits.rules.counting import day_field
from queue_service.visits.rules.events import hears
from queue_service.visits.rules.judging import in_force
from queue_service.visits.rules.visit import Visit, visit_or_none
from queue_service.visits.store.visit_store import VisitStore


@dataclass(frozen=True, slots=True)
class QueueView:
    """The visits that wait for a service. ``taken``: an open counter takes it.

    ``later`` are those whose citizens asked for a later time, which do not wait yet.
    ``carried_to`` is when the branch opens again (ms), where the first of them is carried over;
    until then that wait is paused.
    """

    service: str
    waiting: int
    oldest_issued_at: int | None
    taken: bool
    carried_to: int | None = None
    later: int = 0


@dataclass(frozen=True, slots=True)
class CounterStand:
    """A counter as the waiting room sees it: closed, free, called, serving or paused.

    ``free_since`` is None at one that is not free, or if it is unknown.
    ``number``, ``recalls``, ``language`` and ``silent`` are of the visit there; else None.
    ``names`` is empty if it has one name for all languages. ``since`` is also when a pause
    began; ``pause`` is also there for one that is to begin when the visit has left.
    """

    id: str
    name: str
    state: str
    number: str | None
    team: str | None
    since: int | None
    service: str | None
    free_since: int | None = None
    recalls: int | None = None
    language: str | None = None
    names: Translations = field(default_factory=dict)
    pause: Pause | None = None
    silent: bool | None = None


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal today. ``ratio`` and ``budget`` are None while nothing is judged."""

    id: str
    threshold_seconds: int | None
    target_ratio: float
    judged: int
    within: int
    ratio: float | None
    budget: int
    overdue: int


@dataclass(frozen=True, slots=True)
class BranchState:
    """Everything there is to show about a branch at ``now`` (ms)."""

    branch: Branch
    now: int
    event_id: str
    moment: Moment
    queues: tuple[QueueView, ...]
    counters: tuple[CounterStand, ...]
    calls: tuple[Visit, ...]
    missed: tuple[Visit, ...]
    """Today's missed calls that keep their place, the last first."""
    today: Mapping[str, int]
    goals: tuple[GoalView, ...]
    interventions: tuple[Intervention, ...] = ()
    kiosk_issued: Mapping[str, int] = field(default_factory=dict)
    """By service with a cap, what kiosks have issued of it today."""
    contacts: Mapping[ContactChannel, int] | None = None
    """Today's contacts without a ticket, by channel; None if they are not shown."""

    @property
    def quiet(self) -> bool:
        """Whether displays make no sound now."""
        return is_quiet(self.branch, self.now)

    @property
    def closed_services(self) -> dict[str, int | None]:
        """The services outside their own hours, and when they open next (ms)."""
        return closed_services(self.branch, self.now)

    @property
    def issuing(self) -> tuple[str, ...]:
        """The services that kiosks give numbers for now."""
        if not self.moment.open:
            return ()
        stopped = {*self.closed_services} | {
            service
            for one in self.interventions
            for service in one.services
            if one.kind == "pause_service"
            or (one.kind == "cap_service" and self.kiosk_issued.get(service, 0) >= (one.limit or 0))
        }
        return tuple(
            s.id for s in self.branch.services.values() if s.active and s.id not in stopped
        )

    @property
    def tag(self) -> str:
        """A value that changes exactly when anything other than the time changes, for the ETag."""
        opened = "open" if self.moment.open else "closed"
        heard = ".quiet" if self.quiet else ""
        tag = f"{self.event_id}.{self.branch.revision}.{self.moment.date}.{opened}{heard}"
        counted = () if self.contacts is None else (f"{n}" for n in self.contacts.values())
        later = sum(each.later for each in self.queues)  # a time that comes is no event
        come_later = (f"{later}-later",) if later else ()
        closed = (f"{service}-closed" for service in self.closed_services)
        acting = (one.id for one in self.interventions)
        return ".".join((tag, *acting, *counted, *come_later, *closed))


@retry_with_time
def state(queue: Queue, command: Command, now: int) -> BranchState | None:
    """The branch's state now. Raises BranchNotFound."""
    branch = queue.get(BranchStore).get(command.branch, command.at)
    at = moment(branch, now)
    reply = queue.get(BoardStore).snapshot(branch, at, command.at)
    if reply[0] == "stale":
        queue.get(BranchStore).forget(command.branch)
        return None
    return _read(branch.at(int(reply[1])), at, reply)


def staff_state(queue: Queue, command: Command) -> BranchState:
    """The branch's state, including what only staff may see. Raises BranchNotFound."""
    found = state(queue, command)
    return replace(found, contacts=contacts_today(queue, found))


def screen_state(queue: Queue, command: Command) -> BranchState:
    """The branch's state for a screen, with the last event that it received.

    The log's own last event would reveal when a visit ends. Raises BranchNotFound.
    """
    found = state(queue, command)
    caller = command.caller
    heard = (
        entry_id
        for entry_id, name, data in queue.get(BoardStore).log(command.branch, found.event_id)
        if hears(name, data, caller)
    )
    return replace(found, event_id=next(heard, BEGINNING))


def contacts_today(queue: Queue, found: BranchState) -> dict[ContactChannel, int]:
    """Today's contacts without a ticket, by channel. They leave no event."""
    date = found.moment.date
    stored = queue.get(ContactStore).days(found.branch.id, [date]).get(date, {})
    return by_channel(read_day(date, stored)[0])


def _read(branch: Branch, at: Moment, reply: list[Any]) -> BranchState:
    _, now, event_id, open_, busy, day, calls, queues, overdue, free, paused, missed = reply
    opened = _pairs(open_)
    counts = {field: int(n) for field, n in _pairs(day).items()}

    def of_today(documents: list[str]) -> tuple[Visit, ...]:
        visits = filter(None, map(visit_or_none, documents))
        return tuple(v for v in visits if (v.called_at or 0) >= at.day_begins)

    return BranchState(
        branch=branch,
        now=int(now),
        event_id=event_id,
        moment=at,
        queues=_queues(branch, int(now), queues, opened),
        counters=_counters(branch, opened, _pairs(busy), _pairs(free), _pairs(paused)),
        calls=of_today(calls),
        missed=of_today(missed),
        today={
            name: counts.get(name, 0)
            for name in ("issued", "completed", "no_show", "abandoned", "incomplete", "paper")
        },
        goals=_goals(branch, int(now), counts, {g: int(n) for g, n in _pairs(overdue).items()}),
        interventions=_interventions(branch, int(now), opened),
        kiosk_issued={s: counts.get(capped_field(s), 0) for s in branch.services},
    )


def _interventions(branch: Branch, now: int, opened: Mapping[str, str]) -> tuple[Intervention, ...]:
    """The interventions in force; a request to open a counter counts until the counter is open."""
    return tuple(
        one
        for one in interventions_in_force(branch.interventions, now)
        if one.counter is None or one.counter in branch.counters
        if not (one.kind == "open_counter" and one.counter in opened)
    )


def _pairs(flat: list[Any]) -> dict[str, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _queues(
    branch: Branch, now: int, flat: list[Any], opened: Mapping[str, str]
) -> tuple[QueueView, ...]:
    taken = {
        service
        for counter, team in opened.items()
        if counter in branch.counters
        for service in branch.takes(counter, team or None)
    }
    return tuple(
        QueueView(
            service,
            int(waiting),
            int(oldest) if oldest else None,
            service in taken,
            _carried_to(document, now),
            int(later),
        )
        for service, waiting, oldest, document, later in zip(
            branch.services, flat[::4], flat[1::4], flat[2::4], flat[3::4], strict=True
        )
    )


def _carried_to(document: str, now: int) -> int | None:
    visit = visit_or_none(document) if document else None
    return visit.carried_to if visit and visit.is_carried(now) else None


def called_here(queue: Queue, found: BranchState) -> tuple[QueueView, ...]:
    """The queues as the counters of this machine call them by "next": if the central server has
    taken a bus' branch over, neither machine calls the other's numbers."""
    others = queue.get(VisitStore).left_to_others(found.branch)
    if not others:
        return found.queues
    open_visits = queue.get(VisitStore).open_visits(found.branch.id)
    waits = [v for v in open_visits if v.state == "waiting" and v.id not in others]
    return tuple(_only(each, waits, found.now) for each in found.queues)


def _only(queue: QueueView, waits: Iterable[Visit], now: int) -> QueueView:
    of_service = [v for v in waits if v.service == queue.service]
    here = (v for v in of_service if (v.held_until or 0) <= now)
    own = sorted(here, key=lambda v: v.waits_since)
    first = own[0] if own else None
    return replace(
        queue,
        waiting=len(own),
        oldest_issued_at=first and first.waits_since,
        carried_to=first.carried_to if first and first.is_carried(now) else None,
        later=len(of_service) - len(own),
    )


def _counters(
    branch: Branch,
    opened: Mapping[str, str],
    busy: Mapping[str, Any],
    free: Mapping[str, str],
    paused: Mapping[str, str],
) -> tuple[CounterStand, ...]:
    pauses = {counter: read_pause(text) for counter, text in paused.items()}
    return tuple(
        _stand(
            branch,
            counter,
            opened.get(counter),
            busy.get(counter),
            free.get(counter),
            pauses.get(counter),
        )
        for counter in branch.counters
    )


def _stand(
    branch: Branch,
    counter: str,
    team: str | None,
    raw: str | None,
    free: str | None,
    pause: Pause | None,
) -> CounterStand:
    visit = visit_or_none(raw) if raw else None
    begun = pause is not None and pause.begun
    if pause is not None and begun:
        team = pause.team or ""
    state = visit.state if visit else "closed" if team is None else PAUSED if begun else "free"
    since = pause.since if pause and visit is None else None
    if visit is not None:
        since = visit.called_at if visit.state == "called" else visit.inquiry.running_since
    return CounterStand(
        id=counter,
        name=branch.counters[counter].name,
        state=state,
        number=visit.number if visit else None,
        team=team or None,
        since=since,
        service=visit.service if visit else None,
        free_since=int(free) if free and state == "free" else None,
        recalls=visit.recalls if visit else None,
        language=visit.language if visit else None,
        names=branch.counters[counter].names,
        pause=pause,
        silent=visit.silent if visit else None,
    )


def _judged_today(goal: Goal, counts: Mapping[str, int]) -> tuple[int, int]:
    """How many it judged, and how many were within. Today's answers are shown tomorrow."""
    if goal.of_dates:
        return 0, 0
    judged, within = (counts.get(day_field(name, goal.id), 0) for name in ("judged", "within"))
    return judged, within


def _goals(
    branch: Branch, now: int, counts: Mapping[str, int], overdue: Mapping[str, int]
) -> tuple[GoalView, ...]:
    views = []
    for goal in branch.goals:
        judged, within = _judged_today(goal, counts)
        views.append(
            GoalView(
                id=goal.id,
                threshold_seconds=goal.threshold_seconds,
                target_ratio=goal.target_ratio,
                judged=judged,
                within=within,
                ratio=within / judged if judged else None,
                budget=budget(judged, within, goal.target_ratio),
                overdue=overdue.get(goal.id, 0) if in_force(branch, goal, now) else 0,
            )
        )
    return tuple(views)
