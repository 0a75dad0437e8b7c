"""The nightly steps with a branch's waits: they are scored and fitted, and a way is chosen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.period import days_after
from queue_service.days.store import DayStore
from queue_service.errors import BranchNotFound, StoreUnavailable
from queue_service.visits.rules.visit import OPEN_STATES, Visit
from queue_service.waits.rules.choice import (
    MOST_DAYS,
    MOST_ROWS,
    Score,
    is_fitted,
    is_used,
    last_scores,
    score,
)
from queue_service.waits.rules.fit import fit
from queue_service.waits.rules.rows import WaitRow, Waits, turns
from queue_service.waits.store import Fitted, WaitStore

_log: Final = logging.getLogger(__name__)

MOST_BRANCHES: Final = 20
"""Branches that are fitted at a time; the others follow when it is next due."""


def learn_waits(queue: Queue, now: int) -> int:
    """Fit the waits of each branch once after each of its days; the number of branches.

    Historic branches are left alone. ``now`` is in ms. A branch that fails, as where what is stored
    of it is damaged, is logged and keeps no other from being fitted.

    Raises ExceptionGroup with the failures, once all others are done, and StoreUnavailable.
    """
    learnt, failed = 0, []
    for branch_id in queue.get(BranchStore).ids():
        if learnt == MOST_BRANCHES:
            break
        try:
            learnt += _learn(queue, branch_id, now)
        except StoreUnavailable:
            raise
        except Exception as error:  # whatever a damaged document leads to
            _log.exception("the waits of %s could not be fitted", branch_id)
            failed.append(error)
    if failed:
        raise ExceptionGroup("The waits of some branches could not be fitted.", failed)
    return learnt


def _learn(queue: Queue, branch_id: str, now: int) -> bool:
    try:
        branch = queue.get(BranchStore).get(branch_id)
    except BranchNotFound:  # it is being removed
        return False
    last = days_after(moment(branch, now).date, -1)
    return not branch.historic and learn_until(queue, branch, last)


def learn_until(queue: Queue, branch: Branch, last: str) -> bool:
    """Fit a branch's waits of the days up to the date ``last``, and choose what tickets use.

    False when that is done already, or a visit of the last day is still open.
    """
    days, store = queue.get(DayStore), queue.get(WaitStore)
    dates = days.dates(branch.id, last=last)
    before = store.fitted(branch.id)
    if not dates or (before is not None and before.date >= dates[-1]):
        return False
    if any(visit.state in OPEN_STATES for visit in _visits(days, branch, dates[-1])):
        return False  # before the other days are read, since it may stay open for long
    visits = _last_visits(days, branch, dates)
    waits = Waits(before.table() if before else {})
    rows = {date: [*waits.day(visits[date])] for date in sorted(visits)}
    scores = last_scores(_scores(before, rows))
    known = [row for date in rows for row in rows[date]][-MOST_ROWS:]
    services = fit(known) if is_fitted(len(dates), len(known)) else {}
    used = is_used(len(dates), scores)
    store.keep(branch, Fitted(dates[-1], services, scores, turns(known)), used=used)
    return True


def _last_visits(days: DayStore, branch: Branch, dates: list[str]) -> dict[str, list[Visit]]:
    """The visits of the last days that are kept, until there are enough waits: 60 days at most."""
    found: dict[str, list[Visit]] = {}
    waited = 0
    for date in reversed(dates[-MOST_DAYS:]):
        found[date] = list(_visits(days, branch, date))
        waited += sum(bool(v.ahead) and v.first_called_at is not None for v in found[date])
        if waited >= MOST_ROWS or not found[date]:
            break
    return found


def _visits(days: DayStore, branch: Branch, date: str) -> Iterator[Visit]:
    return (visit for visit in days.visits(branch.id, date) if visit is not None)


def _scores(before: Fitted | None, rows: dict[str, list[WaitRow]]) -> dict[str, Score]:
    if before is None:
        return {}
    later = {date: score(rows[date], before.services) for date in rows if date > before.date}
    return {**before.scores, **later}
