"""Deeds on branches: their configuration, and the state that every page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any, Final, Literal

from queue_service.access.audit_entries import entry_by
from queue_service.access.operations.access import OPERATOR, revoke_token
from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.bookings.operations.closing import (
    PlannedClosing,
    plan_closing,
    require_agreed,
    settle,
)
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore, ChangeBasis
from queue_service.command import Queue, retry
from queue_service.configuration.rules.difference import differences
from queue_service.days.store import DayStore
from queue_service.errors import (
    BranchNotFound,
    ConfiguredCentrally,
    InUse,
    Invalid,
    PreconditionFailed,
)
from queue_service.language.catalogues import N_
from queue_service.printers.operations import remove_printer
from queue_service.store.audit_log import AuditEntry
from queue_service.visits.rules.refusals import require_here
from queue_service.visits.rules.visit import AT_COUNTER, Visit
from queue_service.visits.store.visit_store import VisitStore

ConfigurationAction = Literal[
    "configuration.changed", "configuration.restored", "branch.archived", "branch.unarchived"
]
CHANGES_LISTED: Final = 20
"""Changes that an entry of the audit log lists; the history of the configuration has all."""
STILL_OPEN: Final = N_(
    "Visits are open in this branch: finish them at a counter, or archive it tomorrow, when the day"
    " is closed."
)
STILL_BOOKED: Final = N_("Appointments are booked in this branch: move or cancel them first.")
AT_HOME: Final = (
    "This branch is configured on the central server; change it there, and it is sent here."
)


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration that is in place; ``created`` when the branch is new.

    ``unchanged``: it was in place already, so nothing was written and no page was notified.
    """

    branch: Branch
    created: bool
    unchanged: bool = False


def get_branch(queue: Queue, branch_id: str) -> Branch:
    """The branch as it is configured now. Raises BranchNotFound."""
    return queue.get(BranchStore).current(branch_id)


def get_branch_here(queue: Queue, branch_id: str) -> Branch:
    """The branch as it is configured now, if it is run on this machine.

    Raises BranchNotFound, BranchElsewhere and BranchArchived.
    """
    branch = get_branch(queue, branch_id)
    require_here(branch)
    return branch


def current_revision(queue: Queue, branch_id: str) -> str | None:
    """The configuration's revision in force, read again; None for a branch that is not there."""
    queue.get(BranchStore).forget(branch_id)
    try:
        return queue.get(BranchStore).get(branch_id).edition
    except BranchNotFound:
        return None


def list_branches(queue: Queue) -> list[Branch]:
    """All branches, by id."""
    return queue.get(BranchStore).all()


def put_branch(
    queue: Queue,
    branch_id: str,
    document: Mapping[str, Any],
    *,
    if_match: str | None = None,
    at: int | None = None,
    from_central_server: bool = False,
    by: Caller = OPERATOR,
    action: ConfigurationAction = "configuration.changed",
    agreed: int | None = None,
) -> Configured:
    """Create or replace a branch's configuration; ``document`` has been validated.

    ``if_match`` is the revision the caller changed, ``*`` for any; a configuration that is in place
    already needs none. ``at`` (ms) is the present, by default the store's.
    ``from_central_server``: the change comes from the service in which a branch of this machine is
    configured. ``by`` and ``action`` are for the audit log. Raises ConfiguredCentrally for another
    change of such a branch, PreconditionFailed when it is not the current one, Invalid when a live
    branch would become historic or the other way round, and InUse when something open needs what
    would go: its ``extra`` names the ticket's ``number`` and the ``service``, ``counter`` or
    ``team``, the ``service`` alone if it is booked, or the ``prefix``. To archive a branch revokes
    its screens and closes its counters: it raises InUse while a visit is open or a time is booked,
    and BranchElsewhere while a bus runs it.

    Citizens with an appointment at a time that the branch cannot keep any more are asked for
    another one; :func:`plan_change` says before whom it meets. ``agreed`` is how many appointments
    the caller expects it to meet, None for any number; with others it raises AppointmentsMet.
    """
    if not from_central_server:
        _require_configured_here(queue, branch_id)
    new = Branch.from_document(branch_id, token_hex(8), document)
    done = _put(queue, new, if_match, at, by, action, agreed)
    if new.archived:
        _revoke_screens(queue, new.id, by)
    # Again after a repetition, too: the first time may have been broken off after its commit.
    settle(queue, new.id, by, at)
    return done


def check_branch(queue: Queue, branch_id: str, document: Mapping[str, Any]) -> Branch | None:
    """Refuse what ``put_branch`` would refuse at the moment, and change nothing.

    Returns the branch as it is configured now; None for a new one. Raises ConfiguredCentrally,
    Invalid and InUse, as ``put_branch`` does.
    """
    _require_configured_here(queue, branch_id)
    new = Branch.from_document(branch_id, token_hex(8), document)
    basis = queue.get(BranchStore).basis(branch_id, moment(new, queue.time(None)).date)
    if not _in_place(basis, new):
        _require_possible(queue, new, basis)
    return basis.branch


@retry
def _put(
    queue: Queue,
    new: Branch,
    if_match: str | None,
    at: int | None,
    by: Caller,
    action: ConfigurationAction,
    agreed: int | None,
) -> Configured | None:
    date = moment(new, queue.time(at)).date
    basis = queue.get(BranchStore).basis(new.id, date)
    old = basis.branch
    if old is not None and _in_place(basis, new):
        return Configured(old, created=False, unchanged=True)
    _require_match(old, if_match)
    owners = _require_possible(queue, new, basis)
    closing = _counters_to_close(new, basis)
    planned = plan_change(queue, old, new.document, at) if old else PlannedClosing()
    require_agreed(planned, agreed)
    entry = _entry(old, new, by, action, planned.details)
    done = queue.get(BranchStore).configure(
        new.id,
        basis,
        date,
        new.revision,
        new.document,
        owners,
        closing,
        entry,
    )
    if done != "done":
        return None
    if old is not None and old.timezone != new.timezone:
        # Days that were counted by the hours of a wrong zone are counted again.
        queue.get(DayStore).forget_summaries(new.id)
    return Configured(new, created=old is None)


def plan_change(
    queue: Queue, old: Branch, document: Mapping[str, Any], at: int | None = None
) -> PlannedClosing:
    """The effect on appointments of a checked configuration of a branch: whose time it takes away,
    and whose it can keep after all. ``at`` (ms) is the present, by default the store's; replayed
    days change at a given time alone."""
    if old.historic and at is None:
        return PlannedClosing()
    new = Branch.from_document(old.id, old.revision, document)
    # Closed for today is closed for today, whatever the hours.
    closed = replace(new, closures=old.closures)
    return plan_closing(queue, closed, queue.time(at))


def _entry(
    old: Branch | None,
    new: Branch,
    by: Caller,
    action: ConfigurationAction,
    met: Mapping[str, str],
) -> AuditEntry:
    revision = {"revision": new.revision, "name": new.name}
    if old is None:
        return entry_by(by, "branch.added", branch=new.id, target=new.id, details=revision)
    if new.archived != old.archived:
        action = "branch.archived" if new.archived else "branch.unarchived"
    changed = differences(old.document, new.document)
    parts = ", ".join(dict.fromkeys(each.path[0] for each in changed))
    what = "; ".join(each.in_words() for each in changed[:CHANGES_LISTED])
    details = {"changes": what, **met, **revision}
    return entry_by(by, action, branch=new.id, target=parts, details=details)


def _in_place(basis: ChangeBasis, new: Branch) -> bool:
    """Whether the configuration is in force already, so that nothing is left to do or refuse."""
    old = basis.branch
    return old is not None and not basis.removing and old.document == new.document


def _require_possible(queue: Queue, new: Branch, basis: ChangeBasis) -> dict[str, str]:
    """Refuse what does not fit the branch as it is now; gives the owners of today's prefixes."""
    if basis.removing:
        raise InUse(f"“{new.id}” is being removed. Remove it again to finish that first.")
    old = basis.branch
    if old is None:
        return {}
    _require_same_kind(old, new)
    if new.archived and not old.archived:
        _require_idle(queue, old)
        if basis.booked:
            raise InUse(STILL_BOOKED)
    _require_unused(queue, new)
    _require_unbooked(new, basis)
    owners = _owners(old, basis)
    _require_free_prefixes(new, owners)
    return owners


def _require_configured_here(queue: Queue, branch_id: str) -> None:
    if queue.get(BranchStore).fact(branch_id, "home"):
        raise ConfiguredCentrally(AT_HOME)


def _require_match(old: Branch | None, if_match: str | None) -> None:
    if if_match is None or (old is not None and if_match in ("*", old.edition)):
        return
    raise PreconditionFailed("Somebody else has changed the configuration; read it again first.")


def _require_same_kind(old: Branch, new: Branch) -> None:
    if old.historic != new.historic:
        reason = "A branch is historic from its beginning or never."
        detail = "The kind of a branch cannot be changed; make another branch."
        raise Invalid.at("historic", reason, detail)


def _require_idle(queue: Queue, old: Branch) -> None:
    require_here(old)
    still_open = queue.get(VisitStore).open_visits(old.id)
    if still_open:
        raise InUse(STILL_OPEN, number=still_open[0].number)


def _revoke_screens(queue: Queue, branch_id: str, by: Caller) -> None:
    """Also those that a request which was broken off has left."""
    store = queue.get(AccessStore)
    for token in store.tokens():
        if token.device and token.branch == branch_id:
            revoke_token(store, token.id, by=by)
            remove_printer(queue, branch_id, token.id, by=by)


def _require_unused(queue: Queue, new: Branch) -> None:
    for visit in queue.get(VisitStore).open_visits(new.id):
        needed = {"number": visit.number}
        for service in (visit.service, visit.issued_service, *visit.also_wanted):
            if service not in new.services:
                sentence = f"{visit.number} is open for “{service}”; finish it first."
                raise InUse(sentence, **needed, service=service)
        for counter in _counters_needed(visit):
            if counter not in new.counters:
                sentence = f"{visit.number} is at counter {counter}; finish it first."
                raise InUse(sentence, **needed, counter=counter)
        if visit.state == "waiting" and visit.for_team not in {None, *new.teams}:
            sentence = f"{visit.number} waits for team “{visit.for_team}”; call it first."
            raise InUse(sentence, **needed, team=visit.for_team)
        if visit.state in AT_COUNTER and visit.team and visit.team not in new.teams:
            sentence = f"{visit.number} is served by team “{visit.team}”; finish it first."
            raise InUse(sentence, **needed, team=visit.team)


def _require_unbooked(new: Branch, basis: ChangeBasis) -> None:
    for service in sorted(basis.booked):
        kept = new.services.get(service)
        if kept is None or not kept.active:
            sentence = f"Appointments are booked for “{service}”; move or cancel them first."
            raise InUse(sentence, service=service)


def _counters_needed(visit: Visit) -> set[str]:
    needed = {visit.counter} if visit.state in AT_COUNTER or visit.state == "parked" else set()
    if visit.state == "waiting":
        needed = {visit.bound}
    return {c for c in needed if c is not None}


def _counters_to_close(new: Branch, basis: ChangeBasis) -> list[str]:
    """The open counters that are removed, or whose team is: they would call no visit."""
    return [
        counter
        for counter, team in basis.open_counters.items()
        if new.archived or counter not in new.counters or (team and team not in new.teams)
    ]


def _owners(old: Branch, basis: ChangeBasis) -> dict[str, str]:
    """The service of each prefix that has numbers today."""
    used = {s.prefix: s.id for s in old.services.values() if s.prefix in basis.numbers}
    unchanged = {
        field.removeprefix("owner|"): service
        for field, service in basis.numbers.items()
        if field.startswith("owner|")
    }
    return used | unchanged


def _require_free_prefixes(new: Branch, owners: Mapping[str, str]) -> None:
    for service in new.services.values():
        owner = owners.get(service.prefix, service.id)
        if owner != service.id:
            raise InUse(
                f"Prefix {service.prefix} is on tickets of “{owner}” today; "
                "choose another or wait until tomorrow.",
                prefix=service.prefix,
            )
