"""Figures of inquiries, their outcomes and their quality."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import (
    FigureRow,
    RowContext,
    ValueOf,
    count_of_inquiries,
    of_inquiries,
    ratio,
)
from queue_service.tables.model import Value
from queue_service.visits.rules.outcomes import OUTCOME_WORDS
from queue_service.visits.rules.visit import FIRST_CONTACT, OUTCOMES, Outcome


def _first_contact(context: RowContext) -> Value:
    return ratio(sum(context.inquiries(outcome) for outcome in FIRST_CONTACT), context.row.outcomes)


def _continued_per_visit(context: RowContext) -> Value:
    continued = context.inquiries("continued")
    return ratio(continued, context.handling.n - continued)


def _count_of(name: Outcome) -> ValueOf:
    return lambda context: context.inquiries(name) if _outcomes_known(context) else None


def _share_of(name: Outcome) -> ValueOf:
    return lambda context: ratio(context.inquiries(name), context.row.outcomes)


def _outcomes_known(context: RowContext) -> bool:
    return bool(context.row.outcomes or not context.handling.n)


def _outcome(outcome: Outcome) -> FigureRow:
    words = OUTCOME_WORDS[outcome]
    return FigureRow(outcome, "count", words.name, words.counted, _count_of(outcome))


def _outcome_share(outcome: Outcome) -> FigureRow:
    definition = N_("Inquiries with this outcome, of all inquiries.")
    name = OUTCOME_WORDS[outcome].share
    return FigureRow(f"{outcome}_share", "ratio", name, definition, _share_of(outcome))


# fmt: off
INQUIRIES: Final = (
    FigureRow("inquiries", "count", N_("Inquiries"), N_(
        "Inquiries completed: one for each service handled within a visit."
    ), lambda s: s.handling.n),
    FigureRow("inquiries_share", "ratio", N_("Share of inquiries"), N_(
        "Its inquiries of all inquiries."
    ), lambda s: ratio(s.handling.n, s.whole.inquiries.durations.n)),
    FigureRow("contacts", "count", N_("Contacts without a ticket"), N_(
        "Contacts that the staff counted without a ticket, such as a question in passing or a "
        "telephone call; those taken back are left out. They count in the hour of the press."
    )),
    FigureRow("all_contacts", "count", N_("All contacts"), N_(
        "Inquiries and contacts without a ticket together."
    )),
    FigureRow("all_contacts_share", "ratio", N_("Share of all contacts"), N_(
        "Its inquiries and contacts of those of all branches shown."
    )),
    FigureRow("contacts_share", "ratio", N_("Share of contacts"), N_(
        "The branch's inquiries and contacts without a ticket, of those of all branches shown."
    )),
    FigureRow("handling_mean", "seconds", N_("Handling time, mean"), N_(
        "Of an inquiry, from start to completion, less the time it was parked or sent on."
    ), lambda s: s.handling.mean),
    FigureRow("handling_p50", "seconds", N_("Handling time, half at most"), N_(
        "Half of the inquiries were handled in no longer (nearest rank)."
    ), lambda s: s.handling.p50),
    FigureRow("handling_p90", "seconds", N_("Handling time, nine in ten at most"), N_(
        "Nine in ten inquiries were handled in no longer (nearest rank)."
    ), lambda s: s.handling.p90),
    *(_outcome(outcome) for outcome in OUTCOMES),
    *(_outcome_share(outcome) for outcome in OUTCOMES),
    FigureRow("first_contact", "ratio", N_("First contact"), N_(
        "Inquiries resolved, or whose citizen was shown how to do it themselves, of all "
        "inquiries."
    ), _first_contact),
)
BIAS: Final = (
    FigureRow("quick", "count", N_("Under 15 seconds"), N_(
        "Inquiries handled in under 15 seconds. They may be a wrong press, and make the figures "
        "look better."
    ), count_of_inquiries("quick")),
    FigureRow("quick_share", "ratio", N_("Under 15 seconds, share"), N_(
        "Inquiries handled in under 15 seconds, of all inquiries."
    ), of_inquiries("quick")),
    FigureRow("continued", "count", N_("Continued"), N_(
        "Inquiries that were not the first of their visit. Many of them split one long inquiry "
        "into short ones."
    ), count_of_inquiries("continued")),
    FigureRow("continued_per_visit", "decimal", N_("Continued per visit"), N_(
        "Inquiries that were not the first of their visit, for each visit with an inquiry."
    ), _continued_per_visit),
    FigureRow("stood_mean", "seconds", N_("Parked or sent on, mean"), N_(
        "How long an inquiry was paused between start and completion. It is no handling time."
    ), lambda s: ratio(s.inquiries("stood_ms") / 1000, s.handling.n)),
    FigureRow("walk_mean", "seconds", N_("Walk to the counter, mean"), N_(
        "From the call to the start. It is neither waiting nor handling time."
    ), lambda s: ratio(s.visits("walked_ms") / 1000, s.visits("walks"))),
)
# fmt: on
