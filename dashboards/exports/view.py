"""A file on the page: what it is, how far it has got, and what it was asked for with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from queue_service.branches.rules.branch import Branch
from queue_service.days.rules.period import after, period_of
from queue_service.exports.open_data import open_dates
from queue_service.exports.order import CONTENTS, REPORTS, order_from_text
from queue_service.exports.store import KEPT_MS, ExportState, Record
from queue_service.language.catalogues import N_
from queue_service.tables.writing import Writing


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A file in the list. ``percent`` is None until the first step is done.

    ``form_values`` fill the form for the same request again.
    """

    id: str
    title: str
    period: str
    format: str
    language: str
    state: ExportState
    requested: str
    until: str
    size: str
    percent: int | None
    problem: str
    form_values: Mapping[str, str]


def export_row(entry: Record, branch: Branch, language: str) -> ExportRow:
    """A file as the page shows it, in the branch's time."""
    order = order_from_text(entry.order)
    writing = Writing(language)
    form_values = {"content": order.content, "from": order.first, "to": order.last}
    return ExportRow(
        id=entry.id,
        title=writing({**CONTENTS, **REPORTS}[order.content]),
        period=writing.period(order.period),
        format="ZIP" if order.zipped else order.format.upper(),
        language=order.language,
        state=entry.state,
        requested=writing.time_of_day(entry.asked_at, branch.timezone),
        until=_day_and_clock(entry.touched_at + KEPT_MS, branch.timezone, writing),
        size=writing.size(entry.size),
        percent=round(100 * entry.done / entry.of) if entry.of else None,
        problem=entry.problem,
        form_values={**form_values, "format": order.format, "language": order.language},
    )


@dataclass(frozen=True, slots=True)
class OpenDataDates:
    """The dates that open data can be chosen of, and a sentence about them.

    ``first`` and ``last`` are empty without such a bound; ``any`` is False while there is no month.
    """

    first: str
    last: str
    any: bool
    text: str


def open_data_dates(branch: Branch, now: int, write: Writing) -> OpenDataDates:
    """The dates of a branch for which open data is available at ``now`` (ms)."""
    first, last = open_dates(branch, now)
    some = not last or first <= last
    text = write(N_("Open data comes by whole months."))
    if not some:
        there = after(period_of("month", first)).first
        text = write(
            N_(
                "There is no open data yet, as the figures up to {until} are made up. "
                "The first month can be had from {date}."
            ),
            until=write.within_sentence(write.full_day(branch.sample_until)),
            date=write.within_sentence(write.full_day(there)),
        )
    elif first:
        text += " " + write(
            N_("Figures before {date} are made up and not in it."),
            date=write.within_sentence(write.full_day(first)),
        )
    if some and last:
        text += " " + write(
            N_("The last that is over ends on {date}."),
            date=write.within_sentence(write.full_day(last)),
        )
    return OpenDataDates(first, last, some, text)


def _day_and_clock(instant: int, zone: str, writing: Writing) -> str:
    return f"{writing.short_day_at(instant, zone)} {writing.time_of_day(instant, zone)}"
