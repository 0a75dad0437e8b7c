"""Texts of the board's scripts."""

from __future__ import annotations

from typing import Final

from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import PageTexts

TEXTS: Final[PageTexts] = {
    # The branch
    "open.until": N_("Open until {time}"),
    "open.always": N_("Open"),
    "closed": N_("Closed"),
    "closed.until": N_("Closed – opens {when}"),
    "when.today": N_("today at {time}"),
    "when.tomorrow": N_("tomorrow at {time}"),
    "when.day": N_("{day} at {time}"),
    "frozen": N_("As of {time}"),
    "fullscreen.enter": N_("Full screen"),
    "fullscreen.leave": N_("Leave full screen"),
    # Alerts
    "alerts.open": NN_("{n} now", "{n} now"),
    "alert.see": N_("I see to it"),
    "alert.since": N_("Seen at {time}."),
    "alert.seen": N_("Somebody sees to it"),
    "alert.gone": N_("Gone just now"),
    "alert.announce": N_("Alert: {what}"),
    # Now
    "longest": N_("Longest wait"),
    "longest.none": N_("Nobody is waiting"),
    "new_ticket": N_("With a number now"),
    "waiting.total": N_("Waiting"),
    "counters.open": N_("Counters open"),
    "contacts": N_("Today without a ticket"),
    "booked": N_("Appointments today"),
    "unit.second": N_("{n} s"),
    "unit.minute": N_("{n} min"),
    "unit.hour": N_("{n} h"),
    "of": N_("{part} of {whole}"),
    # Waiting
    "nobody": N_("Nobody"),
    "untaken": N_("No counter"),
    "later": NN_("{n} comes later", "{n} come later"),
    "quiet": NN_("Nobody waits for {n} other service", "Nobody waits for {n} other services"),
    # Counters
    "state.closed": N_("Closed"),
    "state.free": N_("Free"),
    "state.paused": N_("Paused"),
    "pause.planned": N_("then paused: {reason}"),
    "state.called": N_("Called"),
    "state.serving": N_("Serving"),
    "state.over": N_("Serving for over {limit}"),
    "state.over.short": N_("Over {limit}"),
    "counters.none": N_("No counters are set up."),
    # In force
    "force.undo": N_("Undo"),
    "force.undone": N_("Taken back: {what}"),
    # Goals
    "goal.none": N_("No goals are set up."),
    "verdict.then": N_("Last seen {time}: {verdict}"),
    # The last hour against the day
    "hour.issued": N_("Visits begun"),
    "hour.called": N_("Tickets called"),
    "hour.completed": N_("Visits completed"),
    "hour.paper": N_("Of the visits, on paper"),
    "hour.p50": N_("Median wait"),
    "hour.p90": N_("9 in 10 wait at most"),
    "hour.too_few": N_("too few"),
    "no_data": N_("no data"),
    "n": NN_("{n} call", "{n} calls"),
    # The list of notices
    "well": N_("All is well"),
    "well.open": N_("Nothing needs you just now."),
    "well.closed": N_("The branch is closed, and nobody is waiting."),
    "well.closed.waiting": NN_(
        "The branch is closed. {n} is still waiting and is not called from here.",
        "The branch is closed. {n} are still waiting and are not called from here.",
    ),
    "calm": N_("Nothing needs you just now"),
    "calm.alerts": NN_("{n} alert is open", "{n} alerts are open"),
    "unknown": N_("Not known now"),
    "unknown.seen": N_("Last seen {time}."),
    "unknown.since": N_("Not known now – last seen {time}"),
    "more": NN_("{n} more", "{n} more"),
    "fewer": N_("Show fewer"),
    "level.act": N_("Act now"),
    "level.watch": N_("Keep an eye on"),
    "announce.new": N_("Needs attention: {what}"),
    "notice.help": N_("A citizen calls for help: {place}"),
    "notice.help.do": N_("Nobody has answered for {time}. Send somebody."),
    "notice.help.kiosk": N_("the kiosk"),
    "notice.no_counter": NN_(
        "{n} is waiting, and no counter is open", "{n} are waiting, and no counter is open"
    ),
    "notice.no_counter.do": N_("Open a counter. The first has waited {time}."),
    "notice.untaken": NN_(
        "{service}: {n} is waiting, and no open counter takes it",
        "{service}: {n} are waiting, and no open counter takes it",
    ),
    "notice.untaken.several": N_("{n} are waiting for {service}, and no open counter takes them"),
    "notice.untaken.do": N_("No counter is set up to take it. The first has waited {time}."),
    "notice.untaken.open": N_("Open {counter}. The first has waited {time}."),
    "notice.untaken.open_as": N_("Open {counter} as {team}. The first has waited {time}."),
    "notice.untaken.paused": N_(
        "{counter} takes it and has just been paused: {reason}. The first has waited {time}."
    ),
    "notice.untaken.switch": N_("Switch {counter} to {team}. The first has waited {time}."),
    "notice.idle": NN_(
        "{counter} has been free for {time}, while {n} is waiting",
        "{counter} has been free for {time}, while {n} are waiting",
    ),
    "notice.idle.several": N_("{counter} are free, while {n} are waiting"),
    "notice.idle.do_several": N_(
        "{service} has waited longest. Call the next ones, or close counters."
    ),
    "notice.idle.switch_several": N_(
        "Switch them to {team}, then they take {service}, which has waited longest."
    ),
    "notice.idle.lend_several": N_(
        "Their lists do not have {service}, which has waited longest: lend one."
    ),
    "notice.idle.do": N_("{service} has waited longest. Call the next one, or close the counter."),
    "notice.idle.switch": N_(
        "Switch {counter} to {team}, then it takes {service}, which has waited longest."
    ),
    "notice.idle.lend": N_("Its list does not have {service}, which has waited longest: lend it."),
    "way.lend_counter": N_("Lend a counter"),
    "way.not_today": N_("Tell them"),
    "way.open_counter": N_("Ask for a counter to be opened"),
    "notice.after_hours": NN_(
        "The branch is closed, and {n} is still waiting",
        "The branch is closed, and {n} are still waiting",
    ),
    "notice.after_hours.do": N_("Citizens with a number are still called. {counters}"),
    "notice.carried": NN_(
        "Closed for today, and {n} who waits is carried over",
        "Closed for today, and {n} who wait are carried over",
    ),
    "notice.carried.do": N_("Numbers and places are kept until you open again. See Act."),
    "notice.long_wait": N_("{service}: the longest wait is {time}"),
    "notice.long_wait.do": NN_(
        "The limit is {limit}. {n} is waiting.", "The limit is {limit}. {n} are waiting."
    ),
    "notice.long_wait.expected": N_("A new ticket waits {expected}."),
    "notice.free": N_("{counter} is free: call the next."),
    "notice.expected_wait": N_("{service}: a citizen who takes a number now waits {expected}"),
    "notice.expected_wait.do": NN_(
        "The limit is {limit}. {n} is ahead.", "The limit is {limit}. {n} are ahead."
    ),
    "notice.unanswered": N_("{counter}: nobody has come for {number}"),
    "notice.unanswered.do": N_("Called {time} ago. Call again, or mark that nobody came."),
    "notice.long_serving": N_("{counter}: {number} is taking unusually long"),
    "notice.long_serving.do": N_("{time} so far, {service}. Perhaps help is needed."),
    "notice.long_pause": N_("{counter} has been paused for {time}"),
    "notice.long_pause.do": N_("{reason}. The limit is {limit}."),
    "notice.parked_closed": N_("{number} is laid aside at {counter}, which is closed"),
    "notice.parked_closed.do": N_("{service}, for {time}. Any open counter can go on with it."),
    "notice.long_parked": N_("{number} has been laid aside for {time}"),
    "notice.long_parked.do": N_("{service}, at {counter}. Is somebody still waiting for it?"),
    "notice.unstaffed": N_("The branch is open, and no counter is"),
    "notice.unstaffed.do": N_("Nobody is waiting yet."),
    "notice.printer_paper_out": N_("A kiosk’s printer has no paper"),
    "notice.printer_paper_out.do": N_(
        "Citizens see their number on the screen alone. Put a new roll in. It is {screen}."
    ),
    "notice.printer_cover_open": N_("The cover of a kiosk’s printer is open"),
    "notice.printer_cover_open.do": N_(
        "Citizens see their number on the screen alone. Close the cover. It is {screen}."
    ),
    "notice.printer_error": N_("A kiosk’s printer does not print"),
    "notice.printer_error.do": N_(
        "Citizens see their number on the screen alone. Look for stuck paper, and switch the "
        "printer off and on. It is {screen}."
    ),
    "notice.printer_silent": N_("A kiosk’s printer does not answer"),
    "notice.printer_silent.do": N_(
        "Citizens see their number on the screen alone. Is the printer on, and connected? "
        "It is {screen}."
    ),
    "notice.printer_paper_low": N_("A kiosk’s printer is about to run out of paper"),
    "notice.printer_paper_low.do": N_("Put a new roll in soon. It is {screen}."),
    "notice.sound_blocked": N_("A display makes no sound"),
    "notice.sound_blocked.do": N_(
        "Its browser holds the sound back: touch the yellow button on it."
    ),
    "notice.voice_missing": N_("A display has no voice for {languages}"),
    "notice.voice_missing.do": N_("Calls in it get a chime only. Your IT can install a voice."),
    "notice.display": N_("It is {screen}."),
    "counters.some": NN_("{n} counter is open.", "{n} counters are open."),
    "counters.some.none": N_("No counter is open."),
}
"""By key; ``{names}`` are filled in by the page."""
