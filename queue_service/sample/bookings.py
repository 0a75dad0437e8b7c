"""The made-up appointments of a branch of the sample: the same for a date each time.

The booked times, how long before and by which way they were booked follow from the date alone, so
that the counts of the past, the visits of its days and the appointments to come belong together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Final, NamedTuple

from queue_service.access.rules.codes import LETTER_CODES, letter_code
from queue_service.booking_days.rules import (
    BookingDeed,
    count_field,
    free_field,
    free_value,
    working_days_until,
)
from queue_service.bookings.rules.booking import Booking, BookingChannel
from queue_service.bookings.rules.slots import Slot, slots_on
from queue_service.branches.rules.booking_offers import BookingOffer
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import day_bounds, moment
from queue_service.configuration.holidays import holidays_of
from queue_service.days.rules.period import between, days_after
from queue_service.language.languages import DEFAULT
from queue_service.simulation import choices

_SEED: Final = 7
_MINUTE: Final = 60_000
_BOOKED_AT_MS: Final = 10 * 3_600_000
"""The time of day at which times are booked."""
_BOOKED: Final = 0.99
_BOOKED_SAME_DAY: Final = 0.6
"""Of the places that can be booked ahead, and on the day alone, how many are."""
_SOONEST_DAYS: Final = 4
_FURTHER_DAYS: Final = 5.0
"""Times are booked at least so many dates ahead, and on average so many more."""
_SHORT: Final = 0.08
"""Of these, how many were cancelled, and booked again a day before."""
_CHANNELS: Final[Mapping[BookingChannel, float]] = {
    "web": 0.68, "phone": 0.21, "desk": 0.08, "api": 0.03,
}  # fmt: skip
_CANCELLED: Final = 0.08
_MOVED: Final = 0.05
"""Of those booked on a date, how many are cancelled and moved on it."""


class SampleBooking(NamedTuple):
    """A booked time: ``days_ahead`` is how many dates before it was booked, ``arrives_at`` when its
    citizen comes (ms), None if they do not."""

    service: str
    slot: Slot
    channel: BookingChannel
    days_ahead: int
    arrives_at: int | None


def booked_on(branch: Branch, date: str) -> list[SampleBooking]:
    """The booked times of a date, in the order of the offers and of the day."""
    chance = Random(f"{_SEED} bookings {branch.id} {date}")  # noqa: S311 - no secret
    return [
        booking
        for offer in branch.bookings.offers.values()
        for slot in slots_on(branch, offer, date)
        for booking in _of_slot(offer, slot, chance)
    ]


def _of_slot(offer: BookingOffer, slot: Slot, chance: Random) -> Iterator[SampleBooking]:
    for place in range(slot.ahead + slot.same_day):
        ahead = place < slot.ahead
        if chance.random() >= (_BOOKED if ahead else _BOOKED_SAME_DAY):
            continue
        days = _SOONEST_DAYS + int(chance.expovariate(1 / _FURTHER_DAYS))
        if chance.random() < _SHORT:
            days = 1
        channel: BookingChannel = choices.pick(chance, _CHANNELS)
        days = min(days, offer.days_ahead) if ahead else 0
        minutes = choices.after_booked_time(chance)
        at = None if minutes is None else slot.starts_at + round(minutes * _MINUTE)
        yield SampleBooking(offer.service, slot, channel, days, at)


def booking_counts(branch: Branch, first: str, last: str) -> dict[str, Counter[str]]:
    """The counts of the dates from first to last, as they are stored."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    dates = between(first, days_after(last, _furthest(branch))).dates()
    by_date = {date: booked_on(branch, date) for date in dates}
    for date, bookings in by_date.items():
        for one in bookings:
            made = days_after(date, -one.days_ahead)
            if first <= made <= last:
                found[made][_field("booked", one, one.days_ahead)] += 1
            if date <= last:
                found[date][_field("missed" if one.arrives_at is None else "arrived", one)] += 1
    for date in list(found):
        _change(branch, date, by_date[date], found[date])
        for offer in branch.bookings.offers.values():
            if slots_on(branch, offer, date):
                free = _days_to_free(branch, offer, date, by_date)
                found[date][free_field(offer.service)] = free_value(free)
    return dict(found)


def coming(branch: Branch, now: int) -> list[Booking]:
    """The bookings of the times after ``now`` (ms) that were made before today.

    Their codes are the same each time as well: two starts at once write the same.
    """
    today = moment(branch, now).date
    dates = between(today, days_after(today, _furthest(branch))).dates()
    return [
        _document(branch, days_after(date, -one.days_ahead), one, _code(branch, date, nth))
        for ahead, date in enumerate(dates)
        for nth, one in enumerate(booked_on(branch, date))
        if one.days_ahead > ahead and one.slot.starts_at > now
    ]


def _code(branch: Branch, date: str, nth: int) -> str:
    chance = Random(f"{_SEED} code {branch.id} {date} {nth}")  # noqa: S311 - of nobody
    return letter_code(chance.randrange(LETTER_CODES))


def _document(branch: Branch, made: str, one: SampleBooking, code: str) -> Booking:
    made_at = day_bounds(branch, made)[0] + _BOOKED_AT_MS
    return Booking(
        code=code,
        service=one.service,
        starts_at=one.slot.starts_at,
        ends_at=one.slot.ends_at,
        language=DEFAULT,
        channel=one.channel,
        state="booked",
        created_at=made_at,
        booked_at=made_at,
    )


def _furthest(branch: Branch) -> int:
    return max((offer.days_ahead for offer in branch.bookings.offers.values()), default=0)


def _field(deed: BookingDeed, one: SampleBooking, days_ahead: int = 0) -> str:
    return count_field(deed, one.service, one.channel, days_ahead)


def _change(
    branch: Branch, date: str, bookings: Iterable[SampleBooking], counts: Counter[str]
) -> None:
    """Some that are moved and cancelled on a date, by chances of their own."""
    chance = Random(f"{_SEED} changes {branch.id} {date}")  # noqa: S311 - no secret
    for one in bookings:
        if chance.random() < _CANCELLED:
            counts[_field("cancelled", one)] += 1
        if chance.random() < _MOVED:
            counts[_field("moved", one)] += 1


def _days_to_free(
    branch: Branch, offer: BookingOffer, date: str, by_date: Mapping[str, list[SampleBooking]]
) -> int | None:
    """The working days until the nearest free time in the morning of a date."""
    for ahead in range(offer.days_ahead + 1):
        day = days_after(date, ahead)
        places = Counter[int]()
        for slot in slots_on(branch, offer, day):
            places[slot.starts_at] += slot.ahead + (0 if ahead else slot.same_day)
        for one in by_date.get(day, ()):
            if one.service == offer.service and one.days_ahead > ahead:
                places[one.slot.starts_at] -= 1
        if any(n > 0 for n in places.values()):
            years = range(int(date[:4]), int(day[:4]) + 1)
            public = (one.date for year in years for one in holidays_of(year) if not one.optional)
            return working_days_until(date, day, public)
    return None
