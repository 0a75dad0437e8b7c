"""The order of the services, which is the order of the buttons on the kiosk."""

from __future__ import annotations

from typing import Any, Final

from queue_service.branches.contract.config import parse_config
from queue_service.errors import NotFound
from queue_service.pages.admin.config_form import ConfigForm, changed_meanwhile, put, take_over
from queue_service.pages.admin.parts.services import GROUP

_STEPS: Final = {"up": -1, "down": 1}


def move(config_form: ConfigForm, direction: str, service: str) -> None:
    """Move a service one place ``up`` or ``down``, in force at once.

    Other changes in the form stay there, unsaved. Nothing moves if another user has changed the
    services meanwhile: the page says so. Raises NotFound for another direction or service.
    """
    if changed_meanwhile(config_form):
        config_form.notice = "stayed"
        return
    index, document = _moved(config_form, direction, service)
    if not put(config_form, parse_config(document)):
        config_form.notice = "stayed"
        return
    take_over(config_form)
    last = len(config_form.branch.services) - 1
    ahead = {0: "down", last: "up"}.get(index, direction)  # the button that was pressed may be gone
    config_form.moved = f"{GROUP}-{index}"
    config_form.focus = f"{config_form.moved}-{ahead}"


def _moved(config_form: ConfigForm, direction: str, service: str) -> tuple[int, dict[str, Any]]:
    """The new index of the service, counted from 0, and the configuration with it there."""
    services = list(config_form.branch.document[GROUP])
    ids = [each["id"] for each in services]
    index = ids.index(service) + _STEPS.get(direction, 0) if service in ids else -1
    if config_form.part.id != GROUP or direction not in _STEPS or not 0 <= index < len(ids):
        raise NotFound("There is nothing at this address; check it.")
    services.insert(index, services.pop(ids.index(service)))
    return index, {**config_form.branch.document, GROUP: services}
