"""Notices for a supervisor: one ranked list, empty if all is well.

Nothing here is about how somebody works. A counter is named for its current state, such as an
unanswered call, because that is where help is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.interventions import in_force
from queue_service.counters.rules import PAUSED
from queue_service.devices.rules import SoundReport
from queue_service.goals.rules.verdicts import LEAST_JUDGED, Verdict
from queue_service.printers.rules.printer import PRINTING, PrinterReport, PrinterState
from queue_service.reception.rules import WITHIN_SECONDS, HelpCall

NoticeKind = Literal[
    "help",  # a citizen calls for help at a kiosk, and no staff has answered
    "no_counter",  # people wait, and no counter is open at all
    "untaken",  # people wait for a service that no open counter takes
    "after_hours",  # the branch is closed, and people wait still
    "carried",  # the branch is closed for the day, and waiting visits are carried over
    "idle",  # an open counter is free while people wait whom it could take
    "long_wait",  # the longest wait for a service is over its limit
    "expected_wait",  # a ticket issued now is expected to wait over the limit
    "goal",  # a goal is missed, or so likely that it is time to act
    "unanswered",  # a call without an answer
    "long_serving",  # a visit takes far longer than its service usually does
    "long_pause",  # a counter has been paused for longer than the branch's limit
    "parked_closed",  # an inquiry is laid aside at a counter that has closed
    "long_parked",  # an inquiry has been laid aside for long
    "sound_blocked",  # a display's browser lets nothing be heard
    "voice_missing",  # a display has no voice for a language
    "printer_paper_out",  # a kiosk's printer has no paper
    "printer_cover_open",
    "printer_error",  # it reports an error
    "printer_silent",  # it is not reached, or does not answer as a printer
    "printer_paper_low",  # it is about to run out of paper
    "unstaffed",  # the branch is open, its queue is empty, and no counter is open
]
Level = Literal["act", "watch"]

ORDER: Final[tuple[NoticeKind, ...]] = (
    "help", "no_counter", "untaken", "after_hours", "carried", "idle", "long_wait", "expected_wait",
    "goal", "unanswered", "long_serving", "long_pause", "parked_closed", "long_parked",
    "printer_paper_out", "printer_cover_open", "printer_error", "printer_silent",
    "printer_paper_low", "sound_blocked", "voice_missing", "unstaffed",
)  # fmt: skip
"""The order within one level: blocked before slow."""

_MINUTE: Final = 60_000
IDLE_MS: Final = 5 * _MINUTE
"""An open counter may be free so long while somebody waits whom it could take."""
SEVERAL: Final = 3
"""With so many waiting for each open counter, a free one is shown sooner."""
CROWDED_IDLE_MS: Final = _MINUTE
"""An open counter may be free so long between two visits while several wait for each."""
SHORT_PAUSE_MS: Final = 5 * _MINUTE
"""A counter that is paused for less is soon back: services that it alone takes are no alarm yet."""
USUAL_WAIT_MS: Final = 15 * _MINUTE
"""The limit of a wait for a service that no waiting goal judges."""
LONG_SERVING_MS: Final = 20 * _MINUTE
"""Never too long before this, however quick the service usually is."""
UNUSUAL_SERVING_MS: Final = 45 * _MINUTE
"""Too long where too few have been served today to know what is usual."""
LONG_PARKED_MS: Final = 30 * _MINUTE
AWAY: Final = ("closed", PAUSED)
"""States of a counter without a visit."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The visits that wait for a service, the first of them since ``since`` (ms)."""

    service: str
    waiting: int
    since: int | None
    taken: bool


@dataclass(frozen=True, slots=True)
class CounterAttention:
    """A counter's current state; ``since`` (ms) and the rest are None at a free one.

    ``team`` is the team of an open counter, else None. ``free_since`` (ms) is None at one that is
    not free, or if it is unknown. ``reason``: why it is paused, or about to be.
    """

    counter: str
    state: str
    number: str | None = None
    service: str | None = None
    since: int | None = None
    team: str | None = None
    free_since: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """A visit laid aside, and for how long (ms) its inquiry has been paused in all."""

    number: str
    counter: str | None
    service: str
    stood_ms: int


@dataclass(frozen=True, slots=True)
class ScreenAttention:
    """A display by the name people use, empty without one, and the state of its sound that it
    reported."""

    name: str
    report: SoundReport


@dataclass(frozen=True, slots=True)
class PrinterAttention:
    """A kiosk by the name people use, and the state of its printer that was found last."""

    name: str
    report: PrinterReport


@dataclass(frozen=True, slots=True)
class GoalStand:
    """A goal's state today."""

    goal: str
    judged: int
    budget: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Situation:
    """A branch at ``now`` (ms). ``usual`` is by service, see ``usual_handling``."""

    branch: Branch
    now: int
    open: bool
    queues: Sequence[Waiting] = ()
    stands: Sequence[CounterAttention] = ()
    parked: Sequence[Parked] = ()
    goals: Sequence[GoalStand] = ()
    usual: Mapping[str, int] = field(default_factory=dict)
    screens: Sequence[ScreenAttention] = ()
    printers: Sequence[PrinterAttention] = ()
    help: Sequence[HelpCall] = ()
    heard: bool = True
    """Whether a page that shows calls for help is open."""
    new_tickets: Sequence[NewTicket] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at. ``since`` and ``limit_ms`` are in ms; members that do not apply are
    None.

    ``services`` are all that it is about, where one remedy helps several; ``service`` is the one
    whose first has waited longest, or waits longest. ``counters``: the same of idle ones.
    ``new_ticket`` is the expected wait of a ticket issued now.

    An ``untaken`` service with a counter that was paused only now names that counter and the
    pause's ``reason``. If a counter could take those who wait, it is ``counter``: a closed counter
    should be opened and an open one handed to ``team``, None if it takes them as it is; a
    ``long_wait`` and an ``expected_wait`` name a free counter, which should call the next, else a
    closed one. An ``idle`` one names the ``service`` whose first has waited longest of those it
    takes; with ``lend`` none of its teams takes what waits, so that it has to be lent for it.
    """

    kind: NoticeKind
    level: Level
    service: str | None = None
    counter: str | None = None
    number: str | None = None
    goal: str | None = None
    count: int | None = None
    since: int | None = None
    limit_ms: int | None = None
    team: str | None = None
    lend: bool = False
    screen: str | None = None
    languages: tuple[str, ...] = ()
    reason: str | None = None
    services: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    new_ticket: NewTicket | None = None


def attention(now: Situation) -> tuple[Notice, ...]:
    """Everything to look at, the most pressing first."""
    people = (
        *_help(now), *_together(_queues(now)), *_idle(now), *_counters(now), *_parked(now),
    )  # fmt: skip
    found = (*people, *_goals(now), *_printers(now), *_screens(now))
    return tuple(sorted(found, key=_rank))


def wait_limit(branch: Branch, service: str) -> int:
    """How long (ms) somebody may wait for a service: its strictest waiting goal's threshold."""
    limits = [goal.limit_ms for goal in branch.goals if goal.judges_waits and goal.judges(service)]
    return min(limits, default=USUAL_WAIT_MS)


def _rank(notice: Notice) -> tuple[bool, int, int]:
    return notice.level != "act", ORDER.index(notice.kind), notice.since or 0


def _help(now: Situation) -> Iterator[Notice]:
    """A call that no page shows presses at once, any other when it is late. ``screen`` is where."""
    for call in now.help:
        if call.state == "open":
            late = now.now - call.called_at >= WITHIN_SECONDS * 1000
            level: Level = "act" if late or not now.heard else "watch"
            yield Notice(
                "help", level, screen=call.place, since=call.called_at,
                limit_ms=WITHIN_SECONDS * 1000,
            )  # fmt: skip


def _queues(now: Situation) -> Iterator[Notice]:
    waiting = [queue for queue in now.queues if queue.waiting]
    staffed = any(stand.state not in AWAY for stand in now.stands)
    if waiting and in_force(now.branch.interventions, now.now, "carry_over"):
        yield Notice("carried", "watch", count=sum(queue.waiting for queue in waiting))
        return
    if waiting and not now.open:
        yield _of_all("after_hours", "watch" if staffed else "act", waiting)
    elif waiting and not staffed:
        yield _of_all("no_counter", "act", waiting)
    elif now.open and not staffed and not now.branch.historic:
        yield Notice("unstaffed", "watch")
    if staffed:
        found = [notice for queue in waiting for notice in _queue(now, queue)]
        yield from found
        helped = {(each.counter, each.team) for each in found if each.kind == "long_wait"}
        yield from (each for each in _expected(now) if (each.counter, each.team) not in helped)


def _of_all(kind: NoticeKind, level: Level, waiting: Iterable[Waiting]) -> Notice:
    queues = list(waiting)
    since = min((queue.since for queue in queues if queue.since is not None), default=None)
    return Notice(kind, level, count=sum(queue.waiting for queue in queues), since=since)


def _queue(now: Situation, queue: Waiting) -> Iterator[Notice]:
    found = Notice(
        "untaken",
        "act",
        service=queue.service,
        count=queue.waiting,
        since=queue.since,
        services=(queue.service,),
    )
    if not queue.taken:
        paused = _just_paused(now, queue.service)
        if paused is not None:
            yield replace(
                found,
                level="watch",
                counter=paused.counter,
                team=paused.team,
                reason=paused.reason,
            )
            return
        counter, team = _taker(now, queue.service)
        yield replace(found, counter=counter, team=team)
        return
    limit = wait_limit(now.branch, queue.service)
    if _waited(now, queue) >= limit:
        level: Level = "act" if _waited(now, queue) >= 2 * limit else "watch"
        counter, team = _helper(now, queue.service)
        new = {each.service: each for each in now.new_tickets}
        yield replace(
            found,
            kind="long_wait",
            level=level,
            limit_ms=limit,
            counter=counter,
            team=team,
            new_ticket=new.get(queue.service),
        )


def _waited(now: Situation, queue: Waiting) -> int:
    return 0 if queue.since is None else now.now - queue.since


def _expected(now: Situation) -> Iterator[Notice]:
    """Services whose next ticket is expected to wait too long, while no visit does yet."""
    waiting = {queue.service: queue for queue in now.queues}
    for each in now.new_tickets:
        queue = waiting.get(each.service)
        if not each.is_late or (queue and _waited(now, queue) >= each.limit_ms):
            continue
        counter, team = _helper(now, each.service)
        yield Notice(
            "expected_wait",
            "act" if (each.expected_ms or 0) >= 2 * each.limit_ms else "watch",
            service=each.service,
            count=each.ahead,
            limit_ms=each.limit_ms,
            counter=counter,
            team=team,
            services=(each.service,),
            new_ticket=each,
        )


def _together(notices: Iterable[Notice]) -> Iterator[Notice]:
    """One for all services that the same remedy helps, in the place of the first."""
    by_remedy: dict[object, list[Notice]] = {}
    for each in notices:
        remedy = (
            each.kind, each.level, each.counter, each.team, each.reason, each.limit_ms,
        )  # fmt: skip
        by_remedy.setdefault(remedy, []).append(each)
    for alike in by_remedy.values():
        yield _merged(alike) if len(alike) > 1 else alike[0]


def _merged(alike: Sequence[Notice]) -> Notice:
    new = [each.new_ticket for each in alike if each.new_ticket]
    worst = max(new, key=lambda each: each.expected_ms or 0) if new else None
    if alike[0].kind == "expected_wait":  # each counts all people ahead
        first = next(each for each in alike if each.new_ticket is worst)
        count = max(each.count or 0 for each in alike)
    else:
        first = min(alike, key=lambda each: math.inf if each.since is None else each.since)
        count = sum(each.count or 0 for each in alike)
    services = tuple(service for each in alike for service in each.services)
    return replace(first, count=count, services=services, new_ticket=worst)


def _just_paused(now: Situation, service: str) -> CounterAttention | None:
    """The counter that takes a service and was paused only a moment ago."""
    since = now.now - min(SHORT_PAUSE_MS, now.branch.pause_limit_seconds * 1000)
    for stand in now.stands:
        if stand.state != PAUSED or stand.since is None or stand.since <= since:
            continue
        if stand.counter in now.branch.counters and service in now.branch.takes(
            stand.counter, stand.team
        ):
            return stand
    return None


def _helper(now: Situation, service: str) -> tuple[str | None, str | None]:
    """A free counter that takes a service; else a closed one that would, and as which team.

    The team is None for a free one, and for one that takes it as any. The one that takes most of
    the visits that wait too long, since one remedy for all is the easiest.
    """
    late, teams = _late(now), (*now.branch.teams, None)
    free, _ = _best(now, service, late, ((s, s.team) for s in now.stands if s.state == "free"))
    if free is not None:
        return free, None
    closed = [stand for stand in now.stands if stand.state == "closed"]
    return _best(now, service, late, ((s, team) for s in closed for team in teams))


def _late(now: Situation) -> set[str]:
    """The services for which somebody waits too long, or would with a new ticket."""
    waits = (q for q in now.queues if q.waiting and q.taken)
    late = {q.service for q in waits if _waited(now, q) >= wait_limit(now.branch, q.service)}
    return late | {each.service for each in now.new_tickets if each.is_late}


def _best(
    now: Situation,
    service: str,
    wanted: set[str],
    options: Iterable[tuple[CounterAttention, str | None]],
) -> tuple[str | None, str | None]:
    """The first of those that take a service and most of the other wanted services."""
    able = [
        (len(wanted.intersection(taken)), stand.counter, team)
        for stand, team in options
        if stand.counter in now.branch.counters
        if service in (taken := now.branch.takes(stand.counter, team))
    ]
    if not able:
        return None, None
    _, counter, team = max(able, key=lambda each: each[0])
    return counter, team


def _taker(now: Situation, service: str) -> tuple[str | None, str | None]:
    """The counter and team that could take a service that no open counter takes.

    An open one that is handed to another team, a free one before a busy one; else a closed one, and
    last one that is paused. Of several alike, the one that takes most of the services that no open
    counter takes.
    """
    wanted = {queue.service for queue in now.queues if queue.waiting and not queue.taken}
    for state in _READY:
        options = []
        for stand in (stand for stand in now.stands if stand.state == state):
            others = [team for team in now.branch.teams if team != stand.team]
            away = (stand.team, *others) if stand.state == PAUSED else (*others, None)
            options += [(stand, team) for team in (away if stand.state in AWAY else others)]
        counter, team = _best(now, service, wanted, options)
        if counter is not None:
            return counter, team
    return None, None


_READY: Final = ("free", "called", "serving", "closed", PAUSED)


def _idle(now: Situation) -> Iterator[Notice]:
    """Several that are to do the same for the same service are one."""
    alike: dict[object, list[Notice]] = {}
    for stand in now.stands:
        if stand.free_since is not None and stand.counter in now.branch.counters:
            for each in _idle_at(now, stand, stand.free_since):
                alike.setdefault((each.level, each.service, each.team, each.lend), []).append(each)
    for notices in alike.values():
        first = min(notices, key=lambda each: each.since or 0)
        counters = tuple(each.counter for each in notices if each.counter is not None)
        count = max(each.count or 0 for each in notices)
        yield replace(first, count=count, counters=counters)


def _idle_at(now: Situation, stand: CounterAttention, free_since: int) -> Iterator[Notice]:
    """If the queue for a counter's services is empty, visits that it would take for another team
    count.

    Services that no open counter takes are shown separately, with whom to hand over to which team.
    """
    teams = [team for team in now.branch.teams if team != stand.team]
    for team in (stand.team, *sorted(teams, key=lambda team: -_count(now, stand, team))):
        waiting = _waiting_at(now, stand, team)
        since = max(free_since, min((q.since or now.now for q in waiting), default=now.now))
        limit = CROWDED_IDLE_MS if _is_crowded(now, _count(now, stand, team)) else IDLE_MS
        if waiting and now.now - since >= limit:
            first = min(waiting, key=lambda queue: queue.since or now.now)
            yield Notice(
                "idle", "act" if now.now - since >= 2 * IDLE_MS else "watch",
                service=first.service, counter=stand.counter, count=_count(now, stand, team),
                since=free_since, limit_ms=limit, team=None if team == stand.team else team,
            )  # fmt: skip
        if waiting:
            return
    yield from _idle_by_its_list(now, stand, free_since)


def _is_crowded(now: Situation, waiting: int) -> bool:
    """Whether several wait for each open counter."""
    serving = sum(stand.state not in AWAY for stand in now.stands)
    return waiting >= SEVERAL * serving


def _idle_by_its_list(now: Situation, stand: CounterAttention, free_since: int) -> Iterator[Notice]:
    """A counter whose own list excludes every waiting visit, while a wait is over the limit."""
    late = [
        queue
        for queue in now.queues
        if queue.waiting and queue.taken and queue.since is not None
        if now.now - queue.since >= wait_limit(now.branch, queue.service)
    ]
    if late and now.now - free_since >= IDLE_MS:
        first = min(late, key=lambda queue: queue.since or now.now)
        yield Notice(
            "idle", "watch", service=first.service, counter=stand.counter, lend=True,
            count=sum(queue.waiting for queue in late), since=free_since, limit_ms=IDLE_MS,
        )  # fmt: skip


def _waiting_at(now: Situation, stand: CounterAttention, team: str | None) -> list[Waiting]:
    taken = now.branch.takes(stand.counter, team)
    return [q for q in now.queues if q.waiting and q.taken and q.service in taken]


def _count(now: Situation, stand: CounterAttention, team: str | None) -> int:
    return sum(queue.waiting for queue in _waiting_at(now, stand, team))


def _goals(now: Situation) -> Iterator[Notice]:
    for goal in now.goals:
        if goal.verdict == "missed":
            yield Notice("goal", "act", goal=goal.goal)
        elif goal.budget < 0 and goal.judged >= LEAST_JUDGED:
            yield Notice("goal", "watch", goal=goal.goal)


def _counters(now: Situation) -> Iterator[Notice]:
    for stand in now.stands:
        if stand.since is None:
            continue
        passed = now.now - stand.since
        kind, limit = _limit(now, stand)
        if passed >= limit:
            yield Notice(
                kind, "watch", service=stand.service, counter=stand.counter,
                number=stand.number, since=stand.since, limit_ms=limit,
                reason=stand.reason if stand.state == PAUSED else None,
            )  # fmt: skip


def _limit(now: Situation, stand: CounterAttention) -> tuple[NoticeKind, int]:
    if stand.state == "called":
        return "unanswered", now.branch.no_show_after_seconds * 1000
    if stand.state == PAUSED:
        return "long_pause", now.branch.pause_limit_seconds * 1000
    usual = now.usual.get(stand.service or "")
    limit = UNUSUAL_SERVING_MS if usual is None else max(LONG_SERVING_MS, 2 * usual)
    return "long_serving", limit


def _parked(now: Situation) -> Iterator[Notice]:
    closed = {stand.counter for stand in now.stands if stand.state == "closed"}
    for visit in now.parked:
        if visit.counter in closed:
            yield Notice(
                "parked_closed", "watch", service=visit.service, counter=visit.counter,
                number=visit.number, since=now.now - visit.stood_ms,
            )  # fmt: skip
        elif visit.stood_ms >= LONG_PARKED_MS:
            yield Notice(
                "long_parked", "watch", service=visit.service, counter=visit.counter,
                number=visit.number, since=now.now - visit.stood_ms, limit_ms=LONG_PARKED_MS,
            )  # fmt: skip


_PRINTER_NOTICES: Final[Mapping[PrinterState, NoticeKind]] = {
    "paper_out": "printer_paper_out",
    "cover_open": "printer_cover_open",
    "error": "printer_error",
    "silent": "printer_silent",
    "unreachable": "printer_silent",
    "denied": "printer_silent",
    "paper_low": "printer_paper_low",
}


def _printers(now: Situation) -> Iterator[Notice]:
    """A printer that prints nothing presses: citizens get no slip. ``screen`` is its kiosk."""
    for printer in now.printers if now.open else ():
        report = printer.report
        if report.troubled and report.recent(now.now):
            level: Level = "watch" if report.state in PRINTING else "act"
            yield Notice(_PRINTER_NOTICES[report.state], level, screen=printer.name)


def _screens(now: Situation) -> Iterator[Notice]:
    for screen in now.screens if now.open else ():
        report = screen.report
        if not report.recent(now.now):
            continue
        if report.sound == "blocked":
            yield Notice("sound_blocked", "watch", screen=screen.name)
        elif report.missing:
            yield Notice("voice_missing", "watch", screen=screen.name, languages=report.missing)
