"""The slots of a date, and which of their places can be booked when.

The places of a date are its slots' in order, slot by slot. Each is for walk-ins, for the same day
or for all by an even spread: as many of each kind as its share, to within one place, from the
morning up to any slot. So the shares are right where a slot has a single place, and no part of the
day is without walk-ins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from queue_service.branches.rules.booking_offers import BookingOffer
from queue_service.branches.rules.branch import Branch, HoursException
from queue_service.branches.rules.dates_and_hours import Span, hours_on, moment
from queue_service.branches.rules.service_hours import service_hours_on

_DAYS_KEPT: Final = 400
_ALL: Final = 100
"""Percent."""


class Slot(NamedTuple):
    """A slot of an offer, from and until (ms), with its places of each kind.

    ``ahead`` are booked from :attr:`BookingOffer.days_ahead` on, ``same_day`` on the date alone,
    ``walk_in`` never. ``date`` is that of the branch's calendar, empty if it is not known.
    """

    starts_at: int
    ends_at: int
    ahead: int
    same_day: int
    walk_in: int
    date: str = ""

    @property
    def places(self) -> int:
        """All places of the slot."""
        return self.ahead + self.same_day + self.walk_in


def slots_on(branch: Branch, offer: BookingOffer, day: str) -> tuple[Slot, ...]:
    """The slots of an offer on a date in order, without those that a closure touches.

    They begin where the offer's own spans say, whatever else is closed: a booked time stays on the
    same slot. A slot is wholly within the service's hours.
    """
    found = _known(branch, offer)
    slots = found.get(day)
    if slots is None:
        if len(found) >= _DAYS_KEPT:
            found.clear()
        slots = found[day] = tuple(_slots(branch, offer, day))
    return slots


def _slots(branch: Branch, offer: BookingOffer, day: str) -> Iterator[Slot]:
    service = branch.services.get(offer.service)
    if service is None or not service.active:
        return
    usual = replace(branch, id=f"{branch.id}//", closures=()) if branch.closures else branch
    within = service_hours_on(usual, service, day)
    spans = [span for span in _steps(branch, offer, day) if _inside(span, within)]
    spread = spread_of(len(spans) * offer.at_once, offer.walk_in_percent, offer.same_day_percent)
    open_spans = service_hours_on(branch, service, day) if branch.closures else within
    for i, (begins, ends) in enumerate(spans):
        kinds = spread[i * offer.at_once : (i + 1) * offer.at_once]
        if _inside((begins, ends), open_spans):
            counts = (kinds.count("ahead"), kinds.count("same_day"), kinds.count("walk_in"))
            yield Slot(begins, ends, *counts, day)


_latest: Final[dict[tuple[str, str], tuple[Branch, BookingOffer, dict[str, tuple[Slot, ...]]]]] = {}
"""By branch and service: the slots of dates, of the configuration asked about last."""


def _known(branch: Branch, offer: BookingOffer) -> dict[str, tuple[Slot, ...]]:
    key = (branch.id, offer.service)
    known = _latest.get(key)
    if known is not None and known[1] is offer and _alike(known[0], branch):
        return known[2]
    # A process reads a configuration every few seconds, and mostly the same one.
    is_same = known is not None and known[1] == offer and _equal(known[0], branch)
    slots = known[2] if known is not None and is_same else {}
    _latest[key] = (branch, offer, slots)
    return slots


def _alike(one: Branch, other: Branch) -> bool:
    """Whether they are open and offer the same, whatever their counters take at present."""
    return one.document is other.document and one.closures == other.closures


def _equal(one: Branch, other: Branch) -> bool:
    """The same of two that were read one after the other."""
    return one.document == other.document and one.closures == other.closures


def spread_of(places: int, walk_in_percent: int, same_day_percent: int) -> list[str]:
    """The kind of each of so many places: ``ahead``, ``same_day`` or ``walk_in``.

    Each place adds the shares to the dues of the kinds, and goes to the kind with the greatest due.
    """
    shares = {
        "ahead": _ALL - walk_in_percent - same_day_percent,
        "same_day": same_day_percent,
        "walk_in": walk_in_percent,
    }
    due = dict.fromkeys(shares, 0)
    found = []
    for _ in range(places):
        for kind, share in shares.items():
            due[kind] += share
        most = max(due, key=lambda kind: due[kind])
        due[most] -= _ALL
        found.append(most)
    return found


class Bookable(NamedTuple):
    """How a slot can be booked at an instant: its places that are released, and the refusal.

    ``refusal`` is empty if it can, ``late`` if it is too near or has begun, ``far`` if it is not
    released yet. ``until`` is the last instant (ms, exclusive) at which that holds.
    """

    places: int
    refusal: str
    until: int


def bookable(
    branch: Branch, offer: BookingOffer, slot: Slot, now: int, *, staff: bool = False
) -> Bookable:
    """How many places of a slot can be booked at ``now`` (ms), booked ones included.

    The notice binds citizens; the staff book until the slot begins.
    """
    today = moment(branch, now)
    last = slot.starts_at - (0 if staff else offer.notice_ms)
    if now >= last:
        return Bookable(0, "late", today.day_ends)
    day = slot.date or moment(branch, slot.starts_at).date
    ahead = (date.fromisoformat(day) - date.fromisoformat(today.date)).days
    until = min(today.day_ends, last)
    if ahead > offer.days_ahead:
        return Bookable(0, "far", until)
    return Bookable(slot.ahead + (slot.same_day if ahead == 0 else 0), "", until)


def slot_at(branch: Branch, offer: BookingOffer, starts_at: int) -> Slot | None:
    """The slot that begins at an instant (ms); None if the offer has none."""
    slots = slots_on(branch, offer, moment(branch, starts_at).date)
    return next((slot for slot in slots if slot.starts_at == starts_at), None)


def is_offered(branch: Branch, service_id: str, starts_at: int, ends_at: int) -> bool:
    """Whether a stretch (ms) is within the hours of a service and of its offer, and in no closure.

    Without an offer the hours of the service decide, and without the service nothing is offered.
    """
    service = branch.services.get(service_id)
    if service is None or not service.active:
        return False
    day = moment(branch, starts_at).date
    offer = branch.bookings.offers.get(service_id)
    within = [service_hours_on(branch, service, day)]
    if offer is not None:
        within.append(hours_on(_alone(branch, offer), day))
    return all(_inside((starts_at, ends_at), spans) for spans in within)


def bookable_dates(
    branch: Branch, offer: BookingOffer, now: int, first: str | None, days: int | None
) -> list[str]:
    """The dates on which something may be bookable at ``now`` (ms): from ``first``, by default
    today, so many ``days``, by default all."""
    today = date.fromisoformat(moment(branch, now).date)
    begin = max(today, date.fromisoformat(first)) if first else today
    last = today + timedelta(offer.days_ahead)
    if days is not None:
        last = min(last, (date.fromisoformat(first) if first else today) + timedelta(days - 1))
    return [(begin + timedelta(i)).isoformat() for i in range((last - begin).days + 1)]


def _steps(branch: Branch, offer: BookingOffer, day: str) -> Iterator[Span]:
    for begins, ends in hours_on(_alone(branch, offer), day):
        while begins + offer.length_ms <= ends:
            yield begins, begins + offer.length_ms
            begins += offer.step_ms


def _inside(span: Span, spans: tuple[Span, ...]) -> bool:
    return any(begins <= span[0] and span[1] <= ends for begins, ends in spans)


def _alone(branch: Branch, offer: BookingOffer) -> Branch:
    """The branch as if it had the hours of this offer."""
    # Its own id: a calendar remembers the latest configuration of each.
    return replace(
        branch,
        id=f"{branch.id}///{offer.service}",
        opening_hours=offer.week,
        hours_exceptions=tuple(HoursException(d, h, {}) for d, h in offer.exceptions.items()),
        closures=(),
    )
