"""The texts of the waiting-room display.

A display speaks all of its branch's languages at once, so its texts stay short.
"""

from __future__ import annotations

from typing import Final

from queue_service.pages.hours_texts import HOURS_TEXTS
from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import CALL_TEXTS, PLACE_TEXTS, PageTexts

TEXTS: Final[PageTexts] = {
    **PLACE_TEXTS,
    **CALL_TEXTS,
    # A call, as it is seen
    "call.all": N_("Called numbers"),
    "call.now": N_("Number"),
    "call.again": N_("Calling again"),
    "call.repeated": N_("Called more than once"),
    "call.latest": N_("Latest call"),
    "call.met": N_("Called earlier"),
    "call.missed": N_("Nobody came – talk to the staff"),
    "call.announce": N_("Number {number}: {counter}"),
    "call.announce_again": N_("Calling again, number {number}: {counter}"),
    # No calls yet
    "welcome.title": N_("Welcome"),
    "welcome.lead": N_("Take a number and watch this screen."),
    "welcome.watch": N_("Watch this screen."),
    # Closed
    **HOURS_TEXTS,
    # The strip along the bottom
    "waiting": N_("Waiting"),
    "waiting.total": N_("{n} in all"),
    "waiting.none": N_("Nobody is waiting"),
    "open.none": N_("No counter is open just now"),
    "open": NN_("{n} counter open", "{n} counters open"),
    "closing": N_("We close for new numbers at {time}"),
    "last.title": N_("Closed for new numbers"),
    "last.called": N_("Everyone who has a number will be called."),
    "last.staff": N_("Do you have a number? Talk to the staff."),
    "last.carried": N_("Do you have a number? Keep it: it is valid when we open again."),
    # Trouble, and sound
    "stale.connection": N_("No connection"),
    "stale.store": N_("The ticket system is not working right now"),
    "stale.do": N_("Listen for the staff. They call the numbers."),
    "stale.paper": N_(
        "The staff call the numbers aloud. No number yet? Get one on paper from the staff."
    ),
    "stale.refused": N_("This screen has no access to the queue. Ask the administrator."),
    "stale.removed": N_("This screen is no longer in use."),
    "stale.since": N_("Last updated {time}"),
    "sound.hint": N_("Touch to turn on sound"),
    "quiet": N_("Quiet hours – calls are shown on this screen only"),
    "quiet.always": N_("No sound – calls are shown on this screen only"),
}
"""By key; ``{names}`` are filled in by the page."""
