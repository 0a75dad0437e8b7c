"""What states, categories and reasons of referrals are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.referrals.rules import Category, Reason, State
from queue_service.web.i18n import N_

STATES: Final[Mapping[State, str]] = {
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
