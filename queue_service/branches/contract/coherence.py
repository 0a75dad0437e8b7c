"""Whether the parts of a configuration fit each other.

A configuration in which a part is wrong by itself is looked at all the same, as far as it can be
read, so that the author sees all errors at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from queue_service.contract.words import TIME_PATTERN
from queue_service.errors import FieldError
from queue_service.goals.rules.goal import EVERYTHING
from queue_service.goals.rules.indicators import INDICATORS, WORKING_DAY_SECONDS, Indicator

Document = Mapping[str, Any]
_WHOLE_PERCENT = 100


def faults(document: Document, wrong: Collection[str] = ()) -> list[FieldError]:
    """Everything in a configuration that contradicts something else in it.

    ``wrong``: the fields that are wrong by themselves. They are not named again, and where the
    services are among them, unknown ones cannot be recognised.
    """
    checks = [_repetitions, _thresholds, _of_dates, _hours, _overlaps, _entrances, _public]
    checks += [_offers, _mobile_bookings]
    if not any(field.startswith("services") for field in wrong):
        checks += [_unknown_services, _unsure]
    found = [fault for check in checks for fault in check(document)]
    return [{"field": field, "reason": reason} for field, reason in found if field not in wrong]


def _items(document: Document, part: str) -> list[tuple[str, Document]]:
    """The readable items of a list, each with its path."""
    return [(f"{part}[{i}]", v) for i, v in _listed(document.get(part)) if isinstance(v, Mapping)]


def _listed(value: object) -> list[tuple[int, Any]]:
    return list(enumerate(value)) if isinstance(value, list) else []


def _repetitions(document: Document) -> Iterator[tuple[str, str]]:
    yield from _repeated((f"languages[{i}]", v) for i, v in _listed(document.get("languages")))
    for part, member in (
        ("services", "id"),
        ("services", "prefix"),
        ("counters", "id"),
        ("teams", "id"),
        ("goals", "id"),
        ("lifelines", "id"),
        ("stops", "id"),
        ("hours_exceptions", "date"),
        ("quiet_exceptions", "date"),
        ("pause_reasons", "id"),
    ):
        yield from _repeated(
            (f"{p}.{member}", item.get(member)) for p, item in _items(document, part)
        )


def _repeated(values: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for field, value in values:
        if not isinstance(value, str):
            continue
        if value in first:
            yield field, "It must be unique in the branch, and {first[value]} has it already."
        first.setdefault(value, field)


def _unknown_services(document: Document) -> Iterator[tuple[str, str]]:
    if not isinstance(document.get("services"), list):
        return
    known = ["*", *(service.get("id") for _, service in _items(document, "services"))]
    for part in ("counters", "teams", "goals"):
        for path, item in _items(document, part):
            for j, service in _listed(item.get("services")):
                if service not in known:
                    yield f"{path}.services[{j}]", "The branch has no service with this id."
    for path, offer in _booking_offers(document):
        if offer.get("service") not in known[1:]:
            yield f"{path}.service", "The branch has no service with this id."


def _unsure(document: Document) -> Iterator[tuple[str, str]]:
    wanted = document.get("unsure_service")
    if not isinstance(wanted, str) or not isinstance(document.get("services"), list):
        return
    found = [s for _, s in _items(document, "services") if s.get("id") == wanted]
    if not found:
        yield "unsure_service", "The branch has no service with this id."
    elif not found[0].get("active", True):
        yield "unsure_service", "This service is switched off: choose one that citizens can choose."


def _thresholds(document: Document) -> Iterator[tuple[str, str]]:
    for path, goal in _items(document, "goals"):
        indicator = _indicator(goal)
        if indicator is None:
            continue
        threshold = goal.get("threshold_seconds")
        has_threshold = threshold is not None
        if indicator.has_limit and not has_threshold:
            yield f"{path}.threshold_seconds", "It is missing: within how many seconds?"
        if has_threshold and not indicator.has_limit:
            answers = "Leave it out: answers have no threshold."
            other = "Leave it out: first contact has no threshold."
            yield f"{path}.threshold_seconds", answers if indicator.answers_to else other
        if indicator.has_limit and isinstance(threshold, int):
            yield from _length(f"{path}.threshold_seconds", threshold, indicator)


def _length(field: str, threshold: int, indicator: Indicator) -> Iterator[tuple[str, str]]:
    if indicator.limit_unit == "working_days":
        if threshold % WORKING_DAY_SECONDS:
            yield field, "It is in working days: write a multiple of 86400."
    elif threshold > WORKING_DAY_SECONDS:
        yield field, "It must be 86400 at most."


def _indicator(goal: Document) -> Indicator | None:
    return INDICATORS.get(str(goal.get("indicator")))


def _of_dates(document: Document) -> Iterator[tuple[str, str]]:
    """A goal on whole dates: answers know no durations, and not all of them know the service."""
    for path, goal in _items(document, "goals"):
        indicator = _indicator(goal)
        if indicator is not None and indicator.judges == "free_times" and goal.get("hours"):
            yield f"{path}.hours", "Leave them out: free times are looked up once in the morning."
        if indicator is None or indicator.judges != "answers":
            continue
        if goal.get("services", [EVERYTHING]) != [EVERYTHING]:
            yield (
                f"{path}.services",
                'Write ["*"]: a terminal does not know what the citizen came for.',
            )
        if goal.get("hours"):
            yield f"{path}.hours", "Leave them out: answers count at all hours."


def _hours(document: Document) -> Iterator[tuple[str, str]]:
    yield from _week("opening_hours", document.get("opening_hours"))
    yield from _week("quiet_hours", document.get("quiet_hours"))
    for part in ("hours_exceptions", "quiet_exceptions"):
        for path, exception in _items(document, part):
            yield from _spans(f"{path}.hours", exception.get("hours"))
    for part in ("services", "goals", "lifelines", "stops"):
        for path, item in _items(document, part):
            yield from _week(f"{path}.hours", item.get("hours"))


def _booking_offers(document: Document) -> list[tuple[str, Document]]:
    bookings = document.get("bookings")
    if not isinstance(bookings, Mapping):
        return []
    return [(f"bookings.{path}", offer) for path, offer in _items(bookings, "offers")]


def _offers(document: Document) -> Iterator[tuple[str, str]]:
    """One offer for each service, with possible hours and shares."""
    offers = _booking_offers(document)
    yield from _repeated((f"{path}.service", offer.get("service")) for path, offer in offers)
    for path, offer in offers:
        yield from _week(f"{path}.week", offer.get("week"))
        exceptions = [(f"{path}.{at}", one) for at, one in _items(offer, "exceptions")]
        yield from _repeated((f"{at}.date", one.get("date")) for at, one in exceptions)
        for at, one in exceptions:
            yield from _spans(f"{at}.hours", one.get("hours"))
        walk_in, same_day = offer.get("walk_in_percent", 0), offer.get("same_day_percent", 0)
        each = all(isinstance(s, int | float) and s <= _WHOLE_PERCENT for s in (walk_in, same_day))
        if each and walk_in + same_day > _WHOLE_PERCENT:
            reason = "With the share of walk-ins it must be at most 100 percent."
            yield f"{path}.same_day_percent", reason


def _mobile_bookings(document: Document) -> Iterator[tuple[str, str]]:
    """A bus gives its own numbers on the road, where a booking made here would not be known."""
    if _booking_offers(document) and document.get("stops"):
        yield "bookings", "Leave it out: at a branch with stops nothing can be booked."


def _entrances(document: Document) -> Iterator[tuple[str, str]]:
    for path, counter in _items(document, "counters"):
        if counter.get("entrance") is not None and counter.get("kind", "desk") != "room":
            yield f"{path}.entrance", "Leave it out: only a room has a door."


def _overlaps(document: Document) -> Iterator[tuple[str, str]]:
    """Two stops at the same time: a bus is at one place."""
    taken: list[tuple[str, str, str, str]] = []
    for path, stop in _items(document, "stops"):
        hours = stop.get("hours")
        for day, spans in hours.items() if isinstance(hours, Mapping) else ():
            for i, span in _listed(spans):
                if not _readable(span):
                    continue
                start, end = span
                for day_taken, begins, ends, other in taken:
                    if day == day_taken and other != path and start < ends and begins < end:
                        reason = "It must not overlap with another stop: a bus is at one place."
                        yield f"{path}.hours.{day}[{i}]", reason
                        break
                taken.append((day, start, end, path))


def _week(field: str, hours: object) -> Iterator[tuple[str, str]]:
    for day, spans in hours.items() if isinstance(hours, Mapping) else ():
        yield from _spans(f"{field}.{day}", spans)


def _spans(field: str, spans: object) -> Iterator[tuple[str, str]]:
    closed_at = "00:00"
    for i, span in _listed(spans):
        if not _readable(span):
            continue
        start, end = span
        if start >= end:
            yield (
                f"{field}[{i}]",
                "It must end after it begins: write a night as two spans, the first until "
                '"24:00" and the next day\'s from "00:00".',
            )
        elif start < closed_at:
            yield f"{field}[{i}]", "It must not begin before the span above it has ended."
        closed_at = max(closed_at, end)


def _readable(span: object) -> bool:
    if not (isinstance(span, list | tuple) and len(span) == 2):
        return False
    return all(isinstance(end, str) and re.fullmatch(TIME_PATTERN, end) for end in span)


def _public(document: Document) -> Iterator[tuple[str, str]]:
    """A page for everybody is about citizens who wait, and these branches have none."""
    if document.get("public_page") and (document.get("practice") or document.get("historic")):
        yield "public_page", "Leave it out: a branch for practice or of replayed days has no page."
