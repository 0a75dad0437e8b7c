"""Whether the parts of a configuration fit each other, each being right by itself."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from queue_service.contract.words import Fault

Document = Mapping[str, Any]


def faults(document: Document) -> list[Fault]:
    """Everything in a configuration that contradicts something else in it."""
    return [
        {"field": field, "reason": reason}
        for check in (_repetitions, _unknown_services, _thresholds, _hours)
        for field, reason in check(document)
    ]


def _repetitions(document: Document) -> Iterator[tuple[str, str]]:
    yield from _repeated((f"languages[{i}]", v) for i, v in enumerate(document["languages"]))
    for part, member in (
        ("services", "id"),
        ("services", "prefix"),
        ("counters", "id"),
        ("teams", "id"),
        ("goals", "id"),
        ("hours_exceptions", "date"),
    ):
        yield from _repeated(
            (f"{part}[{i}].{member}", item[member]) for i, item in enumerate(document[part])
        )


def _repeated(values: Iterable[tuple[str, Hashable]]) -> Iterator[tuple[str, str]]:
    first: dict[Hashable, str] = {}
    for field, value in values:
        if value in first:
            yield field, f"It must be unique in the branch, and {first[value]} has it already."
        first.setdefault(value, field)


def _unknown_services(document: Document) -> Iterator[tuple[str, str]]:
    known = {"*", *(service["id"] for service in document["services"])}
    for part in ("counters", "teams", "goals"):
        for i, item in enumerate(document[part]):
            for j, service in enumerate(item["services"]):
                if service not in known:
                    yield f"{part}[{i}].services[{j}]", "The branch has no service with this id."


def _thresholds(document: Document) -> Iterator[tuple[str, str]]:
    for i, goal in enumerate(document["goals"]):
        given, wanted = goal["threshold_seconds"] is not None, goal["indicator"] != "first_contact"
        if wanted and not given:
            yield f"goals[{i}].threshold_seconds", "It is missing: within how many seconds?"
        if given and not wanted:
            yield f"goals[{i}].threshold_seconds", "Leave it out: first contact has no threshold."


def _hours(document: Document) -> Iterator[tuple[str, str]]:
    for day, spans in document["opening_hours"].items():
        yield from _spans(f"opening_hours.{day}", spans)
    for i, exception in enumerate(document["hours_exceptions"]):
        yield from _spans(f"hours_exceptions[{i}].hours", exception["hours"])
    for i, goal in enumerate(document["goals"]):
        for day, spans in goal.get("hours", {}).items():
            yield from _spans(f"goals[{i}].hours.{day}", spans)


def _spans(field: str, spans: list[list[str]]) -> Iterator[tuple[str, str]]:
    closed_at = "00:00"
    for i, (start, end) in enumerate(spans):
        if start >= end:
            yield (
                f"{field}[{i}]",
                "It must end after it begins: write a night as two spans, the first until "
                '"24:00" and the next day\'s from "00:00".',
            )
        elif start < closed_at:
            yield f"{field}[{i}]", "It must not begin before the span above it has ended."
        closed_at = max(closed_at, end)
