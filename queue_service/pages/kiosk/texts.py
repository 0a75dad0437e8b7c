"""The texts of the kiosk."""

from __future__ import annotations

from typing import Final

from queue_service.pages.hours_texts import HOURS_TEXTS
from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import CALL_TEXTS, PLACE_TEXTS, PageTexts

SLIP_TEXTS: Final[PageTexts] = {
    "ticket.yours": N_("Your number"),
    "wait.range": N_("You will probably wait {low}–{high} minutes"),
    "wait.about": N_("You will probably wait about {high} minutes"),
    "wait.minute": N_("You will probably wait about a minute"),
    "wait.up_to": N_("You will probably wait up to {high} minutes"),
    "ticket.untaken": N_(
        "No counter is open for this right now. We’ll call you when a member of staff is ready."
    ),
    "slip.ahead.none": N_("At {time}: nobody ahead of you"),
    "slip.ahead": NN_("At {time}: {n} ahead of you", "At {time}: {n} ahead of you"),
    "slip.ahead.up_to": N_("At {time}: up to {n} ahead of you"),
    "slip.called": N_("When your number is called, go to the counter shown on the screen."),
    "slip.called.screen": N_(
        "When your number is called, go to the screen it says. You talk there by video."
    ),
    "slip.called.either": N_(
        "When your number is called, go to the counter or the screen it says. At a screen you talk "
        "by video."
    ),
    "slip.missed": NN_(
        "Missed it? Tell the staff within {n} minute, and you keep your place.",
        "Missed it? Tell the staff within {n} minutes, and you keep your place.",
    ),
    "slip.today": N_("Valid on {day}. If we close early, keep the slip."),
    "slip.follow": N_("Follow your number on your phone"),
    "slip.bring": N_("Have this ready"),
    "later.until": N_("You are not called before {time}"),
    "several": N_("Several errands? One number is enough."),
}
"""The text of a paper slip, wherever it is printed."""

KEPT_TEXTS: Final[PageTexts] = {
    "closed.carried": N_(
        "We had to close early. Do you have a number? Keep it: it is valid when we open again."
    ),
    "closed.called": N_("Do you have a number? You will be called. Watch the display."),
    "closed.staff": N_("Do you have a number? Talk to the staff."),
}
"""The fate of open tickets after closing (``afterClosing``)."""

PEOPLE_TEXTS: Final[PageTexts] = {
    "people.title": N_("How many are you?"),
    "people.lead": N_("You get one number together."),
}
"""Of the question how many people a number is for."""

BOOKED_TEXTS: Final[PageTexts] = {
    "booked": N_("I have an appointment"),
    "ticket.coming": N_("Appointments that may be called before you: {n}"),
}
"""Of a branch where times can be booked."""

ARRIVAL_TEXTS: Final[PageTexts] = {
    "booked.title": N_("Type the code of your appointment"),
    "booked.lead": N_("It has six letters. If there is a scanner here, you can scan the QR code."),
    "booked.delete": N_("Delete the last letter"),
    "booked.here": N_("I am here"),
    "booked.again": N_("Type it again"),
    "booked.early": N_("Come back at {time}"),
    "booked.early.do": N_("Your appointment is at {booked}. It is too early to wait for it."),
    "booked.anyway": N_("Wait now"),
    "booked.anyway.do": N_(
        "You can also wait from now on, like those without an appointment. You then have no "
        "appointment any more."
    ),
    "booked.day": N_("Your appointment is on another day"),
    "booked.day.do": N_("It is on {day} at {booked}. To change it, ask the staff."),
    "booked.elsewhere": N_("Your appointment is in another place"),
    "booked.elsewhere.do": N_("Go to {branch}, or ask the staff."),
    "booked.unknown": N_("There is no appointment with this code"),
    "booked.unknown.do": N_("See whether the code is right, or ask the staff."),
    "booked.cancelled": N_("This appointment is cancelled"),
    "booked.cancelled.do": N_("Go back and take a number, or ask the staff."),
    "booked.missed": N_("This appointment is over"),
    "booked.missed.do": N_("Go back and take a number, or ask the staff."),
    "booked.limited": N_("Wait a little"),
    "booked.limited.do": N_("Many wrong codes were typed here. You can try again in five minutes."),
    "booked.lost": N_("That did not work"),
    "booked.lost.do": N_("Go to the staff."),
    "arrived.before": N_("Your appointment is at {time}. You may be called a little earlier."),
    "arrived.in_time": N_("You are here for your appointment at {time}."),
    "arrived.late": N_(
        "You came too late for {time}, so you wait like those without an appointment."
    ),
    "arrived.early": N_("You wait like those without an appointment."),
    "arrived.again": N_("You have said that you are here. This is your number."),
    "arrived.called": N_("Your number {number} was called. Are you still waiting? Ask the staff."),
}
"""Of an arrival for an appointment, fetched once numbers can be taken."""

TEXTS: Final[PageTexts] = {
    **SLIP_TEXTS,
    **KEPT_TEXTS,
    **PLACE_TEXTS,
    **CALL_TEXTS,
    "languages": N_("Language"),
    "back": N_("Back to the start"),
    "moment": N_("Please wait a moment …"),
    # The start
    "welcome": N_("Welcome"),
    "ask": N_("What can we help you with?"),
    "how": N_("Choose what you came for."),
    "nobody": N_("No counter is open just now. Take a number: we call you when one opens."),
    "closing": N_("We close at {time}. Everyone who has a number will be called."),
    "services": N_("What you came for"),
    "note.more": N_("Read all of it"),
    "page.next": N_("More to choose from"),
    "page.previous": N_("Previous"),
    "page.which": N_("Page {page} of {pages}"),
    "untaken.short": N_("Not right now"),
    "unsure.ask": N_("{service} – or in doubt?"),
    "unsure.take": N_("Take a number here"),
    "unsure.why": N_("We’ll work it out together at the counter."),
    # Another number instead of the one just taken
    "change.title": N_("What would you like instead?"),
    "change.lead": N_("You get a new number, last in the queue, instead of {number}."),
    "change.keep": N_("Keep {number}"),
    # Another errand with the same number
    "also": N_("Another errand"),
    "also.title": N_("What else can we help you with?"),
    "also.lead": N_("You keep your number {number}. It is enough for everything."),
    "also.keep": N_("Nothing else"),
    "also.added": N_("{number} is for all of it."),
    "also.failed": N_("It could not be changed. Tell the staff at the counter."),
    # Coming later
    "later": N_("I come later"),
    "later.title": N_("When are you back?"),
    "later.lead": N_(
        "You are not called before. From then on, or once you say that you are back, you wait as if"
        " you had just come. For two minutes you can take it back and keep your place."
    ),
    "later.stay": N_("No, I stay"),
    "undone": N_("{number} is cancelled. You can take another number."),
    "undone.later": N_("{number} will be cancelled as soon as the connection is back."),
    "undo.stands": N_("{number} is still valid."),
    "undo.failed": N_("{number} can no longer be cancelled. Tell the staff."),
    # Many numbers in a short time
    **PEOPLE_TEXTS,
    **BOOKED_TEXTS,
    "burst.what": N_("Several numbers have just been taken."),
    "burst.title": N_("Would you like a number?"),
    "burst.yes": N_("Yes, give me a number"),
    "burst.no": N_("No, thank you"),
    # Before a number is given
    "ready.bring": N_("Do you have this with you?"),
    "ready.own": N_("You can do this yourself"),
    "ready.take": N_("Take a number"),
    "ready.none": N_("I do not need a number"),
    "ready.saved": N_("Thank you. Come back if you need us."),
    # Services without a number
    "own.lead": N_("Scan the code with your phone, or write the address down."),
    "own.printed": N_("Take your slip. Come back if you need us."),
    "own.print": N_("Print it"),
    # A service that no open counter takes
    "untaken.title": N_("We can’t help with {service} right now"),
    "untaken.unsure": N_("We can’t help with this right now"),
    "untaken.staff": N_("Ask the staff."),
    "untaken.lead": N_(
        "You can take a number and wait. We will call you when a member of staff is ready."
    ),
    "untaken.today": N_("We are open until {time} today."),
    "untaken.take": N_("Take a number and wait"),
    # The ticket
    "ticket.is": N_("Your number is {number}"),
    "ahead.none": N_("Nobody ahead of you"),
    "ahead": NN_("{n} person ahead of you", "{n} people ahead of you"),
    "ahead.up_to": N_("Up to {n} people ahead of you"),
    "ticket.at": N_("updated at {time}"),
    "ticket.others": N_("Other numbers may be called meanwhile, to other counters."),
    "ticket.watch": N_(
        "Watch the screen. When your number appears, go to the counter shown next to it."
    ),
    "ticket.watch.screen": N_(
        "Watch the display. When your number appears, go to the screen named next to it. You talk "
        "there by video."
    ),
    "ticket.watch.either": N_(
        "Watch the display. When your number appears, go to the counter or the screen named next "
        "to it. At a screen you talk by video."
    ),
    # In place of the three above, while the screen is read aloud
    "ticket.listen": N_("Listen for your number and the counter. The staff can show you the way."),
    "ticket.listen.quiet": N_(
        "Numbers are not called aloud right now. Ask the staff to come for you."
    ),
    "ticket.follow": N_("Follow your number on your phone, wherever you are"),
    "ticket.paper": N_("Take your slip with the number."),
    "ticket.no_paper": N_(
        "The printer has no paper. Remember your number, or take a picture of it."
    ),
    "ticket.no_printer": N_(
        "The printer does not work right now. Remember your number, or take a picture of it."
    ),
    "print.again": N_("Print again"),
    "ticket.remember": N_("Remember your number, or take a picture of it."),
    "ticket.late": N_("We close at {time}, but you will be called."),
    # The ticket is called, or was missed
    "called.label": N_("It is your turn"),
    "called.missed": N_("Your number was called, and nobody came"),
    "called.staff": N_("Tell the staff"),
    "done": N_("Close"),
    "change": N_("Choose something else"),
    "undo": N_("Undo, I chose wrong"),
    "undo.number": N_("Cancel my number"),
    # The way back to the start
    "countdown": NN_("Back to the start in {n} second", "Back to the start in {n} seconds"),
    "countdown.ticket": NN_(
        "This screen closes in {n} second. Your number is still valid.",
        "This screen closes in {n} seconds. Your number is still valid.",
    ),
    "countdown.more": N_("More time"),
    # Closed
    **HOURS_TEXTS,
    "closed.unknown": N_("Ask the municipality when we open again."),
    "closed.instead": N_("You can do many things yourself on borger.dk at any time."),
    # A screen that is read aloud
    "aloud.on": N_("The screen is read aloud. Four keys: next, previous, choose, repeat."),
    "aloud.no_voice": N_("This language cannot be read aloud here."),
    # A call for help
    "help": N_("Call for help"),
    "help.short": N_("Help"),
    # Failures: what happened, what to do
    "connection.what": N_("You can’t take a number here right now."),
    "connection.do": N_("Go to the staff"),
    "store.what": N_("The ticket system is not working right now."),
    "store.do": N_("Go to the staff"),
    "paper.what": N_("The ticket system is not working right now."),
    "paper.do": N_("Get a number on paper from the staff"),
    "paper.lead": N_("The staff call your number aloud."),
    "refused.what": N_("This screen is not ready yet."),
    "refused.do": N_("Go to the staff"),
    "refused.instead": N_(
        "Staff: within a minute, this screen shows a code. An administrator sets it up with the"
        " code."
    ),
    "removed.what": N_("This screen is no longer in use."),
    "removed.do": N_("Go to the staff"),
    "limited.what": N_("The screen is busy."),
    "limited.do": N_("Wait a little"),
    "limited.lead": N_("Then you can take a number."),
    "gone.what": N_("You can’t choose this right now."),
    "gone.do": N_("Choose something else"),
    "gone.instead": N_("Or ask the staff."),
    "stopped.until": N_("Again from {time}"),
    "stopped.opens": N_("Opens {when}"),
    "stopped.today": N_("No more today"),
    "paused.what": N_("We give no numbers for {service} right now."),
    "paused.do": N_("Come back at {time}"),
    "paused.instead": N_("If it cannot wait, ask the staff."),
    "full.what": N_("There are no more numbers for {service} today."),
    "full.do": N_("Come back another day"),
    "full.lead": N_("You can take a number again {when}."),
    "spent.what": N_("There are no more numbers for {service} today."),
    "spent.do": N_("Come back another day"),
    "spent.instead": N_("If it cannot wait, ask the staff."),
    "full.instead": N_("If it cannot wait, ask the staff."),
    "failed.what": N_("Something went wrong. You did not get a number."),
    "failed.do": N_("Try again"),
    "failed.instead": N_("Or go to the staff."),
    "unknown.what": N_("We do not know whether your number was made."),
    "unknown.do": N_("Press the same again."),
    "unknown.instead": N_("Does nothing happen? Go to the staff."),
    "by_itself": N_("This screen keeps trying."),
}
"""By key; ``{names}`` are filled in by the page."""

HELP_TEXTS: Final[PageTexts] = {
    "help.ask": N_("Shall we call somebody to help you?"),
    "help.yes": N_("Yes, call somebody"),
    "help.no": N_("No, thank you"),
    "help.open": N_("We have called the staff"),
    "help.open.do": N_("Stay here. This screen says when somebody comes."),
    "help.unheard": N_("Go to a counter, or ask any of the staff"),
    "help.unheard.do": N_("Nobody sees your call right now. We keep calling."),
    "help.late": N_("Nobody has answered yet"),
    "help.late.do": N_("Go to a counter, or ask any of the staff. We keep calling."),
    "help.coming": N_("Somebody is coming to you"),
    "help.coming.do": N_("Stay here."),
    "help.over": N_("Nobody could come"),
    "help.failed": N_("We cannot call from here right now"),
    "help.failed.do": N_("Go to the staff."),
    "help.cancel": N_("I do not need help any more"),
    "help.called": N_("Help is called"),
}
"""The texts of a call for help, fetched once numbers can be taken."""
