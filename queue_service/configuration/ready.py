"""The beginning of a usual branch: services to choose from, hours and counters."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from queue_service.branches.rules.pictograms import Pictogram
from queue_service.language.catalogues import words
from queue_service.language.languages import DEFAULT, LANGUAGES, staff_languages

COUNTERS: Final = 2
MOST_COUNTERS: Final = 50
HOURS: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "mon": [["10:00", "15:00"]],
    "tue": [["10:00", "15:00"]],
    "wed": [["10:00", "15:00"]],
    "thu": [["10:00", "17:00"]],
    "fri": [["10:00", "13:00"]],
}
"""The hours of many citizen-service centres, with one late day."""


@dataclass(frozen=True, slots=True)
class ReadyService:
    """A service with its name in every language; ``ticked``: nearly every branch has it."""

    id: str
    name: Mapping[str, str]
    pictogram: Pictogram
    ticked: bool
    document: Mapping[str, Any]


@cache
def ready_services() -> tuple[ReadyService, ...]:
    """The services to choose from, in the order of a kiosk."""
    text = (files(__package__) / "ready_services.json").read_text(encoding="utf-8")
    return tuple(_service(each) for each in json.loads(text))


def ready_branch(
    name: str,
    services: Collection[str],
    languages: Sequence[str],
    hours: Mapping[str, Any],
    counters: int,
) -> dict[str, Any]:
    """The configuration of a branch with these of the ready services, and so many counters.

    The services have their names in the branch's languages.
    """
    counter = words(DEFAULT).gettext("Counter")
    chosen = [one for one in ready_services() if one.id in services]
    spoken = [code for code in LANGUAGES if code in languages] or [*staff_languages()]
    return {
        "name": name,
        "languages": spoken,
        "services": [
            {**one.document, "name": {code: one.name[code] for code in spoken}} for one in chosen
        ],
        "opening_hours": dict(hours),
        "counters": [{"id": n, "name": f"{counter} {n}"} for n in map(str, range(1, counters + 1))],
    }


def _service(each: Mapping[str, Any]) -> ReadyService:
    document = {key: value for key, value in each.items() if key != "ticked"}
    return ReadyService(each["id"], each["name"], each["pictogram"], each["ticked"], document)
