"""The texts of the feedback terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

TEXTS: Final[Mapping[str, str]] = {
    "languages": N_("Language"),
    "help": N_("How satisfied are you with the help and guidance you got?"),
    "task": N_("How satisfied are you with how your task was solved?"),
    "step": N_("Question {n} of {of}"),
    "answers": N_("Your answer"),
    "rating.1": N_("Very dissatisfied"),
    "rating.2": N_("Dissatisfied"),
    "rating.3": N_("Neither"),
    "rating.4": N_("Satisfied"),
    "rating.5": N_("Very satisfied"),
    "skip": N_("Skip this question"),
    "thanks": N_("Thank you for your answer"),
    "thanks.why": N_("It helps us to do better."),
    "privacy": N_("We count your answer. Nobody can see who gave it."),
}
"""The two questions of Skanderborg's survey, with its five answers."""
