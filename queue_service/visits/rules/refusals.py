"""The input of a decision about a visit, and refusals that hold in every state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from queue_service.access.rules.caller import Caller
from queue_service.branches.rules.branch import Branch, Service
from queue_service.branches.rules.interventions import in_force
from queue_service.branches.rules.service_hours import is_in_hours, opens_next
from queue_service.errors import (
    BranchArchived,
    BranchElsewhere,
    BranchTakenOver,
    CounterClosed,
    CounterNotFound,
    Forbidden,
    Invalid,
    ServiceClosed,
    ServiceInactive,
    ServiceNotFound,
    ServicePaused,
    WrongState,
)
from queue_service.language.instants import rfc3339, rfc3339_or_none
from queue_service.visits.rules.visit import PAPER, Visit

TAKE_BACK_WITHIN_MS: Final = 600_000
"""For how long a kiosk may take back or change what it issued, in milliseconds."""


class Case(NamedTuple):
    """A visit, and what else is known of it and its branch, all read at ``now`` (ms).

    ``open_counters`` has the team at each open counter, empty for none; ``closed_at`` is when the
    branch's day was last closed.
    """

    branch: Branch
    caller: Caller
    visit: Visit
    now: int
    open_counters: Mapping[str, str]
    closed_at: int


def require_in_use(branch: Branch) -> None:
    """Raises BranchArchived for a branch that is out of use."""
    if branch.archived:
        raise BranchArchived(
            f"“{branch.name}” is archived: its figures can be read, and nothing is done in it. "
            "An administrator can put it into use again."
        )


def require_here(branch: Branch) -> None:
    """Raises BranchElsewhere for a branch that is run on a machine of its own, and BranchArchived
    for one that is out of use."""
    require_in_use(branch)
    if branch.elsewhere:
        raise BranchElsewhere(
            f"“{branch.name}” is run on its own machine; do this there. Its days are sent"
            " to the central server automatically."
        )


def require_not_paper(visit: Visit) -> None:
    """Raises WrongState for a visit that had its number on paper: it ended before it was known."""
    if visit.source == PAPER:
        raise WrongState(
            f"{visit.number} was entered from paper and has ended; if it is wrong, remove it and "
            "enter it again.",
            state=visit.state,
        )


def require_issuing(branch: Branch) -> None:
    """Raises BranchElsewhere and BranchArchived, and BranchTakenOver on a bus whose branch the
    central server has taken over.

    Citizens with a number there are served there, and new ones are given on the central server.
    """
    require_here(branch)
    if branch.taken_over:
        raise BranchTakenOver(
            f"“{branch.name}” is run on the central server now; new numbers are given there alone."
        )


def known_service(branch: Branch, service: str) -> Service:
    """The service, also if it is switched off. Raises ServiceNotFound."""
    found = branch.services.get(service)
    if found is None:
        raise ServiceNotFound(f"The branch has no service “{service}”; choose one of its list.")
    return found


def require_service(branch: Branch, service: str) -> Service:
    """The service. Raises ServiceNotFound, and ServiceInactive if it is switched off."""
    found = known_service(branch, service)
    if not found.active:
        raise ServiceInactive(f"The service “{service}” is switched off here; choose another.")
    return found


def require_not_paused(branch: Branch, service: str, now: int) -> None:
    """Raises ServicePaused if an intervention pauses the service at ``now`` (ms)."""
    for one in in_force(branch.interventions, now, "pause_service"):
        if service in one.services:
            raise ServicePaused(
                "No numbers are given for this service right now; see the screen for when again.",
                until=rfc3339(one.over_at),
            )


def require_in_hours(branch: Branch, service: str, now: int) -> None:
    """Raises ServiceClosed if the service has hours of its own and is outside them (ms)."""
    found = branch.services[service]
    if is_in_hours(branch, found, now):
        return
    opens_at = opens_next(branch, found, now)
    raise ServiceClosed(
        "No numbers are given for this service now; come back in its hours, or choose another.",
        opens_at=rfc3339_or_none(opens_at),
    )


def require_language(branch: Branch, wanted: str | None) -> str:
    """The language, without one the branch's first. Raises Invalid if the branch has it not."""
    if wanted is not None and wanted not in branch.languages:
        reason = f"It must be one of the branch's: {', '.join(branch.languages)}."
        raise Invalid.at("language", reason, "Choose one of the branch's languages.")
    return wanted or branch.languages[0]


def require_counter(branch: Branch, counter: str) -> None:
    """Raises CounterNotFound."""
    if counter not in branch.counters:
        raise CounterNotFound(f"The branch has no counter “{counter}”; choose one of its list.")


def require_team(branch: Branch, team: str) -> None:
    """Raises Invalid, which names the field."""
    if team not in branch.teams:
        reason = "The branch has no such team."
        raise Invalid.at("team", reason, "Choose one of the branch's teams.")


def require_open(case: Case, counter: str) -> str | None:
    """The team at an open counter, None for none. Raises CounterClosed."""
    team = case.open_counters.get(counter)
    if team is None:
        raise counter_closed(counter)
    return team or None


def counter_closed(counter: str) -> CounterClosed:
    """The refusal of a counter that is not open; a paused one is distinguished by
    ``command.once``."""
    return CounterClosed(f"Counter {counter} is closed; open it first.", counter=counter)


def require_offered(case: Case) -> None:
    """Raises ServiceNotFound if what the visit came for has been taken off the list since."""
    for service in {case.visit.service, case.visit.issued_service}:
        if service not in case.branch.services:
            raise ServiceNotFound(
                f"The branch has no service “{service}” any more; issue a new ticket."
            )


def require_day_open(case: Case) -> None:
    """Raises WrongState for a visit that was closed with its day."""
    visit = case.visit
    since = max(visit.issued_at, visit.carried_to or 0)
    if visit.ended_at is not None and since < case.closed_at:
        raise WrongState(
            f"{visit.number} was closed with its day; issue a new ticket.", state=visit.state
        )


def require_uncalled(case: Case) -> None:
    """Raises WrongState for a visit that has been called."""
    if case.visit.first_called_at is not None:
        raise WrongState(f"{case.visit.number} has been called.", state=case.visit.state)


def require_own(case: Case) -> None:
    """Raises Forbidden for a kiosk, except for a ticket that it issued itself, soon after and
    before a call."""
    if case.caller.role != "kiosk":
        return
    visit = case.visit
    own = visit.issued_by == case.caller.id and case.now - visit.issued_at <= TAKE_BACK_WITHIN_MS
    if not own or visit.state != "waiting" or visit.first_called_at is not None:
        raise Forbidden(
            "A kiosk changes only what it issued itself, within ten minutes and before a call."
        )
