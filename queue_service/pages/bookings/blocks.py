"""Block places of a date, as for a sick colleague: whom it meets, the letter, and then the deed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email.utils import parseaddr
from typing import Any, Final, NamedTuple

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.bookings.letter_store import StoredLetter
from queue_service.bookings.operations.blocking import (
    Block,
    PlannedBlock,
    block_places,
    plan_block,
)
from queue_service.bookings.operations.letters import BegunLetter
from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.letters import LetterReason, letter_of
from queue_service.bookings.text.letters import mail, message
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import WEEKDAYS, weekday_of
from queue_service.errors import Invalid
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording
from queue_service.pages.bookings.frame import (
    asked_date,
    attempt,
    blueprint,
    command,
    offered,
    opened,
    show,
)
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused
from queue_service.web.i18n import current_language

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_MOST_DIGITS: Final = 3
_BLOCKED: Final = NN_(
    "{n} place is blocked at each of these times: {times}.",
    "{n} places are blocked at each of these times: {times}.",
)
_RELEASED: Final = N_("Nothing is blocked any more at these times: {times}.")
_NO_TIMES: Final = N_("There are no coming times of this service then, so nothing changes.")
_DONE: Final = N_("Done. The times are blocked.")
_DONE_RELEASED: Final = N_("Done. The times are released.")
_LETTERS: Final = NN_("{n} letter is sent.", "{n} letters are sent.")
_BACK: Final = NN_(
    "{n} letter is sent as soon as you release the times or block fewer.",
    "{n} letters are sent as soon as you release the times or block fewer.",
)
_ALL_DAY: Final = ("00:00", "23:59")


class LetterShown(NamedTuple):
    """A letter as it is sent, in one of the languages of those whom it goes to."""

    language: str
    subject: str
    lines: Sequence[str]


class Planned(NamedTuple):
    """The effect of a block in words; ``fitting`` are citizens with room again, to whom
    ``letters_back`` are sent."""

    sentence: str
    met: Sequence[Booking]
    fitting: Sequence[Booking]
    letters: Sequence[LetterShown]
    restored: Sequence[LetterShown]
    letters_back: str


@blueprint.get("/<branch>/block")
def block(branch: str) -> ResponseReturnValue:
    """Which times, and what it means to block them. Nothing is changed."""
    found = opened(branch)
    if "service" not in request.args:
        return _page(found, _asked(found))
    return _planned_page(found)


@blueprint.post("/<branch>/block")
def block_times(branch: str) -> ResponseReturnValue:
    """Block or release the times, and send the letters that were shown."""
    found = opened(branch)
    asked, letters = _asked(found), request.form.get("letters") == "1"
    plan, refused = attempt(
        lambda: block_places(queue(), command(found), _checked(asked), letters=letters)
    )
    if plan is None:
        return _page(found, asked, refused=refused)
    informed = (*(plan.newly_met if letters else ()), *plan.fitting)
    sent = sum(booking.contact is not None for booking in informed)
    done = "block" if asked.places else "release"
    where: dict[str, Any] = {"date": asked.date, "service": asked.service, "from": asked.begin}
    where |= {"until": asked.end, "places": str(asked.places), "done": done}
    where |= {"letters": str(sent)} if sent else {}
    return redirect(url_for("bookings_page.block", branch=branch, **where), 303)


def _planned_page(branch: Branch) -> ResponseReturnValue:
    asked = _asked(branch)
    plan, refused = attempt(
        lambda: plan_block(queue(), branch, _checked(asked), queue().store.time())
    )
    if plan is None:
        return _page(branch, asked, refused=refused)
    return _page(branch, asked, _planned(branch, plan))


def _page(
    branch: Branch,
    asked: Block,
    planned: Planned | None = None,
    refused: FormRefused | None = None,
) -> ResponseReturnValue:
    say = Wording(current_language())
    done = {"block": _DONE, "release": _DONE_RELEASED}.get(request.args.get("done", ""), "")
    sent = request.args.get("letters", "")
    sent = sent if sent.isascii() and sent.isdigit() and len(sent) <= _MOST_DIGITS else ""
    return show(
        "bookings-block.html",
        branch,
        refused=refused,
        offered=offered(branch),
        asked=asked,
        planned=planned,
        done=say(done),
        letters_sent=say.counted(_LETTERS, int(sent)) if done and sent else "",
    )


def _asked(branch: Branch) -> Block:
    """The block that the form asks for, as far as it can be read."""
    value = request.values.get
    places = value("places", "1").strip()
    known = places.isascii() and places.isdigit() and len(places) <= _MOST_DIGITS
    service, date = value("service", next(iter(offered(branch)), "")), asked_date(branch)
    begin, end = _hours(branch, service, date)
    return Block(
        service,
        date,
        value("from", begin).strip(),
        value("until", end).strip(),
        int(places) if known else -1,
    )


def _hours(branch: Branch, service: str, date: str) -> tuple[str, str]:
    """The begin and the end of the times of a service on a date, by the wall clock; the whole day
    where it has none. The latest time of a field is a minute before midnight."""
    offer = branch.bookings.offers.get(service)
    weekday = WEEKDAYS[weekday_of(date)]
    spans = offer.exceptions.get(date, offer.week.get(weekday, ())) if offer else ()
    if not spans:
        return _ALL_DAY
    return spans[0][0], min(spans[-1][1], _ALL_DAY[1])


def _checked(asked: Block) -> Block:
    """The block if its times can be read. Raises Invalid."""
    for name, time in (("from", asked.begin), ("until", asked.end)):
        if not _TIME.fullmatch(time):
            raise Invalid.at(name, "Write a time from 0.00 to 24.00, such as 9.30.")
    return asked


def _planned(branch: Branch, plan: PlannedBlock) -> Planned:
    say = Wording(current_language())
    times = ", ".join(say.time_of_day(one.slot.starts_at, branch.timezone) for one in plan.slots)
    if not plan.slots:
        sentence = say(_NO_TIMES)
    elif plan.block.places:
        sentence = say.counted(_BLOCKED, plan.block.places, times=times)
    else:
        sentence = say(_RELEASED, times=times)
    return Planned(
        sentence,
        plan.met,
        plan.fitting,
        [*_letters(branch, "displaced", plan.newly_met)],
        [*_letters(branch, "restored", plan.fitting)],
        say.counted(_BACK, sum(one.contact is not None for one in plan.fitting)),
    )


def _letters(
    branch: Branch, reason: LetterReason, bookings: Iterable[Booking]
) -> Iterator[LetterShown]:
    """The letter to the first in each language and way, as an example of all of them."""
    now, shown, known = queue().store.time(), set[tuple[str, str]](), settings()
    for booking in bookings:
        letter = letter_of(reason, booking, now)
        if letter is None or (letter.language, letter.contact.kind) in shown:
            continue
        shown.add((letter.language, letter.contact.kind))
        begun = BegunLetter(branch, StoredLetter(letter.id, letter.to_json(), letter), letter, None)
        if letter.contact.kind == "text":
            yield LetterShown(letter.language, "", [message(begun, known.public_url)])
        else:
            written = mail(begun, known.public_url, parseaddr(known.mail_from)[1])
            yield LetterShown(letter.language, written.subject, written.text.split("\n"))
