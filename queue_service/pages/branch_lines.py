"""The state of each branch now, in one line each, for supervisors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g

from queue_service.access.rules.caller import Caller
from queue_service.board.operations.state import BranchState, QueueView, state
from queue_service.board.rules.attention import AWAY, wait_limit
from queue_service.branches.visible import visible_branches
from queue_service.command import Command, Queue
from queue_service.goals.rules.verdicts import share
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import NOTHING, Wording
from queue_service.mobile.operations.state import mobile_state
from queue_service.mobile.text import headline
from queue_service.staffing.operations.today import pressing_pace
from queue_service.staffing.text import PaceText
from queue_service.web.context import queue
from queue_service.web.i18n import current_language

_MISSED: Final = NN_("{n} goal not met so far", "{n} goals not met so far")


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch now, in words. ``late``: somebody waits over the limit; ``alone``: no counter is
    open, and people wait or the branch is open; ``told`` is shown in place of figures that are out
    of date."""

    id: str
    name: str
    open: bool
    waiting: int
    longest: str
    late: bool
    counters: str
    alone: bool
    goals: str
    missed: bool
    told: str = ""


def branch_lines(caller: Caller) -> list[BranchLine]:
    """The branches that the caller may see, without replayed days and practice; empty for a
    clerk."""
    say = Wording(current_language())
    return [
        _line(branch.id, say)
        for branch in visible_branches()
        if branch.counted and caller.role_in(branch.id) != "clerk"
    ]


def _line(branch_id: str, say: Wording) -> BranchLine:
    found = state(queue(), Command(branch_id, g.caller))
    branch, now = found.branch, found.now
    mobile = mobile_state(queue(), branch, now)
    told = headline(mobile, branch, now, say) if mobile else None
    open_ = sum(stand.state not in AWAY for stand in found.counters)
    waiting = sum(each.waiting for each in found.queues)
    waits = {each.service: _waited(each, now) for each in found.queues if each.waiting}
    goals, missed = goals_now(queue(), found, say)
    return BranchLine(
        id=branch.id,
        name=branch.name,
        open=found.moment.open,
        waiting=waiting,
        longest=say.roughly(max(waits.values()) / 1000) if waits else NOTHING,
        late=any(ms >= wait_limit(branch, service) for service, ms in waits.items()),
        counters=say.part_of(open_, len(found.counters)),
        alone=not open_ and (waiting > 0 or found.moment.open),
        goals=goals,
        missed=missed,
        told=". ".join(told) if told else "",
    )


def goals_now(queue: Queue, found: BranchState, say: Wording) -> tuple[str, bool]:
    """Today's goals in words, with the line of the board about their likely end; and whether one is
    missed or ends below its target."""
    missed = _missed(found)
    pace = pressing_pace(queue, found)
    said = (
        say.counted(_MISSED, missed) if missed else "",
        PaceText(pace, found.branch, say).line() if pace else "",
    )
    below = pace is not None and pace.verdict == "below"
    return ". ".join(filter(None, said)) or _calm(found, say), bool(missed) or below


def _calm(found: BranchState, say: Wording) -> str:
    judged = any(goal.judged for goal in found.goals)
    return say(N_("No goal missed so far")) if judged else say(N_("No data yet"))


def _waited(view: QueueView, now: int) -> int:
    since = view.oldest_issued_at
    return 0 if since is None else max(0, max(now, view.carried_to or 0) - since)


def _missed(found: BranchState) -> int:
    """How many of today's goals are missed so far, by more than chance."""
    shares = (share(g.judged, g.within, g.target_ratio, running=True) for g in found.goals)
    return sum(each.verdict == "missed" for each in shares)
