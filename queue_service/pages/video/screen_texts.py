"""The texts of the screen in a video booth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.web.i18n import N_

BOTH: Final[Mapping[str, str]] = {
    "mute": N_("Mute my microphone"),
    "unmute": N_("Unmute my microphone"),
    "media.again": N_("Try again"),
    "connection.talk": N_("The service is not answering right now. Your conversation goes on."),
    "nothing.recorded": N_("Nothing is recorded, and no picture is taken."),
    "own": N_("Your own picture"),
    "share.picture": N_("The window that is shown"),
    "write": N_("Write"),
    "write.close": N_("Close the text"),
    "text": N_("Text"),
    "text.own": N_("You write"),
    "text.note": N_("Each letter is seen at once. Nothing of it is kept."),
}
"""The texts that the page of the clerk has too."""

SCREEN_TEXTS: Final[Mapping[str, str]] = {
    **BOTH,
    "idle": N_("This is {counter}"),
    "idle.lead": N_("You are called here by your number."),
    "idle.closed": N_("We are closed right now."),
    "idle.unbound": N_(
        "This screen is not set up for the booth. An administrator makes a link for it under "
        "“Screens and tokens”."
    ),
    "idle.number": N_("No number yet? Take one at the kiosk, and watch the display."),
    "called": N_("Called to {counter}"),
    "called.lead": N_("Please come in and sit down."),
    "called.again": N_("Press the button to go on with the conversation."),
    "begin.again": N_("Go on"),
    "joined": N_("Another employee has joined the conversation."),
    "begin": N_("I am here – start"),
    "begin.why": N_("You talk by picture and sound with somebody who can help you."),
    "begin.starting": N_("Starting …"),
    "theirs": N_("The person who helps you"),
    "text.theirs": N_("The person who helps you writes"),
    "waiting": N_("One moment – we are calling the person who helps you."),
    "connecting": N_("Connecting …"),
    "document": N_("Show a document"),
    "document.hold": N_("Hold your document inside the frame."),
    "document.before": N_("The window comes back afterwards."),
    "document.done": N_("Back to the conversation"),
    "share.hold": N_(
        "You see a window of the person who helps you. Touch it to point at something."
    ),
    "end": N_("End"),
    "sound": N_("Touch here to hear the other side"),
    "lost": N_("The connection is lost. We are trying again."),
    "lost.telephone": N_("Still gone in a moment? Call {telephone}, or ask the staff here."),
    "lost.staff": N_("Still gone in a moment? Ask the staff here."),
    "way.telephone": N_("Call {telephone}, or ask the staff here."),
    "way.staff": N_("Ask the staff here."),
    "missing.camera": N_("The camera does not work. You are heard, but not seen."),
    "missing.microphone": N_("The microphone does not work. You are seen, but not heard."),
    "missing.all": N_(
        "The camera and the microphone do not work. You see and hear the person who helps you, "
        "but are neither seen nor heard."
    ),
    "their.camera": N_("The person who helps you has no camera. You hear each other all the same."),
    "their.microphone": N_("The microphone of the person who helps you does not work."),
    "their.all": N_("The camera and microphone of the person who helps you do not work."),
    "their.muted": N_("The person who helps you has muted the microphone."),
    "over": N_("The conversation is over"),
    "over.lead": N_("Remember your papers and your card."),
    "over.next": N_("Anything else? Take a new number at the kiosk, or ask the staff."),
    "over.missed": N_("Nobody answered when {number} was called"),
    "over.missed.lead": N_(
        "Are you here now? Ask the staff to call you again, or take a new number at the kiosk."
    ),
    "over.again": N_("{number} is called again"),
    "over.again.lead": N_("Keep your number, and watch the display. It says where to go."),
    "over.back": N_("Go back to the conversation"),
}
