"""The texts of the specialists' page."""

from __future__ import annotations

from typing import Final

from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import KEY_TEXTS, PLACE_TEXTS, PageTexts

TEXTS: Final[PageTexts] = {
    **KEY_TEXTS,
    **PLACE_TEXTS,
    "title": N_("Lifeline"),
    "title.ringing": NN_("{n} call is ringing", "{n} calls are ringing"),
    "when.today": N_("today at {time}"),
    "when.tomorrow": N_("tomorrow at {time}"),
    "when.day": N_("{day} at {time}"),
    "take": N_("Take the call"),
    "rings": N_("Has rung for {time}"),
    "late": N_("Over the limit of {limit}"),
    "nobody": N_("Nobody is ringing"),
    "nobody.note": N_("It rings here as soon as a clerk asks. Keep this page open."),
    "nobody.closed": N_("{lifeline} is closed: nothing rings before {when}."),
    "nobody.closed.long": N_("{lifeline} is closed: nothing rings."),
    "talking": N_("You are talking"),
    "missed": N_("Missed today"),
    "missed.note": N_("Nobody took these. The counter was given the telephone number."),
    "missed.line": N_("{counter}, {branch}"),
    "missed.about": N_("{number} · {service} · {lifeline}"),
    "missed.seen": N_("Remove"),
    "place.taken": N_("Place {wanted} is taken. Yours is {place}."),
    "mine": N_("You talk with {counter}, {branch}"),
    "mine.about": N_("{number} · {service}"),
    "end": N_("Done"),
    "others": N_("Taken at other places"),
    "others.line": N_("{lifeline} {place} talks with {counter}, {branch}"),
    "gone.taken": N_("{lifeline} {place} has taken that call."),
    "gone.cancelled": N_("The counter has stopped ringing."),
    "gone.missed": N_("That call rang too long. The clerk has the telephone number."),
    "gone.ended": N_("That call is over."),
    "lost": N_("The connection is lost: calls may ring that you do not see. Answer the telephone."),
    "none": N_("Nothing rings here. Choose at least one lifeline above."),
    "sound.off": N_("The sound is off. Press to switch it on"),
    "sound.on": N_("The sound is on"),
    "sound.mute": N_("Muted. Press to hear it ring"),
    "gone.full": N_("All places are taken. Close a page that nobody sits at."),
    "idle.take": N_("Nothing rings right now."),
    "idle.end_call": N_("You are not talking to a counter."),
    "idle.settle": N_("No missed call is left."),
    "error.wrong_state": N_("This has changed in the meantime. You now see the current state."),
    "error.not_found": N_("That call is no longer there."),
}
