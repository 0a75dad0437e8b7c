"""The texts of the page of paper numbers."""

from __future__ import annotations

from typing import Final

from queue_service.paper.operations import UNKNOWN
from queue_service.paper.rules import REASONS
from queue_service.visits.rules.outcomes import OUTCOME_WORDS
from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import PageTexts

SENTENCES: Final = (*REASONS, *UNKNOWN.values())
"""Every sentence that the interface may refuse a row with: the page has them by themselves."""

TEXTS: Final[PageTexts] = {
    **{sentence: sentence for sentence in SENTENCES},
    "number": N_("Number"),
    "service": N_("Service"),
    "taken": N_("Taken"),
    "called": N_("Called"),
    "started": N_("Started"),
    "done": N_("Done"),
    "end": N_("How it ended"),
    "counter": N_("Counter"),
    "team": N_("Team"),
    "choose": N_("Choose"),
    "unknown": N_("not known"),
    "of": N_("{what}, row {n}"),
    **{f"end.{outcome}": words.name for outcome, words in OUTCOME_WORDS.items()},
    "end.missing": N_("Choose how it ended."),
    "end.completed": N_("Helped, not known how"),
    "end.no_show": N_("Did not come"),
    "end.abandoned": N_("Left before the call"),
    "clear": N_("Empty row {n}"),
    "entered": NN_("{n} ticket entered.", "{n} tickets entered."),
    "nothing": N_("Nothing to enter yet: write the first number."),
    "faulty": NN_(
        "{n} row is not right yet, so nothing was entered.",
        "{n} rows are not right yet, so nothing was entered.",
    ),
    "already.same": N_("{number} was entered before, with the same. Nothing is counted twice."),
    "already.differs": N_(
        "{number} was entered before, with something else: see the list below. If this row is "
        "right, take the other one back first."
    ),
    "kept": N_(
        "Not entered: no answer came. The rows stay here, also if you close the page. Press again; "
        "nothing counts twice."
    ),
    "of_day": NN_("{n} ticket entered for this day", "{n} tickets entered for this day"),
    "of_day.none": N_("No ticket is entered for this day yet"),
    "back": N_("Take {number} back"),
    "back.short": N_("Take back"),
    "back.done": N_("{number} is taken back. It is in the table again: correct it and enter it."),
    "error.day_final": N_(
        "The visits of this day are no longer kept, so its figures are final. Write a note on the "
        "day instead."
    ),
    "error.wrong_state": N_("It was entered more than a day ago, and stays."),
    "error.not_found": N_("Somebody else has taken it back already."),
    "error.invalid": N_("Something is not right yet, so nothing was entered."),
    "error.branch_elsewhere": N_("This branch is run on its own machine: enter it there."),
}
"""By key; ``{names}`` are filled in by the page."""
