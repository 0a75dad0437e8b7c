"""The content of a branch's public page, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_service.branches.rules.dates_and_hours import weekday_of
from queue_service.language.catalogues import N_
from queue_service.language.languages import name_in
from queue_service.language.wording import Wording
from queue_service.playbook.rules import SelfService
from queue_service.public.rules import PublicBranch, PublicDay, PublicService
from queue_service.public.text import (
    announcements,
    held,
    hours,
    is_open,
    service_name,
    wait,
    waiting,
    when,
)

_CLOSED: Final = N_("Closed")


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service: its description, its wait or a note in place of it, what the playbook says, and
    the coming days if it has hours of its own."""

    id: str
    name: str
    description: str
    wait: str
    note: str
    bring: tuple[str, ...]
    online: SelfService | None
    bookable: bool
    days: list[Mapping[str, object]]


def branch_view(branch: PublicBranch, say: Wording) -> Mapping[str, object]:
    """The values of the page's template."""
    answer, about = _answer(branch, say)
    several = len({service.minutes for service in branch.services if service.minutes}) > 1
    if about and several:
        about = say(N_("the wait now, depending on your errand"))
    return {
        "answer": answer,
        "about": about,
        "title": is_open(branch, say),
        "open_text": is_open(branch, say) if branch.open or not branch.opens_at else say(_CLOSED),
        "people": "" if not _is_busy(branch) else waiting(branch.waiting or 0, say),
        "held": held(branch.held, say) if branch.open and branch.minutes and branch.held else "",
        "announcements": announcements(branch, say),
        "services": [_service(branch, service, say) for service in branch.services],
        "bookable": any(service.bookable for service in branch.services),
        "days": [_day(day, n, branch, say) for n, day in enumerate(branch.days)],
        "changed": [_day(day, -1, branch, say) for day in branch.changed],
        "stops": [
            {
                "name": say.name(stop.name),
                "when": f"{when(branch, stop.since, say)}–"
                f"{say.time_of_day(stop.until, branch.timezone)}",
            }
            for stop in branch.stops
        ],
    }


def _is_busy(branch: PublicBranch) -> bool:
    return branch.open and bool(branch.waiting) and branch.minutes is not None


def _answer(branch: PublicBranch, say: Wording) -> tuple[str, str]:
    """Whether to go now, in a few words, and what they mean."""
    if not branch.open:
        opens = branch.opens_at
        return say(N_("Opens {when}"), when=when(branch, opens, say)) if opens else say(_CLOSED), ""
    if branch.minutes:
        return say.minute_range(*branch.minutes), say(N_("the wait if you come now"))
    if branch.waiting is None:
        return say(N_("Open now")), ""
    return waiting(branch.waiting, say), ""


def _service(branch: PublicBranch, service: PublicService, say: Wording) -> ServiceLine:
    texts = service.texts.get(say.language) or next(iter(service.texts.values()), None)
    minutes = wait(service, say)
    note = ""
    if branch.open and not service.issuing and branch.waiting is not None:
        opens = service.opens_at
        minutes, note = "", say(N_("No numbers for this right now"))
        if opens is not None:
            note = say(N_("Opens {when}"), when=when(branch, opens, say))
    elif branch.open and not minutes and service.waiting:
        note = waiting(service.waiting, say)
    return ServiceLine(
        service.id,
        service_name(branch, service, say),
        name_in(service.description, say.language, *branch.languages),
        minutes if branch.open else "",
        note,
        texts.bring if texts else (),
        texts.self_service if texts else None,
        service.bookable,
        [_day(day, n, branch, say) for n, day in enumerate(service.days)],
    )


def _day(day: PublicDay, ahead: int, branch: PublicBranch, say: Wording) -> Mapping[str, object]:
    name = say.full_day(day.date) if ahead < 0 else say.weekday(weekday_of(day.date))
    return {
        "name": say(N_("Today")) if ahead == 0 else name,
        "today": ahead == 0,
        "hours": hours(day.spans, branch.timezone, say),
        "note": say.name(day.note),
        "other": day.other,
    }
