"""Figures of visits and their waiting times."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import (
    FigureRow,
    RowContext,
    count_of_inquiries,
    count_of_visits,
    of_issued,
    ratio,
)
from queue_service.tables.model import Value
from queue_service.visits.rules.visit import ENDED_STATES


def _open(context: RowContext) -> Value:
    return context.visits("issued") - sum(context.visits(state) for state in ENDED_STATES)


# fmt: off
VISITS: Final = (
    # Visits
    FigureRow("days", "count", N_("Days"), N_("How many of the dates have visits.")),
    FigureRow("issued", "count", N_("Visits"), N_(
        "Visits begun: numbers drawn, and people served at once without one."
    ), count_of_visits("issued")),
    FigureRow("completed", "count", N_("Completed"), N_(
        "Visits that ended with the citizen served."
    ), count_of_visits("completed")),
    FigureRow("no_show", "count", N_("No-shows"), N_(
        "Visits that were called and to which nobody came."
    ), count_of_visits("no_show")),
    FigureRow("abandoned", "count", N_("Gave up"), N_(
        "Visits whose citizen left while waiting or parked."
    ), count_of_visits("abandoned")),
    FigureRow("incomplete", "count", N_("Not completed"), N_(
        "Visits still being served when the day was closed."
    ), count_of_visits("incomplete")),
    FigureRow("open", "count", N_("Not ended yet"), N_("Visits that have not ended yet."), _open),
    FigureRow("paper", "count", N_("From paper"), N_(
        "Visits that had a number on paper while the service was away, and were entered "
        "afterwards with times to the minute."
    ), count_of_visits("paper")),
    FigureRow("booked", "count", N_("With an appointment"), N_(
        "Visits whose citizen came for an appointment, in time or late."
    ), count_of_visits("booked")),
    FigureRow("paper_inquiries", "count", N_("From paper"), N_(
        "Inquiries of visits that had a number on paper, with known times."
    ), count_of_inquiries("paper")),
    FigureRow("no_show_share", "ratio", N_("No-shows, share"), N_(
        "No-shows of all visits."
    ), of_issued("no_show")),
    FigureRow("abandoned_share", "ratio", N_("Gave up, share"), N_(
        "Those who gave up, of all visits."
    ), of_issued("abandoned")),
    FigureRow("incomplete_share", "ratio", N_("Not completed, share"), N_(
        "Visits not completed, of all visits."
    ), of_issued("incomplete")),
    FigureRow("issued_share", "ratio", N_("Share of visits"), N_(
        "Its visits of all visits."
    ), lambda s: ratio(s.visits("issued"), s.whole.visits["issued"])),
    FigureRow("arrivals", "decimal", N_("Visits per day"), N_(
        "Visits begun in this hour or half hour, for each of the dates with this weekday that "
        "have visits. Today is left out, unless there is no other such date."
    )),
    # Waiting
    FigureRow("waits", "count", N_("Waits"), N_(
        "Visits that were called for the first time, also where that call was taken back: it was "
        "announced. People served at once never waited."
    ), lambda s: s.waiting.n),
    FigureRow("waiting_mean", "seconds", N_("Waiting time of those called, mean"), N_(
        "From the number drawn to the first call. Those who gave up are not in it: where many do,"
        " it is shorter than what people waited."
    ), lambda s: s.waiting.mean),
    FigureRow("waiting_p50", "seconds", N_("Waiting time of those called, half at most"), N_(
        "Half of the waits lasted no longer (nearest rank)."
    ), lambda s: s.waiting.p50),
    FigureRow("waiting_p90", "seconds", N_("Waiting time of those called, nine in ten at most"), N_(
        "Nine in ten waits lasted no longer (nearest rank)."
    ), lambda s: s.waiting.p90),
    FigureRow("left_waits", "count", N_("Waits of those who gave up"), N_(
        "Visits whose citizen left before any call and whose wait is known. When somebody with a "
        "number on paper left may never have been written down."
    ), lambda s: None if s.left is None else s.left.n),
    FigureRow("left_p50", "seconds", N_("Waited before giving up, half at most"), N_(
        "Half of those who left before any call had waited no longer by then, or by the day's end"
        " where nobody noticed. Not given for days of version 0.1.0, which did not keep it."
    ), lambda s: None if s.left is None else s.left.p50),
    FigureRow("told_share", "ratio", N_("Numbers with an estimated wait, share"), N_(
        "Numbers issued with an estimated wait, of all numbers issued. There is no "
        "estimate while there is too little history. Not known of days from before it was "
        "kept."
    ), lambda s: ratio(s.visits("told"), s.visits("numbers"))),
    FigureRow("estimates", "count", N_("Estimated waits"), N_(
        "Visits with an estimated wait that were called or left after its upper end. "
        "Visits with a delay are left out."
    ), lambda s: s.visits("estimates")),
    FigureRow("estimates_held", "ratio", N_("Within the estimate, share"), N_(
        "Waits within the range on the ticket, of all estimated waits. The range counts as "
        "it is shown: from whole minutes to whole minutes, both ends included. Who left "
        "after its upper end counts as not within."
    ), lambda s: ratio(s.visits("estimates_held"), s.visits("estimates"))),
    FigureRow("alone_held", "ratio", N_("Within the estimate, nobody ahead, share"), N_(
        "The same of those with nobody ahead, whose waits are short and nearly always right. Not "
        "known of days from before it was kept."
    ), lambda s: ratio(s.visits("alone_held"), s.visits("alone"))),
    FigureRow("behind_held", "ratio", N_("Within the estimate, somebody ahead, share"), N_(
        "The same of those with somebody ahead. Not known of days from before it was kept."
    ), lambda s: ratio(s.visits("behind_held"), s.visits("behind"))),
)
LENGTHS: Final = (
    FigureRow("count", "count", N_("Count"), N_("How many there are.")),
    FigureRow("count_share", "ratio", N_("Share of all"), N_("How many there are, of all.")),
    FigureRow("cumulative", "ratio", N_("Share under this"), N_(
        "Those strictly under the upper end, of all. At a goal's limit it is what the goal counts"
        " as within."
    )),
)
# fmt: on
