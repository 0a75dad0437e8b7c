"""What a clerk does with a visit."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.command import Deed, Queue
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
from queue_service.visits.rules.visit import (
    Outcome,
    Visit,
)
from queue_service.visits.store.visit_store import (
    Scene,
)


def recall(queue: Queue, deed: Deed, visit_id: str) -> Answer:
    """Call the same visit once more."""
    return decide(queue, deed, visit_id, "recall", lambda _, s: transitions.recall(s.visit, s.now))


def start(queue: Queue, deed: Deed, visit_id: str) -> Answer:
    """The citizen has come to the counter."""
    return decide(queue, deed, visit_id, "start", lambda _, s: transitions.start(s.visit, s.now))


def reclassify(queue: Queue, deed: Deed, visit_id: str, service: str) -> Answer:
    """The wrong service was chosen; the clock runs on."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        require_service(branch, service)
        return transitions.reclassify(scene.visit, service)

    return decide(queue, deed, visit_id, "reclassify", decision)


def complete(queue: Queue, deed: Deed, visit_id: str, outcome: Outcome) -> Answer:
    """End the inquiry and the visit with an outcome."""
    return decide(
        queue, deed, visit_id, "complete",
        lambda _, s: transitions.complete(s.visit, s.now, outcome),
    )  # fmt: skip


def proceed(queue: Queue, deed: Deed, visit_id: str, outcome: Outcome, service: str) -> Answer:
    """``continue``: complete this inquiry and begin another at the same counter."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        require_service(branch, service)
        return transitions.proceed(scene.visit, scene.now, outcome, service)

    return decide(queue, deed, visit_id, "continue", decision)


def transfer(
    queue: Queue,
    deed: Deed,
    visit_id: str,
    *,
    service: str | None = None,
    counter: str | None = None,
    team: str | None = None,
    outcome: Outcome | None = None,
) -> Answer:
    """Send on to a service, one open counter or a team; see ``transitions.transfer``."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        if service is not None:
            require_service(branch, service)
        if counter is not None:
            require_counter(branch, counter)
            require_open(scene, counter)
        if team is not None:
            require_team(branch, team)
        return transitions.transfer(
            scene.visit, scene.now, service=service, counter=counter, team=team, outcome=outcome
        )

    return decide(queue, deed, visit_id, "transfer", decision)


def park(queue: Queue, deed: Deed, visit_id: str) -> Answer:
    """Stop the clock and free the counter."""
    return decide(queue, deed, visit_id, "park", lambda _, s: transitions.park(s.visit, s.now))


def resume(queue: Queue, deed: Deed, visit_id: str, counter: str | None = None) -> Answer:
    """Go on with a parked visit, by default at the counter it was parked at."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        aim = counter or scene.visit.counter or ""
        transitions.target(scene.visit, "resume")
        require_counter(branch, aim)
        team = require_open(scene, aim)
        return transitions.resume(scene.visit, scene.now, aim, team)

    return decide(queue, deed, visit_id, "resume", decision)


def mark_no_show(queue: Queue, deed: Deed, visit_id: str) -> Answer:
    """The citizen did not come."""
    return decide(
        queue, deed, visit_id, "mark_no_show",
        lambda _, s: transitions.mark_no_show(s.visit, s.now),
    )  # fmt: skip


def requeue(queue: Queue, deed: Deed, visit_id: str, delay_ms: int = 0) -> Answer:
    """Put back in the queue, skipped until the delay has passed."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        require_day_open(scene)
        require_offered(branch, scene.visit)
        window = branch.return_window_seconds * 1000
        return transitions.requeue(scene.visit, scene.now, delay_ms, window)

    return decide(queue, deed, visit_id, "requeue", decision)


def abandon(queue: Queue, deed: Deed, visit_id: str) -> Answer:
    """The citizen has left, or has taken the wrong ticket: see ``transitions.require_own``."""

    def decision(_: Branch, scene: Scene) -> Visit:
        _require_own(deed, scene)
        return transitions.abandon(scene.visit, scene.now)

    return decide(queue, deed, visit_id, "abandon", decision)


def set_language(queue: Queue, deed: Deed, visit_id: str, language: str) -> Answer:
    """The citizen wants to be called in another language; a kiosk only what it issued itself."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        _require_own(deed, scene)
        return transitions.set_language(scene.visit, require_language(branch, language))

    return decide(queue, deed, visit_id, "set_language", decision)


def _require_own(deed: Deed, scene: Scene) -> None:
    if deed.caller.role == "kiosk":
        transitions.require_own(scene.visit, deed.caller.id, scene.now)


def undo(queue: Queue, deed: Deed, visit_id: str) -> Answer:
    """Take back a completion or departure within two minutes."""

    def decision(branch: Branch, scene: Scene) -> Visit:
        require_day_open(scene)
        require_offered(branch, scene.visit)
        after = transitions.undo(scene.visit, scene.now)
        if after.state == "serving":
            return after._replace(team=require_open(scene, after.counter or ""))
        return after

    return decide(queue, deed, visit_id, "undo", decision)
