"""Open data: figures for the public, with small groups left out.

It is given by whole months that are over, so that no two files over almost the same days reveal the
difference between them. A month's inquiries are one table, dates by services with all totals, and
go through :mod:`queue_service.days.rules.suppression` as one, together with the dates' visits and
the hours: these have totals in common with it, or nearly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from pydantic_core import to_json

from queue_service.booking_days.rules import SOON
from queue_service.booking_figures.operations import booking_figures
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.branches.store import BranchStore
from queue_service.command import Queue
from queue_service.days.rules.days_by_service import services_of
from queue_service.days.rules.figures import Cell, Row
from queue_service.days.rules.period import Period, after, before, period_of, whole_months
from queue_service.days.rules.suppression import (
    SMALLEST,
    Hidden,
    hidden,
    hidden_month,
    hidden_parts,
    small,
)
from queue_service.errors import Invalid
from queue_service.exports.catalogue import Dataset, DistributedFile, catalogue, in_each
from queue_service.exports.csv_file import lines, number, safe
from queue_service.history.operations.daily import dates_in, summaries_of
from queue_service.history.operations.history import Past, past
from queue_service.history.rules.history import total
from queue_service.language.catalogues import N_
from queue_service.language.languages import DEFAULT
from queue_service.tables.words import Words

ALL: Final = "*"
"""In place of a date, service or hour: all of them together."""

DICTIONARY: Final = (
    ("file", "column", "type", "unit", "meaning"),
    ("inquiries.csv", "month", "text", "", "Calendar month, YYYY-MM, by the branch's own clock."),
    ("inquiries.csv", "date", "text", "", "Business date, YYYY-MM-DD; * is the whole month."),
    ("inquiries.csv", "service", "text", "", "Id of the service; * is all services together."),
    ("inquiries.csv", "service_name", "text", "", "Its Danish name, else its only one."),
    ("inquiries.csv", "inquiries", "integer", "", "Inquiries completed: one per service handled."),
    ("inquiries.csv", "handling_mean_seconds", "number", "s",
     "Mean handling time: from start to completion, without the time parked or sent on."),
    ("inquiries.csv", "hidden", "0 or 1", "",
     f"1: left out. There were 1 to {SMALLEST - 1} inquiries, or the number would reveal others."),
    ("hours.csv", "month", "text", "", "Calendar month, YYYY-MM."),
    ("hours.csv", "hour", "text", "", "Hour of completion, 00 to 23; all services and dates."),
    ("hours.csv", "inquiries", "integer", "", "Inquiries completed in that hour."),
    ("hours.csv", "handling_mean_seconds", "number", "s", "As in inquiries.csv."),
    ("hours.csv", "hidden", "0 or 1", "", "As in inquiries.csv."),
    ("visits.csv", "month", "text", "", "Calendar month, YYYY-MM."),
    ("visits.csv", "date", "text", "", "Business date, YYYY-MM-DD; * is the whole month."),
    ("visits.csv", "visits", "integer", "", "Visits begun on that date."),
    ("visits.csv", "waiting_mean_seconds", "number", "s",
     "Mean waiting time: from the number drawn to the first call. Empty without waits, with "
     f"fewer than {SMALLEST}, or if it would reveal so few."),
    ("visits.csv", "hidden", "0 or 1", "", "As in inquiries.csv, for visits."),
    ("visits.csv", "from_paper", "integer", "",
     "Of the visits, those with a number on paper while the service was away, entered afterwards. "
     "Empty if it would reveal fewer than five."),
    ("visits.csv", "booked", "integer", "",
     "Of the visits, those whose citizen came for an appointment. Empty as from_paper is."),
    ("bookings.csv", "month", "text", "", "Calendar month, YYYY-MM."),
    ("bookings.csv", "channel", "text", "",
     "Way of booking: web, phone, desk or api; * is all of them."),
    ("bookings.csv", "booked", "integer", "", "Appointments made in that month."),
    ("bookings.csv", "within_7_days", "integer", "",
     "Of those, appointments whose time was no more than seven days away. Empty if that, or the "
     "rest, is fewer than five."),
    ("bookings.csv", "over", "integer", "",
     "Appointments with a time in that month that were not cancelled. Empty if fewer than five of "
     "all were missed."),
    ("bookings.csv", "missed", "integer", "",
     "Of those, appointments to which nobody came. Empty as within_7_days is."),
    ("bookings.csv", "hidden", "0 or 1", "", "As in inquiries.csv, for appointments."),
    ("estimates.csv", "month", "text", "", "Calendar month, YYYY-MM."),
    ("estimates.csv", "ahead", "text", "",
     "nobody or somebody: whether people were ahead when the number was drawn."
     " * is both."),
    ("estimates.csv", "numbers", "integer", "", "Numbers drawn, only of both."),
    ("estimates.csv", "shown", "integer", "", "Of the numbers, those with an estimated wait."),
    ("estimates.csv", "judged", "integer", "",
     "Estimated waits that ended in a call, or in leaving after the estimate's upper end. Empty "
     f"where there were fewer than {SMALLEST}."),
    ("estimates.csv", "held", "integer", "",
     "Of those, waits within the range on the ticket. Empty as judged is."),
)  # fmt: skip
"""The meaning of every column. English, as programs in any country read it."""

_HEADERS: Final = {
    name: tuple(row[1] for row in DICTIONARY if row[0] == name)
    for name in ("inquiries.csv", "hours.csv", "visits.csv", "bookings.csv", "estimates.csv")
}


def open_months(branch: Branch, period: Period, now: int) -> list[Period]:
    """The whole months of a period that are over at ``now`` (ms) and have no made-up day.

    A historic branch's months are all over. Raises Invalid if there is none.
    """
    today = moment(branch, now).date
    months = [m for m in whole_months(period) if branch.historic or m.last < today]
    if not months:
        raise Invalid.at("from", "Choose at least one whole month that is over.")
    real = [month for month in months if month.first > branch.sample_until]
    if not real:
        until = branch.sample_until
        raise Invalid.at("from", f"Figures up to {until} are made up: choose a month after that.")
    return real


def open_dates(branch: Branch, now: int) -> tuple[str, str]:
    """The first and the last date of the months that :func:`open_months` gives at ``now`` (ms).

    Empty if no figures are made up, and where all months are over. While there is no such month
    the first date is that of the first there will be, and lies after the last.
    """
    until = branch.sample_until
    first = after(period_of("month", until)).first if until else ""
    last = "" if branch.historic else before(period_of("month", moment(branch, now).date)).last
    return first, last


def open_data_files(
    queue: Queue, branch_id: str, period: Period, step: Callable[[], None] = lambda: None
) -> dict[str, bytes]:
    """The files by name; ``step`` is called after each month. Raises as :func:`open_months`."""
    now = queue.store.time()
    branch = queue.get(BranchStore).get(branch_id)
    rows: dict[str, list[list[str]]] = {name: [list(header)] for name, header in _HEADERS.items()}
    for month in open_months(branch, period, now):
        read = _Month(queue, past(queue, branch_id, month, now=now), now)
        for name, more in read.rows():
            rows[name] += more
        step()
    rows["dictionary.csv"] = [list(row) for row in DICTIONARY]
    # Without a byte order mark: programs read this.
    files = {name: lines(of_file).encode() for name, of_file in rows.items()}
    return {**files, "dcat.jsonld": to_json(_catalogue(branch, files), indent=2)}


def _catalogue(branch: Branch, files: Iterable[str]) -> dict[str, object]:
    """The catalogue of these files, which are next to it wherever they are published."""
    title = in_each(N_("Inquiries and waits: {branch}"), branch=branch.name)
    description = in_each(
        N_("Counts and durations by month, date, service and hour. Small groups are left out.")
    )
    distributed = tuple(
        DistributedFile(name, "text/csv", dict.fromkeys(title, name)) for name in files
    )
    dataset = Dataset(f"open-data-{branch.id}", title, description, "MONTHLY", distributed)
    return catalogue(title, description, branch.name, [dataset])


@dataclass(slots=True)
class _Month:
    queue: Queue
    past: Past
    now: int

    def rows(self) -> Iterator[tuple[str, list[list[str]]]]:
        """Each file's rows of this month."""
        cells = self._cells()
        counts = {place: row.inquiries.durations.n for place, row in cells.items()}
        by_hour, days = self._by_hour(), self.past.history.days
        found = hidden_month(
            {place: n for place, n in counts.items() if n},
            {date: row.visits["issued"] for date, row in days.items()},
            {hour: row.inquiries.durations.n for hour, row in by_hour.items()},
        )
        left_out = {
            *found.cells,
            *((date, ALL) for date in found.dates),
            *((ALL, service) for service in found.services),
        }
        if found.total:
            left_out.add((ALL, ALL))
        yield "inquiries.csv", [*self._inquiries(cells, left_out)]
        rows = [self._row([hour], row, hour in found.hours) for hour, row in by_hour.items()]
        yield "hours.csv", rows
        yield "visits.csv", [*self._visits(found.dates | ({ALL} if found.total else set()))]
        yield "bookings.csv", [*self._bookings(gone=found.total)]
        yield "estimates.csv", [*self._estimates(gone=found.total)]

    @property
    def _name(self) -> str:
        return self.past.period.first[:7]

    def _cells(self) -> dict[tuple[str, str], Row]:
        branch, period = self.past.branch, self.past.period
        dates = dates_in(self.queue, branch, period)
        return {
            (date, service): row
            for date, text in summaries_of(self.queue, branch, dates, self.now)
            for service, row in sorted(services_of(text).items())
        }

    def _by_hour(self) -> dict[str, Row]:
        hours = self.past.history.hours
        names = sorted({hour for _, hour in hours})
        return {
            name: total(row for (_, hour), row in hours.items() if hour == name) for name in names
        }

    def _inquiries(
        self, cells: Mapping[tuple[str, str], Row], left_out: set[tuple[str, str]]
    ) -> Iterator[list[str]]:
        dates = sorted({date for date, _ in cells})
        services = sorted({service for _, service in cells})
        by_date = {d: total(cells[p] for p in cells if p[0] == d) for d in dates}
        by_service = {s: total(cells[p] for p in cells if p[1] == s) for s in services}
        every = {
            **{p: row for p, row in cells.items() if row.inquiries.durations.n},
            **{(date, ALL): row for date, row in by_date.items()},
            **{(ALL, service): row for service, row in by_service.items()},
            (ALL, ALL): total(by_date.values()),
        }
        for date, service in sorted(every, key=lambda p: (p[0] == ALL, p[0], p[1] == ALL, p[1])):
            label = "" if service == ALL else Words(DEFAULT).service(self.past, service)
            key_cells = [date, service, safe(label)]
            yield self._row(key_cells, every[date, service], (date, service) in left_out)

    def _visits(self, found: Set[str]) -> Iterator[list[str]]:
        """The waits are fewer than the visits, so they are hidden by their own number as well."""
        days = self.past.history.days
        waits = _and_total({date: row.visits.durations.n for date, row in days.items()})
        few = self._parts_of_few()
        for date, row in [*sorted(days.items()), (ALL, total(days.values()))]:
            gone = date in found
            visits = "" if gone else str(row.visits["issued"])
            waited = "" if gone or date in waits else number(row.visits.durations.spread().mean)
            on_paper = "" if gone or date in few else str(row.visits["paper"])
            with_time = "" if gone or date in few else str(row.visits["booked"])
            yield [self._name, date, visits, waited, str(int(gone)), on_paper, with_time]

    def _parts_of_few(self) -> frozenset[str]:
        """The dates, and the total, whose visits from paper and for a booking are left out."""
        visits = {date: row.visits for date, row in self.past.history.days.items()}
        issued, *parts = (
            {date: cell[name] for date, cell in visits.items()}
            for name in ("issued", "paper", "booked")
        )
        return _keys_and_total(hidden_parts(issued, parts))

    def _bookings(self, *, gone: bool) -> Iterator[list[str]]:
        """A month with few of one channel leaves out channels as any list does. A part that is few,
        or whose rest is, leaves out its count in every row, as the rows add up to the total.

        The bookings that were not missed are visits, so where their total is left out, or with
        ``gone`` that of all visits, the missed are as well. If the missed are few, those that
        are over are left out too: less the visits they would be the missed.
        """
        period = self.past.period
        found = booking_figures(self.queue, self.past.branch.id, period.first, period.last)
        channels = {key: row.counts for key, row in found.rows("channel").items()}
        rows = {**channels, ALL: found.total.counts}
        left_out = _and_total({key: row["booked"] for key, row in channels.items()})
        left_out |= _and_total({key: row.over for key, row in channels.items()})
        soon = [n for row in rows.values() for n in (row[SOON], row["booked"] - row[SOON])]
        missed = [n for row in rows.values() for n in (row["missed"], row["arrived"])]
        no_soon = bool(left_out) or any(map(small, soon))
        no_missed = bool(left_out) or any(map(small, missed))
        no_missed = no_missed or gone or ALL in self._parts_of_few()
        no_over = small(rows[ALL]["missed"])
        for key, row in rows.items():
            made = [str(row["booked"]), "" if no_soon else str(row[SOON])]
            over = ["" if no_over else str(row.over), "" if no_missed else str(row["missed"])]
            few = key in left_out
            yield [self._name, key, *([""] * 4 if few else made + over), str(int(few))]

    def _estimates(self, *, gone: bool) -> Iterator[list[str]]:
        """Figures of few waits are left out of both rows, as the sum of both would reveal them.

        Most visits drew a number, so with ``gone``, the month's visits, everything is left out, and
        the numbers where they would reveal few visits without one.
        """
        visits = total(self.past.history.days.values()).visits
        parts = {"nobody": "alone", "somebody": "behind"}
        few = gone or any(0 < visits[part] < SMALLEST for part in parts.values())
        for ahead, part in parts.items():
            yield [self._name, ahead, "", "", *_pair(visits, part, f"{part}_held", few)]
        without_number = visits["issued"] - visits["paper"] - visits["numbers"]
        few = gone or visits["numbers"] < SMALLEST or 0 < without_number < SMALLEST
        drawn = _pair(visits, "numbers", "told", few)
        few = gone or visits["estimates"] < SMALLEST
        yield [self._name, ALL, *drawn, *_pair(visits, "estimates", "estimates_held", few)]

    def _row(self, key_cells: list[str], row: Row, gone: bool) -> list[str]:
        spread = row.inquiries.durations.spread()
        figures = ["", ""] if gone else [str(spread.n), number(spread.mean)]
        return [self._name, *key_cells, *figures, str(int(gone))]


def _pair(visits: Cell, of: str, part: str, gone: bool) -> list[str]:
    return ["", ""] if gone else [str(visits[of]), str(visits[part])]


def _and_total(counts: Mapping[str, int]) -> frozenset[str]:
    return _keys_and_total(hidden(counts))


def _keys_and_total(found: Hidden[str]) -> frozenset[str]:
    """The suppressed part of a list, its total among it as :data:`ALL`."""
    return found.keys | {ALL} if found.total else found.keys
