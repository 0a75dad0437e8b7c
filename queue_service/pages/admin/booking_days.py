"""Appointments in the administration: the shares in a sentence, and a day as it would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from flask import request

from queue_service.bookings.api import letter_ways
from queue_service.bookings.rules.slots import Slot, slots_on
from queue_service.branches.contract.config import parse_config
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.errors import Invalid
from queue_service.language.wording import Wording
from queue_service.pages.admin.config_form import ConfigForm, document_of
from queue_service.pages.admin.offer_hints import offer_hints
from queue_service.pages.admin.parts.bookings import GROUP, WHOLES
from queue_service.pages.admin.parts.reader import FormReader
from queue_service.pages.admin.words import named
from queue_service.web.context import queue, settings
from queue_service.web.i18n import N_, NN_, current_language
from queue_service.web.i18n import gettext as _
from queue_service.web.problems.reasons import reason

_KINDS: Final[Mapping[str, str]] = {
    "ahead": N_("Booked ahead"),
    "same_day": N_("Released on the day"),
    "walk_in": N_("For walk-ins"),
}
"""The kinds of a place, in the order in which they are drawn."""
_LOOKED_AHEAD: Final = 14
"""On how many dates a day with times is looked for."""
_HUNDRED: Final = 100

_SHARES: Final = N_(
    "Of 100 places {ahead} can be booked up to {days}, {same_day} on the day itself, and {walk_in} "
    "are kept for walk-ins."
)
_DAYS: Final = NN_("{n} day before", "{n} days before")
_PLACES: Final = NN_("{n} place", "{n} places")
_DAY: Final = N_(
    "{places}: {ahead} booked ahead, {same_day} released on the day, {walk_in} for walk-ins."
)


class ShownOffer(NamedTuple):
    """The times of an offer on a date: a sentence with their places, and a row for each time."""

    name: str
    sentence: str
    slots: Sequence[Mapping[str, Any]]


class ShownDay(NamedTuple):
    """A date and its offers; ``trouble`` says why they cannot be shown, empty if they can."""

    date: str
    offers: Sequence[ShownOffer] = ()
    trouble: str = ""


def offer_values(config_form: ConfigForm) -> dict[str, Any]:
    """The values that the template of the part needs in addition to those of every part."""
    branch, fields = config_form.branch, config_form.fields
    taken = {fields[f"{row}-id"] for row in FormReader(fields).rows(GROUP) if f"{row}-id" in fields}
    free = [s for s in branch.services.values() if s.id not in taken]
    return {
        "unoffered": [("", _("Choose a service")), *((s.id, named(s.name)) for s in free)],
        "shares_of": lambda row: _shares(config_form, row),
        "hints_of": lambda row: offer_hints(branch, fields, row),
        "letter_channels": letter_ways(settings()).channels,
        "place_kinds": _KINDS,
        "booking_day": _booking_day(config_form),
    }


def _shares(config_form: ConfigForm, row: str) -> str:
    """The shares of an offer in a sentence; empty while they cannot be read."""
    form = FormReader(config_form.fields)
    read = {name: form.whole(f"{row}-{name}", *WHOLES[name]) for name in WHOLES}
    walk_in, same_day = read["walk_in_percent"], read["same_day_percent"]
    if form.faults or walk_in + same_day > _HUNDRED:
        return ""
    say = Wording(current_language())
    return say(
        _SHARES,
        ahead=_HUNDRED - walk_in - same_day,
        same_day=same_day,
        walk_in=walk_in,
        days=say.counted(_DAYS, read["days_ahead"]),
    )


def _booking_day(config_form: ConfigForm) -> ShownDay:
    """The day that the form asks for, by the form as it is filled in; by default the next with
    times, as it is configured."""
    if request.form.get("do") != "day":
        return _next_day(config_form.branch)
    wanted = request.form.get("preview-date", "").strip()
    try:
        day = date.fromisoformat(wanted).isoformat()
    except ValueError:
        return ShownDay(wanted, trouble=_("Choose the date."))
    document = document_of(config_form.branch)
    form = FormReader(config_form.fields)
    proposed = {**document, **config_form.part.take(document, form)}
    faults = list(form.faults.values())
    if not faults:
        try:
            branch = Branch.from_document(
                config_form.branch.id, config_form.branch.revision, parse_config(proposed)
            )
            return ShownDay(day, _offers(branch, day))
        except Invalid as refusal:
            errors = refusal.extra["errors"]
            faults = [e["reason"] for e in errors] if isinstance(errors, list) else []
    sentences = dict.fromkeys(map(reason, faults))
    return ShownDay(day, trouble=" ".join((_("It can be shown once this fits:"), *sentences)))


def _next_day(branch: Branch) -> ShownDay:
    today = date.fromisoformat(moment(branch, queue().store.time()).date)
    for ahead in range(_LOOKED_AHEAD):
        day = (today + timedelta(ahead)).isoformat()
        if any(slots_on(branch, offer, day) for offer in branch.bookings.offers.values()):
            return ShownDay(day)
    return ShownDay(today.isoformat())


def _offers(branch: Branch, day: str) -> list[ShownOffer]:
    say = Wording(current_language())
    found = []
    for offer in branch.bookings.offers.values():
        slots = slots_on(branch, offer, day)
        sentence = _sentence(say, slots) if slots else _("No times on this date.")
        rows = [
            {"time": say.time_of_day(slot.starts_at, branch.timezone), **slot._asdict()}
            for slot in slots
        ]
        found.append(ShownOffer(named(branch.services[offer.service].name), sentence, rows))
    return found


def _sentence(say: Wording, slots: Sequence[Slot]) -> str:
    return say(
        _DAY,
        places=say.counted(_PLACES, sum(slot.places for slot in slots)),
        ahead=sum(slot.ahead for slot in slots),
        same_day=sum(slot.same_day for slot in slots),
        walk_in=sum(slot.walk_in for slot in slots),
    )
