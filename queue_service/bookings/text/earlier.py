"""The words about earlier times on the page of an appointment: the rule, the wish and an offer."""

from __future__ import annotations

from typing import Final, NamedTuple

from queue_service.bookings.rules.booking import Booking
from queue_service.bookings.rules.earlier import OFFER_MS, OFFERS_BEGIN, OFFERS_END
from queue_service.bookings.text.letters import HEADLINES, when
from queue_service.branches.rules.branch import Branch
from queue_service.language.catalogues import N_, NN_
from queue_service.language.wording import Wording

_MINUTE_MS: Final = 60_000
_OTHERS: Final = NN_(
    "{n} other person asks for an earlier time now.", "{n} other people ask for one now."
)


class EarlierOffer(NamedTuple):
    """An offer on the page: its ``starts_at`` (ms) goes back with the answer."""

    starts_at: int
    title: str
    when: str
    until: str
    own: str
    accept: str
    decline: str


class EarlierWords(NamedTuple):
    """The part of the page about earlier times.

    ``wanted``: whether the citizen asks for one; ``button`` turns that around. ``state`` says how
    it is now, empty if nothing is asked for. ``asking`` counts the others who ask, empty for none.
    """

    title: str
    rule: str
    asking: str
    state: str
    wanted: bool
    button: str
    offer: EarlierOffer | None


def earlier_words(
    branch: Branch, booking: Booking, asking: int, language: str, now: int
) -> EarlierWords | None:
    """The words for a booking at ``now`` (ms); None once it is over, and without a contact
    that could be asked.

    ``asking``: how many citizens ask for an earlier time of its service, this one included.
    """
    if booking.state != "booked" or now >= booking.starts_at or booking.contact is None:
        return None
    say, others = Wording(language), asking - booking.earlier
    button, state = N_("Yes, offer me earlier times"), ""
    if booking.earlier:
        button = N_("No more offers")
        state = say(N_("You are offered earlier times when some become free."))
    return EarlierWords(
        title=say(N_("Would you like an earlier time?")),
        rule=earlier_rule(say),
        asking=say.counted(_OTHERS, others) if others > 0 else "",
        state=state,
        wanted=booking.earlier,
        button=say(button),
        offer=_offer(branch, booking, say, now),
    )


def earlier_rule(say: Wording) -> str:
    """The rule by which a time that has become free is offered."""
    return say(
        N_(
            "When a time is cancelled, it is offered to those who asked. The one whose own time"
            " is farthest away is asked first and has {minutes} minutes to answer. We ask"
            " between {since} and {until}."
        ),
        minutes=OFFER_MS // _MINUTE_MS,
        since=say.wall(OFFERS_BEGIN),
        until=say.wall(OFFERS_END),
    )


def _offer(branch: Branch, booking: Booking, say: Wording, now: int) -> EarlierOffer | None:
    offered = booking.offered
    if offered is None or now >= offered.until:
        return None
    until = say.time_of_day(offered.until, branch.timezone)
    return EarlierOffer(
        offered.starts_at,
        say(HEADLINES["offered"]),
        when(branch, offered.starts_at, say),
        say(N_("It is kept for you until {until}."), until=until),
        say(N_("Your own time stays yours until you say yes.")),
        say(N_("Yes, take this time")),
        say(N_("No, keep my own time")),
    )
