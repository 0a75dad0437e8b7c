"""Figures of the answers of citizens."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import FigureRow

# fmt: off
ANSWERS: Final = (
    FigureRow("question", "text", N_("Question"), N_(
        "What citizens were asked, at a terminal or by the code on a slip."
    )),
    FigureRow("answers", "count", N_("Answers"), N_(
        "How many answered the question, repeats of one terminal left out. Dates with fewer than "
        "ten answers count together, within their month, on the date that makes them ten; the rest "
        "of a month and the running day are not shown."
    )),
    FigureRow("answered", "count", N_("Answered"), N_(
        "People who answered a question, in the whole months that are over. Of a group "
        "with fewer than ten answers in a month, and of one that would reveal it, nothing "
        "else is given."
    )),
    FigureRow("rating_5", "count", N_("Very satisfied"), N_(
        "Answers that chose this one of the five."
    )),
    FigureRow("rating_4", "count", N_("Satisfied"), N_("Answers that chose this one of the five.")),
    FigureRow("rating_3", "count", N_("Neither"), N_("Answers that chose this one of the five.")),
    FigureRow("rating_2", "count", N_("Dissatisfied"), N_(
        "Answers that chose this one of the five."
    )),
    FigureRow("rating_1", "count", N_("Very dissatisfied"), N_(
        "Answers that chose this one of the five."
    )),
    FigureRow("very_satisfied_share", "ratio", N_("Very satisfied, share"), N_(
        "Answers that chose the best of the five, of all answers."
    )),
    FigureRow("answers_low", "ratio", N_("Very satisfied, low end"), N_(
        "Low end of the share's 95 % interval: Wilson's over single answers."
    )),
    FigureRow("answers_high", "ratio", N_("Very satisfied, high end"), N_(
        "High end of the share's 95 % interval, worked out as its low end is."
    )),
)
# fmt: on
