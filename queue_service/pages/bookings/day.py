"""The appointments of a date: booked, arrived, free, kept for walk-ins, blocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.bookings.operations import earlier
from queue_service.bookings.operations.booking import find as find_booking
from queue_service.bookings.operations.day import DayOfService, booked_today, booking_day
from queue_service.bookings.operations.earlier import EarlierCount
from queue_service.bookings.operations.slots import free_slots
from queue_service.bookings.rules.booking import Booking, slot_field
from queue_service.bookings.rules.day import BookedToday, DaySlot, DayTotals
from queue_service.bookings.text.earlier import earlier_rule
from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.language.catalogues import N_
from queue_service.language.languages import SOURCE
from queue_service.language.wording import Wording
from queue_service.pages.bookings.frame import (
    asked_date,
    attempt,
    blueprint,
    opened,
    show,
    today,
    when,
)
from queue_service.pages.bookings.today import today_line
from queue_service.web.context import queue
from queue_service.web.forms import FormRefused
from queue_service.web.i18n import current_language
from queue_service.web.responses import uncached
from queue_service.web.security.visitors import visitor


class SlotRow(NamedTuple):
    """A time of a service; ``current`` is the one that is running, ``over`` has ended, and for
    ``late`` it is too late to come in time.

    ``kept`` places wait for those who asked for an earlier time.
    """

    starts_at: int
    bookings: tuple[Booking, ...]
    held: int
    kept: int
    free: int
    walk_in: int
    blocked: int
    crowded: bool
    current: bool
    over: bool
    late: bool


class ServiceRows(NamedTuple):
    """A service on a date, with the counters that take it, and how many ask for an earlier time.

    ``next_free`` has in words the first time that citizens can book now; empty without an offer.
    Times that are over are left out, unless somebody had booked them; ``over``: there are some.
    """

    id: str
    name: Translations
    counters: Sequence[str]
    slots: Sequence[SlotRow]
    over: bool
    earlier: EarlierCount | None
    next_free: str


@blueprint.get("/<branch>")
def day(branch: str) -> ResponseReturnValue:
    """A date, by default today; ``?date=`` for another."""
    return _page(opened(branch))


@blueprint.get("/<branch>/today")
def today_so_far(branch: str) -> Response:
    """Today's appointments in a line of words, as JSON."""
    found = opened(branch)
    booked = booked_today(queue(), found, queue().store.time())
    return uncached(jsonify(today_line(booked, found, Wording(current_language()))._asdict()))


@blueprint.get("/<branch>/find")
def find(branch: str) -> ResponseReturnValue:
    """The booking with a code, or why there is none."""
    found = opened(branch)
    code = request.args.get("code", "")
    booking, refused = attempt(lambda: find_booking(queue(), branch, code, visitor().address))
    if booking is None:
        return _page(found, refused)
    return redirect(url_for("bookings_page.one", branch=branch, code=booking.code))


def _page(branch: Branch, refused: FormRefused | None = None) -> ResponseReturnValue:
    now, chosen = queue().store.time(), asked_date(branch)
    found = booking_day(queue(), branch, chosen, now)
    totals, before, after = found.totals, _next_to(chosen, -1), _next_to(chosen, 1)
    counts = {one.service: one for one in earlier.counts(queue(), branch.id)}
    kept = earlier.kept_places(queue(), branch.id)
    is_today = chosen == today(branch)
    return show(
        "bookings.html",
        branch,
        refused=refused,
        shown={
            "date": chosen,
            "is_today": is_today,
            "is_past": chosen < today(branch),
            "before": before,
            "after": after,
            "weekday_before": weekday_of(before),
            "weekday_after": weekday_of(after),
            "services": [_rows(branch, one, counts, kept, now) for one in found.services],
            "earlier_rule": earlier_rule(Wording(current_language())) if counts else "",
            **_with_late(totals, booked_today(queue(), branch, now) if is_today else None),
        },
    )


def _with_late(totals: DayTotals, so_far: BookedToday | None) -> dict[str, int]:
    """The figures of a date; of today those who can come in time no longer are not expected."""
    if so_far is None:
        return totals._asdict()
    expected = sum(one.citizens for one in so_far.coming)
    return totals._replace(booked=expected, missed=so_far.not_come)._asdict()


def _next_to(day_: str, by: int) -> str:
    return (date.fromisoformat(day_) + timedelta(by)).isoformat()


def _rows(
    branch: Branch,
    found: DayOfService,
    counts: Mapping[str, EarlierCount],
    kept: Counter[str],
    now: int,
) -> ServiceRows:
    service = branch.services.get(found.service)
    language = current_language()
    return ServiceRows(
        found.service,
        service.name if service else {SOURCE: found.service},
        [
            branch.counter_name(counter, language)
            for counter in branch.counters
            if found.service in branch.takes(counter, None)
        ],
        [
            _row(
                one,
                kept[slot_field(found.service, one.slot.starts_at)],
                branch.bookings.late_ms,
                now,
            )
            for one in found.slots
            if one.bookings or now < one.slot.ends_at
        ],
        any(one.slot.ends_at <= now for one in found.slots),
        counts.get(found.service),
        _next_free(branch, found.service, now),
    )


def _next_free(branch: Branch, service: str, now: int) -> str:
    """The first time that citizens can book now, in words; empty for a service without an offer."""
    if service not in branch.bookings.offers:
        return ""
    free, say = free_slots(queue(), branch, service, now), Wording(current_language())
    if not free:
        return say(N_("No time is free now, as far ahead as citizens can book."))
    return say(N_("Next free time: {when}"), when=when(branch, free[0].starts_at))


def _row(one: DaySlot, kept_places: int, late_ms: int, now: int) -> SlotRow:
    kept = min(one.held, kept_places)
    return SlotRow(
        one.slot.starts_at,
        one.bookings,
        one.held - kept,
        kept,
        one.free,
        one.walk_in,
        one.blocked,
        one.crowded,
        one.slot.starts_at <= now < one.slot.ends_at,
        one.slot.ends_at <= now,
        one.slot.starts_at + late_ms < now,
    )
