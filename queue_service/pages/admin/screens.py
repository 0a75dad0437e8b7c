"""Screens and programs: links that set a screen up, printers, tokens, and taking access back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from queue_service.access.operations import access
from queue_service.access.operations.pairing import short_code
from queue_service.access.operations.places import places
from queue_service.access.rules.codes import grouped
from queue_service.access.rules.credentials import (
    ROLES,
    SCREEN_KINDS,
    Enrolment,
    TokenRecord,
    checked_place,
    must_manage,
)
from queue_service.access.rules.lifetimes import LONGEST_TOKEN_DAYS, TOKEN_DAYS
from queue_service.branches.store import BranchStore
from queue_service.branches.visible import visible_branches
from queue_service.command import Command
from queue_service.errors import Invalid, NotFound
from queue_service.language.wording import Wording
from queue_service.pages.admin.forms import access_store, blueprint, selected_branch, show
from queue_service.pages.admin.video_counters import check_video, video_counters
from queue_service.printers.operations import choose_printer, remove_printer
from queue_service.printers.rules.printer import (
    SPEEDS,
    Printer,
    PrinterState,
    device_printer,
    network_printer,
)
from queue_service.printers.store import PrinterStore
from queue_service.printers.text import PRINTER_WORDS
from queue_service.screens.api import own_release
from queue_service.screens.operations import screens_of
from queue_service.screens.text import STATE_WORDS, place_names, problem_words
from queue_service.tokens.operations import standings
from queue_service.visits.operations.taking_back import end_numbers, to_take_back
from queue_service.web.context import queue, settings
from queue_service.web.forms import FormRefused, attempt, form_value
from queue_service.web.i18n import current_language
from queue_service.web.security.origin import own_address

_DAY_MS: Final = 24 * 3600 * 1000
_PERIODS_MS: Final[Mapping[str, int]] = {"15": 15 * 60_000, "60": 3_600_000, "all": 90 * _DAY_MS}
"""How far back the numbers of a kiosk can end with its access."""
_TOKEN_DAYS: Final = (30, 90, TOKEN_DAYS, LONGEST_TOKEN_DAYS)
"""The lifetimes of a token to choose from."""


@blueprint.get("/screens")
def screens() -> ResponseReturnValue:
    """Every screen and token that the administrator manages."""
    return screens_page()


@blueprint.post("/screens/link")
def make_link() -> ResponseReturnValue:
    """Make a link that sets up one screen, and show it."""
    result, refused = attempt("link", _make_link)
    if refused:
        return screens_page(refused)
    enrolment, address, code = result
    return screens_page(enrolment=enrolment, address=address, short_code=grouped(code))


@blueprint.post("/screens/token")
def make_token() -> ResponseReturnValue:
    """Make a token for a program, and show it this once."""
    result, refused = attempt("token", _make_token)
    return screens_page(refused) if refused else screens_page(**result)


@blueprint.post("/screens/<token_id>/revoke")
def revoke(token_id: str) -> ResponseReturnValue:
    """Take a screen's or a program's access back, and what a kiosk has issued if that is chosen."""
    ended, refused = attempt("revoke", lambda: _revoke(token_id))
    if refused:
        return screens_page(refused)
    return redirect(url_for("admin.screens", removed=1, ended=ended), 303)


@blueprint.post("/screens/<token_id>/printer")
def printer(token_id: str) -> ResponseReturnValue:
    """Choose the printer of a kiosk, or none, and show whether it answers. Raises NotFound."""
    _, branch = managed_kiosk(token_id)
    state, refused = attempt(f"printer-{token_id}", lambda: _choose_printer(branch, token_id))
    return (
        screens_page(refused) if refused else screens_page(printer_state=state, printer_of=token_id)
    )


def _choose_printer(branch: str, kiosk: str) -> PrinterState | None:
    """The state of the printer that was chosen; None for none."""
    chosen = _given_printer()
    if chosen is None:
        remove_printer(queue(), branch, kiosk, by=g.caller)
        return None
    return choose_printer(queue(), branch, kiosk, chosen, by=g.caller)


def _given_printer() -> Printer | None:
    device, paper = form_value("device"), form_value("paper")
    if device:
        devices = queue().printer_devices
        return device_printer(device, form_value("speed"), form_value("flow"), paper, devices)
    host = form_value("host")
    return network_printer(host, form_value("port"), paper) if host else None


def must_be_in_use(branch: str) -> None:
    """Raises BranchNotFound, and Invalid for an archived branch, which has no screens."""
    if queue().get(BranchStore).get(branch).archived:
        raise Invalid.at("branch", "This branch is archived: put it into use again first.")


def is_kiosk(token: TokenRecord) -> bool:
    """Whether a token is of a screen that gives numbers."""
    return token.device and token.role == "kiosk" and not (token.counter or token.feedback)


def managed_kiosk(token_id: str) -> tuple[TokenRecord, str]:
    """A kiosk that the administrator manages, with its branch. Raises NotFound."""
    known = access.list_tokens(access_store(), by=g.caller)
    kiosk = next((token for token in known if token.id == token_id and is_kiosk(token)), None)
    if kiosk is None or kiosk.branch is None:
        raise NotFound("No kiosk has this id.")
    return kiosk, kiosk.branch


def _revoke(token_id: str) -> int | None:
    """How many of a kiosk's numbers have ended; None if they stay valid."""
    period = form_value("numbers")
    token = access.revoke_token(access_store(), token_id, by=g.caller)
    if token.branch is not None:
        remove_printer(queue(), token.branch, token.id, by=g.caller)
    if period not in _PERIODS_MS or token.role != "kiosk" or token.branch is None:
        return None
    since = queue().store.time() - _PERIODS_MS[period]
    command = Command(token.branch, g.caller)
    return end_numbers(queue(), command, token.id, since, label=token.label)


def _make_token() -> dict[str, object]:
    """The token with its secret, and for a bus the address that it calls."""
    store, role = access_store(), form_value("role")
    home = own_address() if role == "mobile" else ""
    days = form_value("days") or str(TOKEN_DAYS)
    token, secret = access.create_token(
        store,
        role,
        selected_branch(),
        now=store.now(),
        label=form_value("label"),
        days=int(days) if re.fullmatch("[0-9]{1,4}", days) else 0,
        by=g.caller,
    )
    return {"token": token, "secret": secret, "home": home}


def _make_link() -> tuple[Enrolment, str, str]:
    """The link with its address, and the short code to type in its place."""
    store, here = access_store(), own_address()
    kind, (branch, _, counter) = form_value("role"), form_value("screen").partition("/")
    must_manage(g.caller, branch or form_value("branch"))
    if counter:
        check_video(branch, counter)
        kind = "kiosk"
    place = checked_place(kind, branch or form_value("branch"), form_value("label"), counter)
    must_be_in_use(place.branch)
    enrolment, code = access.create_enrolment(
        store,
        place.role,
        place.branch,
        now=store.now(),
        label=place.label,
        counter=place.counter,
        feedback=place.feedback,
        by=g.caller,
    )
    return enrolment, here + url_for("enrol.ask", code=code), short_code(store, code)


def screens_page(refused: FormRefused | None = None, **result: object) -> Response:
    """The page with every screen and token that the administrator manages."""
    known, say = access.list_tokens(access_store(), by=g.caller), Wording(current_language())
    health = {
        each.screen.token.id: each
        for each in screens_of(queue(), visible_branches(), own_release())
    }
    return show(
        "screens",
        refused,
        screens=[token for token in known if token.device],
        places=places((token for token in known if token.device), place_names(say)),
        api_origin=settings().public_url or "",
        tokens=standings(access_store(), by=g.caller),
        token_days=_TOKEN_DAYS,
        usual_days=TOKEN_DAYS,
        roles=ROLES,
        kinds=SCREEN_KINDS,
        removed="removed" in request.args,
        ended=request.args.get("ended", type=int),
        video_counters=video_counters(),
        paired=next((one for one in known if one.id == request.args.get("paired")), None),
        is_kiosk=is_kiosk,
        waiting_of=_waiting_of,
        printers=_printers(known),
        printer_devices=queue().printer_devices,
        printer_speeds=[(speed, f"{speed} bit/s") for speed in SPEEDS],
        printer_words=PRINTER_WORDS,
        pair_address=pair_address(),
        health=health,
        to_do=[each for each in health.values() if each.state == "act"],
        state_words=STATE_WORDS,
        problems_of=partial(problem_words, say=say),
        numbers_ended=request.args.get("numbers", type=int),
        pin_saved="pin" in request.args,
        with_pin=[one for one in visible_branches() if access_store().pin(one.id) is not None],
        **result,
    )


def pair_address() -> str:
    """The address that a new screen opens, as far as something vouches for its host."""
    try:
        return own_address() + url_for("pair.wait")
    except Invalid:
        return url_for("pair.wait")


def _waiting_of(kiosk: TokenRecord) -> int:
    """How many numbers of a kiosk would end with its access if all are chosen."""
    return len(to_take_back(queue(), kiosk.branch, kiosk.id, 0)) if kiosk.branch else 0


def _printers(tokens: Iterable[TokenRecord]) -> dict[str, Printer]:
    """The printers of the kiosks, by the kiosk."""
    store = queue().get(PrinterStore)
    branches = {token.branch for token in tokens if is_kiosk(token) and token.branch}
    return {kiosk: each for branch in branches for kiosk, each in store.all(branch).items()}
