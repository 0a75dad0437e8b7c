"""Writing, approving and reading the playbook, and counting the visits that it saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from queue_service.access.operations import logins
from queue_service.access.rules.caller import Caller, Role
from queue_service.access.store import AccessStore
from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.hours import hour_of
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, retry, retry_with_time
from queue_service.days.rules.ranges import asked_range
from queue_service.errors import (
    ConfiguredCentrally,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    RateLimited,
    WrongState,
)
from queue_service.language.catalogues import N_
from queue_service.playbook.contract import SavedBreakdown
from queue_service.playbook.rules import (
    EntryContent,
    EntryVersion,
    PlaybookEntry,
    Saved,
    read_saved,
)
from queue_service.playbook.store import PlaybookStore
from queue_service.visits.rules.refusals import known_service, require_here

WRITERS: Final = frozenset[Role]({"supervisor", "admin"})
PAST: Final = N_("It is over: choose today or a later day.")
"""Of a review that would be overdue at once; by the municipality's date."""
WRITTEN_AT_HOME = (
    "The playbook is written on the central server; change it there, and it is sent here."
)


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A service of the municipality: its name, and the branches that have it, by their names.

    A service that no branch has any more has its id as name.
    """

    id: str
    name: Translations
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaybookPage:
    """An entry with the service that it is of."""

    service: ServiceInfo
    entry: PlaybookEntry


def services(queue: Queue) -> dict[str, ServiceInfo]:
    """The services of all branches, by id; services of historic and practice branches are left out.

    On a bus those of the central server's other branches are among them.
    """
    found: dict[str, ServiceInfo] = {}
    here = queue.get(BranchStore).all()
    for branch in (*here, *queue.get(BranchStore).central_branches(branch.id for branch in here)):
        if branch.counted:
            for service in branch.services.values():
                known = found.get(service.id, ServiceInfo(service.id, service.name))
                branches = (*known.branches, branch.name)
                found[service.id] = ServiceInfo(service.id, known.name, branches)
    return found


def pages(queue: Queue, branch_id: str | None = None) -> list[PlaybookPage]:
    """Every service with its entry, written or not, by id; or the entries of one branch.

    Raises BranchNotFound.
    """
    if branch_id is not None:
        own = queue.get(BranchStore).get(branch_id).services.values()
        entries = queue.get(PlaybookStore).some([service.id for service in own])
        return [
            PlaybookPage(ServiceInfo(s.id, s.name), entries.get(s.id, PlaybookEntry(s.id)))
            for s in sorted(own, key=lambda service: service.id)
        ]
    known, entries = services(queue), queue.get(PlaybookStore).all()
    ids = sorted({*known, *entries})
    return [
        PlaybookPage(known.get(i) or ServiceInfo(i, {}), entries.get(i, PlaybookEntry(i)))
        for i in ids
    ]


def page(queue: Queue, service: str) -> PlaybookPage:
    """A service with its entry. Raises NotFound if neither a branch nor an entry has it."""
    entry, known = queue.get(PlaybookStore).get(service), services(queue).get(service)
    if known is None and not entry.revision:
        raise NotFound("No branch has a service with this id: see the playbook's list.")
    return PlaybookPage(known or ServiceInfo(service, {}), entry)


def in_force(queue: Queue, branch: Branch) -> dict[str, EntryVersion]:
    """The approved entries of a branch's services, by service id."""
    entries = queue.get(PlaybookStore).some(list(branch.services))
    return {service: entry.approved for service, entry in entries.items() if entry.approved}


def today(queue: Queue) -> str:
    """The date that reviews are compared with: the latest among the branches."""
    now = queue.store.time()
    return max((moment(b, now).date for b in queue.get(BranchStore).all() if b.counted), default="")


def require_written_here(queue: Queue) -> None:
    """Raises ConfiguredCentrally on the machine of a mobile branch."""
    if queue.get(BranchStore).home():
        raise ConfiguredCentrally(WRITTEN_AT_HOME)


def may_write(caller: Caller) -> bool:
    """Whether the caller may write: the playbook is the municipality's, and no branch's."""
    return caller.holds(WRITERS, None)


def require_writer(caller: Caller) -> None:
    """Raises Forbidden for a caller that is bound to one branch."""
    if not may_write(caller):
        raise Forbidden(
            "The playbook belongs to all branches: use a login that is bound to no single one."
        )


def save_draft(
    queue: Queue, caller: Caller, service: str, content: EntryContent, revision: int
) -> PlaybookEntry:
    """Save a draft next to the approved version. The same again changes nothing, also if the
    draft is approved meanwhile.

    ``revision`` is the one that the writer began with. Raises Forbidden, NotFound, and
    PreconditionFailed if somebody else has written meanwhile.
    """
    require_writer(caller)

    def drafted(entry: PlaybookEntry) -> PlaybookEntry:
        if entry.draft and entry.draft.content == content:
            return entry
        if entry.has_approved(content, revision):
            return entry
        _require(entry, revision)
        return entry.drafted(content, queue.store.time(), _name(queue, caller))

    return _change(queue, service, drafted)


def discard_draft(queue: Queue, caller: Caller, service: str, revision: int) -> PlaybookEntry:
    """Remove a draft; a removed draft stays so.

    Raises Forbidden, NotFound, and PreconditionFailed if somebody else has written meanwhile.
    """
    require_writer(caller)

    def discarded(entry: PlaybookEntry) -> PlaybookEntry:
        if entry.draft is None:
            return entry
        _require(entry, revision)
        return entry.discarded()

    return _change(queue, service, discarded)


def restore(
    queue: Queue, caller: Caller, service: str, number: int, revision: int
) -> PlaybookEntry:
    """Make a former version the draft. Raises Forbidden, NotFound and PreconditionFailed."""
    require_writer(caller)
    return save_draft(queue, caller, service, version(queue, service, number).content, revision)


def may_approve(queue: Queue, caller: Caller, entry: PlaybookEntry) -> bool:
    """Whether the caller may put an entry's draft in force, or one of their own that comes of it.

    With two approvals (``QUEUE_PLAYBOOK_FOUR_EYES``) there is a draft already, of another login.
    """
    if not queue.playbook_four_eyes:
        return True
    return entry.draft is not None and entry.draft.by != _name(queue, caller)


def approve(queue: Queue, caller: Caller, service: str, revision: int) -> PlaybookEntry:
    """Put the draft in force as the next version. The same again changes nothing.

    Raises Forbidden, also for the author of the draft where :func:`may_approve` says so, NotFound,
    WrongState without a draft, Invalid for a review that would be overdue at once, and
    PreconditionFailed where somebody else has written since ``revision``.
    """
    require_writer(caller)

    def approved(entry: PlaybookEntry) -> PlaybookEntry:
        if entry.approved and entry.approved.revision == revision:
            return entry
        _require(entry, revision)
        if entry.draft is None:
            raise WrongState("There is no draft to approve: save one first.", state="approved")
        if not may_approve(queue, caller, entry):
            raise Forbidden("Two approve the playbook here: let another login approve this draft.")
        if entry.draft.content.overdue(today(queue)):
            raise Invalid.at("review_by", PAST)
        return entry.approved_by(queue.store.time(), _name(queue, caller))

    return _change(queue, service, approved)


def version(queue: Queue, service: str, number: int) -> EntryVersion:
    """A version that is or was in force. Raises NotFound."""
    for one in queue.get(PlaybookStore).versions(service):
        if one.number == number:
            return one
    raise NotFound("There is no such version: see the list of versions.")


@retry
def _change(
    queue: Queue, service: str, change: Callable[[PlaybookEntry], PlaybookEntry]
) -> PlaybookEntry | None:
    """The changed entry. Raises ConfiguredCentrally on the machine of a mobile branch."""
    require_written_here(queue)
    before = page(queue, service).entry
    after = change(before)
    if after is before:
        return after
    if not queue.get(PlaybookStore).put(before, after):
        return None
    if after.approved != before.approved:
        _tell(queue, after)
    return after


def _require(entry: PlaybookEntry, revision: int) -> None:
    if entry.revision != revision:
        raise PreconditionFailed(
            "Somebody else has changed this entry meanwhile: look at it, then save again.",
            revision=entry.revision,
        )


def _tell(queue: Queue, entry: PlaybookEntry) -> None:
    """Have the kiosks and counters of the branches that have the service ask again."""
    for branch in queue.get(BranchStore).all():
        if entry.service in branch.services and not branch.historic:
            data = {"revision": branch.revision}
            value = f"{entry.service}:{entry.revision}"
            queue.get(BranchStore).announce(branch.id, "playbook", value, "branch.changed", data)


def _name(queue: Queue, caller: Caller) -> str:
    return logins.login_name(queue.get(AccessStore), caller) or caller.id


class SavedVisit(NamedTuple):
    """The result of a press. A press that is not ``counted`` was taken for a repeat."""

    counted: bool
    replayed: bool


def save_visit(queue: Queue, command: Command, service: str) -> SavedVisit:
    """Count a citizen who needs no number, in the hour that is running; no ticket is issued.

    Raises BranchNotFound, ServiceNotFound, Invalid for a service whose entry says nothing to
    citizens, RateLimited and IdempotencyKeyReused.
    """

    def act() -> SavedVisit:
        return _save_visit(queue, command, service)

    return once(queue, command, act, lambda answer: SavedVisit(answer == "1", replayed=True))


@retry_with_time
def _save_visit(queue: Queue, command: Command, now: int, service: str) -> SavedVisit | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    known_service(branch, service)
    approved = queue.get(PlaybookStore).get(service).approved
    if approved is None or not approved.content.public():
        reason = "The playbook says nothing to citizens about this service."
        raise Invalid.at("service", reason)
    reply = queue.get(PlaybookStore).count_saved(
        branch,
        command.caller.id,
        hour_of(branch, now),
        service,
        command.idempotency,
        command.at,
    )
    if reply[0] == "limited":
        raise RateLimited(
            "This screen has sent much in a short time; wait a moment.",
            retry_after=int(reply[1]),
        )
    commit = committed(queue, branch.id, reply)
    return SavedVisit(commit.answer == "1", commit.replayed) if commit else None


@dataclass(frozen=True, slots=True)
class SavedVisits:
    """A branch's saved visits from the first date to the last, both inclusive."""

    branch: Branch
    first: str
    last: str
    cells: tuple[Saved, ...]

    @property
    def total(self) -> int:
        """How many altogether."""
        return sum(cell.n for cell in self.cells)

    def rows(self, by: SavedBreakdown) -> Mapping[str, int]:
        """How many by day, month, hour of the day or service, in the order of their keys."""
        found: Counter[str] = Counter()
        for cell in self.cells:
            keys = {"day": cell.date, "month": cell.date[:7], "hour": cell.hour}
            found[keys.get(by, cell.service)] += cell.n
        return dict(sorted(found.items()))


def saved_visits(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> SavedVisits:
    """The saved visits of the dates from ``first`` to ``last``, by default today.

    Without ``last`` they go on until today.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    branch = queue.get(BranchStore).get(branch_id)
    period = asked_range(first, last, moment(branch, queue.store.time()).date)
    stored = queue.get(PlaybookStore).saved(branch_id, period.dates())
    cells = [cell for date, counts in stored.items() for cell in read_saved(date, counts)]
    return SavedVisits(branch, period.first, period.last, tuple(cells))
