"""Citizens with an appointment at a time that a branch closes, or opens again.

A saved configuration, *Close for today* and the ends of both ask for it at once. A worker compares
again once anything has changed, so that nothing depends on the process that saved.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final, NamedTuple

from queue_service.access.rules.caller import Caller
from queue_service.bookings.operations.changing import Decide, change_booking
from queue_service.bookings.rules import changes
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.changes import BookingCase, BookingChange
from queue_service.bookings.rules.room import without_time
from queue_service.bookings.store import LAST_INSTANT, LONGEST_MS, BookingStore
from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import ATTEMPTS, Command, Queue
from queue_service.errors import AppointmentsMet, BookingNotFound

MET: Final = "appointments"
LETTERS: Final = "letters"
"""Details of an entry of the audit log: how many citizens are met by a change, and how many of them
get a letter."""


class _Overtaken(Exception):
    """The branch is no longer the one that the plan was made for."""


class PlannedClosing(NamedTuple):
    """The effect of a branch as it will be on its appointments.

    ``met`` are those whose time it cannot keep and who were not asked for another one yet;
    ``fitting`` those who were, and whose time it can keep after all.
    """

    met: tuple[Booking, ...] = ()
    fitting: tuple[Booking, ...] = ()

    @property
    def appointments(self) -> int:
        """How many citizens are met, or have room again."""
        return len(self.met) + len(self.fitting)

    @property
    def letters(self) -> int:
        """How many of both get a letter: the citizens who gave a contact."""
        return sum(one.contact is not None for one in (*self.met, *self.fitting))

    @property
    def details(self) -> dict[str, str]:
        """The same for the audit log, which leaves out what is empty."""
        return {
            MET: str(self.appointments or ""),
            LETTERS: str(self.letters or ""),
        }


def plan_closing(queue: Queue, branch: Branch, now: int) -> PlannedClosing:
    """The effect of a branch as it will be, from ``now`` (ms) on. Nothing is changed.

    For blocked places alone no citizen is asked for another time: the staff choose that.
    """
    store = queue.get(BookingStore)
    # A longer time that has begun still has its place.
    known = store.between(branch.id, now - LONGEST_MS, LAST_INSTANT)
    if not known:
        return PlannedClosing()
    coming = [one for one in known if one.state == "booked" and now < one.starts_at]
    closed = {one.code for one in without_time(branch, known, {})}
    blocked = store.blocked(branch.id)
    lost = {one.code for one in without_time(branch, known, blocked)} if blocked else closed
    return PlannedClosing(
        tuple(one for one in coming if one.code in closed and one.displaced_at is None),
        tuple(one for one in coming if one.code not in lost and one.displaced_at is not None),
    )


def require_agreed(planned: PlannedClosing, agreed: int | None) -> None:
    """Raises AppointmentsMet unless so many appointments are met; None agrees to any number."""
    if agreed is None or agreed == planned.appointments:
        return
    raise AppointmentsMet(
        "The change takes the time of citizens with an appointment, or gives it back."
        " Look at their number, and confirm it.",
        appointments=planned.appointments,
        kept=len(planned.fitting),
        letters=planned.letters,
    )


def settle(queue: Queue, branch_id: str, by: Caller, at: int | None = None) -> None:
    """Ask the citizens whose time a branch cannot keep for another one, once each, and inform those
    whose time it can keep after all. ``at`` is in ms, by default the store's time.

    Nothing happens while the branch and its places are as they were the last time. It may be
    broken off and done again at any point. Replayed days are settled at a given time alone. Raises
    BranchNotFound.
    """
    store = queue.get(BookingStore)
    for _ in range(ATTEMPTS):
        branch = queue.get(BranchStore).current(branch_id, at)
        if branch.archived or branch.elsewhere or (branch.historic and at is None):
            return
        mark = f"{branch.revision}|{store.changes(branch_id)}"
        if store.settled(branch_id) == mark:
            return
        planned, command = (
            plan_closing(queue, branch, queue.time(at)),
            Command(branch_id, by, at=at),
        )
        with suppress(_Overtaken):
            for rule, some in ((changes.displace, planned.met), (changes.restore, planned.fitting)):
                for one in some:
                    with suppress(BookingNotFound):  # it was removed meanwhile
                        change_booking(queue, command, one.code, _as_planned(branch, rule))
            if store.note_settled(branch, mark):
                return


def _as_planned(branch: Branch, rule: Decide) -> Decide:
    """A rule for the branch of a plan alone: a process that has opened it again meanwhile may have
    compared all bookings already, and would leave the citizen asked."""

    def decide(case: BookingCase) -> BookingChange:
        if case.branch.revision != branch.revision:
            raise _Overtaken
        return rule(case)

    return decide
