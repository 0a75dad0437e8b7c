"""Deeds around reports: making the one that is due, reading one, and who gets them by mail."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from queue_service.access.rules.caller import Caller
from queue_service.access.store import AccessStore
from queue_service.alerts.operations.subscriptions import staff
from queue_service.alerts.rules.subscriptions import checked_target
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import FIRST_DATE, LAST_DATE, Period, before, period_of
from queue_service.errors import Invalid, NotFound
from queue_service.history.operations.daily import dates_in
from queue_service.reports.build import build
from queue_service.reports.report import KINDS, Report, ReportKind, from_text, report_id, to_text
from queue_service.reports.store import Mark, ReportReader, ReportStore

MORNING_MS: Final = 5 * 3_600_000
"""How far into the day after a period its report is made: days that close late are closed then."""
MOST_READERS: Final = 50


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A stored report, by its kind and first date."""

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
    however many this is called, a report is made once; a missed report is made at the next call.
    Historic branches' reports are made by hand, and so are those with made-up days, or compared
    with a period that has some. The readers are stored before the report, so that no letter is lost
    if the worker dies in between.
    """
    added = []
    for branch, kind, period in _due(queue, now):
        if before(period).first <= branch.sample_until:
            continue
        wanted, store = report_id(kind, period.first), queue.get(ReportStore)
        if wanted not in store.ids(branch.id) and dates_in(queue, branch, period):
            text = to_text(build(queue, branch.id, kind, period, now))
            readers = (r.id for r in readers_of(queue, branch.id) if kind in r.kinds)
            store.note_due(branch.id, wanted, readers)
            if store.keep(branch.id, wanted, text):
                added.append((branch.id, wanted))
    return added


def letters_due(queue: Queue, now: int) -> list[tuple[str, str, str]]:
    """Branch, report and reader of each letter that is still to be sent at ``now`` (ms).

    A letter is due until the next report of its kind is.
    """
    found = []
    for branch, kind, period in _due(queue, now):
        wanted = report_id(kind, period.first)
        states = letters(queue, branch.id, wanted)
        found += [(branch.id, wanted, r) for r, mark in states.items() if mark == "due"]
    return found


def letters(queue: Queue, branch_id: str, wanted: str) -> dict[str, Mark]:
    """How far the letters with a report have got, by those who still get reports."""
    store = queue.get(ReportStore)
    marks = store.marks(branch_id, wanted) if wanted in store.ids(branch_id) else {}
    there = {reader.id for reader in readers_of(queue, branch_id)} if marks else set()
    return {reader: mark for reader, mark in marks.items() if reader in there}


def unsent(queue: Queue, branch_id: str) -> dict[str, Mark]:
    """Readers who have not had the latest report of a kind, and how far their letter has got."""
    latest = {one.kind: one.id for one in reversed(stored_reports(queue, branch_id))}
    return {
        reader: mark
        for wanted in latest.values()
        for reader, mark in letters(queue, branch_id, wanted).items()
        if mark != "sent"
    }


def _due(queue: Queue, now: int) -> Iterator[tuple[Branch, ReportKind, Period]]:
    """The last week and month of every branch in use, from the morning after."""
    for branch_id in queue.get(BranchStore).ids():
        branch = queue.get(BranchStore).get(branch_id)
        today = moment(branch, now).date
        for kind in () if branch.historic or branch.archived else KINDS:
            current = period_of(kind, today)
            if now >= day_bounds(branch, current.first)[0] + MORNING_MS:
                yield branch, kind, before(current)


def make(queue: Queue, branch_id: str, kind: ReportKind, first: str) -> Report:
    """Make the report of a week or month that is over, replacing the former one.

    Raises BranchNotFound and Invalid.
    """
    period = require_over(queue, branch_id, kind, first)
    report = build(queue, branch_id, kind, period, queue.store.time())
    queue.get(ReportStore).keep(branch_id, report.id, to_text(report), again=True)
    return report


def require_over(queue: Queue, branch_id: str, kind: str, day: str) -> Period:
    """The week or month that a date lies in. Raises BranchNotFound, and Invalid unless it is over.

    A historic branch's are all over.
    """
    branch = queue.get(BranchStore).get(branch_id)
    for known in KINDS:
        if known == kind:
            period = _period_of(known, day)
            if branch.historic or period.last < moment(branch, queue.store.time()).date:
                return period
            raise Invalid.at("date", "Choose a week or month that is over.")
    raise Invalid.at("kind", "Choose week or month.")


def _period_of(kind: ReportKind, day: str) -> Period:
    try:
        period = period_of(kind, day)
    except ValueError:
        raise Invalid.at("date", "Use a date such as 2026-11-25.") from None
    if not FIRST_DATE <= period.first <= LAST_DATE:
        raise Invalid.at("date", "Choose a date from 1900 to 2200.")
    return period


def may_come(queue: Queue, branch_id: str, wanted: str) -> bool:
    """Whether there can be a report with this id. Raises BranchNotFound."""
    kind, _, first = wanted.partition("-")
    try:
        return require_over(queue, branch_id, kind, first).first == first
    except Invalid:
        return False


def stored_reports(queue: Queue, branch_id: str) -> list[StoredReport]:
    """The reports of a branch, the latest period first. Raises BranchNotFound."""
    queue.get(BranchStore).get(branch_id)
    found = (_stored_report(one) for one in queue.get(ReportStore).ids(branch_id))
    return sorted(found, key=lambda one: (one.period.last, one.kind), reverse=True)


def read(queue: Queue, branch_id: str, wanted: str) -> Report:
    """A report that is kept. Raises BranchNotFound and NotFound."""
    queue.get(BranchStore).get(branch_id)
    text = queue.get(ReportStore).get(branch_id, wanted)
    if text is None:
        raise NotFound("There is no such report: look at the list again.")
    return from_text(text)


def subscribe(
    queue: Queue, branch_id: str, caller: Caller, address: str, kinds: Iterable[str], language: str
) -> ReportReader:
    """Have reports sent to an address; the account that asked for it may change its kinds.

    Raises BranchNotFound and Invalid.
    """
    queue.get(BranchStore).get(branch_id)
    wanted = tuple(kind for kind in KINDS if kind in set(kinds))
    if not wanted:
        raise Invalid.at("kinds", "Choose at least one kind of report.")
    checked = checked_target("mail", address, ())
    store = queue.get(ReportStore)
    readers = store.readers(branch_id)
    known = next((r for r in readers if r.address.lower() == checked.lower()), None)
    if known is not None and known.owner != caller.id:
        raise Invalid.at("target", "Somebody else asked for that address: remove it first.")
    if known is None and len(readers) >= MOST_READERS:
        raise Invalid.at("target", "So many get this branch's reports already: remove one first.")
    one, since = (known.id, known.since) if known else _new_reader(queue)
    reader = ReportReader(one, caller.id, checked, wanted, language, since)
    store.put_reader(branch_id, reader)
    return reader


def _new_reader(queue: Queue) -> tuple[str, int]:
    return secrets.token_urlsafe(24), queue.store.time()


def readers_of(queue: Queue, branch_id: str) -> list[ReportReader]:
    """The readers of a branch's reports. Readers who may no longer see the branch are removed."""
    store = queue.get(ReportStore)
    found = store.readers(branch_id)
    allowed = staff(queue.get(AccessStore)) if found else {}
    here = {owner for owner, branches in allowed.items() if branches & {None, branch_id}}
    gone = [reader for reader in found if reader.owner not in here]
    for reader in gone:
        store.remove_reader(branch_id, reader.id)
    return [reader for reader in found if reader not in gone]


def unsubscribe(queue: Queue, branch_id: str, reader_id: str) -> bool:
    """Forget a reader with the address; False if there is none."""
    return queue.get(ReportStore).remove_reader(branch_id, reader_id)


def _stored_report(one: str) -> StoredReport:
    kind, _, first = one.partition("-")
    return StoredReport("week" if kind == "week" else "month", first)
