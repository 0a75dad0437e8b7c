"""Texts of the page with which a citizen follows a number."""

from __future__ import annotations

from typing import Final

from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import COMMON_TEXTS, PageTexts

TEXTS: Final[PageTexts] = {  # all of them: a first load without other common texts is smaller
    "ahead.none": N_("Nobody ahead of you"),
    "ahead.unit": NN_("person ahead of you", "people ahead of you"),
    "ahead.unit.up_to": N_("people ahead of you at most"),
    "wait.about": N_("Expected wait: about {low} min."),
    "wait.range": N_("Expected wait: {low}–{high} min."),
    "wait.up_to": N_("Expected wait: up to {high} min."),
    "held": N_("This held for {share} of the numbers this month."),
    # The state, and below it what to do
    "state.waiting": N_("You are waiting"),
    "do.waiting": N_("You may go for a walk. Come back before it is your turn."),
    "state.next": N_("You are next"),
    "do.next": N_("Stay close: you are called as soon as a counter is free."),
    "state.not_today": N_("We will probably not reach your number today"),
    "do.not_today": N_("Ask the staff what to do."),
    "state.untaken": N_("No counter is open for this right now"),
    "do.untaken": N_("Your place is kept. You can ask the staff."),
    "state.held": N_("You are not called before {time}"),
    "do.held": N_("You keep your place until then."),
    "do.later": N_("Then you wait on as if you had come at that time."),
    "state.carried": N_("You keep your number"),
    "do.carried": N_("It is closed now. We go on {day} at {time}."),
    "state.called": N_("It is your turn"),
    "do.called": N_("Called at {time}. Go there now."),
    "room.knock": N_("Knock and come in"),
    "room.door": N_("Wait until the door opens"),
    "room.fetched": N_("You will be fetched"),
    "state.missed": N_("Your number was called at {time}"),
    "do.missed": N_("Go to the staff. Until {until} you keep your place in the queue."),
    "state.missed_late": N_("Your number was called at {time}"),
    "do.missed_late": N_("Go to the staff. They can put you at the end of the queue."),
    "state.serving": N_("You are being helped"),
    "state.parked": N_("We go on with your case in a moment"),
    "do.parked": N_("Stay close: you are called when we go on."),
    "state.done": N_("You are done"),
    "do.done": N_("Thank you for coming. This page ends soon."),
    "state.left": N_("You have left the queue"),
    "do.left": N_("Your number is not called."),
    "state.closed": N_("The day is over"),
    "do.closed": N_("Your number is no longer called. Take a new one another day."),
    # The numbers called last
    "calls": N_("Called last"),
    "calls.none": N_("Nobody has been called yet today"),
    "errands.also": N_("You also want: {services}"),
    "bring": N_("Have this ready"),
    # Sound
    "alert.ask": N_("Shall the phone call you?"),
    "alert.how": N_("It sounds and vibrates when it is your turn, and its screen stays on."),
    "alert.yes": N_("Yes, call me"),
    "alert.on": N_("The phone calls you. Keep this page open."),
    "alert.silent": N_("Your browser makes no sound: look at the page now and then."),
    # The actions
    "leave": N_("I have left"),
    "leave.ask": N_("Leave the queue?"),
    "leave.what": N_("Your number {number} is not called any more."),
    "leave.yes": N_("Yes, I have left"),
    "leave.no": N_("No, I stay"),
    "return": N_("I am still here"),
    "errands": N_("Another errand"),
    "errands.ask": N_("What else can we help you with?"),
    "errands.what": N_(
        "The staff see it when it is your turn. Your number stays the same. Tell them if it is not"
        " in the list."
    ),
    "errands.yes": N_("Save"),
    "not-before": N_("I come later"),
    "not-before.ask": N_("When are you back?"),
    "not-before.what": N_(
        "You are not called before. From then on, or once you say that you are back, you wait as if"
        " you had just come. For two minutes you can take it back and keep your place."
    ),
    "not-before.at": N_("Not before"),
    "here": N_("I am here now"),
    "cancel": N_("Cancel"),
    "feedback": N_("Say how it went"),
    "stale": N_("No connection. What you see is from {time}."),
    "error.network": COMMON_TEXTS["error.network"],
    "failed": N_("It did not work. Try again, or tell the staff."),
}

BOOKED_TEXTS: Final[PageTexts] = {
    "booked": N_("Your appointment: {time}"),
    "booked.late": N_(
        "You came too late for {time}, so you wait like those without an appointment."
    ),
    "coming": N_("Appointments that may be called before you: {n}"),
}
"""Texts of a branch where times can be booked."""

MESSAGE_TEXTS: Final[PageTexts] = {
    "how": N_("You get one when it is soon your turn, and one at your turn."),
    "when": N_("The first one when there are"),
    "stop": N_("I want no message after all"),
    # A text message
    "yes.text": N_("Send me text messages"),
    "number": N_("Your mobile number"),
    "kept.text": N_("We delete your number when it is your turn."),
    "on.text": N_("You get a text message. You may close this page."),
    "wrong": N_("Write eight digits, or start with {codes}."),
    # A push message
    "yes.push": N_("Message me on this phone"),
    "kept.push": N_("The maker of your browser passes it on, and cannot read it."),
    "on.push": N_("You get a message on your phone. You may close this page."),
    "unsupported": N_("This phone gets no messages from a web page. Keep this page open."),
    "denied": N_("This phone allows no messages from this page. Allow them in its settings."),
}
"""Texts of the messages, which are loaded when one is asked for."""
