"""The supervisors' board: the state, the last hour against the day, and what needs attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from queue_service.access.store import AccessStore
from queue_service.board.operations.next_waits import NextTickets
from queue_service.board.operations.state import (
    BranchState,
    GoalView,
    QueueView,
    called_here,
    contacts_today,
    state,
)
from queue_service.board.rules.attention import (
    CounterAttention,
    GoalStand,
    Notice,
    Parked,
    PrinterAttention,
    ScreenAttention,
    Situation,
    Waiting,
    attention,
    wait_limit,
)
from queue_service.board.rules.last_hour import (
    HOUR_MS,
    LastHour,
    Trace,
    figures,
    hours_open,
    is_final,
    trace,
    usual_handling,
)
from queue_service.board.rules.new_ticket import (
    Handling,
    NewTicket,
    between_calls,
    handled_today,
    mean_handling,
    new_ticket,
)
from queue_service.board.store import BoardStore
from queue_service.branches.rules.dates_and_hours import hours_on, next_opening
from queue_service.command import Command, Queue
from queue_service.contacts.rules import ContactChannel
from queue_service.days.rules.figures import Row
from queue_service.days.rules.period import between, days_after
from queue_service.devices.store import DeviceStore
from queue_service.goals.rules.goal import Goal
from queue_service.goals.rules.verdicts import Share, budget, needed, share
from queue_service.history.operations.answers import RECENT_DAYS
from queue_service.history.operations.dated import count_dated
from queue_service.history.operations.history import added_up
from queue_service.history.rules.confidence_intervals import share_of
from queue_service.history.store import HistoryStore
from queue_service.printers.store import PrinterStore
from queue_service.reception.operations import OpenCalls, open_calls
from queue_service.visits.rules.regression import Regression
from queue_service.visits.rules.visit import Visit
from queue_service.visits.rules.wait_estimate import Range
from queue_service.visits.store.visit_store import VisitStore


@dataclass(frozen=True, slots=True)
class BoardGoal:
    """A goal today, in the last hour, and how many hits in a row reach it (None: no number).

    A goal on citizens' answers is shown over the last :data:`RECENT_DAYS` days in place of today,
    and has no last hour: answers are shown once their day is over.
    """

    goal: Goal
    view: GoalView
    today: Share
    hour: Share | None
    needed: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """The content of the board at ``state.now``.

    ``hours`` the day has been open: None for less than one, and where it is open around the clock,
    since then it is unknown which of its hours are staffed. ``next_opening`` is in ms, None while
    the branch is open.
    """

    state: BranchState
    next_opening: int | None
    hour: LastHour
    day: LastHour
    hours: float | None
    goals: tuple[BoardGoal, ...]
    notices: tuple[Notice, ...]
    contacts: Mapping[ContactChannel, int]
    """Today's contacts without a ticket, by channel."""
    new_tickets: tuple[NewTicket, ...] = ()
    """By service that kiosks issue now and an open counter takes, what the next number waits."""
    untaken: tuple[str, ...] = ()
    """The services that kiosks issue now and no open counter takes, with an empty queue."""

    @property
    def is_well(self) -> bool:
        """Whether there is no notice, and a ticket issued now reaches the goal."""
        safe = all(ticket.is_safe for ticket in self.new_tickets)
        return safe and not self.notices and not self.untaken


@dataclass(frozen=True, slots=True)
class _Recent:
    """Results of the days before today: citizens' answers, and how long inquiries took."""

    answers: Row
    handling: Handling


@dataclass(frozen=True, slots=True)
class _Devices:
    """The displays and printers that need somebody."""

    screens: Sequence[ScreenAttention]
    printers: Sequence[PrinterAttention]


@dataclass(frozen=True, slots=True)
class _Day:
    """A branch's day as read at ``now`` (ms). A visit in ``final``, by its id, is never read
    again."""

    date: str
    event_id: str
    now: int
    final: Mapping[str, Trace]
    moving: Sequence[Trace]
    parked: Sequence[Visit]
    waiting: Sequence[Visit]
    estimates: Mapping[str, Range]
    regressions: Mapping[str, Regression]

    def traces(self) -> list[Trace]:
        """Of every visit of the day."""
        return [*self.final.values(), *self.moving]


class Boards:
    """Makes boards, and remembers of each branch's day what cannot change any more.

    So however many boards are open, a visit is read while it is open and for two minutes after
    it ended, and then no more; and nothing is read twice at the same event.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._days: dict[str, _Day] = {}
        self._recent: dict[str, tuple[tuple[str, str], _Recent]] = {}

    def board(self, command: Command) -> Board:
        """A branch's board now. Raises BranchNotFound."""
        found = state(self._queue, command)
        day = self._day(found)
        recent = self._recent_days(found)
        contacts = contacts_today(self._queue, found)
        devices, help_ = self._devices(found), open_calls(self._queue, command)
        queues = called_here(self._queue, found)
        return _board(found, recent, day, queues, devices, contacts, help_)

    def _recent_days(self, found: BranchState) -> _Recent:
        """Results of the days before today, cached: they change with the date or the goals
        alone."""
        branch, date = found.branch, found.moment.date
        key = branch.revision, date
        known = self._recent.get(branch.id)
        if known is None or known[0] != key:
            period = between(days_after(date, -RECENT_DAYS), days_after(date, -1))
            goal_history = self._queue.get(HistoryStore).goal_history(branch)
            answers = count_dated(self._queue, goal_history, {}, period, date)
            rows = added_up(self._queue, branch, period, found.now).services
            handled = {s: row.inquiries.durations for s, row in rows.items()}
            means = mean_handling({s: (d.n, d.total_ms) for s, d in handled.items()})
            known = self._recent[branch.id] = key, _Recent(answers, means)
        return known[1]

    def _devices(self, found: BranchState) -> _Devices:
        """The displays that the room does not hear as it should, and the printers in trouble."""
        branch, now = found.branch.id, found.now
        sounds = self._queue.get(DeviceStore).sounds([branch])[branch].items()
        unheard = {id_: r for id_, r in sounds if r.troubled and r.recent(now)}
        states = self._queue.get(PrinterStore).reports([branch])[branch].items()
        stopped = {id_: r for id_, r in states if r.troubled and r.recent(now)}
        known = self._queue.get(AccessStore).tokens() if unheard or stopped else ()
        names = {token.id: token.label for token in known}
        return _Devices(
            [ScreenAttention(names[id_], r) for id_, r in unheard.items() if id_ in names],
            [PrinterAttention(names[id_] or id_, r) for id_, r in stopped.items() if id_ in names],
        )

    def _day(self, found: BranchState) -> _Day:
        branch, date = found.branch.id, found.moment.date
        known = self._days.get(branch)
        if known is not None and (known.date, known.event_id) == (date, found.event_id):
            return known
        day = self._read(found, known.final if known is not None and known.date == date else {})
        # A board of a later moment may have been made while this one was read.
        latest = self._days.get(branch)
        if latest is None or latest.now <= day.now:
            self._days[branch] = day
        return day

    def _read(self, found: BranchState, known: Mapping[str, Trace]) -> _Day:
        date = found.moment.date
        ids, open_ids = self._queue.get(BoardStore).ids(found.branch.id, date)
        visits = self._queue.get(VisitStore).many(found.branch.id, {*ids, *open_ids} - known.keys())
        others = self._queue.get(VisitStore).left_to_others(found.branch)
        ended = {v.id for v in visits if is_final(v, found.now)}
        today = [v for v in visits if v.date == date]
        return _Day(
            date=date,
            event_id=found.event_id,
            now=found.now,
            final={**known, **{v.id: trace(v) for v in today if v.id in ended}},
            moving=[trace(v) for v in today if v.id not in ended],
            parked=[v for v in visits if v.state == "parked"],
            waiting=[v for v in visits if v.state == "waiting" and v.id not in others],
            estimates=self._queue.get(BoardStore).estimates(found.branch.id),
            regressions=self._queue.get(BoardStore).regressions(found.branch.id),
        )


def _board(
    found: BranchState,
    recent: _Recent,
    read: _Day,
    queues: Sequence[QueueView],
    devices: _Devices,
    contacts: Mapping[ContactChannel, int],
    help_: OpenCalls,
) -> Board:
    branch, now = found.branch, found.now
    traces = read.traces()
    hour = figures(traces, now - HOUR_MS, now)
    day = figures(traces, 0, now)
    goals = tuple(
        _goal(goal, view, hour.goals) if not goal.of_dates else _goal_on(recent.answers, goal, view)
        for goal, view in zip(branch.goals, found.goals, strict=True)
    )
    tickets = _new_tickets(found, recent, read)
    situation = replace(
        _situation(found, queues, goals, traces, read.parked),
        screens=devices.screens,
        printers=devices.printers,
        new_tickets=tickets,
        help=help_.calls,
        heard=help_.heard,
    )
    return Board(
        state=found,
        next_opening=None if found.moment.open else next_opening(branch, now),
        hour=hour,
        day=day,
        hours=_hours(found),
        goals=goals,
        notices=attention(situation),
        contacts=contacts,
        new_tickets=tickets,
        untaken=_untaken(found),
    )


def _new_tickets(found: BranchState, recent: _Recent, read: _Day) -> tuple[NewTicket, ...]:
    branch = found.branch
    next_tickets = NextTickets(found, read.waiting, read.estimates, read.regressions)
    places = next_tickets.places()
    traces = read.traces()
    today = handled_today(traces)

    def between(service: str) -> float | None:
        others = next_tickets.others(service)
        since = found.now - round(others.head * 1000)
        return between_calls(traces, since, found.now) if others.same else None

    return tuple(
        new_ticket(
            service,
            places[service],
            read.estimates,
            today.of(service, recent.handling),
            wait_limit(branch, service),
            next_tickets.regressed(service, places[service]),
            between(service),
        )
        for service in found.issuing
        if service in places
    )


def _untaken(found: BranchState) -> tuple[str, ...]:
    """Empty if no counter is open at all, which is a notice of its own."""
    taken = {queue.service for queue in found.queues if queue.taken}
    waited_for = {queue.service for queue in found.queues if queue.waiting}
    left = [s for s in found.issuing if s not in taken and s not in waited_for]
    return tuple(left) if taken else ()


def _hours(found: BranchState) -> float | None:
    spans = hours_on(found.branch, found.moment.date)
    around_the_clock = ((found.moment.day_begins, found.moment.day_ends),)
    return None if spans == around_the_clock else hours_open(spans, found.now)


def _goal(goal: Goal, view: GoalView, hour: Mapping[str, tuple[int, int]]) -> BoardGoal:
    return BoardGoal(
        goal=goal,
        view=view,
        today=share(view.judged, view.within, goal.target_ratio, running=True),
        hour=share(*hour.get(goal.id, (0, 0)), goal.target_ratio),
        needed=needed(view.judged, view.within, goal.target_ratio),
    )


def _goal_on(answers: Row, goal: Goal, view: GoalView) -> BoardGoal:
    judged, within = answers.judged(goal.id)
    recent = share_of(answers, goal.id, goal.target_ratio)
    left = budget(judged, within, goal.target_ratio)
    return BoardGoal(
        goal=goal,
        view=replace(view, judged=judged, within=within, ratio=recent.ratio, budget=left),
        today=recent,
        hour=None,
        needed=needed(judged, within, goal.target_ratio),
    )


def _situation(
    found: BranchState,
    queues: Sequence[QueueView],
    goals: Sequence[BoardGoal],
    traces: Sequence[Trace],
    parked: Sequence[Visit],
) -> Situation:
    return Situation(
        branch=found.branch,
        now=found.now,
        open=found.moment.open,
        queues=[Waiting(q.service, q.waiting, q.oldest_issued_at, q.taken) for q in queues],
        stands=[
            CounterAttention(
                c.id,
                c.state,
                c.number,
                c.service,
                c.since,
                c.team,
                c.free_since,
                c.pause.reason if c.pause else None,
            )
            for c in found.counters
        ],
        parked=[Parked(v.number, v.counter, v.service, _stood(v, found.now)) for v in parked],
        goals=[
            GoalStand(g.goal.id, g.today.judged, g.view.budget, g.today.verdict)
            for g in goals
            if not g.goal.of_dates  # The answers of last week cannot be acted on now.
        ],
        usual=usual_handling(traces),
    )


def _stood(visit: Visit, now: int) -> int:
    """How long the current inquiry has been paused in all, parked or sent on."""
    began = visit.inquiry.started_at
    return 0 if began is None else max(0, now - began - visit.inquiry.handled_ms)
