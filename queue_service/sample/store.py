"""Writing the sample's past: before there is a configuration, under the keys of real days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from queue_service.bookings.keys import BookingKeys
from queue_service.goals.rules.goal import goals_text
from queue_service.interventions.note_text import note_of
from queue_service.lifeline.keys import LifelineKeys
from queue_service.notes.rules import to_text
from queue_service.referrals.keys import ReferralKeys
from queue_service.sample.interventions import interventions
from queue_service.sample.past import SamplePast
from queue_service.store.keys import BranchKeys
from queue_service.store.redis_store import RedisStore


def write_past(store: RedisStore, past: SamplePast) -> None:
    """Write a branch's past. Written twice it is there once.

    The days are left as those whose visits are no longer kept. The goals come first into force with
    the first of them: the configuration that follows finds them, and adds no entry of its own.
    """
    branch = past.branch.id
    k, lifelines, referrals = BranchKeys(branch), LifelineKeys(branch), ReferralKeys(branch)
    waits, estimates = past.waits.stored()
    hashes: dict[str, Mapping[str, int | str]] = {
        **{k.feedback(date): counts for date, counts in past.answers.items()},
        **{k.contacts(date): counts for date, counts in past.contacts.items()},
        **{k.saved(date): counts for date, counts in past.saved.items()},
        **{k.reception(date): counts for date, counts in past.reception.items() if counts},
        **{k.booking_day(date): counts for date, counts in past.bookings.items()},
        **{lifelines.day(date): counts for date, counts in past.calls.items()},
        **{referrals.day(date): counts for date, counts in past.referrals.items()},
        **({k.waits: waits, k.estimates: estimates} if estimates else {}),
    }

    notes = _notes(past) if past.summaries else {}

    def build(pipeline: Any) -> None:
        for date, summary in past.summaries.items():
            pipeline.set(k.final(date), summary)
            pipeline.zadd(k.days, {date: int(date.replace("-", ""))})
        pipeline.delete(k.waits, k.estimates, k.goals)
        for key, counts in hashes.items():
            pipeline.hset(key, mapping=counts)
        pipeline.rpush(k.goals, f"{past.since}|{goals_text(past.branch.document)}")
        if notes:
            pipeline.hset(k.notes, mapping=notes)
        pipeline.hset(k.config, "sample_until", past.last)
        _book(pipeline, past)

    store.write(build)


def _book(pipeline: Any, past: SamplePast) -> None:
    """Write the bookings to come, and the places that they have."""
    own = BookingKeys(past.branch.id)
    places = Counter(place.field for booking in past.coming for place in booking.places)
    for booking in past.coming:
        pipeline.set(own.booking(booking.code), booking.to_json())
        pipeline.zadd(own.by_time, {booking.code: booking.starts_at})
    if places:
        pipeline.hset(own.places, mapping=places)


def _notes(past: SamplePast) -> dict[str, str]:
    """Notes on changes for some hours."""
    notes = [note_of(past.branch, one) for one in interventions(past.branch, past.summaries)]
    return {note.date: to_text([note]) for note in notes}
