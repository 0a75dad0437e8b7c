"""How an inquiry can end, in words: a row for each outcome, in the order of their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from queue_service.language.catalogues import N_
from queue_service.visits.rules.visit import Outcome


class OutcomeWords(NamedTuple):
    """An outcome's name, the name of its share, and what is counted; ids of the catalogues."""

    name: str
    share: str
    counted: str


OUTCOME_WORDS: Final[Mapping[Outcome, OutcomeWords]] = {
    "resolved": OutcomeWords(
        N_("Resolved"),
        N_("Resolved, share"),
        N_("Inquiries completed as resolved."),
    ),
    "self_service": OutcomeWords(
        N_("Shown how to do it themselves"),
        N_("Shown how to do it themselves, share"),
        N_("Inquiries whose citizen was shown how to do it themselves."),
    ),
    "referred": OutcomeWords(
        N_("Referred to a specialist"),
        N_("Referred to a specialist, share"),
        N_("Inquiries that an authority has to decide, referred to a specialist."),
    ),
    "follow_up": OutcomeWords(
        N_("Must come back"),
        N_("Must come back, share"),
        N_("Inquiries whose citizen must come back."),
    ),
    "unresolved": OutcomeWords(
        N_("Not resolved"),
        N_("Not resolved, share"),
        N_("Inquiries completed as not resolved."),
    ),
}
