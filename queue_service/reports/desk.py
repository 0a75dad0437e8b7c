"""Deeds around reports: making the one that is due, reading one, and who gets them by mail."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from queue_service.domain.access import invalid
from queue_service.domain.branch import Branch
from queue_service.domain.calendar import day_bounds, moment
from queue_service.domain.caller import Caller
from queue_service.domain.errors import NotFound
from queue_service.domain.period import Period, before, period_of
from queue_service.domain.subscriptions import checked_target
from queue_service.operations.daily import dates_in
from queue_service.operations.queue import Queue
from queue_service.operations.subscriptions import staff
from queue_service.reports.build import build
from queue_service.reports.report import (
    KINDS,
    Report,
    ReportKind,
    from_text,
    report_id,
    to_text,
)
from queue_service.store.access_store import AccessStore
from queue_service.store.report_store import Reader, ReportStore

MORNING_MS: Final = 5 * 3_600_000
"""How far into the day after a period its report is made: days that close late are closed then."""
MOST_READERS: Final = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that is kept, before it is read."""

    kind: ReportKind
    first: str

    @property
    def id(self) -> str:
        """The report's id."""
        return report_id(self.kind, self.first)

    @property
    def period(self) -> Period:
        """Its dates."""
        return period_of(self.kind, self.first)


def make_due(queue: Queue, now: int) -> list[tuple[str, str]]:
    """Make each report that is due at ``now`` (ms) and not there: branch and id of the new ones.

    Each branch's last week and last month are due from the morning after. However often and by
    however many this is called, a report is made once; what was missed is made at the next call.
    Historic branches' reports are made by hand.
    """
    made = []
    for branch_id in queue.branches.ids():
        branch = queue.branches.get(branch_id)
        if not branch.historic:
            made += [(branch_id, one) for one in _make_due(queue, branch, now)]
    return made


def _make_due(queue: Queue, branch: Branch, now: int) -> Iterator[str]:
    today = moment(branch, now).date
    there = set(ReportStore(queue.store).ids(branch.id))
    for kind in KINDS:
        current = period_of(kind, today)
        period = before(current)
        due = now >= day_bounds(branch, current.first)[0] + MORNING_MS
        wanted = report_id(kind, period.first)
        if due and wanted not in there and dates_in(queue, branch, period):
            text = to_text(build(queue, branch.id, kind, period, now))
            if ReportStore(queue.store).keep(branch.id, wanted, text):
                yield wanted


def make(queue: Queue, branch_id: str, kind: ReportKind, first: str) -> Report:
    """Make the report of a week or month that is over, anew where there is one.

    Raises BranchNotFound and Invalid.
    """
    period = require_over(queue, branch_id, kind, first)
    report = build(queue, branch_id, kind, period, queue.store.time())
    ReportStore(queue.store).keep(branch_id, report.id, to_text(report), again=True)
    return report


def require_over(queue: Queue, branch_id: str, kind: str, day: str) -> Period:
    """The week or month that a date lies in. Raises BranchNotFound, and Invalid unless it is over.

    A historic branch's are all over.
    """
    branch = queue.branches.get(branch_id)
    for known in KINDS:
        if known == kind:
            period = _period_of(known, day)
            if branch.historic or period.last < moment(branch, queue.store.time()).date:
                return period
            raise invalid("date", "Choose a week or month that is over.")
    raise invalid("kind", "Choose week or month.")


def _period_of(kind: ReportKind, day: str) -> Period:
    try:
        return period_of(kind, day)
    except ValueError:
        raise invalid("date", "Use a date such as 2026-11-25.") from None


def kept(queue: Queue, branch_id: str) -> list[Kept]:
    """The reports of a branch, the latest period first. Raises BranchNotFound."""
    queue.branches.get(branch_id)
    found = (_kept(one) for one in ReportStore(queue.store).ids(branch_id))
    return sorted(found, key=lambda one: (one.period.last, one.kind), reverse=True)


def read(queue: Queue, branch_id: str, wanted: str) -> Report:
    """A report that is kept. Raises BranchNotFound and NotFound."""
    queue.branches.get(branch_id)
    text = ReportStore(queue.store).get(branch_id, wanted)
    if text is None:
        raise NotFound("There is no such report: look at the list again.")
    return from_text(text)


def subscribe(
    queue: Queue, branch_id: str, caller: Caller, address: str, kinds: Iterable[str], language: str
) -> Reader:
    """Have reports sent to an address; the same address again changes what it gets.

    Raises BranchNotFound and Invalid.
    """
    queue.branches.get(branch_id)
    wanted = tuple(kind for kind in KINDS if kind in set(kinds))
    if not wanted:
        raise invalid("kinds", "Choose at least one kind of report.")
    checked = checked_target("mail", address, ())
    store = ReportStore(queue.store)
    readers = store.readers(branch_id)
    if len(readers) >= MOST_READERS:
        raise invalid("target", "So many get this branch's reports already: remove one first.")
    known = next((r.id for r in readers if r.address.lower() == checked.lower()), None)
    reader = Reader(
        known or secrets.token_urlsafe(24), caller.id, checked, wanted, language, queue.store.time()
    )
    store.put_reader(branch_id, reader)
    return reader


def readers_of(queue: Queue, branch_id: str) -> list[Reader]:
    """Who gets a branch's reports and may still see it; who may not any more is forgotten."""
    store = ReportStore(queue.store)
    found = store.readers(branch_id)
    allowed = staff(AccessStore(queue.store)) if found else {}
    gone = [reader for reader in found if allowed.get(reader.owner, "") not in (None, branch_id)]
    for reader in gone:
        store.remove_reader(branch_id, reader.id)
    return [reader for reader in found if reader not in gone]


def unsubscribe(queue: Queue, branch_id: str, reader_id: str) -> bool:
    """Forget a reader with the address; False where there is none."""
    return ReportStore(queue.store).remove_reader(branch_id, reader_id)


def _kept(one: str) -> Kept:
    kind, _, first = one.partition("-")
    return Kept("week" if kind == "week" else "month", first)
