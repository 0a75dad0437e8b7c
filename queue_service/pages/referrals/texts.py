"""The names of states, categories and reasons of referrals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.referrals.rules import Category, Reason, ReferralOutcome, ReferralState, Settled
from queue_service.web.i18n import N_
from queue_service.web.texts import KEY_TEXTS

STATES: Final[Mapping[ReferralState, str]] = {
    "sent": N_("Sent"),
    "accepted": N_("Accepted"),
    "closed": N_("Case closed"),
    "returned": N_("Returned"),
    "withdrawn": N_("Withdrawn"),
}
CATEGORIES: Final[Mapping[Category, str]] = {
    "decision": N_("An authority decides"),
    "missing_document": N_("A document is missing"),
    "special_case": N_("Out of the ordinary"),
    "technical": N_("A system does not work"),
}
REASONS: Final[Mapping[Reason, str]] = {
    "wrong_place": N_("It belongs elsewhere"),
    "incomplete": N_("Something is missing"),
    "could_have_been_solved": N_("It could have been solved at the counter"),
}
OUTCOMES: Final[Mapping[ReferralOutcome, str]] = {
    "resolved": N_("Solved at the counter"),
    "citizen_returns": N_("The citizen comes again"),
    "dropped": N_("Nothing more is done"),
}
SETTLED: Final[Mapping[Settled, str]] = {
    "sent_on": N_("Sent on"),
    "resolved": OUTCOMES["resolved"],
    "citizen_returns": OUTCOMES["citizen_returns"],
    "dropped": OUTCOMES["dropped"],
}
TEXTS: Final[Mapping[str, str]] = {
    **KEY_TEXTS,
    "refused": N_(
        "That could not be done: somebody else has answered it meanwhile. This is the "
        "current state."
    ),
    "choose": N_("Choose why it is referred first."),
    "lost": N_("That was not sent: the connection is lost. Your choice is kept; try again."),
    "idle.none": N_("There is no case to answer."),
    "idle.case": N_("That cannot be done with this case."),
    "idle.answer": N_("Digits choose an answer once a question is open."),
    "done": N_("Done. The list shows the current state."),
}
