"""A board as the JSON that its page draws. Instants and lengths are as in the outside contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboards.act.view import words_on_board
from dashboards.board.goals import goal_json, together
from dashboards.board.new_ticket import new_ticket_json, untaken_text, wait_text
from queue_service.board.as_json import interventions_json, stand_json
from queue_service.board.operations.board import Board, BoardGoal
from queue_service.board.operations.state import BranchState, QueueView
from queue_service.board.rules.attention import Notice, wait_limit
from queue_service.board.rules.last_hour import FEWEST, LastHour
from queue_service.board.rules.new_ticket import NewTicket
from queue_service.branches.rules.branch import Branch
from queue_service.contacts.rules import ContactChannel
from queue_service.days.rules.figures import DurationSpread
from queue_service.language.catalogues import N_
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.language.wording import Wording
from queue_service.mobile.operations.state import MobileState
from queue_service.mobile.text import headline, heard, place, warnings
from queue_service.tables.subjects.contacts import CHANNEL_NAMES
from queue_service.visits.rules.wait_estimate import EstimatedWaits

_FEW_AN_HOUR: Final = 10


def board_json(
    board: Board,
    say: Wording,
    mobile: MobileState | None = None,
    pace: Mapping[str, str] | None = None,
    not_reached: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Everything on the board, with the names of everything it mentions; goals and lengths in
    words."""
    state = board.state
    branch, moment = state.branch, state.moment
    teams: dict[str | None, str | None] = {stand.id: stand.team for stand in state.counters}
    return {
        "branch": branch.id,
        "name": branch.name,
        "timezone": branch.timezone,
        "at": rfc3339(state.now),
        "event_id": state.event_id,
        "business_date": moment.date,
        "open": moment.open,
        "closes_at": rfc3339_or_none(_closes_at(state)),
        "opens_at": rfc3339_or_none(board.next_opening),
        "queues": [_queue_json(branch, queue) for queue in state.queues if _shown(branch, queue)],
        "counters": [stand_json(stand) for stand in state.counters],
        "goals": [
            goal_json(goal, branch, moment.date, say, _end(goal, pace)) for goal in board.goals
        ],
        "hour": _figures_json(board.hour),
        "day": {
            **_figures_json(board.day),
            "rates": _rates(board, say),
            "contacts": _contacts_json(board.contacts, say),
        },
        "estimates": _estimates(board.day.estimates, say),
        "mobile": None if mobile is None else _mobile_json(mobile, state, say),
        "well": board.is_well and pace is None and not not_reached,
        "new_ticket": new_ticket_json(board, say),
        "untaken": untaken_text(board, say),
        "notices": _notices_json(board, say, pace, not_reached),
        "interventions": [
            one | words_on_board(branch, found, one["issued"], teams.get(found.counter), say)
            for found, one in zip(state.interventions, interventions_json(state), strict=True)
        ],
        "names": {
            "services": {s.id: dict(s.name) for s in branch.services.values()},
            "teams": {team.id: dict(team.name) for team in branch.teams.values()},
            "counters": {id_: branch.counter_name(id_, say.language) for id_ in branch.counters},
            "pauses": {reason.id: dict(reason.name) for reason in branch.pause_reasons},
        },
    }


def _end(goal: BoardGoal, pace: Mapping[str, str] | None) -> str:
    return pace["end"] if pace is not None and pace["goal"] == goal.goal.id else ""


def _closes_at(state: BranchState) -> int | None:
    """When the branch closes today; None if it is closed or open into the next day."""
    moment = state.moment
    return moment.until if moment.open and moment.until < moment.day_ends else None


def _mobile_json(mobile: MobileState, state: BranchState, say: Wording) -> dict[str, Any]:
    branch, now = state.branch, state.now
    return {
        "run_by": mobile.run_by,
        "heard_at": rfc3339_or_none(mobile.heard_at),
        "complete_until": rfc3339_or_none(mobile.complete_until),
        "silent": mobile.silent,
        "heard": heard(mobile, branch, now, say),
        "place": place(mobile, branch, now, say),
        "headline": headline(mobile, branch, now, say),
        "warnings": warnings(mobile, say),
    }


def _shown(branch: Branch, queue: QueueView) -> bool:
    return branch.services[queue.service].active or queue.waiting + queue.later > 0


def _queue_json(branch: Branch, queue: QueueView) -> dict[str, Any]:
    return {
        "service": queue.service,
        "waiting": queue.waiting,
        "later": queue.later,
        "since": rfc3339_or_none(queue.oldest_issued_at),
        "carried_to": rfc3339_or_none(queue.carried_to),
        "taken": queue.taken,
        "limit_seconds": wait_limit(branch, queue.service) / 1000,
    }


def _contacts_json(contacts: Mapping[ContactChannel, int], say: Wording) -> dict[str, Any]:
    """How many, and in words how many by each channel that had any."""
    channels = [
        f"{say(CHANNEL_NAMES[channel])} {say.count(n)}" for channel, n in contacts.items() if n
    ]
    return {"n": sum(contacts.values()), "channels": channels}


def _figures_json(figures: LastHour) -> dict[str, Any]:
    return {
        "issued": figures.issued,
        "paper": figures.paper,
        "called": figures.called,
        "completed": figures.completed,
        "waiting_seconds": _spread_json(figures.waiting),
    }


def _estimates(found: EstimatedWaits, say: Wording) -> list[str]:
    """How many numbers had an estimated wait, and how often it came true; without what is of a few,
    which would be about single people, and nothing on a day without estimates."""
    return [
        f"{say(name)}: {say(N_('{ratio} ({n})'), ratio=ratio, n=say.part_of(part, whole))}"
        for name, part, whole in (
            (N_("Numbers with an estimated wait"), found.shown, found.numbers),
            (N_("Within the estimate, nobody ahead"), found.alone_held, found.alone),
            (N_("Within the estimate, somebody ahead"), found.behind_held, found.behind),
        )
        if whole >= FEWEST and found.shown
        for ratio in [say.rounded_percent(part / whole)]
    ]


def _spread_json(spread: DurationSpread) -> dict[str, Any]:
    enough = spread.n >= FEWEST
    return {
        "n": spread.n,
        "p50": spread.p50 if enough else None,
        "p90": spread.p90 if enough else None,
    }


def _rates(board: Board, say: Wording) -> dict[str, str | None]:
    """How many of each count there were in an hour of the day; None if that shows nothing."""
    counts = {name: getattr(board.day, name) for name in ("issued", "called", "completed")}
    return {name: _rate(count, board.hours, say) for name, count in counts.items()}


def _rate(count: int, hours: float | None, say: Wording) -> str | None:
    if hours is None or count == 0:
        return None
    each = count / hours
    # "0 an hour" next to seven issued would be nonsense.
    return say(N_("{n} an hour"), n=say.decimal(each, 1 if each < _FEW_AN_HOUR else 0))


def _expected(ticket: NewTicket, say: Wording) -> str | None:
    text = wait_text(ticket, say)
    return None if text is None else together(text)


def _notices_json(
    board: Board,
    say: Wording,
    pace: Mapping[str, str] | None,
    not_reached: Sequence[Mapping[str, str]],
) -> list[dict[str, Any]]:
    """The notices; the lines about today's pace and the numbers that are not reached are the first
    of those to watch."""
    notices = [_notice_json(notice, say) for notice in board.notices]
    pressing = sum(notice.level == "act" for notice in board.notices)
    lines = [("not_today", each) for each in not_reached]
    if pace is not None:
        lines.insert(0, ("pace", pace))
    for kind, line in reversed(lines):
        worded = _notice_json(Notice("goal", "watch"), say) | {"kind": kind, "pace": dict(line)}
        notices.insert(pressing, worded)
    return notices


def _notice_json(notice: Notice, say: Wording) -> dict[str, Any]:
    limit = notice.limit_ms
    return {
        "kind": notice.kind,
        "level": notice.level,
        "service": notice.service,
        "services": list(notice.services),
        "counters": list(notice.counters),
        "expected": notice.new_ticket and _expected(notice.new_ticket, say),
        "counter": notice.counter,
        "number": notice.number,
        "goal": notice.goal,
        "count": notice.count,
        "since": rfc3339_or_none(notice.since),
        "limit": None if limit is None else together(say.length(limit / 1000)),
        "team": notice.team,
        "lend": notice.lend,
        "screen": notice.screen,
        "languages": list(notice.languages),
        "reason": notice.reason,
        "pace": None,
    }
