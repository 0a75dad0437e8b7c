"""The service goals."""

from __future__ import annotations

from typing import Any, Final

from queue_service.goals.rules.goal import EVERYTHING
from queue_service.goals.rules.indicators import (
    INDICATORS,
    MOST_WORKING_DAYS,
    WORKING_DAY_SECONDS,
    Indicator,
)
from queue_service.pages.admin.parts.part import ConfigDocument, Part
from queue_service.pages.admin.parts.reader import FormReader, shown_length, shown_percent
from queue_service.pages.admin.parts.rows import (
    Item,
    new_id,
    read_rows,
    read_services,
    shown_rows,
    shown_services,
)
from queue_service.pages.admin.parts.week import read_week, shown_week
from queue_service.web.i18n import N_

GROUP: Final = "goals"


def show(document: ConfigDocument) -> dict[str, str]:
    """Each goal as fields."""
    return shown_rows(GROUP, document["goals"], _row)


def _row(row: str, goal: Item) -> dict[str, str]:
    length = goal["threshold_seconds"]
    known = INDICATORS.get(goal["indicator"])
    if length is None:
        shown = {}
    elif known is not None and known.limit_unit == "working_days":
        shown = {f"{row}-working_days": str(length // WORKING_DAY_SECONDS)}
    else:
        shown = shown_length(f"{row}-threshold_seconds", length)
    return {
        f"{row}-indicator": goal["indicator"],
        f"{row}-target_ratio": shown_percent(goal["target_ratio"]),
        **shown,
        **shown_services(row, goal["services"]),
        **shown_week(f"{row}-hours", goal.get("hours") or {}),
    }


def take(document: ConfigDocument, form: FormReader) -> dict[str, Any]:
    """The goals as the form wants them."""
    ids = {goal["id"] for goal in document["goals"]}

    def build(form: FormReader, row: str, item: Item) -> dict[str, Any]:
        goal = _goal(form, row, document)
        name = f"{goal['indicator']} {goal['threshold_seconds'] or ''}"
        found = item.get("id") or new_id(name, ids)
        ids.add(found)
        return {"id": found, **goal}

    return {GROUP: read_rows(form, GROUP, document[GROUP], build)}


def _goal(form: FormReader, row: str, document: ConfigDocument) -> dict[str, Any]:
    chosen = form.text(f"{row}-indicator")
    indicator = INDICATORS.get(chosen)
    if indicator is None:
        form.fault(f"{row}-indicator", N_("Choose what the goal is about."))
    of_answers = indicator is not None and indicator.judges == "answers"
    of_dates = indicator is not None and indicator.judges in ("answers", "free_times")
    hours = read_week(form, f"{row}-hours")
    return {
        "indicator": chosen,
        "threshold_seconds": _limit(form, row, indicator),
        "target_ratio": form.ratio(f"{row}-target_ratio"),
        "services": [EVERYTHING] if of_answers else read_services(form, row, document["services"]),
        **({"hours": hours} if hours and not of_dates else {}),
    }


def _limit(form: FormReader, row: str, indicator: Indicator | None) -> int | None:
    if indicator is not None and not indicator.has_limit:
        return None
    if indicator is not None and indicator.limit_unit == "working_days":
        reason = N_("Write a whole number of working days, from 1 to 60.")
        days = form.whole(f"{row}-working_days", 1, MOST_WORKING_DAYS, reason)
        return days * WORKING_DAY_SECONDS
    return form.seconds(f"{row}-threshold_seconds", 1)


PART: Final = Part(
    "goals",
    N_("Goals"),
    "target",
    N_("The target share of all that is counted. A day is judged by its own goals."),
    ("goals",),
    show,
    take,
)
