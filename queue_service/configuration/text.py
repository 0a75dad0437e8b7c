"""Differences of configurations in words: the part, its item, the field, and both values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from queue_service.branches.rules.dates_and_hours import WEEKDAYS
from queue_service.configuration.rules.difference import ORDER, FieldDifference
from queue_service.language.catalogues import N_
from queue_service.language.wording import NOTHING, Wording

_PARTS: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "timezone": N_("Time zone"),
    "languages": N_("Languages"),
    "opening_hours": N_("Opening hours"),
    "hours_exceptions": N_("Other days"),
    "services": N_("Services"),
    "counters": N_("Counters"),
    "teams": N_("Teams"),
    "goals": N_("Goals"),
    "lifelines": N_("Lifelines"),
    "stops": N_("Stops"),
    "pause_reasons": N_("Reasons for pauses"),
    "pause_limit_seconds": N_("Longest pause"),
    "quiet_hours": N_("Quiet hours"),
    "quiet_exceptions": N_("Other quiet days"),
    "bookings": N_("Appointments"),
    "unsure_service": N_("The kiosk's “in doubt?”"),
    "no_show_after_seconds": N_("Ask whether the citizen came"),
    "return_window_seconds": N_("Back in the old place"),
    "priority_head_start_seconds": N_("Head start of those with priority"),
    "retention_days": N_("Days that visits are kept"),
    "practice": N_("Branch for practice"),
    "archived": N_("Archived"),
    "help_button": N_("Button that calls staff"),
    "feedback_on_slip": N_("Code for feedback on the slip"),
    "paper_numbers": N_("Numbers on paper"),
    "public_page": N_("Page for everybody"),
    "street_address": N_("Street address"),
}
_FIELDS: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "prefix": N_("Letters"),
    "description": N_("Description"),
    "active": N_("Active"),
    "private": N_("Behind a closed door"),
    "pictogram": N_("Pictogram"),
    "asks_people": N_("Asks for how many"),
    "collects": N_("Something to collect"),
    "services": N_("Services"),
    "video": N_("Video screen"),
    "accessible": N_("For wheelchair users"),
    "hours": N_("Hours"),
    "note": N_("Note"),
    "indicator": N_("Counted"),
    "threshold_seconds": N_("Limit"),
    "target_ratio": N_("Target"),
    "telephone": N_("Telephone"),
    "answer_within_seconds": N_("Answer within"),
    "week": N_("When it can be booked"),
    "exceptions": N_("Other dates"),
    "length_minutes": N_("Minutes for one appointment"),
    "buffer_minutes": N_("Minutes between two"),
    "at_once": N_("At once"),
    "walk_in_percent": N_("Percent for walk-ins"),
    "same_day_percent": N_("Percent released on the day"),
    "days_ahead": N_("Days ahead"),
    "notice_minutes": N_("Minutes of notice"),
    "head_start_seconds": N_("Head start of an arrival"),
    "early_seconds": N_("Earliest"),
    "late_seconds": N_("Latest"),
    "hold_seconds": N_("A time is kept"),
    ORDER: N_("Order"),
}
_NAMED: Final = ("services", "counters", "teams", "lifelines", "stops", "pause_reasons")
_DATED: Final = ("hours_exceptions", "quiet_exceptions")
_BOOKINGS: Final = "bookings"
_OFFERS: Final = "offers"


class DifferenceWords(NamedTuple):
    """A difference as a row: empty texts have nothing to say."""

    part: str
    item: str
    field: str
    before: str
    after: str


def part_words(names: str, say: Wording) -> str:
    """Parts of a configuration in words, as an entry of the audit log names them: with commas."""
    return ", ".join(say(_PARTS[name]) if name in _PARTS else name for name in names.split(", "))


def difference_words(
    difference: FieldDifference, before: Mapping[str, Any], after: Mapping[str, Any], say: Wording
) -> DifferenceWords:
    """A difference of two documents, in a language. A field without words has its own name."""
    part, *rest = difference.path
    if part == _BOOKINGS and rest:
        # An offer is an item of its own; the limits of all of them belong to none.
        rest = rest[1:] if rest[0] == _OFFERS else ["", *rest]
    item = rest.pop(0) if rest else ""
    shown = _item(part, item, (after, before), say) if item else ""
    if item == ORDER:
        shown, rest = "", [ORDER]
    fields = [_field(name, say) for name in rest]
    return DifferenceWords(
        say(_PARTS[part]) if part in _PARTS else part,
        shown,
        ", ".join(fields),
        _value(difference.before, difference.path[-1], say),
        _value(difference.after, difference.path[-1], say),
    )


def _field(name: str, say: Wording) -> str:
    if name in WEEKDAYS:
        return say.weekday(WEEKDAYS.index(name))
    return say(_FIELDS[name]) if name in _FIELDS else name


def _item(part: str, item: str, documents: tuple[Mapping[str, Any], ...], say: Wording) -> str:
    if item in WEEKDAYS:
        return say.weekday(WEEKDAYS.index(item))
    if part in _DATED:
        return say.full_day(item)
    listed = "services" if part == _BOOKINGS else part
    if listed in _NAMED:
        for document in documents:
            for one in document.get(listed) or ():
                if one["id"] == item:
                    return _name(one["name"], say)
    return item


def _name(name: Any, say: Wording) -> str:
    return say.name(name) if isinstance(name, Mapping) else str(name)


def _value(value: Any, field: str, say: Wording) -> str:
    """A value in words; a dash for none."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if field.endswith("_seconds"):
        return say.length(value)
    if field == "target_ratio":
        return say.whole_percent(value)
    if field == _BOOKINGS:
        return ", ".join(offer["service"] for offer in value[_OFFERS])
    if isinstance(value, Mapping):
        return _mapping(value, say)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _list(value, field, say)
    return str(value)


def _mapping(value: Mapping[str, Any], say: Wording) -> str:
    """An item that was added or removed: its name, or its hours and note."""
    if "length_minutes" in value:
        return say.length(value["length_minutes"] * 60)
    parts = [_name(value["name"], say)] if "name" in value else []
    if isinstance(value.get("hours"), Sequence):
        parts.append(_list(value["hours"], "hours", say))
    if value.get("note"):
        parts.append(say.name(value["note"]))
    if not parts:
        parts = [f"{_field(name, say)}: {_value(one, name, say)}" for name, one in value.items()]
    return ", ".join(parts)


def _list(value: Sequence[Any], field: str, say: Wording) -> str:
    spans = all(isinstance(one, Sequence) and not isinstance(one, str) for one in value)
    if spans and (value or field == "hours" or field in WEEKDAYS):
        return say.spans([(one[0], one[1]) for one in value]) if value else say(N_("closed"))
    return ", ".join(say(N_("all")) if one == "*" else str(one) for one in value) or NOTHING
