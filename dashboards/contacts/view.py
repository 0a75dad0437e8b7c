"""A count week, written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from queue_service.contacts.week import CountWeek
from queue_service.language.catalogues import N_
from queue_service.language.wording import NOTHING
from queue_service.tables.figures.figure import ratio
from queue_service.tables.model import HIDDEN, Table
from queue_service.tables.subjects.contacts import week_tables
from queue_service.tables.writing import Writing


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """A branch that can be added up with others; ``share`` of all contacts, and ``of`` how many."""

    id: str
    name: str
    chosen: bool
    inquiries: str
    contacts: str
    all: str
    share: str
    width: float


@dataclass(frozen=True, slots=True)
class FoldedTable:
    """A table, and the names of its rows that count too few contacts to be shown."""

    table: Table
    left_out: str


@dataclass(frozen=True, slots=True)
class ContactsView:
    """Writes a count week in one language. ``asked`` are the ids of branches to add up."""

    week: CountWeek
    asked: Sequence[str]
    write: Writing

    def any(self) -> bool:
        """Whether anybody came."""
        return any(self.week.counts.values())

    def choices(self) -> list[ContactChoice]:
        """Every branch with its share."""
        shares = self._tables()[0]
        return [self._choice(key, row) for key, row in zip(shares.keys, shares.rows, strict=True)]

    def total(self) -> list[str]:
        """The last line of the branches: of all together."""
        shares = self._tables()[0]
        kinds = (column.kind for column in shares.columns)
        row = zip(shares.total or (), kinds, strict=True)
        return [self.write.value(value, kind) for value, kind in row][1:]

    def summed(self) -> str:
        """The sum of the chosen branches, as a sentence; empty without any."""
        chosen = [branch for branch in self.week.branches if branch.id in self.asked]
        if not chosen:
            return ""
        n, of = self.week.sum_of(branch.id for branch in chosen)
        names = ", ".join(branch.name for branch in chosen)
        if n is None or of is None:
            return self.write(N_("{branches}: too few to show."), branches=names)
        return self.write(
            N_("{branches}: {share} of all contacts ({n} of {of})."),
            branches=names,
            share=self.write.percent(ratio(n, of)),
            n=self.write.count(n),
            of=self.write.count(of),
        )

    def channels(self) -> Table:
        """By channel."""
        return self._tables()[1]

    def tasks(self) -> FoldedTable:
        """By channel, task and kind, all branches together."""
        return self._folded(self._tables()[2])

    def of_branches(self) -> list[tuple[str, FoldedTable]]:
        """The same of each branch that had any, by its name."""
        table = self._tables()[3]
        columns = [column.key for column in table.columns if column.key != "branch"]
        found = []
        for branch in self.week.branches:
            own = table.keep({"-".join((branch.id, *task)) for task in self.week.tasks})
            if own.rows:
                own = replace(own, title=branch.name, total=None)
                found.append((branch.name, self._folded(own.select(columns))))
        return found

    def _folded(self, table: Table) -> FoldedTable:
        """A table without the rows whose sum is hidden; their names are listed below it."""
        sums = [nth for nth, column in enumerate(table.columns) if column.key == "all_contacts"]
        rows = zip(table.keys, table.rows, strict=True)
        gone = {key: row for key, row in rows if row[sums[0]] == HIDDEN}
        texts = [nth for nth, column in enumerate(table.columns) if column.kind == "text"]
        names = (" · ".join(str(row[at] or NOTHING) for at in texts) for row in gone.values())
        return FoldedTable(table.keep(set(table.keys) - gone.keys()), "; ".join(names))

    def _tables(self) -> list[Table]:
        return week_tables(self.week, self.write.language)

    def _choice(self, branch: str, row: Sequence[str | int | float | None]) -> ContactChoice:
        name, inquiries, without, both, share = row
        count = [self.write.value(n, "count") for n in (inquiries, without, both)]
        ratio = float(share) if isinstance(share, float | int) else 0.0
        chosen, text = branch in self.asked, self.write.value(share, "ratio")
        return ContactChoice(
            branch, str(name), chosen, count[0], count[1], count[2], text, 100 * ratio
        )

    @property
    def hides(self) -> bool:
        """Whether the shares leave anything out."""
        return any(HIDDEN in (c.inquiries, c.contacts, c.all, c.share) for c in self.choices())
