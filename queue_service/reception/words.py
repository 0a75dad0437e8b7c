"""The names of needs and reasons, the same on every page, in every table and file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.language.catalogues import N_

NEED_NAMES: Final[Mapping[str, str]] = {
    "seat": N_("A seat"),
    "accessible_counter": N_("Accessible counter"),
    "interpreter": N_("Interpreter"),
    "hearing_loop": N_("Hearing loop"),
}
REASON_NAMES: Final[Mapping[str, str]] = {
    "cannot_wait": N_("Cannot wait for long"),
    "small_children": N_("Has small children along"),
    "interpreter_here": N_("The interpreter is here"),
    "agreed_time": N_("A time was agreed"),
    "returning": N_("Comes back to go on"),
    "our_mistake": N_("Our mistake"),
}
RESULT_NAMES: Final[Mapping[str, str]] = {
    "answered": N_("Answered"),
    "unanswered": N_("Nobody came"),
    "cancelled": N_("Cancelled late"),
    "withdrawn": N_("Cancelled early"),
}

NOTED_TEXTS: Final[Mapping[str, str]] = {
    **{f"need.{need}": name for need, name in NEED_NAMES.items()},
    **{f"reason.{reason}": name for reason, name in REASON_NAMES.items()},
}
"""The texts by key, for the pages' scripts."""
