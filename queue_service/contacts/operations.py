"""Counting contacts without a ticket, taking one back, and the figures of a branch."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.rules.hours import hour_of
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Queue, committed, once, refusal, retry_with_time
from queue_service.contacts.rules import (
    Contact,
    ContactBreakdown,
    ContactCount,
    Worked,
    kind_of,
    published_at,
    read_day,
    rows,
)
from queue_service.contacts.store import ContactStore
from queue_service.days.rules.period import between, days_after
from queue_service.days.rules.ranges import asked_range, require_whole_weeks
from queue_service.errors import NotFound
from queue_service.visits.rules.refusals import known_service, require_counter, require_here

_LATELY_DAYS: Final = 28


class Counted(NamedTuple):
    """A counted contact: its id, by which it is taken back, and when it was counted (ms)."""

    id: str
    at: int
    kind: str
    replayed: bool


def count_contact(
    queue: Queue, command: Command, contact: Contact, counter: str | None = None
) -> Counted:
    """Count a contact in the hour that is running; a press is one contact.

    Raises BranchNotFound, BranchElsewhere, ServiceNotFound, CounterNotFound and
    IdempotencyKeyReused.
    """

    def act() -> Counted:
        return _count(queue, command, contact, counter)

    def tell_again(answer: str) -> Counted:
        return _counted(queue.get(BranchStore).get(command.branch), contact, answer, replayed=True)

    return once(queue, command, act, tell_again)


@retry_with_time
def _count(
    queue: Queue, command: Command, now: int, contact: Contact, counter: str | None
) -> Counted | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    known_service(branch, contact.service)
    if counter is not None:
        require_counter(branch, counter)
    reply = queue.get(ContactStore).count(
        branch,
        hour_of(branch, now),
        contact,
        counter or "",
        secrets.token_hex(8),
        command.idempotency,
        command.at,
    )
    commit = committed(queue, branch.id, reply)
    return _counted(branch, contact, commit.answer, replayed=commit.replayed) if commit else None


def _counted(branch: Branch, contact: Contact, answer: str, *, replayed: bool) -> Counted:
    contact_id, _, at = answer.partition("|")
    kind = kind_of(contact.kind, branch.services.get(contact.service))
    return Counted(contact_id, int(at), kind, replayed)


def undo_contact(queue: Queue, command: Command, contact_id: str) -> bool:
    """Take a contact back within two minutes; gives whether it was a repeat of the request.

    Raises BranchNotFound, IdempotencyKeyReused, and NotFound for one that is older, or was taken
    back already.
    """

    def act() -> bool:
        queue.get(BranchStore).get(command.branch)
        reply = queue.get(ContactStore).undo(command.branch, contact_id, command.idempotency)
        if reply is None:
            raise NotFound("This contact is taken back already, or older than two minutes.")
        if reply[0] == "reused":
            raise refusal(reply)
        return str(reply[0]) == "replayed"

    return once(queue, command, act, lambda _: True)


@dataclass(frozen=True, slots=True)
class Contacts:
    """A branch's contacts without a ticket from the first date to the last, both inclusive."""

    branch: Branch
    first: str
    last: str
    cells: tuple[ContactCount, ...]
    worked: tuple[Worked, ...]
    today: str

    @property
    def total(self) -> int:
        """How many altogether."""
        return sum(cell.n for cell in self.cells)

    def rows(self, by: ContactBreakdown) -> Mapping[str, int]:
        """How many by one dimension of the counts, in the order of their keys.

        Raises Invalid for teams or counters unless the dates are whole weeks that are over.
        """
        if by != "team" and by != "counter":
            return rows(self.cells, by)
        require_whole_weeks(self.branch, between(self.first, self.last), self.today, f"By {by}")
        return dict(sorted(published_at(by, self.worked).items()))


def services_lately(queue: Queue, branch: Branch) -> Mapping[str, int]:
    """How many contacts each service had in the last four weeks, for a list that begins with the
    most frequent requests."""
    today = moment(branch, queue.store.time()).date
    found: Counter[str] = Counter()
    dates = between(days_after(today, -_LATELY_DAYS), today).dates()
    for date, stored in queue.get(ContactStore).days(branch.id, dates).items():
        found.update(rows(read_day(date, stored)[0], "service"))
    return found


def contacts(
    queue: Queue, branch_id: str, first: str | None = None, last: str | None = None
) -> Contacts:
    """The contacts of the dates from ``first`` to ``last``, by default today.

    A contact without a kind has the kind of its service, as it is configured now.

    Raises BranchNotFound, and Invalid for a range that is reversed or longer than ten years.
    """
    branch = queue.get(BranchStore).get(branch_id)
    today = moment(branch, queue.store.time()).date
    period = asked_range(first, last, today)
    cells: list[ContactCount] = []
    worked: list[Worked] = []
    for date, stored in queue.get(ContactStore).days(branch_id, period.dates()).items():
        found, by_work = read_day(date, stored)
        services = branch.services
        cells += [c._replace(kind=kind_of(c.kind, services.get(c.service))) for c in found]
        worked += by_work
    return Contacts(branch, period.first, period.last, tuple(cells), tuple(worked), today)
