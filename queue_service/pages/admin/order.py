"""The order of the services, which is the order of the buttons on the kiosk."""

from __future__ import annotations

from typing import Any, Final

from queue_service.branches.contract.config import parse_config
from queue_service.errors import NotFound
from queue_service.pages.admin.parts.services import GROUP
from queue_service.pages.admin.sheet import Sheet, changed_meanwhile, put, take_over

_STEPS: Final = {"up": -1, "down": 1}


def move(sheet: Sheet, way: str, service: str) -> None:
    """Move a service one place ``up`` or ``down``, in force at once.

    What else is written in the form stays there, unsaved. Nothing moves when somebody else has
    changed the services meanwhile: the sheet says so. Raises NotFound for another way or service.
    """
    if changed_meanwhile(sheet):
        sheet.told = "stayed"
        return
    place, document = _moved(sheet, way, service)
    if not put(sheet, parse_config(document)):
        sheet.told = "stayed"
        return
    take_over(sheet)
    last = len(sheet.branch.services) - 1
    ahead = {0: "down", last: "up"}.get(place, way)  # the button that was pressed may be gone
    sheet.moved = f"{GROUP}-{place}"
    sheet.focus = f"{sheet.moved}-{ahead}"


def _moved(sheet: Sheet, way: str, service: str) -> tuple[int, dict[str, Any]]:
    """Where the service comes to stand, counted from 0, and the configuration with it there."""
    services = list(sheet.branch.document[GROUP])
    ids = [each["id"] for each in services]
    place = ids.index(service) + _STEPS.get(way, 0) if service in ids else -1
    if sheet.part.id != GROUP or way not in _STEPS or not 0 <= place < len(ids):
        raise NotFound("There is nothing at this address; check it.")
    services.insert(place, services.pop(ids.index(service)))
    return place, {**sheet.branch.document, GROUP: services}
