"""Figures of a comparison: with the usual, an earlier time, another branch.

No table of a branch's past has them; only the pages that compare do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.catalogue import Figure, figure
from queue_service.tables.figures.figure import UNITS
from queue_service.tables.model import ColumnKind
from queue_service.tables.words import Words

_END: Final = N_("An end of the interval that holds the true figure 19 times in 20, over days.")

COMPARISON_FIGURES: Final[Mapping[str, tuple[ColumnKind, str, str]]] = {
    "visits_per_day": (
        "decimal",
        N_("Visits per open day"),
        N_("Visits begun, for each day that had any."),
    ),
    "visits_per_week": (
        "decimal",
        N_("Visits per week"),
        N_(
            "Visits begun in a week, closed days included; of the weekdays that were chosen, where "
            "some were."
        ),
    ),
    "pace": (
        "decimal",
        N_("Inquiries per counter hour"),
        N_("Inquiries completed for each hour that a counter was open."),
    ),
    "left_over": (
        "count",
        N_("Left over from before"),
        N_(
            "People who came in the day's earlier hours, and were neither served nor lost when "
            "the hour began."
        ),
    ),
    "counters_open": (
        "decimal",
        N_("Counters open on average"),
        N_("How many counters were open in the hour, on average."),
    ),
    "arrivals_expected": (
        "decimal",
        N_("Arrivals expected"),
        N_(
            "The mean number of tickets issued in the hour on up to six days of the same weekday, "
            "of the last twelve weeks. Dates with an outage, with special opening hours or with "
            "more than 20 % from paper are left out."
        ),
    ),
    "arrivals_low": (
        "count",
        N_("Arrivals expected, low end"),
        N_("In one case of ten fewer come."),
    ),
    "arrivals_high": (
        "count",
        N_("Arrivals expected, high end"),
        N_("In one case of ten more come."),
    ),
    "counters_needed": (
        "count",
        N_("Counters needed"),
        N_(
            "The smallest number of counters with which the waiting goal and seven points more, up "
            "to 97%, are expected, if every counter takes every service."
        ),
    ),
    "counter_hours_needed": (
        "hours",
        N_("Counter hours needed"),
        N_("The counters needed, added up over the date's hours."),
    ),
    "counters_idle": (
        "decimal",
        N_("Counters free while people waited"),
        N_(
            "How many of the open counters had nobody called or served while somebody waited, on "
            "average over the hour. Not given where one counter was open by itself."
        ),
    ),
    "counters_busy": (
        "decimal",
        N_("Counters at work on average"),
        N_(
            "How many of the open counters had somebody called or served, on average. Not given "
            "where one counter was open by itself."
        ),
    ),
    "mix_mean": (
        "seconds",
        N_("What was asked for: its effect on the mean handling time"),
        N_(
            "What the mean handling time would have been, had only the services asked for been "
            "unlike the usual."
        ),
    ),
    "times_mean": (
        "seconds",
        N_("How long services took: its effect on the mean handling time"),
        N_(
            "What the mean handling time would have been, had only the time that each service "
            "takes been unlike the usual."
        ),
    ),
    "usual": (
        "text",
        N_("Usual range"),
        N_(
            "Where one more such hour is expected 19 times in 20, by the same hour of the same "
            "weekday in the weeks before."
        ),
    ),
    "added_work": (
        "count",
        N_("Work added"),
        N_(
            "By how many minutes of work at a counter it made the hour harder than usual. "
            "Negative: easier."
        ),
    ),
    "difference": (
        "text",
        N_("Difference"),
        N_(
            "After less before, with the interval that holds the true difference 19 times in 20. "
            "Days are counted, not inquiries, since those of one day go together."
        ),
    ),
    "beyond": (
        "text",
        N_("Beyond the other branch"),
        N_(
            "The difference here less the difference at the other branch over the same days, "
            "with its interval."
        ),
    ),
    "counted": (
        "count",
        N_("Counted"),
        N_("How many inquiries, visits or answers the figure is of."),
    ),
    "as_it_is": (
        "ratio",
        N_("As it is"),
        N_("The branch's own figure, by the mix of services that it is asked for."),
    ),
    "as_it_is_low": ("ratio", N_("As it is, low end"), _END),
    "as_it_is_high": ("ratio", N_("As it is, high end"), _END),
    "standardised": (
        "ratio",
        N_("By the same mix"),
        N_(
            "What the branch's figure would be, had it been asked for the services as often as all "
            "these branches together: each service's own figure, weighted alike everywhere."
        ),
    ),
    "standardised_low": ("ratio", N_("By the same mix, low end"), _END),
    "standardised_high": ("ratio", N_("By the same mix, high end"), _END),
    "covered": (
        "ratio",
        N_("Covered"),
        N_(
            "Which share of the contacts is for services that every branch has at least 20 of, and "
            "so for those that the same mix is made of. Under a quarter no figure is given."
        ),
    ),
    "from_others": (
        "ratio",
        N_("Difference from the others"),
        N_(
            "By the same mix, less the same of the other branches together, with the interval that "
            "holds the true difference 19 times in 20. Where it holds zero there is no difference."
        ),
    ),
    "from_others_low": ("ratio", N_("Difference from the others, low end"), _END),
    "from_others_high": ("ratio", N_("Difference from the others, high end"), _END),
    "compared": (
        "text",
        N_("What can be said"),
        N_("Better or worse only where the difference is beyond its interval."),
    ),
    "mix_effect": (
        "ratio",
        N_("From its mix"),
        N_(
            "How much of the raw difference from the other branches comes from which services it "
            "is asked for."
        ),
    ),
    "rate_effect": (
        "ratio",
        N_("From the services themselves"),
        N_(
            "How much of the raw difference from the other branches comes from how each service "
            "goes here and there."
        ),
    ),
    "without_quick": (
        "ratio",
        N_("Share without the quick ones"),
        N_("The goal's share when inquiries under 15 seconds are left out of both its numbers."),
    ),
}
"""Each figure's kind, its English name and its definition."""


def any_figure(figure_id: str, say: Words) -> Figure:
    """A figure of these, or of the tables'. Raises KeyError for an unknown id."""
    if figure_id not in COMPARISON_FIGURES:
        return figure(figure_id, say)
    kind, name, definition = COMPARISON_FIGURES[figure_id]
    return Figure(figure_id, say(name), say(UNITS[kind]), say(definition), kind)


def comparison_figures(language: str) -> Iterator[Figure]:
    """Every one of them, in the order in which a page of definitions gives them."""
    say = Words(language)
    return (any_figure(figure_id, say) for figure_id in COMPARISON_FIGURES)
