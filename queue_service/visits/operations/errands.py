"""A further errand of a visit, and the refusal of one that kiosks and phones cannot have now."""

from __future__ import annotations

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.interventions import kiosk_cap
from queue_service.command import Command, Queue
from queue_service.errors import ServiceFull
from queue_service.visits.operations.deciding import change
from queue_service.visits.rules.command_result import CommandResult
from queue_service.visits.rules.errands import wanted
from queue_service.visits.rules.refusals import Case, require_in_hours, require_not_paused
from queue_service.visits.rules.transitions import ADD_ERRAND, Decision
from queue_service.visits.store.visit_store import VisitStore


def add_errand(
    queue: Queue, command: Command, visit_id: str, service: str, people: int = 1
) -> CommandResult:
    """Want a service for so many people, the inquiry at hand included; 0 takes it back.

    Hours and interventions bind kiosks, not the staff: ServiceClosed, ServicePaused and
    ServiceFull. The other refusals are
    those of ``ADD_ERRAND`` in ``visits/rules/transitions.py``.
    """

    def decide(case: Case) -> Decision:
        decision = ADD_ERRAND(case, service, people)
        if case.caller.role == "kiosk":
            require_to_be_had(queue, case, service, people)
        return decision

    return change(queue, command, visit_id, decide)


def require_to_be_had(queue: Queue, case: Case, service: str, people: int) -> None:
    """Raises ServicePaused, and ServiceClosed or ServiceFull for a service that the visit does not
    want yet.

    Nothing is refused to a citizen who wants a service no longer.
    """
    if not people:
        return
    require_not_paused(case.branch, service, case.now)
    if all(errand.service != service for errand in wanted(case.visit)):
        require_in_hours(case.branch, service, case.now)
        require_not_full(queue, case.branch, service, case.now)


def require_not_full(queue: Queue, branch: Branch, service: str, now: int) -> None:
    """Raises ServiceFull if kiosks have issued as many tickets for the service as an intervention
    allows at ``now`` (ms).

    Two kiosks may add the last errand at the same time: errands are not counted.
    """
    cap = kiosk_cap(branch.interventions, service, now)
    if cap is None:
        return
    if queue.get(VisitStore).kiosk_issued(branch.id, service, moment(branch, now).date) >= cap:
        raise ServiceFull("No more numbers are given for this service today.")
