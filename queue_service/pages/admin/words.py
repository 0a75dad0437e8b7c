"""How the administrator's pages say times, shares, goals and refusals."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from flask_babel import gettext as _

from queue_service.branches.rules.branch import EVERYTHING, Branch, Goal, Translations
from queue_service.errors import InUse
from queue_service.language.languages import name_in
from queue_service.pages.admin.forms import blueprint
from queue_service.pages.admin.parts import PARTS
from queue_service.tables.words import Words
from queue_service.tables.writing import Writing
from queue_service.web.i18n import current_language

_WALL: Final = re.compile(r"0?([0-9]{1,2}):([0-9]{2})")


@blueprint.app_template_filter("wall")
def wall(time: str | None) -> str:
    """A time of day as people write it: "9.30" in Danish. What is no time stays."""
    found = _WALL.fullmatch(time or "")
    mark = "." if current_language() == "da" else ":"
    return f"{found[1]}{mark}{found[2]}" if found else time or ""


@blueprint.app_template_filter("decimal")
def decimal(number: str) -> str:
    """A number with the language's own mark before its decimals."""
    return number.replace(".", ",") if current_language() == "da" else number


@blueprint.app_template_filter("day")
def day(text: str) -> str:
    """A date with its weekday."""
    try:
        form = "EEE d. MMM y" if current_language() == "da" else "EEE d MMM y"
        return format_date(date.fromisoformat(text), form, locale=current_language())
    except ValueError:
        return text


@blueprint.app_template_filter("language_name")
def language_name(code: str) -> str:
    """A language's name in the page's language; the code itself for one that is not known."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(current_language())
    except (UnknownLocaleError, ValueError):
        name = None
    return name or code


@blueprint.app_template_filter("named")
def named(names: Translations) -> str:
    """A name in the page's language, or in the nearest there is."""
    return name_in(names, current_language())


@blueprint.app_template_filter("spans")
def spans(hours: Any) -> str:
    """A day's hours: "10.00–12.00, 13.00–16.00"; empty when closed."""
    return ", ".join(f"{wall(start)}–{wall(end)}" for start, end in hours)


@blueprint.app_template_filter("length_of")
def length(seconds: int) -> str:
    """A length: "6 min", "90 s", "1 min 30 s"."""
    minutes, rest = divmod(seconds, 60)
    parts = [str(_("%(n)s min", n=minutes))] if minutes else []
    parts += [str(_("%(n)s s", n=rest))] if rest or not minutes else []
    return " ".join(parts)


def goal_sentence(goal: Goal) -> str:
    """What a goal asks for, in the board's words."""
    percent = Writing(Words(current_language())).whole_percent(goal.target_ratio)
    if goal.indicator == "first_contact":
        return str(_("%(percent)s solved at first contact", percent=percent))
    limit = length(goal.threshold_seconds or 0)
    if goal.indicator == "handling_time_within":
        return str(_("%(percent)s handled in under %(limit)s", percent=percent, limit=limit))
    return str(_("%(percent)s called in under %(limit)s", percent=percent, limit=limit))


def service_names(branch: Branch, services: tuple[str, ...]) -> str:
    """What a counter, a team or a goal takes."""
    if EVERYTHING in services:
        return str(_("all services"))
    known = (branch.services[each] for each in services if each in branch.services)
    return ", ".join(named(service.name) for service in known)


def in_use(refusal: InUse) -> str:
    """Why something cannot go just now, and what to do."""
    number = refusal.extra.get("number")
    if "service" in refusal.extra:
        return str(_("%(number)s is open for this service: finish it first.", number=number))
    if "counter" in refusal.extra:
        return str(_("%(number)s is at this counter: finish it first.", number=number))
    if "team" in refusal.extra:
        return str(_("%(number)s waits for this team: call it first.", number=number))
    return str(_("These letters are on today's tickets of another service: choose others."))


@blueprint.context_processor
def _in_templates() -> dict[str, object]:
    return {"parts": PARTS, "goal_sentence": goal_sentence, "service_names": service_names}
