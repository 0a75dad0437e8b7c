"""The texts of the counter."""

from __future__ import annotations

from typing import Final

from queue_service.pages.counter.list_texts import LIST_TEXTS
from queue_service.pages.kiosk.texts import SLIP_TEXTS
from queue_service.pages.reception.texts import HELP_CALL_TEXTS
from queue_service.reception.words import NOTED_TEXTS
from queue_service.visits.rules.outcomes import OUTCOME_WORDS
from queue_service.web.i18n import N_, NN_
from queue_service.web.texts import KEY_TEXTS, PLACE_TEXTS, PageTexts

_CHOOSING: Final[PageTexts] = {
    "choose.title": N_("Which counter are you at?"),
    "choose.counter": N_("Counter"),
    "choose.team": N_("Team"),
    "choose.open": N_("Open {counter}"),
    "choose.open.ask": N_("Open {counter} although the branch is closed?"),
    "choose.open.note": N_("The kiosk gives no numbers. You can still give them yourself."),
    "choose.none": N_("This branch has no counters yet. An administrator can add them."),
    "choose.takeover": N_("Take over {counter}"),
    "choose.takeover.ask": N_("Take over {counter} from the clerk there?"),
    "choose.all_open": N_("Somebody is at every counter. Choose one to take it over."),
    "choose.takeover.note": N_("{counter} is open already. You take it over as it is."),
    "choose.takeover.team": N_(
        "{counter} is open already. It changes from {from} to {to}, and so does what it takes."
    ),
    "choose.takeover.visit": N_("{number} is there now and stays: you go on where the other left."),
    "choose.takes": N_("Takes: {services}"),
    "choose.takes.none": N_("This team takes nothing at this counter. Choose another team."),
    "choose.closed": N_("{counter} has been closed. Choose where you are now."),
    "closed": N_("Closed"),
    "closed.until": N_("Closed – opens {when}"),
    "when.today": N_("today at {time}"),
    "when.tomorrow": N_("tomorrow at {time}"),
    "when.day": N_("{day} at {time}"),
    "counter.closed": N_("Closed"),
    "counter.free": N_("Open, free"),
    "counter.called": N_("{number} is called"),
    "counter.serving": N_("Serving {number}"),
    "menu": N_("{counter}: change or close"),
    "menu.team": N_("Work as"),
    "menu.other": N_("Go to another counter"),
    "menu.other.note": N_("{counter} stays open."),
    "menu.taken_over": N_(
        "{counter} was taken over in another window. Close this one if you have left the counter."
    ),
    "menu.arrivals": N_("A sound and a message when the first one comes"),
    "menu.close": N_("Close {counter}"),
    "menu.close.note": N_("Nobody is called to it any more."),
    "menu.close.waiting": NN_(
        "{n} person is waiting, and no other open counter takes what they came for.",
        "{n} people are waiting, and no other open counter takes what they came for.",
    ),
    "closing.title": NN_(
        "Close {counter}: what becomes of the one parked here?",
        "Close {counter}: what becomes of the {n} parked here?",
    ),
    "closing.leave": N_("Leave them parked"),
    "closing.leave.note": N_("All counters see them, and any open one can go on."),
    "closing.hand": N_("Hand over to {counter}"),
    "closing.queue": N_("Back in the queue"),
    "closing.queue.note": N_("With their place by the time of issue. They are called again."),
    "menu.close.busy": N_("First finish {number}, park it or send it on."),
}

_SWITCHING: Final[PageTexts] = {
    "switch": N_("Switch staff"),
    "switch.title": N_("Who works here now?"),
    "switch.note": N_("The counter stays open, and a visit goes on."),
    "switch.nobody": N_("Nobody else has logged in on this browser lately."),
    "switch.password_needed": N_("with the password"),
    "switch.passkey": N_("With a passkey"),
    "switch.password": N_("With name and password"),
    "switch.own": N_("My own PIN on this browser"),
    "switch.pin.title": N_("{name}: your PIN"),
    "switch.pin": N_("PIN"),
    "switch.go": N_("Go on as {name}"),
    "switch.wrong": N_("The PIN is wrong. Tries left before the password is needed: {n}."),
    "switch.passkey.failed": N_("No passkey was used."),
}

_ASKED: Final[PageTexts] = {
    "asked.lent": N_("You also take {what} until {until}, asked for by {by}."),
    "asked.team": N_("what {team} takes"),
    "asked.open": N_("{counter} is wanted open until {until}, asked for by {by}."),
    "asked.open_as": N_("{counter} is wanted open as {team} until {until}, asked for by {by}."),
    "asked.time": N_("{time} today"),
    "asked.day": N_("the end of the day"),
    "asked.closed": N_(
        "Closed for today. Those who wait keep number and place until you open again: finish only "
        "those at the counters."
    ),
    "asked.announced": N_("On the screens: {text}"),
    "asked.by.supervisor": N_("a supervisor"),
    "asked.by.admin": N_("an administrator"),
}

_FREE: Final[PageTexts] = {
    "free.waiting": NN_("{n} person is waiting for you", "{n} people are waiting for you"),
    "free.nobody": N_("Nobody is waiting for you"),
    "free.over": N_("Closed for today"),
    "free.longest": N_("The longest wait is {time}."),
    "free.longest.short": N_("Nobody has waited a whole minute yet."),
    "free.calm": N_("It shows here as soon as somebody takes a number."),
    "free.closed": N_("{closed}. The kiosk gives no numbers."),
    "free.held": N_("Those who wait have asked to come later."),
    "free.after": N_("{closed}. Citizens with a number are still called."),
    "free.carried": N_("{closed}. Those who wait keep number and place."),
    "free.others": NN_(
        "{n} person waits for another counter.", "{n} people wait for other counters."
    ),
    "next": N_("Call the next"),
    "next.silent": N_("Call without a sound"),
    "carried.ask": N_("Call somebody who was asked to come back?"),
    "carried.ask.note": N_("The branch is closed for today. Those who wait keep number and place."),
    "carried.call": N_("Call the next all the same"),
    "next.none": N_("Nobody is waiting for you right now."),
    "next.other": N_("Call {number} ({service})"),
    "walkin": N_("Serve now, without a ticket"),
    "walkin.note": N_("Starts at once, at the counter"),
    "walkin.call": N_("or on the phone"),
    "walkin.desk": N_("{service}, at the counter"),
    "walkin.phone": N_("{service}, on the phone"),
    "walkin.ask.desk": N_("At the counter without a ticket: what is it about?"),
    "walkin.ask.phone": N_("On the phone: what is it about?"),
}

_PAUSE: Final[PageTexts] = {
    "counter.paused": N_("Paused"),
    "pause": N_("Pause"),
    "pause.after": N_("Pause after this one"),
    "pause.ask": N_("Pause {counter}: why?"),
    "pause.ask.after": N_("Pause {counter} after {number}: why?"),
    "pause.note": N_(
        "Nobody is called here meanwhile. Pauses are counted by reason, not by person."
    ),
    "pause.for": N_("Paused for {time}"),
    "unit.second": N_("{n} s"),
    "unit.minute": N_("{n} min"),
    "unit.hour": N_("{n} h"),
    "pause.seen": N_("Your colleagues see it. Nobody is called to {counter}."),
    "pause.go": N_("Go on"),
    "pause.planned": N_("Pause after {number}: {reason}"),
    "pause.undo": N_("No pause after all"),
    "error.counter_paused": N_("That counter is paused."),
}

_AT_THE_COUNTER: Final[PageTexts] = {
    "called": N_("Called"),
    "called.just": N_("Called just now"),
    "called.since": N_("Called {time} ago"),
    "called.times": N_("called {n} times"),
    "called.speaks": N_("Speaks {language}"),
    "start": N_("Serve {number}"),
    "recall": N_("Call again"),
    "recall.silent": N_("Again without a sound"),
    "noshow": N_("Did not come"),
    "requeue": N_("Back in the queue"),
    "asking.title": N_("Did {number} come?"),
    "asking.came": N_("Yes, start"),
    "group.absent": N_("Not here?"),
    "group.else": N_("Something else?"),
    "serving": N_("Being served"),
    "serving.phone": N_("On the phone"),
    "serving.walkin": N_("Without a ticket"),
    "time.of": N_("of {goal}"),
    "time.soon": N_("Soon at the goal of {goal}"),
    "time.over": N_("Past the goal of {goal}. Take the time it needs."),
    "earlier": N_("Earlier in this visit"),
    "ended.how": N_("How did it end?"),
    "done.already": N_("Done already"),
    "done.next": N_("Resolved, call the next"),
    **{f"outcome.{outcome}": words.name for outcome, words in OUTCOME_WORDS.items()},
    "outcome.none": N_("Not done yet"),
    "continue": N_("One more thing"),
    "transfer": N_("Send on"),
    "park": N_("Park"),
    "reclassify": N_("Wrong service"),
    "errand.several": N_("{service} ×{n}"),
    "errand.then": N_("then {errand}"),
    "errand.next": N_("Resolved, next: {service}"),
    "errand.end": N_("Resolved, and that was all"),
    "why.postponed": N_("Asked for a later time: queued as if come at {time}."),
    "not_reached": N_(
        "From {numbers} on: probably not reached today (from {earliest} to {latest})."
    ),
    "not_reached.or_all": N_(
        "From {numbers} on: probably not reached today (from {earliest}, or all are)."
    ),
    "why.longest": N_("Has waited longest in your queue."),
    "why.priority": N_("Goes first: a head start of {minutes}."),
    "booked": N_("Appointment {time}"),
    "booked.late": N_("Appointment {time}, late"),
    "why.booking": N_("Has an appointment at {time}."),
    "why.booking.ahead": N_("Queued as if they had come {minutes} earlier: appointment at {time}."),
    "why.booking.late": N_("Appointment at {time}, but came late: queued by the arrival."),
    "why.sent": N_("Was sent to this counter."),
    "why.sent.team": N_("Was sent to your team."),
    "why.chosen": N_("Chosen from the list."),
}

_SPECIALIST: Final[PageTexts] = {
    "specialist": N_("Ask a specialist"),
    "specialist.ask": N_("Whom to ask about {number}?"),
    "specialist.ask.note": N_("It rings where they sit. You see here who takes it."),
    "specialist.closed": N_("Nobody answers now. In their hours you can dial:"),
    "specialist.by_telephone": N_("Dial a specialist:"),
    "specialist.none": N_("No lifeline covers this service"),
    "specialist.none.note": N_("Send the citizen on, or refer the case when it is done."),
    "specialist.ringing": N_("Ringing {lifeline}, {branch}, about {number}"),
    "specialist.meanwhile": N_("Urgent? Dial {telephone}"),
    "specialist.opens": N_("Somebody is there {when}."),
    "specialist.rings": N_("Has rung for {time}"),
    "specialist.taken": N_("{place} took it at {time}."),
    "specialist.dial": N_("Dial to talk:"),
    "specialist.away": N_(
        "The connection is lost, so no lifeline can be rung from here. Try again in a moment."
    ),
    "specialist.missed": N_("Nobody took the call. Dial {lifeline}:"),
    "specialist.cancelled": N_("You have stopped ringing."),
    "specialist.ended": N_("The call with {place} is over."),
    "specialist.stop": N_("Stop ringing"),
    "specialist.end": N_("Done talking"),
    "error.branch_closed": N_("Nobody answers this lifeline now. Dial its number."),
    "error.not_found": N_("That is no longer there."),
}

_REFERRAL: Final[PageTexts] = {
    "referral.ask": N_("Where does {number} go?"),
    "referral.note": N_("The ticket's number goes there, and you see here when it has landed."),
    "referral.why": N_("Why is {number} referred?"),
    "referral.decision": N_("An authority decides"),
    "referral.missing_document": N_("A document is missing"),
    "referral.special_case": N_("Out of the ordinary"),
    "referral.technical": N_("A system does not work"),
    "referral.lost": N_("The connection is lost: {number} was not referred to {lifeline}."),
    "referral.again": N_("Send it again"),
    "referral.sent": N_("{number} was sent to {lifeline}, {branch}."),
    "referral.skip": N_("Skip"),
    "referral.returned": N_("Back from a specialist: {numbers}"),
}

_CONTACTS: Final[PageTexts] = {
    "contact": N_("Note a quick question"),
    "contact.head.desk": N_("Counter"),
    "contact.head.phone": N_("Telephone"),
    "contact.desk": N_("Note a quick question at the counter: {service}"),
    "contact.phone": N_("Note a quick question on the telephone: {service}"),
    "contact.done.desk": N_("Noted: {service}, at the counter."),
    "contact.done.phone": N_("Noted: {service}, telephone."),
    "contact.undo": N_("Remove the note"),
    "contact.lately": NN_("{n} in the last two minutes.", "{n} in the last two minutes."),
    "contact.unsent": NN_(
        "No connection: {n} contact is not sent yet. It is sent by itself.",
        "No connection: {n} contacts are not sent yet. They are sent by themselves.",
    ),
    "contact.again": N_("Send again"),
    "contact.more": NN_("{n} more service", "{n} more services"),
    "contact.fewer": N_("Fewer services"),
    "help.contact": N_("Note a quick question: at the counter, on the telephone"),
}

_NEWS: Final[PageTexts] = {
    "undo": N_("Undo"),
    "undo.start": N_("Undo the start"),
    "news.both": N_("Undo puts {number} back in the queue."),
    "news.completed": N_("{number} is done: {outcome}."),
    "news.done": N_("{number} is done."),
    "news.abandoned": N_("{number} has left."),
    "news.no_show": N_("{number} did not come."),
    "news.transferred.service": N_("{number} now waits for {service}."),
    "news.transferred.counter": N_("{number} now waits for {counter}."),
    "news.transferred.team": N_("{number} now waits for the team {team}."),
    "news.requeued": N_("{number} is back in the queue."),
    "news.requeued.later": N_("{number} is called again from {time}."),
    "news.postponed": N_("{number} is not called before {time}."),
    "news.parked": N_("{number} is parked."),
    "news.undone": N_("{number} is back."),
    "news.unserved": N_("{number} is taken back, and nobody was served."),
    "news.arrived": N_("{number} is waiting for you."),
    "sending": N_("Sending …"),
    "login.other": N_("Somebody else has logged in in this browser ({name}). Log in again."),
    "press.lost": N_(
        "The connection is back. Your last press may not have come through. If so, press again."
    ),
    "trying": N_("It takes longer than usual. Still trying …"),
    "login": N_("Log in"),
    "reload": N_("Load the page again"),
}

_REFUSALS: Final[PageTexts] = {
    "error.counter_busy": N_("Somebody is at this counter already. Finish, park or send on first."),
    "error.taken_over": N_(
        "The central server runs this branch now: new numbers are issued there."
    ),
    "error.branch_elsewhere": N_("This branch runs on its own machine (the bus)."),
    "error.counter_closed": N_("That counter is closed."),
    "error.service_inactive": N_("That service is switched off here."),
    "error.service_not_found": N_("That service is no longer here."),
    "error.counter_not_found": N_("That counter is no longer here."),
    "error.visit_not_found": N_("That ticket is no longer known."),
    "error.wrong_state": N_("This has changed in the meantime. You now see the current state."),
    "error.invalid": N_("That could not be done like this. Try again."),
    "wrong.waiting": N_("{number} is waiting in the queue again."),
    "wrong.called": N_("{number} has just been called by somebody else."),
    "wrong.serving": N_("{number} is being served already."),
    "wrong.parked": N_("{number} has been parked."),
    "wrong.completed": N_("{number} is done already."),
    "wrong.no_show": N_("{number} has been marked as not come."),
    "wrong.abandoned": N_("{number} has left."),
    "wrong.incomplete": N_("{number} was closed with the day. Give a new ticket."),
}

_IDLE: Final[PageTexts] = {
    "idle.free": N_("Nobody is called to this counter right now."),
    "idle.called": N_("{number} is called. Press Space when the citizen is here."),
    "idle.second": N_("{number} has just been called. Press again when the citizen is here."),
    "idle.serving": N_("Not while {number} is being served."),
    "idle.paused": N_("This counter is paused. Press Space to go on."),
    "idle.parked": N_("Nobody is parked here."),
    "idle.undo": N_("There is nothing to undo right now."),
    "idle.help": N_("Nobody calls for help right now."),
    "idle.no_call": N_("No specialist is being asked."),
}

_HELP: Final[PageTexts] = {
    "help": N_("Shortcuts"),
    "help.on": N_("Use shortcuts"),
    "help.open": N_("Open the counter"),
    "help.digits": N_(
        "In a question, digits and letters choose an answer and Esc closes it. Letters in quick "
        "succession are text and do nothing."
    ),
    "help.always": N_("Always"),
    "help.space": N_("Space"),
    "help.next": N_("Call the next, or start"),
    "help.outcome": N_("Done, with the outcome of that number"),
    "help.done_next": N_("Resolved, and call the next"),
    "help.shift_space": N_("⇧ Space"),
    "help.desk": N_("Serve now, at the counter"),
    "help.phone": N_("Serve now, on the phone"),
    "help.resume": N_("Go on with the parked one"),
    "help.call": N_("Answer a call for help from a kiosk"),
    "help.find": N_("Find a ticket"),
    "help.specialist": N_("Stop ringing, or done talking"),
    "help.playbook": N_("How it is done: the playbook"),
    "help.list": N_("To the list of those who wait, and through it"),
    "help.pause": N_("Pause, or go on"),
    "help.menu": N_("Change or close the counter"),
    "help.help": N_("This list"),
}

_PLAYBOOK: Final[PageTexts] = {
    "playbook": N_("Playbook"),
    "playbook.page": N_("The whole page, to print"),
    "playbook.kept": N_("No connection right now. This is the copy of {day} at {time}."),
    "playbook.never": N_("No connection right now, and nothing was kept from before."),
    "playbook.none": N_("Nothing has that word. Try a shorter one."),
    "playbook.unwritten": N_("Nothing has been written about this service yet."),
    "playbook.all": N_("Choose a service, or look for a word."),
    "playbook.found": NN_("{n} entry is shown", "{n} entries are shown"),
}

TEXTS: Final[PageTexts] = {
    **_CHOOSING,
    **_SWITCHING,
    **_ASKED,
    **_FREE,
    **_PAUSE,
    **_AT_THE_COUNTER,
    **_SPECIALIST,
    **_REFERRAL,
    **_CONTACTS,
    **LIST_TEXTS,
    **KEY_TEXTS,
    **PLACE_TEXTS,
    **SLIP_TEXTS,
    **NOTED_TEXTS,
    **HELP_CALL_TEXTS,
    "needs.unfit": N_("{number} needs an accessible counter, and this one is not."),
    "needs.unfit.next": N_("Next is {number}, who needs an accessible counter. This one is not."),
    "needs.elsewhere": N_("Send on to: {counters}."),
    "door.none": N_("{number} has to be talked about behind a closed door. This counter has none."),
    "door.none.next": N_(
        "Next is {number}, to be talked about behind a closed door. This counter has none."
    ),
    "door.open": N_("Send it on, or go there together: {rooms}."),
    "door.closed": N_("Go there together: {rooms}."),
    "door.nowhere": N_("Find a place where nobody listens."),
    "why.first": N_("Ahead in the queue: {reason}."),
    **_NEWS,
    **_REFUSALS,
    **_IDLE,
    **_HELP,
    **_PLAYBOOK,
}
