"""All contacts of a count week as tables: channel by task by kind, and each branch's share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from queue_service.contacts.rules import CHANNELS
from queue_service.contacts.week import SORTS, UNKNOWN, CountWeek, Task, added
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.tables.figures.figure import ratio
from queue_service.tables.measures import column
from queue_service.tables.model import HIDDEN, Table, Value
from queue_service.tables.words import Words

WeekTable = Literal["contact-shares", "contact-channels", "contact-tasks", "contact-branches"]

TITLES: Final[Mapping[WeekTable, str]] = {
    "contact-shares": N_("Share of contacts"),
    "contact-channels": N_("Contacts by channel"),
    "contact-tasks": N_("Contacts by channel, task and kind"),
    "contact-branches": N_("Contacts by branch, channel, task and kind"),
}
"""Every table of a count week, in the order in which files and pages give them."""

CHANNEL_NAMES: Final[Mapping[str, str]] = {
    "desk": N_("In person"),
    "phone": N_("Telephone"),
    "written": N_("Written"),
    "online": N_("Online"),
    UNKNOWN: N_("Not known"),
}
KIND_NAMES: Final[Mapping[str, str]] = {
    "information": N_("Information"),
    "transaction": N_("Transaction"),
    UNKNOWN: N_("Not stated"),
}
_NUMBERS: Final = ("inquiries", "contacts", "all_contacts", "all_contacts_share")
_TASK: Final = ("channel", "kle", "service", "kind")


def week_tables(week: CountWeek, language: str) -> list[Table]:
    """The tables of a count week in a language."""
    tables = _WeekTables(week, Words(language))
    return [tables.shares(), tables.channels(), tables.tasks(), tables.branches()]


class _WeekTables:
    def __init__(self, week: CountWeek, say: Words) -> None:
        self._week, self._say = week, say
        self._all = week.total

    def shares(self) -> Table:
        rows = {
            branch.id: (branch.name, *self._numbers(*self._week.of_branch(branch.id)))
            for branch in self._week.branches
        }
        return self._table("contact-shares", ("branch", *_NUMBERS), rows)

    def channels(self) -> Table:
        week, rows = self._week, dict[str, tuple[Value, ...]]()
        for channel in (*CHANNELS, UNKNOWN):
            numbers = [week.told[sort].channels.get(channel, 0) for sort in SORTS]
            if channel or numbers != [0, 0]:
                rows[channel] = self._say(CHANNEL_NAMES[channel]), *self._numbers(*numbers)
        return self._table("contact-channels", ("channel", *_NUMBERS), rows)

    def tasks(self) -> Table:
        week = self._week
        rows = {
            "-".join(task): (
                *self._labels(task),
                *self._numbers(*(week.told[sort].tasks.get(task, 0) for sort in SORTS)),
            )
            for task in week.tasks
        }
        return self._table("contact-tasks", (*_TASK, *_NUMBERS), rows)

    def branches(self) -> Table:
        rows = dict(self._of_branches())
        return self._table("contact-branches", ("branch", *_TASK, *_NUMBERS[:-1]), rows)

    def _of_branches(self) -> Iterator[tuple[str, tuple[Value, ...]]]:
        week = self._week
        for branch in week.branches:
            for task in week.tasks:
                at = task, branch.id
                if any(at in counts for counts in week.counts.values()):
                    numbers = (week.told[sort].cells.get(at, 0) for sort in SORTS)
                    values = self._numbers(*numbers)[:-1]
                    yield "-".join((branch.id, *task)), (branch.name, *self._labels(task), *values)

    def _labels(self, task: Task) -> tuple[Value, ...]:
        say, service = self._say, self._week.service(task.service)
        name = name_in(service.name, say.language, default=service.id) if service else task.service
        kle = self._week.kle(task.service)
        return say(CHANNEL_NAMES[task.channel]), kle, name, say(KIND_NAMES[task.kind])

    def _numbers(self, inquiries: int | None, without: int | None) -> tuple[Value, ...]:
        both = added(inquiries, without)
        share = HIDDEN if both is None or self._all is None else ratio(both, self._all)
        return (*(HIDDEN if n is None else n for n in (inquiries, without, both)), share)

    def _table(
        self, table_id: WeekTable, names: tuple[str, ...], rows: Mapping[str, tuple[Value, ...]]
    ) -> Table:
        say, numbers = self._say, [self._week.told[sort].total for sort in SORTS]
        columns = tuple(column(say, name) for name in names)
        labels = sum(name not in _NUMBERS for name in names)
        told = self._numbers(*numbers)[: len(names) - labels]
        total = (say(N_("Total")), *(None,) * (labels - 1), *told)
        title = say(TITLES[table_id])
        return Table(table_id, title, columns, tuple(rows), tuple(rows.values()), total)
