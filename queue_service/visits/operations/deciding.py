"""How every change of a visit is made: load, decide, commit, and again if it changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from queue_service.branches.rules.branch import Branch, Service
from queue_service.command import ATTEMPTS, Command, Queue, answer_in, exhausted, once
from queue_service.errors import (
    CounterClosed,
    CounterNotFound,
    Invalid,
    ServiceInactive,
    ServiceNotFound,
    VisitNotFound,
    WrongState,
)
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.answer import Answer, read_answer
from queue_service.visits.rules.events import EVENT_OF, visit_event
from queue_service.visits.rules.tally import judge, tally
from queue_service.visits.rules.visit import AT_COUNTER, Visit
from queue_service.visits.store.visit_store import Decided, Snapshot

Decision = Callable[[Branch, Snapshot], Visit]
Attempt = Callable[[Branch, Snapshot], Answer | None]


def decide(queue: Queue, command: Command, visit_id: str, verb: str, decision: Decision) -> Answer:
    """Carry out a verb on a visit. ``decision`` gives the visit as it becomes, or refuses."""

    def attempt(branch: Branch, snapshot: Snapshot) -> Answer | None:
        present = replace(snapshot, visit=_with_present_team(snapshot))
        after = decision(branch, present)
        event = EVENT_OF[verb], visit_event(after, snapshot.now)
        return commit(queue, command, branch, snapshot, after, event)

    return on_visit(queue, command, visit_id, attempt)


def on_visit(queue: Queue, command: Command, visit_id: str, attempt: Attempt) -> Answer:
    """Load a visit and attempt something with it until nobody else is in between."""

    def act() -> Answer:
        for _ in range(ATTEMPTS):
            branch = queue.branches.get(command.branch)
            snapshot = queue.visits.load(command.branch, visit_id, command.at)
            if snapshot is None:
                raise VisitNotFound("There is no such visit; it may be older than what is kept.")
            answer = attempt(branch, snapshot)
            if answer is not None:
                return answer
        raise exhausted()

    return once(queue, command, act, lambda text: read_answer(text, replayed=True))


def commit(
    queue: Queue,
    command: Command,
    branch: Branch,
    snapshot: Snapshot,
    after: Visit,
    event: tuple[str, Mapping[str, Any]],
) -> Answer | None:
    """Write the decision; None when the visit, counter or configuration changed meanwhile."""
    decided = judged(branch, snapshot, after, event)
    return written(
        queue, command, queue.visits.commit(branch, decided, command.idempotency), after.counter
    )


def judged(
    branch: Branch, snapshot: Snapshot, after: Visit, event: tuple[str, Mapping[str, Any]]
) -> Decided:
    """The decision with its judgement by the branch's goals, and what it counts."""
    final = judge(branch, snapshot.visit, after)
    return Decided(snapshot, final, tally(snapshot.visit, final), event)


def written(queue: Queue, command: Command, reply: Reply, counter: str | None) -> Answer | None:
    """The answer in a commit's reply, or None when the decision has to be made anew."""
    if reply[0] == "stale":
        queue.branches.forget(command.branch)
    return answer_in(reply, counter or "")


def require_service(branch: Branch, service: str) -> Service:
    """The service, if it exists and is active."""
    found = branch.services.get(service)
    if found is None:
        raise ServiceNotFound(f"The branch has no service “{service}”; choose one of its list.")
    if not found.active:
        raise ServiceInactive(f"The service “{service}” is switched off here; choose another.")
    return found


def require_language(branch: Branch, wanted: str | None) -> str:
    """The language, if the branch has it; without one its first."""
    if wanted is not None and wanted not in branch.languages:
        reason = f"It must be one of the branch's: {', '.join(branch.languages)}."
        raise Invalid.at("language", reason, "Choose one of the branch's languages.")
    return wanted or branch.languages[0]


def require_offered(branch: Branch, visit: Visit) -> None:
    """Raises ServiceNotFound where what the visit came for has been taken off the list since."""
    for service in {visit.service, visit.issued_service}:
        if service not in branch.services:
            raise ServiceNotFound(
                f"The branch has no service “{service}” any more; issue a new ticket."
            )


def require_counter(branch: Branch, counter: str) -> None:
    """Raises CounterNotFound."""
    if counter not in branch.counters:
        raise CounterNotFound(f"The branch has no counter “{counter}”; choose one of its list.")


def require_team(branch: Branch, team: str) -> None:
    """Raises Invalid, which names the field."""
    if team not in branch.teams:
        reason = "The branch has no such team."
        raise Invalid.at("team", reason, "Choose one of the branch's teams.")


def require_open(snapshot: Snapshot, counter: str) -> str | None:
    """The team at an open counter, None for none. Raises CounterClosed."""
    team = snapshot.open_counters.get(counter)
    if team is None:
        raise CounterClosed(f"Counter {counter} is closed; open it first.")
    return team or None


def require_day_open(snapshot: Snapshot) -> None:
    """Refuse to bring back what was closed with its day."""
    visit = snapshot.visit
    if visit.ended_at is not None and visit.issued_at < snapshot.closed_at:
        raise WrongState(
            f"{visit.number} was closed with its day; issue a new ticket.", state=visit.state
        )


def _with_present_team(snapshot: Snapshot) -> Visit:
    # After a shift change the counter's new team finishes what the old one began.
    visit = snapshot.visit
    team = snapshot.open_counters.get(visit.counter or "")
    if visit.state in AT_COUNTER and team is not None:
        return visit._replace(team=team or None)
    return visit
