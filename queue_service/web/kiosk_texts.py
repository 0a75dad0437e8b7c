"""What the kiosk says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

SLIP_TEXTS: Final[Mapping[str, str]] = {
    "ticket.yours": N_("Your number"),
    "ahead.none": N_("Nobody ahead of you"),
    "ahead.one": N_("{n} person ahead of you"),
    "ahead.other": N_("{n} people ahead of you"),
    "wait.range": N_("About {low}–{high} minutes’ wait"),
    "wait.about": N_("About {high} minutes’ wait"),
    "wait.minute": N_("About a minute’s wait"),
    "wait.up_to": N_("Up to {high} minutes’ wait"),
    "ticket.untaken": N_("No counter takes this just now. We’ll call you as soon as one can."),
    "ticket.watch": N_("Watch the screen. We call your number."),
}
"""What stands on a slip of paper, wherever it is printed."""

TEXTS: Final[Mapping[str, str]] = {
    **SLIP_TEXTS,
    "languages": N_("Language"),
    "back": N_("Back to the start"),
    "moment": N_("Please wait a moment …"),
    # The start
    "welcome": N_("Welcome"),
    "ask": N_("What can we help you with?"),
    "how": N_("Touch what you came for and get a number."),
    "nobody": N_("No counter is open just now. Take a number: we call you when one opens."),
    "services": N_("What you came for"),
    "page.next": N_("More to choose from"),
    "page.previous": N_("Previous"),
    "page.which": N_("Page {page} of {pages}"),
    "untaken.short": N_("No counter just now"),
    "untaken.again": N_("Opens {when}"),
    "unsure": N_("Not sure? Take a number here"),
    "unsure.other": N_("Something else, or not sure? Take a number here"),
    "unsure.why": N_("We’ll work it out together at the counter."),
    # A service that no open counter takes
    "untaken.title": N_("No counter takes this just now"),
    "untaken.lead": N_("You are welcome to wait: we call you as soon as a counter takes it."),
    "untaken.today": N_("We are open until {time} today."),
    "untaken.next": N_("After that we open again {when}."),
    "untaken.take": N_("Take a number and wait"),
    # The ticket
    "ticket.is": N_("Your number is {number}"),
    "ticket.paper": N_("Take your slip with the number."),
    "ticket.remember": N_("Remember your number, or take a picture of it."),
    "ticket.unsure": N_("Not sure you chose right? Keep it. We’ll help you at the counter."),
    "done": N_("Finish"),
    # The way back to the start
    "countdown.one": N_("Back to the start in {n} second"),
    "countdown.other": N_("Back to the start in {n} seconds"),
    "countdown.more": N_("More time"),
    # Closed
    "closed.title": N_("We are closed just now"),
    "closed.next": N_("We open again {when}."),
    "closed.unknown": N_("Ask the municipality when we open again."),
    "closed.instead": N_("Much can be done on borger.dk, day and night."),
    "closed.hours": N_("Opening hours"),
    "closed.day": N_("Closed"),
    "when.today": N_("today at {time}"),
    "when.tomorrow": N_("tomorrow at {time}"),
    "when.day": N_("{day} at {time}"),
    # When it does not work
    "line.title": N_("The kiosk has lost its connection"),
    "line.lead": N_("You cannot take a number here just now."),
    "line.instead": N_("Please go to the staff. They will help you."),
    "store.title": N_("The queue is not answering"),
    "refused.title": N_("This kiosk is not set up"),
    "refused.instead": N_("Staff: ask the administrator for a new link for this kiosk."),
    "limited.title": N_("Many numbers at once"),
    "limited.lead": N_("Please wait a moment. Then you can take a number."),
    "gone.title": N_("You cannot choose this just now"),
    "gone.lead": N_("Please choose something else, or ask the staff."),
    "failed.title": N_("That did not work"),
    "failed.lead": N_("You did not get a number. Please try again, or go to the staff."),
    "by_itself": N_("The kiosk comes back by itself."),
}
"""By key; ``{names}`` are filled in by the page."""
