"""All contacts of several branches over some dates, by channel, task and kind: a count week.

Inquiries (with a ticket or served at once) and contacts without a ticket are shown side by side.
Small groups are left out of both, as everywhere in reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, cast

from queue_service.branches.rules.branch import KINDS, Branch, Service
from queue_service.command import Queue
from queue_service.contacts.operations import contacts
from queue_service.contacts.rules import CHANNELS, channel_of, kind_of
from queue_service.days.operations import day_text
from queue_service.days.rules.days_by_service import services_of
from queue_service.days.rules.period import Period
from queue_service.days.rules.summary import stored_channels
from queue_service.days.rules.suppression import hidden, hidden_by_part, hidden_in_table
from queue_service.days.store import DayStore
from queue_service.visits.rules.visit import Channel as VisitChannel

Sort = Literal["inquiries", "contacts"]
"""Inquiries of visits, and contacts without a ticket."""
SORTS: Final[tuple[Sort, ...]] = ("inquiries", "contacts")
UNKNOWN: Final = ""
"""In place of a channel or a kind that is not known."""


class Task(NamedTuple):
    """The dimensions of contacts: channel, service and kind; the first and last may be unknown."""

    channel: str
    service: str
    kind: str


WeekCounts = Mapping[tuple[Task, str], int]
"""How many, by task and branch."""


@dataclass(frozen=True, slots=True)
class WeekTotals:
    """The published totals of one sort of contacts: None for a suppressed number.

    ``cells`` are by task and branch, ``total`` is of all.
    """

    cells: Mapping[tuple[Task, str], int | None]
    tasks: Mapping[Task, int | None]
    channels: Mapping[str, int | None]
    branches: Mapping[str, int | None]
    total: int | None


@dataclass(frozen=True, slots=True)
class CountWeek:
    """The contacts of the branches over the dates of a period, and what may be shown of them."""

    branches: tuple[Branch, ...]
    period: Period
    counts: Mapping[Sort, WeekCounts]
    told: Mapping[Sort, WeekTotals]

    @property
    def tasks(self) -> list[Task]:
        """Every task with visits or contacts, by channel, then in the branches' order."""
        return in_order({task for counts in self.counts.values() for task, _ in counts}, self)

    def service(self, service: str) -> Service | None:
        """A service as the first branch has it that has it; None if it is gone."""
        found = (branch.services.get(service) for branch in self.branches)
        return next((one for one in found if one is not None), None)

    def kle(self, service: str) -> str | None:
        """The number of the service's task, of the first branch that has one."""
        found = (branch.services.get(service) for branch in self.branches)
        return next((one.kle for one in found if one is not None and one.kle), None)

    def sum_of(self, chosen: Iterable[str]) -> tuple[int | None, int | None]:
        """How many contacts the chosen branches have together, and how many all have.

        None if a number of them is left out.
        """
        wanted = [one for branch in chosen for one in self.of_branch(branch)]
        return added(*wanted), self.total

    def of_branch(self, branch: str) -> tuple[int | None, int | None]:
        """A branch's inquiries and contacts."""
        inquiries, without = (self.told[sort].branches.get(branch, 0) for sort in SORTS)
        return inquiries, without

    @property
    def total(self) -> int | None:
        """How many contacts all branches have; None if that is left out."""
        return added(*(self.told[sort].total for sort in SORTS))

    def share(self, branch: str) -> float | None:
        """A branch's share of all contacts; None of none, and if a number is left out."""
        own = added(*self.of_branch(branch))
        return None if own is None or not self.total else own / self.total


def added(*numbers: int | None) -> int | None:
    """The sum; None if one of them is left out."""
    known = [n for n in numbers if n is not None]
    return sum(known) if len(known) == len(numbers) else None


def count_week(queue: Queue, branches: Sequence[Branch], period: Period) -> CountWeek:
    """The counts of all branches in a period, without practice and replayed branches.

    The channel of inquiries is not known of days that were summarised before it was kept.
    """
    counted = tuple(branch for branch in branches if branch.counted)
    inquiries: Counter[tuple[Task, str]] = Counter()
    without: Counter[tuple[Task, str]] = Counter()
    for branch in counted:
        for (channel, service), n in _inquiries(queue, branch, period).items():
            kind = kind_of("", branch.services.get(service))
            inquiries[Task(channel, service, kind), branch.id] += n
        for cell in contacts(queue, branch.id, period.first, period.last).cells:
            without[Task(cell.channel, cell.service, cell.kind), branch.id] += cell.n
    counts: dict[Sort, WeekCounts] = {"inquiries": inquiries, "contacts": without}
    return CountWeek(counted, period, counts, {sort: publishable(n) for sort, n in counts.items()})


def _inquiries(queue: Queue, branch: Branch, period: Period) -> Mapping[tuple[str, str], int]:
    """A branch's inquiries by channel and service."""
    found: Counter[tuple[str, str]] = Counter()
    dates = queue.get(DayStore).dates(branch.id, period.first, period.last)
    for date, text in queue.get(DayStore).summaries(branch.id, dates):
        known = text or day_text(queue, branch, date, queue.store.time())
        channels = stored_channels(known)
        if channels is None:
            # Summarised before channels were kept: its visits show it, as long as there are any.
            known = day_text(queue, branch, date, queue.store.time())
            channels = stored_channels(known)
        if channels is None:
            channels = _services(known)
        for (channel, service), n in channels.items():
            told = channel_of(cast("VisitChannel", channel)) if channel else UNKNOWN
            found[told, service] += n
    return found


def _services(text: str) -> dict[tuple[str, str], int]:
    return {
        (UNKNOWN, service): row.inquiries.durations.n
        for service, row in services_of(text).items()
        if row.inquiries.durations.n
    }


def publishable(counts: WeekCounts) -> WeekTotals:
    """The counts that may be published: no group of fewer than five, and no sum that reveals one.

    The sums of tasks by channel and the sums of channels are shown next to the table, so each
    channel hides small tasks among its own, and with them the cells that the table hides: a cell
    hidden in one of the two is hidden in the other, until neither needs more.
    """
    by_task: Counter[Task] = Counter()
    by_branch: Counter[str] = Counter()
    by_channel: Counter[str] = Counter()
    for (task, branch), n in counts.items():
        by_task[task] += n
        by_branch[branch] += n
        by_channel[task.channel] += n
    tasks, total = frozenset[Task](), False
    while True:
        of_tasks = hidden_by_part(by_task, lambda task: task.channel, tasks)
        gone = [c for c in by_channel if _all_gone(c, by_task, of_tasks.keys)]
        of_channels = hidden(by_channel, gone)
        without_total = total or of_tasks.total or of_channels.total
        table = hidden_in_table(counts, of_tasks.keys, total=without_total)
        known = tasks, total
        tasks, total = table.rows | of_tasks.keys, table.total or without_total
        if known == (tasks, total):
            break
    # Channels that are all shown would reveal the total by their sum.
    channels = of_channels.keys if of_channels.keys or not total else by_channel.keys()
    return WeekTotals(
        cells={key: None if key in table.cells else n for key, n in counts.items()},
        tasks={task: None if task in tasks else n for task, n in by_task.items()},
        channels={c: None if c in channels else n for c, n in by_channel.items()},
        branches={b: None if b in table.columns else n for b, n in by_branch.items()},
        total=None if total else sum(counts.values()),
    )


def _all_gone(channel: str, tasks: Mapping[Task, int], left_out: Iterable[Task]) -> bool:
    """Whether a channel's tasks are too few to hide a small one among: its sum would reveal it."""
    own = {task: n for task, n in tasks.items() if task.channel == channel}
    of_it = [own[task] for task in left_out if task in own]
    return bool(of_it) and (len(of_it) == 1 or sum(of_it) - len(of_it) < _LEEWAY)


_LEEWAY: Final = 4
"""By how much more than one each what is hidden has to be possible (see
``days/rules/suppression.py``)."""


def in_order(tasks: Iterable[Task], week: CountWeek) -> list[Task]:
    """By channel, by the services' order in the branches, then by kind; the unknown comes last."""
    order: dict[str, int] = {}
    for branch in week.branches:
        for service in branch.services:
            order.setdefault(service, len(order))
    channels, kinds = [*CHANNELS, UNKNOWN], [*KINDS, UNKNOWN]

    def place(task: Task) -> tuple[int, int, str, int]:
        at = order.get(task.service, len(order))
        return channels.index(task.channel), at, task.service, kinds.index(task.kind)

    return sorted(tasks, key=place)
