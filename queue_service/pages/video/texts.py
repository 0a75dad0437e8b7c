"""The texts of the clerk's page of a video counter."""

from __future__ import annotations

from typing import Final

from queue_service.pages.counter.texts import TEXTS as COUNTER_TEXTS
from queue_service.pages.video.screen_texts import BOTH
from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import PageTexts

REMOTE_TEXTS: Final[PageTexts] = {
    **COUNTER_TEXTS,
    **BOTH,
    "pick.title": N_("Which screens do you serve?"),
    "pick.lead": N_("You call the citizen who has waited longest at any of them."),
    "pick.team": N_("Team"),
    "pick.go": N_("Serve these screens"),
    "pick.one": N_("Choose at least one screen."),
    "pick.waiting": NN_("{n} waiting", "{n} waiting"),
    "pick.first": N_("{number} comes first and has waited {time}"),
    "pick.first.short": N_("{number} comes first and has just come"),
    "pick.takes": N_("{counter} takes: {services}"),
    "pick.takes.none": N_("{team} takes nothing at {counter}. Choose another team."),
    "pick.takes.nothing": N_("{counter} takes nothing: an administrator sets what it takes."),
    "lobby.title": NN_(
        "{n} person is waiting at your screens", "{n} people are waiting at your screens"
    ),
    "lobby.nobody": N_("Nobody is waiting at your screens"),
    "lobby.calm": N_("It shows here as soon as somebody takes a number."),
    "lobby.shut": N_("The branches of your screens are closed."),
    "lobby.longest": N_("{number} in {branch} comes first and has waited {time}."),
    "lobby.longest.short": N_("{number} in {branch} comes first and has just come."),
    "lobby.closed": N_("Open a screen below to call them."),
    "lobby.next": N_("Call the next"),
    "lobby.quicker": N_("Nobody is waiting at a free screen right now."),
    "lobby.change": N_("Other screens"),
    "lobby.leave": N_("Close the screens"),
    "lobby.rule": N_("The first in the queue is called first, whichever the branch."),
    "screens": N_("Your screens"),
    "screens.screen": N_("Screen"),
    "screens.state": N_("Now"),
    "screens.waiting": N_("Waiting"),
    "screens.longest": N_("Comes first"),
    "screens.nobody": N_("nobody"),
    "screens.branch_closed": N_("The branch is closed"),
    "screens.reopen": N_("Open the screen"),
    "screens.takeover": N_("Take over {number}"),
    "screens.pause.ask": N_("Pause your screens: why?"),
    "screens.pause.note": N_("Nobody is called to them until you go on. Your colleagues see it."),
    "screens.paused": N_("Nobody is called to your screens. Your colleagues see it."),
    "screens.resume": N_("Go on with {number}"),
    "screens.none": N_(
        "No branch has a screen that is served by video. An administrator can make a counter one."
    ),
    "state.closed": N_("Closed"),
    "state.free": N_("Free"),
    "state.at": N_("{number} is there"),
    "theirs": N_("The citizen"),
    "text.theirs": N_("The citizen writes"),
    "rate": N_("Frames per second: {received} received, {sent} sent"),
    "rate.received.low": N_(
        "The citizen’s picture is slow: sign language needs {enough} frames per second."
    ),
    "rate.sent.low": N_("Your picture is slow: sign language needs {enough} frames per second."),
    "rate.both.low": N_("Both pictures are slow: sign language needs {enough} frames per second."),
    "peer.waiting": N_("Waiting until somebody sits down at {counter}, {branch}."),
    "peer.connecting": N_("Connecting …"),
    "peer.lost": N_("The connection is lost. We are trying again."),
    "peer.lost.telephone": N_("The citizen is asked to call {telephone}, or to ask the staff."),
    "peer.lost.staff": N_("The citizen is asked to find the staff."),
    "peer.ended": N_("The citizen has ended the conversation."),
    "peer.press": N_("The citizen may have to press “Go on” on the screen."),
    "joined.screen": N_("The page on the screen has been opened again."),
    "taken.title": N_("Another employee has taken over {number}"),
    "taken.lead": N_("The conversation at {counter}, {branch} goes on there, and ends there."),
    "taken.lobby": N_("Back to your screens"),
    "taken.back": N_("Take it back"),
    "idle.taken": N_("Another employee has {number} now."),
    "takeover.ask": N_("Take over {number} from the one who talks with the citizen?"),
    "takeover.note": N_(
        "You get picture and sound, and the other one loses them. The citizen sees that "
        "another employee has joined."
    ),
    "missing.camera": N_("Your camera does not work. You are heard, but not seen."),
    "missing.microphone": N_("Your microphone does not work. You are seen, but not heard."),
    "missing.all": N_("Your camera and microphone do not work."),
    "why.there": N_("Connect one to the computer."),
    "why.refused": N_("Allow it in the browser, next to the address."),
    "why.busy": N_("Close the other program that is using it."),
    "why.address": N_("Open this page by its https:// address."),
    "their.camera": N_("The citizen’s camera does not work. You hear each other."),
    "their.microphone": N_(
        "The citizen’s microphone does not work: you see them, but hear nothing."
    ),
    "their.all": N_(
        "The citizen’s camera and microphone do not work. They see and hear you, "
        "but you neither see nor hear them."
    ),
    "their.muted": N_("The citizen has muted the microphone."),
    "their.told.telephone": N_("The citizen is asked to call {telephone}, or to ask the staff."),
    "their.told.staff": N_("The citizen is asked to find the staff."),
    "document.ask": N_("Ask to see a document"),
    "document.stop": N_("Back to the conversation"),
    "document.asked": N_("The citizen sees a frame, and is asked to hold the document inside it."),
    "document.hides": N_("Your window is hidden from the citizen until you are back."),
    "document.unseen": N_("A document cannot be shown: the citizen’s camera does not work."),
    "share": N_("Show a window"),
    "share.stop": N_("Stop showing"),
    "share.help": N_("The citizen sees your window. Point with the mouse; they can point back."),
    "muted.help": N_("Your microphone is muted, and the citizen sees that."),
    "help.talk": N_("Picture and sound"),
    "help.mute": N_("Mute or unmute my microphone"),
    "help.document": N_("Ask to see a document, or back to the conversation"),
    "help.share": N_("Show a window, or stop showing it"),
    "forms": N_("Forms of this service"),
    "address": N_("A form or a page"),
    "address.hint": N_("It opens in a window of its own, which you can then show."),
    "address.open": N_("Open the address"),
    "address.https": N_("Write the whole address, such as https://www.borger.dk"),
}
