"""Opening, pausing and closing a counter, and the view that its page comes back to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, retry
from queue_service.counters.rules import PAUSED, Pause, read_pause
from queue_service.counters.store import CounterStore
from queue_service.errors import Invalid, WrongState
from queue_service.visits.operations.visits import release
from queue_service.visits.rules.refusals import require_counter, require_here, require_team
from queue_service.visits.rules.visit import Visit, visit_or_none


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter with its visits, at ``now`` (ms). ``team`` is None for none.

    A paused counter is ``open``: it is still held. ``pause`` may also be a pause that begins later.
    """

    id: str
    name: str
    open: bool
    team: str | None
    services: tuple[str, ...]
    current: Visit | None
    parked: tuple[Visit, ...]
    now: int
    pause: Pause | None = None
    replayed: bool = False

    @property
    def state(self) -> str:
        """closed, free, called, serving or paused."""
        if self.current is not None:
            return self.current.state
        if self.pause is not None and self.pause.begun:
            return PAUSED
        return "free" if self.open else "closed"


def view(queue: Queue, command: Command, counter: str) -> CounterView:
    """The counter. Raises BranchNotFound and CounterNotFound."""
    return _act(queue, command._replace(idempotency=None), counter, "look")


def open_counter(
    queue: Queue, command: Command, counter: str, team: str | None = None
) -> CounterView:
    """Open a counter, or hand it to another team; its visit stays, a pause is over.

    Raises Invalid for the team.
    """
    return _act(queue, command, counter, "open", team)


def pause_counter(queue: Queue, command: Command, counter: str, reason: str) -> CounterView:
    """Pause a counter: no visit is called to it until it is resumed.

    While somebody is called or served there, it pauses as soon as that visit has left. Another
    reason ends the pause and begins the next. Raises Invalid for the reason, and CounterClosed.
    """
    return _act(queue, command, counter, "pause", reason)


def resume_counter(queue: Queue, command: Command, counter: str) -> CounterView:
    """Go on at a paused counter, or take back a pause to come; else nothing changes.

    Raises CounterClosed.
    """
    return _act(queue, command, counter, "resume")


def close_counter(queue: Queue, command: Command, counter: str) -> CounterView:
    """Close a counter. Raises CounterBusy while a visit is called or served there.

    Visits that wait for this counter alone go back to their service's queue; those that wait for
    its team stay with the team.
    """
    return _act(queue, command, counter, "close")


def _act(
    queue: Queue, command: Command, counter: str, verb: str, team: str | None = None
) -> CounterView:
    act = partial(_insist, queue, command, counter, verb, team)
    return once(queue, command, act, partial(_read_view, replayed=True))


@retry
def _insist(
    queue: Queue, command: Command, counter: str, verb: str, team: str | None
) -> CounterView | None:
    branch = queue.get(BranchStore).get(command.branch, command.at)
    require_counter(branch, counter)
    if verb != "look":
        require_here(branch)
    if verb == "pause":
        _require_reason(branch, team)
    elif team is not None:
        require_team(branch, team)
    reply = queue.get(CounterStore).apply(
        branch, counter, verb, team=team or "", idempotency=command.idempotency, at=command.at
    )
    if reply[0] == "bound":
        _release(queue, command, reply[1])
        return None
    commit = committed(queue, command.branch, reply, counter)
    return _read_view(commit.answer, replayed=commit.replayed) if commit else None


def _require_reason(branch: Branch, reason: str | None) -> None:
    if not any(known.id == reason for known in branch.pause_reasons):
        why = f"It must be one of the branch's: {', '.join(r.id for r in branch.pause_reasons)}."
        raise Invalid.at("reason", why, "Choose one of the branch's reasons.")


def _release(queue: Queue, command: Command, visit_id: str) -> None:
    # Without the key: it belongs to the closing of the counter, not to this step of it.
    with suppress(WrongState):  # somebody called it in between, which is as good
        release(queue, command._replace(idempotency=None), visit_id)


def _read_view(text: str, *, replayed: bool = False) -> CounterView:
    now, counter, name, stood, team, services, current, *parked = text.split("\n")
    state, _, pause = stood.partition("|")
    return CounterView(
        id=counter,
        name=name,
        open=state in ("open", PAUSED),
        team=team or None,
        services=tuple(services.split(",")) if services else (),
        current=visit_or_none(current) if current else None,
        parked=tuple(filter(None, map(visit_or_none, parked))),
        now=int(now),
        pause=read_pause(f"{pause}|{team}") if pause else None,
        replayed=replayed,
    )
