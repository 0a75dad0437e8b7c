"""The waiting-room display: which number goes to which counter, seen and heard.

The page is drawn by its scripts and lives for days. The setup of the branch comes with it, and
again from ``/display/<branch>/setup`` when the configuration changes.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from queue_service.access.audit_entries import entry_by
from queue_service.access.contract import UnlockBody
from queue_service.access.operations import accounts, display_pins
from queue_service.access.operations.attempts import Visitor
from queue_service.branches.rules.branch import Branch
from queue_service.branches.rules.dates_and_hours import coming_days, next_opening
from queue_service.branches.rules.quiet import is_quiet
from queue_service.branches.store import BranchStore
from queue_service.configuration.operations import get_branch_here
from queue_service.errors import Forbidden, Invalid, Unauthenticated
from queue_service.language.languages import known_languages
from queue_service.language.wording import Wording
from queue_service.mobile.operations.state import coming_stops
from queue_service.pages.display.setting_texts import SETTING_TEXTS
from queue_service.pages.display.texts import TEXTS
from queue_service.screens.api import own_release
from queue_service.web.context import queue
from queue_service.web.requests import body
from queue_service.web.security.permissions import gate
from queue_service.web.texts import page_texts

blueprint = Blueprint("display", __name__, url_prefix="/display")


@blueprint.get("/<branch>")
def display(branch: str) -> ResponseReturnValue:
    """The page. ``?silent=``, ``?volume=``, ``?speech=`` and ``?waiting=`` set the screen up."""
    page_as = "display" if g.caller.role == "display" else "staff"
    return display_page(get_branch_here(queue(), branch), page_as)


def display_page(found: Branch, page_as: str, **more: object) -> str:
    """The page of a branch, which need not be in force: a preview shows what is proposed."""
    languages = known_languages(found.languages)
    setup = _setup(found)
    return render_template(
        "display.html",
        branch=found,
        page_branch=found.id,
        page_as=page_as,
        page_lang=languages[0],
        title=Wording(languages[0])(str(TEXTS["call.all"])),
        page_texts=page_texts({**TEXTS, **SETTING_TEXTS}, languages),
        page_data=setup,
        pictograms=[f"p-{one}" for one in setup["pictograms"].values()],
        **more,
    )


@blueprint.get("/<branch>/setup")
def setup(branch: str) -> ResponseReturnValue:
    """The setup of the branch for the page, and the present time, as JSON."""
    return _setup(get_branch_here(queue(), branch))


@blueprint.post("/<branch>/unlock")
def unlock(branch: str) -> ResponseReturnValue:
    """Whether this is somebody of the branch's staff, who may change how the screen is set.

    It begins no login: the screen is within anyone's reach.
    """
    payload = body(UnlockBody)
    if not (payload.pin or payload.name):
        raise Invalid.at("name", "Give the login of a member of staff, or the PIN.")
    known = queue().get(BranchStore).get(branch).id
    try:
        opened_by = _pin(known, payload.pin) if payload.pin else _login(known, payload)
    except Unauthenticated as error:  # a 401 would say that the screen itself is unknown
        raise Forbidden(error.detail) from None
    entry = entry_by(g.caller, "screen.settings_opened", branch=known, target=opened_by)
    gate().store.audit.add(entry)
    return {"staff": True}


def _pin(branch: str, pin: str) -> str:
    store = gate().store
    display_pins.prove_pin(store, branch, pin, by=g.caller, now=store.now())
    return "PIN"


def _login(branch: str, payload: UnlockBody) -> str:
    """The name of the login, which is one of the branch's."""
    # Counted on the screen and not on its address, which the staff's own browsers may share.
    screen = Visitor(f"screen {g.caller.id}", sender=g.caller.address)
    account = accounts.prove(gate().store, payload.name, payload.password, screen)
    if not any(grant.covers(branch) for grant in account.grants):
        raise Forbidden("This account is of another branch.")
    return account.name


def _setup(branch: Branch) -> dict[str, Any]:
    now = queue().store.time()
    shown = [one for one in branch.services.values() if one.active and not one.private]
    return {
        "at": now,
        "release": own_release(),
        "name": branch.name,
        "timezone": branch.timezone,
        "languages": known_languages(branch.languages),
        "services": {one.id: dict(one.name) for one in shown},
        "pictograms": {one.id: one.pictogram for one in shown if one.pictogram},
        "counters": {counter.id: counter.name for counter in branch.counters.values()},
        "rooms": {c.id: c.entrance for c in branch.counters.values() if c.entrance},
        "quiet": is_quiet(branch, now),
        "counter_names": {c.id: dict(c.names) for c in branch.counters.values() if c.names},
        "paper_numbers": branch.paper_numbers,
        "return_window_seconds": branch.return_window_seconds,
        "days": coming_days(branch, now),
        "next_opening": next_opening(branch, now),
        "stops": coming_stops(branch, now),
        "taken_over": branch.taken_over,
        "pin": gate().store.pin(branch.id) is not None,
    }
