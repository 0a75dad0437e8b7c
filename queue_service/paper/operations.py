"""Entering paper tickets, looking at them, and removing what was entered wrongly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from secrets import token_hex
from typing import Final, NamedTuple

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Command, Commit, Queue, committed, once, retry
from queue_service.days.rules.period import days_after
from queue_service.errors import DayFinal, FieldError, Invalid, NotFound, WrongState
from queue_service.history.store import HistoryStore
from queue_service.language.catalogues import N_
from queue_service.paper.rules import (
    NOT_PRINTED,
    REMOVED_WITHIN_MS,
    SHEETS_SKIPPED,
    TWICE_HERE,
    SheetDay,
    Written,
    read,
    same,
    sheet_of,
    visit_id,
    visit_of,
)
from queue_service.paper.store import PaperStore, SheetEntry
from queue_service.store.redis_store import Reply
from queue_service.visits.rules.counting import Counts, count, total_field
from queue_service.visits.rules.events import visit_event
from queue_service.visits.rules.judging import judge
from queue_service.visits.rules.refusals import require_here
from queue_service.visits.rules.visit import Visit, as_issued, visit_from_json, visit_or_none

ENTERED: Final = "visit.entered"
REMOVED: Final = "visit.removed"
_STAMP_BYTES: Final = 4
PAPER_COUNT: Final = "paper"
"""Under what name a day counts its visits from paper."""


class SheetRow(NamedTuple):
    """The result for a ticket. ``differs``: it was entered before with something else."""

    visit: Visit
    new: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """A day's tickets, in the order in which they were sent."""

    branch: Branch
    day: SheetDay
    rows: tuple[SheetRow, ...]
    replayed: bool = False


def enter(queue: Queue, command: Command, date: str, tickets: Sequence[Written]) -> Entered:
    """Enter paper tickets of a business day: all of them, or none.

    A number that was entered before stays as it is, and the row says so. A number of a sheet that
    was never printed is refused.

    Raises BranchElsewhere, DayFinal, and Invalid, naming each field of each row that is wrong.
    """

    def tell_again(answer: str) -> Entered:
        branch = queue.get(BranchStore).get(command.branch)
        day = SheetDay(date, branch.timezone, queue.now(command))
        return with_answers(branch, day, [], answer, replayed=True)

    return once(queue, command, partial(_enter, queue, command, date, tickets), tell_again)


@retry
def _enter(queue: Queue, command: Command, date: str, tickets: Sequence[Written]) -> Entered | None:
    branch, day, visits = _drawn_up(queue, command, date, tickets)
    goals = queue.get(HistoryStore).goal_history(branch).on(date)
    entries = [_entry(replace(branch, goals=goals), visit, day.now) for visit in visits]
    reply = queue.get(PaperStore).enter(branch, date, entries, ENTERED, command.idempotency)
    commit = _commit(queue, branch, reply, date)
    return (
        with_answers(branch, day, visits, commit.answer, replayed=commit.replayed)
        if commit
        else None
    )


def with_answers(
    branch: Branch, day: SheetDay, visits: Sequence[Visit], answer: str, *, replayed: bool
) -> Entered:
    """The rows with the answers of the store."""
    found = [(bool(new), visit_from_json(document)) for new, document in json.loads(answer)]
    sent = visits or [visit for _, visit in found]
    rows = tuple(
        SheetRow(visit, new, not same(visit, said))
        for (new, visit), said in zip(found, sent, strict=True)
    )
    return Entered(branch, day, rows, replayed)


def entered(queue: Queue, branch_id: str, date: str | None = None) -> tuple[SheetDay, list[Visit]]:
    """The paper tickets of a business day, by default today, by number. Raises BranchNotFound."""
    branch, now = queue.get(BranchStore).get(branch_id), queue.store.time()
    day = SheetDay(date or moment(branch, now).date, branch.timezone, now)
    return day, queue.get(PaperStore).of_day(branch_id, day.date)


def remove(queue: Queue, command: Command, date: str, number: str) -> int:
    """Remove a ticket that was entered wrongly; how many of the day are left.

    Raises BranchElsewhere, DayFinal, NotFound, and WrongState a day after it was entered.
    """
    return once(queue, command, lambda: _remove(queue, command, date, number), int)


@retry
def _remove(queue: Queue, command: Command, date: str, number: str) -> int | None:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    now = queue.now(command)
    raw = queue.get(PaperStore).document(branch.id, visit_id(branch.id, date, number)) or ""
    visit = visit_or_none(raw)
    if visit is None:
        raise NotFound(f"{number} is not entered for {date}.")
    if now - (visit.entered_at or 0) > REMOVED_WITHIN_MS:
        raise WrongState(
            f"{number} was entered more than a day ago, and stays; write a note on the day.",
            state=visit.state,
        )
    event = visit_event(visit, now)
    entry = SheetEntry(visit, _taken_back(visit), event)
    reply = queue.get(PaperStore).remove(branch, entry, raw, REMOVED, command.idempotency)
    commit = _commit(queue, branch, reply, date)
    return int(commit.answer) if commit else None


def take_sheets(queue: Queue, branch_id: str, sheets: int) -> int:
    """Numbers for so many sheets of paper tickets; the first of them.

    Raises BranchNotFound and BranchElsewhere.
    """
    require_here(queue.get(BranchStore).get(branch_id))
    return queue.get(PaperStore).take_sheets(branch_id, sheets)


def skip_sheets(queue: Queue, branch: Branch) -> None:
    """Take the next sheets for printed, since it is unknown which were after a restore: also the
    first ones may have been made after the backup."""
    queue.get(PaperStore).take_sheets(branch.id, SHEETS_SKIPPED)


def _drawn_up(
    queue: Queue, command: Command, date: str, tickets: Sequence[Written]
) -> tuple[Branch, SheetDay, list[Visit]]:
    branch = queue.get(BranchStore).get(command.branch)
    require_here(branch)
    now = queue.now(command)
    day = SheetDay(date, branch.timezone, now)
    _require_day(queue, branch, date, now)
    visits: list[Visit] = []
    faults: list[FieldError] = []
    seen: set[str] = set()
    # A bus makes its sheets by itself, and the central server may enter what is written on them.
    any_sheet = bool(queue.get(BranchStore).fact(branch.id, "elsewhere"))
    last_sheet = queue.get(PaperStore).last_sheet(branch.id)
    for index, ticket in enumerate(tickets):
        ticket = ticket._replace(service=ticket.service or branch.unsure_service or "")
        at, wrong = read(day, ticket)
        wrong += _unknown(branch, ticket)
        if sheet_of(ticket.number) > last_sheet and not any_sheet:
            wrong.append({"field": "number", "reason": NOT_PRINTED})
        if ticket.number in seen:
            wrong.append({"field": "number", "reason": TWICE_HERE})
        seen.add(ticket.number)
        faults += [{**fault, "field": f"rows[{index}].{fault['field']}"} for fault in wrong]
        if not wrong:
            visits.append(
                visit_of(
                    ticket, at, visit_id=visit_id(branch.id, date, ticket.number), date=date,
                    language=branch.languages[0], now=now,
                )
            )  # fmt: skip
    if faults:
        raise Invalid.of(faults)
    return branch, day, visits


def _require_day(queue: Queue, branch: Branch, date: str, now: int) -> None:
    today = moment(branch, now).date
    if branch.historic:
        raise Invalid("This branch holds replayed days; paper tickets belong to another.")
    if date > today:
        raise Invalid.at("date", "This day is still to come.")
    too_old = date < days_after(today, -branch.retention_days)
    if too_old or queue.get(PaperStore).is_final(branch.id, date):
        raise DayFinal(
            f"The visits of {date} are no longer kept, so its figures are final; write a note on "
            "the day instead."
        )


def _unknown(branch: Branch, ticket: Written) -> list[FieldError]:
    """The ids that the branch does not have. A service may have been switched off since."""
    known: dict[str, tuple[str | None, bool]] = {
        "service": (ticket.service, ticket.service in branch.services),
        "counter": (ticket.counter, ticket.counter in branch.counters),
        "team": (ticket.team, ticket.team in branch.teams),
    }
    return [
        {"field": field, "reason": UNKNOWN[field]}
        for field, (value, there) in known.items()
        if value is not None and not there
    ]


UNKNOWN: Final = {
    "service": N_("Choose one of the branch's services."),
    "counter": N_("Choose one of the branch's counters."),
    "team": N_("Choose one of the branch's teams."),
}


def _entry(branch: Branch, visit: Visit, now: int) -> SheetEntry:
    """The visit as the goals of its day judge it, and all that entering it counts.

    ``branch`` has the goals that were in force on that day.
    """
    before = as_issued(visit)
    judged = judge(branch, before, visit)._replace(stamp=token_hex(_STAMP_BYTES))
    counts = count(before, judged)
    service = visit.issued_service
    totals = Counter(counts.totals)
    totals.update({total_field("issued", service): 1, total_field("paper", service): 1})
    day = Counter(counts.day)
    day.update({"issued": 1, PAPER_COUNT: 1})
    return SheetEntry(judged, Counts(totals, day), visit_event(judged, now))


def _taken_back(visit: Visit) -> Counts:
    """The counts of its removal. Totals never fall: it is counted as returned, and as removed."""
    counts = count(visit, as_issued(visit))
    totals = Counter(counts.totals)
    totals[total_field("unpaper", visit.issued_service)] += 1
    day = Counter(counts.day)
    day.subtract({"issued": 1, PAPER_COUNT: 1})
    return Counts(totals, day)


def _commit(queue: Queue, branch: Branch, reply: Reply, date: str) -> Commit | None:
    if reply[0] == "final":
        raise DayFinal(f"The visits of {date} are no longer kept, so its figures are final.")
    return committed(queue, branch.id, reply)
