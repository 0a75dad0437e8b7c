"""What the two pages of a video counter say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_service.pages.counter.texts import TEXTS as COUNTER_TEXTS
from queue_service.web.i18n import N_

_BOTH: Final[Mapping[str, str]] = {
    "mute": N_("Mute"),
    "muted": N_("Muted"),
    "nothing.recorded": N_("Nothing is recorded, and no picture is taken."),
    "own": N_("Your own picture"),
    "share.picture": N_("The window that is shown"),
}

SCREEN_TEXTS: Final[Mapping[str, str]] = {
    **_BOTH,
    "idle": N_("This is {counter}"),
    "idle.lead": N_("You are called here by your number."),
    "called": N_("Called to {counter}"),
    "called.lead": N_("Please come in and sit down."),
    "begin": N_("I am here – start"),
    "begin.why": N_("You talk by picture and sound with somebody who can help you."),
    "begin.starting": N_("Starting …"),
    "theirs": N_("The person who helps you"),
    "waiting": N_("One moment – we are calling the person who helps you."),
    "connecting": N_("Connecting …"),
    "document": N_("Show a document"),
    "document.hold": N_("Hold your document inside the frame."),
    "document.done": N_("Back to the conversation"),
    "end": N_("End"),
    "sound": N_("Touch here to hear the other side"),
    "lost": N_("The line is gone. We are trying again."),
    "lost.telephone": N_("If it does not come back: call {telephone}, or ask the staff here."),
    "lost.staff": N_("If it does not come back: ask the staff here."),
    "camera.none": N_("There is no camera. You are heard, but not seen."),
    "media.none": N_("Neither the camera nor the microphone can be used here."),
    "over": N_("The conversation is over"),
    "over.lead": N_("Remember your papers and your card."),
    "over.back": N_("Go back to the conversation"),
}

REMOTE_TEXTS: Final[Mapping[str, str]] = {
    **COUNTER_TEXTS,
    **_BOTH,
    "pick.title": N_("Which screens do you serve?"),
    "pick.lead": N_("You call whoever has waited longest at any of them."),
    "pick.team": N_("Team"),
    "pick.go": N_("Serve these screens"),
    "pick.one": N_("Choose at least one screen."),
    "lobby.title.one": N_("{n} person is waiting at your screens"),
    "lobby.title.other": N_("{n} people are waiting at your screens"),
    "lobby.nobody": N_("Nobody is waiting at your screens"),
    "lobby.calm": N_("It shows here as soon as somebody takes a number."),
    "lobby.longest": N_("{number} in {branch} comes first and has waited {time}."),
    "lobby.longest.short": N_("{number} in {branch} comes first and has just come."),
    "lobby.next": N_("Call the next"),
    "lobby.quicker": N_("Nobody is waiting at a free screen right now."),
    "lobby.change": N_("Other screens"),
    "lobby.leave": N_("Close the screens"),
    "lobby.rule": N_(
        "The earliest in the queue comes first, whichever the branch; a priority is a head start."
    ),
    "screens": N_("Your screens"),
    "screens.screen": N_("Screen"),
    "screens.state": N_("Now"),
    "screens.waiting": N_("Waiting"),
    "screens.longest": N_("Comes first"),
    "screens.nobody": N_("nobody"),
    "screens.reopen": N_("Open the screen"),
    "screens.takeover": N_("Take over {number}"),
    "screens.resume": N_("Go on with {number}"),
    "screens.none": N_(
        "No branch has a screen that is served by video. An administrator can make a counter one."
    ),
    "state.closed": N_("Closed"),
    "state.free": N_("Free"),
    "state.at": N_("{number} is there"),
    "theirs": N_("The citizen"),
    "line.waiting": N_("Waiting until somebody sits down at {counter}, {branch}."),
    "line.connecting": N_("Connecting …"),
    "line.lost": N_("The line is gone. We are trying again."),
    "line.lost.telephone": N_("The citizen is told to call {telephone}, or to ask the staff."),
    "line.lost.staff": N_("The citizen is told to ask the staff."),
    "line.ended": N_("The citizen has ended the conversation."),
    "line.taken": N_("Somebody else has taken over this conversation."),
    "line.back": N_("Take it back"),
    "media.none": N_("Your camera and microphone cannot be used. Allow them in the browser."),
    "camera.none": N_("There is no camera. You are heard, but not seen."),
    "media.again": N_("Try again"),
    "document.ask": N_("Ask to see a document"),
    "document.stop": N_("Back to the conversation"),
    "document.asked": N_("The citizen is asked to hold it in front of the camera."),
    "share": N_("Show a window"),
    "share.stop": N_("Stop showing"),
    "share.help": N_("Point with the mouse: the citizen sees it, and can point back."),
    "forms": N_("Forms of this service"),
    "address": N_("A form or a page"),
    "address.hint": N_("It opens in a window of its own, which you can then show."),
    "address.open": N_("Open the address"),
    "address.https": N_("Write an address that begins with https://"),
}
