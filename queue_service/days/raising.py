"""Raise the numbers of the running day above all that may be on paper."""

from __future__ import annotations

from typing import Any, Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.days.store import DayStore
from queue_service.store.keys import BranchKeys
from queue_service.visits.rules.raised_numbers import floors

_DAYS: Final = 60
"""So many days back it is looked for the busiest, from which the margin of numbers is taken."""


def raise_numbers(queue: Queue, branch: Branch, now: int) -> dict[str, int]:
    """Raise the last numbers issued, while no numbers are issued: prefix → the last of them.

    ``now`` is in ms.
    """
    k, today = BranchKeys(branch.id), moment(branch, now).date
    past = [date for date in queue.get(DayStore).dates(branch.id) if date < today][-_DAYS:]
    kept = queue.store.read(lambda p: [p.hgetall(k.numbers(date)) for date in [today, *past]])
    never = {service.prefix: "0" for service in branch.services.values()}
    raised = floors(kept[0], [never, *kept[1:]])
    if raised:
        mapping: Any = raised
        queue.store.write(lambda p: p.hset(k.numbers(today), mapping=mapping))
    return raised
