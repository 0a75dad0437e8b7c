"""Common parts of the staff's pages about appointments: their address, frame and refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, g, request

from queue_service.access.rules.codes import grouped
from queue_service.bookings.api import letter_ways
from queue_service.bookings.operations.day import FARTHEST
from queue_service.bookings.rules.booking import Booking
from queue_service.branches.rules.branch import Branch, Translations
from queue_service.branches.rules.dates_and_hours import moment
from queue_service.command import Command
from queue_service.configuration.operations import get_branch_here
from queue_service.errors import QueueError, StoreUnavailable
from queue_service.language.catalogues import N_
from queue_service.language.wording import Wording
from queue_service.pages.bookings.refusals import sentence_of
from queue_service.pages.bookings.texts import CHANNELS, SPELLED, STATES, TEXTS
from queue_service.pages.staff_page import staff_page
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused
from queue_service.web.i18n import current_language
from queue_service.web.problems.errors import STATUS_OF
from queue_service.web.responses import uncached

Result = TypeVar("Result")

blueprint = Blueprint("bookings_page", __name__, url_prefix="/bookings")
blueprint.add_app_template_filter(grouped, "grouped")

_ACTING: Final = frozenset({"clerk", "admin"})
"""The roles that give numbers, and therefore book and receive citizens."""
_LEADING: Final = frozenset({"supervisor", "admin"})
"""The roles that see the board."""
_WHEN: Final = N_("{day} at {time}")


def opened(branch_id: str) -> Branch:
    """The branch of a page, run on this machine. Raises BranchNotFound and the like."""
    return get_branch_here(queue(), branch_id)


def command(branch: Branch) -> Command:
    """A command of the page's user."""
    return Command(branch.id, g.caller)


def show(template: str, branch: Branch, status: int = 200, **values: Any) -> Response:
    """A page in the common frame; ``refused`` is a refusal to show at its top."""
    refused: FormRefused | None = values.pop("refused", None)
    page = staff_page(
        template,
        branch,
        TEXTS,
        say=Wording(current_language()),
        may_act=g.caller.role_in(branch.id) in _ACTING,
        may_lead=g.caller.role_in(branch.id) in _LEADING,
        states=STATES,
        channels=CHANNELS,
        spelled=SPELLED,
        refused=refused,
        faults=faults_of(refused),
        is_reached=is_reached,
        **values,
    )
    return uncached(page, refused.status if refused else status)


def is_reached(booking: Booking) -> bool:
    """Whether letters about a booking go to its citizen: there is an address, and a way to it.

    It holds until the citizen arrives or cancels, since only then does the address go.
    """
    return booking.contact is not None and booking.contact.kind in letter_ways(settings()).channels


def attempt(action: Callable[[], Result]) -> tuple[Result | None, FormRefused | None]:
    """Carry out an action of a form: its result, or why it was refused, in the page's
    language."""
    try:
        return action(), None
    except StoreUnavailable:
        raise
    except QueueError as error:
        errors = error.extra.get("errors")
        found = errors if isinstance(errors, list) else []
        return None, FormRefused(error.code, STATUS_OF[error.code], sentence_of(error), found)


def faults_of(refused: FormRefused | None) -> Mapping[str, str]:
    """The reasons of a refusal by field."""
    return {error["field"]: error["reason"] for error in refused.errors} if refused else {}


def offered(branch: Branch) -> dict[str, Translations]:
    """The names of the services that can be booked."""
    return {
        service: branch.services[service].name
        for service in branch.bookings.offers
        if branch.services[service].active
    }


def asked_date(branch: Branch, name: str = "date") -> str:
    """The date in the address, today for none and for one that is years away."""
    now = today(branch)
    try:
        asked = date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return now
    return asked.isoformat() if abs(asked - date.fromisoformat(now)) <= FARTHEST else now


def today(branch: Branch) -> str:
    """The branch's date now."""
    return moment(branch, queue().store.time()).date


def when(branch: Branch, instant: int) -> str:
    """A booked time in words: ``Tuesday, 1 December 2026 at 9:15``."""
    say = Wording(current_language())
    clock = say.time_of_day(instant, branch.timezone)
    return say(_WHEN, day=say.full_day(moment(branch, instant).date), time=clock)
