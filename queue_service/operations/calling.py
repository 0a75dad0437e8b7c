"""Calling citizens to a counter: the next one, or a chosen one."""

from __future__ import annotations

from queue_service.domain import transitions
from queue_service.domain.answer import Answer, read_answer
from queue_service.domain.branch import Branch
from queue_service.domain.events import EVENT_OF, visit_event
from queue_service.domain.visit import visit_from_json
from queue_service.operations.deciding import commit, on_visit, require_counter, require_open
from queue_service.operations.queue import ATTEMPTS, Deed, Queue, exhausted, once, settle
from queue_service.store.visit_store import Scene


def call_next(queue: Queue, deed: Deed, counter: str) -> Answer | None:
    """Call whoever is next for a counter; None when nobody it may take waits.

    Raises CounterNotFound, CounterClosed and CounterBusy.
    """

    def act() -> Answer | None:
        for _ in range(ATTEMPTS):
            branch = queue.branches.get(deed.branch)
            require_counter(branch, counter)
            picked = queue.visits.pick(branch, counter, deed.memo, deed.at)
            if picked[0] == "none" or picked == ["replayed", ""]:
                return None
            if picked[0] == "stale":
                queue.branches.forget(deed.branch)
                continue
            if picked[0] != "picked":
                return settle(picked, counter)
            now, team, raw = int(picked[1]), picked[2], picked[3]
            scene = Scene(now, visit_from_json(raw), raw, {counter: team}, {}, 0)
            answer = _commit_call(queue, deed, branch, scene, counter, chosen=False)
            if answer is not None:
                return answer
        raise exhausted()

    return once(queue, deed, act, lambda text: read_answer(text, replayed=True) if text else None)


def call(queue: Queue, deed: Deed, visit_id: str, counter: str) -> Answer:
    """Call a chosen visit, whatever the counter's services. Its event says ``chosen``."""

    def commit(branch: Branch, scene: Scene) -> Answer | None:
        require_counter(branch, counter)
        return _commit_call(queue, deed, branch, scene, counter, chosen=True)

    return on_visit(queue, deed, visit_id, commit)


def _commit_call(
    queue: Queue, deed: Deed, branch: Branch, scene: Scene, counter: str, *, chosen: bool
) -> Answer | None:
    visit = scene.visit
    transitions.target(visit, "call")
    after = transitions.call(visit, scene.now, counter, require_open(scene, counter))
    why = {
        "queue": f"@{visit.bound}" if visit.bound else visit.service,
        "place": visit.place,
        "head_start_seconds": visit.head_start_ms / 1000,
        "chosen": chosen,
    }
    event = EVENT_OF["call"], visit_event(after, scene.now, why)
    return commit(queue, deed, branch, scene, after, event)
