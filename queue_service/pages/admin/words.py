"""How the administrator's pages say times, shares, goals and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from queue_service.branches.rules.branch import Branch, Translations
from queue_service.errors import InUse
from queue_service.goals import wording as goal_wording
from queue_service.goals.rules.goal import EVERYTHING, Goal
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.pages.admin.forms import blueprint
from queue_service.pages.admin.parts import PARTS
from queue_service.web.i18n import current_language
from queue_service.web.i18n import gettext as _


def say() -> Wording:
    """Wording in the page's language."""
    return Wording(current_language())


@blueprint.app_template_filter("wall")
def wall(time: str | None) -> str:
    """A time of day as people write it: "9.30" in Danish. Text that is no time stays."""
    return say().wall(time or "")


@blueprint.app_template_filter("decimal")
def decimal(number: str) -> str:
    """A number with the language's own mark before its decimals; other text stays."""
    return number.replace(".", say().decimal_mark)


@blueprint.app_template_filter("day")
def day(text: str) -> str:
    """A date with its weekday; other text stays."""
    try:
        return say().weekday_and_day(text)
    except ValueError:
        return text


@blueprint.app_template_filter("language_name")
def language_name(code: str) -> str:
    """A language's name in the page's language; the code itself for one that is not known."""
    return say().language_name(code)


@blueprint.app_template_filter("named")
def named(names: Translations) -> str:
    """A name in the page's language, or in the nearest there is."""
    return name_in(names, current_language())


def place_of(path: str, document: Mapping[str, Any]) -> str:
    """A member of a configuration in words, as its page has them: ``Bookable times, Passport``.

    The names are those of the document's items; the path itself for a member of no page.
    """
    head = re.split(r"[.\[]", path, maxsplit=1)[0]
    page = next((part.title for part in PARTS.values() if head in part.keys), "")
    if not page:
        return path
    services = {one["id"]: one["name"] for one in document["services"] if {"id", "name"} <= {*one}}
    found: Any = document
    names = list[str]()
    for key, place in re.findall(r"(\w+)|\[(\d+)\]", path):
        try:
            found = found[int(place) if place else key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(found, Mapping):
            name = found.get("name") or services.get(found.get("service"))
            names += [name if isinstance(name, str) else named(name)] if name else []
    return ", ".join([_(page), *names])


@blueprint.app_template_filter("spans")
def spans(hours: Iterable[tuple[str, str]]) -> str:
    """A day's hours: "10.00–12.00, 13.00–16.00"; empty when closed."""
    return say().spans(hours)


@blueprint.app_template_filter("length_of")
def length(seconds: int) -> str:
    """A length: "6 min", "90 s"."""
    return say().length(seconds)


def goal_sentence(goal: Goal) -> str:
    """A goal in the board's words."""
    return goal_wording.sentence(goal, say())


def service_names(branch: Branch, services: tuple[str, ...]) -> str:
    """The services of a counter, a team or a goal."""
    if EVERYTHING in services:
        return _("all services")
    known = (branch.services[each] for each in services if each in branch.services)
    return ", ".join(named(service.name) for service in known)


def in_use(refusal: InUse) -> str:
    """The reason why something cannot be removed now, and what to do."""
    number = refusal.extra.get("number")
    if "service" in refusal.extra and number is None:
        return _("Appointments are booked for this service: move or cancel them first.")
    if "service" in refusal.extra:
        return _("%(number)s is open for this service: finish it first.", number=number)
    if "counter" in refusal.extra:
        return _("%(number)s is at this counter: finish it first.", number=number)
    if "team" in refusal.extra:
        return _(
            "%(number)s waits for this team or is served by it: finish it first.", number=number
        )
    return _("These letters are on today's tickets of another service: choose others.")


@blueprint.context_processor
def _in_templates() -> dict[str, object]:
    return {"parts": PARTS, "goal_sentence": goal_sentence, "service_names": service_names}
