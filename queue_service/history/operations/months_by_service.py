"""Reading a branch's single days by service: whole months where they are kept, else one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Queue
from queue_service.days.operations import day_text
from queue_service.days.rules.days_by_service import ServiceDays, from_text, read_services, to_text
from queue_service.days.rules.period import Period, whole_months
from queue_service.days.rules.summary import stored_version
from queue_service.days.store import DayStore
from queue_service.history.rules.history import made_from, versions_line
from queue_service.history.store import HistoryStore


def service_days(queue: Queue, branch: Branch, period: Period, now: int) -> ServiceDays:
    """The dates of a period that have visits, each by service, as of ``now`` (ms)."""
    days = queue.get(DayStore)
    versions = days.versions(branch.id, days.dates(branch.id, period.first, period.last))
    reader = _Reader(queue, branch, now)
    found: ServiceDays = {}
    for month, of_month in reader.months(period, versions).items():
        found |= reader.month(month, of_month)
    left = [date for date in versions if date not in found]
    return found | reader.read(left)[0]


def keep_service_months(queue: Queue, branch: Branch, months: Iterable[Period], now: int) -> None:
    """Add up whole months, so that no page has to.

    The months are chosen by :func:`queue_service.history.operations.history.months_to_keep`.
    """
    for period in months:
        service_days(queue, branch, period, now)


class _Reader:
    def __init__(self, queue: Queue, branch: Branch, now: int) -> None:
        self.queue, self.branch, self.now = queue, branch, now
        self.stored: dict[str, str | None] = {}

    def months(
        self, period: Period, versions: Mapping[str, str | None]
    ) -> dict[str, dict[str, str | None]]:
        """The whole months of a period that are over, by ``2026-11``, with their dates' versions;
        the stored sums are read at once."""
        today = moment(self.branch, self.now).date
        over = [month for month in whole_months(period) if month.last < today]
        by_month: dict[str, dict[str, str | None]] = {month.first[:7]: {} for month in over}
        for date, version in versions.items():
            if date[:7] in by_month:
                by_month[date[:7]][date] = version
        wanted = [name for name, dates in by_month.items() if dates]
        texts = self.queue.get(HistoryStore).service_months(self.branch.id, wanted)
        self.stored = dict(zip(wanted, texts, strict=True))
        return {name: by_month[name] for name in wanted}

    def month(self, name: str, versions: Mapping[str, str | None]) -> ServiceDays:
        """A month's days, which are kept once all of them have a summary."""
        text = self.stored[name]
        whole = {date: version for date, version in versions.items() if version}
        if text is not None and len(whole) == len(versions) and made_from(text, whole):
            return from_text(text)
        # Named by the versions read now: a day may have changed meanwhile.
        days, read = self.read(versions)
        if len(read) == len(versions):
            text = to_text(days, versions_line(read))
            self.queue.get(HistoryStore).keep_service_month(self.branch, name, text)
        return days

    def read(self, dates: Iterable[str]) -> tuple[ServiceDays, dict[str, str]]:
        """Single dates, and the versions of those that have a summary."""
        found: ServiceDays = {}
        read: dict[str, str] = {}
        for date, text in self.queue.get(DayStore).summaries(self.branch.id, list(dates)):
            made = text or day_text(self.queue, self.branch, date, self.now)
            found[date] = read_services(made)
            if text:
                read[date] = stored_version(text)
        return found, read
