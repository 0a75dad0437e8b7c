"""What a clerk does with a visit."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.command import Command, Queue
from queue_service.visits.operations.deciding import (
    decide,
    require_counter,
    require_day_open,
    require_language,
    require_offered,
    require_open,
    require_service,
    require_team,
)
from queue_service.visits.rules import transitions
from queue_service.visits.rules.answer import Answer
from queue_service.visits.rules.visit import Outcome, Visit
from queue_service.visits.store.visit_store import Snapshot


def recall(queue: Queue, command: Command, visit_id: str) -> Answer:
    """Call the same visit once more."""
    return decide(
        queue, command, visit_id, "recall", lambda _, s: transitions.recall(s.visit, s.now)
    )


def start(queue: Queue, command: Command, visit_id: str) -> Answer:
    """The citizen has come to the counter."""
    return decide(queue, command, visit_id, "start", lambda _, s: transitions.start(s.visit, s.now))


def reclassify(queue: Queue, command: Command, visit_id: str, service: str) -> Answer:
    """The wrong service was chosen; the clock runs on."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        require_service(branch, service)
        return transitions.reclassify(snapshot.visit, service)

    return decide(queue, command, visit_id, "reclassify", decision)


def complete(queue: Queue, command: Command, visit_id: str, outcome: Outcome) -> Answer:
    """End the inquiry and the visit with an outcome."""
    return decide(
        queue, command, visit_id, "complete",
        lambda _, s: transitions.complete(s.visit, s.now, outcome),
    )  # fmt: skip


def proceed(
    queue: Queue, command: Command, visit_id: str, outcome: Outcome, service: str
) -> Answer:
    """``continue``: complete this inquiry and begin another at the same counter."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        require_service(branch, service)
        return transitions.proceed(snapshot.visit, snapshot.now, outcome, service)

    return decide(queue, command, visit_id, "continue", decision)


def transfer(
    queue: Queue,
    command: Command,
    visit_id: str,
    *,
    service: str | None = None,
    counter: str | None = None,
    team: str | None = None,
    outcome: Outcome | None = None,
) -> Answer:
    """Send on to a service, one open counter or a team; see ``transitions.transfer``."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        if service is not None:
            require_service(branch, service)
        if counter is not None:
            require_counter(branch, counter)
            require_open(snapshot, counter)
        if team is not None:
            require_team(branch, team)
        return transitions.transfer(
            snapshot.visit,
            snapshot.now,
            service=service,
            counter=counter,
            team=team,
            outcome=outcome,
        )

    return decide(queue, command, visit_id, "transfer", decision)


def park(queue: Queue, command: Command, visit_id: str) -> Answer:
    """Stop the clock and free the counter."""
    return decide(queue, command, visit_id, "park", lambda _, s: transitions.park(s.visit, s.now))


def resume(queue: Queue, command: Command, visit_id: str, counter: str | None = None) -> Answer:
    """Go on with a parked visit, by default at the counter it was parked at."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        aim = counter or snapshot.visit.counter or ""
        transitions.target(snapshot.visit, "resume")
        require_counter(branch, aim)
        team = require_open(snapshot, aim)
        return transitions.resume(snapshot.visit, snapshot.now, aim, team)

    return decide(queue, command, visit_id, "resume", decision)


def mark_no_show(queue: Queue, command: Command, visit_id: str) -> Answer:
    """The citizen did not come."""
    return decide(
        queue, command, visit_id, "mark_no_show",
        lambda _, s: transitions.mark_no_show(s.visit, s.now),
    )  # fmt: skip


def requeue(queue: Queue, command: Command, visit_id: str, delay_ms: int = 0) -> Answer:
    """Put back in the queue, skipped until the delay has passed."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        require_day_open(snapshot)
        require_offered(branch, snapshot.visit)
        window = branch.return_window_seconds * 1000
        return transitions.requeue(snapshot.visit, snapshot.now, delay_ms, window)

    return decide(queue, command, visit_id, "requeue", decision)


def abandon(queue: Queue, command: Command, visit_id: str) -> Answer:
    """The citizen has left, or has taken the wrong ticket: see ``transitions.require_own``."""

    def decision(_: Branch, snapshot: Snapshot) -> Visit:
        _require_own(command, snapshot)
        return transitions.abandon(snapshot.visit, snapshot.now)

    return decide(queue, command, visit_id, "abandon", decision)


def set_language(queue: Queue, command: Command, visit_id: str, language: str) -> Answer:
    """The citizen wants to be called in another language; a kiosk only what it issued itself."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        _require_own(command, snapshot)
        return transitions.set_language(snapshot.visit, require_language(branch, language))

    return decide(queue, command, visit_id, "set_language", decision)


def _require_own(command: Command, snapshot: Snapshot) -> None:
    if command.caller.role == "kiosk":
        transitions.require_own(snapshot.visit, command.caller.id, snapshot.now)


def undo(queue: Queue, command: Command, visit_id: str) -> Answer:
    """Take back a completion or departure within two minutes."""

    def decision(branch: Branch, snapshot: Snapshot) -> Visit:
        require_day_open(snapshot)
        require_offered(branch, snapshot.visit)
        after = transitions.undo(snapshot.visit, snapshot.now)
        if after.state == "serving":
            return after._replace(team=require_open(snapshot, after.counter or ""))
        return after

    return decide(queue, command, visit_id, "undo", decision)
