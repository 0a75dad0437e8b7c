"""The texts of the reception's page."""

from __future__ import annotations

from typing import Final

from queue_service.pages.kiosk.texts import KEPT_TEXTS, SLIP_TEXTS
from queue_service.reception.words import NOTED_TEXTS
from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import PLACE_TEXTS, PageTexts

HELP_CALL_TEXTS: Final[PageTexts] = {
    "calls.open": N_("Help is wanted at {place}"),
    "calls.kiosk": N_("the kiosk"),
    "calls.since": N_("Called {time} ago"),
    "calls.late": N_("Nobody has answered for {time}"),
    "calls.language": N_("Speaks {language}"),
    "calls.take": N_("I am coming"),
    "calls.coming": N_("A colleague is on the way to {place}"),
    "calls.coming.own": N_("You are on the way to {place}"),
    "calls.end": N_("I am here"),
    "calls.title": NN_("{n} call for help", "{n} calls for help"),
    "calls.lost": N_(
        "The connection is lost: a call for help may not show. Keep an eye on the kiosk."
    ),
}
"""The texts of ``static/help-calls.js`` about a kiosk's call for help, here and at a counter."""

TEXTS: Final[PageTexts] = {
    **SLIP_TEXTS,
    **KEPT_TEXTS,
    **PLACE_TEXTS,
    **NOTED_TEXTS,
    "tab.number": N_("Give a number"),
    "tab.self": N_("Helped themselves"),
    # A number
    "choose": N_("What did they come for?"),
    "choose.closed": N_("Closed for citizens. You can still give numbers."),
    "choose.other": N_("Choose another"),
    "stopped": N_("Kiosks give no numbers for this now"),
    "untaken": N_("No open counter takes this"),
    "needs": N_("Do they need anything?"),
    "needs.who": N_("Seen by staff alone, never on a screen."),
    "counter": N_("Counter"),
    "counter.any": N_("Any counter"),
    "counter.accessible": N_("{counter} – accessible"),
    "counter.other": N_("{counter} – does not take this service"),
    "counter.proposed": N_("{counter} is accessible: the number waits for it alone."),
    "counter.none": N_("No accessible counter is open. Take them to a counter, or open one."),
    "counter.unfit": N_("{counter} is not accessible. Choose one that is, or come along."),
    "counter.unsaid": N_("No counter is marked as accessible. An administrator can mark them."),
    "priority": N_("Ahead in the queue"),
    "priority.no": N_("No"),
    "priority.note": N_("Counts as if they had come {minutes} earlier."),
    "language": N_("Language"),
    "give": N_("Give a number"),
    "given": N_("Your number"),
    "given.say": N_("Read it out or print it. The screen also shows what others need."),
    "given.undo": N_("Undo"),
    "given.undone": N_("{number} is cancelled."),
    "given.print": N_("Print"),
    "given.next": N_("Next citizen"),
    "ahead.none": N_("Nobody ahead of you"),
    "ahead": NN_("{n} person ahead of you", "{n} people ahead of you"),
    "ahead.up_to": N_("Up to {n} people ahead of you"),
    "lost": N_("No answer came. Press the same again: it gives the same number."),
    # Help with self-service
    "self.lead": N_("One press counts one citizen whom you helped to do it themselves."),
    "self.where": N_("Where"),
    "self.self_service": N_("At the computers"),
    "self.floor": N_("On the floor"),
    "self.counted": N_("Counted: {service} · {place}"),
    "self.undo": N_("Undo"),
    "self.undone": N_("Taken back."),
    "self.today": NN_("{n} counted on this page today", "{n} counted on this page today"),
    # The waiting visits
    "waiting": NN_("{n} person waits", "{n} people wait"),
    "waiting.none": N_("Nobody waits"),
    "waiting.none.note": N_("Waiting citizens are listed here, with what they need."),
    "waiting.all": N_("Everybody"),
    "waiting.needs": N_("With needs ({n})"),
    "waiting.needs.none": N_("Nobody who waits needs anything."),
    "waited.short": N_("just came"),
    "held": N_("Back at {time}"),
    "bound": N_("For {counter}"),
    "bound.team": N_("For one team"),
    "called": N_("Called to {counter}"),
    "serving": N_("Is being served: {counter}"),
    "called.unfit": N_("Called to {counter}, which is not accessible: come along"),
    "ahead.badge": N_("Ahead: {reason}"),
    "ahead.plain": N_("Ahead in the queue"),
    "detail.ahead.none": N_("Nobody ahead"),
    "detail.ahead": NN_("{n} ahead", "{n} ahead"),
    "detail.ahead.up_to": N_("Up to {n} ahead"),
    "detail.move": N_("Move ahead because …"),
    "detail.back": N_("Back to their place"),
    "detail.later": N_("Put back for 5 minutes"),
    "detail.left": N_("They have left"),
    "left.said": N_("{number} has left."),
    "left.undo": N_("Undo"),
    "left.undone": N_("{number} waits again, at the same place."),
    "close": N_("Close"),
    "gone": N_("{number} does not wait any more."),
    **HELP_CALL_TEXTS,
    "sound.off": N_("The sound is off. Press to switch it on"),
    "sound.on": N_("The sound is on"),
    "sound.mute": N_("Muted. Press to hear calls for help"),
    "error.wrong_state": N_("This has changed in the meantime. You now see the current state."),
    "error.not_found": N_("That call is no longer there."),
    "error.visit_not_found": N_("That number is no longer there."),
    "error.counter_closed": N_("That counter has closed. Choose another."),
    "error.service_inactive": N_("This service is switched off here. Choose another."),
}
