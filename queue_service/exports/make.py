"""Making a file from an order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from queue_service.branches.rules.branch import Branch
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.contacts.week import count_week
from queue_service.days.rules.period import whole_months
from queue_service.exports.about import ExportAbout
from queue_service.exports.csv_file import csv_file
from queue_service.exports.open_data import open_data_files
from queue_service.exports.order import (
    ALL,
    BRANCHES,
    COMPARISON,
    COUNT_WEEK,
    OPEN_DATA,
    REPORTS,
    Order,
)
from queue_service.exports.xlsx_file import xlsx_file
from queue_service.history.operations.history import Past, past
from queue_service.insight.operations.comparison import comparison
from queue_service.notes.operations import notes_in
from queue_service.reports import operations as reports
from queue_service.reports.render import as_pdf
from queue_service.tables.build import OTHER_TABLES, TITLES, TableId, table
from queue_service.tables.comparisons.branches import branches_table
from queue_service.tables.comparisons.comparison import comparison_table
from queue_service.tables.model import Table
from queue_service.tables.subjects.contacts import week_tables
from queue_service.tables.subjects.specialists import OtherCounts, other_counts

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much."""

MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to download."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def make(queue: Queue, order: Order, progress: Progress = lambda _done, _of: None) -> File:
    """The file that an order is for, as of now. Raises BranchNotFound."""
    return _Maker(queue, order, progress).make()


@dataclass(slots=True)
class _Maker:
    queue: Queue
    order: Order
    progress: Progress
    done: int = 0
    more: OtherCounts | None = None

    def make(self) -> File:
        order = self.order
        if order.content in REPORTS:
            content = self._report()
        else:
            content = self._open_data() if order.content == OPEN_DATA else self._tables()
        return File(order.name, MEDIA_TYPES[order.name.rpartition(".")[2]], content)

    def _report(self) -> bytes:
        kind = "week" if self.order.content == "report-week" else "month"
        (branch_id,) = self.order.branches
        report = reports.read(self.queue, branch_id, f"{kind}-{self.order.first}")
        return as_pdf(report, self.order.language)

    def _tables(self) -> bytes:
        if self.order.content == COMPARISON:
            return self._comparison()
        if self.order.content == COUNT_WEEK:
            return self._count_week()
        pasts = [self._read(branch) for branch in self.order.branches]
        about = self._about([past.branch for past in pasts])
        return self._files([self._table(pasts, wanted) for wanted in self._wanted()], about)

    def _comparison(self) -> bytes:
        order = self.order
        found = comparison(self.queue, order.branches, order.period)
        return self._files([comparison_table(found, order.language)], self._about(found.branches))

    def _count_week(self) -> bytes:
        branches = [self.queue.get(BranchStore).get(branch) for branch in self.order.branches]
        week = count_week(self.queue, branches, self.order.period)
        return self._files(week_tables(week, self.order.language), self._about(branches))

    def _files(self, tables: list[Table], about: ExportAbout) -> bytes:
        if self.order.format == "xlsx":
            return xlsx_file(tables, about, self._step)
        files = {f"{one.id}.csv": self._written(one, about) for one in tables}
        return _zipped(files, about.made_at) if self.order.zipped else next(iter(files.values()))

    def _open_data(self) -> bytes:
        (branch_id,) = self.order.branches
        files = open_data_files(self.queue, branch_id, self.order.period, self._step)
        return _zipped(files, self.queue.store.time())

    def _wanted(self) -> list[str]:
        return [*TITLES] if self.order.content == ALL else [self.order.content]

    def _table(self, pasts: list[Past], wanted: str) -> Table:
        language = self.order.language
        if wanted == BRANCHES:
            branches = [one.branch for one in pasts]
            week = count_week(self.queue, branches, self.order.period)
            found = branches_table(pasts, week, language)
        else:
            known = _table_id(wanted)
            more = self._other_counts(pasts[0]) if known in OTHER_TABLES else None
            found = table(pasts[0], known, language, more)
        self._step()
        return found

    def _written(self, one: Table, about: ExportAbout) -> bytes:
        content = csv_file(one, about)
        self._step()
        return content

    def _read(self, branch_id: str) -> Past:
        found = past(self.queue, branch_id, self.order.period, answers=True)
        self._step()
        return found

    def _other_counts(self, found: Past) -> OtherCounts:
        if self.more is None:
            self.more = other_counts(self.queue, found.branch.id, self.order.period)
        return self.more

    def _about(self, branches: Sequence[Branch]) -> ExportAbout:
        period = self.order.period
        notes = [(one, note) for one in branches for note in notes_in(self.queue, one.id, period)]
        return ExportAbout(
            tuple(branches), period, self.queue.store.time(), self.order.language, notes
        )

    def _step(self) -> None:
        self.done += 1
        if self.order.content == OPEN_DATA:
            steps = len(whole_months(self.order.period))
        else:
            steps = len(self.order.branches) + 2 * len(self._wanted())
        self.progress(self.done, steps)


def _table_id(wanted: str) -> TableId:
    return next(known for known in TITLES if known == wanted)


def _zipped(files: dict[str, bytes], made_at: int) -> bytes:
    stamp = datetime.fromtimestamp(made_at / 1000, UTC).timetuple()[:6]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return content.getvalue()
