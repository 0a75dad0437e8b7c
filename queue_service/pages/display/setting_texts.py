"""The texts of the dialog with which staff set a display up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

SETTING_TEXTS: Final[Mapping[str, str]] = {
    "set.title": N_("This screen"),
    "unlock.why": N_(
        "Only staff can change how this screen is set. You are not logged in by this."
    ),
    "unlock.name": N_("User name"),
    "unlock.password": N_("Password"),
    "unlock.pin": N_("PIN"),
    "unlock.pin_wrong": N_("The PIN is wrong."),
    "unlock.do": N_("Go on"),
    "unlock.cancel": N_("Cancel"),
    "unlock.wrong": N_("The name or the password is wrong, or the account is of another branch."),
    "unlock.later": N_("Too many tries. Wait a minute."),
    "unlock.lost": N_("No connection. Try again in a moment."),
    "set.open": N_("Settings of this screen"),
    "set.volume": N_("Volume"),
    "set.speech": N_("Read numbers aloud"),
    "set.waiting": N_("Show how many wait"),
    "set.silent": N_("No sound at all"),
    "set.hours": N_("Quiet hours: calls are shown without sound"),
    "set.from": N_("From"),
    "set.to": N_("to"),
    "set.try": N_("Try the sound"),
    "set.full": N_("Full screen"),
    "set.done": N_("Close"),
    "set.voice": N_("{language}: the voice is {voice}."),
    "set.no_voice": N_("There is no voice for {language}. Calls have the chime alone."),
    "set.kept": N_("Kept on this screen. Press S, or hold the clock, to come back here."),
}
"""By key; ``{names}`` are filled in by the page."""
